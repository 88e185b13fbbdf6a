// Twin of contracts/libraries/Feed.sol.
import { divUp, MAX_UINT256, uint, WAD } from "./FixedPoint.ts";

/** The most decimals that a feed may have. */
export const MAX_DECIMALS = 38n;

/** ⌊answer · 10^18 / 10^decimals⌋ of a price feed's answer; the largest number if that is too large. WAD. */
export function toWadDown(answer: bigint, decimals: bigint): bigint {
  if (decimals > 18n) return answer / 10n ** (decimals - 18n);
  const scaled = answer * 10n ** (18n - decimals);
  return scaled > MAX_UINT256 ? MAX_UINT256 : scaled;
}

/** ⌊value · 10^(18 + exponent)⌋ of a price with an exponent of its own; the largest number if that is too large. WAD. */
export function fromExponentDown(value: bigint, exponent: bigint): bigint {
  if (value === 0n || exponent < -56n) return 0n;
  if (exponent > 39n) return MAX_UINT256;
  const power = 18n + exponent;
  return power < 0n ? value / 10n ** -power : value * 10n ** power;
}

/** ⌈deviation/value⌉: a confidence as a half-spread. WAD. */
export function spreadUp(deviation: bigint, value: bigint): bigint {
  return divUp(uint(deviation * WAD), value);
}
