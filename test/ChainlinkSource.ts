import { expect } from "chai";
import { parseUnits, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { toWadDown } from "../sdk/math/Feed.ts";
import type { SettableFeed } from "../typechain-types/index.js";
import { ChainlinkSource__factory, SettableFeed__factory } from "../typechain-types/index.js";
import { DAY, HOUR, WAD } from "./fixture.ts";

const { ethers, networkHelpers } = await network.create();
const [deployer] = await ethers.getSigners();

const MAX_UINT256 = 2n ** 256n - 1n;

const terms = {
  underlying: "ETH",
  maxAge: HOUR,
  halfSpread: parseUnits("0.005", 18),
  minPrice: 10n * WAD,
  maxPrice: 100_000n * WAD,
  deadAfter: 3 * DAY,
  sequencer: ZeroAddress,
  sequencerGrace: 0,
};

const feedWith = (decimals = 8, answer = parseUnits("500", decimals)) =>
  new SettableFeed__factory(deployer).deploy(decimals, "ETH / USD", answer);

const sourceOf = (feed: SettableFeed, changes: Partial<typeof terms> = {}) =>
  new ChainlinkSource__factory(deployer).deploy({ feed, ...terms, ...changes });

async function fixture() {
  const feed = await feedWith();
  const source = await sourceOf(feed);
  return { feed, source, now: await networkHelpers.time.latest() };
}

/** Sets answer and time of the feed in a block of the given time, which the next view then sees as now. */
async function answer(feed: SettableFeed, value: bigint, updatedAt: number, now: number) {
  await networkHelpers.time.setNextBlockTimestamp(now);
  await feed.setAt(value, updatedAt);
}

describe("ChainlinkSource", () => {
  describe("given an answer that can be trusted", () => {
    it("gives the price, its half-spread and its time", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("525", 8), now + 5, now + 10);
      expect(await source.read()).to.deep.equal([525n * WAD, terms.halfSpread, BigInt(now + 5)]);
      expect(await source.isDead()).to.equal(false);
      expect(await source.underlying()).to.equal("ETH");
    });

    it("shows what it was made from", async () => {
      const { feed, source } = await networkHelpers.loadFixture(fixture);
      expect(await source.feed()).to.equal(await feed.getAddress());
      expect(await source.feedDecimals()).to.equal(8n);
      expect(await source.maxAge()).to.equal(terms.maxAge);
      expect(await source.halfSpread()).to.equal(terms.halfSpread);
      expect(await source.minPrice()).to.equal(terms.minPrice);
      expect(await source.maxPrice()).to.equal(terms.maxPrice);
      expect(await source.deadAfter()).to.equal(terms.deadAfter);
    });

    for (const decimals of [0, 6, 8, 18, 24, 38]) {
      it(`scales ${decimals} decimals to WAD, down`, async () => {
        // A digit in every place that the feed has.
        const value =
          decimals === 0 ? 501n : parseUnits("500", decimals) + (10n ** BigInt(decimals) * 2n) / 3n;
        const source = await sourceOf(await feedWith(decimals, value));
        const expected = (value * WAD) / 10n ** BigInt(decimals);
        expect((await source.read()).price).to.equal(expected);
        expect(toWadDown(value, BigInt(decimals)), "the model's price").to.equal(expected);
      });
    }

    it("takes one as old as maxAge, and prices at both bounds", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("10", 8), now, now + HOUR);
      expect((await source.read()).price).to.equal(terms.minPrice);
      await answer(feed, parseUnits("100000", 8), now + 1, now + HOUR + 1);
      expect((await source.read()).price).to.equal(terms.maxPrice);
    });
  });

  describe("given one that can't", () => {
    it("refuses a stale one", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("500", 8), now, now + HOUR + 1);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "ChainlinkSource_Stale")
        .withArgs(now, now + HOUR + 1, HOUR);
    });

    it("refuses one from the future", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("500", 8), now + 11, now + 10);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "ChainlinkSource_FromFuture")
        .withArgs(now + 11, now + 10);
    });

    it("refuses an incomplete round", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("500", 8), 0, now + 10);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "ChainlinkSource_IncompleteRound")
        .withArgs(2n);
    });

    it("refuses zero", async () => {
      const { feed, source } = await networkHelpers.loadFixture(fixture);
      await feed.set(0n);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "ChainlinkSource_ZeroAnswer")
        .withArgs(2n);
    });

    it("refuses a negative one", async () => {
      const { feed, source } = await networkHelpers.loadFixture(fixture);
      await feed.set(-1n);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "ChainlinkSource_NegativeAnswer")
        .withArgs(-1n);
    });

    it("refuses one below and one above the bounds", async () => {
      const { feed, source } = await networkHelpers.loadFixture(fixture);
      for (const [value, price] of [
        [parseUnits("10", 8) - 1n, 10n * WAD - 10n ** 10n],
        [parseUnits("100000", 8) + 1n, 100_000n * WAD + 10n ** 10n],
      ]) {
        await feed.set(value);
        await expect(source.read())
          .to.be.revertedWithCustomError(source, "ChainlinkSource_PriceOutOfBounds")
          .withArgs(price, terms.minPrice, terms.maxPrice);
      }
    });

    it("refuses one too large to be scaled, whatever the bounds", async () => {
      const largest = 2n ** 159n - 1n;
      const feed = await feedWith(0, largest);
      const source = await sourceOf(feed, { maxPrice: MAX_UINT256 - 1n });
      // 160 bits and 18 decimals still fit, so this one is a price.
      expect((await source.read()).price).to.equal(largest * WAD);
      const answers = ethers.AbiCoder.defaultAbiCoder().encode(
        ["uint80", "int256", "uint256", "uint256", "uint80"],
        [1n, 2n ** 255n - 1n, 1n, await networkHelpers.time.latest(), 1n],
      );
      // PUSH1 160, PUSH1 12, PUSH1 0, CODECOPY, PUSH1 160, PUSH1 0, RETURN: answers every call with these words.
      await networkHelpers.setCode(await feed.getAddress(), `0x60a0600c60003960a06000f3${answers.slice(2)}`);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "ChainlinkSource_PriceOutOfBounds")
        .withArgs(MAX_UINT256, terms.minPrice, MAX_UINT256 - 1n);
    });
  });

  describe("dead", () => {
    it("is a feed whose last answer is older than deadAfter, and not one merely stale", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("500", 8), now, now + 3 * DAY);
      await expect(source.read()).to.be.revertedWithCustomError(source, "ChainlinkSource_Stale");
      expect(await source.isDead(), "at deadAfter").to.equal(false);
      await networkHelpers.time.increaseTo(now + 3 * DAY + 1);
      expect(await source.isDead(), "beyond deadAfter").to.equal(true);
    });

    it("is also one whose last answer was worthless", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, 0n, now, now + 3 * DAY + 1);
      expect(await source.isDead()).to.equal(true);
    });

    it("is not one that answers, however worthless", async () => {
      const { feed, source } = await networkHelpers.loadFixture(fixture);
      await networkHelpers.time.increase(4 * DAY);
      for (const value of [0n, -1n, 1n, 10n ** 30n]) {
        await feed.set(value);
        expect(await source.isDead(), `an answer of ${value}`).to.equal(false);
      }
    });

    it("can't be told of an incomplete round or one from the future", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("500", 8), 0, now + 10);
      expect(await source.isDead()).to.equal(false);
      await answer(feed, parseUnits("500", 8), now + 4 * DAY, now + 11);
      expect(await source.isDead()).to.equal(false);
    });

    it("ends when the feed answers again", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await networkHelpers.time.increaseTo(now + 4 * DAY);
      expect(await source.isDead()).to.equal(true);
      await feed.set(parseUnits("500", 8));
      expect(await source.isDead()).to.equal(false);
    });

    it("is no claim about a feed that reverts, which is passed on", async () => {
      const { feed, source } = await networkHelpers.loadFixture(fixture);
      await networkHelpers.time.increase(4 * DAY);
      await networkHelpers.setCode(await feed.getAddress(), "0x60006000fd");
      await expect(source.isDead()).to.revert(ethers);
      await expect(source.read()).to.revert(ethers);
    });
  });

  describe("tells its last answer", () => {
    it("however old, but none that is no price", async () => {
      const { feed, source, now } = await networkHelpers.loadFixture(fixture);
      await answer(feed, parseUnits("500", 8), now, now + 9 * DAY);
      expect(await source.last()).to.deep.equal([500n * WAD, BigInt(now)]);
      for (const value of [0n, -1n, 1n, 10n ** 30n]) {
        await feed.set(value);
        expect((await source.last()).price, `an answer of ${value}`).to.equal(0n);
      }
      await feed.setAt(parseUnits("500", 8), now + 99 * DAY);
      expect((await source.last()).price, "from the future").to.equal(0n);
    });
  });

  describe("is not made", () => {
    const cases: [string, Partial<typeof terms>, bigint, bigint, bigint][] = [
      ["underlying", { underlying: "" }, 0n, 1n, 31n],
      ["underlying", { underlying: "x".repeat(32) }, 32n, 1n, 31n],
      ["deadAfter", { deadAfter: 3 * DAY - 1 }, BigInt(3 * DAY - 1), BigInt(3 * DAY), MAX_UINT256],
      ["maxAge", { maxAge: 0 }, 0n, 1n, BigInt(3 * DAY)],
      ["maxAge", { maxAge: 3 * DAY + 1 }, BigInt(3 * DAY + 1), 1n, BigInt(3 * DAY)],
      ["halfSpread", { halfSpread: WAD }, WAD, 0n, WAD - 1n],
      ["maxPrice", { maxPrice: MAX_UINT256 }, MAX_UINT256, 1n, MAX_UINT256 - 1n],
      ["minPrice", { minPrice: 0n }, 0n, 1n, terms.maxPrice],
      ["minPrice", { minPrice: terms.maxPrice + 1n }, terms.maxPrice + 1n, 1n, terms.maxPrice],
    ];
    for (const [name, changes, value, least, most] of cases) {
      it(`with a ${name} of ${Object.values(changes)[0] || "nothing"}`, async () => {
        const { feed, source } = await networkHelpers.loadFixture(fixture);
        await expect(sourceOf(feed, changes))
          .to.be.revertedWithCustomError(source, "ChainlinkSource_ParameterOutOfBounds")
          .withArgs(name, value, least, most);
      });
    }

    it("over a feed of 39 decimals", async () => {
      const { source } = await networkHelpers.loadFixture(fixture);
      await expect(sourceOf(await feedWith(39, 1n)))
        .to.be.revertedWithCustomError(source, "ChainlinkSource_ParameterOutOfBounds")
        .withArgs("decimals", 39n, 0n, 38n);
    });
  });
});
