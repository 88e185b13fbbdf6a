// Twin of contracts/clearing/Resolution.sol: liquidation, deleveraging, and the end of a market.
import { ROLE_TOKEN } from "./Account.ts";
import * as Books from "./Books.ts";
import { ContractError } from "./ContractError.ts";
import {
  commit,
  credit,
  type Entry,
  enter,
  find,
  finish,
  force,
  noFill,
  readPrice,
  reference,
} from "./Entry.ts";
import { abs, withSign } from "./FixedPoint.ts";
import { type Conditions, moved } from "./Impact.ts";
import * as Margin from "./Margin.ts";
import { STATUS_RECKONING, STATUS_SETTLED, skew as skewOf } from "./Market.ts";
import { withoutFees } from "./MarketParams.ts";
import { equityFloor, excessSkewDown, mostSkewDown } from "./Pool.ts";
import * as Settlement from "./Settlement.ts";
import type { Fill, MarketState, Moment } from "./Venue.ts";

const NOBODY = "";

/** Closes the least of an account that restores its margin, or all of it. */
export function liquidate(
  state: MarketState,
  caller: string,
  owner: string,
  now: Moment,
): { amount: bigint; reward: bigint } {
  const { pricing, risk } = state.params;
  const entry = enter(state, owner, now);
  const { market, position } = entry;
  const { value } = reference(entry);
  if (!Margin.isLiquidatable(position, value, market.price, risk)) {
    const maintenance = Margin.maintenanceUp(position, market.price, risk);
    throw new ContractError("ClearingHouse_NotLiquidatable", [value, maintenance]);
  }
  const around = Books.conditions(market, pricing, 0n);
  const size = Margin.liquidationUp(position, value, around, risk);
  const amount = -withSign(size, position);
  const counted = entry.touched ? leastSize(entry, value, around, size) : size;
  const reward = Margin.liquidationRewardDown(position, counted, market.price, risk);
  const forced = force(state, amount, size, true, now);
  const fill = forcedTrade(entry, amount, false);
  entry.cash -= reward;
  finish(entry, fill, forced);
  credit(state, caller, reward);
  return { amount, reward };
}

/** Closes an account on the skewed side as far as the pool covers too little of the skew. */
export function deleverage(state: MarketState, owner: string, now: Moment): bigint {
  const { pricing, risk } = state.params;
  const entry = enter(state, owner, now);
  const { market, position, role } = entry;
  const excess = excessSkewDown(market, pricing.depth, risk, role === ROLE_TOKEN);
  const skew = skewOf(market);
  if (excess === 0n || position === 0n || position < 0n !== skew < 0n) {
    throw new ContractError("ClearingHouse_NotDeleverageable", [position, skew, excess]);
  }
  const size = abs(position);
  const amount = -withSign(size < excess ? size : excess, position);
  const forced = force(state, amount, abs(amount), true, now);
  finish(entry, forcedTrade(entry, amount, true), forced);
  return amount;
}

/** Ends a market whose source is dead or whose pool is insolvent; the price for everyone. */
export function settle(state: MarketState, now: Moment): bigint {
  const { market, touched } = find(state, NOBODY, now);
  const { depth } = state.params.pricing;
  if (market.status >= STATUS_RECKONING) {
    throw new ContractError("ClearingHouse_AlreadySettled", [state.id]);
  }
  if (!now.isDead) {
    if (!touched) readPrice(market, state.params, now);
    const equity = equityFloor(market, depth);
    if (equity >= 0n) throw new ContractError("ClearingHouse_NotSettleable", [equity]);
  }
  const price = Settlement.priceFloor(market, depth);
  Settlement.settle(market, price);
  commit(state, { ...market, status: STATUS_RECKONING, priceAge: 0n, touchedAt: now.time });
  return price;
}

/** Closes an account at the settlement price; the reward for one that turns out negative. */
export function reckon(state: MarketState, caller: string, owner: string, now: Moment): bigint {
  const entry = find(state, owner, now);
  if (entry.market.status !== STATUS_RECKONING) {
    throw new ContractError("ClearingHouse_NotReckoning", [state.id]);
  }
  const { position, market } = entry;
  Settlement.close(entry);
  const reward =
    entry.cash < 0n ? Margin.liquidationRewardDown(position, 0n, market.price, state.params.risk) : 0n;
  entry.market.poolCash -= reward;
  finish(entry, noFill());
  if (reward !== 0n) credit(state, caller, reward);
  return reward;
}

/** Fixes which share of what they have accounts are paid. */
export function conclude(state: MarketState, now: Moment): bigint {
  const { market } = find(state, NOBODY, now);
  if (market.status !== STATUS_RECKONING) throw new ContractError("ClearingHouse_NotReckoning", [state.id]);
  const until = market.touchedAt + Settlement.RECKONING;
  if (now.time < until) throw new ContractError("ClearingHouse_Reckoning", [until]);
  const share = Settlement.shareDown(market);
  commit(state, { ...market, status: STATUS_SETTLED }, [], { forced: 0n, spent: share, forcedAt: 0n });
  return share;
}

/** What a liquidation of `size` would close at least, at the skew that is best for the account. */
function leastSize(entry: Entry, value: bigint, around: Conditions, size: bigint): bigint {
  const { risk } = entry.state.params;
  const worst = withSign(mostSkewDown(around.depth, risk), entry.position) - around.skew;
  const least = Margin.liquidationUp(entry.position, value, moved(around, worst), risk);
  return least < size ? least : size;
}

function forcedTrade(entry: Entry, amount: bigint, free: boolean): Fill {
  const { pricing } = entry.state.params;
  const fill = noFill();
  Books.trade(entry, free ? withoutFees(pricing) : pricing, fill, amount, 0n, 0n);
  return fill;
}
