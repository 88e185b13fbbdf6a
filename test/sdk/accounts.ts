// Every account of a long random run is rebuilt from its logs alone. FUZZ_SEED chooses another run, ACCOUNTS_STEPS how
// long it is.

import { expect } from "chai";
import type { AddressLike, ContractTransactionResponse } from "ethers";
import { Accounts } from "../../sdk/accounts.ts";
import type { LeveragedToken } from "../../typechain-types/index.js";
import { chainWith, DAY, FOREVER, HOUR, unpackAccount } from "../fixture.ts";
import { Random, seed } from "../math/random.ts";

const STEPS = Number(process.env.ACCOUNTS_STEPS ?? 1_000);

const { alice, bob, carol, ethers, keeper, load, networkHelpers, provider, sameBlock, stranger } =
  await chainWith({});

type World = Awaited<ReturnType<typeof load>>;
type Actor = typeof alice;

const LARGEST = 2n ** 256n - 1n;
const GAS = { gasLimit: 3_000_000n };
const PEOPLE: Actor[] = [alice, bob, carol, provider];

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

/** One random operation, or several in a block; what is refused is no matter. */
function operations(world: World, random: Random) {
  const { clearingHouse, markets, tokens, feed } = world;
  const all = [
    { market: markets.ETHDAI, unit: 10n ** 18n, its: ["5XLONG_ETHDAI", "3XSHORT_ETHDAI"] },
    { market: markets.ETHUSDC, unit: 10n ** 6n, its: ["3XLONG_ETHUSDC"] },
  ];
  let price = 500n * 10n ** 8n;
  const of = (most: number, unit: bigint) => (BigInt(random.below(most * 1000) + 1) * unit) / 1000n;

  const kinds: [string, number, () => Promise<ContractTransactionResponse>][] = [
    [
      "trade",
      8,
      () => {
        const { market, unit } = random.pick(...all);
        const amount = random.chance(5) ? 0n : of(60, 10n ** 18n) * random.pick(1n, -1n);
        const margin = random.chance(3) ? -of(2000, unit) : of(4000, unit);
        const order = { amount, margin, priceLimit: amount < 0n ? 0n : LARGEST, deadline: FOREVER };
        return clearingHouse.connect(random.pick(...PEOPLE)).trade(market.params, order, GAS);
      },
    ],
    [
      "close",
      2,
      async () => {
        const { market } = random.pick(...all);
        const who = random.pick(...PEOPLE);
        const { position } = unpackAccount(await clearingHouse.account(market.id, who));
        return clearingHouse.connect(who).close(market.params, position < 0n ? LARGEST : 0n, FOREVER, GAS);
      },
    ],
    [
      "deposit",
      4,
      () => {
        const { unit, its } = random.pick(...all);
        const who = random.pick(...PEOPLE);
        return token(random.pick(...its), who)["deposit(uint256,address)"](of(4000, unit), who, GAS);
      },
    ],
    [
      "redeem",
      3,
      async () => {
        const { its } = random.pick(...all);
        const who = random.pick(...PEOPLE);
        const name = random.pick(...its);
        const shares = (await tokens[name].balanceOf(who)) / random.pick(1n, 2n, 3n);
        return token(name, who)["redeem(uint256,address,address)"](shares, who, who, GAS);
      },
    ],
    ["rebalance", 5, () => token(random.pick(...random.pick(...all).its), keeper).rebalance(GAS)],
    [
      "liquidate",
      5,
      () => {
        const { market } = random.pick(...all);
        const whom = random.pick<AddressLike>(...PEOPLE, tokens["5XLONG_ETHDAI"], tokens["3XSHORT_ETHDAI"]);
        return clearingHouse.connect(random.pick(keeper, alice)).liquidate(market.params, whom, GAS);
      },
    ],
    [
      "deleverage",
      1,
      () => {
        const { market } = random.pick(...all);
        return clearingHouse.connect(keeper).deleverage(market.params, random.pick(...PEOPLE), GAS);
      },
    ],
    [
      "pool.deposit",
      1,
      () => {
        const { market, unit } = random.pick(...all);
        return market.pool.connect(provider).deposit(of(5000, unit), provider, GAS);
      },
    ],
    [
      "pool.requestRedeem",
      1,
      async () => {
        const { market } = random.pick(...all);
        const shares = (await market.pool.balanceOf(provider)) / 2n;
        return market.pool.connect(provider).requestRedeem(shares, GAS);
      },
    ],
    [
      "pool.execute",
      2,
      () =>
        random
          .pick(...all)
          .market.pool.connect(stranger)
          .execute(provider, GAS),
    ],
    ["collectFees", 1, () => clearingHouse.collectFees(random.pick(...all).market.params, GAS)],
    [
      "a new price",
      8,
      () => {
        price = (price * BigInt(9_600 + random.below(810))) / 10_000n;
        return feed.set(price);
      },
    ],
    [
      "time",
      1,
      async () => {
        await networkHelpers.time.increase(random.pick(HOUR, DAY / 2, 3 * DAY));
        return feed.set(price);
      },
    ],
  ];
  function token(name: string, who: Actor): LeveragedToken {
    return tokens[name].connect(who);
  }
  const weighted = kinds.flatMap(([name, weight, send]) => Array(weight).fill({ name, send }));
  return () => random.pick(...weighted) as { name: string; send: (typeof kinds)[0][2] };
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
      await expect(minted).to.emit(long, "Rebalanced");
      await expect(minted).to.emit(clearingHouse, "SurchargePaid");
      await expectRebuilt(world, `after a mint of ${assets} against its own rebalance`);
    }
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
