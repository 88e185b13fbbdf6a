import { expect } from "chai";
import { chainWith, expectNear, TIMELESS, wad } from "../fixture.ts";

const { alice, bob, carol, ethers, keeper, load, sameBlock } = await chainWith(TIMELESS);

/**
 * A 5XLONG of about 20,000 DAI, thus 200 units, which must sell about 24 after the price has fallen by 2.5 %; bob holds a
 * short of 5 and carol has cash.
 */
async function due() {
  const world = await load();
  await world.deposit(alice, "20000");
  await world.trade(bob, { amount: "-5", margin: "2000" });
  await world.trade(carol, { margin: "10000" });
  await world.setPrice("487.5");
  const rebalance = (options: object) => world.long.connect(keeper).rebalance(options);
  const forced = async () => (await world.long.previewRebalance()).amount;
  return { ...world, rebalance, forced };
}

const ceilToStep = (amount: bigint) => ((amount + 10n ** 10n - 1n) / 10n ** 10n) * 10n ** 10n;

describe("A voluntary trade after a forced one", () => {
  it("in the same block pays as if the forced one had not happened", async () => {
    const { rebalance, forced, trade, clearingHouse, id, accountOf } = await due();
    const sold = -(await forced());
    const cash = (await accountOf(carol)).cash;
    const before = (await clearingHouse.market(id)).longs - wad("5");
    const [first, second] = await sameBlock(rebalance, (options) => trade(carol, { amount: "10" }, options));
    await expect(first).not.to.emit(clearingHouse, "SurchargePaid");
    // p · |B| · Δ / K
    const surcharge = ceilToStep((wad("487.5") * sold * 10n) / wad("1000000") + 1n);
    await expect(second).to.emit(clearingHouse, "SurchargePaid").withArgs(id, carol, surcharge);
    // What it paid in all: mid, fee, and the impact from the skew before the rebalance.
    const impact = (wad("487.5") * ((before + wad("10")) ** 2n - before ** 2n)) / wad("2000000") / wad("1");
    const paid = cash - (await accountOf(carol)).cash - wad("4875") - wad("4.875");
    expect(paid - impact >= 0n && paid - impact <= 10n ** 10n, `${paid} paid for ${impact}`).to.equal(true);
  });

  it("gives surcharge and fee to the protocol, not to the pool", async () => {
    const { rebalance, forced, trade, clearingHouse, id, pool } = await due();
    const sold = -(await forced());
    const before = await clearingHouse.market(id);
    const equity = await pool.equity();
    await sameBlock(rebalance, (options) => trade(carol, { amount: "10" }, options));
    const notional = (wad("487.5") * sold) / wad("1");
    const { protocolFees } = await clearingHouse.market(id);
    const surcharge = (wad("487.5") * sold * 10n) / wad("1000000");
    expectNear(
      protocolFees - before.protocolFees,
      notional / 20_000n + surcharge + wad("4.875"),
      "a tenth of the rebalance's fee, and all that the trade against it pays",
    );
    expectNear(
      (await pool.equity()) - equity,
      (notional * 19n) / 20_000n,
      "the pool gains the rest of the rebalance's fee",
    );
  });

  it("pays nothing on top in the same direction", async () => {
    const { rebalance, trade, clearingHouse } = await due();
    const [, second] = await sameBlock(rebalance, (options) => trade(carol, { amount: "-10" }, options));
    await expect(second).not.to.emit(clearingHouse, "SurchargePaid");
  });

  it("pays nothing on top before it, or in the next block", async () => {
    const { rebalance, trade, clearingHouse } = await due();
    const [first] = await sameBlock((options) => trade(carol, { amount: "1" }, options), rebalance);
    await expect(first).not.to.emit(clearingHouse, "SurchargePaid");
    await expect(trade(carol, { amount: "1" })).not.to.emit(clearingHouse, "SurchargePaid");
  });

  it("counts it into the price limit", async () => {
    const { rebalance, trade } = await due();
    // Without the rebalance the fill is 487.5 · (1 + (195 + 5)/1e6) or so; with it the skew alone would give 487.5833.
    const [, second] = await sameBlock(rebalance, (options) =>
      trade(carol, { amount: "10", priceLimit: "487.59" }, options),
    );
    await expect(second).to.revert(ethers);
  });

  it("is charged to mints and burns too", async () => {
    const { rebalance, deposit, clearingHouse, tokens } = await due();
    const [, second] = await sameBlock(rebalance, (options) =>
      deposit(bob, "100", tokens["5XLONG_ETHDAI"], options),
    );
    await expect(second).to.emit(clearingHouse, "SurchargePaid");
  });
});
