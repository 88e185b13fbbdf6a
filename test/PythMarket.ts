// Two of Pyth's prices and one choice.
import { expect } from "chai";
import { chainWith, TIMELESS, wad } from "./fixture.ts";
import { deployPyth, FEE } from "./pyth.ts";

const { alice, deployer, load, now, sameBlock } = await chainWith(TIMELESS);

describe("A market priced by Pyth", () => {
  /** A market over Pyth with a half-spread of 0.1 % and a trade fee of 0.05 %. */
  async function market() {
    const world = await load();
    const made = await deployPyth(deployer, await now(), { minHalfSpread: wad("0.001") });
    const params = { ...world.params, priceSource: await made.source.getAddress() };
    const { clearingHouse } = world;
    const id = (await clearingHouse.connect(alice).createMarket.staticCall(params, wad("100000"))).id;
    await clearingHouse.connect(alice).createMarket(params, wad("100000"));
    await world.trade(alice, { margin: "5000", params });
    return { ...world, ...made, params, id };
  }

  it("has one price in a block: two updates in one block give no choice", async () => {
    const { trade, source, sign, params, id, accountOf, clearingHouse } = await market();
    const at = await now();
    const cash = (await accountOf(alice, id)).cash;
    const low = await sign({ price: 50_000_000_000n, conf: 0n, at: at - 1 });
    const high = await sign({ price: 50_500_000_000n, conf: 0n, at: at });
    const sent = await sameBlock(
      (options) => source.connect(alice).update([low], { ...options, value: FEE }),
      (options) => trade(alice, { amount: "10", params }, options),
      (options) => source.connect(alice).update([high], { ...options, value: FEE }),
      (options) => trade(alice, { amount: "-10", params }, options),
    );
    for (const one of sent) expect((await one.wait())?.status).to.equal(1);
    expect((await source.read()).price, "what Pyth has in the end").to.equal(wad("505"));
    expect((await clearingHouse.market(id)).price, "what the block used").to.equal(wad("500"));
    // Both ways of 10 ETH at 0.05 % and 0.1 %, and no impact, which came back.
    expect((await accountOf(alice, id)).cash - cash).to.equal(-wad("15"));
  });

  it("takes more for both ways than the price moved while one could choose", async () => {
    const { trade, source, sign, params, id, accountOf } = await market();
    const at = await now();
    const cash = (await accountOf(alice, id)).cash;
    // Within maxAge the price moved by 0.2 %, twice the half-spread, and alice knew it when she brought the older one.
    await source.update([await sign({ price: 50_000_000_000n, conf: 0n, at: at - 1 })], { value: FEE });
    await trade(alice, { amount: "10", params });
    await source.update([await sign({ price: 50_100_000_000n, conf: 0n, at })], { value: FEE });
    await trade(alice, { amount: "-10", params });
    expect((await accountOf(alice, id)).cash - cash).to.be.lessThan(0n);
  });
});
