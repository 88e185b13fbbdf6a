// What a trade costs and what an account must have: Impact, Funding and Margin.
import * as FixedPoint from "../../../sdk/math/FixedPoint.ts";
import * as Funding from "../../../sdk/math/Funding.ts";
import * as Impact from "../../../sdk/math/Impact.ts";
import * as Margin from "../../../sdk/math/Margin.ts";
import type { PricingTerms } from "../../../sdk/math/MarketParams.ts";
import type { Random } from "../random.ts";
import { type Case, changing, define, leveraged } from "./case.ts";

/** The arguments of a function of price, skew and depth that belong together. */
const around = (r: Random) => r.conditions();

const impact: Case[] = [
  define("Impact_energyUp", Impact.energyUp, (r) => {
    const { price, skew, depth } = around(r);
    return [price, skew, depth];
  }),
  define("Impact_impact", Impact.impact, (r) => {
    const conditions = around(r);
    const { skew } = conditions;
    return [conditions, r.pick(r.amount(), -skew, -2n * skew, r.near(-skew))];
  }),
  define(
    "Impact_move",
    (conditions: Impact.Conditions, amount: bigint, impact: bigint) => {
      const result = { ...conditions };
      Impact.move(result, amount, impact);
      return { result };
    },
    (r) => {
      const conditions = around(r);
      const amount = r.amount();
      return [conditions, amount, Impact.impact(conditions, amount)];
    },
  ),
  define("Impact_surchargeUp", Impact.surchargeUp, (r) => [around(r), r.amount()]),
  define("Impact_fillPrice", Impact.fillPrice, (r) => [r.price(), r.cash(), r.amount() || 1n]),
  define("Impact_feeUp", Impact.feeUp, (r) => [r.price(), r.amount(), r.costRate()]),
  define("Impact_costUp", Impact.costUp, (r) => [around(r), r.amount()]),
  define("Impact_exitCostUp", Impact.exitCostUp, (r) => [around(r), r.amount()]),
];

/** A slope as Funding makes it, and a time in which the rate just meets its bound in some of the cases. */
const path = (r: Random) => {
  const bound = r.maxRate();
  const rate = r.rate(bound);
  const a = r.pick(0n, 1n, -1n, r.signed(2n ** 24n * 10n ** 12n), r.signed(10n ** 18n));
  const meeting = a === 0n ? 0n : (((a < 0n ? -bound : bound) - rate) * 86_400n) / a;
  const meets = meeting > 0n && meeting < 2n ** 32n - 1n && r.chance(3);
  return { bound, rate, a, elapsed: meets ? meeting + BigInt(r.below(3) - 1) : r.elapsed() };
};

const funding: Case[] = [
  define(
    "Funding_accrue",
    changing((m, t: PricingTerms, time: bigint) => {
      Funding.accrue(m, t, time);
      return {};
    }),
    (r) => {
      const terms = r.pricing();
      const market = r.market(terms);
      return [market, terms, market.touchedAt + r.elapsed()];
    },
  ),
  define("Funding_accrued", Funding.accrued, (r) => {
    const terms = r.pricing();
    const market = r.market(terms);
    return [market, terms, market.touchedAt + r.elapsed()];
  }),
  define("Funding_slope", Funding.slope, (r) => {
    const terms = r.pricing();
    return [r.pick(r.position(), r.near(terms.depth), -terms.depth), terms];
  }),
  define("Funding_driftFloor", Funding.driftFloor, (r) => {
    const { rate, a, bound, elapsed } = path(r);
    return [r.price(), rate, a, bound, elapsed];
  }),
];

const margin: Case[] = [
  define("Margin_valueFloor", Margin.valueFloor, (r) => [r.position(), r.cash(), r.signed(25n * 10n ** 25n)]),
  define("Margin_exitValueFloor", Margin.exitValueFloor, (r) => {
    const { value, position, conditions } = leveraged(r);
    return [value, position, conditions];
  }),
  define("Margin_requirementUp", Margin.requirementUp, (r) => [r.position(), r.price(), r.risk()]),
  define("Margin_isSufficient", Margin.isSufficient, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    const required = (FixedPoint.abs(position) * conditions.price) / (risk.maxLeverage || 1n);
    return [position, r.pick(value, r.near(required)), conditions, risk];
  }),
  define("Margin_isAmple", Margin.isAmple, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    const notional = FixedPoint.abs(position) * conditions.price;
    const most = notional / (risk.maxLeverage || 1n) + (notional * risk.maintenanceMargin) / 10n ** 36n;
    return [position, r.pick(value, r.near(most + risk.minMargin)), conditions.price, risk];
  }),
  define("Margin_exitValueWithFloor", Margin.exitValueWithFloor, (r) => {
    const { value, position, conditions } = leveraged(r);
    return [value, position, r.cash(), conditions];
  }),
  define("Margin_isSufficientWith", Margin.isSufficientWith, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    const required = (FixedPoint.abs(position) * conditions.price) / risk.maxLeverage;
    const least = Margin.exitValueWithFloor(r.near(required), position, required, conditions);
    return [position, r.pick(value, -least, r.near(required)), r.pick(0n, r.cash()), conditions, risk];
  }),
  define("Margin_isNotRaised", Margin.isNotRaised, (r) => {
    const { value, position } = leveraged(r);
    const part = BigInt(r.below(1001));
    const [after, valueAfter] = [(position * part) / 1000n, (value * part) / 1000n];
    return r.chance(3)
      ? [position, value, r.position(), r.value()]
      : [position, value, r.near(after), r.near(valueAfter)];
  }),
  define("Margin_leverageDown", Margin.leverageDown, (r) => [r.position(), r.price(), r.value()]),
  define("Margin_maintenanceUp", Margin.maintenanceUp, (r) => [r.position(), r.price(), r.risk()]),
  define("Margin_liquidationUp", Margin.liquidationUp, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    const required = (FixedPoint.abs(position) * conditions.price * risk.maintenanceMargin) / 10n ** 36n;
    const part = (required * BigInt(r.below(1_000))) / 1_000n;
    // Less than this, at the lowest price, leaves the range.
    const least = -(2n ** 112n);
    return [position, r.pick(value < least ? least : value, part, part, -part), conditions, risk];
  }),
  define("Margin_liquidationRewardDown", Margin.liquidationRewardDown, (r) => [
    r.position(),
    FixedPoint.abs(r.position()),
    r.price(),
    r.risk(),
  ]),
  define("Margin_liquidationPrice", Margin.liquidationPrice, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    const cash = value - (position * conditions.price) / FixedPoint.WAD;
    return [position, r.pick(cash, r.cash()), r.signed(conditions.price), risk];
  }),
  define("Margin_isLiquidatable", Margin.isLiquidatable, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    const required = (FixedPoint.abs(position) * conditions.price * risk.maintenanceMargin) / 10n ** 36n;
    return [position, r.pick(value, r.near(required)), conditions.price, risk];
  }),
];

export const costs: Case[] = [...impact, ...funding, ...margin];
