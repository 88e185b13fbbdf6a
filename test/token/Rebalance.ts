import { expect } from "chai";
import { chainWith, DAY, expectNear, TIMELESS, WAD, wad } from "../fixture.ts";

const { alice, bob, guardian, keeper, load, networkHelpers, now, stranger } = await chainWith(TIMELESS);

/** A budget of 50 units, so that one can be used up. */
const SHALLOW = {
  ...TIMELESS,
  terms: { standard: { ...TIMELESS.terms.standard, depth: "100000" } },
};
const DAILY = {
  ...SHALLOW,
  tokens: { "3XLONG_ETHDAI": { market: "ETHDAI", leverage: "3", policy: "daily" } },
};

/** Alice has put 10,000 DAI into 5XLONG_ETHDAI at 500: about 100 units. */
async function minted() {
  const world = await load();
  await world.deposit(alice, "10000");
  return { ...world, rebalance: () => world.long.connect(keeper).rebalance() };
}

describe("LeveragedToken.rebalance", () => {
  describe("given a continuous token", () => {
    it("is refused on target and within the bands", async () => {
      const { rebalance, long, setPrice } = await minted();
      for (const [price, distance] of [
        ["490", "0.088888888888888888"],
        ["512", "0.085714285714285714"],
      ]) {
        await setPrice(price);
        expect((await long.previewRebalance()).due, `at ${price}`).to.equal(false);
        await expect(rebalance())
          .to.be.revertedWithCustomError(long, "LeveragedToken_NotDue")
          .withArgs((actual: bigint) => {
            expectNear(actual, wad(distance), "distance");
            return true;
          }, 0n);
      }
    });

    it("sells above the upper band, back to target, for a reward", async () => {
      const { rebalance, long, setPrice, accountOf } = await minted();
      await setPrice("487.5");
      const { due, amount, reward } = await long.previewRebalance();
      expect(due).to.equal(true);
      const value = await long.netAssetValue();
      await expect(rebalance()).to.emit(long, "Rebalanced").withArgs(keeper, amount, reward);
      // Leverage is 5 · 0.975 / 0.875: 1/7 · 0.8 above target, of which 0.1 is the band's.
      expectNear(reward, wad("0.642857142857"), "0.5 and 10 for 100 % beyond the band");
      expectNear(amount, -(value * 500n * 10n) / (875n * 4875n), "(L² − L) · r · N / p", "0.01");
      expectNear(await long.currentLeverage(), 5n * WAD, "leverage", "0.000000000001");
      expect(await accountOf(keeper), "the reward").to.deep.equal({ position: 0n, cash: reward });
      expect((await accountOf(long)).position).to.equal(await long.positionAmount());
    });

    it("buys below the lower band, back to target", async () => {
      const { rebalance, long, setPrice } = await minted();
      await setPrice("515");
      const { amount, reward } = await long.previewRebalance();
      await expect(rebalance()).to.emit(long, "Rebalanced").withArgs(keeper, amount, reward);
      expect(amount > 0n).to.equal(true);
      expectNear(await long.currentLeverage(), 5n * WAD, "leverage", "0.000000000001");
    });

    it("of a short buys after a rise and sells after a fall", async () => {
      const { deposit, short, setPrice } = await load();
      await deposit(alice, "10000", short);
      for (const [price, sign] of [
        ["515", 1n],
        ["490", -1n],
      ] as const) {
        await setPrice(price);
        const { amount } = await short.previewRebalance();
        expect(amount * sign > 0n, `${amount} at ${price}`).to.equal(true);
        await short.connect(keeper).rebalance();
        expectNear(await short.currentLeverage(), -3n * WAD, "leverage", "0.000000000001");
      }
    });

    it("lets the keeper take the reward out", async () => {
      const { rebalance, setPrice, close, dai, accountOf } = await minted();
      await setPrice("487.5");
      await rebalance();
      const { cash } = await accountOf(keeper);
      await close(keeper);
      expect(await dai.balanceOf(keeper)).to.equal(cash);
    });

    it("caps the reward at a part of the value", async () => {
      const { deposit, long, setPrice } = await load();
      await deposit(alice, "100");
      await setPrice("487.5");
      const value = await long.netAssetValue();
      const { reward } = await long.previewRebalance();
      expect(reward, "0.1 %").to.equal(value / 1000n);
    });

    it("is refused when nothing was minted", async () => {
      const { long } = await load();
      await expect(long.rebalance()).to.be.revertedWithCustomError(long, "LeveragedToken_NotDue");
    });

    it("is refused where it would have to open in a market that can only be reduced", async () => {
      const { rebalance, long, setPrice, clearingHouse, params } = await minted();
      await clearingHouse.connect(guardian).setReduceOnly(params, true);
      await setPrice("515");
      const missing = await long.positionAmountDelta();
      await expect(rebalance())
        .to.be.revertedWithCustomError(long, "LeveragedToken_NothingToTrade")
        .withArgs(missing);
      await setPrice("487.5");
      await rebalance();
      expectNear(await long.currentLeverage(), 5n * WAD, "leverage", "0.000000000001");
    });
  });

  describe("given a daily token", () => {
    /** Minted at 00:03 UTC of a day: alice's 10,000 DAI at 500. */
    async function daily() {
      const world = await load(DAILY);
      const token = world.tokens["3XLONG_ETHDAI"];
      const midnight = Math.ceil((await now()) / DAY) * DAY;
      await networkHelpers.time.increaseTo(midnight + 180);
      await world.setPrice("500");
      await world.deposit(alice, "10000", token);
      const tomorrow = midnight + DAY + 120;
      /** Rebalances in a block of this time, at a price set in the one before. */
      const rebalanceAt = async (time: number, price: string) => {
        await networkHelpers.time.setNextBlockTimestamp(time - 1);
        await world.setPrice(price);
        await networkHelpers.time.setNextBlockTimestamp(time);
        return token.connect(keeper).rebalance();
      };
      return { ...world, token, tomorrow, rebalanceAt };
    }

    it("is not due before its time of the day, and says when that is", async () => {
      const { token, tomorrow, rebalanceAt } = await daily();
      await expect(rebalanceAt(tomorrow - 1, "505"))
        .to.be.revertedWithCustomError(token, "LeveragedToken_NotDue")
        .withArgs((distance: bigint) => distance > 0n, tomorrow);
    });

    it("is due from then on, both up and down, once", async () => {
      const { token, tomorrow, rebalanceAt } = await daily();
      await expect(rebalanceAt(tomorrow, "505")).to.emit(token, "Rebalanced");
      expectNear(await token.currentLeverage(), 3n * WAD, "leverage", "0.000000000001");
      await expect(rebalanceAt(tomorrow + 100, "501"))
        .to.be.revertedWithCustomError(token, "LeveragedToken_NotDue")
        .withArgs((distance: bigint) => distance > 0n, tomorrow + DAY);
      await expect(rebalanceAt(tomorrow + DAY, "501")).to.emit(token, "Rebalanced");
      expectNear(await token.currentLeverage(), 3n * WAD, "leverage", "0.000000000001");
    });

    it("pays more the longer it is overdue, from the first day that was missed", async () => {
      const { token, tomorrow, rebalanceAt, accountOf, deposit } = await daily();
      await deposit(bob, "10000", token);
      const paid = async (time: number, price: string) => {
        const before = (await accountOf(keeper)).cash;
        await rebalanceAt(time, price);
        return (await accountOf(keeper)).cash - before;
      };
      expectNear(await paid(tomorrow + 3600, "505"), wad("0.5") + (10n * WAD) / 24n, "an hour", "0.0001");
      expectNear(await paid(tomorrow + 1.5 * DAY, "510"), wad("5.5"), "half a day", "0.0001");
      expectNear(await paid(tomorrow + 3.2 * DAY, "505"), wad("12.5"), "a day and a fifth", "0.0001");
    });

    it("is due downwards beyond its upper band at any time, and never upwards", async () => {
      const { token, tomorrow, rebalanceAt } = await daily();
      const early = tomorrow - DAY + 1000;
      for (const price of ["450", "700"]) {
        await expect(rebalanceAt(early + Number(price), price)).to.be.revertedWithCustomError(
          token,
          "LeveragedToken_NotDue",
        );
      }
      // 3 · 0.88 / 0.64: 37.5 % above target.
      await rebalanceAt(early + 5000, "440");
      expectNear(await token.currentLeverage(), 3n * WAD, "leverage", "0.000000000001");
    });

    it("stays due while the budget has left something over", async () => {
      const { token, tomorrow, rebalanceAt, deposit } = await daily();
      await deposit(bob, "100000", token);
      await expect(rebalanceAt(tomorrow, "550"))
        .to.emit(token, "PartlyRebalanced")
        .withArgs(keeper, wad("50"), (reward: bigint) => reward > 0n);
      await expect(rebalanceAt(tomorrow + 1800, "550"))
        .to.emit(token, "PartlyRebalanced")
        .withArgs(
          keeper,
          (amount: bigint) => amount >= wad("25") && amount < wad("26"),
          (reward: bigint) => reward > 0n,
        );
    });
  });

  it("can be called by anyone, for somebody without an account", async () => {
    const { long, setPrice, accountOf } = await minted();
    await setPrice("487.5");
    await long.connect(stranger).rebalance();
    expect((await accountOf(stranger)).cash > 0n).to.equal(true);
  });
});
