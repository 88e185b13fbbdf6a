import { expect } from "chai";
import { parseUnits } from "ethers";
import { OwnSlotSource__factory } from "../../typechain-types/index.js";
import { chainWith, DAY, TIMELESS, wad } from "../fixture.ts";

const { alice, bob, deployer, load, networkHelpers, now, sameBlock } = await chainWith(TIMELESS);

/** A market whose source says anything. */
async function fixture() {
  const world = await load();
  const source = await new OwnSlotSource__factory(deployer).deploy();
  const say = async (price: string, halfSpread = "0.0005", updatedAt?: number) =>
    source.set(wad(price), wad(halfSpread), updatedAt ?? (await now()));
  await say("500");
  const params = { ...world.params, priceSource: await source.getAddress() };
  const id = await world.clearingHouse.connect(alice).createMarket.staticCall(params, wad("100000"));
  await world.clearingHouse.connect(alice).createMarket(params, wad("100000"));
  const trade = (order: Parameters<typeof world.trade>[1]) => world.trade(alice, { ...order, params });
  return { ...world, params, id: id.id, say, tradeThere: trade };
}

describe("The price of a market", () => {
  it("is refused when the source has no fresh one", async () => {
    const { trade, source } = await load();
    await trade(alice, { amount: "1", margin: "1000" });
    await networkHelpers.time.increase(2 * DAY);
    await expect(trade(alice, { amount: "-1" })).to.be.revertedWithCustomError(
      source,
      "ChainlinkSource_Stale",
    );
  });

  it("is refused when it is zero or negative", async () => {
    const { trade, source, feed } = await load();
    await feed.set(0n);
    await expect(trade(alice, { margin: "1" })).to.be.revertedWithCustomError(
      source,
      "ChainlinkSource_ZeroAnswer",
    );
    await feed.set(-5n);
    await expect(trade(alice, { margin: "1" }))
      .to.be.revertedWithCustomError(source, "ChainlinkSource_NegativeAnswer")
      .withArgs(-5n);
  });

  it("is refused outside of what the books can hold, and taken at the bounds", async () => {
    const { tradeThere, say, clearingHouse } = await fixture();
    for (const price of ["0.000000999999999999", "100000000.000000000000000001"]) {
      await say(price);
      await expect(tradeThere({ margin: "1" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceOutOfRange")
        .withArgs(wad(price), 10n ** 12n, 10n ** 26n);
    }
    for (const price of ["0.000001", "100000000"]) {
      await say(price);
      await tradeThere({ margin: "1" });
    }
  });

  it("is refused from the future, and when older than one used before or than the books can tell", async () => {
    const { tradeThere, say, clearingHouse } = await fixture();
    const time = await now();
    await say("500", "0", time + 100);
    await expect(tradeThere({ margin: "1" }))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceFromFuture")
      .withArgs(time + 100, time + 2);
    await say("500", "0", time);
    await tradeThere({ margin: "1" });
    await say("500", "0", time - 1);
    await expect(tradeThere({ margin: "1" }))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceOlderThanUsed")
      .withArgs(time - 1, time);
    await say("500", "0", time);
    await networkHelpers.time.increaseTo(time + 2 ** 24);
    await expect(tradeThere({ margin: "1" }))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceTooOld")
      .withArgs(time, 2 ** 24 - 1);
  });

  it("is one for a whole block, whatever the source says later in it", async () => {
    const { trade, feed, clearingHouse, id } = await load();
    await trade(alice, { margin: "1000" });
    const [first, , second] = await sameBlock(
      (options) => trade(alice, { amount: "1" }, options),
      (options) => feed.connect(deployer).set(parseUnits("600", 8), options),
      (options) => trade(bob, { margin: "5" }, options),
    );
    await expect(first).to.emit(clearingHouse, "AccountUpdated");
    expect((await second.wait())!.status).to.equal(1);
    expect((await clearingHouse.market(id)).price, "until the block ends").to.equal(wad("500"));
    await trade(bob, { margin: "5" });
    expect((await clearingHouse.market(id)).price, "in the next").to.equal(wad("600"));
  });

  it("refuses to open at a spread that is too wide, and charges who closes no more than the widest", async () => {
    const { tradeThere, say, clearingHouse, params, id, accountOf } = await fixture();
    await tradeThere({ amount: "10", margin: "1000" });
    await say("500", "0.02");
    await expect(tradeThere({ amount: "1" }))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_SpreadTooWide")
      .withArgs(wad("0.005001"), wad("0.005"));
    await tradeThere({ amount: "-10" });
    // 1,000 − 5 when it was opened − 5,000 · (0.0005 + 0.005) now
    expect((await accountOf(alice, id)).cash).to.equal(wad("967.5"));
    expect((await clearingHouse.quote(params, alice)).market.halfSpread).to.equal(wad("0.005001"));
  });

  it("is the last one used where a view needn't be trusted", async () => {
    const { clearingHouse, params, source } = await load();
    await networkHelpers.time.increase(2 * DAY);
    const quote = await clearingHouse.lastQuote(params, alice);
    expect(quote.fresh).to.equal(false);
    expect(quote.market.price).to.equal(wad("500"));
    await expect(clearingHouse.quote(params, alice)).to.be.revertedWithCustomError(
      source,
      "ChainlinkSource_Stale",
    );
  });
});
