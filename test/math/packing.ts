// Packing loses nothing and refuses what doesn't fit; that words mean the same to the contracts is in differential.ts.
import { expect } from "chai";
import { ACCOUNT_LAYOUT, packAccount, unpackAccount } from "../../sdk/math/Account.ts";
import { AMOUNTS_LAYOUT, packAmounts, unpackAmounts } from "../../sdk/math/Amounts.ts";
import {
  PRICING_LAYOUT,
  packPricing,
  packRisk,
  RISK_LAYOUT,
  unpackPricing,
  unpackRisk,
} from "../../sdk/math/MarketParams.ts";
import { NEVER, POLICY_LAYOUT, packPolicy, unpackPolicy } from "../../sdk/math/Policy.ts";
import { packTokenState, unpackTokenState } from "../../sdk/math/TokenState.ts";
import { FieldError, type Layout, packWord, rangeOf, unpackWord } from "../../sdk/math/words.ts";
import { Random } from "./random.ts";

const WORDS: [string, Layout<string>][] = [
  ["PricingTerms", PRICING_LAYOUT],
  ["RiskTerms", RISK_LAYOUT],
  ["Policy", POLICY_LAYOUT],
  ["Account", ACCOUNT_LAYOUT],
  ["Amounts", AMOUNTS_LAYOUT],
];

describe("Packed words", () => {
  for (const [name, layout] of WORDS) {
    it(`${name} fills exactly 256 bits`, () => {
      expect(Object.values(layout).reduce((sum, { bits }) => sum + bits, 0)).to.equal(256);
    });

    it(`${name} refuses, by name, what a field can't hold exactly`, () => {
      const zero = unpackWord(layout, 0n);
      for (const [field, of] of Object.entries(layout)) {
        const { least, most, step } = rangeOf(of);
        const refused = [least - 1n, most + 1n, most + step, ...(step > 1n ? [least + 1n, most - 1n] : [])];
        for (const value of refused) {
          expect(() => packWord(layout, { ...zero, [field]: value }))
            .to.throw(
              FieldError,
              `${field} = ${value} must be a multiple of ${step} from ${least} to ${most}`,
            )
            .that.includes({ field, value, step, least, most });
        }
        for (const value of [least, most]) {
          expect(unpackWord(layout, packWord(layout, { ...zero, [field]: value }))[field]).to.equal(value);
        }
      }
    });
  }

  it("a word is the same after unpacking and packing, whatever its bits", () => {
    const random = new Random("packing");
    for (let i = 0; i < 2_000; i++) {
      const word = random.bits(256);
      expect(packPricing(unpackPricing(word))).to.equal(word);
      expect(packRisk(unpackRisk(word))).to.equal(word);
      expect(packPolicy(unpackPolicy(word))).to.equal(word);
      expect(packAccount(unpackAccount(word))).to.equal(word);
      expect(packAmounts(unpackAmounts(word))).to.equal(word);
      // A flag is 0 or 1.
      const state = word & ~(254n << 168n);
      expect(packTokenState(unpackTokenState(state))).to.equal(state);
    }
  });

  it("NEVER has the number above the largest band", () => {
    const policy = { ...unpackPolicy(0n), upperBand: NEVER };
    expect(packPolicy(policy)).to.equal(0xffffn << 16n);
    expect(unpackPolicy(packPolicy(policy)).upperBand).to.equal(NEVER);
    expect(() => packPolicy({ ...policy, emergencyBand: NEVER })).to.throw(FieldError);
  });
});
