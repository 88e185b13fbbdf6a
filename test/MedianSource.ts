import { expect } from "chai";
import { parseUnits } from "ethers";
import { MedianSource__factory, SourceFeed__factory } from "../typechain-types/index.js";
import { chainWith, DAY, wad } from "./fixture.ts";
import { part } from "./indexes.ts";

const { deployer, load, networkHelpers, now } = await chainWith({
  sources: { A: part("X", "100", "0.001"), B: part("X", "100", "0.002"), C: part("X", "100", "0.004") },
});

/** A median of A, B and C, or of the first two, that agree within 2 %. */
async function medianOf(count: number) {
  const world = await load();
  const { A, B, C } = world.sources;
  const sources = await Promise.all([A, B, C].slice(0, count).map((source) => source.getAddress()));
  const config = { underlying: "X", sources, maxDivergence: wad("0.02") };
  const median = await new MedianSource__factory(deployer).deploy(config);
  const say = async (...prices: string[]) => {
    for (const [i, price] of prices.entries()) {
      await world.feeds["ABC"[i]].set(parseUnits(price, 8));
    }
  };
  return { ...world, median, config, say };
}

describe("MedianSource", () => {
  describe("of three", () => {
    for (const [prices, price, halfSpread] of [
      [["100", "101", "102"], "101", "0.004"],
      [["101", "100", "100.5"], "100.5", "0.004"],
      [["100", "100.5", "250"], "100.5", "0.002"],
      [["100", "0.01", "101"], "100", "0.004"],
      [["100", "100", "100"], "100", "0.002"],
      [["102", "100", "90"], "100", "0.002"],
    ] as [string[], string, string][]) {
      it(`says ${price} to ${prices.join(", ")}`, async () => {
        const { median, say } = await medianOf(3);
        await say(...prices);
        const answer = await median.read();
        expect(answer.price).to.equal(wad(price));
        expect(answer.halfSpread, "the wider of the middle and its nearest").to.equal(wad(halfSpread));
      });
    }

    it("is as old as the oldest", async () => {
      const { median, feeds } = await medianOf(3);
      const time = await now();
      await feeds.B.setAt(parseUnits("100", 8), time - 100);
      expect((await median.read()).updatedAt).to.equal(time - 100);
    });

    it("refuses when no two are near each other", async () => {
      const { median, say } = await medianOf(3);
      await say("100", "103", "110");
      await expect(median.read())
        .to.be.revertedWithCustomError(median, "MedianSource_Diverging")
        .withArgs(wad("103"), wad("100"), wad("0.03"), wad("0.02"));
    });

    it("goes on with two that agree when one refuses, and charges for what is between them", async () => {
      const { median, say, feeds } = await medianOf(3);
      await say("100", "101");
      await feeds.C.set(0n);
      const { price, halfSpread } = await median.read();
      expect(price).to.equal(wad("100.5"));
      expect(halfSpread).to.equal(wad("0.002") + (wad("1") + 200n) / 201n);
    });

    it("refuses when two refuse", async () => {
      const { median, feeds } = await medianOf(3);
      await feeds.B.set(-1n);
      await feeds.C.set(0n);
      await expect(median.read())
        .to.be.revertedWithCustomError(median, "MedianSource_TooFewAnswers")
        .withArgs(1n, 3n);
    });

    it("is not stopped by one that reverts", async () => {
      const { median, feeds } = await medianOf(3);
      await networkHelpers.setCode(await feeds.A.getAddress(), "0x60006000fd");
      expect((await median.read()).price).to.equal(wad("100"));
      expect(await median.isDead()).to.equal(false);
    });

    it("is dead when two are", async () => {
      const { median, feeds } = await medianOf(3);
      await networkHelpers.time.increase(3 * DAY + 10);
      expect(await median.isDead(), "all of them").to.equal(true);
      await feeds.A.set(parseUnits("100", 8));
      expect(await median.isDead(), "two of them").to.equal(true);
      await feeds.B.set(0n);
      expect(await median.isDead(), "one of them").to.equal(false);
    });

    it("tells the median of the last answers, as of the second newest", async () => {
      const { median, feeds } = await medianOf(3);
      const time = await now();
      await feeds.A.setAt(parseUnits("100", 8), time - 30);
      await feeds.B.setAt(parseUnits("90", 8), time - 20);
      await feeds.C.setAt(parseUnits("200", 8), time - 10);
      await networkHelpers.time.increase(9 * DAY);
      expect(await median.last()).to.deep.equal([wad("100"), BigInt(time - 20)]);
      await feeds.C.set(0n);
      expect(await median.last()).to.deep.equal([wad("95"), BigInt(time - 30)]);
      await feeds.A.set(0n);
      expect((await median.last()).price).to.equal(0n);
    });
  });

  describe("of two", () => {
    it("says their mean", async () => {
      const { median, say } = await medianOf(2);
      await say("100", "102");
      const { price, halfSpread } = await median.read();
      expect(price).to.equal(wad("101"));
      expect(halfSpread).to.equal(wad("0.002") + (wad("2") + 201n) / 202n);
    });

    it("refuses when they disagree, or one refuses, and is dead with one of them", async () => {
      const { median, say, feeds } = await medianOf(2);
      await say("102.01", "100");
      await expect(median.read())
        .to.be.revertedWithCustomError(median, "MedianSource_Diverging")
        .withArgs(wad("102.01"), wad("100"), wad("0.0201"), wad("0.02"));
      await feeds.B.set(0n);
      await expect(median.read()).to.be.revertedWithCustomError(median, "MedianSource_TooFewAnswers");
      await networkHelpers.time.increase(3 * DAY + 10);
      await say("100");
      expect(await median.isDead()).to.equal(true);
    });
  });

  it("shows what it was made from", async () => {
    const { median, config } = await medianOf(3);
    expect(await median.sources()).to.deep.equal(config.sources);
    expect(await median.maxDivergence()).to.equal(config.maxDivergence);
    expect(await median.underlying()).to.equal("X");
  });

  it("is not made of one, or of one twice, or without a divergence", async () => {
    const { median, config } = await medianOf(3);
    const made = (changes: object) => new MedianSource__factory(deployer).deploy({ ...config, ...changes });
    const [a, b] = config.sources;
    await expect(made({ sources: [a] }))
      .to.be.revertedWithCustomError(median, "MedianSource_ParameterOutOfBounds")
      .withArgs("sources", 1n, 2n, 3n);
    await expect(made({ sources: [a, b, a] }))
      .to.be.revertedWithCustomError(median, "MedianSource_DuplicateSource")
      .withArgs(2n, 0n);
    await expect(made({ maxDivergence: 0n }))
      .to.be.revertedWithCustomError(median, "MedianSource_ParameterOutOfBounds")
      .withArgs("maxDivergence", 0n, 1n, wad("1") - 1n);
    await expect(made({ underlying: "" }))
      .to.be.revertedWithCustomError(median, "MedianSource_ParameterOutOfBounds")
      .withArgs("underlying", 0n, 1n, 31n);
  });
});

describe("SourceFeed", () => {
  const fixture = async () => {
    const { median, say, feeds } = await medianOf(2);
    return { median, say, feeds, feed: await new SourceFeed__factory(deployer).deploy(median) };
  };

  it("answers what its source says", async () => {
    const { median, say, feed } = await fixture();
    await say("100", "101");
    const { price, updatedAt } = await median.read();
    const round = [updatedAt, price, updatedAt, updatedAt, updatedAt];
    expect(await feed.latestRoundData()).to.deep.equal(round);
    expect(await feed.getRoundData(updatedAt)).to.deep.equal(round);
    expect(await feed.decimals()).to.equal(18n);
    expect(await feed.description()).to.equal("X");
    expect(await feed.version()).to.equal(1n);
    expect(await feed.source()).to.equal(await median.getAddress());
  });

  it("refuses what its source refuses, with its error, and what is no answer", async () => {
    const { median, say, feed, feeds } = await fixture();
    await expect(feed.getRoundData(1n)).to.be.revertedWithCustomError(feed, "SourceFeed_NoHistory");
    await say("100", "150");
    await expect(feed.latestRoundData()).to.be.revertedWithCustomError(median, "MedianSource_Diverging");
    await feeds.A.set(0n);
    await expect(feed.latestRoundData()).to.be.revertedWithCustomError(median, "MedianSource_TooFewAnswers");
    // A source that answers every call with zeros.
    await networkHelpers.setCode(await median.getAddress(), "0x60606000f3");
    await expect(feed.latestRoundData())
      .to.be.revertedWithCustomError(feed, "SourceFeed_PriceOutOfRange")
      .withArgs(0n);
  });
});
