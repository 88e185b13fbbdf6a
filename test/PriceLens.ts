// Why this price: every layer with its value, its age and its reason, whatever the sources do.
import { expect } from "chai";
import { parseUnits, ZeroAddress } from "ethers";
import { whyPrice } from "../sdk/whyPrice.ts";
import {
  HostileSource__factory,
  IndexSource__factory,
  MedianSource__factory,
} from "../typechain-types/index.js";
import { chainWith, DAY, TIMELESS, wad } from "./fixture.ts";
import { withIndex } from "./indexes.ts";
import { deployPyth } from "./pyth.ts";

const { deployer, load, networkHelpers, now } = await chainWith({
  ...TIMELESS,
  sources: withIndex().sources,
});

/** An index over a feed and a median of two feeds. */
async function nested() {
  const world = await load();
  const { A, B, C } = world.sources;
  await world.feeds.B.set(parseUnits("40", 8));
  const median = await new MedianSource__factory(deployer).deploy({
    underlying: "M",
    sources: [await B.getAddress(), await C.getAddress()],
    maxDivergence: wad("0.02"),
  });
  const top = await new IndexSource__factory(deployer).deploy({
    ...{ underlying: "TOP", level: wad("100"), maxWeight: wad("0.5"), delay: 4 * DAY, deadAfter: 14 * DAY },
    parts: [
      { source: await A.getAddress(), units: wad("20") },
      { source: await median.getAddress(), units: wad("1") },
    ],
    manager: ZeroAddress,
  });
  return { ...world, median, top };
}

describe("PriceLens", () => {
  it("shows a price with all that it is made of", async () => {
    const { priceLens, top, median, sources } = await nested();
    const layers = await whyPrice(priceLens, await top.getAddress());
    expect(layers.map(({ name, depth }) => [name, depth])).to.deep.equal([
      ["TOP", 0],
      ["A", 1],
      ["M", 1],
      ["B", 2],
      ["C", 2],
    ]);
    expect(layers.map(({ source }) => source)).to.deep.equal(
      await Promise.all([top, sources.A, median, sources.B, sources.C].map((source) => source.getAddress())),
    );
    expect(layers.map(({ price }) => price?.price)).to.deep.equal(["100", "2", "40", "40", "40"].map(wad));
    expect(layers.map(({ units }) => units)).to.deep.equal(["0", "20", "1", "0", "0"].map(wad));
    const [, halfSpread, updatedAt] = await top.read();
    expect(layers[0].price).to.deep.equal({ price: wad("100"), halfSpread, updatedAt });
    for (const { reason, dead } of layers) expect([reason, dead]).to.deep.equal([undefined, false]);
  });

  it("shows why there is none, down to the part that has the reason", async () => {
    const { priceLens, top, feeds } = await nested();
    const time = await now();
    await networkHelpers.time.increase(2 * DAY);
    await feeds.A.set(parseUnits("2", 8));
    await feeds.B.set(0n);
    const [index, a, median, b, c] = await whyPrice(priceLens, await top.getAddress());
    expect(index.price).to.equal(undefined);
    expect(index.reason).to.equal("Part 1 of the index has no price that is trusted.");
    expect(a.price?.price).to.equal(wad("2"));
    expect(median.reason).to.equal("Only 0 of 2 sources have a price, and two are needed.");
    expect(b.reason).to.equal("The feed says that the price is zero, which is not trusted.");
    expect(b.last, "zero is no last price").to.equal(undefined);
    expect(c.reason).to.match(/^The feed's last price is from .* after 86400 s it is not trusted\.$/);
    expect(c.last?.price).to.equal(wad("40"));
    expect(Number(c.last?.updatedAt)).to.be.lessThanOrEqual(time);
  });

  it("tells which are dead", async () => {
    const { priceLens, median } = await nested();
    await networkHelpers.time.increase(3 * DAY + 100);
    const layers = await whyPrice(priceLens, await median.getAddress());
    expect(layers.map(({ dead }) => dead)).to.deep.equal([true, true, true]);
  });

  it("knows Pyth's reasons too", async () => {
    const { priceLens } = await nested();
    const { source } = await deployPyth(deployer, await now());
    await networkHelpers.time.increase(100);
    const [layer] = await whyPrice(priceLens, await source.getAddress());
    expect(layer.reason).to.match(/^Pyth's last price here is from/);
    expect(layer.last?.price).to.equal(wad("500"));
  });

  it("never reverts, whatever a source does", async () => {
    const { priceLens, clearingHouse } = await nested();
    const hostile = await new HostileSource__factory(deployer).deploy();
    const [LYING, REVERTING, BURNING] = [0, 1, 2];
    await hostile.setMood(LYING);
    expect((await whyPrice(priceLens, await hostile.getAddress()))[0].dead, "says so").to.equal(true);
    await hostile.setMood(REVERTING);
    expect((await whyPrice(priceLens, await hostile.getAddress()))[0].reason).to.match(
      /^It refuses with 0x|^The contract refused/,
    );
    await hostile.setMood(BURNING);
    expect((await whyPrice(priceLens, await hostile.getAddress()))[0].reason).to.equal("It does not answer.");
    for (const at of [deployer.address, await clearingHouse.getAddress(), ZeroAddress]) {
      expect((await whyPrice(priceLens, at))[0].reason, at).to.equal("It does not answer.");
    }
    // What answers every call with a word of ones: lists and names that can't be decoded.
    const odd = await hostile.getAddress();
    await networkHelpers.setCode(odd, `0x7f${"ff".repeat(32)}60005260206000f3`);
    const [layer, ...parts] = await whyPrice(priceLens, odd);
    expect(parts).to.deep.equal([]);
    expect(layer.name).to.equal("");
  });

  it("ends, however many parts there are", async () => {
    const { priceLens, median } = await nested();
    // An index of itself, twice: that is what it answers, whatever is asked.
    const self = await median.getAddress();
    const word = (value: bigint | string) => BigInt(value).toString(16).padStart(64, "0");
    const answer = [32n, 2n, self, 1n, self, 1n].map(word).join("");
    await networkHelpers.setCode(self, `0x60c0600c60003960c06000f3${answer}`);
    const layers = await whyPrice(priceLens, self);
    expect(layers.length).to.equal(1 + 2 + 4 + 8);
    expect(Math.max(...layers.map(({ depth }) => depth))).to.equal(3);
  });
});
