import { expect } from "chai";
import { chainWith, FOREVER, TIMELESS, usdc, wad } from "../fixture.ts";

const { alice, bob, ethers, guardian, load, networkHelpers, now } = await chainWith(TIMELESS);

/** Alice is long 10 at 500, with 1,000 of margin. */
async function withPosition() {
  const world = await load();
  await world.trade(alice, { amount: "10", margin: "1000" });
  return world;
}

describe("ClearingHouse.close", () => {
  it("closes and pays out all that is left", async () => {
    const { close, accountOf, updatesOf, clearingHouse, dai } = await withPosition();
    const tx = close(alice);
    await expect(tx).to.changeTokenBalances(ethers, dai, [alice, clearingHouse], [wad("990"), -wad("990")]);
    expect(await updatesOf(alice, (await tx).blockNumber!)).to.deep.equal([
      {
        account: alice.address,
        amount: wad("-10"),
        margin: wad("-990"),
        price: wad("500"),
        fundingIndex: 0n,
        impact: wad("-0.025"),
        fee: wad("5"),
        position: 0n,
        cash: 0n,
      },
    ]);
    expect(await accountOf(alice)).to.deep.equal({ position: 0n, cash: 0n });
  });

  it("pays out cash without a position", async () => {
    const { trade, close, dai } = await load();
    await trade(alice, { margin: "7" });
    await expect(close(alice)).to.changeTokenBalance(ethers, dai, alice, wad("7"));
  });

  it("has the pool cover what a loss leaves", async () => {
    const { close, clearingHouse, id, accountOf, setPrice, dai, pool } = await withPosition();
    await setPrice("390");
    // N = 994.975 − 1,100; closing costs 3.9 and gets 390 · 10² / 2e6 of impact back, which is the pool's in no case.
    const equity = await pool.equity();
    const tx = close(alice);
    await expect(tx).to.changeTokenBalance(ethers, dai, alice, 0n);
    await expect(tx).to.emit(clearingHouse, "ShortfallCovered").withArgs(id, alice, wad("108.9055"));
    expect(await accountOf(alice)).to.deep.equal({ position: 0n, cash: 0n });
    expect(await pool.equity(), "its part of the fee less the shortfall").to.equal(
      equity + wad("3.9") - wad("0.195") - wad("108.9055"),
    );
  });

  it("leaves what is less than a unit of the BaseToken", async () => {
    const { clearingHouse, markets, accountOf, usd } = await load();
    const { params, id } = markets.ETHUSDC;
    // 0.00123 units cost 0.000615 of fee and a wei or so of impact: no whole millionths.
    await clearingHouse.connect(alice).trade(params, {
      amount: wad("0.0123456789"),
      margin: usdc("100"),
      priceLimit: wad("501"),
      deadline: FOREVER,
    });
    const before = await usd.balanceOf(alice);
    await clearingHouse.connect(alice).close(params, 0n, FOREVER);
    const paid = (await usd.balanceOf(alice)) - before;
    const { position, cash } = await accountOf(alice, id);
    expect(position).to.equal(0n);
    expect(cash > 0n && cash < 10n ** 12n, `${cash} left`).to.equal(true);
    const fees = wad("0.0123456789") * 2n * 500n;
    expect(paid * 10n ** 12n + cash, "all but the fees").to.equal(wad("100") - fees / 1000n);
  });

  describe("refuses", () => {
    it("an account with nothing in it", async () => {
      const { close, clearingHouse } = await load();
      await expect(close(alice)).to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_ZeroAmount");
    });

    it("a fill beyond the limit", async () => {
      const { clearingHouse, params, trade } = await withPosition();
      await trade(bob, { amount: "-10", margin: "1000" });
      await expect(clearingHouse.connect(alice).close(params, wad("499.9976"), FOREVER))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceLimit")
        .withArgs(wad("499.9975"), wad("499.9976"));
      await expect(clearingHouse.connect(bob).close(params, wad("499.9974"), FOREVER))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceLimit")
        .withArgs(wad("500.0025"), wad("499.9974"));
    });

    it("to come too late", async () => {
      const { clearingHouse, params } = await withPosition();
      const deadline = BigInt(await now());
      await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
      await expect(clearingHouse.connect(alice).close(params, 0n, deadline))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_Expired")
        .withArgs(deadline, deadline + 1n);
    });

    it("to trade without a price that can be trusted, and nothing else", async () => {
      const { clearingHouse, params, close, feed, source, setPrice } = await withPosition();
      await clearingHouse.connect(guardian).setReduceOnly(params, true);
      await feed.set(0n);
      await expect(close(alice)).to.be.revertedWithCustomError(source, "ChainlinkSource_ZeroAnswer");
      await setPrice("450");
      await close(alice);
    });
  });
});
