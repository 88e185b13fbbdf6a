// The steps of sdk/math/ClearingHouse.ts: twins of what is in contracts/clearing (Ledger, Orders, Checks, Execution), where
// the reasons are.
import { type Account, packAccount, ROLE_RESOLVED, ROLE_TRADER } from "./Account.ts";
import * as Books from "./Books.ts";
import { ContractError } from "./ContractError.ts";
import { abs, int, uint } from "./FixedPoint.ts";
import { type Conditions, fillPrice, moved } from "./Impact.ts";
import * as Margin from "./Margin.ts";
import {
  type ForcedTrades,
  type Market,
  positionPrice,
  STATUS_OPEN,
  STATUS_RECKONING,
  store,
  storeForced,
} from "./Market.ts";
import type { MarketParams } from "./MarketParams.ts";
import { coveredDown, mostSkewDown } from "./Pool.ts";
import { valueAfterFloor } from "./Rebalance.ts";
import * as Settlement from "./Settlement.ts";
import type { Fill, MarketState, Moment, Quote } from "./Venue.ts";

/** What an operation works on; the state itself changes in `commit`. */
export interface Entry extends Quote {
  state: MarketState;
  owner: string;
  operatedAt: bigint;
  role: bigint;
}

/** A position and its value that a change is measured against. */
export interface Reference {
  position: bigint;
  value: bigint;
}

export const noFill = (): Fill => ({
  fillPrice: 0n,
  impact: 0n,
  fee: 0n,
  surcharge: 0n,
  position: 0n,
  cash: 0n,
});

/** The account of an owner; an empty one for who has none. */
export function accountOf(state: MarketState, owner: string): Account {
  return state.accounts.get(owner) ?? { position: 0n, cash: 0n, operatedAt: 0n, role: ROLE_TRADER };
}

export function find(state: MarketState, owner: string, now: Moment): Entry {
  if (state.market.status === 0n) throw new ContractError("ClearingHouse_UnknownMarket", [state.id]);
  const touched = state.market.touchedAt === now.time;
  return { ...accountOf(state, owner), state, owner, market: { ...state.market }, touched, fresh: true };
}

export function enter(state: MarketState, owner: string, now: Moment): Entry {
  const entry = find(state, owner, now);
  if (entry.market.status >= STATUS_RECKONING) resolve(entry);
  else if (!entry.touched) readPrice(entry.market, state.params, now);
  return entry;
}

/** The market of an account in this block, the account as it is stored: for the pool, which has the market's cash and not its own. */
export function enterMarket(state: MarketState, owner: string, now: Moment): Entry {
  const entry = find(state, owner, now);
  requireReckoned(entry.market);
  if (entry.market.status < STATUS_RECKONING && !entry.touched) readPrice(entry.market, state.params, now);
  return entry;
}

function requireReckoned({ status, touchedAt }: Market): void {
  if (status !== STATUS_RECKONING) return;
  throw new ContractError("ClearingHouse_Reckoning", [touchedAt + Settlement.RECKONING]);
}

/** Closes an account of a settled market, which nothing but reckon and conclude work in before. */
function resolve(entry: Entry): void {
  const { market, state, role } = entry;
  requireReckoned(market);
  if ((role & ROLE_RESOLVED) !== 0n) return;
  Settlement.close(entry);
  Settlement.withhold(entry, state.forced.spent);
  entry.role = role | ROLE_RESOLVED;
}

export function requireAlive({ market, state }: Entry): void {
  if (market.status < STATUS_RECKONING) return;
  throw new ContractError("ClearingHouse_AlreadySettled", [state.id]);
}

export function readPrice(market: Market, params: MarketParams, now: Moment): void {
  const { price, halfSpread, updatedAt } = now.read();
  Books.advance(market, params.pricing, now.time, price, halfSpread, updatedAt);
}

export function blockForcedOf(state: MarketState, now: Moment): bigint {
  return state.forced.forcedAt === now.time ? state.forced.forced : 0n;
}

export function voluntaryTrade(
  entry: Entry,
  fill: Fill,
  amount: bigint,
  priceLimit: bigint,
  now: Moment,
): void {
  const most = 2n * Books.MAX_POSITION;
  if (abs(amount) > most) throw new ContractError("ClearingHouse_AmountOutOfRange", [abs(amount), most]);
  const blockForced = entry.touched ? blockForcedOf(entry.state, now) : 0n;
  Books.trade(entry, entry.state.params.pricing, fill, 0n, amount, blockForced);
  const price = fillPrice(entry.market.price, int(fill.impact + fill.surcharge), amount);
  if (amount > 0n ? price > priceLimit : price < priceLimit) {
    throw new ContractError("ClearingHouse_PriceLimit", [price, priceLimit]);
  }
  fill.fillPrice = price;
}

/** The forced trades of a market after one more. */
export function force(
  state: MarketState,
  amount: bigint,
  size: bigint,
  exempt: boolean,
  now: Moment,
): ForcedTrades {
  let spent = Books.spentUp(state.forced, state.params.pricing, state.params.risk, now.time);
  if (!exempt) {
    const left = uint(Books.budgetDown(state.params.pricing) - spent);
    if (size > left) throw new ContractError("ClearingHouse_BudgetExceeded", [size, left]);
    spent += size;
  }
  return { forced: blockForcedOf(state, now) + amount, spent, forcedAt: now.time };
}

/** Pays a reward into an account of the market. WAD. */
export function credit(state: MarketState, receiver: string, reward: bigint): void {
  const account = accountOf(state, receiver);
  const cash = int(account.cash + reward);
  if (cash > Books.MAX_CASH) throw new ContractError("ClearingHouse_CashOutOfRange", [cash, Books.MAX_CASH]);
  state.accounts.set(receiver, { ...account, cash });
}

export function reference({ position, cash, market }: Entry): Reference {
  return { position, value: Margin.valueFloor(position, cash, positionPrice(market)) };
}

/** Where the forced part of an order that opens and then pays leaves the account. */
export function checkForced(entry: Entry, from: Reference, forced: bigint, fee: bigint): Reference {
  const { params } = entry.state;
  const around = Books.conditions(entry.market, params.pricing, 0n);
  const position = int(from.position + forced);
  const value = valueAfterFloor(from.value, forced, around);
  requireMargin(position, value + fee, moved(around, forced), params);
  return { position, value };
}

/** Whether a position is on the other side afterwards, or larger. */
export const isOpened = (position: bigint, positionAfter: bigint): boolean =>
  abs(positionAfter) > abs(position) || position * positionAfter < 0n;

/** `opened`: whether the order opened before `from` already. */
export function checkMargin(entry: Entry, from: Reference, opened: boolean, pays: boolean): void {
  const { position, market } = entry;
  const { params } = entry.state;
  if (position === 0n) return;
  const opens = isOpened(from.position, position);
  if (opens || opened) requireOpenable(entry);
  else if (!pays) return;
  const { value } = reference(entry);
  const reduces = pays && !opens && position !== from.position;
  if (reduces && Margin.isNotRaised(from.position, from.value, position, value)) return;
  requireMargin(position, value, Books.conditions(market, params.pricing, 0n), params);
}

function requireMargin(position: bigint, value: bigint, around: Conditions, params: MarketParams): void {
  if (Margin.isSufficient(position, value, around, params.risk)) return;
  const exit = Margin.exitValueFloor(value, position, around);
  const required = Margin.requirementUp(position, around.price, params.risk);
  const least = exit < value ? exit : value;
  if (least < required) throw new ContractError("ClearingHouse_InsufficientMargin", [least, required]);
  if (value > Margin.MAX_WORTH) {
    throw new ContractError("ClearingHouse_WorthOutOfRange", [value, Margin.MAX_WORTH]);
  }
}

function requireOpenable({ state, market, position }: Entry): void {
  const { pricing, risk } = state.params;
  if (market.status !== STATUS_OPEN) throw new ContractError("ClearingHouse_ReduceOnly", [state.id]);
  const widest = pricing.maxHalfSpread;
  if (market.halfSpread > widest) {
    throw new ContractError("ClearingHouse_SpreadTooWide", [market.halfSpread, widest]);
  }
  const side = position > 0n ? market.longs : market.shorts;
  // As in Solidity, where the pool's cash must fit into its field: by the skew first.
  const bySkew = mostSkewDown(pricing.depth, risk);
  const cap = side > bySkew ? bySkew : coveredDown(market, pricing.depth, risk, Margin.MAX_WORTH);
  if (side > cap) throw new ContractError("ClearingHouse_OpenInterestAboveCap", [side, cap]);
}

export function requireInTime(deadline: bigint, now: Moment): void {
  if (now.time > deadline) throw new ContractError("ClearingHouse_Expired", [deadline, now.time]);
}

export function requireRole(state: MarketState, owner: string, required: bigint): void {
  const { role } = accountOf(state, owner);
  if ((role & ~ROLE_RESOLVED) !== required)
    throw new ContractError("ClearingHouse_WrongRole", [owner, role, required]);
}

export function finish(entry: Entry, fill: Fill, forced = entry.state.forced): Fill {
  const { state, owner, market, position, operatedAt, role } = entry;
  if (position === 0n && entry.cash < 0n) {
    Books.takeOver(market, entry.cash);
    entry.cash = 0n;
  }
  const { cash } = entry;
  if (fill.surcharge !== 0n && cash < -Books.MAX_CASH) {
    throw new ContractError("ClearingHouse_CashOutOfRange", [cash, Books.MAX_CASH]);
  }
  commit(state, market, [[owner, { position, cash, operatedAt, role }]], forced);
  return { ...fill, position, cash };
}

/** Writes at the end, after making sure that everything fits into its field. */
export function commit(
  state: MarketState,
  market: Market,
  accounts: [string, Account][] = [],
  forced: ForcedTrades = state.forced,
): void {
  store(market);
  storeForced(forced);
  for (const [, account] of accounts) packAccount(account);
  state.market = market;
  state.forced = forced;
  for (const [owner, account] of accounts) state.accounts.set(owner, account);
}

export function toQuote({ market, position, cash, touched, fresh }: Entry): Quote {
  return { market, position, cash, touched, fresh };
}

/** One unit of the BaseToken as WAD. */
export const unit = (params: MarketParams): bigint => 10n ** (18n - params.risk.baseDecimals);

export const toWad = (params: MarketParams, amount: bigint): bigint => uint(amount * unit(params));
