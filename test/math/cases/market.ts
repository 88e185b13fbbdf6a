// Books, Pool, Settlement and Admission.
import * as Admission from "../../../sdk/math/Admission.ts";
import * as Books from "../../../sdk/math/Books.ts";
import { noFill } from "../../../sdk/math/Entry.ts";
import { abs } from "../../../sdk/math/FixedPoint.ts";
import { MAX_WORTH, PLANNED_WORTH } from "../../../sdk/math/Margin.ts";
import { FEE_STEP, MAX_PROTOCOL_FEES, type Market, positionPrice, skew } from "../../../sdk/math/Market.ts";
import type { PricingTerms } from "../../../sdk/math/MarketParams.ts";
import * as Pool from "../../../sdk/math/Pool.ts";
import * as Settlement from "../../../sdk/math/Settlement.ts";
import type { Quote } from "../../../sdk/math/Venue.ts";
import type { Random } from "../random.ts";
import { type Case, changing, define, MAX, params, whole } from "./case.ts";

/** A market whose pool is sound in most cases. */
const pooled = (r: Random) => {
  const market = r.market();
  if (!r.chance(3)) market.poolCash = r.log(1n, 2n ** 96n - 1n);
  return { market, depth: r.depth(), risk: r.risk() };
};

const MAX_SPENT = 2n ** 112n - 1n;
const WIDEST = 65n * 10n ** 15n;
const MAX_TIME = 2n ** 32n - 1n;

/** What was spent of a budget, and when. */
const spending = (r: Random) => {
  const trades = r.forcedTrades();
  const { pricing, risk } = params(r);
  const budget = Books.budgetDown(pricing);
  trades.spent = r.log(0n, budget < MAX_SPENT ? budget : MAX_SPENT);
  risk.rebalanceWindow ||= 1n;
  return { trades, pricing, risk, time: trades.forcedAt + r.elapsed() };
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
    const worth = depth === 0n ? r.wad() : Pool.equityFloor(market, depth);
    return [market, worth > 0n ? worth : 0n, risk];
  }),
  define("Pool_openRoomDown", Pool.openRoomDown, (r) => {
    const { market, depth, risk } = pooled(r);
    return [market, r.pick(market.longs, market.shorts), depth, risk];
  }),
  define("Pool_mostSkewDown", Pool.mostSkewDown, (r) => [r.pricing().depth, r.risk()]),
  define("Pool_openCapDown", Pool.openCapDown, (r) => {
    const { market, depth, risk } = pooled(r);
    return [market, depth, risk];
  }),
  define("Pool_coveredDown", Pool.coveredDown, (r) => {
    const { market, depth, risk } = pooled(r);
    if (r.chance(4)) [market.poolCash, market.longs] = [r.near(MAX_WORTH), market.shorts];
    return [market, depth, risk, r.pick(MAX_WORTH, PLANNED_WORTH, r.near(MAX_WORTH))];
  }),
  define("Pool_excessSkewDown", Pool.excessSkewDown, (r) => {
    const { market, depth, risk } = pooled(r);
    return [market, depth, risk, r.chance(2)];
  }),
];

/** A market whose skew is at most its depth, as the skew cap has it. */
const withDepth = (r: Random) => {
  const market = r.market();
  const least = abs(skew(market));
  const depth = r.log(least > 10n ** 15n ? least : 10n ** 15n, 2n ** 112n - 1n);
  return { market, depth };
};

const quoteOf = (r: Random): Quote => {
  const market = r.market();
  const position = r.chance(4) ? 0n : partOf(r, market);
  return { market, position, cash: r.cash(), touched: r.chance(2), fresh: r.chance(2) };
};

/** A function that changes a quote, as one that returns the changed one. */
const changingQuote =
  <Values extends unknown[]>(act: (q: Quote, ...values: Values) => void) =>
  (q: Quote, ...values: Values) => {
    const result = { ...q, market: { ...q.market } };
    act(result, ...values);
    return { result };
  };

const settlement: Case[] = [
  define("Settlement_priceFloor", Settlement.priceFloor, (r) => {
    const { market, depth } = withDepth(r);
    return [market, depth];
  }),
  define(
    "Settlement_settle",
    changing((m, price: bigint) => {
      Settlement.settle(m, price);
      return {};
    }),
    (r) => {
      const { market, depth } = withDepth(r);
      return [market, Settlement.priceFloor(market, depth)];
    },
  ),
  define("Settlement_close", changingQuote(Settlement.close), (r) => [quoteOf(r)]),
  define("Settlement_closeFloor", Settlement.closeFloor, (r) => {
    const { market, position, cash } = quoteOf(r);
    return [position, cash, positionPrice(market)];
  }),
  define("Settlement_keptDown", Settlement.keptDown, (r) => [r.signed(2n ** 126n), r.log(0n, 10n ** 18n)]),
  define("Settlement_shareDown", Settlement.shareDown, (r) => {
    const market = r.market();
    if (r.chance(2)) market.protocolFees = r.log(0n, market.held / FEE_STEP) * FEE_STEP;
    if (market.protocolFees > MAX_PROTOCOL_FEES) market.protocolFees = MAX_PROTOCOL_FEES;
    return [market];
  }),
  define("Settlement_withhold", changingQuote(Settlement.withhold), (r) => [
    { ...quoteOf(r), cash: r.signed(2n ** 126n) },
    r.log(0n, 10n ** 18n),
  ]),
];

/** A position that the open interest of its side contains. */
const partOf = (r: Random, market: Market) =>
  (r.pick(-market.shorts, market.longs) * BigInt(r.below(1_001))) / 1_000n;

const MAX_AMOUNT = 2n * Books.MAX_POSITION;

type Costs = Parameters<typeof Books.book>[3];

const books: Case[] = [
  define(
    "Books_advance",
    changing((m, ...rest: [PricingTerms, bigint, bigint, bigint, bigint]) => {
      Books.advance(m, ...rest);
      return {};
    }),
    (r) => {
      const terms = r.pricing();
      // At most what is admitted, so that a step above it is within the field.
      if (terms.maxHalfSpread > WIDEST) terms.maxHalfSpread = WIDEST;
      const market = r.market(terms);
      const later = market.touchedAt + r.elapsed();
      const time = later < MAX_TIME ? later : MAX_TIME;
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
  define("Books_costRate", Books.costRate, (r) => [r.market().halfSpread, r.pricing()]),
  define("Books_surround", Books.conditions, (r) => [r.market(), r.pricing(), r.amount()]),
  define(
    "Books_trade",
    (q: Quote, terms: PricingTerms, forced: bigint, amount: bigint, blockForced: bigint) => {
      const [result, fill] = [{ ...q, market: { ...q.market } }, noFill()];
      Books.trade(result, terms, fill, forced, amount, blockForced);
      return { result, fill };
    },
    (r) => {
      const market = r.market();
      const side = market.longs > market.shorts ? market.longs : market.shorts;
      const depth = r.log(side > 10n ** 15n ? side : 10n ** 15n, 2n ** 112n - 1n);
      const position = r.chance(4) ? 0n : r.pick(market.longs, -market.shorts, partOf(r, market));
      const terms = { ...r.pricing(), depth };
      // No side is beyond the depth, and no trade is let through that goes there: else the pool's cash need not fit.
      const most = depth < MAX_AMOUNT ? depth : MAX_AMOUNT;
      const amount = r.pick(0n, -position, r.signed(most));
      const forced = r.chance(2) ? 0n : r.signed(most);
      const quote = { market, position, cash: r.cash(), touched: r.chance(2), fresh: r.chance(2) };
      return [quote, terms, forced, amount, r.pick(0n, r.amount())];
    },
  ),
  define(
    "Books_book",
    changing((m, ...rest: [PricingTerms, bigint, Costs]) => Books.book(m, ...rest)),
    (r) => {
      const market = r.market();
      const position = r.chance(4) ? 0n : r.pick(market.longs, -market.shorts, partOf(r, market));
      const total = r.pick(0n, -position, r.signed(MAX_AMOUNT));
      const surcharge = r.chance(2) ? 0n : r.log(0n, 2n ** 60n) * FEE_STEP;
      const costs = {
        total,
        amount: r.pick(total, r.signed(MAX_AMOUNT)),
        impact: r.signed(2n ** 110n),
        surcharge,
      };
      return [market, r.pricing(), position, costs];
    },
  ),
  define("Books_feeStepsDown", Books.feeStepsDown, (r) => [r.market(), r.log(0n, 2n ** 96n)]),
  define("Books_bringIn", changing(Books.bringIn), (r) => [
    r.market(),
    r.chance(4) ? whole(r) : r.log(0n, 2n ** 96n),
  ]),
  define("Books_payOut", changing(Books.payOut), (r) => {
    const market = r.market();
    return [market, r.pick(market.held, market.held + 1n, r.log(0n, market.held), whole(r))];
  }),
  define("Books_takeOver", changing(Books.takeOver), (r) => {
    const market = r.market();
    const most = r.pick(-Books.MAX_POOL_CASH, Books.MAX_POOL_CASH) - market.poolCash;
    return [market, r.pick(most, most + 1n, most - 1n, r.signed(2n ** 124n))];
  }),
  define("Books_requireCountable", Books.requireCountable, (r) => [
    r.pick(r.near(Books.MAX_POOL_CASH), r.near(-Books.MAX_POOL_CASH), r.signed(2n ** 127n - 1n)),
  ]),
  define("Books_chargeProtocolFee", changing(Books.chargeProtocolFee, "taken"), (r) => {
    const market = r.market();
    const room = MAX_PROTOCOL_FEES - market.protocolFees;
    return [market, r.pick(room, room + 1n, r.near(room), r.log(0n, 10n ** 27n), whole(r))];
  }),
  define("Books_opposedShareDown", Books.opposedShareDown, (r) => {
    const fee = r.log(0n, 2n ** 127n);
    const total = r.pick(0n, r.position());
    return [fee, r.pick(0n, fee, r.log(0n, fee)), r.pick(total, -total, r.position()), total];
  }),
  define("Books_moveOpenInterest", changing(Books.moveOpenInterest), (r) => {
    const market = r.market();
    return [
      market,
      r.pick(0n, market.longs, -market.shorts, partOf(r, market)),
      r.pick(r.position(), 2n * r.amount()),
    ];
  }),
  define("Books_spentUp", Books.spentUp, (r) => {
    const { trades, pricing, risk, time } = spending(r);
    if (r.chance(2)) trades.spent = r.forcedTrades().spent;
    return [trades, pricing, risk, time];
  }),
  define("Books_budgetLeftDown", Books.budgetLeftDown, (r) => {
    const { trades, pricing, risk, time } = spending(r);
    return [trades, pricing, risk, time];
  }),
  define("Books_budgetDown", Books.budgetDown, (r) => [r.pricing()]),
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

export const market: Case[] = [...pool, ...books, ...settlement, ...admission];
