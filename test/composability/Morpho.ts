// A Morpho Blue market that lends DAI against 5XLONG_ETHDAI, priced by the token's NetAssetValueFeed.
import { expect } from "chai";
import { AbiCoder, keccak256, MaxUint256, ZeroAddress } from "ethers";
import {
  Morpho__factory,
  MorphoLiquidator__factory,
  MorphoOracle__factory,
} from "../../typechain-types/index.js";
import { chainWith, DAY, expectNear, TIMELESS, WAD, wad } from "../fixture.ts";

const chain = await chainWith(TIMELESS);
const { alice, bob, carol, deployer, ethers, load, networkHelpers, stranger } = chain;

/** 1e36 of Morpho's prices. */
const SCALE = 10n ** 36n;
/** What may be lent per value of collateral: low, as a fall of the price by 1 % takes 5 % of the collateral. */
const LLTV = wad("0.625");

/** Bob lends 100,000 DAI; alice has 1,000 tokens and has brought them all. */
async function lending() {
  const world = await load();
  const { dai, long, valueFeeds, deposit } = world;
  const morpho = await new Morpho__factory(deployer).deploy(deployer);
  const oracle = await new MorphoOracle__factory(deployer).deploy(valueFeeds["5XLONG_ETHDAI"], dai, long);
  await morpho.enableLltv(LLTV);
  // Without an interest-rate model Morpho charges no interest.
  await morpho.enableIrm(ZeroAddress);
  const market = {
    ...{ loanToken: await dai.getAddress(), collateralToken: await long.getAddress() },
    ...{ oracle: await oracle.getAddress(), irm: ZeroAddress, lltv: LLTV },
  };
  await morpho.createMarket(market);
  const marketId = keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["address", "address", "address", "address", "uint256"],
      Object.values(market),
    ),
  );
  await dai.connect(bob).approve(morpho, MaxUint256);
  await morpho.connect(bob).supply(market, wad("100000"), 0, bob, "0x");
  await deposit(alice, "1010");
  await deposit(carol, "10000");
  const collateral = await long.balanceOf(alice);
  await long.connect(alice).approve(morpho, MaxUint256);
  await morpho.connect(alice).supplyCollateral(market, collateral, alice, "0x");
  const borrow = (amount: string) => morpho.connect(alice).borrow(market, wad(amount), 0, alice, alice);
  return { ...world, morpho, oracle, market, marketId, collateral, borrow };
}

describe("A Morpho Blue market with 5XLONG as collateral", () => {
  it("prices it at what it is worth", async () => {
    const { long, oracle, setPrice } = await lending();
    for (const price of ["500", "510", "493.21"]) {
      await setPrice(price);
      const value = ((await long.netAssetValue()) * SCALE) / (await long.totalSupply());
      expectNear(await oracle.price(), value, `at ${price}`, "0.000000000000001");
    }
  });

  it("lends against it, up to its limit", async () => {
    const { dai, long, morpho, collateral, borrow } = await lending();
    const worth = await long.convertToAssets(collateral);
    const most = (worth * LLTV) / WAD;
    await expect(borrow(ethers.formatUnits(most + wad("0.001")))).to.be.revertedWith(
      "insufficient collateral",
    );
    await expect(borrow(ethers.formatUnits(most - wad("0.001")))).to.changeTokenBalances(
      ethers,
      dai,
      [alice, morpho],
      [most - wad("0.001"), wad("0.001") - most],
    );
  });

  it("is liquidated after a fall, and the liquidator burns what it seized in the same transaction", async () => {
    const { dai, long, morpho, market, marketId, collateral, borrow, setPrice } = await lending();
    await borrow("500");
    const liquidator = await new MorphoLiquidator__factory(stranger).deploy(morpho);
    await expect(liquidator.liquidate(market, alice, collateral / 2n)).to.be.revertedWith(
      "position is healthy",
    );

    // 4 % down takes a fifth of the token, 6 % three tenths: 500 DAI against some 700.
    await setPrice("480");
    await expect(liquidator.liquidate(market, alice, collateral / 2n)).to.be.revertedWith(
      "position is healthy",
    );
    await setPrice("470");
    const lent = await dai.balanceOf(morpho);
    await liquidator.liquidate(market, alice, (collateral * 7n) / 10n);

    const earned = await dai.balanceOf(stranger);
    expect(earned > wad("40"), `the incentive of 12.7 %, less what a burn costs: ${earned}`).to.equal(true);
    const position = await morpho.position(marketId, alice);
    expectNear(position.collateral, (collateral * 3n) / 10n, "what alice keeps");
    expect((await dai.balanceOf(morpho)) > lent + wad("400"), "the lender is repaid").to.equal(true);
    expect(await long.balanceOf(liquidator), "nothing is left over").to.equal(0n);
    expect(await dai.balanceOf(liquidator)).to.equal(0n);

    // What is left of the loan is covered again: bob can have everything that is not lent.
    const { totalSupplyAssets, totalBorrowAssets } = await morpho.market(marketId);
    await morpho.connect(bob).withdraw(market, totalSupplyAssets - totalBorrowAssets, 0, bob, bob);
    expect(totalSupplyAssets, "no loss for the lender").to.equal(wad("100000"));
  });

  it("lends nothing while the price can't be trusted, and goes on when it can", async () => {
    const { source, borrow, setPrice, morpho, market } = await lending();
    await networkHelpers.time.increase(2 * DAY);
    await expect(borrow("100")).to.be.revertedWithCustomError(source, "ChainlinkSource_Stale");
    // Lending is no part of it: bob can have what isn't lent.
    await morpho.connect(bob).withdraw(market, wad("1000"), 0, bob, bob);
    await setPrice("500");
    await borrow("100");
  });

  it("lends nothing against a token that was wiped out", async () => {
    const { valueFeeds, long, borrow, setPrice } = await lending();
    await setPrice("395");
    for (const record of [false, true]) {
      if (record) await long.rebalance();
      await expect(borrow("1")).to.be.revertedWithCustomError(
        valueFeeds["5XLONG_ETHDAI"],
        "NetAssetValueFeed_WipedOut",
      );
    }
  });
});
