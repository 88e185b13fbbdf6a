import { expect } from "chai";
import { chainWith, DAY, FOREVER, marketWords, named, TIMELESS, wad } from "../fixture.ts";

const { alice, bob, carol, guardian, keeper, load, networkHelpers, now, provider, stranger } =
  await chainWith(TIMELESS);

const LARGEST = 2n ** 256n - 1n;

/** Alice is long 10 with 1,000 of margin, bob short 4 with 500. */
async function traded() {
  const world = await load();
  await world.trade(alice, { amount: "10", margin: "1000" });
  await world.trade(bob, { amount: "-4", margin: "500" });
  return world;
}

describe("Lens.market", () => {
  it("tells everything about a market", async () => {
    const { lens, clearingHouse, params, id, setPrice } = await traded();
    await setPrice("510");
    const pricedAt = BigInt(await now());
    await networkHelpers.time.increase(100);
    const seen = await lens.market(params);
    expect(seen.id).to.equal(id);
    expect(seen.fresh).to.equal(true);
    expect(seen.priceAt, "when the feed was set").to.equal(pricedAt);
    expect(seen.skew).to.equal(wad("6"));
    expect(seen.costRate, "trade fee and half-spread").to.equal(wad("0.001"));
    expect(seen.energy, "510 · 6² / 2e6").to.equal(wad("0.00918"));
    // It got 19/20 of the fees of 7, and 0.016 · 500 of skew came out of impact, which E owes; six units cost it 60.
    const equity = wad("1000006.65") - wad("60") + wad("0.009") - wad("0.00918");
    expect(seen.poolEquity).to.equal(equity);
    // 1,500 less fees of 7 and impact of 0.009, and 10 on six units.
    expect(seen.claims).to.equal(wad("1500") - wad("7") - wad("0.009") + wad("60"));
    const cap = equity / 1020n;
    expect([seen.longRoom, seen.shortRoom]).to.deep.equal([cap - wad("10"), cap - wad("4")]);
    expect([seen.blockForced, seen.budget], "no forced trades").to.deep.equal([0n, wad("500")]);
    const { market } = await clearingHouse.quote(params, stranger);
    expect(named(seen.market)).to.deep.equal(named(market));
    expect(market.price).to.equal(wad("510"));
  });

  it("adds up: claims, E, equity of the pool and fees are what is held", async () => {
    const { lens, params } = await traded();
    const { claims, energy, poolEquity, market } = await lens.market(params);
    expect(claims + energy + poolEquity + market.protocolFees).to.equal(market.held);
  });

  it("tells the forced trades of the block, and what they left of the budget", async () => {
    const { lens, params, deposit, long, setPrice } = await load();
    await deposit(alice, "20000");
    await setPrice("487.5");
    const sold = -(await long.previewRebalance()).amount;
    await long.connect(keeper).rebalance();
    const { blockForced, budget } = await lens.market(params);
    expect([blockForced, budget]).to.deep.equal([-sold, wad("500") - sold]);
    await networkHelpers.time.increase(3600);
    const later = await lens.market(params);
    expect([later.blockForced, later.budget], "an hour later").to.deep.equal([0n, wad("500")]);
  });

  it("has no room while nothing may be opened", async () => {
    const { lens, clearingHouse, params } = await traded();
    await clearingHouse.connect(guardian).setReduceOnly(params, true);
    const { longRoom, shortRoom } = await lens.market(params);
    expect([longRoom, shortRoom]).to.deep.equal([0n, 0n]);
  });

  it("answers at the last price used when the feed is stale, and says so", async () => {
    const { lens, params } = await traded();
    const before = await lens.market(params);
    await networkHelpers.time.increase(DAY + 1);
    const seen = await lens.market(params);
    expect(seen.fresh).to.equal(false);
    expect([seen.longRoom, seen.shortRoom], "nothing can be opened").to.deep.equal([0n, 0n]);
    for (const same of ["id", "priceAt", "skew", "energy", "poolEquity", "claims", "budget"] as const) {
      expect(seen[same], same).to.equal(before[same]);
    }
    expect(seen.market.price).to.equal(wad("500"));
  });
});

describe("Lens.account", () => {
  it("tells everything about an account", async () => {
    const { lens, params, setPrice } = await traded();
    await setPrice("510");
    const seen = await lens.account(params, alice);
    expect(seen.fresh).to.equal(true);
    expect([seen.position, seen.cash]).to.deep.equal([wad("10"), wad("-4005.025")]);
    expect(seen.value, "10 · 510 − 4,005.025").to.equal(wad("1094.975"));
    // Selling 10 turns a skew of 6 into one of −4: 510 · (16 − 36) / 2e6, and costs 5.1 of fee.
    expect(seen.exitValue).to.equal(wad("1094.975") + wad("0.0051") - wad("5.1"));
    expect(seen.leverage).to.equal((wad("5100") * wad("1")) / wad("1094.975"));
    expect(seen.required, "a tenth of the notional").to.equal(wad("510"));
    expect(seen.liquidatable).to.equal(false);
    // 10 · p − 4,005.025 = 0.06 · 10 · p
    expect(seen.liquidationPrice).to.equal((wad("4005.025") * 10n) / 94n + 1n);
    expect(seen.role).to.equal(0n);
  });

  it("tells of cash alone, of nobody, of a token and of a pool", async () => {
    const { lens, params, trade, deposit, long, pool } = await traded();
    await trade(carol, { margin: "7" });
    const { position, cash, value, exitValue, leverage, required, liquidatable, liquidationPrice } =
      await lens.account(params, carol);
    expect([position, cash, value, exitValue]).to.deep.equal([0n, wad("7"), wad("7"), wad("7")]);
    expect([leverage, required, liquidatable, liquidationPrice]).to.deep.equal([0n, 0n, false, 0n]);
    const nobody = await lens.account(params, stranger);
    expect([nobody.position, nobody.cash, nobody.value, nobody.role]).to.deep.equal([0n, 0n, 0n, 0n]);
    await deposit(provider, "1000");
    const token = await lens.account(params, long);
    expect([token.role, token.position > 0n]).to.deep.equal([1n, true]);
    expect((await lens.account(params, pool)).role).to.equal(2n);
  });

  it("says the largest leverage of an account that is worth nothing", async () => {
    const { lens, params, setPrice } = await traded();
    await setPrice("390");
    const { leverage, value, liquidatable } = await lens.account(params, alice);
    expect([leverage, value < 0n, liquidatable]).to.deep.equal([LARGEST, true, true]);
  });

  it("answers at the last price used when the feed is stale, and says so", async () => {
    const { lens, params, setPrice, trade } = await traded();
    await setPrice("510");
    await trade(carol, { margin: "1" });
    const before = await lens.account(params, alice);
    await setPrice("700");
    await networkHelpers.time.increase(DAY + 1);
    const { fresh, ...rest } = named(await lens.account(params, alice)) as { fresh: boolean };
    expect(fresh).to.equal(false);
    expect({ fresh: true, ...rest }).to.deep.equal(named(before));
  });
});

describe("Lens.pool", () => {
  it("tells everything about a pool", async () => {
    const { lens, pool, deployer } = await traded();
    await pool.connect(provider).deposit(wad("1000"), provider);
    await pool.connect(deployer).requestRedeem(wad("300"));
    const seen = await lens.pool(pool);
    expect(seen.fresh).to.equal(true);
    expect(seen.equity).to.equal(wad("1001006.65"));
    expect(seen.supply).to.equal(await pool.totalSupply());
    expect(seen.queued).to.equal(wad("300"));
    expect(seen.withdrawable, "twice 5,000 must stay").to.equal(wad("1001006.65") - wad("10000"));
  });

  it("answers at the last price used when the feed is stale, and says so", async () => {
    const { lens, pool, setPrice } = await traded();
    const before = named(await lens.pool(pool));
    await setPrice("700");
    await networkHelpers.time.increase(DAY + 1);
    expect(named(await lens.pool(pool))).to.deep.equal({ ...before, fresh: false });
  });
});

describe("Lens: a market that there isn't", () => {
  it("has no views", async () => {
    const { lens, clearingHouse, params, long } = await traded();
    const other = { ...params, ...marketWords({ exitFee: "0.002" }) };
    for (const view of [
      lens.market(other),
      lens.account(other, alice),
      lens.previewTrade(other, alice, { amount: 0n, margin: 1n, priceLimit: 0n, deadline: FOREVER }),
    ]) {
      await expect(view).to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_UnknownMarket");
    }
    expect(await long.marketId(), "a token has a market").to.equal((await lens.market(params)).id);
  });
});
