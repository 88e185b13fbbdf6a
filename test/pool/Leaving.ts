import { expect } from "chai";
import { chainWith, DAY, expectNear, TIMELESS, wad } from "../fixture.ts";

const { alice, bob, carol, ethers, load, networkHelpers, now, provider, stranger } =
  await chainWith(TIMELESS);

const DELAY = 2 * DAY;

/** The provider has 10,000 shares in a pool of 1,010,000. */
async function provided() {
  const world = await load();
  await world.pool.connect(provider).deposit(wad("10000"), provider);
  return world;
}

/** It has asked to leave with 6,000 of them, and the delay is over. */
async function waited() {
  const world = await provided();
  await world.pool.connect(provider).requestRedeem(wad("6000"));
  await world.pass(DELAY);
  return world;
}

describe("LiquidityPool.requestRedeem", () => {
  it("locks the shares, and says from when they can be paid", async () => {
    const { pool } = await provided();
    const tx = pool.connect(provider).requestRedeem(wad("6000"));
    await expect(tx).to.changeTokenBalances(ethers, pool, [provider, pool], [-wad("6000"), wad("6000")]);
    const executableAt = BigInt((await now()) + DELAY);
    await expect(tx)
      .to.emit(pool, "RedeemRequested")
      .withArgs(provider, wad("6000"), wad("6000"), executableAt);
    expect(await pool.request(provider)).to.deep.equal([wad("6000"), executableAt]);
  });

  it("adds to what was requested, and begins the delay again", async () => {
    const { pool } = await waited();
    await pool.connect(provider).requestRedeem(wad("1000"));
    const executableAt = BigInt((await now()) + DELAY);
    expect(await pool.request(provider)).to.deep.equal([wad("7000"), executableAt]);
    await expect(pool.execute(provider))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_NotRedeemable")
      .withArgs(1n, 0n, executableAt);
  });

  it("is refused for nothing, and beyond the balance", async () => {
    const { pool } = await provided();
    await expect(pool.connect(provider).requestRedeem(0n)).to.be.revertedWithCustomError(
      pool,
      "LiquidityPool_ZeroAmount",
    );
    await expect(pool.connect(provider).requestRedeem(wad("10001")))
      .to.be.revertedWithCustomError(pool, "ERC20InsufficientBalance")
      .withArgs(provider, wad("10000"), wad("10001"));
  });
});

describe("LiquidityPool.execute", () => {
  it("is refused before the delay is over, to the second", async () => {
    const { pool, setPrice } = await provided();
    await pool.connect(provider).requestRedeem(wad("6000"));
    const executableAt = (await now()) + DELAY;
    await networkHelpers.time.increaseTo(executableAt - 3);
    await setPrice("500");
    await expect(pool.execute(provider))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_NotRedeemable")
      .withArgs(1n, 0n, executableAt);
    await networkHelpers.time.setNextBlockTimestamp(executableAt);
    await pool.execute(provider);
  });

  it("pays the owner, whoever calls, at the equity then less the exit fee", async () => {
    const { pool, dai, clearingHouse, id } = await waited();
    const tx = pool.connect(stranger).execute(provider);
    await expect(tx).to.changeTokenBalances(
      ethers,
      dai,
      [provider, stranger, clearingHouse],
      [wad("5994"), 0n, -wad("5994")],
    );
    await expect(tx)
      .to.emit(pool, "RequestExecuted")
      .withArgs(provider, wad("6"))
      .to.emit(pool, "Withdraw")
      .withArgs(stranger, provider, provider, wad("5994"), wad("6000"));
    await expect(tx)
      .to.emit(clearingHouse, "PoolCashMoved")
      .withArgs(id, -wad("5994"), wad("1010000") - wad("5994"));
    expect((await pool.request(provider)).shares).to.equal(0n);
    expect(await pool.totalSupply()).to.equal(wad("1004000"));
    expect(await pool.equity(), "the fee stays").to.equal(wad("1004006"));
  });

  it("takes part in what the pool gains and loses while it waits", async () => {
    const { pool, trade, close, dai, pass } = await provided();
    await pool.connect(provider).requestRedeem(wad("6000"));
    await trade(alice, { amount: "1000", margin: "100000" });
    await pass(DELAY, "550");
    await close(alice);
    // Alice has gained 50,000, and paid 0.095 % of 500,000 and 550,000 to the pool. The impact at 550 is its loss as well:
    // 500 · 1,000² / 2e6 = 250 came in, and 275 went out.
    const equity = wad("1010000") - wad("50000") + wad("997.5") - wad("25");
    expectNear(await pool.equity(), equity, "equity");
    const assets = (((equity * 6000n) / 1_010_000n) * 999n) / 1000n;
    const before = await dai.balanceOf(provider);
    await pool.execute(provider);
    expectNear((await dai.balanceOf(provider)) - before, assets, "paid");
  });

  it("pays what open positions can spare, and keeps the rest queued", async () => {
    const { pool, trade, close, deployer, dai, pass } = await load();
    await pool.requestRedeem(wad("800000"));
    await trade(alice, { amount: "500", margin: "100000" });
    await pass(DELAY);
    // Half of the equity must cover 250,000: of 1,000,237.5 there are 500,000 to be kept.
    const spare = await pool.withdrawable();
    expect(spare).to.equal(wad("500237.5"));
    const before = await dai.balanceOf(deployer);
    await pool.connect(stranger).execute(deployer);
    expectNear((await dai.balanceOf(deployer)) - before, (spare * 999n) / 1000n, "paid");
    const { shares } = await pool.request(deployer);
    expectNear(shares, wad("800000") - (spare * wad("1000000")) / wad("1000237.5"), "queued");
    await close(alice);
    await pool.execute(deployer);
    expect((await pool.request(deployer)).shares, "all paid").to.equal(0n);
  });

  it("is refused while open positions need everything, and without a request", async () => {
    const { pool, trade, setPrice } = await waited();
    await trade(alice, { amount: "1000", margin: "100000" });
    await setPrice("510");
    const { executableAt } = await pool.request(provider);
    expect(await pool.withdrawable()).to.equal(0n);
    await expect(pool.execute(provider))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_NotRedeemable")
      .withArgs(1n, 0n, executableAt);
    await expect(pool.execute(stranger))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_NotRedeemable")
      .withArgs(1n, 0n, 0n);
  });

  it("is refused when the shares are worth less than a unit of BaseToken", async () => {
    const { markets, pass, deployer } = await load();
    const { pool } = markets.ETHUSDC;
    await pool.requestRedeem(10n ** 9n);
    await pass(DELAY);
    await expect(pool.execute(deployer))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_NothingWithdrawable")
      .withArgs(10n ** 9n);
  });
});

describe("LiquidityPool.redeem and withdraw", () => {
  it("pay part of the request, to whom the owner says", async () => {
    const { pool, dai } = await waited();
    const preview = await pool.previewRedeem(wad("1000"));
    expect(preview).to.equal(wad("999"));
    await expect(pool.connect(provider).redeem(wad("1000"), carol, provider)).to.changeTokenBalance(
      ethers,
      dai,
      carol,
      preview,
    );
    const shares = await pool.previewWithdraw(wad("999"));
    // What the fee left in the pool has made the shares dearer by a millionth.
    expectNear(shares, wad("1000"), "shares", "0.000002");
    await expect(pool.connect(provider).withdraw(wad("999"), carol, provider)).to.changeTokenBalance(
      ethers,
      dai,
      carol,
      wad("999"),
    );
    expect((await pool.request(provider)).shares).to.equal(wad("5000") - shares);
  });

  it("need an allowance from anybody but the owner", async () => {
    const { pool } = await waited();
    await expect(pool.connect(bob).redeem(wad("1000"), bob, provider))
      .to.be.revertedWithCustomError(pool, "ERC20InsufficientAllowance")
      .withArgs(bob, 0n, wad("1000"));
    await expect(pool.connect(bob).withdraw(wad("999"), bob, provider))
      .to.be.revertedWithCustomError(pool, "ERC20InsufficientAllowance")
      .withArgs(bob, 0n, wad("1000"));
    await pool.connect(provider).approve(bob, wad("1000"));
    await pool.connect(bob).redeem(wad("1000"), bob, provider);
    expect(await pool.allowance(provider, bob)).to.equal(0n);
  });

  it("are refused for nothing, beyond the request, and before the delay is over", async () => {
    const { pool } = await waited();
    const { executableAt } = await pool.request(provider);
    for (const leave of [
      () => pool.connect(provider).redeem(0n, provider, provider),
      () => pool.connect(provider).withdraw(0n, provider, provider),
    ]) {
      await expect(leave()).to.be.revertedWithCustomError(pool, "LiquidityPool_ZeroAmount");
    }
    await expect(pool.connect(provider).redeem(wad("6001"), provider, provider))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_NotRedeemable")
      .withArgs(wad("6001"), wad("6000"), executableAt);
    await pool.connect(provider).requestRedeem(wad("1"));
    const later = BigInt((await now()) + DELAY);
    await expect(pool.connect(provider).redeem(1n, provider, provider))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_NotRedeemable")
      .withArgs(1n, 0n, later);
  });

  it("are at most maxRedeem and maxWithdraw", async () => {
    const { pool, dai } = await waited();
    expect(await pool.maxRedeem(provider)).to.equal(wad("6000"));
    const assets = await pool.maxWithdraw(provider);
    expect(assets).to.equal(wad("5994"));
    await expect(pool.connect(provider).withdraw(assets, provider, provider)).to.changeTokenBalance(
      ethers,
      dai,
      provider,
      assets,
    );
    expect([await pool.maxRedeem(provider), await pool.maxWithdraw(provider)]).to.deep.equal([0n, 0n]);
  });

  it("have a maximum of 0 before the delay is over, and without a price", async () => {
    const { pool } = await provided();
    const most = async () => [await pool.maxRedeem(provider), await pool.maxWithdraw(provider)];
    expect(await most(), "without a request").to.deep.equal([0n, 0n]);
    await pool.connect(provider).requestRedeem(wad("6000"));
    expect(await most(), "at once").to.deep.equal([0n, 0n]);
    await networkHelpers.time.increase(DELAY);
    expect(await most(), "without a price").to.deep.equal([0n, 0n]);
  });
});
