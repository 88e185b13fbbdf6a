// What may happen to a market: operations that mostly make sense where it stands, and some that don't.

import { conditions } from "../../../sdk/math/Books.ts";
import * as Model from "../../../sdk/math/ClearingHouse.ts";
import { accountOf } from "../../../sdk/math/Entry.ts";
import { abs, MAX_UINT256, WAD } from "../../../sdk/math/FixedPoint.ts";
import { isLiquidatable, valueFloor } from "../../../sdk/math/Margin.ts";
import { STATUS_RECKONING } from "../../../sdk/math/Market.ts";
import { type MarketParams, packMarketParams } from "../../../sdk/math/MarketParams.ts";
import { equityFloor, excessSkewDown, openCapDown } from "../../../sdk/math/Pool.ts";
import { landing, preciseDelta } from "../../../sdk/math/Rebalance.ts";
import type { MarketState, Moment, Order, TokenOrder } from "../../../sdk/math/Venue.ts";
import type { Random } from "../random.ts";

/** A call of the ClearingHouse, and what the model does for it: the values that the call returns. */
export interface Operation {
  name: string;
  actor: number;
  arguments: unknown[];
  model: (state: MarketState, now: Moment) => unknown[];
}

type Make = (random: Random, state: MarketState, actors: string[], now: Moment, actor: number) => Operation;

const unitOf = (state: MarketState) => 10n ** (18n - state.params.risk.baseDecimals);

function tradeOf(
  actor: number,
  state: MarketState,
  owner: string,
  order: [bigint, bigint, bigint, bigint],
): Operation {
  const [amount, margin, priceLimit, deadline] = order;
  const fields = { amount, margin, priceLimit, deadline };
  return {
    name: "trade",
    actor,
    arguments: [packMarketParams(state.params), fields],
    model: (s, now) => [Model.trade(s, owner, fields, now)],
  };
}

const trade: Make = (random, state, actors, now, actor) => {
  const { market, params } = state;
  const { position, cash } = accountOf(state, actors[actor]);
  const cap = openCapDown(market, params.pricing.depth, params.risk);
  const size = random.pick(random.log(0n, cap / 3n), cap / 10n, random.log(0n, cap));
  const opening = random.chance(2) ? size : -size;
  const amount = random.pick(
    opening,
    opening,
    opening,
    -position,
    (-position * BigInt(random.below(1_000))) / 1_000n,
    -2n * position,
    0n,
    random.chance(10) ? random.amount() : opening,
    random.chance(30) ? random.pick(6n * 10n ** 28n + 1n, -(2n ** 255n)) : 0n,
  );
  if (amount === 0n && position === 0n && !random.chance(6)) return trade(random, state, actors, now, actor);
  const notional = (BigInt.asIntN(120, amount < 0n ? -amount : amount) * market.price) / WAD;
  const leverage = BigInt(1 + random.below(Number(params.risk.maxLeverage / WAD) + 2));
  const margin = random.pick(
    notional / leverage + 2n * params.risk.minMargin,
    notional / leverage + 2n * params.risk.minMargin,
    0n,
    (-abs(cash) * BigInt(random.below(1_100))) / 1_000n,
    random.log(0n, 2n ** 80n),
  );
  const fair = amount < 0n ? 0n : MAX_UINT256;
  const priceLimit = random.chance(12) ? random.near(market.price) : fair;
  const deadline = random.chance(40) ? now.time - 1n : random.pick(now.time, MAX_UINT256);
  return tradeOf(actor, state, actors[actor], [amount, margin / unitOf(state), priceLimit, deadline]);
};

const close: Make = (random, state, actors, now, actor) => {
  const { position } = accountOf(state, actors[actor]);
  if (position === 0n && !random.chance(6)) return trade(random, state, actors, now, actor);
  const fair = position > 0n ? 0n : MAX_UINT256;
  const priceLimit = random.chance(12) ? state.market.price : fair;
  const deadline = random.chance(40) ? now.time - 1n : now.time;
  return {
    name: "close",
    actor,
    arguments: [packMarketParams(state.params), priceLimit, deadline],
    model: (s, at) => {
      const { fill, payout } = Model.close(s, actors[actor], priceLimit, deadline, at);
      return [fill, payout];
    },
  };
};

/** An order of a token with the leverage that its index gives: mint, burn, rebalance, or several of them. */
const execute: Make = (random, state, actors, now, actor) => {
  const { params } = state;
  const owner = actors[actor];
  const { position, cash } = accountOf(state, owner);
  // Price and funding of this block, where the price can be used.
  const { market } = Model.lastQuote(state, owner, now);
  const leverage = (actor % 2 === 0 ? 2n : -2n) * WAD;
  const { blockForced, budget } = Model.forcedTrades(state, now);
  const touched = state.market.touchedAt === now.time;
  const around = conditions(market, params.pricing, touched ? blockForced : 0n);
  const value = valueFloor(position, cash, market.price - market.fundingIndex);
  const order: TokenOrder = {
    forced: 0n,
    amount: 0n,
    blockForced: touched ? blockForced : 0n,
    emergency: random.chance(4),
    closing: false,
    payer: random.pick(...actors),
    deposit: 0n,
    receiver: random.pick(...actors),
    payout: 0n,
    fee: random.chance(3) ? random.log(0n, value > 0n ? value / 1_000n : 1n) : 0n,
    keeper: random.pick(...actors),
    reward: random.chance(4) ? random.log(0n, value > 0n ? value / 1_000n : 1n) : 0n,
  };
  if (value > 0n && random.chance(2)) {
    const due = landing(leverage, preciseDelta(leverage, value, market.price, position), around);
    const most = order.emergency || abs(due) <= budget || random.chance(10) ? abs(due) : budget;
    order.forced = due < 0n ? -most : most;
  }
  const kind = random.below(4);
  if (kind === 0 || value <= 0n) {
    const equity = equityFloor(market, params.pricing.depth);
    const worth = random.log(params.risk.minMargin, equity > 0n ? equity / 20n : WAD);
    order.deposit = worth / unitOf(state);
    order.amount = (leverage * worth * 98n) / (market.price * 100n);
  } else if (kind < 3) {
    const part = random.chance(6) ? 1_000n : BigInt(random.below(1_000));
    order.amount = (-(position + order.forced) * part) / 1_000n;
    order.payout = (value * part * 95n) / (100_000n * unitOf(state));
    order.closing = part === 1_000n;
  }
  if (random.chance(30)) order.amount = random.amount();
  return {
    name: "execute",
    actor,
    arguments: [packMarketParams(params), order],
    model: (s, at) => {
      Model.execute(s, owner, order, at);
      return [];
    },
  };
};

const movePoolCash: Make = (random, state, actors, _, actor) => {
  const { market, params } = state;
  const equity = equityFloor(market, params.pricing.depth);
  const size = random.log(0n, equity > 0n ? equity / 10n : 10n ** 24n) / unitOf(state);
  const amount = random.chance(2) ? size : random.pick(-size, -size, -size, -random.log(0n, 2n ** 100n));
  const party = random.pick(...actors);
  return {
    name: "movePoolCash",
    actor,
    arguments: [packMarketParams(params), party, amount],
    model: (s, now) => {
      Model.movePoolCash(s, actors[actor], amount, now);
      return [];
    },
  };
};

const sync: Make = (random, state, actors, _, actor) => {
  const owner = random.pick(...actors);
  return {
    name: random.pick("sync", "quote", "lastQuote"),
    actor,
    arguments: [packMarketParams(state.params), owner],
    model: () => [],
  };
};

const MODELS = { sync: Model.sync, quote: Model.quote, lastQuote: Model.lastQuote };

const asking: Make = (...all) => {
  const made = sync(...all);
  const act = MODELS[made.name as keyof typeof MODELS];
  return { ...made, model: (s, now) => [act(s, made.arguments[1] as string, now)] };
};

const collectFees: Make = (_, state, __, ___, actor) => ({
  name: "collectFees",
  actor,
  arguments: [packMarketParams(state.params)],
  model: (s) => [Model.collectFees(s)],
});

const setReduceOnly: Make = (random, state, _, __, actor) => {
  const reduceOnly = random.chance(12);
  return {
    name: "setReduceOnly",
    actor,
    arguments: [state.id, reduceOnly],
    model: (s) => {
      Model.setReduceOnly(s, reduceOnly);
      return [];
    },
  };
};

/** Liquidation and deleveraging of anybody, and the end of the market. */
const resolve: Make = (random, state, actors, now, actor) => {
  const params = packMarketParams(state.params);
  const caller = actors[actor];
  const quotes = [...state.accounts].map(([owner, { position }]) => ({ owner, position }));
  const open = quotes.filter(({ position }) => position !== 0n).map(({ owner }) => owner);
  const weak = open.filter((owner) => isWeak(state, owner, now));
  const owner = random.pick(random.pick(...actors), ...(weak.length > 0 ? weak : open));
  const made = (
    name: string,
    values: unknown[],
    model: (state: MarketState, now: Moment) => unknown[],
  ): Operation => ({ name, actor, arguments: [params, ...values], model });
  const liquidate = made("liquidate", [owner], (s, at) => {
    const { amount, reward } = Model.liquidate(s, caller, owner, at);
    return [amount, reward];
  });
  const deleverage = made("deleverage", [owner], (s, at) => [Model.deleverage(s, owner, at)]);
  const settle = made("settle", [], (s, at) => [Model.settle(s, at)]);
  const reckon = made("reckon", [owner], (s, at) => [Model.reckon(s, caller, owner, at)]);
  const conclude = made("conclude", [], (s, at) => [Model.conclude(s, at)]);
  if (random.chance(8)) return random.pick(liquidate, deleverage, settle, reckon, conclude);
  if (state.market.status === STATUS_RECKONING) return random.pick(reckon, reckon, conclude);
  if (now.isDead) return settle;
  if (weak.length > 0) return liquidate;
  const { market } = Model.lastQuote(state, owner, now);
  const { pricing, risk: rules } = state.params;
  if (excessSkewDown(market, pricing.depth, rules, false) > 0n) return deleverage;
  return trade(random, state, actors, now, actor);
};

function isWeak(state: MarketState, owner: string, now: Moment): boolean {
  const { market, position, cash } = Model.lastQuote(state, owner, now);
  const value = valueFloor(position, cash, market.price - market.fundingIndex);
  return isLiquidatable(position, value, market.price, state.params.risk);
}

/** What a trade would do. */
const previewTrade: Make = (random, state, actors, now, actor) => {
  const made = trade(random, state, actors, now, actor);
  const owner = actors[actor];
  const [params, order] = made.arguments as [unknown, Order];
  return {
    name: "previewTrade",
    actor,
    arguments: [params, owner, order],
    model: (s, at) => {
      const { fill, afterwards } = Model.previewTrade(s, owner, order, at);
      return [fill, afterwards];
    },
  };
};

/** Parameters of a market that is there already, or that can't be made. */
const createMarket: Make = (random, state, _, now, actor) => {
  const { pricing: terms, risk: rules } = state.params;
  const params: MarketParams = random.pick(
    state.params,
    { ...state.params, pricing: { ...terms, tradeFee: 0n } },
    { ...state.params, pricing: { ...terms, depth: 10n ** 15n - 1n } },
    { ...state.params, risk: { ...rules, baseDecimals: 7n } },
    { ...state.params, risk: { ...rules, maintenanceMargin: (WAD * WAD) / rules.maxLeverage } },
    { ...state.params, risk: { ...rules, minMargin: 0n } },
  );
  return {
    name: "createMarket",
    actor,
    arguments: [packMarketParams(params), 1n],
    model: (s) => {
      const decimals = rules.baseDecimals;
      Model.createMarket({ ...s, params }, 1n, decimals, "", now);
      throw new Error("a market was made that shouldn't have been");
    },
  };
};

/** One operation on this market, now. The last two of the first twelve actors are tokens, those after them are pools. */
export function operation(random: Random, state: MarketState, actors: string[], now: Moment): Operation {
  const trader = random.below(10);
  const token = 10 + random.below(2);
  const pool = actors.findIndex((actor) => accountOf(state, actor).role === 2n);
  const anyone = random.below(actors.length);
  const choices: [number, Make, number][] = [
    [40, trade, trader],
    [12, close, trader],
    [24, execute, token],
    [8, movePoolCash, pool],
    [6, asking, anyone],
    [4, previewTrade, trader],
    [20, resolve, anyone],
    [3, collectFees, anyone],
    [2, setReduceOnly, anyone],
    [1, createMarket, anyone],
    [1, execute, anyone],
    [1, movePoolCash, anyone],
    [2, trade, anyone],
    [1, close, anyone],
  ];
  const lots = choices.flatMap(([weight, ...choice]) => Array<typeof choice>(weight).fill(choice));
  const [make, actor] = random.pick(...lots);
  return make(random, state, actors, now, actor);
}

/** One operation of a trader, or one that anyone may do, on a market that has real tokens and a real pool. */
export function marketOperation(
  random: Random,
  state: MarketState,
  actors: string[],
  now: Moment,
  actor: number,
): Operation {
  const make = random.pick<Make>(
    trade,
    trade,
    trade,
    trade,
    close,
    asking,
    resolve,
    previewTrade,
    random.pick(collectFees, setReduceOnly, movePoolCash),
  );
  return make(random, state, actors, now, actor);
}
