// The costs of a token by kind, from logs, explain what its value has changed by, to the wei, over any range of blocks.
import { expect } from "chai";
import type { TokenCosts } from "../../sdk/costs.ts";
import { type CostContracts, readCosts } from "../../sdk/readCosts.ts";
import type { LeveragedToken } from "../../typechain-types/index.js";
import { chainWith, DAY, HOUR, usdc, wad } from "../fixture.ts";
import { Random, seed } from "../math/random.ts";

const STEPS = Number(process.env.COSTS_STEPS ?? 80);

const { alice, bob, carol, ethers, keeper, load, networkHelpers } = await chainWith({
  policies: { continuous: { mintFee: "0.001", burnFee: "0.002", streamingFee: "0.05" } },
  terms: { standard: { depth: "20000" } },
});

type World = Awaited<ReturnType<typeof load>>;

const contractsOf = (world: World, token: LeveragedToken): CostContracts => ({
  ...{ clearingHouse: world.clearingHouse, tokenLens: world.tokenLens, token, provider: ethers.provider },
});

/** Asserts that the parts add up to what the chain says at both ends, and returns them. */
async function explained(world: World, token: LeveragedToken, from: number, to: number): Promise<TokenCosts> {
  const costs = await readCosts(contractsOf(world, token), from, to);
  const valueAt = async (blockTag: number) =>
    (await world.tokenLens.token(token, { blockTag })).netAssetValue;
  expect([costs.valueBefore, costs.valueAfter], `blocks ${from} to ${to}`).to.deep.equal([
    await valueAt(from),
    await valueAt(to),
  ]);
  const gains = costs.deposits - costs.payouts + costs.price + costs.shortfall;
  const { funding, fees, impact, surcharge, streamingFee, tradingFees, rewards } = costs;
  const losses = funding + fees + impact + surcharge + streamingFee + tradingFees + rewards;
  const rest = costs.liquidations + costs.residue + costs.withheld;
  expect(costs.valueAfter - costs.valueBefore, "gains less losses").to.equal(
    gains - losses - rest + costs.rounding,
  );
  expect(costs.rounding > -15n && costs.rounding < 15n, `a wei each: ${costs.rounding}`).to.equal(true);
  return costs;
}

const block = () => ethers.provider.getBlockNumber();

describe("Costs of a token", () => {
  it("of each kind are what the chain did", async () => {
    const world = await load();
    const { deposit, redeem, pass, long, clearingHouse, params, accountOf } = world;
    const start = await block();
    await deposit(alice, "10000");
    const minted = await explained(world, long, start, await block());
    expect(minted.deposits).to.equal(wad("10000"));
    expect(minted.tradingFees, "0.1 %").to.equal(wad("10"));
    expect([minted.rewards, minted.funding, minted.rebalancing]).to.deep.equal([0n, 0n, 0n]);
    expect(minted.fees > 0n && minted.impact > 0n).to.equal(true);

    await pass(HOUR, "485");
    const held = await block();
    await long.connect(keeper).rebalance();
    const rebalanced = await explained(world, long, held, await block());
    expect(rebalanced.rewards).to.equal((await accountOf(keeper)).cash);
    expect(rebalanced.rebalancing, "its holders pay all of it").to.equal(rebalanced.fees + rebalanced.impact);

    await pass(DAY, "480");
    const before = await block();
    await redeem(alice, (await long.balanceOf(alice)) / 2n);
    const burned = await explained(world, long, before, await block());
    expect(burned.payouts > 0n && burned.streamingFee >= 0n).to.equal(true);
    await redeem(alice, await long.balanceOf(alice));
    const all = await explained(world, long, start, await block());
    expect([all.valueBefore, all.valueAfter]).to.deep.equal([0n, 0n]);
    expect(all.funding, "longs have paid shorts").not.to.equal(0n);
    expect(all.streamingFee > 0n).to.equal(true);

    await deposit(bob, "1000");
    await pass(HOUR, "404");
    const healthy = await block();
    await clearingHouse.connect(keeper).liquidate(params, long);
    const liquidated = await explained(world, long, healthy, await block());
    expect(liquidated.liquidations > 0n, "the liquidator's reward").to.equal(true);
    await pass(HOUR, "300");
    await long.connect(keeper).rebalance();
    const wiped = await explained(world, long, healthy, await block());
    expect(wiped.valueAfter).to.equal(0n);
  });

  it("of a wipe-out are covered by the pool, and of a settlement withheld", async () => {
    const world = await load({ markets: { ETHDAI: { seed: "20000" } } });
    const { deposit, redeem, setPrice, long, short, clearingHouse, params } = world;
    const start = await block();
    await deposit(alice, "1800");
    await deposit(bob, "60", short);
    await setPrice("2400");
    await clearingHouse.settle(params);
    await clearingHouse.connect(keeper).reckon(params, short);
    await networkHelpers.time.increase(HOUR);
    await clearingHouse.conclude(params);
    await redeem(alice, (await long.balanceOf(alice)) / 2n);
    const paid = await explained(world, long, start, await block());
    expect(paid.withheld > 0n, "what the market can't pay").to.equal(true);
    const lost = await explained(world, short, start, await block());
    expect(lost.shortfall > 0n, "what the account could not pay").to.equal(true);
  });

  it("explain every range of a random run", async () => {
    const world = await load();
    const { clearingHouse, params, tokens, trade, pass, dai, usd } = world;
    const random = new Random("costs");
    const all = Object.values(tokens);
    const blocks = [await block()];
    let price = 500;
    let done = 0;
    for (let step = 0; step < STEPS; step++) {
      const actor = random.pick(alice, bob, carol);
      const token = random.pick(...all);
      const unit = (await token.asset()) === (await dai.getAddress()) ? wad("1") : usdc("1");
      const shares = (await token.balanceOf(actor)) / BigInt(1 + random.below(3));
      const kinds = [
        () => token.connect(actor)["deposit(uint256,address)"](BigInt(10 + random.below(3000)) * unit, actor),
        () => token.connect(actor)["redeem(uint256,address,address)"](shares, actor, actor),
        () => token.connect(keeper).rebalance(),
        () => clearingHouse.connect(keeper).liquidate(params, token),
        () => trade(actor, { amount: `${random.below(200) - 100}`, margin: `${random.below(20000)}` }),
        () => {
          price *= 1 + (random.below(160) - 78) / 1000;
          return pass(random.below(2 * HOUR) + 60, price.toFixed(8)).then(() => undefined);
        },
      ];
      const kind = random.pick(...kinds, kinds[0], kinds[5], kinds[2]);
      const worked = await kind().then(
        () => true,
        (error: { data?: string }) => {
          if (error.data === undefined) throw error;
          return false;
        },
      );
      if (worked) done++;
      blocks.push(await block());
    }
    expect(done, "most of it was taken").to.be.greaterThan(STEPS / 2);
    expect(await usd.balanceOf(clearingHouse), "in both markets").to.be.greaterThan(usdc("1000000"));
    for (const token of all) {
      for (let range = 0; range < 8; range++) {
        const [a, b] = [random.pick(...blocks), random.pick(...blocks)];
        await explained(world, token, Math.min(a, b), Math.max(a, b));
      }
      await explained(world, token, blocks[0], blocks.at(-1)!);
    }
  });

  after(() => console.log(`      ${STEPS} steps, FUZZ_SEED=${seed()}`));
});
