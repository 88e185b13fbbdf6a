// Twin of contracts/clearing/ClearingHouse.sol: what every operation does to a market and its accounts. A state changes
// only when the operation succeeds; otherwise a ContractError says what the contract would have reverted with. The
// moves of BaseToken themselves are left out: they are taken to succeed.
import { ROLE_POOL, ROLE_TOKEN } from "./Account.ts";
import { check } from "./Admission.ts";
import * as Books from "./Books.ts";
import { ContractError } from "./ContractError.ts";
import {
  accountOf,
  blockForcedOf,
  checkForced,
  checkMargin,
  commit,
  credit,
  type Entry,
  enter,
  enterMarket,
  find,
  finish,
  force,
  isOpened,
  noFill,
  readPrice,
  reference,
  requireAlive,
  requireInTime,
  requireRole,
  toQuote,
  toWad,
  unit,
  voluntaryTrade,
} from "./Entry.ts";
import { abs, divDown, int, stepDown } from "./FixedPoint.ts";
import { accrue } from "./Funding.ts";
import { FEE_STEP, type ForcedTrades, STATUS_OPEN, STATUS_RECKONING, STATUS_REDUCE_ONLY } from "./Market.ts";
import type { Fill, MarketState, Moment, Order, Quote, TokenOrder } from "./Venue.ts";

export * from "./Resolution.ts";

/** Makes a market with `seed` BaseToken, of `decimals`, in a pool at the address `pool`. */
export function createMarket(
  state: MarketState,
  seed: bigint,
  decimals: bigint,
  pool: string,
  now: Moment,
): void {
  const { params } = state;
  check(params, decimals);
  if (state.market.status !== 0n) throw new ContractError("ClearingHouse_MarketExists", [state.id]);
  const market = { ...state.market, status: STATUS_OPEN, touchedAt: now.time, priceAge: now.time };
  readPrice(market, params, now);
  const amount = toWad(params, seed);
  Books.bringIn(market, amount);
  market.poolCash = amount;
  commit(state, market, [[pool, { position: 0n, cash: 0n, operatedAt: 0n, role: ROLE_POOL }]]);
}

/** Brings a market to this block. */
export function sync(state: MarketState, owner: string, now: Moment): Quote {
  const entry = enter(state, owner, now);
  if (!entry.touched && entry.market.status < STATUS_RECKONING) commit(state, entry.market);
  return toQuote(entry);
}

/** Trades for the caller's account and moves margin. */
export function trade(state: MarketState, caller: string, order: Order, now: Moment): Fill {
  const entry = enter(state, caller, now);
  return finish(entry, ordered(entry, order, now));
}

/** What `trade` would do, and market and account after it. */
export function previewTrade(
  state: MarketState,
  owner: string,
  order: Order,
  now: Moment,
): { filled: Fill; afterwards: Quote } {
  const entry = enter(state, owner, now);
  const fill = ordered(entry, order, now);
  const { position, cash } = entry;
  return { filled: { ...fill, position, cash }, afterwards: toQuote(entry) };
}

/** All of an order but its consequences. */
function ordered(entry: Entry, order: Order, now: Moment): Fill {
  if (order.amount === 0n && order.margin === 0n) throw new ContractError("ClearingHouse_ZeroAmount");
  requireInTime(order.deadline, now);
  const from = reference(entry);
  const margin = int(order.margin * unit(entry.state.params));
  const fill = noFill();
  if (margin > 0n) moveMargin(entry, margin);
  if (order.amount !== 0n) voluntaryTrade(entry, fill, order.amount, order.priceLimit, now);
  if (margin < 0n) {
    if (entry.position === 0n && entry.cash < int(-margin)) {
      throw new ContractError("ClearingHouse_InsufficientCash", [entry.cash, abs(margin)]);
    }
    moveMargin(entry, margin);
  }
  checkMargin(entry, from, false, margin < 0n);
  return fill;
}

/** Books BaseToken that comes in (> 0) or goes out (< 0). WAD. */
function moveMargin(entry: Entry, moved: bigint): void {
  if (moved === 0n) return;
  if (moved > 0n) {
    requireAlive(entry);
    Books.bringIn(entry.market, moved);
  } else {
    Books.payOut(entry.market, -moved);
  }
  entry.cash = int(entry.cash + moved);
}

/** Closes the caller's position and pays out all cash; payout in the BaseToken's own decimals. */
export function close(
  state: MarketState,
  caller: string,
  priceLimit: bigint,
  deadline: bigint,
  now: Moment,
): { filled: Fill; payout: bigint } {
  requireInTime(deadline, now);
  const entry = enter(state, caller, now);
  const amount = -entry.position;
  if (amount === 0n && entry.cash === 0n) throw new ContractError("ClearingHouse_ZeroAmount");
  const fill = noFill();
  if (amount !== 0n) voluntaryTrade(entry, fill, amount, priceLimit, now);
  let payout = 0n;
  if (entry.cash > 0n) {
    // What others owe can be taken later.
    const { held } = entry.market;
    payout = divDown(entry.cash < held ? entry.cash : held, unit(state.params));
    const paid = payout * unit(state.params);
    Books.payOut(entry.market, paid);
    entry.cash -= paid;
  }
  return { filled: finish(entry, fill), payout };
}

/** Executes an order of a LeveragedToken. Returns its cash after. */
export function execute(state: MarketState, caller: string, order: TokenOrder, now: Moment): bigint {
  const { params } = state;
  requireRole(state, caller, ROLE_TOKEN);
  const entry = enter(state, caller, now);
  if (order.transfer > 0n) requireAlive(entry);
  const { market } = entry;
  const moved = int(order.transfer);

  const fee = Books.chargeProtocolFee(market, order.fee);
  entry.cash = int(entry.cash - fee - order.reward);
  let from = reference(entry);
  let forced: ForcedTrades | undefined;
  let opened = false;
  if (order.forced !== 0n) {
    forced = force(state, order.forced, abs(order.forced), order.emergency, now);
    opened = isOpened(from.position, int(from.position + order.forced));
  }
  const pays = moved < 0n;
  if (!pays) from = { ...from, position: int(from.position + order.forced) };
  else if (opened) from = checkForced(entry, from, order.forced, fee);
  moveMargin(entry, moved);
  const fill = noFill();
  if (order.forced !== 0n || order.amount !== 0n) {
    Books.trade(entry, params.pricing, fill, order.forced, order.amount, order.blockForced);
  }
  checkMargin(entry, from, opened, pays);
  if (order.closing && entry.cash > 0n) {
    market.poolCash += entry.cash - Books.chargeProtocolFee(market, entry.cash);
    entry.cash = 0n;
  }
  entry.operatedAt = now.time;
  finish(entry, fill, forced);
  if (order.reward !== 0n) credit(state, order.party, order.reward);
  return entry.cash;
}

/** Moves BaseToken, in its own decimals, into the pool or out of it, for the LiquidityPool. */
export function movePoolCash(state: MarketState, caller: string, amount: bigint, now: Moment): void {
  requireRole(state, caller, ROLE_POOL);
  const entry = enterMarket(state, caller, now);
  const moved = int(amount * unit(state.params));
  moveMargin(entry, moved);
  entry.market.poolCash += moved;
  commit(state, entry.market);
}

/** Gives a new LeveragedToken its role. The caller is taken to be the factory. */
export function registerToken(state: MarketState, token: string): void {
  if (state.market.status === 0n) throw new ContractError("ClearingHouse_UnknownMarket", [state.id]);
  state.accounts.set(token, { ...accountOf(state, token), role: ROLE_TOKEN });
}

/** Makes a market reduce-only, or open again. The caller is taken to be the guardian. */
export function setReduceOnly(state: MarketState, reduceOnly: boolean): void {
  const { status } = state.market;
  if (status !== STATUS_OPEN && status !== STATUS_REDUCE_ONLY) {
    throw new ContractError("ClearingHouse_UnknownMarket", [state.id]);
  }
  state.market = { ...state.market, status: reduceOnly ? STATUS_REDUCE_ONLY : STATUS_OPEN };
}

/** Pays protocolFees; the amount is in the BaseToken's own decimals. */
export function collectFees(state: MarketState): bigint {
  const market = { ...state.market };
  if (market.status === 0n) throw new ContractError("ClearingHouse_UnknownMarket", [state.id]);
  const one = unit(state.params);
  const fees = stepDown(market.protocolFees, one > FEE_STEP ? one : FEE_STEP);
  market.protocolFees -= fees;
  Books.payOut(market, fees);
  commit(state, market);
  return divDown(fees, one);
}

/** B, the forced trades of this block, and what is left of the rebalance budget. Units, WAD. */
export function forcedTrades(state: MarketState, now: Moment): { blockForced: bigint; budget: bigint } {
  if (state.market.status >= STATUS_RECKONING) return { blockForced: 0n, budget: 0n };
  const { pricing, risk } = state.params;
  return {
    blockForced: blockForcedOf(state, now),
    budget: Books.budgetLeftDown(state.forced, pricing, risk, now.time),
  };
}

/** What `syncNow` would return. */
export function quote(state: MarketState, owner: string, now: Moment): Quote {
  return toQuote(enter(state, owner, now));
}

/** The same, at the last price used when there is none that can be trusted. */
export function lastQuote(state: MarketState, owner: string, now: Moment): Quote {
  try {
    return quote(state, owner, now);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const entry = find(state, owner, now);
    accrue(entry.market, state.params.pricing, now.time);
    entry.fresh = false;
    return toQuote(entry);
  }
}
