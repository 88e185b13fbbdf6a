// ChainlinkSource on an L2: what its sequencer's feed says comes before what the price feed says.
import { expect } from "chai";
import { parseUnits, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { ChainlinkSource__factory, SettableFeed__factory } from "../typechain-types/index.js";

const { ethers, networkHelpers } = await network.create();
const [deployer] = await ethers.getSigners();

const HOUR = 3600;
const DAY = 24 * HOUR;
const [UP, DOWN] = [0n, 1n];
const PRICE = parseUnits("500", 8);

const terms = {
  underlying: "ETH",
  maxAge: HOUR,
  halfSpread: 0n,
  minPrice: 1n,
  maxPrice: 10n ** 24n,
  deadAfter: 3 * DAY,
};

async function fixture() {
  const feed = await new SettableFeed__factory(deployer).deploy(8, "ETH / USD", PRICE);
  // startedAt of a SettableFeed is its updatedAt.
  const sequencer = await new SettableFeed__factory(deployer).deploy(
    0,
    "L2 Sequencer Uptime Status Feed",
    UP,
  );
  const make = (changes: object = {}) =>
    new ChainlinkSource__factory(deployer).deploy({
      feed,
      ...terms,
      sequencer,
      sequencerGrace: HOUR,
      ...changes,
    });
  const source = await make();
  const start = await networkHelpers.time.latest();
  await networkHelpers.time.increaseTo(start + 2 * HOUR);
  await feed.set(PRICE);
  return { feed, sequencer, source, make, now: start + 2 * HOUR + 1 };
}

type World = Awaited<ReturnType<typeof fixture>>;

/** What the two feeds say in a block at `now`, which views then see as the time. */
async function say({ feed, sequencer }: World, now: number, status: [bigint, number], updatedAt = now) {
  await feed.setAt(PRICE, updatedAt);
  await networkHelpers.time.setNextBlockTimestamp(now);
  await sequencer.setAt(...status);
}

describe("ChainlinkSource over an L2's sequencer", () => {
  it("gives the price while it is up, and shows what it was made from", async () => {
    const { source, sequencer } = await networkHelpers.loadFixture(fixture);
    expect((await source.read()).price).to.equal(parseUnits("500", 18));
    expect(await source.sequencer()).to.equal(await sequencer.getAddress());
    expect(await source.sequencerGrace()).to.equal(HOUR);
  });

  it("refuses while it is down, however fresh the price", async () => {
    const world = await networkHelpers.loadFixture(fixture);
    await say(world, world.now + 10, [DOWN, world.now]);
    await expect(world.source.read())
      .to.be.revertedWithCustomError(world.source, "ChainlinkSource_SequencerDown")
      .withArgs(world.now);
    expect((await world.source.last()).price, "the last price is told").to.equal(parseUnits("500", 18));
  });

  it("refuses within the grace after it came up, to the second", async () => {
    const world = await networkHelpers.loadFixture(fixture);
    const { source, now } = world;
    await say(world, now + 10 + HOUR, [UP, now + 10]);
    await expect(source.read())
      .to.be.revertedWithCustomError(source, "ChainlinkSource_SequencerGrace")
      .withArgs(now + 10, now + 10 + HOUR + 1, now + 10 + HOUR);
    await networkHelpers.time.increaseTo(now + 10 + HOUR + 1);
    expect((await source.read()).price).to.equal(parseUnits("500", 18));
  });

  it("refuses what tells nothing", async () => {
    const world = await networkHelpers.loadFixture(fixture);
    for (const [i, [answer, startedAt]] of [
      [UP, 0],
      [2n, world.now],
      [-1n, world.now],
    ].entries()) {
      await say(world, world.now + 10 + i * 10, [answer as bigint, startedAt as number]);
      await expect(world.source.read())
        .to.be.revertedWithCustomError(world.source, "ChainlinkSource_SequencerUnknown")
        .withArgs(answer, startedAt);
    }
  });

  it("then still looks at the price", async () => {
    const world = await networkHelpers.loadFixture(fixture);
    await networkHelpers.time.increaseTo(world.now + 2 * HOUR);
    await expect(world.source.read()).to.be.revertedWithCustomError(world.source, "ChainlinkSource_Stale");
  });

  describe("is dead", () => {
    it("of a feed that is silent for deadAfter while the sequencer is up", async () => {
      const world = await networkHelpers.loadFixture(fixture);
      await networkHelpers.time.increaseTo(world.now + 3 * DAY);
      expect(await world.source.isDead(), "at deadAfter").to.equal(false);
      await networkHelpers.time.increaseTo(world.now + 3 * DAY + 1);
      expect(await world.source.isDead(), "beyond").to.equal(true);
    });

    it("not of an outage, nor before the feed had deadAfter to answer after it", async () => {
      const world = await networkHelpers.loadFixture(fixture);
      const { source, now, sequencer } = world;
      const up = now + 30 * DAY;
      await say(world, now + 20 * DAY, [DOWN, now + 10], now);
      expect(await source.isDead(), "while it is down, for weeks").to.equal(false);
      await networkHelpers.time.setNextBlockTimestamp(up + 5);
      await sequencer.setAt(UP, up);
      expect(await source.isDead(), "when it comes up").to.equal(false);
      await networkHelpers.time.increaseTo(up + HOUR + 1);
      await expect(source.read(), "the feed has not answered yet").to.be.revertedWithCustomError(
        source,
        "ChainlinkSource_Stale",
      );
      expect(await source.isDead(), "after the grace, before the first answer").to.equal(false);
      await networkHelpers.time.increaseTo(up + 3 * DAY);
      expect(await source.isDead(), "as long as it may still answer").to.equal(false);
      await networkHelpers.time.increaseTo(up + 3 * DAY + 1);
      expect(await source.isDead(), "when it has not for so long").to.equal(true);
      await world.feed.set(PRICE);
      expect(await source.isDead(), "until it answers").to.equal(false);
      expect((await source.read()).price).to.equal(parseUnits("500", 18));
    });

    it("not where the sequencer's feed tells nothing, which must not settle a market", async () => {
      const world = await networkHelpers.loadFixture(fixture);
      const then = world.now + 30 * DAY;
      for (const [i, status] of (
        [
          [UP, 0],
          [2n, 1],
          [UP, then + 1000],
        ] as [bigint, number][]
      ).entries()) {
        await say(world, then + i * 10, status, world.now);
        expect(await world.source.isDead(), `${status}`).to.equal(false);
      }
    });
  });

  it("is not made with a grace of nothing, of more than a day, or of a sequencer that there isn't", async () => {
    const { source, make } = await networkHelpers.loadFixture(fixture);
    for (const [changes, values] of [
      [{ sequencerGrace: 0 }, [0n, 1n, BigInt(DAY)]],
      [{ sequencerGrace: DAY + 1 }, [BigInt(DAY + 1), 1n, BigInt(DAY)]],
      [{ sequencer: ZeroAddress }, [BigInt(HOUR), 0n, 0n]],
    ] as const) {
      await expect(make(changes))
        .to.be.revertedWithCustomError(source, "ChainlinkSource_ParameterOutOfBounds")
        .withArgs("sequencerGrace", ...values);
    }
  });
});
