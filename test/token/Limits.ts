import { expect } from "chai";
import { chainWith, DAY, expectNear, TIMELESS, usdc, WAD, wad } from "../fixture.ts";

const { alice, bob, ethers, guardian, load, networkHelpers } = await chainWith(TIMELESS);

async function minted() {
  const world = await load();
  await world.deposit(alice, "1000");
  return world;
}

describe("LeveragedToken.maxDeposit and maxMint", () => {
  for (const given of [load, minted]) {
    it(`follow what the market can open, given ${given === load ? "nothing minted" : "holders"}`, async () => {
      const { long, deposit, clearingHouse } = await given();
      const assets = await long.maxDeposit(bob);
      // Half of a million of pool equity at 5x, 500 of fee, and 500 · 1,000² / 2e6 of impact.
      expectNear(assets, wad("100750") - (given === load ? 0n : wad("1000")), "assets", "0.0001");
      const shares = await long.maxMint(bob);
      expect(shares, "shares of the most assets").to.equal(await long.previewDeposit(assets));
      await expect(deposit(bob, "101000")).to.be.revertedWithCustomError(
        clearingHouse,
        "ClearingHouse_OpenInterestAboveCap",
      );
      await long.connect(bob)["deposit(uint256,address)"](assets, bob);
    });
  }

  it("can be minted as shares too", async () => {
    const { long } = await minted();
    await long.connect(bob)["mint(uint256,address)"](await long.maxMint(bob), bob);
  });

  it("count BaseToken of 6 decimals", async () => {
    const { tokens } = await load();
    const token = tokens["3XLONG_ETHUSDC"];
    const assets = await token.maxDeposit(bob);
    expectNear(assets, usdc("167416.666666"), "half a million at 3x, fee and impact", "0.000001");
    await token.connect(bob)["deposit(uint256,address)"](assets, bob);
  });

  it("are 0 while the market can only be reduced, is too wide, or has no price", async () => {
    const { long, clearingHouse, id, params, source, deposit } = await minted();
    await clearingHouse.connect(guardian).setReduceOnly(params, true);
    expect(await long.maxDeposit(bob)).to.equal(0n);
    expect(await long.maxMint(bob)).to.equal(0n);
    await expect(deposit(bob, "100"))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_ReduceOnly")
      .withArgs(id);
    await clearingHouse.connect(guardian).setReduceOnly(params, false);
    await networkHelpers.time.increase(2 * DAY);
    expect(await long.maxDeposit(bob)).to.equal(0n);
    await expect(deposit(bob, "100")).to.be.revertedWithCustomError(source, "ChainlinkSource_Stale");
    const wide = await load({ ...TIMELESS, sources: { ETH: { halfSpread: "0.006" } } });
    expect(await wide.long.maxDeposit(bob)).to.equal(0n);
    await expect(wide.deposit(bob, "100")).to.be.revertedWithCustomError(
      clearingHouse,
      "ClearingHouse_SpreadTooWide",
    );
  });
});

describe("LeveragedToken beyond its emergency band", () => {
  it("mints nothing until it is rebalanced, and burns", async () => {
    const { long, deposit, redeem, setPrice } = await minted();
    await setPrice("450");
    // 5 · 0.9 / 0.5: 80 % above target.
    const value = await long.netAssetValue();
    await expect(deposit(bob, "100"))
      .to.be.revertedWithCustomError(long, "LeveragedToken_MintingSuspended")
      .withArgs(value, (after: bigint) => after < value && after > (value * 99n) / 100n);
    expect(await long.maxDeposit(bob)).to.equal(0n);
    expect(await long.maxMint(bob)).to.equal(0n);
    await expect(redeem(alice, wad("10"))).to.emit(long, "RebalancedInPassing");
    await deposit(bob, "100");
  });
});

describe("LeveragedToken.maxRedeem and maxWithdraw", () => {
  it("are what the holder has", async () => {
    const { long, deposit, dai } = await minted();
    await deposit(bob, "500");
    const shares = await long.balanceOf(bob);
    expect(await long.maxRedeem(bob)).to.equal(shares);
    const assets = await long.maxWithdraw(bob);
    expectNear(assets, await long.previewRedeem(shares), "worth", "0.00000000000001");
    const tx = long.connect(bob)["withdraw(uint256,address,address)"](assets, bob, bob);
    await expect(tx).to.changeTokenBalance(ethers, dai, bob, assets);
  });

  it("count the closing of the account when everybody leaves", async () => {
    const { long } = await minted();
    const assets = await long.maxWithdraw(alice);
    expect(assets).to.equal(await long.previewRedeem(await long.balanceOf(alice)));
    await long.connect(alice)["withdraw(uint256,address,address)"](assets, alice, alice);
    expect(await long.totalSupply()).to.equal(0n);
  });

  it("are 0 for who has nothing, and without a price", async () => {
    const { long } = await minted();
    expect([await long.maxRedeem(bob), await long.maxWithdraw(bob)]).to.deep.equal([0n, 0n]);
    await networkHelpers.time.increase(2 * DAY);
    expect([await long.maxRedeem(alice), await long.maxWithdraw(alice)]).to.deep.equal([0n, 0n]);
  });

  it("are still what the holder has when the market can only be reduced", async () => {
    const { long, redeem, clearingHouse, params } = await minted();
    await clearingHouse.connect(guardian).setReduceOnly(params, true);
    const shares = await long.maxRedeem(alice);
    expect(shares).to.equal(await long.balanceOf(alice));
    await redeem(alice, shares);
  });
});

describe("LeveragedToken without a fresh price", () => {
  it("tells its worth at the last one used, and nothing that has to be trusted", async () => {
    const { long, source } = await minted();
    const worth = await long.totalAssets();
    await networkHelpers.time.increase(2 * DAY);
    expect(await long.totalAssets()).to.equal(worth);
    expectNear(await long.convertToAssets(WAD), WAD, "at par", "0.00001");
    expectNear(await long.convertToShares(WAD), WAD, "at par", "0.00001");
    for (const view of [
      () => long.netAssetValue(),
      () => long.positionPrice(),
      () => long.positionAmountDelta(),
      () => long.currentLeverage(),
      () => long.previewRebalance(),
      () => long.previewDeposit(WAD),
      () => long.previewMint(WAD),
      () => long.previewRedeem(WAD),
      () => long.previewWithdraw(WAD),
    ]) {
      await expect(view()).to.be.revertedWithCustomError(source, "ChainlinkSource_Stale");
    }
  });
});
