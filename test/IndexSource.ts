import { expect } from "chai";
import { parseUnits, ZeroAddress } from "ethers";
import { override, readParameters, toPlan } from "../deploy/parameters.ts";
import { IndexSource__factory } from "../typechain-types/index.js";
import { chainWith, DAY, wad } from "./fixture.ts";
import { INDEX, withIndex } from "./indexes.ts";

const { alice, deployer, load, networkHelpers, now } = await chainWith(withIndex());
const [DELAY, WINDOW] = [INDEX.delay, 7 * DAY];
/** Units of A, B, C and D that make other weights: 25 % each but for D's 25.6 %. */
const OTHER = [wad("50"), wad("200"), wad("2.5"), wad("12.9")];
const WITHOUT_C = [wad("100"), wad("400"), 0n, wad("10")];

type World = Awaited<ReturnType<typeof load>>;

const set = ({ feeds }: World, name: string, price: string) => feeds[name].set(parseUnits(price, 8));

/** Renews what the feeds say, all but those named. */
async function renew({ feeds }: World, ...but: string[]) {
  for (const [name, feed] of Object.entries(feeds)) {
    if (!but.includes(name)) await feed.set((await feed.latestRoundData())[1]);
  }
}

/** Proposes units, and lets the delay pass; feeds named are silent in the meantime. */
async function proposed(world: World, units: bigint[], ...silent: string[]) {
  await world.indexes.IDX.propose(units);
  await networkHelpers.time.increase(DELAY);
  await renew(world, ...silent);
}

const errorOf = (world: World, name: string, values: unknown[]) =>
  world.sources.A.interface.encodeErrorResult(name as "ChainlinkSource_ZeroAnswer", values as [bigint]);

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
      await world.feeds.A.setAt(parseUnits("2", 8), time - 5_000);
      await world.feeds.B.setAt(parseUnits("0.5", 8), time - 7_000);
      await world.feeds.D.set(0n);
      expect((await world.indexes.IDX.read()).updatedAt).to.equal(time - 7_000);
    });

    it("shows what it is made of", async () => {
      const { indexes, sources } = await load();
      const parts = await indexes.IDX.parts();
      expect(parts.map(({ units }) => units)).to.deep.equal(["100", "400", "5", "0"].map(wad));
      for (const [i, name] of ["A", "B", "C", "D"].entries()) {
        expect(parts[i].source).to.equal(await sources[name].getAddress());
      }
      expect(await indexes.IDX.maxWeight()).to.equal(wad("0.5"));
      expect(await indexes.IDX.delay()).to.equal(DELAY);
      expect(await indexes.IDX.window()).to.equal(WINDOW);
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
        .withArgs(1n, errorOf(world, "ChainlinkSource_ZeroAnswer", [2n]));
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

  describe("reconstituted", () => {
    it("is announced, waits, and can be executed by anyone, at the same level", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      const time = await now();
      await expect(IDX.propose(OTHER))
        .to.emit(IDX, "Proposed")
        .withArgs(OTHER, time + 1 + DELAY, time + 1 + DELAY + WINDOW);
      expect(await IDX.proposal()).to.deep.equal([
        OTHER,
        BigInt(time + 1 + DELAY),
        BigInt(time + 1 + DELAY + WINDOW),
      ]);
      await networkHelpers.time.increaseTo(time + DELAY - 10);
      await renew(world);
      await set(world, "A", "2.2");
      await set(world, "D", "7.77");
      await networkHelpers.time.setNextBlockTimestamp(time + DELAY);
      await expect(IDX.connect(alice).execute())
        .to.be.revertedWithCustomError(IDX, "IndexSource_TooEarly")
        .withArgs(time + 1 + DELAY, time + DELAY);
      const before = await IDX.read();
      await networkHelpers.time.setNextBlockTimestamp(time + DELAY + 1);
      await expect(IDX.connect(alice).execute()).to.emit(IDX, "Reconstituted");
      const after = await IDX.read();
      // By less than level/divisor: at these prices 1 in 5e17.
      expect(after.price - before.price).to.be.within(0n, before.price / (await IDX.divisor()) + 1n);
      expect((await IDX.parts()).map(({ units }) => units)).to.deep.equal(OTHER);
      expect(await IDX.proposal()).to.deep.equal([[], 0n, 0n]);
      await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_NothingProposed");
      await set(world, "D", "7.8");
      expect((await IDX.read()).price, "D counts now").to.be.greaterThan(after.price);
    });

    it("can be withdrawn, replaced, and expires", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      await expect(IDX.cancel()).to.be.revertedWithCustomError(IDX, "IndexSource_NothingProposed");
      await IDX.propose(OTHER);
      await expect(IDX.cancel()).to.emit(IDX, "Cancelled");
      await networkHelpers.time.increase(DELAY);
      await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_NothingProposed");

      await IDX.propose(OTHER);
      await networkHelpers.time.increase(DELAY);
      const replacedAt = await now();
      await IDX.propose(WITHOUT_C);
      await expect(IDX.execute(), "the time begins anew").to.be.revertedWithCustomError(
        IDX,
        "IndexSource_TooEarly",
      );
      const end = replacedAt + 1 + DELAY + WINDOW;
      await networkHelpers.time.setNextBlockTimestamp(end + 1);
      await expect(IDX.execute())
        .to.be.revertedWithCustomError(IDX, "IndexSource_Expired")
        .withArgs(end, end + 1);
    });

    it("is for the manager to propose, and for a whole basket", async () => {
      const { indexes } = await load();
      const { IDX } = indexes;
      const calls = [() => IDX.connect(alice).propose(OTHER), () => IDX.connect(alice).cancel()];
      for (const call of calls) {
        await expect(call())
          .to.be.revertedWithCustomError(IDX, "IndexSource_NotManager")
          .withArgs(alice.address, deployer.address);
      }
      await expect(IDX.propose(OTHER.slice(1)))
        .to.be.revertedWithCustomError(IDX, "IndexSource_UnitsMismatch")
        .withArgs(3n, 4n);
      await expect(IDX.propose([0n, 0n, 0n, 0n])).to.be.revertedWithCustomError(IDX, "IndexSource_NoUnits");
      await expect(IDX.propose([1n, 2n ** 96n, 1n, 1n]))
        .to.be.revertedWithCustomError(IDX, "IndexSource_TooManyUnits")
        .withArgs(1n, 2n ** 96n, 2n ** 96n - 1n);
    });

    it("is refused above the cap at the prices of its execution, and can be proposed anew", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      // A third each now; when C has trebled it is 60 % of the basket.
      await proposed(world, ["100", "400", "5", "0"].map(wad));
      await set(world, "C", "120");
      await expect(IDX.execute())
        .to.be.revertedWithCustomError(IDX, "IndexSource_WeightAboveCap")
        .withArgs(2n, wad("0.6"), wad("0.5"));
      expect((await IDX.read()).price, "the index goes on").to.be.greaterThan(0n);
      await proposed(world, ["100", "400", "2.5", "0"].map(wad));
      await IDX.execute();
    });

    it("keeps a divisor that keeps the level", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      await proposed(world, [1n, 4n, 0n, 1n]);
      // Values of 2, 2 and 8 wei, D's above the cap of half: of none but its units the level could not be kept either.
      await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_WeightAboveCap");
      await proposed(world, [2n, 8n, 0n, 0n]);
      await expect(IDX.execute())
        .to.be.revertedWithCustomError(IDX, "IndexSource_DivisorOutOfBounds")
        .withArgs(0n, 10n ** 12n, 2n ** 128n - 1n);
    });

    it("does not take in a part that would make it older, which would stop its markets", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      await proposed(world, OTHER);
      const time = await now();
      await world.feeds.D.setAt(parseUnits("8", 8), time - 1_000);
      const [, , updatedAt] = await IDX.read();
      await expect(IDX.execute())
        .to.be.revertedWithCustomError(IDX, "IndexSource_OlderBasket")
        .withArgs(time - 1_000, updatedAt);
      await set(world, "D", "8");
      await IDX.execute();
    });

    it("goes on without a dead part, which counts with its last answer", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      const { clearingHouse, markets } = world;
      await set(world, "C", "42");
      const level = (await IDX.read()).price;
      await IDX.propose(WITHOUT_C);
      // C is silent. Refusing is not yet dead: it can't be left out at a price that may be on its way back.
      await networkHelpers.time.increase(2 * DAY);
      await renew(world, "C");
      await expect(IDX.read()).to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused");
      await IDX.propose(WITHOUT_C);
      await networkHelpers.time.increase(DELAY);
      await renew(world, "C");
      expect(await world.sources.C.isDead()).to.equal(true);
      await expect(
        clearingHouse.settle(markets.IDXDAI.params),
        "the index has longer than its part",
      ).to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused");
      await IDX.execute();
      const after = (await IDX.read()).price;
      expect(after - level).to.be.within(0n, 10n ** 6n);
      await clearingHouse.sync(markets.IDXDAI.params, alice);
      expect((await clearingHouse.market(markets.IDXDAI.id)).price, "the market goes on").to.equal(after);
    });

    it("does not leave out a part that refuses but is not dead", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      await proposed(world, WITHOUT_C);
      await world.feeds.C.set(0n);
      await expect(IDX.execute())
        .to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused")
        .withArgs(2n, errorOf(world, "ChainlinkSource_ZeroAnswer", [3n]));
    });

    it("does not take in, nor keep, a part that is dead", async () => {
      const world = await load();
      const { IDX } = world.indexes;
      await proposed(world, OTHER, "D");
      await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused");
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
