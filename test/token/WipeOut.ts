import { expect } from "chai";
import { chainWith, LOCKED, TIMELESS, wad } from "../fixture.ts";

const { alice, bob, ethers, keeper, load } = await chainWith(TIMELESS);

/** Alice and bob hold a 5XLONG minted at 500, and the price has fallen by 21 %. */
async function underwater() {
  const world = await load();
  await world.deposit(alice, "1000");
  await world.deposit(bob, "1000");
  await world.setPrice("395");
  return world;
}

async function recorded() {
  const world = await underwater();
  await world.long.connect(keeper).rebalance();
  return world;
}

describe("A wipe-out", () => {
  describe("before anybody has recorded it", () => {
    it("shows in every view", async () => {
      const { long } = await underwater();
      expect((await long.netAssetValue()) < 0n).to.equal(true);
      expect(await long.totalAssets()).to.equal(0n);
      expect(await long.convertToAssets(wad("1"))).to.equal(0n);
      expect(await long.convertToShares(wad("1"))).to.equal(0n);
      expect(await long.maxDeposit(alice)).to.equal(0n);
      expect(await long.maxMint(alice)).to.equal(0n);
      expect(await long.currentLeverage()).to.equal(2n ** 255n - 1n);
      const { due, amount, reward } = await long.previewRebalance();
      expect([due, amount, reward]).to.deep.equal([true, -(await long.positionAmount()), 0n]);
    });

    it("stops minting", async () => {
      const { long, deposit } = await underwater();
      await expect(deposit(alice, "100")).to.be.revertedWithCustomError(long, "LeveragedToken_WipedOut");
      await expect(
        long.connect(alice)["mint(uint256,address)"](wad("1"), alice),
      ).to.be.revertedWithCustomError(long, "LeveragedToken_WipedOut");
    });
  });

  describe("is recorded by a rebalance", () => {
    it("which closes the position and has the pool cover the loss", async () => {
      const { long, clearingHouse, id, accountOf } = await underwater();
      const [value, supply, amount] = [
        await long.netAssetValue(),
        await long.totalSupply(),
        await long.positionAmount(),
      ];
      const tx = long.connect(keeper).rebalance();
      await expect(tx).to.emit(long, "WipedOut").withArgs(value, supply);
      await expect(tx).to.emit(long, "PartlyRebalanced").withArgs(keeper, -amount, 0n);
      await expect(tx)
        .to.emit(clearingHouse, "ShortfallCovered")
        .withArgs(id, long, (shortfall: bigint) => shortfall > -value);
      expect(await accountOf(long)).to.deep.equal({ position: 0n, cash: 0n });
      expect((await clearingHouse.market(id)).longs, "open interest").to.equal(0n);
      expect(await long.totalSupply(), "tokens stay").to.equal(supply);
    });

    it("once", async () => {
      const { long } = await recorded();
      await expect(long.connect(keeper).rebalance()).to.be.revertedWithCustomError(
        long,
        "LeveragedToken_WipedOut",
      );
      expect((await long.previewRebalance()).due).to.equal(false);
    });

    it("for good, whatever the price does", async () => {
      const { long, deposit, setPrice } = await recorded();
      await setPrice("500");
      await expect(deposit(alice, "100")).to.be.revertedWithCustomError(long, "LeveragedToken_WipedOut");
      expect(await long.maxDeposit(alice)).to.equal(0n);
      expect(await long.netAssetValue()).to.equal(0n);
    });

    it("after which tokens can still be burned, for nothing", async () => {
      const { long, redeem, dai } = await recorded();
      const shares = await long.balanceOf(alice);
      expect(await long.previewRedeem(shares)).to.equal(0n);
      await expect(redeem(alice, shares)).to.changeTokenBalance(ethers, dai, alice, 0n);
      await redeem(bob, await long.balanceOf(bob));
      expect(await long.totalSupply()).to.equal(0n);
    });
  });

  describe("is recorded by a burn", () => {
    it("of some", async () => {
      const { long, redeem, accountOf, clearingHouse, dai } = await underwater();
      const [supply, amount] = [await long.totalSupply(), await long.positionAmount()];
      const tx = redeem(alice, wad("100"));
      await expect(tx).to.changeTokenBalance(ethers, dai, alice, 0n);
      await expect(tx).to.emit(long, "WipedOut").to.emit(clearingHouse, "ShortfallCovered");
      await expect(tx).to.emit(long, "PartlyRebalancedInPassing").withArgs(-amount);
      expect(await accountOf(long)).to.deep.equal({ position: 0n, cash: 0n });
      expect(await long.totalSupply()).to.equal(supply - wad("100"));
    });

    it("of all", async () => {
      const { deposit, setPrice, redeem, long, accountOf } = await load();
      await deposit(alice, "1000");
      await setPrice("395");
      await expect(redeem(alice, await long.balanceOf(alice))).to.emit(long, "WipedOut");
      expect(await long.totalSupply()).to.equal(0n);
      expect(await accountOf(long)).to.deep.equal({ position: 0n, cash: 0n });
    });
  });

  it("is also a token worth less than 1e-9 of what it was first", async () => {
    const { deposit, setPrice, long } = await load();
    await deposit(alice, "1000");
    // 1 − 5 · 0.2 is 0 at 400; at 400.00000001 it is 1e-10.
    await setPrice("400.00000001");
    expect((await long.netAssetValue()) > 0n, "something is left").to.equal(true);
    await expect(long.connect(keeper).rebalance()).to.emit(long, "WipedOut");
  });

  it("lets the factory begin the next series", async () => {
    const { long, factory, params, deposit, id, clearingHouse, dai } = await recorded();
    const [leverage, policy] = [await long.targetLeverage(), await long.policy()];
    const next = await factory.predict(params, leverage, policy);
    expect(next).not.to.equal(await long.getAddress());
    await factory.createToken(params, leverage, policy);
    expect(await factory.tokenOf(id, leverage, policy)).to.equal(next);
    const successor = long.attach(next) as typeof long;
    expect(await successor.symbol(), "the same name").to.equal(await long.symbol());
    await dai.connect(alice).approve(successor, wad("1000"));
    await deposit(alice, "1000", successor);
    expect(await successor.totalSupply()).to.equal((await successor.balanceOf(alice)) + LOCKED);
    await expect(factory.createToken(params, leverage, policy))
      .to.be.revertedWithCustomError(factory, "LeveragedTokenFactory_TokenExists")
      .withArgs(next);
    expect(await clearingHouse.tokenFactory()).to.equal(await factory.getAddress());
  });
});
