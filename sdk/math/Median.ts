// Twin of contracts/libraries/Median.sol.
import { divDown, mulDivUp, WAD } from "./FixedPoint.ts";

/** The middle one of three. */
export function middle(a: bigint, b: bigint, c: bigint): bigint {
  const [low, high] = a > b ? [b, a] : [a, b];
  if (high <= c) return high;
  return low > c ? low : c;
}

/** ⌊(a + b)/2⌋. */
export function meanDown(a: bigint, b: bigint): bigint {
  return divDown(a + b, 2n);
}

/** How far two prices are from each other, as a part of the lower one. WAD. */
export function divergenceUp(a: bigint, b: bigint): bigint {
  const [low, high] = a < b ? [a, b] : [b, a];
  return mulDivUp(high - low, WAD, low);
}

/** How far both prices are from their mean, as a part of it. WAD. */
export function halfGapUp(a: bigint, b: bigint): bigint {
  const gap = a < b ? b - a : a - b;
  return mulDivUp(gap, WAD, a + b);
}
