import { expect } from "chai";
import { parseUnits, ZeroAddress } from "ethers";
import { override, readParameters, toPlan } from "../deploy/parameters.ts";
import { IndexSource__factory } from "../typechain-types/index.js";
import { chainWith, DAY, wad } from "./fixture.ts";
import { INDEX, renew, set, withIndex, zeroAnswer } from "./indexes.ts";

const { deployer, load, networkHelpers, now } = await chainWith(withIndex());

describe("IndexSource", () => {
  describe("given prices of all parts", () => {
    it("begins at its level", async () => {
      const { indexes } = await load();
      const [price, halfSpread] = await indexes.IDX.read();
      expect(price).to.equal(wad("1000"));
      // A third each of 0.1 %, 0.2 % and 0.4 %, rounded up.
      expect(halfSpread).to.equal((wad("0.007") + 2n) / 3n);
      expect(await indexes.IDX.underlying()).to.equal("IDX");
      expect(await indexes.IDX.divisor()).to.equal(wad("0.6"));
      expect(await indexes.IDX.isDead()).to.equal(false);
    });

    it("moves with each part by its weight", async () => {
      const world = await load();
      await set(world, "C", "44");
      // 600 + 5 · 4 = 620
      expect((await world.indexes.IDX.read()).price).to.equal((wad("620") * 10n ** 18n) / wad("0.6"));
      const { halfSpread } = await world.indexes.IDX.read();
      const weighted = 200n * wad("0.001") + 200n * wad("0.002") + 220n * wad("0.004");
      expect(halfSpread).to.equal((weighted + 619n) / 620n);
    });

    it("is as old as its oldest part, and asks none that it has no units of", async () => {
      const world = await load();
      const time = await now();
      await world.feeds.A.setAt(parseUnits("2", 8), time - 500);
      await world.feeds.B.setAt(parseUnits("0.5", 8), time - 700);
      await world.feeds.D.set(0n);
      expect((await world.indexes.IDX.read()).updatedAt).to.equal(time - 700);
    });

    it("shows what it is made of", async () => {
      const { indexes, sources } = await load();
      const parts = await indexes.IDX.parts();
      expect(parts.map(({ units }) => units)).to.deep.equal(["100", "400", "5", "0"].map(wad));
      for (const [i, name] of ["A", "B", "C", "D"].entries()) {
        expect(parts[i].source).to.equal(await sources[name].getAddress());
      }
      expect(await indexes.IDX.maxWeight()).to.equal(wad("0.5"));
      expect(await indexes.IDX.delay()).to.equal(INDEX.delay);
      expect(await indexes.IDX.window()).to.equal(7 * DAY);
      expect(await indexes.IDX.deadAfter()).to.equal(INDEX.deadAfter);
      expect(await indexes.IDX.manager()).to.equal(deployer.address);
      expect(await indexes.IDX.proposal()).to.deep.equal([[], 0n, 0n]);
    });

    it("prices a market", async () => {
      const { clearingHouse, markets } = await load();
      expect((await clearingHouse.market(markets.IDXDAI.id)).price).to.equal(wad("1000"));
    });
  });

  describe("given a part that refuses", () => {
    it("refuses, and says which part and why", async () => {
      const world = await load();
      await world.feeds.B.set(0n);
      await expect(world.indexes.IDX.read())
        .to.be.revertedWithCustomError(world.indexes.IDX, "IndexSource_PartRefused")
        .withArgs(1n, zeroAnswer(world, 2n));
    });

    it("is dead only when a part of the basket is, for longer than the index waits", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      const time = await now();
      await networkHelpers.time.increaseTo(time + 3 * DAY + 10);
      await renew(world, "C", "D");
      expect(await world.sources.C.isDead(), "part C").to.equal(true);
      expect(await IDX.isDead(), "the index waits for a reconstitution").to.equal(false);
      await networkHelpers.time.increaseTo(time + INDEX.deadAfter + 10);
      expect(await IDX.isDead()).to.equal(true);
      await set(world, "C", "40");
      await renew(world, "D");
      expect(await IDX.isDead(), "D has no units").to.equal(false);
    });

    it("is dead at once when a dead part ended with no price to go on from", async () => {
      const world = await load();
      await world.feeds.C.set(0n);
      await networkHelpers.time.increase(3 * DAY + 10);
      await renew(world, "C");
      expect(await world.indexes.IDX.isDead()).to.equal(true);
    });

    it("tells its last level, which is none when a part has none", async () => {
      const world = await load();
      const time = await now();
      await networkHelpers.time.increase(2 * DAY);
      const [price, updatedAt] = await world.indexes.IDX.last();
      expect(price).to.equal(wad("1000"));
      expect(Number(updatedAt)).to.be.lessThanOrEqual(time);
      await world.feeds.C.set(-1n);
      expect((await world.indexes.IDX.last()).price).to.equal(0n);
    });
  });

  describe("settles its markets", () => {
    it("when a part stays dead and nobody goes on without it", async () => {
      const world = await load();
      const { clearingHouse, markets } = world;
      await networkHelpers.time.increase(INDEX.deadAfter + 10);
      await renew(world, "C");
      await expect(clearingHouse.settle(markets.IDXDAI.params)).to.emit(clearingHouse, "Settled");
    });
  });

  describe("is not made", () => {
    const attempt = async (changes: Record<string, unknown>) => {
      const { indexes, sources } = await load();
      const source = async (name: string) => sources[name].getAddress();
      const config = {
        underlying: "IDX",
        parts: [
          { source: await source("A"), units: wad("100") },
          { source: await source("B"), units: wad("400") },
        ],
        level: wad("1000"),
        maxWeight: wad("0.5"),
        delay: 4 * DAY,
        deadAfter: 14 * DAY,
        manager: ZeroAddress,
        ...changes,
      };
      return {
        IDX: indexes.IDX,
        a: await source("A"),
        made: () => new IndexSource__factory(deployer).deploy(config),
      };
    };
    const cases: [string, Record<string, unknown>, bigint, bigint, bigint][] = [
      ["underlying", { underlying: "" }, 0n, 1n, 31n],
      ["parts", { parts: [] }, 0n, 1n, 12n],
      ["level", { level: 0n }, 0n, 1n, 2n ** 96n - 1n],
      ["maxWeight", { maxWeight: wad("0.5") - 1n }, wad("0.5") - 1n, wad("0.5"), wad("1")],
      ["maxWeight", { maxWeight: wad("1") + 1n }, wad("1") + 1n, wad("0.5"), wad("1")],
      ["delay", { delay: 3 * DAY - 1 }, BigInt(3 * DAY - 1), BigInt(3 * DAY), 2n ** 32n - 1n],
      ["deadAfter", { deadAfter: 3 * DAY - 1 }, BigInt(3 * DAY - 1), BigInt(3 * DAY), 2n ** 32n - 1n],
    ];
    for (const [name, changes, value, least, most] of cases) {
      it(`with a ${name} of ${Object.values(changes)[0] || "nothing"}`, async () => {
        const { IDX, made } = await attempt(changes);
        await expect(made())
          .to.be.revertedWithCustomError(IDX, "IndexSource_ParameterOutOfBounds")
          .withArgs(name, value, least, most);
      });
    }

    it("with one source twice, of nothing, or above its cap", async () => {
      const { IDX, a, made } = await attempt({});
      await made();
      const twice = { parts: [1n, 2n].map((units) => ({ source: a, units })) };
      await expect((await attempt(twice)).made())
        .to.be.revertedWithCustomError(IDX, "IndexSource_DuplicatePart")
        .withArgs(1n, 0n);
      const nothing = { parts: [{ source: a, units: 0n }], maxWeight: wad("1") };
      await expect((await attempt(nothing)).made()).to.be.revertedWithCustomError(IDX, "IndexSource_NoUnits");
      const { sources } = await load();
      const uneven = {
        parts: [
          { source: a, units: wad("100") },
          { source: await sources.B.getAddress(), units: wad("200") },
        ],
      };
      await expect((await attempt(uneven)).made())
        .to.be.revertedWithCustomError(IDX, "IndexSource_WeightAboveCap")
        .withArgs(0n, (wad("2") + 2n) / 3n, wad("0.5"));
    });

    it("nor deployed with a market whose liquidity providers could not leave in time", () => {
      const parameters = override(readParameters("local"), withIndex({ delay: 172_800 }));
      expect(() => toPlan(parameters)).to.throw(
        "The delay of IDX is 172800 s, and leaving the pool of IDXDAI takes",
      );
    });
  });
});
