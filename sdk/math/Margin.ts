// Twin of contracts/libraries/Margin.sol.
import {
  abs,
  divCeil,
  divDown,
  divFloor,
  divUp,
  int,
  MAX_UINT256,
  mulDivDown,
  mulDivUp,
  mulWadFloor,
  sqrtDown,
  uint,
  WAD,
} from "./FixedPoint.ts";
import { type Conditions, feeUp, impact } from "./Impact.ts";
import type { RiskTerms } from "./MarketParams.ts";

/** N = q·x + c at mid. Floor. BaseToken, WAD, signed. */
export function valueFloor(position: bigint, cash: bigint, positionPrice: bigint): bigint {
  return int(mulWadFloor(position, positionPrice) + cash);
}

/** N_exit = N − I(s, −q) − φ·p·|q|. Floor. BaseToken, WAD, signed. */
export function exitValueFloor(value: bigint, position: bigint, around: Conditions): bigint {
  return exitValueWithFloor(value, position, impact(around, int(-position)), around);
}

/** The same for an I(s, −q) that is known already. */
export function exitValueWithFloor(
  value: bigint,
  position: bigint,
  exitImpact: bigint,
  around: Conditions,
): bigint {
  return int(value - exitImpact - feeUp(around.price, position, around.costRate));
}

/** What min(N, N_exit) must reach: |q|·p/maxLeverage, and at least minMargin. Up. BaseToken, WAD. */
export function requirementUp(position: bigint, price: bigint, risk: RiskTerms): bigint {
  const initial = divUp(uint(abs(position) * price), risk.maxLeverage);
  return initial > risk.minMargin ? initial : risk.minMargin;
}

/** The most that an account may be worth when it opens or is paid, and the pool when anybody opens. BaseToken, WAD. */
export const MAX_WORTH = 2n ** 121n;
/** Up to which opening is planned and told of. BaseToken, WAD. */
export const PLANNED_WORTH = 2n ** 120n;

/** Whether an account may be left as it is after an opening trade or a payment. */
export function isSufficient(position: bigint, value: bigint, around: Conditions, risk: RiskTerms): boolean {
  return isSufficientWith(position, value, impact(around, int(-position)), around, risk);
}

/** The same for an I(s, −q) that is known already. */
export function isSufficientWith(
  position: bigint,
  value: bigint,
  exitImpact: bigint,
  around: Conditions,
  risk: RiskTerms,
): boolean {
  const exit = exitValueWithFloor(value, position, exitImpact, around);
  return (
    (value < exit ? value : exit) >= requirementUp(position, around.price, risk) && value <= PLANNED_WORTH
  );
}

/** Whether N is so much that closing could cost all that it ever does, and the requirement would still be met, but not above PLANNED_WORTH. */
export function isAmple(position: bigint, value: bigint, price: bigint, risk: RiskTerms): boolean {
  const rate = divDown(WAD * WAD, risk.maxLeverage) + risk.maintenanceMargin + 1n;
  const least = divDown(uint(abs(position) * price * rate), WAD * WAD) + risk.minMargin + 4n;
  return value > least && value <= PLANNED_WORTH;
}

/** Whether |q|·p/N has not risen from (q, N) to (q′, N′), one wei of each allowed for rounding. */
export function isNotRaised(
  position: bigint,
  value: bigint,
  positionAfter: bigint,
  valueAfter: bigint,
): boolean {
  if (value <= 0n || valueAfter < 0n || position < 0n !== positionAfter < 0n) return false;
  const size = abs(positionAfter);
  if (size === 0n) return true;
  return uint((size - 1n) * value) <= uint(abs(position) * (valueAfter + 1n));
}

/** |q|·p/N; MAX_UINT256 for N ≤ 0. Down. WAD. */
export function leverageDown(position: bigint, price: bigint, value: bigint): bigint {
  if (value <= 0n) return MAX_UINT256;
  return divDown(uint(abs(position) * price), value);
}

/** maintenance·|q|·p. Up. BaseToken, WAD. */
export function maintenanceUp(position: bigint, price: bigint, risk: RiskTerms): bigint {
  return divUp(uint(abs(position) * price * risk.maintenanceMargin), WAD * WAD);
}

/** Whether anyone may liquidate: N < maintenance·|q|·p at mid. */
export function isLiquidatable(position: bigint, value: bigint, price: bigint, risk: RiskTerms): boolean {
  return position !== 0n && value < maintenanceUp(position, price, risk);
}

/** The least amount that a liquidation must close to restore the initial margin. Up. Units, WAD. */
export function liquidationUp(position: bigint, value: bigint, around: Conditions, risk: RiskTerms): bigint {
  const size = abs(position);
  const { price, depth, costRate } = around;
  const initial = divUp(WAD * WAD, risk.maxLeverage);
  const skew = position < 0n ? -around.skew : around.skew;
  const b = int(initial + divFloor(int(skew * WAD), depth) - (costRate + risk.rewardRate));
  if (b <= 0n) return size;
  const left = int(value - risk.liquidationReward);
  const missing = int(divUp(uint(initial * size), WAD) - divFloor(int(left * WAD), price));
  if (missing <= 0n) return 0n;
  if (missing >= int(2n * size)) return size;
  const discriminant = int(int(b * b) - divCeil(int(2n * missing * WAD * WAD), depth));
  if (discriminant < 0n) return size;
  const amount = divUp(uint(2n * missing * WAD), uint(b + sqrtDown(discriminant)));
  if (amount >= size) return size;
  const rest = divDown(uint((size - amount) * price * initial), WAD * WAD);
  return rest < risk.minMargin ? size : amount;
}

/** min(R₀ + ρ·p·amount, maintenance·p·|q|). Down. BaseToken, WAD. */
export function liquidationRewardDown(
  position: bigint,
  amount: bigint,
  price: bigint,
  risk: RiskTerms,
): bigint {
  const reward = uint(risk.liquidationReward + divDown(uint(amount * price * risk.rewardRate), WAD * WAD));
  const most = divDown(uint(abs(position) * price * risk.maintenanceMargin), WAD * WAD);
  return reward < most ? reward : most;
}

/** The mid price from which on anyone may liquidate; 0 when no price does it. Up for a long, Down for a short. WAD. */
export function liquidationPrice(
  position: bigint,
  cash: bigint,
  fundingIndex: bigint,
  risk: RiskTerms,
): bigint {
  if (position === 0n) return 0n;
  const owed = int(int(position * fundingIndex) - int(cash * WAD));
  const { maintenanceMargin } = risk;
  if (position > 0n) {
    return owed <= 0n ? 0n : mulDivUp(owed, WAD, uint(position * uint(WAD - maintenanceMargin)));
  }
  return owed >= 0n ? 0n : mulDivDown(-owed, WAD, uint(abs(position) * (WAD + maintenanceMargin)));
}
