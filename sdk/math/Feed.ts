const MAX_UINT256 = 2n ** 256n - 1n;

/** ⌊answer · 10^18 / 10^decimals⌋ of a price feed's answer; the largest number if that is too large. */
export function toWadDown(answer: bigint, decimals: bigint): bigint {
  if (decimals > 18n) return answer / 10n ** (decimals - 18n);
  const scaled = answer * 10n ** (18n - decimals);
  return scaled > MAX_UINT256 ? MAX_UINT256 : scaled;
}
