// Twin of contracts/libraries/FixedPoint.sol. Unsigned functions say Up or Down, signed ones Floor or Ceil.
//
// Where Solidity computes unchecked, since the ranges stated there leave no room for an overflow, the twins check all the
// same: an input within the ranges that overflows after all shows as a difference.
import { divisionByZero, overflow } from "./ContractError.ts";

/** 1 in the house unit. */
export const WAD = 10n ** 18n;

export const MAX_UINT256 = 2n ** 256n - 1n;
export const MAX_INT256 = 2n ** 255n - 1n;
export const MIN_INT256 = -(2n ** 255n);

/** The value, as Solidity's checked arithmetic lets it be a uint256. */
export function uint(value: bigint): bigint {
  if (value < 0n || value > MAX_UINT256) throw overflow();
  return value;
}

/** The value, as Solidity's checked arithmetic lets it be an int256. */
export function int(value: bigint): bigint {
  if (value < MIN_INT256 || value > MAX_INT256) throw overflow();
  return value;
}

/** ⌊a·b/d⌋; the product may be of 512 bits. */
export function mulDivDown(a: bigint, b: bigint, d: bigint): bigint {
  if (d === 0n) throw divisionByZero();
  return uint((a * b) / d);
}

/** ⌈a·b/d⌉; the product may be of 512 bits. */
export function mulDivUp(a: bigint, b: bigint, d: bigint): bigint {
  const quotient = mulDivDown(a, b, d);
  return (a * b) % d === 0n ? quotient : uint(quotient + 1n);
}

/** ⌊a/d⌋ of a signed a. */
export function divFloor(a: bigint, d: bigint): bigint {
  if (d === 0n) throw divisionByZero();
  const quotient = int(a / d);
  return a % d !== 0n && a < 0n !== d < 0n ? quotient - 1n : quotient;
}

/** ⌈a/d⌉ of a signed a. */
export function divCeil(a: bigint, d: bigint): bigint {
  if (d === 0n) throw divisionByZero();
  const quotient = int(a / d);
  return a % d !== 0n && a < 0n === d < 0n ? quotient + 1n : quotient;
}

/** ⌊a/d⌋. */
export function divDown(a: bigint, d: bigint): bigint {
  if (d === 0n) throw divisionByZero();
  return a / d;
}

/** ⌈a/d⌉. */
export function divUp(a: bigint, d: bigint): bigint {
  if (d === 0n) throw divisionByZero();
  return a === 0n ? 0n : (a - 1n) / d + 1n;
}

/** ⌊a·b⌋ of two WADs. */
export function mulWadDown(a: bigint, b: bigint): bigint {
  return uint(a * b) / WAD;
}

/** ⌈a·b⌉ of two WADs. */
export function mulWadUp(a: bigint, b: bigint): bigint {
  return divUp(uint(a * b), WAD);
}

/** ⌊a·b⌋ of two signed WADs. */
export function mulWadFloor(a: bigint, b: bigint): bigint {
  return divFloor(int(a * b), WAD);
}

/** ⌈a·b⌉ of two signed WADs. */
export function mulWadCeil(a: bigint, b: bigint): bigint {
  return divCeil(int(a * b), WAD);
}

/** The largest multiple of `step` that is at most a. */
export function stepDown(a: bigint, step: bigint): bigint {
  if (step === 0n) throw divisionByZero();
  return a - (a % step);
}

/** The smallest multiple of `step` that is at least a. */
export function stepUp(a: bigint, step: bigint): bigint {
  return uint(divUp(a, step) * step);
}

/** ⌊√a⌋, by Newton's method from above. */
export function sqrtDown(a: bigint): bigint {
  if (a < 2n) return a;
  let root = 1n << BigInt((a.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + a / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** ⌈√a⌉. */
export function sqrtUp(a: bigint): bigint {
  const root = sqrtDown(a);
  return root * root === a ? root : root + 1n;
}

/** ⌈√(b² + growth)⌉ of a sum that is at least 0. */
export const rootUp = (b: bigint, growth: bigint): bigint => sqrtUp(uint(b * b + growth));

/** |a|. */
export function abs(a: bigint): bigint {
  return a < 0n ? -a : a;
}

/** |a| with the sign of `like`. */
export function withSign(a: bigint, like: bigint): bigint {
  return int(like < 0n ? -a : a);
}
