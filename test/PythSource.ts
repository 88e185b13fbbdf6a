import { expect } from "chai";
import { ZeroHash } from "ethers";
import { fromExponentDown } from "../sdk/math/Feed.ts";
import { PythSource__factory } from "../typechain-types/index.js";
import { chainWith, DAY, wad } from "./fixture.ts";
import { deployPyth, FEE, type Signed } from "./pyth.ts";

const { alice, deployer, ethers, loadFixture, networkHelpers, now } = await chainWith();

const fixture = async () => deployPyth(deployer, await now());

describe("PythSource", () => {
  describe("given a price that can be trusted", () => {
    it("gives it, with the confidence as half-spread", async () => {
      const { source, bring } = await loadFixture(fixture);
      const at = await now();
      await bring({ price: 52_500_000_000n, conf: 105_000_000n, at });
      expect(await source.read()).to.deep.equal([wad("525"), wad("0.002"), BigInt(at)]);
      expect(await source.isDead()).to.equal(false);
      expect(await source.underlying()).to.equal("ETH");
      expect(await source.last()).to.deep.equal([wad("525"), BigInt(at)]);
    });

    it("never a half-spread below the least, and rounds it up", async () => {
      const { source, bring } = await loadFixture(fixture);
      const at = await now();
      await bring({ price: 50_000_000_000n, conf: 1n, at });
      expect((await source.read()).halfSpread).to.equal(wad("0.0005"));
      await bring({ price: 70_000_000_000n, conf: 100_000_000n, at: at + 1 });
      expect((await source.read()).halfSpread).to.equal(wad("1") / 700n + 1n);
    });

    for (const [price, expo] of [
      [500n, 0],
      [5n, 2],
      [500_123_456_789n, -9],
      [500_123_456_789_012_345n, -15],
    ] as [bigint, number][]) {
      it(`scales ${price}e${expo}`, async () => {
        const { source, bring } = await loadFixture(fixture);
        await bring({ price, conf: 0n, expo, at: await now() });
        const scaled = (price * 10n ** BigInt(18 + Math.max(expo, 0))) / 10n ** BigInt(Math.max(-expo, 0));
        expect((await source.read()).price).to.equal(scaled);
        expect(fromExponentDown(price, BigInt(expo)), "the model's").to.equal(scaled);
      });
    }

    it("shows what it was made from", async () => {
      const { source, config, pyth } = await loadFixture(fixture);
      expect(await source.pyth()).to.equal(await pyth.getAddress());
      for (const name of [
        "priceId",
        "maxAge",
        "minHalfSpread",
        "maxHalfSpread",
        "minPrice",
        "maxPrice",
      ] as const) {
        expect(await source[name](), name).to.equal(config[name]);
      }
      expect(await source.deadAfter()).to.equal(config.deadAfter);
    });
  });

  describe("given one that can't", () => {
    const cases: [string, Omit<Signed, "at">, string, (at: number) => unknown[]][] = [
      ["zero", { price: 0n }, "ZeroPrice", () => []],
      ["negative", { price: -5n }, "NegativePrice", () => [-5n]],
      [
        "too low",
        { price: 999_999_999n },
        "PriceOutOfBounds",
        () => [wad("9.99999999"), wad("10"), wad("100000")],
      ],
      [
        "too high",
        { price: 1n, expo: 6 },
        "PriceOutOfBounds",
        () => [wad("1000000"), wad("10"), wad("100000")],
      ],
      [
        "beyond scaling",
        { price: 1n, expo: 99 },
        "PriceOutOfBounds",
        () => [2n ** 256n - 1n, wad("10"), wad("100000")],
      ],
      [
        "too uncertain",
        { price: 50_000_000_000n, conf: 1_000_000_001n },
        "ConfidenceTooWide",
        () => [20_000_000_020_000_000n, wad("0.02")],
      ],
    ];
    for (const [what, signed, error, values] of cases) {
      it(`refuses one that is ${what}`, async () => {
        const { source, bring } = await loadFixture(fixture);
        const at = await now();
        await bring({ conf: 0n, ...signed, at });
        await expect(source.read())
          .to.be.revertedWithCustomError(source, `PythSource_${error}`)
          .withArgs(...values(at));
        expect((await source.last()).price, "nor is it a last price").to.equal(
          what === "too uncertain" ? wad("500") : 0n,
        );
      });
    }

    it("refuses one that is too old", async () => {
      const { source, bring } = await loadFixture(fixture);
      const at = await now();
      await bring({ price: 50_000_000_000n, at });
      await networkHelpers.time.increaseTo(at + 60);
      await source.read();
      await networkHelpers.time.increaseTo(at + 61);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "PythSource_Stale")
        .withArgs(at, at + 61, 60);
      expect((await source.last()).price).to.equal(wad("500"));
    });

    it("refuses one from the future", async () => {
      const { source, bring } = await loadFixture(fixture);
      const at = (await now()) + 100;
      await bring({ price: 50_000_000_000n, at });
      await expect(source.read()).to.be.revertedWithCustomError(source, "PythSource_FromFuture");
      expect((await source.last()).price).to.equal(0n);
      expect(await source.isDead()).to.equal(false);
    });
  });

  describe("updated", () => {
    it("pays Pyth out of what is sent, and gives the rest back", async () => {
      const { source, sign, pyth } = await loadFixture(fixture);
      const updates = [await sign({ price: 51_000_000_000n, at: await now() })];
      expect(await source.updateFee(updates)).to.equal(FEE);
      const before = await ethers.provider.getBalance(pyth);
      await expect(source.connect(alice).update(updates, { value: 1_000n })).to.changeEtherBalances(
        ethers,
        [alice, pyth, source],
        [-FEE, FEE, 0n],
      );
      expect(await ethers.provider.getBalance(pyth)).to.equal(before + FEE);
      expect((await source.read()).price).to.equal(wad("510"));
    });

    it("refuses less than the fee", async () => {
      const { source, sign } = await loadFixture(fixture);
      const updates = [await sign({ price: 51_000_000_000n, at: await now() })];
      await expect(source.update(updates, { value: FEE - 1n }))
        .to.be.revertedWithCustomError(source, "PythSource_FeeNotPaid")
        .withArgs(FEE - 1n, FEE);
    });

    it("never goes back in time", async () => {
      const { source, sign } = await loadFixture(fixture);
      const at = await now();
      const [newer, older] = [
        await sign({ price: 51_000_000_000n, at }),
        await sign({ price: 40_000_000_000n, at: at - 5 }),
      ];
      await source.update([newer], { value: FEE });
      await source.update([older], { value: FEE });
      await source.update([older, newer], { value: 2n * FEE });
      expect((await source.read()).updatedAt).to.equal(at);
      expect((await source.read()).price).to.equal(wad("510"));
    });
  });

  describe("dead", () => {
    it("is one that nobody renewed for longer than deadAfter, until somebody does", async () => {
      const { source, bring } = await loadFixture(fixture);
      const at = await now();
      await bring({ price: 50_000_000_000n, at });
      await networkHelpers.time.increaseTo(at + 3 * DAY);
      expect(await source.isDead(), "at deadAfter").to.equal(false);
      await networkHelpers.time.increaseTo(at + 3 * DAY + 1);
      expect(await source.isDead(), "beyond").to.equal(true);
      await bring({ price: 0n, at: at + 3 * DAY });
      expect(await source.isDead(), "worthless, but alive").to.equal(false);
    });
  });

  describe("is not made", () => {
    const MAX = 2n ** 256n - 1n;
    const cases: [string, Record<string, unknown>, bigint, bigint, bigint][] = [
      ["underlying", { underlying: "" }, 0n, 1n, 31n],
      ["deadAfter", { deadAfter: 3 * DAY - 1 }, BigInt(3 * DAY - 1), BigInt(3 * DAY), MAX],
      ["maxAge", { maxAge: 0 }, 0n, 1n, BigInt(3 * DAY)],
      ["maxHalfSpread", { maxHalfSpread: wad("1") }, wad("1"), 1n, wad("1") - 1n],
      ["minHalfSpread", { minHalfSpread: wad("0.03") }, wad("0.03"), 0n, wad("0.02")],
      ["maxPrice", { maxPrice: MAX }, MAX, 1n, MAX - 1n],
      ["minPrice", { minPrice: 0n }, 0n, 1n, wad("100000")],
    ];
    for (const [name, changes, value, least, most] of cases) {
      it(`with a ${name} out of bounds`, async () => {
        const { source, config } = await loadFixture(fixture);
        await expect(new PythSource__factory(deployer).deploy({ ...config, ...changes }))
          .to.be.revertedWithCustomError(source, "PythSource_ParameterOutOfBounds")
          .withArgs(name, value, least, most);
      });
    }

    it("for an id that Pyth does not know", async () => {
      const { config } = await loadFixture(fixture);
      await expect(new PythSource__factory(deployer).deploy({ ...config, priceId: ZeroHash })).to.revert(
        ethers,
      );
    });
  });
});
