import { expect } from "chai";
import { chainWith, expectNear, FOREVER, marketWords, TIMELESS, WAD, wad } from "../fixture.ts";

// At 500 with a depth of a million units and φ = 0.1 %: 10 units cost 5,000, 5 of fee (0.25 of it the protocol's), and
// 500 · 10² / (2 · 1e6) = 0.025 of impact.
const { alice, bob, ethers, load, networkHelpers, now, stranger } = await chainWith(TIMELESS);

async function fixture() {
  const world = await load();
  const market = () => world.clearingHouse.market(world.id);
  /** Σ c + poolCash + protocolFees, of alice and bob alone. */
  const booked = async () => {
    const { poolCash, protocolFees } = await market();
    return (await world.accountOf(alice)).cash + (await world.accountOf(bob)).cash + poolCash + protocolFees;
  };
  return { ...world, market, booked };
}

/** Alice is long 10 with 1,000 of margin. */
async function withPosition() {
  const world = await fixture();
  await world.trade(alice, { amount: "10", margin: "1000" });
  return world;
}

describe("ClearingHouse.trade", () => {
  describe("given no position", () => {
    it("opens a long, at mid plus impact and fee", async () => {
      const { trade, clearingHouse, dai, accountOf, updatesOf, market, booked } = await fixture();
      const tx = trade(alice, { amount: "10", margin: "1000" });
      await expect(tx).to.changeTokenBalances(
        ethers,
        dai,
        [alice, clearingHouse],
        [-wad("1000"), wad("1000")],
      );
      expect(await updatesOf(alice)).to.deep.equal([
        {
          account: alice.address,
          amount: wad("10"),
          margin: wad("1000"),
          price: wad("500"),
          fundingIndex: 0n,
          impact: wad("0.025"),
          fee: wad("5"),
          position: wad("10"),
          cash: wad("-4005.025"),
        },
      ]);
      await expect(tx).not.to.emit(clearingHouse, "SurchargePaid");
      expect(await accountOf(alice)).to.deep.equal({ position: wad("10"), cash: wad("-4005.025") });
      const { longs, shorts, protocolFees, held } = await market();
      expect([longs, shorts], "open interest").to.deep.equal([wad("10"), 0n]);
      expect(protocolFees, "a tenth of the trade fee").to.equal(wad("0.25"));
      expect(await booked(), "custody").to.equal(held);
    });

    it("opens a short, at the mirrored price", async () => {
      const { trade, clearingHouse, params, accountOf, market } = await fixture();
      const fill = await clearingHouse.connect(alice).trade.staticCall(params, {
        amount: wad("-10"),
        margin: wad("1000"),
        priceLimit: 0n,
        deadline: FOREVER,
      });
      expect(fill.fillPrice, "half the impact below mid").to.equal(wad("499.9975"));
      await trade(alice, { amount: "-10", margin: "1000" });
      expect(await accountOf(alice)).to.deep.equal({ position: wad("-10"), cash: wad("5994.975") });
      expect((await market()).shorts).to.equal(wad("10"));
    });

    it("only brings margin in, and takes it out", async () => {
      const { trade, accountOf, dai } = await fixture();
      await trade(alice, { margin: "100" });
      expect(await accountOf(alice)).to.deep.equal({ position: 0n, cash: wad("100") });
      await expect(trade(alice, { margin: "-100" })).to.changeTokenBalance(ethers, dai, alice, wad("100"));
      expect(await accountOf(alice)).to.deep.equal({ position: 0n, cash: 0n });
    });

    it("refuses to pay out more than there is", async () => {
      const { trade, clearingHouse } = await fixture();
      await trade(alice, { margin: "100" });
      await expect(trade(alice, { margin: "-101" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_InsufficientCash")
        .withArgs(wad("100"), wad("101"));
    });
  });

  describe("given a long position", () => {
    it("increases it, at a price that the skew has moved", async () => {
      const { trade, accountOf } = await withPosition();
      await trade(alice, { amount: "5" });
      // I = 500 · (15² − 10²) / 2e6
      expect(await accountOf(alice)).to.deep.equal({ position: wad("15"), cash: wad("-6507.55625") });
    });

    it("reduces it, and gets the impact back", async () => {
      const { trade, accountOf } = await withPosition();
      await trade(alice, { amount: "-4" });
      // −4005.025 + 2,000 − 2 − I(10, −4) = 0.025 − 0.009
      expect(await accountOf(alice)).to.deep.equal({ position: wad("6"), cash: wad("-2007.009") });
    });

    it("a round trip costs exactly the fees", async () => {
      const { trade, accountOf, market, booked } = await withPosition();
      await trade(alice, { amount: "-10" });
      expect(await accountOf(alice)).to.deep.equal({ position: 0n, cash: wad("990") });
      const { longs, shorts, held } = await market();
      expect([longs, shorts], "open interest").to.deep.equal([0n, 0n]);
      expect(await booked(), "custody").to.equal(held);
    });

    it("flips to a short", async () => {
      const { trade, accountOf, market } = await withPosition();
      await trade(alice, { amount: "-15" });
      // −4005.025 + 7,500 − 7.5 − I(10, −15) = 0.025 − 0.00625
      expect(await accountOf(alice)).to.deep.equal({ position: wad("-5"), cash: wad("3487.49375") });
      const { longs, shorts } = await market();
      expect([longs, shorts], "open interest").to.deep.equal([0n, wad("5")]);
    });

    it("takes margin out down to the initial margin, and not a DAI more", async () => {
      const { trade, clearingHouse } = await withPosition();
      // N_exit = 1,000 − 0.025 − 5 + 0.025 − 5 = 990, of which 500 are needed.
      await expect(trade(alice, { margin: "-491" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_InsufficientMargin")
        .withArgs(wad("499"), wad("500"));
      await trade(alice, { margin: "-490" });
    });

    it("takes margin out with a proportional close, whatever its leverage", async () => {
      const { trade, setPrice, accountOf } = await withPosition();
      await setPrice("440");
      // N = 394.975 at 4,400 of notional: above 10x. A tenth of both goes.
      await trade(alice, { amount: "-1", margin: "-38" });
      expect((await accountOf(alice)).position).to.equal(wad("9"));
    });

    it("pays funding with time, which the other side gets", async () => {
      const { trade, pass, accountOf, clearingHouse, id } = await load({});
      await trade(alice, { amount: "100", margin: "10000" });
      await trade(bob, { amount: "-40", margin: "10000" });
      await pass(86_400);
      await trade(bob, { margin: "1" });
      const { fundingIndex, fundingRate } = await clearingHouse.market(id);
      // a = 9 · 60 / 1e6 a day each day: after a day that is the rate, and the index is 500 times half of it.
      expectNear(fundingRate, wad("0.00054"), "the rate", "0.001");
      expectNear(fundingIndex, wad("0.135"), "the index", "0.001");
      expect((await accountOf(alice)).position, "nobody is settled").to.equal(wad("100"));
    });
  });

  describe("refuses an order", () => {
    it("for nothing", async () => {
      const { trade, clearingHouse } = await fixture();
      await expect(trade(alice, {})).to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_ZeroAmount");
    });

    it("that comes too late", async () => {
      const { trade, clearingHouse } = await fixture();
      const deadline = BigInt(await now());
      await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
      await expect(trade(alice, { margin: "1", deadline }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_Expired")
        .withArgs(deadline, deadline + 1n);
    });

    it("that fills beyond its limit, and takes one just at it", async () => {
      const { trade, clearingHouse } = await fixture();
      const buy = { amount: "10", margin: "1000" };
      await expect(trade(alice, { ...buy, priceLimit: "500.002499999999999999" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceLimit")
        .withArgs(wad("500.0025"), wad("500.0025") - 1n);
      await trade(alice, { ...buy, priceLimit: "500.0025" });
      const sell = { amount: "-10" };
      await expect(trade(alice, { ...sell, priceLimit: "500.002500000000000001" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_PriceLimit")
        .withArgs(wad("500.0025"), wad("500.0025") + 1n);
      await trade(alice, { ...sell, priceLimit: "500.0025" });
    });

    it("larger than any position", async () => {
      const { trade, clearingHouse } = await fixture();
      await expect(trade(alice, { amount: "60000000001" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_AmountOutOfRange")
        .withArgs(wad("60000000001"), wad("60000000000"));
    });

    it("in a market that there isn't", async () => {
      const { trade, clearingHouse, params } = await fixture();
      const other = { ...params, ...marketWords({ exitFee: "0.002" }) };
      const id = ethers.keccak256(
        ethers.AbiCoder.defaultAbiCoder().encode(
          ["address", "address", "uint256", "uint256"],
          [other.baseToken, other.priceSource, other.pricing, other.risk],
        ),
      );
      await expect(trade(alice, { margin: "1", params: other }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_UnknownMarket")
        .withArgs(id);
    });

    it("with less margin than it needs", async () => {
      const { trade, clearingHouse } = await fixture();
      await expect(trade(alice, { amount: "10", margin: "100" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_InsufficientMargin")
        .withArgs(wad("90"), wad("500"));
      await expect(trade(alice, { amount: "-0.001", margin: "1" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_InsufficientMargin")
        .withArgs(wad("0.999"), wad("4"));
    });

    it("without an allowance, or without BaseToken", async () => {
      const { trade, clearingHouse, dai } = await fixture();
      await expect(trade(stranger, { margin: "1" }))
        .to.be.revertedWithCustomError(dai, "ERC20InsufficientAllowance")
        .withArgs(clearingHouse, 0n, WAD);
      await dai.connect(stranger).approve(clearingHouse, WAD);
      await expect(trade(stranger, { margin: "1" }))
        .to.be.revertedWithCustomError(dai, "ERC20InsufficientBalance")
        .withArgs(stranger, 0n, WAD);
    });

    it("with more BaseToken than a market can count", async () => {
      const { trade, clearingHouse, dai } = await fixture();
      const most = 2n ** 96n - 1n;
      await dai.mint(alice, 2n ** 96n);
      await expect(trade(alice, { margin: "80000000000" }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_CustodyOutOfRange")
        .withArgs(wad("80001000000"), most);
    });
  });
});
