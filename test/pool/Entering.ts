import { expect } from "chai";
import { chainWith, DAY, expectNear, LOCKED, TIMELESS, usdc, WAD, wad } from "../fixture.ts";

const { alice, bob, deployer, ethers, load, networkHelpers, provider, stranger } = await chainWith(TIMELESS);

/** A pool of a million that has earned 475 from alice: 0.095 % of 500,000. */
async function earning() {
  const world = await load();
  await world.trade(alice, { amount: "1000", margin: "100000" });
  return world;
}

/** Alice's gain has taken all of it. */
async function depleted() {
  const world = await earning();
  await world.setPrice("1501");
  return world;
}

describe("LiquidityPool.deposit", () => {
  it("gives shares at what the pool is worth, for BaseToken that goes to the ClearingHouse", async () => {
    const { pool, clearingHouse, id, dai } = await earning();
    expect(await pool.equity()).to.equal(wad("1000475"));
    const preview = await pool.previewDeposit(wad("1000"));
    expectNear(preview, (wad("1000") * wad("1000000")) / wad("1000475"), "shares");
    const before = await clearingHouse.market(id);
    const tx = pool.connect(provider).deposit(wad("1000"), provider);
    await expect(tx).to.changeTokenBalances(
      ethers,
      dai,
      [provider, clearingHouse, pool],
      [-wad("1000"), wad("1000"), 0n],
    );
    await expect(tx).to.emit(pool, "Deposit").withArgs(provider, provider, wad("1000"), preview);
    await expect(tx)
      .to.emit(clearingHouse, "PoolCashMoved")
      .withArgs(id, wad("1000"), before.poolCash + wad("1000"));
    expect(await pool.balanceOf(provider)).to.equal(preview);
    expect(await pool.totalAssets()).to.equal(wad("1001475"));
  });

  it("is at par in a pool that has earned nothing", async () => {
    const { pool } = await load();
    expect(await pool.totalSupply()).to.equal(wad("1000000"));
    expect(await pool.balanceOf(deployer)).to.equal(wad("1000000") - LOCKED);
    expect(await pool.previewDeposit(wad("3"))).to.equal(wad("3"));
    expect([await pool.convertToShares(WAD), await pool.convertToAssets(WAD)]).to.deep.equal([WAD, WAD]);
  });

  it("doesn't change what a share is worth", async () => {
    const { pool } = await earning();
    const before = await pool.convertToAssets(WAD);
    await pool.connect(provider).deposit(wad("777"), bob);
    expect(await pool.convertToAssets(WAD)).to.equal(before);
  });

  it("takes BaseToken of 6 decimals, for shares of 18", async () => {
    const { markets } = await load();
    const { pool } = markets.ETHUSDC;
    await pool.connect(provider).deposit(usdc("1000"), provider);
    expect(await pool.balanceOf(provider)).to.equal(wad("1000"));
    expect(await pool.totalAssets()).to.equal(usdc("1001000"));
  });

  it("is refused for nothing, without an allowance, and without a price", async () => {
    const { pool, dai, source } = await load();
    await expect(pool.connect(provider).deposit(0n, provider)).to.be.revertedWithCustomError(
      pool,
      "LiquidityPool_ZeroAmount",
    );
    await expect(pool.connect(stranger).deposit(WAD, stranger))
      .to.be.revertedWithCustomError(dai, "ERC20InsufficientAllowance")
      .withArgs(pool, 0n, WAD);
    await networkHelpers.time.increase(2 * DAY);
    await expect(pool.connect(provider).deposit(WAD, provider)).to.be.revertedWithCustomError(
      source,
      "ChainlinkSource_Stale",
    );
  });

  it("is refused by a pool that has lost all it had", async () => {
    const { pool } = await depleted();
    const [equity, supply] = [await pool.equity(), await pool.totalSupply()];
    expect(equity < 0n).to.equal(true);
    for (const enter of [
      () => pool.connect(provider).deposit(WAD, provider),
      () => pool.connect(provider).mint(WAD, provider),
    ]) {
      await expect(enter())
        .to.be.revertedWithCustomError(pool, "LiquidityPool_Depleted")
        .withArgs(equity, supply);
    }
  });
});

describe("LiquidityPool.mint", () => {
  it("gives exactly the shares, for what it previews", async () => {
    const { pool, dai } = await earning();
    const preview = await pool.previewMint(wad("1000"));
    expectNear(preview, wad("1000.475"), "assets");
    const tx = pool.connect(provider).mint(wad("1000"), provider);
    await expect(tx).to.changeTokenBalance(ethers, dai, provider, -preview);
    expect(await pool.balanceOf(provider)).to.equal(wad("1000"));
  });

  it("is refused for nothing", async () => {
    const { pool } = await load();
    await expect(pool.connect(provider).mint(0n, provider)).to.be.revertedWithCustomError(
      pool,
      "LiquidityPool_ZeroAmount",
    );
  });
});

describe("LiquidityPool.maxDeposit and maxMint", () => {
  it("are what the books can still count", async () => {
    const { pool, dai } = await load();
    const most = await pool.maxDeposit(provider);
    expect(most).to.equal(2n ** 96n - 1n - wad("1000000"));
    expect(await pool.maxMint(provider), "at par").to.equal(most);
    await dai.mint(provider, most);
    await pool.connect(provider).deposit(most, provider);
    expect(await pool.maxDeposit(provider)).to.equal(0n);
    expect(await pool.maxMint(provider)).to.equal(0n);
  });

  it("are 0 for a pool that has lost all it had, and without a price", async () => {
    const { pool } = await depleted();
    expect([await pool.maxDeposit(bob), await pool.maxMint(bob)]).to.deep.equal([0n, 0n]);
    expect([await pool.totalAssets(), await pool.convertToShares(WAD)]).to.deep.equal([0n, 0n]);
    const stale = await load();
    await networkHelpers.time.increase(2 * DAY);
    expect([await stale.pool.maxDeposit(bob), await stale.pool.maxMint(bob)]).to.deep.equal([0n, 0n]);
    expect(await stale.pool.totalAssets(), "at the last price used").to.equal(wad("1000000"));
  });
});

describe("LiquidityPool, more than there can be", () => {
  // As a signed number it would be negative: a payment to whoever asks, for 2^256 shares.
  it("refuses to take 2^256 − k, in a pool whose shares are worth more than one", async () => {
    const { pool, clearingHouse, id } = await earning();
    const before = await clearingHouse.market(id);
    for (const amount of [2n ** 256n - wad("500000"), 2n ** 255n, 2n ** 96n]) {
      await expect(pool.connect(provider).deposit(amount, provider), "deposit").to.be.revert(ethers);
      await expect(pool.connect(provider).mint(amount, provider), "mint").to.be.revert(ethers);
    }
    await expect(pool.connect(provider).deposit(2n ** 96n, provider))
      .to.be.revertedWithCustomError(pool, "LiquidityPool_AmountOutOfRange")
      .withArgs(2n ** 96n, 2n ** 96n - 1n);
    expect((await clearingHouse.market(id)).held).to.equal(before.held);
  });
});
