// An L2's sequencer and its grace.
import { expect } from "chai";
import { type AddressLike, parseUnits, ZeroAddress } from "ethers";
import type { SettableFeed } from "../typechain-types/index.js";
import { ChainlinkSource__factory, SettableFeed__factory } from "../typechain-types/index.js";
import { chainWith, DAY, HOUR, wad } from "./fixture.ts";

const { deployer, networkHelpers } = await chainWith();

/** Sets answer and time of the feed in a block of the given time, which the next view then sees as now. */
async function answer(feed: SettableFeed, value: bigint, updatedAt: number, now: number) {
  await networkHelpers.time.setNextBlockTimestamp(now);
  await feed.setAt(value, updatedAt);
}

const sourceOf = (feed: SettableFeed, sequencer: AddressLike, sequencerGrace: number) =>
  new ChainlinkSource__factory(deployer).deploy({
    ...{ feed, underlying: "ETH", maxAge: HOUR, halfSpread: wad("0.005"), deadAfter: 3 * DAY },
    ...{ minPrice: wad("10"), maxPrice: wad("100000"), sequencer, sequencerGrace },
  });

describe("A ChainlinkSource on an L2", () => {
  const UP = 0n;
  const DOWN = 1n;
  const GRACE = HOUR;

  /** The sequencer has been up since `now`. */
  async function onL2() {
    const feed = await new SettableFeed__factory(deployer).deploy(8, "ETH / USD", parseUnits("500", 8));
    const sequencer = await new SettableFeed__factory(deployer).deploy(0, "Sequencer", UP);
    const source = await sourceOf(feed, sequencer, GRACE);
    return { feed, sequencer, source, now: await networkHelpers.time.latest() };
  }

  it("takes a price only after the sequencer's grace", async () => {
    const { feed, sequencer, source, now } = await networkHelpers.loadFixture(onL2);
    await sequencer.setAt(UP, now);
    await answer(feed, parseUnits("500", 8), now + HOUR, now + HOUR);
    await expect(source.read())
      .to.be.revertedWithCustomError(source, "ChainlinkSource_SequencerGrace")
      .withArgs(now, now + HOUR + 1, now + HOUR);
    await networkHelpers.time.increaseTo(now + HOUR + 1);
    expect((await source.read()).price).to.equal(wad("500"));
  });

  it("refuses while the sequencer is down, whatever the feed says", async () => {
    const { feed, sequencer, source, now } = await networkHelpers.loadFixture(onL2);
    await networkHelpers.time.increaseTo(now + 2 * HOUR);
    await feed.set(parseUnits("500", 8));
    await source.read();
    await sequencer.setAt(DOWN, now + 2 * HOUR);
    await expect(source.read())
      .to.be.revertedWithCustomError(source, "ChainlinkSource_SequencerDown")
      .withArgs(now + 2 * HOUR);
    expect((await source.last()).price, "the last price is told").to.equal(wad("500"));
  });

  it("refuses when its feed can't tell", async () => {
    const { feed, sequencer, source, now } = await networkHelpers.loadFixture(onL2);
    await networkHelpers.time.increaseTo(now + 2 * HOUR);
    await feed.set(parseUnits("500", 8));
    for (const [state, since] of [
      [UP, 0],
      [2n, now],
      [-1n, now],
    ] as [bigint, number][]) {
      await sequencer.setAt(state, since);
      await expect(source.read())
        .to.be.revertedWithCustomError(source, "ChainlinkSource_SequencerUnknown")
        .withArgs(state, since);
    }
  });

  it("is not dead for an outage, nor in the grace after it", async () => {
    const { feed, sequencer, source, now } = await networkHelpers.loadFixture(onL2);
    await sequencer.setAt(DOWN, now);
    await networkHelpers.time.increaseTo(now + 5 * DAY);
    expect(await source.isDead(), "down for five days").to.equal(false);
    await sequencer.setAt(UP, now + 5 * DAY);
    await networkHelpers.time.increaseTo(now + 5 * DAY + GRACE);
    expect(await source.isDead(), "the feed may still come").to.equal(false);
    await networkHelpers.time.increaseTo(now + 5 * DAY + GRACE + 1);
    expect(await source.isDead(), "it did not").to.equal(true);
    await feed.set(parseUnits("500", 8));
    expect(await source.isDead()).to.equal(false);
  });

  it("shows its feed and grace, and has both or neither", async () => {
    const { feed, sequencer, source } = await networkHelpers.loadFixture(onL2);
    expect(await source.sequencer()).to.equal(await sequencer.getAddress());
    expect(await source.sequencerGrace()).to.equal(GRACE);
    for (const [of, sequencerGrace, least, most] of [
      [ZeroAddress, 1, 0, 0],
      [sequencer, 0, 1, DAY],
      [sequencer, DAY + 1, 1, DAY],
    ] as const) {
      await expect(sourceOf(feed, of, sequencerGrace))
        .to.be.revertedWithCustomError(source, "ChainlinkSource_ParameterOutOfBounds")
        .withArgs("sequencerGrace", sequencerGrace, least, most);
    }
  });
});
