import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { chainWith, expectNear, expectNoRebalance, LOCKED, TIMELESS, WAD, wad } from "../fixture.ts";

const { alice, bob, carol, ethers, guardian, load, stranger } = await chainWith(TIMELESS);

/** Alice has put 1,000 DAI into 5XLONG_ETHDAI at 500, bob 500. */
async function minted() {
  const world = await load();
  await world.deposit(alice, "1000");
  await world.deposit(bob, "500");
  return world;
}

describe("LeveragedToken.redeem", () => {
  it("pays what it previews, less the cost of the trade, and scales the position", async () => {
    const { redeem, long, dai, accountOf, clearingHouse } = await minted();
    const before = await accountOf(long);
    const supply = await long.totalSupply();
    const leverage = await long.currentLeverage();
    const preview = await long.previewRedeem(wad("100"));
    const tx = redeem(alice, wad("100"));
    await expect(tx).to.changeTokenBalances(
      ethers,
      dai,
      [alice, clearingHouse, long],
      [preview, -preview, 0n],
    );
    await expect(tx)
      .to.emit(long, "Withdraw")
      .withArgs(alice, alice, alice, preview, wad("100"))
      .to.emit(long, "Transfer")
      .withArgs(alice, ZeroAddress, wad("100"));
    expectNear(preview, wad("99.5"), "100 at par less φ five times", "0.0001");
    expect(await long.totalSupply()).to.equal(supply - wad("100"));
    expectNear(
      (await accountOf(long)).position,
      (before.position * (supply - wad("100"))) / supply,
      "position",
    );
    expectNear(await long.currentLeverage(), leverage, "leverage", "0.000000000001");
  });

  it("rebalances first when leverage is off target by more than the band", async () => {
    const { redeem, long, setPrice } = await minted();
    await setPrice("495");
    const preview = await long.previewRedeem(wad("100"));
    await expect(redeem(alice, wad("100"))).to.emit(long, "RebalancedInPassing");
    expectNear(await long.currentLeverage(), 5n * WAD, "leverage", "0.000000000001");
    expectNear(preview, wad("94.5"), "5 % less", "0.002");
  });

  it("pays to another receiver", async () => {
    const { long, dai } = await minted();
    const preview = await long.previewRedeem(wad("100"));
    const tx = long.connect(alice)["redeem(uint256,address,address)"](wad("100"), carol, alice);
    await expect(tx).to.changeTokenBalance(ethers, dai, carol, preview);
    await expect(tx).to.emit(long, "Withdraw").withArgs(alice, carol, alice, preview, wad("100"));
  });

  it("burns somebody else's with an allowance, which is used up unless infinite", async () => {
    const { long } = await minted();
    const redeem = long.connect(stranger)["redeem(uint256,address,address)"];
    await long.connect(alice).approve(stranger, wad("150"));
    await redeem(wad("100"), stranger, alice);
    expect(await long.allowance(alice, stranger)).to.equal(wad("50"));
    await expect(redeem(wad("100"), stranger, alice))
      .to.be.revertedWithCustomError(long, "ERC20InsufficientAllowance")
      .withArgs(stranger, wad("50"), wad("100"));
    await long.connect(alice).approve(stranger, MaxUint256);
    await redeem(wad("100"), stranger, alice);
    expect(await long.allowance(alice, stranger)).to.equal(MaxUint256);
  });

  it("takes the burn fee off the payout", async () => {
    const { deposit, redeem, long } = await load({
      ...TIMELESS,
      policies: { continuous: { streamingFee: "0", burnFee: "0.01" } },
    });
    await deposit(alice, "1000");
    const tx = redeem(alice, wad("100"));
    await expect(tx).to.emit(long, "FeesCharged");
    const [{ args }] = await long.queryFilter(long.filters.FeesCharged());
    expectNear(args.tradingFee, wad("0.995"), "a hundredth of the payout", "0.0001");
  });

  it("works in a market that can only be reduced", async () => {
    const { redeem, clearingHouse, params, setPrice, long } = await minted();
    await clearingHouse.connect(guardian).setReduceOnly(params, true);
    await redeem(alice, wad("100"));
    await setPrice("505");
    // The rebalance would open, so it is left out.
    const tx = redeem(alice, wad("100"));
    await expectNoRebalance(tx, long);
  });

  describe("is refused", () => {
    it("for nothing", async () => {
      const { redeem, long } = await minted();
      await expect(redeem(alice, 0n)).to.be.revertedWithCustomError(long, "LeveragedToken_ZeroAmount");
    });

    it("beyond the balance", async () => {
      const { redeem, long } = await minted();
      const balance = await long.balanceOf(bob);
      await expect(redeem(bob, balance + 1n))
        .to.be.revertedWithCustomError(long, "ERC20InsufficientBalance")
        .withArgs(bob, balance, balance + 1n);
      const live = (await long.totalSupply()) - LOCKED;
      await expect(redeem(bob, live + 1n))
        .to.be.revertedWithCustomError(long, "ERC20InsufficientBalance")
        .withArgs(bob, live, live + 1n);
    });

    it("when it pays less than asked for", async () => {
      const { long } = await minted();
      const redeem = long.connect(alice)["redeem(uint256,address,address,uint256)"];
      const assets = await long.previewRedeem(wad("100"));
      await expect(redeem(wad("100"), alice, alice, assets + 1n))
        .to.be.revertedWithCustomError(long, "LeveragedToken_BelowMinimum")
        .withArgs(assets, assets + 1n);
      await redeem(wad("100"), alice, alice, assets);
    });
  });

  describe("given the last holder burns all", () => {
    async function alone() {
      const world = await load();
      await world.deposit(alice, "1000");
      return world;
    }

    it("closes the position, burns the locked tokens, and leaves the residue to the protocol", async () => {
      const { redeem, long, clearingHouse, id, accountOf, dai } = await alone();
      const shares = await long.balanceOf(alice);
      const preview = await long.previewRedeem(shares);
      await expect(redeem(alice, shares)).to.changeTokenBalance(ethers, dai, alice, preview);
      expect(await long.totalSupply()).to.equal(0n);
      expect(await accountOf(long)).to.deep.equal({ position: 0n, cash: 0n });
      const { longs, held, poolCash, protocolFees } = await clearingHouse.market(id);
      expect(longs, "open interest").to.equal(0n);
      expect(poolCash + protocolFees, "custody").to.equal(held);
    });

    it("makes the next mint a first", async () => {
      const { redeem, deposit, long, setPrice } = await alone();
      await redeem(alice, await long.balanceOf(alice));
      await setPrice("700");
      expect(await long.convertToAssets(WAD), "at par").to.equal(WAD);
      await deposit(bob, "100");
      expect(await long.totalSupply()).to.equal((await long.balanceOf(bob)) + LOCKED);
      expectNear(await long.netAssetValue(), await long.totalSupply(), "one for one");
      expectNear(await long.currentLeverage(), 5n * WAD, "leverage");
    });

    it("doesn't rebalance, however far off target", async () => {
      const { redeem, long, setPrice } = await alone();
      await setPrice("510");
      const tx = redeem(alice, await long.balanceOf(alice));
      await expectNoRebalance(tx, long);
    });
  });
});

describe("LeveragedToken.withdraw", () => {
  it("pays exactly what is asked for, and burns what it previews", async () => {
    const { long, dai } = await minted();
    const shares = await long.previewWithdraw(wad("99"));
    const tx = long.connect(alice)["withdraw(uint256,address,address)"](wad("99"), alice, alice);
    await expect(tx).to.changeTokenBalances(ethers, dai, [alice], [wad("99")]);
    await expect(tx).to.emit(long, "Withdraw").withArgs(alice, alice, alice, wad("99"), shares);
    expectNear(shares, wad("99.5"), "φ five times more", "0.0001");
  });

  it("never pays more than a redemption of the same shares", async () => {
    const { long } = await minted();
    const shares = await long.previewWithdraw(wad("99"));
    expect((await long.previewRedeem(shares)) >= wad("99")).to.equal(true);
    expectNear(await long.previewRedeem(shares), wad("99"), "as much", "0.000000000000001");
  });

  it("adds the burn fee on top", async () => {
    const { deposit, long, dai } = await load({
      ...TIMELESS,
      policies: { continuous: { streamingFee: "0", burnFee: "0.01" } },
    });
    await deposit(alice, "1000");
    const tx = long.connect(alice)["withdraw(uint256,address,address)"](wad("99"), alice, alice);
    await expect(tx).to.changeTokenBalance(ethers, dai, alice, wad("99"));
    const [{ args }] = await long.queryFilter(long.filters.FeesCharged());
    expectNear(args.tradingFee, wad("1"), "a hundredth of 100", "0.0001");
  });

  it("burns somebody else's with an allowance", async () => {
    const { long } = await minted();
    const withdraw = long.connect(stranger)["withdraw(uint256,address,address)"];
    const shares = await long.previewWithdraw(wad("99"));
    await expect(withdraw(wad("99"), stranger, alice))
      .to.be.revertedWithCustomError(long, "ERC20InsufficientAllowance")
      .withArgs(stranger, 0n, shares);
    await long.connect(alice).approve(stranger, shares);
    await withdraw(wad("99"), stranger, alice);
    expect(await long.allowance(alice, stranger)).to.equal(0n);
  });

  it("is refused when it burns more shares than asked for", async () => {
    const { long } = await minted();
    const withdraw = long.connect(alice)["withdraw(uint256,address,address,uint256)"];
    const shares = await long.previewWithdraw(wad("99"));
    await expect(withdraw(wad("99"), alice, alice, shares - 1n))
      .to.be.revertedWithCustomError(long, "LeveragedToken_AboveMaximum")
      .withArgs(shares, shares - 1n);
    await withdraw(wad("99"), alice, alice, shares);
  });

  it("is refused when no burn pays as much", async () => {
    const { long } = await minted();
    const withdraw = long.connect(alice)["withdraw(uint256,address,address)"];
    await expect(withdraw(wad("1500"), alice, alice))
      .to.be.revertedWithCustomError(long, "LeveragedToken_UnreachablePayout")
      .withArgs(wad("1500"));
    await expect(withdraw(wad("1200"), alice, alice)).to.be.revertedWithCustomError(
      long,
      "ERC20InsufficientBalance",
    );
  });
});
