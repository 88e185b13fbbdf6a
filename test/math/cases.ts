// One case for each function of test/contracts/MathHarness.sol: its TypeScript twin, and what to call both with.

import { marketId } from "../../sdk/marketId.ts";
import * as Account from "../../sdk/math/Account.ts";
import * as Admission from "../../sdk/math/Admission.ts";
import * as Attribution from "../../sdk/math/Attribution.ts";
import * as Books from "../../sdk/math/Books.ts";
import * as FixedPoint from "../../sdk/math/FixedPoint.ts";
import * as Funding from "../../sdk/math/Funding.ts";
import * as Impact from "../../sdk/math/Impact.ts";
import * as Margin from "../../sdk/math/Margin.ts";
import * as MarketWords from "../../sdk/math/Market.ts";
import * as MarketParams from "../../sdk/math/MarketParams.ts";
import * as Policy from "../../sdk/math/Policy.ts";
import * as Pool from "../../sdk/math/Pool.ts";
import * as Rebalance from "../../sdk/math/Rebalance.ts";
import * as TokenState from "../../sdk/math/TokenState.ts";
import type { Random } from "./random.ts";

export interface Case {
  /** `Library_function` of the harness. */
  name: string;
  twin: (...values: never[]) => unknown;
  values: (random: Random) => readonly unknown[];
}

const define = <Values extends unknown[]>(
  name: string,
  twin: (...values: Values) => unknown,
  values: (random: Random) => readonly [...Values],
): Case => ({ name, twin, values });

type Market = MarketWords.Market;

/** A function that changes a market, as one that returns the changed market and the names of what else it returns. */
const changing =
  <Values extends unknown[]>(
    act: (market: Market, ...values: Values) => object | bigint | undefined,
    name?: string,
  ) =>
  (market: Market, ...values: Values) => {
    const result = { ...market };
    const output = act(result, ...values);
    return name === undefined ? { ...(output as object), result } : { [name]: output, result };
  };

const MAX = FixedPoint.MAX_UINT256;

/** Operands over all 256 bits, half of them from where amounts are. */
const whole = (r: Random) => (r.chance(2) ? r.log(0n, MAX) : r.log(0n, 2n ** 128n));
const integer = (r: Random) =>
  r.chance(50) ? FixedPoint.MIN_INT256 : r.signed(r.chance(2) ? FixedPoint.MAX_INT256 : 2n ** 127n);
const divisor = (r: Random) => (r.chance(3) ? r.pick(1n, -1n, FixedPoint.WAD, -FixedPoint.WAD) : integer(r));

const fixedPoint: Case[] = [
  define("FixedPoint_mulDivDown", FixedPoint.mulDivDown, (r) => [whole(r), whole(r), whole(r)]),
  define("FixedPoint_mulDivUp", FixedPoint.mulDivUp, (r) => [whole(r), whole(r), whole(r)]),
  define("FixedPoint_divFloor", FixedPoint.divFloor, (r) => [integer(r), divisor(r)]),
  define("FixedPoint_divCeil", FixedPoint.divCeil, (r) => [integer(r), divisor(r)]),
  define("FixedPoint_divDown", FixedPoint.divDown, (r) => [whole(r), whole(r)]),
  define("FixedPoint_divUp", FixedPoint.divUp, (r) => [whole(r), whole(r)]),
  define("FixedPoint_mulWadDown", FixedPoint.mulWadDown, (r) => [whole(r), whole(r)]),
  define("FixedPoint_mulWadUp", FixedPoint.mulWadUp, (r) => [whole(r), whole(r)]),
  define("FixedPoint_mulWadFloor", FixedPoint.mulWadFloor, (r) => [integer(r), integer(r)]),
  define("FixedPoint_mulWadCeil", FixedPoint.mulWadCeil, (r) => [integer(r), integer(r)]),
  define("FixedPoint_stepDown", FixedPoint.stepDown, (r) => [whole(r), whole(r)]),
  define("FixedPoint_stepUp", FixedPoint.stepUp, (r) => [whole(r), whole(r)]),
  define("FixedPoint_sqrtUp", FixedPoint.sqrtUp, (r) => {
    const root = r.log(0n, 2n ** 128n - 1n);
    return [
      r.chance(2) ? whole(r) : r.pick(root * root, root * root + 1n, root === 0n ? 0n : root * root - 1n),
    ];
  }),
  define("FixedPoint_abs", FixedPoint.abs, (r) => [integer(r)]),
  define("FixedPoint_withSign", FixedPoint.withSign, (r) => [r.pick(whole(r), 2n ** 255n), integer(r)]),
];

/** The arguments of a function of price, skew and depth that belong together. */
const around = (r: Random) => r.conditions();

const impact: Case[] = [
  define("Impact_energyUp", Impact.energyUp, (r) => {
    const { price, skew, depth } = around(r);
    return [price, skew, depth];
  }),
  define("Impact_impact", Impact.impact, (r) => {
    const { price, skew, depth } = around(r);
    return [price, skew, r.pick(r.amount(), -skew, -2n * skew, r.near(-skew)), depth];
  }),
  define("Impact_surchargeUp", Impact.surchargeUp, (r) => [around(r), r.amount()]),
  define("Impact_fillPrice", Impact.fillPrice, (r) => [r.price(), r.cash(), r.amount()]),
  define("Impact_feeUp", Impact.feeUp, (r) => [r.price(), r.amount(), r.costRate()]),
  define("Impact_costUp", Impact.costUp, (r) => [around(r), r.amount()]),
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
    changing((m, t: MarketParams.PricingTerms, time: bigint) => {
      Funding.accrue(m, t, time);
      return {};
    }),
    (r) => {
      const terms = r.pricing();
      const market = r.market(terms);
      const time = r.chance(50) ? r.time() : market.touchedAt + r.elapsed();
      return [market, terms, time];
    },
  ),
  define("Funding_slope", Funding.slope, (r) => {
    const terms = r.pricing();
    return [r.pick(r.position(), r.near(terms.depth), -terms.depth), terms];
  }),
  define("Funding_rateAfter", Funding.rateAfter, (r) => {
    const { rate, a, bound, elapsed } = path(r);
    return [rate, a, bound, elapsed];
  }),
  define("Funding_growthFloor", Funding.growthFloor, (r) => {
    const { rate, a, bound, elapsed } = path(r);
    return [r.price(), rate, a, bound, elapsed];
  }),
];

/** An account at some leverage, with the market around it and its rules. */
const leveraged = (r: Random) => {
  const conditions = around(r);
  const value = r.value();
  const position = r.chance(4) ? r.position() : r.positionAt(r.leverage(), value, conditions.price);
  return { conditions, value, position, risk: r.risk() };
};

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
  define("Margin_isNotRaised", Margin.isNotRaised, (r) => {
    const { value, position } = leveraged(r);
    const part = BigInt(r.below(1001));
    const [after, valueAfter] = [(position * part) / 1000n, (value * part) / 1000n];
    return r.chance(3)
      ? [position, value, r.position(), r.value()]
      : [position, value, r.near(after), r.near(valueAfter)];
  }),
  define("Margin_leverageDown", Margin.leverageDown, (r) => [r.position(), r.price(), r.value()]),
  define("Margin_isLiquidatable", Margin.isLiquidatable, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    const required = (FixedPoint.abs(position) * conditions.price * risk.maintenanceMargin) / 10n ** 36n;
    return [position, r.pick(value, r.near(required)), conditions.price, risk];
  }),
];

/** A market whose pool is sound in most cases. */
const pooled = (r: Random) => {
  const market = r.market();
  if (!r.chance(3)) market.poolCash = r.log(1n, 2n ** 96n - 1n);
  return { market, depth: r.depth(), risk: r.risk() };
};

const pool: Case[] = [
  define("Pool_equityFloor", Pool.equityFloor, (r) => [pooled(r).market, r.depth()]),
  define("Pool_equityCeil", Pool.equityCeil, (r) => [pooled(r).market, r.depth()]),
  define("Pool_claimsFloor", Pool.claimsFloor, (r) => [pooled(r).market]),
  define("Pool_sharesDown", Pool.sharesDown, (r) => [r.wad(), r.log(0n, 2n ** 96n), r.wad()]),
  define("Pool_assetsUp", Pool.assetsUp, (r) => [r.wad(), r.log(0n, 2n ** 96n), r.wad()]),
  define("Pool_assetsDown", Pool.assetsDown, (r) => [r.wad(), r.log(0n, 2n ** 96n), r.wad()]),
  define("Pool_withdrawableDown", Pool.withdrawableDown, (r) => {
    const { market, depth, risk } = pooled(r);
    return [market, depth, risk];
  }),
  define("Pool_openRoomDown", Pool.openRoomDown, (r) => {
    const { market, depth, risk } = pooled(r);
    return [market, r.pick(market.longs, market.shorts), depth, risk];
  }),
  define("Pool_openCapDown", Pool.openCapDown, (r) => {
    const { market, depth, risk } = pooled(r);
    return [market, depth, risk];
  }),
];

const params = (r: Random) => ({
  baseToken: `0x${r.bits(160).toString(16).padStart(40, "0")}`,
  priceSource: `0x${r.bits(160).toString(16).padStart(40, "0")}`,
  ...r.admissible(),
});

const books: Case[] = [
  define(
    "Books_advance",
    changing((m, ...rest: [MarketParams.PricingTerms, bigint, bigint, bigint, bigint]) => {
      Books.advance(m, ...rest);
      return {};
    }),
    (r) => {
      const terms = r.pricing();
      const market = r.market(terms);
      const time = market.touchedAt + r.elapsed();
      const used = market.touchedAt - market.priceAge;
      const oldest = time - 2n ** 24n + 1n;
      const updatedAt = r.chance(2)
        ? time
        : r.pick(used, r.between(used, time), time + 1n, oldest, oldest - 1n, used - 1n);
      const price = r.chance(10) ? r.pick(10n ** 12n - 1n, 10n ** 26n + 1n, 0n, MAX) : r.price();
      const halfSpread = r.pick(r.near(terms.maxHalfSpread), r.log(0n, 10n ** 17n), whole(r));
      return [market, terms, time, price, halfSpread, updatedAt < 0n ? 0n : updatedAt];
    },
  ),
  define("Books_costRate", Books.costRate, (r) => [r.market(), r.pricing()]),
  define("Books_conditions", Books.conditions, (r) => [r.market(), r.pricing(), r.amount()]),
  define("Books_trade", changing(Books.trade), (r) => {
    const market = r.market();
    const open = r.pick(-market.shorts, market.longs);
    const position = r.chance(20)
      ? r.position()
      : r.chance(4)
        ? 0n
        : open === 0n
          ? 0n
          : (open * BigInt(r.below(1001))) / 1000n;
    const terms = r.pricing();
    const amount = r.pick(
      0n,
      -position,
      r.amount(),
      r.signed(terms.depth < MAX_AMOUNT ? terms.depth : MAX_AMOUNT),
    );
    const forced = r.chance(2) ? 0n : r.amount();
    return [market, terms, position, r.cash(), forced, amount, r.pick(0n, r.amount())];
  }),
  define(
    "Books_bringIn",
    changing((m, amount: bigint) => {
      Books.bringIn(m, amount);
      return {};
    }),
    (r) => [r.market(), r.chance(4) ? whole(r) : r.log(0n, 2n ** 96n)],
  ),
  define(
    "Books_payOut",
    changing((m, amount: bigint) => {
      Books.payOut(m, amount);
      return {};
    }),
    (r) => {
      const market = r.market();
      return [market, r.pick(market.held, market.held + 1n, r.log(0n, market.held), whole(r))];
    },
  ),
  define("Books_coverShortfall", changing(Books.coverShortfall, "shortfall"), (r) => [
    r.market(),
    -r.log(0n, 2n ** 127n),
  ]),
  define("Books_chargeProtocolFee", changing(Books.chargeProtocolFee, "taken"), (r) => {
    const market = r.market();
    const room = MarketWords.MAX_PROTOCOL_FEES - market.protocolFees;
    return [market, r.pick(room, room + 1n, r.near(room), r.log(0n, 10n ** 27n), whole(r))];
  }),
  define(
    "Books_moveOpenInterest",
    changing((m, before: bigint, after: bigint) => {
      Books.moveOpenInterest(m, before, after);
      return {};
    }),
    (r) => {
      const market = r.market();
      return [market, r.pick(0n, market.longs, -market.shorts, r.position()), r.position()];
    },
  ),
  define("Books_spentUp", Books.spentUp, (r) => {
    const trades = r.forcedTrades();
    const time = r.chance(50) ? r.time() : trades.forcedAt + r.elapsed();
    const terms = params(r);
    const budget = Books.budgetDown(terms.pricing);
    if (r.chance(2)) trades.spent = r.log(0n, budget);
    return [trades, terms, time];
  }),
  define("Books_budgetDown", Books.budgetDown, (r) => [r.pricing()]),
];

const MAX_AMOUNT = 6n * 10n ** 28n;

/** A token's account off target, where its market can carry it. */
const token = (r: Random) => {
  const leverage = r.leverage();
  const conditions = around(r);
  const value = r.chance(8) ? r.value() : r.log(1n, 2n ** 96n - 1n);
  const position = r.chance(8)
    ? r.position()
    : r.positionAt((leverage * BigInt(1 + r.below(2000))) / 1000n, value, conditions.price);
  return { leverage, conditions, value, position };
};

const rebalance: Case[] = [
  define("Rebalance_targetPosition", Rebalance.targetPosition, (r) => [
    r.leverage(),
    r.log(0n, 2n ** 97n),
    r.price(),
  ]),
  define("Rebalance_positionAmountDelta", Rebalance.positionAmountDelta, (r) => {
    const { leverage, value, conditions, position } = token(r);
    return [leverage, value, conditions.price, position];
  }),
  define("Rebalance_landing", Rebalance.landing, (r) => {
    const { leverage, value, conditions, position } = token(r);
    const delta = Rebalance.positionAmountDelta(leverage, value, conditions.price, position);
    return [leverage, r.chance(3) ? r.amount() : delta, conditions];
  }),
  define("Rebalance_limited", Rebalance.limited, (r) => [r.amount(), around(r), r.limits()]),
  define("Rebalance_valueAfterFloor", Rebalance.valueAfterFloor, (r) => [r.value(), r.amount(), around(r)]),
  define("Rebalance_offTarget", Rebalance.offTarget, (r) => {
    const { leverage, value, conditions, position } = token(r);
    return [leverage, position, conditions.price, value];
  }),
  define("Rebalance_isCloser", Rebalance.isCloser, (r) => {
    const { leverage, value, conditions, position } = token(r);
    const after = r.positionAt(leverage, value > 0n ? value : 0n, conditions.price);
    return [leverage, conditions.price, position, value, r.pick(after, r.position()), r.near(value)];
  }),
  define("Rebalance_slotStart", Rebalance.slotStart, (r) => [
    r.time(),
    r.log(0n, 2n ** 24n - 1n),
    r.log(0n, 2n ** 24n - 1n),
  ]),
  define("Rebalance_trigger", Rebalance.trigger, (r) => {
    const policy = r.policy();
    const time = r.time();
    const bands = [policy.upperBand, policy.lowerBand, policy.emergencyBand].filter((band) => band !== MAX);
    const distance = r.pick(...bands, ...bands.map((band) => FixedPoint.abs(r.near(band))), r.wad(), MAX);
    const ago = r.pick(0n, policy.interval, r.log(0n, 10n ** 7n));
    return [policy, distance, r.chance(2), ago > time ? 0n : time - ago, time];
  }),
  define("Rebalance_rewardDown", Rebalance.rewardDown, (r) => [
    r.policy(),
    r.pick(r.wad(), whole(r), 2n ** 128n),
    r.log(0n, 2n ** 97n),
  ]),
  define("Rebalance_plan", Rebalance.plan, (r) => {
    const { leverage, value, conditions, position } = token(r);
    const limits = r.limits();
    if (r.chance(2)) Object.assign(limits, { emergency: true, room: 2n ** 100n });
    const reward = r.pick(0n, r.log(0n, 10n ** 20n), value > 0n ? r.log(0n, value) : 0n);
    return [leverage, position, value, conditions, limits, reward];
  }),
  define("Rebalance_isSufficientAfter", Rebalance.isSufficientAfter, (r) => {
    const { value, position, conditions, risk } = leveraged(r);
    return [position, value, conditions, r.amount(), risk];
  }),
];

const holding = (r: Random) => {
  const conditions = around(r);
  const held = r.chance(8)
    ? Attribution.firstHolding(r.leverage(), conditions.price)
    : r.holding(conditions.price);
  return { held, conditions };
};

const attribution: Case[] = [
  define("Attribution_firstHolding", Attribution.firstHolding, (r) => [r.leverage(), r.price()]),
  define("Attribution_scaledUp", Attribution.scaledUp, (r) => {
    const { held } = holding(r);
    return [held, r.pick(held.value, r.log(0n, 2n ** 96n))];
  }),
  define("Attribution_deposit", Attribution.deposit, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions, r.pick(r.near(held.value), r.log(0n, 2n ** 96n), held.value / 100n)];
  }),
  define("Attribution_mint", Attribution.mint, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions, r.pick(r.near(held.supply), r.log(0n, 2n ** 128n), held.supply / 100n)];
  }),
  define("Attribution_redeem", Attribution.redeem, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions, r.pick(held.supply, r.log(0n, held.supply), held.supply / 100n)];
  }),
  define("Attribution_withdraw", Attribution.withdraw, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions, r.pick(r.near(held.value), r.log(0n, held.value), held.value / 100n)];
  }),
  define("Attribution_leverageOf", Attribution.leverageOf, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions.price];
  }),
  define("Attribution_streamingFeeDown", Attribution.streamingFeeDown, (r) => [
    r.log(0n, 2n ** 97n),
    r.log(0n, 65_535n) * 10n ** 12n,
    r.elapsed(),
  ]),
  define("Attribution_feeUp", Attribution.feeUp, (r) => [
    r.log(0n, 2n ** 97n),
    r.log(0n, 65_535n) * 10n ** 12n,
  ]),
  define("Attribution_beforeFeeUp", Attribution.beforeFeeUp, (r) => [
    r.log(0n, 2n ** 97n),
    r.pick(r.log(0n, 65_535n) * 10n ** 12n, r.wad()),
  ]),
];

const admission: Case[] = [
  define("Admission_check", Admission.check, (r) => {
    const values = params(r);
    return [values, r.chance(20) ? BigInt(r.below(25)) : values.risk.baseDecimals];
  }),
  define(
    "Admission_between",
    (value: bigint, least: bigint, most: bigint) => Admission.between("value", value, least, most),
    (r) => {
      const [least, most] = [whole(r), whole(r)];
      return [r.pick(least, most, least + 1n > MAX ? MAX : least + 1n, whole(r)), least, most];
    },
  ),
];

const word = (r: Random) => r.pick(r.bits(256), r.bits(256), 0n, MAX);

const types: Case[] = [
  define("Types_unpackPricing", MarketParams.unpackPricing, (r) => [word(r)]),
  define("Types_unpackRisk", MarketParams.unpackRisk, (r) => [word(r)]),
  define("Types_unpackPolicy", Policy.unpackPolicy, (r) => [word(r)]),
  define("Types_unpackAccount", Account.unpackAccount, (r) => [word(r)]),
  define("Types_packAccount", Account.packAccount, (r) => [r.fields(Account.ACCOUNT_LAYOUT)]),
  define("Types_unpackTokenState", TokenState.unpackTokenState, (r) => [word(r)]),
  define("Types_packTokenState", TokenState.packTokenState, (r) => {
    const [supply, accruedAt, rebalancedAt] = [
      r.log(0n, 2n ** 128n - 1n),
      r.log(0n, 2n ** 40n - 1n),
      r.log(0n, 2n ** 40n - 1n),
    ];
    return [{ supply, accruedAt, rebalancedAt, wipedOut: r.chance(2) }];
  }),
  define(
    "Types_toId",
    (value: MarketParams.MarketParams) => BigInt(marketId(value)),
    (r) => [params(r)],
  ),
  define("Types_skew", MarketWords.skew, (r) => [r.market()]),
  define("Types_positionPrice", MarketWords.positionPrice, (r) => [r.market()]),
  define(
    "Types_store",
    (market: Market, trades: MarketWords.ForcedTrades) => {
      const written = { ...MarketWords.store(market), forced: MarketWords.storeForced(trades) };
      return {
        written,
        marketRead: MarketWords.unpack(written),
        tradesRead: MarketWords.unpackForced(written.forced),
      };
    },
    (r) => [r.fields(MarketWords.MARKET_LAYOUT), r.fields(MarketWords.FORCED_LAYOUT)],
  ),
];

export const CASES: Case[] = [
  ...fixedPoint,
  ...impact,
  ...funding,
  ...margin,
  ...pool,
  ...books,
  ...rebalance,
  ...attribution,
  ...admission,
  ...types,
];
