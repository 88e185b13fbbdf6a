// The steps of sdk/math/LeveragedToken.ts: twins of the private functions of contracts/token/LeveragedToken.sol, where
// the reasons are.
import * as Attribution from "./Attribution.ts";
import { conditions } from "./Books.ts";
import { forcedTrades } from "./ClearingHouse.ts";
import { ContractError } from "./ContractError.ts";
import { accountOf, unit } from "./Entry.ts";
import { divDown, divUp, int, MAX_UINT256, mulWadDown, uint } from "./FixedPoint.ts";
import { type Conditions, impact, move } from "./Impact.ts";
import { valueFloor } from "./Margin.ts";
import { type Market, positionPrice, STATUS_OPEN } from "./Market.ts";
import type { Policy } from "./Policy.ts";
import { openRoomDown } from "./Pool.ts";
import * as Rebalance from "./Rebalance.ts";
import type { Shares } from "./ShareToken.ts";
import { completedAt, type TokenState } from "./TokenState.ts";
import type { MarketState, Moment, Quote } from "./Venue.ts";

/** A token with everything that is stored for it. */
export interface LeveragedToken extends Shares {
  readonly address: string;
  readonly market: MarketState;
  readonly leverage: bigint;
  readonly policy: Policy;
  state: TokenState;
}

/** The token's account and what surrounds it, at one moment. */
export interface View {
  market: Market;
  around: Conditions;
  position: bigint;
  value: bigint;
  streamingFee: bigint;
  supply: bigint;
  distance: bigint;
  rewardLeft: bigint;
  above: boolean;
  wipedOut: boolean;
}

/** A mint or burn: after the token's own rebalance `forced`, trade `amount` for `shares` and `assets`. */
export interface Change {
  forced: bigint;
  blockForced: bigint;
  complete: boolean;
  emergency: boolean;
  amount: bigint;
  shares: bigint;
  assets: bigint;
  fee: bigint;
}

export const LOCKED = 10n ** 6n;
const MAX_AMOUNT = 2n ** 96n - 1n;

export const noChange = (): Change => ({
  forced: 0n,
  blockForced: 0n,
  complete: false,
  emergency: false,
  amount: 0n,
  shares: 0n,
  assets: 0n,
  fee: 0n,
});

// ------------------------------------------------------------------------------------------------ AT ONE MOMENT

export function viewOf(token: LeveragedToken, quote: Quote, now: Moment): View {
  const { state, policy, leverage } = token;
  const { pricing } = token.market.params;
  const { market, position } = quote;
  const blockForced = quote.touched ? forcedTrades(token.market, now).blockForced : 0n;
  const v: View = {
    market,
    around: conditions(market, pricing, blockForced),
    position,
    value: valueFloor(position, quote.cash, positionPrice(market)),
    streamingFee: 0n,
    supply: state.supply,
    distance: 0n,
    rewardLeft: 0n,
    above: false,
    wipedOut: state.wipedOut,
  };
  if (v.supply === 0n) return v;
  const elapsed = uint(now.time - accountOf(token.market, token.address).operatedAt);
  if (v.value > 0n && !v.wipedOut) {
    v.streamingFee = Attribution.streamingFeeDown(v.value, policy.streamingFee, elapsed);
    v.value -= v.streamingFee;
  }
  v.rewardLeft = Rebalance.rewardLeftDown(
    state.rewardLeft,
    elapsed,
    Rebalance.refill(token.market.params.risk.rebalanceWindow, policy.interval),
  );
  if (Attribution.isWipedOut(v.value, v.supply)) v.wipedOut = true;
  return { ...v, ...Rebalance.offTarget(leverage, position, v.around.price, v.value) };
}

/** When the last rebalance was completed, if there is a schedule. Seconds since 1970. */
export const lastCompletedAt = ({ state, market, address }: LeveragedToken): bigint =>
  completedAt(state, accountOf(market, address).operatedAt);

/** The rebalance that anyone may call for, with its reward; none when it is not due. Moves what is left of it. */
export function plan(
  token: LeveragedToken,
  v: View,
  now: Moment,
): { found: Rebalance.Trigger; planned: Rebalance.RebalancePlan } {
  const { policy, leverage } = token;
  const found = Rebalance.trigger(policy, v.distance, v.above, lastCompletedAt(token), now.time);
  if (v.supply === 0n) found.due = false;
  const whole = found.due ? Rebalance.rewardDown(policy, found.excess, v.value) : 0n;
  const reward = mulWadDown(whole, v.rewardLeft);
  const limits = limitsOf(token, v, found.emergency, true, now);
  const planned = Rebalance.plan(leverage, v.position, v.value, v.distance, v.around, limits, reward);
  v.rewardLeft = Rebalance.rewardLeftAfterDown(v.rewardLeft, reward, planned.paid);
  return { found, planned };
}

function limitsOf(
  token: LeveragedToken,
  v: View,
  emergency: boolean,
  partialOpening: boolean,
  now: Moment,
): Rebalance.RebalanceLimits {
  const { budget } = forcedTrades(token.market, now);
  const { pricing, risk } = token.market.params;
  const reach = Rebalance.reachDown(token.policy, pricing.depth);
  // Above target the rebalance reduces.
  const room = v.above ? 0n : roomOf(token, v.market);
  return { emergency, partialOpening, reach, budget, room, risk };
}

/** Units that the market would let the token open. */
export function roomOf({ market: { params }, leverage }: LeveragedToken, market: Market): bigint {
  const { pricing, risk } = params;
  if (market.status !== STATUS_OPEN || market.halfSpread > pricing.maxHalfSpread) return 0n;
  return openRoomDown(market, leverage > 0n ? market.longs : market.shorts, pricing.depth, risk);
}

// ------------------------------------------------------------------------------------------------ CHANGES

/** The token's own rebalance within a mint or burn: into `c`; what the account is after it. Moves what surrounds it. */
export function own(token: LeveragedToken, v: View, c: Change, now: Moment): Attribution.Holding {
  const { around } = v;
  let { value, position } = v;
  c.blockForced = around.forced;
  if (v.wipedOut) {
    c.forced = -position;
    c.emergency = true;
  } else if (v.supply !== 0n && v.distance > token.policy.mintBurnBand) {
    c.emergency = v.above && v.distance > token.policy.emergencyBand;
    const limits = limitsOf(token, v, c.emergency, false, now);
    const planned = Rebalance.plan(token.leverage, position, value, v.distance, around, limits, 0n);
    c.forced = planned.amount;
    c.complete = planned.complete;
  }
  if (c.forced !== 0n) {
    value = Rebalance.valueAfterFloor(value, c.forced, around);
    position += c.forced;
    move(around, c.forced, impact(around, c.forced));
    around.forced += c.forced;
  }
  return { position, value: value > 0n ? value : 0n, supply: v.supply };
}

function forMint(token: LeveragedToken, v: View, c: Change, now: Moment): Attribution.Holding {
  if (v.wipedOut) throw new ContractError("LeveragedToken_WipedOut");
  const held = own(token, v, c, now);
  if (v.supply === 0n) {
    Attribution.fillFirst(held, token.leverage, v.around.price);
  } else if (isSuspended(token, v, held)) {
    throw new ContractError("LeveragedToken_MintingSuspended", [v.value, held.value]);
  }
  return held;
}

export const isSuspended = (token: LeveragedToken, v: View, held: Attribution.Holding): boolean =>
  held.value * 2n < v.value || held.value === 0n || (v.above && v.distance > token.policy.emergencyBand);

export function depositing(token: LeveragedToken, v: View, assets: bigint, now: Moment): Change {
  const c = noChange();
  const held = forMint(token, v, c, now);
  const brought = toWad(token, assets);
  c.assets = assets;
  c.fee = Attribution.feeUp(brought, token.policy.mintFee);
  const { tokens, amount } = Attribution.deposit(held, v.around, brought - c.fee);
  c.shares = tokens;
  c.amount = amount;
  if (v.supply === 0n) {
    if (tokens <= LOCKED) throw new ContractError("LeveragedToken_FirstMintTooSmall", [tokens, LOCKED]);
    c.shares -= LOCKED;
  }
  return c;
}

export function minting(token: LeveragedToken, v: View, shares: bigint, now: Moment): Change {
  const c = noChange();
  const held = forMint(token, v, c, now);
  c.shares = shares;
  if (shares > MAX_AMOUNT) {
    throw new ContractError("LeveragedToken_AmountOutOfRange", [shares, MAX_AMOUNT]);
  }
  const { assets, amount } = Attribution.mint(held, v.around, v.supply === 0n ? shares + LOCKED : shares);
  const one = unit(token.market.params);
  c.amount = amount;
  c.assets = divUp(Attribution.beforeFeeUp(assets, token.policy.mintFee), one);
  c.fee = Attribution.feeUp(uint(c.assets * one), token.policy.mintFee);
  return c;
}

export function redeeming(
  token: LeveragedToken,
  v: View,
  shares: bigint,
  caller: string,
  now: Moment,
): Change {
  if (shares === 0n) return noChange();
  const live = liveOf(v);
  if (shares > live) throw new ContractError("ERC20InsufficientBalance", [caller, live, shares]);
  const c = noChange();
  const everybody = shares + LOCKED === v.supply;
  c.blockForced = v.around.forced;
  const held =
    everybody && !v.wipedOut
      ? { position: v.position, value: worthOf(v), supply: v.supply }
      : own(token, v, c, now);
  pay(token, v, c, held, everybody, shares);
  return c;
}

/** Tokens that somebody owns. */
export const liveOf = (v: View): bigint => (v.supply > LOCKED ? v.supply - LOCKED : 0n);

export const worthOf = (v: View): bigint => (v.value > 0n ? v.value : 0n);

/** What `shares` pay. */
export function pay(
  token: LeveragedToken,
  v: View,
  c: Change,
  held: Attribution.Holding,
  everybody: boolean,
  shares: bigint,
): void {
  const { assets, amount } = Attribution.redeem(held, v.around, everybody ? v.supply : shares);
  c.amount = amount;
  c.shares = shares;
  const worth = assets > 0n ? assets : 0n;
  c.fee = Attribution.feeUp(worth, token.policy.burnFee);
  c.assets = divDown(worth - c.fee, unit(token.market.params));
}

export function withdrawing(
  token: LeveragedToken,
  v: View,
  assets: bigint,
  caller: string,
  now: Moment,
): Change {
  const wanted = Attribution.beforeFeeUp(toWad(token, assets), token.policy.burnFee);
  let c = noChange();
  const before = { ...v.around };
  const held = own(token, v, c, now);
  const shares = held.value === 0n ? MAX_UINT256 : Attribution.withdraw(held, v.around, wanted);
  const live = liveOf(v);
  if (shares < live) {
    pay(token, v, c, held, false, shares);
  } else {
    v.around = before;
    c = redeeming(token, v, live, caller, now);
    if (c.assets < assets) throw new ContractError("LeveragedToken_UnreachablePayout", [assets]);
  }
  return { ...c, assets };
}

function toWad({ market: { params } }: LeveragedToken, assets: bigint): bigint {
  const one = unit(params);
  const most = MAX_AMOUNT / one;
  if (assets > most) throw new ContractError("LeveragedToken_AmountOutOfRange", [assets, most]);
  return assets * one;
}

export const deltaOf = (token: LeveragedToken, v: View): bigint =>
  int(Rebalance.positionAmountDelta(token.leverage, v.value, v.around.price, v.position));
