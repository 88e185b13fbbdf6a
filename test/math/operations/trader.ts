// What traders do, and what an operation is.
import { ROLE_POOL, ROLE_RESOLVED } from "../../../sdk/math/Account.ts";
import * as Model from "../../../sdk/math/ClearingHouse.ts";
import { accountOf } from "../../../sdk/math/Entry.ts";
import { abs, MAX_UINT256, WAD } from "../../../sdk/math/FixedPoint.ts";
import { valueFloor } from "../../../sdk/math/Margin.ts";
import { positionPrice } from "../../../sdk/math/Market.ts";
import { packMarketParams } from "../../../sdk/math/MarketParams.ts";
import { openCapDown } from "../../../sdk/math/Pool.ts";
import type { MarketState, Moment, Order } from "../../../sdk/math/Venue.ts";
import type { Random } from "../random.ts";

/** A call of the ClearingHouse, and what the model does for it: the values that the call returns. */
export interface Operation {
  name: string;
  actor: number;
  arguments: unknown[];
  model: (state: MarketState, now: Moment) => unknown[];
}

export type Make = (
  random: Random,
  state: MarketState,
  actors: string[],
  now: Moment,
  actor: number,
) => Operation;

export const unitOf = (state: MarketState) => 10n ** (18n - state.params.risk.baseDecimals);

/** Whether it is the market's pool, also once its account was closed after settlement. */
export const isPool = (state: MarketState, owner: string) =>
  (accountOf(state, owner).role & ~ROLE_RESOLVED) === ROLE_POOL;

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

export const trade: Make = (random, state, actors, now, actor) => {
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
  const value = valueFloor(position, cash, positionPrice(market));
  // In proportion to what is closed, or less: that is paid out whatever the leverage.
  const closed = abs(amount) < abs(position) ? abs(amount) * BigInt(random.below(1_001)) : 0n;
  const margin = random.pick(
    notional / leverage + 2n * params.risk.minMargin,
    notional / leverage + 2n * params.risk.minMargin,
    0n,
    (-abs(cash) * BigInt(random.below(1_100))) / 1_000n,
    random.log(0n, 2n ** 80n),
    position === 0n ? 0n : -(closed * abs(value)) / (abs(position) * 1_000n),
  );
  const fair = amount < 0n ? 0n : MAX_UINT256;
  const priceLimit = random.chance(12) ? random.near(market.price) : fair;
  const deadline = random.chance(40) ? now.time - 1n : random.pick(now.time, MAX_UINT256);
  return tradeOf(actor, state, actors[actor], [amount, margin / unitOf(state), priceLimit, deadline]);
};

export const close: Make = (random, state, actors, now, actor) => {
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
      const { filled, payout } = Model.close(s, actors[actor], priceLimit, deadline, at);
      return [filled, payout];
    },
  };
};

/** What a trade would do. */
export const previewTrade: Make = (random, state, actors, now, actor) => {
  const made = trade(random, state, actors, now, actor);
  const owner = actors[actor];
  const [params, order] = made.arguments as [unknown, Order];
  return {
    name: "previewTrade",
    actor,
    arguments: [params, owner, order],
    model: (s, at) => {
      const { filled, afterwards } = Model.previewTrade(s, owner, order, at);
      return [filled, afterwards];
    },
  };
};
