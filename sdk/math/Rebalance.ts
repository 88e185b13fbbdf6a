// Twin of contracts/libraries/Rebalance.sol, where the formulas are explained.
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
  stepDown,
  uint,
  WAD,
  withSign,
} from "./FixedPoint.ts";
import { type Conditions, feeUp, impact } from "./Impact.ts";
import { exitValueFloor, isAmple, isSufficientWith } from "./Margin.ts";
import type { RiskTerms } from "./MarketParams.ts";
import type { Policy } from "./Policy.ts";

/** Why a rebalance is due. `excess` is in days overdue, or the distance beyond the band as a part of target. WAD. */
export interface Trigger {
  due: boolean;
  emergency: boolean;
  excess: bigint;
}

/** What a rebalance may do; reach as from `reachDown`, budget and room in units. WAD. */
export interface RebalanceLimits {
  emergency: boolean;
  partialOpening: boolean;
  reach: bigint;
  budget: bigint;
  room: bigint;
  risk: RiskTerms;
}

/**
 * A rebalance as it would be done: Δ in units, the reward in BaseToken, whether it lands on target, I(s, Δ), and what the
 * account is worth afterwards if there is something to trade. WAD.
 */
export interface RebalancePlan {
  amount: bigint;
  paid: bigint;
  complete: boolean;
  impact: bigint;
  valueAfter: bigint;
}

/** Seconds. */
const DAY = 86_400n;
const MAX_UINT128 = 2n ** 128n - 1n;
/** A distance from target, 1e-12, that is not worth a trade. WAD. */
const ON_TARGET = 10n ** 6n;
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

/** maxImpact·K: units by which a skew moves the price by the furthest that a fill may be from mid. Down. WAD. */
export const reachDown = (policy: Policy, depth: bigint): bigint => mulWadDown(depth, policy.maxImpact);

/** Cuts a rebalance to the budget and to maxImpact: |Δ| ≤ 2·(maxImpact·K − s·sgn Δ). Toward zero. WAD. */
export function limited(amount: bigint, around: Conditions, limits: RebalanceLimits): bigint {
  if (limits.emergency) return amount;
  const dear = amount < 0n ? -around.skew : around.skew;
  const most = int(2n * (limits.reach - dear));
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
  if (value <= 0n) return { distance: MAX_UINT256, above: true };
  const target = abs(leverage);
  const current = divDown(uint(abs(position) * price), value);
  const above = current > target;
  return { distance: divDown(uint((above ? current - target : target - current) * WAD), target), above };
}

/** Whether (q′, N′) is strictly closer to target leverage than `distance`, with the sign of the target. */
export function isCloser(
  leverage: bigint,
  price: bigint,
  positionAfter: bigint,
  valueAfter: bigint,
  distance: bigint,
): boolean {
  if (valueAfter <= 0n || (positionAfter !== 0n && positionAfter < 0n !== leverage < 0n)) return false;
  return offTarget(leverage, positionAfter, price, valueAfter).distance < distance;
}

/** Start of the schedule slot that `time` is in. Seconds. */
export function slotStart(time: bigint, interval: bigint, offset: bigint): bigint {
  if (time < offset) return 0n;
  return offset + stepDown(time - offset, interval);
}

/** Whether anyone may rebalance a token with this policy, and why. Distance WAD, times in seconds. */
export function trigger(
  policy: Policy,
  distance: bigint,
  above: boolean,
  rebalancedAt: bigint,
  time: bigint,
): Trigger {
  const band = above ? policy.upperBand : policy.lowerBand;
  const { due, excess } = triggerBy(band, distance, policy.interval, policy.offset, rebalancedAt, time);
  const emergency = above && distance > policy.emergencyBand;
  return { due: due || emergency, emergency, excess };
}

/** The same for one band, emergencies aside. */
export function triggerBy(
  band: bigint,
  distance: bigint,
  interval: bigint,
  offset: bigint,
  rebalancedAt: bigint,
  time: bigint,
): Omit<Trigger, "emergency"> {
  let [due, excess] = [false, 0n];
  if (interval !== 0n) {
    const start = slotStart(time, interval, offset);
    if (rebalancedAt < start) {
      due = true;
      const missed = slotStart(rebalancedAt, interval, offset) + interval;
      excess = mulDivDown(time - (missed < start ? missed : start), WAD, DAY);
    }
  }
  if (distance > band) {
    due = true;
    if (distance - band > excess) excess = distance - band;
  }
  return { due, excess };
}

/** min(w₀ + slope·x, cap·N). Down. BaseToken, WAD. */
export function rewardDown(policy: Policy, excess: bigint, value: bigint): bigint {
  const cap = mulWadDown(value, policy.rewardCap);
  if (excess > MAX_UINT128) return cap;
  const reward = policy.rewardBase + mulWadDown(policy.rewardSlope, excess);
  return reward < cap ? reward : cap;
}

/** Within which all of a reward comes back. Seconds. */
export const refill = (window: bigint, interval: bigint): bigint => (interval > window ? interval : window);

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
  distance: bigint,
  around: Conditions,
  limits: RebalanceLimits,
  reward: bigint,
): RebalancePlan {
  const nothing: RebalancePlan = { amount: 0n, paid: 0n, complete: false, impact: 0n, valueAfter: 0n };
  if (value <= reward) return nothing;
  if (limits.emergency && exitValueFloor(value, position, around) <= 0n) return nothing;
  if (distance <= ON_TARGET) return { ...nothing, complete: true };
  const delta = preciseDelta(leverage, value - reward, around.price, position);
  const due = landing(leverage, delta, around);
  if (due === 0n) return nothing;
  let amount = limited(due, around, limits);
  const opens = due < 0n === leverage < 0n;
  if (opens && abs(amount) > limits.room) amount = limits.partialOpening ? withSign(limits.room, due) : 0n;
  if (amount === 0n) return nothing;
  const paid = mulDivDown(reward, abs(amount), abs(due));
  const own = impact(around, amount);
  const valueAfter = int(value - paid - own - feeUp(around.price, amount, around.costRate));
  const positionAfter = int(position + amount);
  if (abs(positionAfter) * HOPELESS < abs(amount)) return nothing;
  if (!isCloser(leverage, around.price, positionAfter, valueAfter, distance)) return nothing;
  if (opens && !isAmple(positionAfter, valueAfter, around.price, limits.risk)) {
    const exit = impact(around, int(-position)) - own;
    if (!isSufficientWith(positionAfter, valueAfter, exit, around, limits.risk)) return nothing;
  }
  return { amount, paid, complete: amount === due, impact: own, valueAfter };
}
