// What may happen to a market: operations that mostly make sense where it stands, and some that don't.

import { packAccount, ROLE_RESOLVED } from "../../../sdk/math/Account.ts";
import { conditions } from "../../../sdk/math/Books.ts";
import * as Model from "../../../sdk/math/ClearingHouse.ts";
import { accountOf } from "../../../sdk/math/Entry.ts";
import { abs, WAD } from "../../../sdk/math/FixedPoint.ts";
import { valueFloor } from "../../../sdk/math/Margin.ts";
import { STATUS_RECKONING, store, storeForced } from "../../../sdk/math/Market.ts";
import { type MarketParams, packMarketParams } from "../../../sdk/math/MarketParams.ts";
import { equityFloor } from "../../../sdk/math/Pool.ts";
import { landing, preciseDelta } from "../../../sdk/math/Rebalance.ts";
import type { MarketState, Moment, Quote, TokenOrder } from "../../../sdk/math/Venue.ts";
import type { Random } from "../random.ts";
import { resolve } from "./resolve.ts";
import { close, isPool, type Make, type Operation, previewTrade, trade, unitOf } from "./trader.ts";

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
    party: random.pick(...actors),
    transfer: 0n,
    fee: random.chance(3) ? random.log(0n, value > 0n ? value / 1_000n : 1n) : 0n,
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
    order.transfer = worth - (worth % unitOf(state));
    order.amount = (leverage * worth * 98n) / (market.price * 100n);
  } else if (kind < 3) {
    const part = random.chance(6) ? 1_000n : BigInt(random.below(1_000));
    order.amount = (-(position + order.forced) * part) / 1_000n;
    const payout = (value * part * 95n) / 100_000n;
    order.transfer = (payout % unitOf(state)) - payout;
    order.closing = part === 1_000n;
  }
  if (random.chance(30)) order.amount = random.amount();
  return {
    name: "execute",
    actor,
    arguments: [packMarketParams(params), order],
    model: (s, at) => [Model.execute(s, owner, order, at)],
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
    arguments: [packMarketParams(params), amount, party],
    model: (s, now) => {
      Model.movePoolCash(s, actors[actor], amount, now);
      return [];
    },
  };
};

const sync: Make = (random, state, actors, _, actor) => {
  const name = random.pick("syncNow", "quote", "lastQuote", "peek");
  const asked: unknown[] = [packMarketParams(state.params)];
  if (name !== "syncNow") asked.push(random.pick(...actors));
  if (name === "syncNow" || name === "peek") asked.push(random.chance(2));
  return {
    name,
    actor,
    arguments: asked,
    model: () => [],
  };
};

/** A quote as `syncNow` and `peek` tell it: in words, the fourth one only if the market had been used in the block before or it is wanted. */
const packed = (
  s: MarketState,
  { market, position, cash, touched, fresh }: Quote,
  owner: string,
  wanted = touched,
) => {
  const { skew, pool, price } = store(market);
  const { operatedAt, role } = accountOf(s, owner);
  // In a settled market an account is told as it will be closed, unless nobody can say yet.
  const closed = market.status >= STATUS_RECKONING && fresh ? role | ROLE_RESOLVED : role;
  return [
    skew,
    pool,
    price,
    packAccount({ position, cash, operatedAt, role: closed }),
    wanted && market.status < STATUS_RECKONING ? storeForced(s.forced) : 0n,
  ];
};

const MODELS: Record<string, (s: MarketState, owner: string, now: Moment, flag: boolean) => unknown[]> = {
  // Without a flag the fourth word is told if the market had been used in the block before.
  syncNow: (s, owner, now, forcing) => packed(s, Model.sync(s, owner, now), owner, forcing || undefined),
  quote: (s, owner, now) => [Model.quote(s, owner, now)],
  lastQuote: (s, owner, now) => [Model.lastQuote(s, owner, now)],
  peek: (s, owner, now, last) => {
    const quote = last ? Model.lastQuote(s, owner, now) : Model.quote(s, owner, now);
    return [...packed(s, quote, owner), quote.fresh];
  },
};

const asking: Make = (...all) => {
  const made = sync(...all);
  const [, , actors, , actor] = all;
  const [, ...asked] = made.arguments as [unknown, ...(string | boolean)[]];
  const owner = asked.find((one) => typeof one === "string") ?? actors[actor];
  const flag = asked.includes(true);
  return { ...made, model: (s, now) => MODELS[made.name](s, owner, now, flag) };
};

const forcedWord: Make = (_, state, __, ___, actor) => ({
  name: "forced",
  actor,
  arguments: [state.id],
  model: (s) => [storeForced(s.forced)],
});

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
    arguments: [packMarketParams(state.params), reduceOnly],
    model: (s) => {
      Model.setReduceOnly(s, reduceOnly);
      return [];
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
  const pool = actors.findIndex((actor) => isPool(state, actor));
  const anyone = random.below(actors.length);
  const choices: [number, Make, number][] = [
    [40, trade, trader],
    [12, close, trader],
    [24, execute, token],
    [8, movePoolCash, pool],
    [6, asking, anyone],
    [4, previewTrade, trader],
    [20, resolve, anyone],
    [1, forcedWord, anyone],
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
