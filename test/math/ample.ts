// What lets the ClearingHouse skip the exact look at what closing would leave: never where that look would refuse.
import { expect } from "chai";
import { energyUp } from "../../sdk/math/Impact.ts";
import { isAmple, isSufficient } from "../../sdk/math/Margin.ts";
import { Random, seed } from "./random.ts";

const WAD = 10n ** 18n;
const RUNS = 20_000;

describe("Margin: what is ample is sufficient", () => {
  it("at the least maintenance margin that a market may have, for any skew within its cap", () => {
    const random = new Random("ample");
    let close = 0;
    for (let i = 0; i < RUNS; i++) {
      const depth = random.log(10n ** 15n, 2n ** 112n - 1n);
      const [skewCap, costRate] = [random.log(10n ** 12n, WAD / 10n), random.log(1n, WAD / 10n)];
      // Admission: σ + φ_max ≤ maintenance < 1/maxLeverage.
      const maintenanceMargin = skewCap + costRate;
      const maxLeverage = random.log(WAD, (WAD * WAD) / maintenanceMargin - 1n);
      const minMargin = random.log(1n, 10n ** 21n);
      const risk = { ...random.risk(), maintenanceMargin, maxLeverage, minMargin, skewCap };
      const most = (depth * skewCap) / WAD;
      // Both before and after closing the skew is within the cap.
      const [skew, after] = [random.signed(most), random.signed(most)];
      const position = skew - after;
      const price = random.price();
      const conditions = { price, depth, costRate, skew, energy: energyUp(price, skew, depth), forced: 0n };
      const notional = (position < 0n ? -position : position) * price;
      const needed =
        notional / maxLeverage + (notional * maintenanceMargin) / (WAD * WAD) + random.pick(0n, minMargin);
      const value = needed + BigInt(random.below(12)) - 4n;
      if (!isAmple(position, value, price, risk)) continue;
      close++;
      expect(isSufficient(position, value, conditions, risk), `case ${i}, FUZZ_SEED=${seed()}`).to.equal(
        true,
      );
    }
    expect(close, "many are ample by a few wei").to.be.greaterThan(RUNS / 20);
  });
});
