import { expect } from "chai";
import { chainWith, expectNear, TIMELESS, WAD, wad } from "../fixture.ts";

const { alice, keeper, load } = await chainWith(TIMELESS);

/** A budget of 50 units, so that one can be used up. */
const SHALLOW = {
  ...TIMELESS,
  terms: { standard: { ...TIMELESS.terms.standard, depth: "100000" } },
};

describe("LeveragedToken.rebalance within its limits", () => {
  async function large() {
    const world = await load(SHALLOW);
    await world.deposit(alice, "80000");
    return { ...world, rebalance: () => world.long.connect(keeper).rebalance() };
  }

  it("trades what is left of it, for that part of the reward", async () => {
    const { rebalance, long, setPrice, clearingHouse, params, accountOf } = await large();
    await setPrice("487.5");
    const { amount, reward } = await long.previewRebalance();
    expect(amount, "tradeFee · depth").to.equal(-wad("50"));
    await expect(rebalance()).to.emit(long, "PartlyRebalanced").withArgs(keeper, -wad("50"), reward);
    expect(reward < wad("0.5") && reward > wad("0.3"), `${reward} of 0.64`).to.equal(true);
    expect((await accountOf(keeper)).cash).to.equal(reward);
    expect((await clearingHouse.forcedTrades(params)).budget < wad("0.02"), "used up").to.equal(true);
    const leverage = await long.currentLeverage();
    expect(leverage > 5n * WAD && leverage < wad("5.4"), `closer: ${leverage}`).to.equal(true);
  });

  it("refills it within the window", async () => {
    const { rebalance, setPrice, clearingHouse, params, pass } = await large();
    await setPrice("487.5");
    await rebalance();
    await pass(1800, "487.5");
    expectNear((await clearingHouse.forcedTrades(params)).budget, wad("25"), "after half of it", "0.01");
    await pass(1800, "487.5");
    expect((await clearingHouse.forcedTrades(params)).budget).to.equal(wad("50"));
  });

  it("is not limited by it in an emergency", async () => {
    const { rebalance, long, setPrice, clearingHouse, params } = await large();
    await setPrice("455");
    // 5 · 0.91 / 0.55: 65 % above target.
    const { amount } = await long.previewRebalance();
    expect(amount < -wad("250"), `${amount}`).to.equal(true);
    await rebalance();
    expectNear(await long.currentLeverage(), 5n * WAD, "leverage", "0.000000000001");
    expect((await clearingHouse.forcedTrades(params)).budget, "untouched").to.equal(wad("50"));
  });

  it("fills no further from mid than the policy allows", async () => {
    const { deposit, setPrice, long } = await load({
      ...SHALLOW,
      policies: { continuous: { streamingFee: "0", maxImpact: "0.008" } },
    });
    await deposit(alice, "80000");
    await setPrice("515");
    // |Δ| ≤ 2 · (0.008 · 1e5 − s), of the 93 or so that are due
    const most = 2n * (wad("800") - (await long.positionAmount()));
    expect(most > wad("20") && most < wad("50"), `less than the budget: ${most}`).to.equal(true);
    expect((await long.previewRebalance()).amount).to.equal(most);
    await expect(long.connect(keeper).rebalance())
      .to.emit(long, "PartlyRebalanced")
      .withArgs(keeper, most, (reward: bigint) => reward > 0n);
  });
});
