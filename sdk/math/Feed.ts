// Twin of contracts/libraries/Feed.sol.
import { divDown, divUp, MAX_UINT256, uint, WAD } from "./FixedPoint.ts";

/** The most decimals that a feed may have. */
export const MAX_DECIMALS = 38n;

/** ⌊answer · 10^18 / 10^decimals⌋ of a price feed's answer; the largest number if that is too large. WAD. */
export function toWadDown(answer: bigint, decimals: bigint): bigint {
  const { factor, divisor } = scaleOf(decimals);
  return scaledDown(answer, factor, divisor);
}

/** What makes an answer WAD: one of the two is 1. */
export const scaleOf = (decimals: bigint): { factor: bigint; divisor: bigint } =>
  decimals > 18n
    ? { factor: 1n, divisor: 10n ** (decimals - 18n) }
    : { factor: 10n ** (18n - decimals), divisor: 1n };

/** ⌊answer · factor / divisor⌋; what is too large gives the largest number. Down. */
export function scaledDown(answer: bigint, factor: bigint, divisor: bigint): bigint {
  const product = answer * factor;
  return product > MAX_UINT256 ? MAX_UINT256 : divDown(product, divisor);
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
