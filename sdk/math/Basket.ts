// Twin of contracts/libraries/Basket.sol.
import { divDown, divUp, mulDivDown, mulDivUp, WAD } from "./FixedPoint.ts";

/** Σ unitsᵢ·priceᵢ / divisor. WAD. */
export function levelDown(total: bigint, divisor: bigint): bigint {
  return divDown(total, divisor);
}

/** The half-spread of all parts, each weighted by its value. WAD. */
export function halfSpreadUp(spreads: bigint, total: bigint): bigint {
  return divUp(spreads, total);
}

/** Which part of the total a value is. WAD. */
export function weightUp(value: bigint, total: bigint): bigint {
  return mulDivUp(value, WAD, total);
}

/** The divisor at which a total is a level. WAD. */
export function divisorDown(total: bigint, level: bigint): bigint {
  return divDown(total, level);
}

/** The divisor after a reconstitution at the same prices. */
export function rebasedDown(divisor: bigint, totalAfter: bigint, totalBefore: bigint): bigint {
  return mulDivDown(divisor, totalAfter, totalBefore);
}
