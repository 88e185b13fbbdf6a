// Twin of contracts/libraries/Margin.sol.
import { abs, divDown, divUp, int, MAX_UINT256, mulDivUp, mulWadFloor, uint, WAD } from "./FixedPoint.ts";
import { type Conditions, feeUp, impact } from "./Impact.ts";
import type { RiskTerms } from "./MarketParams.ts";

/** N = q·x + c at mid. Floor. BaseToken, WAD, signed. */
export function valueFloor(position: bigint, cash: bigint, positionPrice: bigint): bigint {
  return int(mulWadFloor(position, positionPrice) + cash);
}

/** N_exit = N − I(s, −q) − φ·p·|q|. Floor. BaseToken, WAD, signed. */
export function exitValueFloor(value: bigint, position: bigint, around: Conditions): bigint {
  const { price, skew, depth, costRate } = around;
  return int(value - impact(price, skew, int(-position), depth) - feeUp(price, position, costRate));
}

/** What min(N, N_exit) must reach: |q|·p/maxLeverage, and at least minMargin. Up. BaseToken, WAD. */
export function requirementUp(position: bigint, price: bigint, risk: RiskTerms): bigint {
  const initial = divUp(uint(abs(position) * price), risk.maxLeverage);
  return initial > risk.minMargin ? initial : risk.minMargin;
}

/** Whether an account may be left as it is after an opening trade or a payment. */
export function isSufficient(position: bigint, value: bigint, around: Conditions, risk: RiskTerms): boolean {
  const exit = exitValueFloor(value, position, around);
  return (value < exit ? value : exit) >= requirementUp(position, around.price, risk);
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

/** Whether anyone may liquidate: N < maintenance·|q|·p at mid. */
export function isLiquidatable(position: bigint, value: bigint, price: bigint, risk: RiskTerms): boolean {
  const required = mulDivUp(uint(abs(position) * price), risk.maintenanceMargin, WAD * WAD);
  return position !== 0n && value < required;
}
