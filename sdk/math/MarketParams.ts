/** How a market prices and funds. Amounts, fractions and rates are WAD, times seconds. */
export interface PricingFields {
  depth: bigint;
  tradeFee: bigint;
  maxHalfSpread: bigint;
  protocolShare: bigint;
  fundingVelocity: bigint;
  maxFundingRate: bigint;
  withdrawalDelay: bigint;
}

/** What a market demands. Amounts and fractions are WAD, times seconds. */
export interface RiskFields {
  minMargin: bigint;
  liquidationReward: bigint;
  maxLeverage: bigint;
  maintenanceMargin: bigint;
  skewCap: bigint;
  openShare: bigint;
  deleverageShare: bigint;
  rewardRate: bigint;
  exitFee: bigint;
  rebalanceWindow: bigint;
  baseDecimals: bigint;
}

// Temporary: another helper's sdk/math/MarketParams.ts replaces this file.
function pack(fields: [name: string, value: bigint, bits: number, unit: bigint][]): bigint {
  let [word, shift] = [0n, 0n];
  for (const [name, value, bits, unit] of fields) {
    const raw = value / unit;
    if (value < 0n || value % unit !== 0n || raw >> BigInt(bits) !== 0n)
      throw new RangeError(`${name} can't be ${value}`);
    word |= raw << shift;
    shift += BigInt(bits);
  }
  return word;
}

export function packMarketParams(f: PricingFields & RiskFields): { pricing: bigint; risk: bigint } {
  return {
    pricing: pack([
      ["depth", f.depth, 112, 1n],
      ["tradeFee", f.tradeFee, 40, 10n ** 6n],
      ["maxHalfSpread", f.maxHalfSpread, 16, 10n ** 12n],
      ["protocolShare", f.protocolShare, 16, 10n ** 14n],
      ["fundingVelocity", f.fundingVelocity, 24, 10n ** 12n],
      ["maxFundingRate", f.maxFundingRate, 24, 10n ** 12n],
      ["withdrawalDelay", f.withdrawalDelay, 24, 1n],
    ]),
    risk: pack([
      ["minMargin", f.minMargin, 40, 10n ** 12n],
      ["liquidationReward", f.liquidationReward, 40, 10n ** 12n],
      ["maxLeverage", f.maxLeverage, 16, 10n ** 16n],
      ["maintenanceMargin", f.maintenanceMargin, 24, 10n ** 12n],
      ["skewCap", f.skewCap, 24, 10n ** 12n],
      ["openShare", f.openShare, 16, 10n ** 14n],
      ["deleverageShare", f.deleverageShare, 16, 10n ** 14n],
      ["rewardRate", f.rewardRate, 24, 10n ** 12n],
      ["exitFee", f.exitFee, 24, 10n ** 12n],
      ["rebalanceWindow", f.rebalanceWindow, 24, 1n],
      ["baseDecimals", f.baseDecimals, 8, 1n],
    ]),
  };
}
