// Twin of contracts/libraries/Feed.sol.
import { MAX_UINT256 } from "./FixedPoint.ts";

/** The most decimals that a feed may have. */
export const MAX_DECIMALS = 38n;

/** ⌊answer · 10^18 / 10^decimals⌋ of a price feed's answer; the largest number if that is too large. WAD. */
export function toWadDown(answer: bigint, decimals: bigint): bigint {
  if (decimals > 18n) return answer / 10n ** (decimals - 18n);
  const scaled = answer * 10n ** (18n - decimals);
  return scaled > MAX_UINT256 ? MAX_UINT256 : scaled;
}
