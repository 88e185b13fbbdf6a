/** Stands for a band that never triggers. */
export const NEVER = 2n ** 256n - 1n;

/** When a token rebalances and what it charges. Bands, fees and amounts are WAD, times seconds. */
export interface PolicyFields {
  mintBurnBand: bigint;
  upperBand: bigint;
  lowerBand: bigint;
  emergencyBand: bigint;
  maxImpact: bigint;
  interval: bigint;
  offset: bigint;
  rewardBase: bigint;
  rewardSlope: bigint;
  rewardCap: bigint;
  mintFee: bigint;
  burnFee: bigint;
  streamingFee: bigint;
}

// Temporary: another helper's sdk/math/Policy.ts replaces this file.
export function packPolicy(f: PolicyFields): bigint {
  const e = (n: bigint) => 10n ** n;
  const band = (value: bigint) => (value === NEVER ? 65535n * e(14n) : value);
  const fields: [bigint, number, bigint][] = [
    [band(f.mintBurnBand), 16, e(14n)],
    [band(f.upperBand), 16, e(14n)],
    [band(f.lowerBand), 16, e(14n)],
    [f.emergencyBand, 16, e(14n)],
    [f.maxImpact, 16, e(14n)],
    [f.interval, 24, 1n],
    [f.offset, 24, 1n],
    [f.rewardBase, 32, e(14n)],
    [f.rewardSlope, 32, e(14n)],
    [f.rewardCap, 16, e(12n)],
    [f.mintFee, 16, e(12n)],
    [f.burnFee, 16, e(12n)],
    [f.streamingFee, 16, e(12n)],
  ];
  let [word, shift] = [0n, 0n];
  for (const [value, bits, unit] of fields) {
    const raw = value / unit;
    if (value < 0n || value % unit !== 0n || raw >> BigInt(bits) !== 0n)
      throw new RangeError(`a policy can't hold ${value}`);
    word |= raw << shift;
    shift += BigInt(bits);
  }
  return word;
}
