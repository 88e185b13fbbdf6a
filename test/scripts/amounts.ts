// Amounts: what is typed is what is sent, to the last digit.
import { expect } from "chai";
import {
  formatAmount,
  parseAmount,
  parseDuration,
  parsePercent,
  showAmount,
  showDuration,
} from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/errors.ts";
import { drag, liquidationPrice, volatility, wipeOutGap } from "../../sdk/quotes.ts";

const WAD = 10n ** 18n;

/** To 1e-12: chai's closeTo is for whole numbers once Hardhat's matchers are there. */
const isNear = (found: number | undefined, expected: number): boolean =>
  found !== undefined && Math.abs(found - expected) < 1e-12;

describe("Amounts", () => {
  it("come back as they were typed, at any number of decimals", () => {
    for (const decimals of [0, 6, 8, 18]) {
      for (
        let i = 0, raw = 1n;
        i < 60 && raw < 10n ** BigInt(decimals + 10);
        i++, raw = raw * 3n + BigInt(i)
      ) {
        expect(parseAmount(formatAmount(raw, decimals), decimals, "DAI")).to.equal(raw);
      }
    }
    expect(parseAmount("0.1000000000", 6, "USDC"), "zeros behind are no digits").to.equal(100_000n);
    expect(formatAmount(100n * WAD), "zeros before the point are").to.equal("100");
  });

  it("are refused with what to type instead, and never rounded", () => {
    for (const text of [
      "",
      " ",
      ".",
      "1.",
      ".5",
      "1e3",
      "0x10",
      "1,5",
      "1 000",
      "+1",
      "∞",
      "NaN",
      "1.2.3",
      "٣",
    ]) {
      expect(() => parseAmount(text, 18, "DAI"), text).to.throw(UserError, "is not an amount");
    }
    expect(() => parseAmount("1.0000001", 6, "USDC"))
      .to.throw("7 decimals")
      .with.property("remedy")
      .match(/1 or 1\.000001/);
  });

  it("are cut, not rounded up, when they are shown", () => {
    expect(showAmount(1_999_999_999_999_999_999n)).to.equal("1.999999");
    expect(showAmount(-1_234_567n * WAD)).to.equal("-1,234,567");
    expect(showAmount(12_345_678n)).to.equal("0.0000000000123456");
  });

  it("of time and per cent", () => {
    expect([parseDuration("1d12h"), parseDuration("90s")]).to.deep.equal([129_600, 90]);
    expect(() => parseDuration("2")).to.throw("not a span");
    expect(showDuration(129_600)).to.equal("1 d 12 h");
    expect(parsePercent("0.5%", "slippage", WAD)).to.equal(5n * 10n ** 15n);
  });
});

describe("What a holder should know", () => {
  it("is the drag ½(L²−L)σ² and the gap 1/L", () => {
    expect(isNear(drag(5, 0.8).rate, 6.4)).to.equal(true);
    expect(isNear(drag(-3, 0.8).rate, 3.84)).to.equal(true);
    expect(drag(1, 0.8).left).to.equal(1);
    expect([wipeOutGap(5), wipeOutGap(-4)]).to.deep.equal([-0.2, 0.25]);
  });

  it("is the volatility of prices that can tell it, and nothing of those that can't", () => {
    const daily = [100, 101, 100, 101, 100, 101].map((price, i) => ({ price, at: i * 86_400 }));
    expect(isNear(volatility(daily)?.perYear, Math.log(1.01) * Math.sqrt(365))).to.equal(true);
    expect(volatility(daily.slice(0, 4)), "too few").to.equal(undefined);
    expect(volatility(daily.map(({ price }, at) => ({ price, at }))), "within seconds").to.equal(undefined);
  });

  it("is the price at which value is just the maintenance margin", () => {
    const [price, maintenance] = [500n * WAD, 6n * 10n ** 16n];
    for (const position of [2n * WAD, -2n * WAD]) {
      const at = liquidationPrice(position, 400n * WAD, price, maintenance)!;
      const value = 400n * WAD + (position * (at - price)) / WAD;
      const size = 2n * at;
      expect(isNear(Number(value) / Number(size), 0.06)).to.equal(true);
    }
  });
});
