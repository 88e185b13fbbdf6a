// Every account of a long random run is rebuilt from its logs alone. FUZZ_SEED chooses another run, ACCOUNTS_STEPS how
// long it is.

import { expect } from "chai";
import { Accounts } from "../../sdk/accounts.ts";
import { chainWith, HOUR, unpackAccount } from "../fixture.ts";
import { Random, seed } from "../math/random.ts";
import { operations } from "./operations.ts";

const STEPS = Number(process.env.ACCOUNTS_STEPS ?? 1_000);

const { alice, bob, carol, ethers, keeper, load, networkHelpers, provider, sameBlock } = await chainWith({});

type World = Awaited<ReturnType<typeof load>>;

/** Every account that logs tell of, and the totals of every market, are what the chain has. */
async function expectRebuilt({ clearingHouse, factory, markets }: World, why: string): Promise<Accounts> {
  const rebuilt = new Accounts(await clearingHouse.getAddress(), await factory.getAddress());
  rebuilt.add(await ethers.provider.getLogs({ fromBlock: 0, toBlock: "latest" }));
  expect(rebuilt.markets.size, "markets").to.equal(Object.keys(markets).length);
  for (const [id, market] of rebuilt.markets) {
    for (const [account, holdings] of market.accounts) {
      expect(unpackAccount(await clearingHouse.account(id, account)), `${why}: ${account}`).to.deep.equal(
        holdings,
      );
    }
    const stored = await clearingHouse.market(id);
    expect(
      { poolCash: market.poolCash, protocolFees: market.protocolFees, held: market.held },
      `${why}: totals`,
    ).to.deep.equal({ poolCash: stored.poolCash, protocolFees: stored.protocolFees, held: stored.held });
  }
  return rebuilt;
}

describe("Accounts from logs alone", () => {
  it(`are those on the chain after ${STEPS} random operations in two markets`, async function () {
    this.timeout(0);
    const world = await load();
    const next = operations(world, new Random("accounts"));
    const tally = new Map<string, number>();
    for (let step = 0; step < STEPS; step++) {
      const { name, send } = next();
      const done = await send().then(
        () => true,
        () => false,
      );
      const kind = done ? name : `${name} refused`;
      tally.set(kind, (tally.get(kind) ?? 0) + 1);
    }
    const rebuilt = await expectRebuilt(world, `FUZZ_SEED=${seed()}`);
    for (const kind of ["trade", "close", "deposit", "redeem", "rebalance", "liquidate", "pool.execute"]) {
      expect(tally.get(kind) ?? 0, `${kind}: ${JSON.stringify([...tally])}`).to.be.greaterThan(0);
    }
    const rewards = unpackAccount(await world.clearingHouse.account(world.id, keeper));
    expect(rewards.cash > 0n, "the keeper has earned").to.equal(true);
    expect(rebuilt.markets.get(world.id)!.accounts.has(keeper.address)).to.equal(true);
    console.log(`      FUZZ_SEED=${seed()}: ${[...tally].map(([kind, n]) => `${kind} ${n}`).join(", ")}`);
  });

  it("are those on the chain through a deleveraging, shortfalls, and the end of a market", async () => {
    const world = await load();
    const { clearingHouse, params, id, trade, close, deposit, redeem, long, pool, setPrice } = world;
    await trade(alice, { amount: "400", margin: "60000" });
    await trade(bob, { amount: "500", margin: "60000" });
    await trade(carol, { amount: "-50", margin: "3000" });
    await trade(provider, { amount: "-1", margin: "60" });
    await deposit(alice, "1000");
    await setPrice("760");
    const deleveraged = clearingHouse.connect(keeper).deleverage(params, alice);
    await expect(deleveraged).to.emit(clearingHouse, "Deleveraged");
    await expectRebuilt(world, "after a deleveraging");
    const liquidated = clearingHouse.connect(keeper).liquidate(params, provider);
    await expect(liquidated).to.emit(clearingHouse, "ShortfallCovered");
    await expectRebuilt(world, "after a shortfall");

    await setPrice("3000");
    await clearingHouse.settle(params);
    await expectRebuilt(world, "after the settlement");
    await expect(clearingHouse.connect(keeper).reckon(params, carol)).to.emit(
      clearingHouse,
      "ShortfallCovered",
    );
    await clearingHouse.connect(bob).reckon(params, alice);
    await expectRebuilt(world, "during the reckoning");
    await networkHelpers.time.increase(HOUR + 1);
    await clearingHouse.conclude(params);
    const concluded = await expectRebuilt(world, "after the reckoning");
    expect(concluded.markets.get(id)!.share! < 10n ** 18n, "not everybody is paid in full").to.equal(true);
    for (const who of [alice, bob, keeper]) await close(who);
    await expectRebuilt(world, "after accounts were paid their share");
    await redeem(alice, (await long.balanceOf(alice)) / 3n);
    await redeem(alice, await long.balanceOf(alice));
    await clearingHouse.collectFees(params);
    await expectRebuilt(world, "after a token was paid its share, and burned whole");
    expect(await pool.equity(), "nothing is left for the pool, or all of what is left is").to.equal(
      (await clearingHouse.market(id)).poolCash,
    );
  });

  it("are those on the chain through trades against forced ones, which pay the protocol more", async () => {
    const world = await load();
    const { clearingHouse, trade, deposit, long, setPrice } = world;
    await deposit(alice, "20000");
    await trade(carol, { margin: "10000" });
    await setPrice("487.5");
    const [, opposed] = await sameBlock(
      (options) => long.connect(keeper).rebalance(options),
      (options) => trade(carol, { amount: "10" }, options),
    );
    await expect(opposed).to.emit(clearingHouse, "SurchargePaid");
    await expectRebuilt(world, "after a trade against a rebalance");
    // Netted with the token's own rebalance: smaller than that, and larger.
    for (const [price, assets] of [
      ["475", "500"],
      ["463", "30000"],
    ]) {
      await setPrice(price);
      const minted = deposit(bob, assets);
      await expect(minted).to.emit(long, "RebalancedInPassing");
      await expect(minted).to.emit(clearingHouse, "SurchargePaid");
      await expectRebuilt(world, `after a mint of ${assets} against its own rebalance`);
    }
  });

  it("are those on the chain through liquidations, by who has a position, of oneself, and of a token", async () => {
    const world = await load();
    const { clearingHouse, params, trade, deposit, accountOf, long, setPrice } = world;
    await trade(alice, { amount: "50", margin: "3000" });
    await trade(carol, { amount: "50", margin: "3000" });
    await trade(bob, { amount: "-10", margin: "5000" });
    await deposit(alice, "1000");
    await setPrice("455");
    const before = await accountOf(bob);
    await clearingHouse.connect(bob).liquidate(params, alice);
    const after = await accountOf(bob);
    expect(after.position, "bob keeps his position").to.equal(before.position);
    expect(after.cash > before.cash, "and has more cash").to.equal(true);
    await expectRebuilt(world, "after a liquidation by a trader");
    await clearingHouse.connect(carol).liquidate(params, carol);
    await expectRebuilt(world, "after one by its owner");
    await setPrice("403");
    await clearingHouse.connect(bob).liquidate(params, long);
    await expectRebuilt(world, "after one of a token");
  });

  it("are refused from logs with a gap", async () => {
    const world = await load();
    await world.trade(alice, { margin: "1" });
    const { clearingHouse, factory } = world;
    const rebuilt = new Accounts(await clearingHouse.getAddress(), await factory.getAddress());
    const latest = await ethers.provider.getLogs({ fromBlock: "latest" });
    expect(() => rebuilt.add(latest)).to.throw("logs are missing");
  });
});
