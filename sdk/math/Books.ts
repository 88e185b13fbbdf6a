// Twin of contracts/libraries/Books.sol: double entry. Functions that say "in place" change the market they are given.
import { ContractError } from "./ContractError.ts";
import {
  abs,
  divCeil,
  divDown,
  divFloor,
  int,
  mulDivDown,
  mulWadDown,
  stepUp,
  uint,
  WAD,
} from "./FixedPoint.ts";
import { accrue } from "./Funding.ts";
import { type Conditions, energyUp, impact, surchargeUp } from "./Impact.ts";
import {
  FEE_STEP,
  type ForcedTrades,
  MAX_PROTOCOL_FEES,
  type Market,
  positionPrice,
  SPREAD_STEP,
  skew,
} from "./Market.ts";
import type { PricingTerms, RiskTerms } from "./MarketParams.ts";
import type { Fill, Quote } from "./Venue.ts";

/** The most that a side, and thus a position, can be: 3e10 units. WAD. */
export const MAX_POSITION = 3n * 10n ** 28n;
/** The most that an account may have after a reward, or owe after a surcharge. BaseToken, WAD. */
export const MAX_CASH = 2n ** 121n;
/** The most that the pool may have, or owe, after a surcharge or a shortfall. BaseToken, WAD. */
export const MAX_POOL_CASH = 2n ** 126n;
export const MIN_PRICE = 10n ** 12n;
export const MAX_PRICE = 10n ** 26n;
const MAX_AGE = 2n ** 24n - 1n;
const MAX_HELD = 2n ** 96n - 1n;
const MAX_SIDE = 2n ** 96n - 1n;
const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** Brings a market to `time` with a new price, in place: funding first. Times in seconds. */
export function advance(
  market: Market,
  terms: PricingTerms,
  time: bigint,
  price: bigint,
  halfSpread: bigint,
  updatedAt: bigint,
): void {
  if (price < MIN_PRICE || price > MAX_PRICE) {
    throw new ContractError("ClearingHouse_PriceOutOfRange", [price, MIN_PRICE, MAX_PRICE]);
  }
  if (updatedAt > time) throw new ContractError("ClearingHouse_PriceFromFuture", [updatedAt, time]);
  const usedBefore = uint(market.touchedAt - market.priceAge);
  if (updatedAt < usedBefore) {
    throw new ContractError("ClearingHouse_PriceOlderThanUsed", [updatedAt, usedBefore]);
  }
  const age = time - updatedAt;
  if (age > MAX_AGE) throw new ContractError("ClearingHouse_PriceTooOld", [updatedAt, MAX_AGE]);

  accrue(market, terms, time);
  const most = terms.maxHalfSpread;
  market.halfSpread = halfSpread > most ? most + SPREAD_STEP : stepUp(halfSpread, SPREAD_STEP);
  market.price = price;
  market.priceAge = age;
  market.touchedAt = time;
}

/** φ: the trade fee and the half-spread that is charged. WAD. */
export function costRate(halfSpread: bigint, terms: PricingTerms): bigint {
  const most = terms.maxHalfSpread;
  return terms.tradeFee + (halfSpread < most ? halfSpread : most);
}

/** Makes `around` what surrounds a trade in this market now, with `forced` the forced trades of this block. */
export function surround(around: Conditions, market: Market, terms: PricingTerms, forced: bigint): void {
  around.price = market.price;
  around.depth = terms.depth;
  around.costRate = costRate(market.halfSpread, terms);
  around.skew = skew(market);
  around.energy = energyUp(around.price, around.skew, around.depth);
  around.forced = forced;
}

/** The same, as a new object. */
export function conditions(market: Market, terms: PricingTerms, forced: bigint): Conditions {
  const around = { price: 0n, depth: 0n, costRate: 0n, skew: 0n, energy: 0n, forced: 0n };
  surround(around, market, terms, forced);
  return around;
}

/**
 * Trades Δr (forced) and Δ (voluntary, after it) as one for the account in `q`, in place: c −= x·(Δr + Δ) + I + fee,
 * rounded up once. Writes impact, fee and surcharge into `fill`.
 */
export function trade(
  q: Quote,
  terms: PricingTerms,
  fill: Fill,
  forced: bigint,
  amount: bigint,
  blockForced: bigint,
): void {
  const { market } = q;
  const total = int(forced + amount);
  const around = conditions(market, terms, int(blockForced + forced));
  fill.impact = impact(around, total);
  fill.surcharge = surchargeUp(around, amount);

  const costs = { total, amount, impact: fill.impact, surcharge: fill.surcharge };
  const { paid, fee } = book(market, terms, q.position, costs);
  fill.fee = fee;
  q.position = int(q.position + total);
  q.cash = int(q.cash - paid);
}

/**
 * Books a trade of Δr + Δ of an account with `position` on its market, in place: what comes off c, rounded up once, and the fee in
 * it. The pool takes the opposite, less what is the protocol's.
 */
export function book(
  market: Market,
  terms: PricingTerms,
  position: bigint,
  { total, amount, impact, surcharge }: Record<"total" | "amount" | "impact" | "surcharge", bigint>,
): { paid: bigint; fee: bigint } {
  const moved = int(total * positionPrice(market));
  const notional = uint(market.price * abs(total));
  const rate = costRate(market.halfSpread, terms);
  const withFee = divCeil(int(moved * WAD + uint(notional * rate)), WAD * WAD);
  const fee = uint(withFee - divFloor(moved, WAD));
  const paid = int(withFee + impact + surcharge);

  let share = protocolShareDown(notional, terms);
  if (surcharge !== 0n) {
    share = opposedShareDown(fee, share, amount, total);
    requireCountable(int(market.poolCash + paid));
  }
  const toProtocol = chargeProtocolFee(market, uint(share + surcharge));
  market.poolCash = int(market.poolCash + paid - toProtocol);
  moveOpenInterest(market, position, int(position + total));
  return { paid, fee };
}

/** The protocol's share of the trade fee on p·|Δ|, in WAD², as Books.trade has it. Down. BaseToken, WAD. */
export function protocolShareDown(notional: bigint, terms: PricingTerms): bigint {
  return divDown(uint(divDown(uint(notional * terms.tradeFee), WAD) * terms.protocolShare), WAD * WAD);
}

/** The protocol's part of the fee on Δr + Δ when Δ goes against forced trades: all of Δ's. Down. BaseToken, WAD. */
export function opposedShareDown(fee: bigint, share: bigint, amount: bigint, total: bigint): bigint {
  const [size, traded] = [abs(amount), abs(total)];
  return size >= traded ? fee : share + mulDivDown(uint(fee - share), size, traded);
}

/** Counts BaseToken that came into custody, in place. WAD. */
export function bringIn(market: Market, amount: bigint): void {
  const held = uint(market.held + amount);
  if (held > MAX_HELD) throw new ContractError("ClearingHouse_CustodyOutOfRange", [held, MAX_HELD]);
  market.held = held;
}

/** Counts BaseToken that leaves custody, in place. WAD. */
export function payOut(market: Market, amount: bigint): void {
  if (amount > market.held) {
    throw new ContractError("ClearingHouse_InsufficientCustody", [market.held, amount]);
  }
  market.held -= amount;
}

/** Moves cash of an account to the pool, in place: < 0 what a closed account could not pay, > 0 what a settled market can't. WAD. */
export function takeOver(market: Market, cash: bigint): void {
  const poolCash = int(market.poolCash + cash);
  if (cash !== 0n && poolCash < 0n === cash < 0n) requireCountable(poolCash);
  market.poolCash = poolCash;
}

/** Throws when the pool has, or owes, more than MAX_POOL_CASH. WAD. */
export function requireCountable(poolCash: bigint): void {
  if (abs(poolCash) > MAX_POOL_CASH) {
    throw new ContractError("ClearingHouse_PoolCashOutOfRange", [poolCash, MAX_POOL_CASH]);
  }
}

/** Adds to protocolFees what of `amount` makes whole FEE_STEPs and fits, in place; what was added. Down. */
export function chargeProtocolFee(market: Pick<Market, "protocolFees">, amount: bigint): bigint {
  const taken = feeStepsDown(market, amount) * FEE_STEP;
  market.protocolFees += taken;
  return taken;
}

/** How many whole FEE_STEPs of `amount` fit into protocolFees. Down. */
export function feeStepsDown({ protocolFees }: Pick<Market, "protocolFees">, amount: bigint): bigint {
  return min(divDown(amount, FEE_STEP), divDown(uint(MAX_PROTOCOL_FEES - protocolFees), FEE_STEP));
}

/** Replaces a position by another in the open interest of its side, in place. */
export function moveOpenInterest(market: Market, position: bigint, positionAfter: bigint): void {
  if (position > 0n) market.longs = uint(market.longs - position);
  else market.shorts = uint(market.shorts + position);
  // As in types/MarketWords.sol: a side that does not fit is the largest that does, and refused.
  if (positionAfter > 0n) market.longs = min(market.longs + positionAfter, MAX_SIDE);
  else market.shorts = min(market.shorts - positionAfter, MAX_SIDE);
}

/** What of the budget f·K is spent now. Up. WAD units. */
export function spentUp(trades: ForcedTrades, pricing: PricingTerms, risk: RiskTerms, time: bigint): bigint {
  if (trades.spent === 0n) return 0n;
  const elapsed = uint(time - trades.forcedAt);
  const refilled = divDown(budgetDown(pricing) * elapsed, risk.rebalanceWindow);
  return trades.spent > refilled ? trades.spent - refilled : 0n;
}

/** What of the budget f·K is left now. Down. WAD units. */
export function budgetLeftDown(
  trades: ForcedTrades,
  pricing: PricingTerms,
  risk: RiskTerms,
  time: bigint,
): bigint {
  return uint(budgetDown(pricing) - spentUp(trades, pricing, risk, time));
}

/** f·K: the size of the rebalance budget. Down. WAD units. */
export function budgetDown(terms: PricingTerms): bigint {
  return mulWadDown(terms.depth, terms.tradeFee);
}
