// Twin of contracts/token/LeveragedToken.sol, which says how it works. Assets are in the BaseToken's own decimals, shares
// and everything else WAD. A token changes only when the operation succeeds.
import * as House from "./ClearingHouse.ts";
import { ContractError } from "./ContractError.ts";
import { unit } from "./Entry.ts";
import { WAD } from "./FixedPoint.ts";
import { NOBODY } from "./LiquidityPool.ts";
import type { Policy } from "./Policy.ts";
import { slotStart } from "./Rebalance.ts";
import { addBalance, atomically, removeBalance, spendAllowance } from "./ShareToken.ts";
import {
  type Change,
  deltaOf,
  depositing,
  type LeveragedToken,
  LOCKED,
  lastCompletedAt,
  minting,
  noChange,
  plan,
  redeeming,
  type View,
  viewOf,
  withdrawing,
} from "./TokenSteps.ts";
import type { MarketState, Moment, TokenOrder } from "./Venue.ts";

export * from "./TokenViews.ts";
export type { LeveragedToken };

/** A token that nothing was minted of, registered with its market. */
export function createToken(
  market: MarketState,
  address: string,
  leverage: bigint,
  policy: Policy,
): LeveragedToken {
  House.registerToken(market, address);
  const state = { supply: 0n, rebalancedAt: 0n, writtenAt: 0n, wipedOut: false, rewardLeft: 0n };
  return { address, market, leverage, policy, state, balances: new Map(), allowances: new Map() };
}

// ------------------------------------------------------------------------------------------------ MINT, BURN

export function deposit(
  token: LeveragedToken,
  caller: string,
  assets: bigint,
  receiver: string,
  minShares: bigint,
  now: Moment,
): bigint {
  return atomically(token, () => {
    const v = sync(token, now);
    const c = depositing(token, v, assets, now);
    requireAtLeast(c.shares, minShares);
    finishMint(token, v, c, caller, receiver, now);
    return c.shares;
  });
}

export function mint(
  token: LeveragedToken,
  caller: string,
  shares: bigint,
  receiver: string,
  maxAssets: bigint,
  now: Moment,
): bigint {
  return atomically(token, () => {
    const v = sync(token, now);
    const c = minting(token, v, shares, now);
    requireAtMost(c.assets, maxAssets);
    finishMint(token, v, c, caller, receiver, now);
    return c.assets;
  });
}

function finishMint(
  token: LeveragedToken,
  v: View,
  c: Change,
  caller: string,
  receiver: string,
  now: Moment,
): void {
  if (c.shares === 0n) throw new ContractError("LeveragedToken_ZeroAmount");
  let supply = v.supply + c.shares;
  if (v.supply === 0n) {
    supply += LOCKED;
    c.complete = true;
    addBalance(token, NOBODY, LOCKED);
  }
  addBalance(token, receiver, c.shares);
  write(token, v, c.complete, supply, now);
  const order = orderOf(v, c, 0n, caller);
  House.execute(
    token.market,
    token.address,
    { ...order, transfer: c.assets * unit(token.market.params) },
    now,
  );
}

export function redeem(
  token: LeveragedToken,
  caller: string,
  shares: bigint,
  receiver: string,
  owner: string,
  minAssets: bigint,
  now: Moment,
): bigint {
  return atomically(token, () => {
    const v = sync(token, now);
    const c = redeeming(token, v, shares, caller, now);
    requireAtLeast(c.assets, minAssets);
    finishBurn(token, v, c, caller, receiver, owner, now);
    return c.assets;
  });
}

export function withdraw(
  token: LeveragedToken,
  caller: string,
  assets: bigint,
  receiver: string,
  owner: string,
  maxShares: bigint,
  now: Moment,
): bigint {
  return atomically(token, () => {
    const v = sync(token, now);
    const c = withdrawing(token, v, assets, caller, now);
    requireAtMost(c.shares, maxShares);
    finishBurn(token, v, c, caller, receiver, owner, now);
    return c.shares;
  });
}

function finishBurn(
  token: LeveragedToken,
  v: View,
  c: Change,
  caller: string,
  receiver: string,
  owner: string,
  now: Moment,
): void {
  if (c.shares === 0n) throw new ContractError("LeveragedToken_ZeroAmount");
  if (caller !== owner) spendAllowance(token, owner, caller, c.shares);
  removeBalance(token, owner, c.shares);
  const order = orderOf(v, c, 0n, caller);
  let supply = v.supply - c.shares;
  if (supply === LOCKED) {
    removeBalance(token, NOBODY, LOCKED);
    supply = 0n;
    order.closing = true;
  }
  write(token, v, c.complete, supply, now);
  House.execute(
    token.market,
    token.address,
    { ...order, party: receiver, transfer: -c.assets * unit(token.market.params) },
    now,
  );
}

function requireAtLeast(amount: bigint, minimum: bigint): void {
  if (amount < minimum) throw new ContractError("LeveragedToken_BelowMinimum", [amount, minimum]);
}

function requireAtMost(amount: bigint, maximum: bigint): void {
  if (amount > maximum) throw new ContractError("LeveragedToken_AboveMaximum", [amount, maximum]);
}

// ------------------------------------------------------------------------------------------------ REBALANCE

/** Trades to target when that is due; records a wipe-out where there is one. */
export function rebalance(
  token: LeveragedToken,
  caller: string,
  now: Moment,
): { amount: bigint; reward: bigint } {
  return atomically(token, () => {
    const v = sync(token, now);
    const c = noChange();
    let reward = 0n;
    if (v.wipedOut) {
      if (token.state.wipedOut) throw new ContractError("LeveragedToken_WipedOut");
      c.forced = -v.position;
      c.emergency = true;
    } else {
      const { found, planned } = plan(token, v, now);
      if (!found.due) throw new ContractError("LeveragedToken_NotDue", [v.distance, nextAt(token, now)]);
      if (planned.amount === 0n && !planned.complete) {
        throw new ContractError("LeveragedToken_NothingToTrade", [deltaOf(token, v)]);
      }
      c.forced = planned.amount;
      c.complete = planned.complete;
      c.emergency = found.emergency;
      reward = planned.paid;
    }
    // When it was completed, its account tells, if nothing else happened in this block before.
    if (c.complete && token.state.writtenAt !== now.time) token.state = { ...token.state, rewardLeft: WAD };
    else write(token, v, c.complete, v.supply, now);
    House.execute(token.market, token.address, orderOf(v, c, reward, caller), now);
    return { amount: c.forced, reward };
  });
}

// ------------------------------------------------------------------------------------------------ STEPS

const sync = (token: LeveragedToken, now: Moment): View =>
  viewOf(token, House.sync(token.market, token.address, now), now);

function write(token: LeveragedToken, v: View, complete: boolean, supply: bigint, now: Moment): void {
  const scheduled = token.policy.interval !== 0n;
  token.state = {
    supply,
    rebalancedAt: scheduled ? (complete ? now.time : lastCompletedAt(token)) : 0n,
    writtenAt: scheduled ? now.time : 0n,
    wipedOut: v.wipedOut,
    rewardLeft: complete ? WAD : v.rewardLeft,
  };
}

/** `caller` is whoever is paid or keeps. */
const orderOf = (v: View, c: Change, reward: bigint, caller: string): TokenOrder => ({
  forced: c.forced,
  amount: c.amount,
  blockForced: c.blockForced,
  fee: c.fee + v.streamingFee,
  reward,
  party: caller,
  transfer: 0n,
  emergency: c.emergency,
  closing: false,
});

/** Start of the next schedule slot, or 0 when there is no schedule. Seconds. */
function nextAt({ policy: { interval, offset } }: LeveragedToken, now: Moment): bigint {
  return interval === 0n ? 0n : slotStart(now.time, interval, offset) + interval;
}
