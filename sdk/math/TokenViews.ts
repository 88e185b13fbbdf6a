// The views of sdk/math/LeveragedToken.ts. Those that are meant to be trusted throw without a fresh price; `totalAssets` and
// the conversions answer at the last one used.
import * as Attribution from "./Attribution.ts";
import * as House from "./ClearingHouse.ts";
import { unit } from "./Entry.ts";
import { abs, divDown, int, MAX_INT256, mulDivDown, uint, withSign } from "./FixedPoint.ts";
import { costUp, moved } from "./Impact.ts";
import { isSufficient, leverageDown } from "./Margin.ts";
import { FEE_STEP } from "./Market.ts";
import { mostBurnedDown } from "./Quotes.ts";
import { balanceOf } from "./ShareToken.ts";
import {
  deltaOf,
  depositing,
  isSuspended,
  type LeveragedToken,
  LOCKED,
  liveOf,
  minting,
  noChange,
  own,
  plan,
  redeeming,
  roomOf,
  type View,
  viewOf,
  withdrawing,
  worthOf,
} from "./TokenSteps.ts";
import type { Moment } from "./Venue.ts";

const MAX_UINT96 = 2n ** 96n - 1n;

const fresh = (token: LeveragedToken, now: Moment): View =>
  viewOf(token, House.quote(token.market, token.address, now), now);

function last(token: LeveragedToken, now: Moment): { v: View; isFresh: boolean } {
  const quote = House.lastQuote(token.market, token.address, now);
  return { v: viewOf(token, quote, now), isFresh: quote.fresh };
}

const one = (token: LeveragedToken): bigint => unit(token.market.params);

// ------------------------------------------------------------------------------------------------ DOMAIN

/** What `rebalance` would do now. */
export function previewRebalance(
  token: LeveragedToken,
  now: Moment,
): { due: boolean; amount: bigint; reward: bigint } {
  const v = fresh(token, now);
  if (v.wipedOut) return { due: !token.state.wipedOut, amount: -v.position, reward: 0n };
  const { found, planned } = plan(token, v, now);
  return { due: found.due, amount: planned.amount, reward: planned.paid };
}

export const netAssetValue = (token: LeveragedToken, now: Moment): bigint => fresh(token, now).value;

export const positionPrice = (token: LeveragedToken, now: Moment): bigint => fresh(token, now).around.price;

export const positionAmount = (token: LeveragedToken, now: Moment): bigint => last(token, now).v.position;

export const positionAmountDelta = (token: LeveragedToken, now: Moment): bigint =>
  deltaOf(token, fresh(token, now));

/** q·p/N, signed; the largest int256 when N ≤ 0. */
export function currentLeverage(token: LeveragedToken, now: Moment): bigint {
  const v = fresh(token, now);
  const size = leverageDown(v.position, v.around.price, v.value);
  return size > MAX_INT256 ? MAX_INT256 : withSign(size, v.position);
}

// ------------------------------------------------------------------------------------------------ ERC-4626

export const totalAssets = (token: LeveragedToken, now: Moment): bigint =>
  divDown(worthOf(last(token, now).v), one(token));

export function convertToShares(token: LeveragedToken, assets: bigint, now: Moment): bigint {
  const { v } = last(token, now);
  const worth = worthOf(v);
  if (v.supply === 0n) return uint(assets * one(token));
  return worth === 0n ? 0n : mulDivDown(uint(assets * one(token)), v.supply, worth);
}

export function convertToAssets(token: LeveragedToken, shares: bigint, now: Moment): bigint {
  const { v } = last(token, now);
  if (v.supply === 0n) return divDown(shares, one(token));
  return divDown(mulDivDown(shares, worthOf(v), v.supply), one(token));
}

export const previewDeposit = (token: LeveragedToken, assets: bigint, now: Moment): bigint =>
  depositing(token, fresh(token, now), assets, now).shares;

export const previewMint = (token: LeveragedToken, shares: bigint, now: Moment): bigint =>
  minting(token, fresh(token, now), shares, now).assets;

export const previewRedeem = (token: LeveragedToken, shares: bigint, caller: string, now: Moment): bigint =>
  redeeming(token, fresh(token, now), shares, caller, now).assets;

export const previewWithdraw = (token: LeveragedToken, assets: bigint, caller: string, now: Moment): bigint =>
  withdrawing(token, fresh(token, now), assets, caller, now).shares;

export function maxDeposit(token: LeveragedToken, now: Moment): bigint {
  const { v, isFresh } = last(token, now);
  return isFresh ? most(token, v, now).assets : 0n;
}

export function maxMint(token: LeveragedToken, now: Moment): bigint {
  const { v, isFresh } = last(token, now);
  return isFresh ? most(token, v, now).shares : 0n;
}

export function maxRedeem(token: LeveragedToken, owner: string, now: Moment): bigint {
  const { v, isFresh } = last(token, now);
  return isFresh ? mostBurned(token, v, balanceOf(token, owner), owner, now).shares : 0n;
}

export function maxWithdraw(token: LeveragedToken, owner: string, now: Moment): bigint {
  const { v, isFresh } = last(token, now);
  return isFresh ? mostBurned(token, v, balanceOf(token, owner), owner, now).assets : 0n;
}

/** The most that can be withdrawn and redeemed by who has `shares`. */
function mostBurned(
  token: LeveragedToken,
  v: View,
  shares: bigint,
  owner: string,
  now: Moment,
): { assets: bigint; shares: bigint } {
  if (shares === 0n) return { assets: 0n, shares: 0n };
  const everybody = shares === liveOf(v);
  const before = { ...v.around };
  const closing = everybody ? redeeming(token, v, shares, owner, now).assets : 0n;
  v.around = before;
  const held = own(token, v, noChange(), now);
  const [custody, { burnFee }] = [v.market.held, token.policy];
  return mostBurnedDown(held, before, { shares, everybody, closing, custody, burnFee, unit: one(token) });
}

/** The mint that fills what the market can open; nothing when there is none. */
function most(token: LeveragedToken, v: View, now: Moment): { assets: bigint; shares: bigint } {
  const nothing = { assets: 0n, shares: 0n };
  if (v.wipedOut) return nothing;
  const { around, market } = v;
  const c = noChange();
  const held = own(token, v, c, now);
  if (v.supply === 0n) Attribution.fillFirst(held, token.leverage, around.price);
  else if (isSuspended(token, v, held)) return nothing;
  market.poolCash -= 2n;
  let room = roomOf(token, market);
  if (room === 0n) return nothing;
  room += abs(v.position) - abs(v.position + c.forced);
  if (room < 2n) return nothing;
  const custody = MAX_UINT96 - market.held;
  let value = custody / 2n;
  if (held.position !== 0n) {
    const opened = divDown(uint(held.value * (room - 1n)), abs(held.position));
    if (opened < value) value = opened;
  }
  const amount = Attribution.scaledUp(held, value);
  const brought = int(value + costUp(around, amount)) - FEE_STEP;
  if (brought <= 0n || brought > custody) return nothing;
  const assets = divDown(brought, one(token));
  const fee = Attribution.feeUp(assets * one(token), token.policy.mintFee);
  const paid = assets * one(token) - fee;
  const { tokens, amount: bought } = Attribution.deposit(held, around, paid);
  let shares = tokens;
  const added = int(paid - costUp(around, bought));
  const [position, worth] = v.supply === 0n ? [bought, added] : [held.position + bought, held.value + added];
  const then = moved(around, bought);
  if (!isSufficient(position, worth - 2n, then, token.market.params.risk)) return nothing;
  if (v.supply === 0n) shares = shares > LOCKED ? shares - LOCKED : 0n;
  if (shares === 0n) return nothing;
  return { assets, shares: shares > MAX_UINT96 ? MAX_UINT96 : shares };
}
