// What anyone may do to others: liquidation, deleveraging, and the end of a market.
import * as Model from "../../../sdk/math/ClearingHouse.ts";
import { isLiquidatable, valueFloor } from "../../../sdk/math/Margin.ts";
import { STATUS_RECKONING } from "../../../sdk/math/Market.ts";
import { packMarketParams } from "../../../sdk/math/MarketParams.ts";
import { excessSkewDown } from "../../../sdk/math/Pool.ts";
import type { MarketState, Moment } from "../../../sdk/math/Venue.ts";

import { type Make, type Operation, trade } from "./trader.ts";

/** Liquidation and deleveraging of anybody, and the end of the market. */
export const resolve: Make = (random, state, actors, now, actor) => {
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
