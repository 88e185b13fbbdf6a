import { expect } from "chai";
import { parseUnits } from "ethers";
import { type MedianSource, MedianSource__factory, SourceFeed__factory } from "../typechain-types/index.js";
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

/** What a call that reads a median uses, all told. */
async function gasOfReading(median: MedianSource): Promise<bigint> {
  const data = median.interface.encodeFunctionData("read");
  const sent = await deployer.sendTransaction({ to: median, data, gasLimit: 16_000_000n });
  return (await sent.wait())!.gasUsed;
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

    it("is not stopped by one without code, one that answers too little, or one from the future", async () => {
      const { median, feeds, sources } = await medianOf(3);
      await feeds.A.setAt(parseUnits("150", 8), (await now()) + 500);
      expect((await median.read()).price).to.equal(wad("100"));
      // Stops at once; answers one word.
      for (const code of ["0x00", "0x60206000f3", "0x"]) {
        await networkHelpers.setCode(await sources.A.getAddress(), code);
        expect((await median.read()).price, `code ${code}`).to.equal(wad("100"));
        expect(await median.isDead()).to.equal(false);
        expect((await median.last()).price).to.equal(wad("100"));
      }
    });

    it("lets one that burns all gas burn no more than its share", async () => {
      const { median, sources } = await medianOf(3);
      // JUMPDEST, PUSH1 0, JUMP
      await networkHelpers.setCode(await sources.A.getAddress(), "0x5b600056");
      for (const gasLimit of [900_000n, 16_000_000n]) {
        expect((await median.read.staticCall({ gasLimit })).price).to.equal(wad("100"));
      }
      const [withOne, withNone] = [
        await gasOfReading(median),
        await gasOfReading((await medianOf(3)).median),
      ];
      expect(withOne - withNone < 405_000n, `${withOne - withNone} gas`).to.equal(true);
    });

    it("hears the same sources whatever gas the caller brings", async () => {
      const { median, say } = await medianOf(3);
      await say("100", "101", "102");
      const whole = await median.read();
      let [answered, refused] = [0, 0];
      for (let gasLimit = 24_000n; gasLimit < 700_000n; gasLimit += 3_001n) {
        const found = await median.read.staticCall({ gasLimit }).catch(() => undefined);
        if (found === undefined) refused++;
        else {
          answered++;
          expect(found, `with ${gasLimit} gas`).to.deep.equal(whole);
        }
      }
      expect(answered > 20 && refused > 20, `${answered} answered, ${refused} refused`).to.equal(true);
      await expect(median.read.staticCall({ gasLimit: 300_000n }))
        .to.be.revertedWithCustomError(median, "MedianSource_TooLittleGas")
        .withArgs((gas: bigint) => gas < 420_000n, 420_000n);
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
