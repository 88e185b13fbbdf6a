// Twin of contracts/libraries/Rebalance.sol, where the formulas are explained.
import { divisionByZero } from "./ContractError.ts";
import {
  abs,
  divCeil,
  divDown,
  int,
  MAX_UINT256,
  mulDivDown,
  mulWadCeil,
  mulWadDown,
  sqrtUp,
  uint,
  WAD,
  withSign,
} from "./FixedPoint.ts";
import { type Conditions, feeUp, impact, moved } from "./Impact.ts";
import { exitValueFloor, isSufficient, leverageDown } from "./Margin.ts";
import type { RiskTerms } from "./MarketParams.ts";
import { NEVER, type Policy } from "./Policy.ts";

/** Why a rebalance is due. `excess` is in days overdue, or the distance beyond the band as a part of target. WAD. */
export interface Trigger {
  due: boolean;
  emergency: boolean;
  excess: bigint;
}

/** What a rebalance may do; maxImpact as a part of mid, budget and room in units. WAD. */
export interface RebalanceLimits {
  emergency: boolean;
  partialOpening: boolean;
  maxImpact: bigint;
  budget: bigint;
  room: bigint;
  risk: RiskTerms;
}

/** A rebalance as it would be done: Δ in units, the reward in BaseToken, and whether it lands on target. WAD. */
export interface RebalancePlan {
  amount: bigint;
  reward: bigint;
  complete: boolean;
}

/** Seconds. */
const DAY = 86_400n;
const MAX_UINT128 = 2n ** 128n - 1n;
/** A part of the position, 1/1e12, that is not worth a trade. */
const ON_TARGET = 10n ** 12n;
/** A trade this many times as large as the position that it would leave is not made. */
const HOPELESS = 10n ** 5n;

/** L·N/p. Toward zero. WAD. */
export function targetPosition(leverage: bigint, value: bigint, price: bigint): bigint {
  return withSign(divDown(uint(abs(leverage) * value), price), leverage);
}

/** Δ₀ = L·N/p − q; N ≤ 0 has the target 0. WAD. */
export function positionAmountDelta(
  leverage: bigint,
  value: bigint,
  price: bigint,
  position: bigint,
): bigint {
  return int(targetPosition(leverage, value > 0n ? value : 0n, price) - position);
}

/** Δ₀ in units of 1e-36; 0 for what no market can hold. Toward zero. */
export function preciseDelta(leverage: bigint, value: bigint, price: bigint, position: bigint): bigint {
  if (value <= 0n) return int(-position * WAD);
  if (value > MAX_UINT128) return 0n;
  const target = divDown(uint(abs(leverage) * value * WAD), price);
  const delta = int(withSign(target, leverage) - position * WAD);
  return abs(delta) >> 187n !== 0n ? 0n : delta;
}

/** The trade that lands on target after its own cost, for Δ₀ in units of 1e-36. Toward zero; 0 for none. WAD. */
export function landing(leverage: bigint, delta: bigint, around: Conditions): bigint {
  if (delta === 0n) return 0n;
  const { depth, skew, costRate } = around;
  const b = int(
    WAD + divCeil(int(leverage * skew), depth) + mulWadCeil(leverage, delta < 0n ? -costRate : costRate),
  );
  if (b <= 0n) return 0n;
  const discriminant = int(int(b * b) + divCeil(int(2n * leverage * delta), depth));
  if (discriminant < 0n) return 0n;
  return withSign(divDown(uint(2n * abs(delta)), uint(b + sqrtUp(discriminant))), delta);
}

/** Cuts a rebalance to the budget and to maxImpact: |Δ| ≤ 2·(maxImpact·K − s·sgn Δ). Toward zero. WAD. */
export function limited(amount: bigint, around: Conditions, limits: RebalanceLimits): bigint {
  if (limits.emergency) return amount;
  const dear = amount < 0n ? -around.skew : around.skew;
  const most = int(2n * (mulWadDown(around.depth, limits.maxImpact) - dear));
  if (most <= 0n) return 0n;
  let size = abs(amount);
  if (size > most) size = most;
  if (size > limits.budget) size = limits.budget;
  return withSign(size, amount);
}

/** N − I(s, Δ) − φ·p·|Δ|. Floor. BaseToken, WAD, signed. */
export function valueAfterFloor(value: bigint, amount: bigint, around: Conditions): bigint {
  return int(value - impact(around, amount) - feeUp(around.price, amount, around.costRate));
}

/** |current/target − 1|, WAD, and whether current leverage is above target; MAX_UINT256 for N ≤ 0. */
export function offTarget(
  leverage: bigint,
  position: bigint,
  price: bigint,
  value: bigint,
): { distance: bigint; above: boolean } {
  const target = abs(leverage);
  const current = leverageDown(position, price, value);
  if (current === MAX_UINT256) return { distance: current, above: true };
  const above = current > target;
  return { distance: divDown(uint((above ? current - target : target - current) * WAD), target), above };
}

/** Whether (q′, N′) is strictly closer to target leverage than (q, N), with the sign of the target. */
export function isCloser(
  leverage: bigint,
  price: bigint,
  position: bigint,
  value: bigint,
  positionAfter: bigint,
  valueAfter: bigint,
): boolean {
  if (valueAfter <= 0n || (positionAfter !== 0n && positionAfter < 0n !== leverage < 0n)) return false;
  const before = offTarget(leverage, position, price, value).distance;
  return offTarget(leverage, positionAfter, price, valueAfter).distance < before;
}

/** Start of the schedule slot that `time` is in. Seconds. */
export function slotStart(time: bigint, interval: bigint, offset: bigint): bigint {
  if (time < offset) return 0n;
  if (interval === 0n) throw divisionByZero();
  return time - ((time - offset) % interval);
}

/** Whether anyone may rebalance a token with this policy, and why. Distance WAD, times in seconds. */
export function trigger(
  policy: Policy,
  distance: bigint,
  above: boolean,
  rebalancedAt: bigint,
  time: bigint,
): Trigger {
  const found: Trigger = { due: false, emergency: false, excess: 0n };
  const { interval, offset } = policy;
  if (interval !== 0n) {
    const start = slotStart(time, interval, offset);
    if (rebalancedAt < start) {
      found.due = true;
      const missed = slotStart(rebalancedAt, interval, offset) + interval;
      found.excess = mulDivDown(time - (missed < start ? missed : start), WAD, DAY);
    }
  }
  const band = above ? policy.upperBand : policy.lowerBand;
  if (band !== NEVER && distance > band) {
    found.due = true;
    if (distance - band > found.excess) found.excess = distance - band;
  }
  if (above && distance > policy.emergencyBand) {
    found.due = true;
    found.emergency = true;
  }
  return found;
}

/** min(w₀ + slope·x, cap·N). Down. BaseToken, WAD. */
export function rewardDown(policy: Policy, excess: bigint, value: bigint): bigint {
  const cap = mulWadDown(value, policy.rewardCap);
  if (excess > MAX_UINT128) return cap;
  const reward = policy.rewardBase + mulWadDown(policy.rewardSlope, excess);
  return reward < cap ? reward : cap;
}

/** The part of a reward that is left, with what has come back in `elapsed` seconds. Down. WAD. */
export function rewardLeftDown(left: bigint, elapsed: bigint, window: bigint): bigint {
  const all = uint(left + mulDivDown(elapsed, WAD, window));
  return all < WAD ? all : WAD;
}

/** The part of a reward that is left after `spent` of what it came to. Down. WAD. */
export const rewardLeftAfterDown = (left: bigint, reward: bigint, spent: bigint): bigint =>
  reward === 0n ? left : mulDivDown(left, uint(reward - spent), reward);

/** The rebalance of an account (q, N), as far as `limits` allow. `reward` is that of a complete one, BaseToken, WAD. */
export function plan(
  leverage: bigint,
  position: bigint,
  value: bigint,
  around: Conditions,
  limits: RebalanceLimits,
  reward: bigint,
): RebalancePlan {
  const nothing: RebalancePlan = { amount: 0n, reward: 0n, complete: false };
  if (value <= reward || exitValueFloor(value, position, around) <= 0n) return nothing;
  let delta = preciseDelta(leverage, value, around.price, position);
  if (abs(delta) <= divDown(uint(abs(position) * WAD), ON_TARGET)) return { ...nothing, complete: true };
  if (reward !== 0n) delta = preciseDelta(leverage, value - reward, around.price, position);
  const due = landing(leverage, delta, around);
  if (due === 0n) return nothing;
  let amount = limited(due, around, limits);
  const opens = due < 0n === leverage < 0n;
  if (opens && abs(amount) > limits.room) amount = limits.partialOpening ? withSign(limits.room, due) : 0n;
  if (amount === 0n) return nothing;
  const paid = mulDivDown(reward, abs(amount), abs(due));
  const positionAfter = int(position + amount);
  if (abs(positionAfter) * HOPELESS < abs(amount)) return nothing;
  const valueAfter = valueAfterFloor(value - paid, amount, around);
  if (!isCloser(leverage, around.price, position, value, positionAfter, valueAfter)) return nothing;
  if (opens && !isSufficientAfter(positionAfter, valueAfter, around, amount, limits.risk)) return nothing;
  return { amount, reward: paid, complete: amount === due };
}

/** Whether the market's margin rule lets an opening rebalance of `amount` end at (q′, N′). */
export function isSufficientAfter(
  positionAfter: bigint,
  valueAfter: bigint,
  around: Conditions,
  amount: bigint,
  risk: RiskTerms,
): boolean {
  return isSufficient(positionAfter, valueAfter, moved(around, amount), risk);
}
