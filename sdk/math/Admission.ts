// Twin of contracts/libraries/Admission.sol.
import { MAX_POSITION } from "./Books.ts";
import { ContractError } from "./ContractError.ts";
import { divDown, MAX_UINT256, mulWadUp, WAD } from "./FixedPoint.ts";
import type { MarketParams } from "./MarketParams.ts";

const MAX_UINT24 = 2n ** 24n - 1n;

/** Throws with the name, the value and the bounds of the first parameter that is out of bounds. */
export function check(params: Pick<MarketParams, "pricing" | "risk">, decimals: bigint): void {
  const { pricing, risk } = params;
  between("baseDecimals", risk.baseDecimals, 6n, 18n);
  between("baseDecimals", risk.baseDecimals, decimals, decimals);
  between("depth", pricing.depth, 10n ** 15n, 2n ** 112n - 1n);
  between("tradeFee", pricing.tradeFee, 1n, WAD / 10n);
  between("maxHalfSpread", pricing.maxHalfSpread, 0n, (65n * WAD) / 1000n);
  between("protocolShare", pricing.protocolShare, 0n, WAD);
  between("maxFundingRate", pricing.maxFundingRate, 0n, WAD / 2n);
  between("withdrawalDelay", pricing.withdrawalDelay, 60n, MAX_UINT24);
  between("minMargin", risk.minMargin, 4n * risk.liquidationReward, MAX_UINT256);
  between("minMargin", risk.minMargin, 1n, MAX_UINT256);
  between("maxLeverage", risk.maxLeverage, WAD, 100n * WAD);
  between("skewCap", risk.skewCap, 1n, WAD);
  between("maxPosition", mulWadUp(pricing.depth, risk.skewCap), 1n, MAX_POSITION);
  between("openShare", risk.openShare, 1n, MAX_UINT256);
  between("deleverageShare", risk.deleverageShare, risk.openShare + 1n, MAX_UINT256);
  between("exitFee", risk.exitFee, 0n, WAD / 20n);
  between("rebalanceWindow", risk.rebalanceWindow, 1n, MAX_UINT24);

  const sum = risk.skewCap + pricing.tradeFee + pricing.maxHalfSpread + risk.rewardRate;
  const initial = divDown(WAD * WAD, risk.maxLeverage);
  if (sum > risk.maintenanceMargin || risk.maintenanceMargin >= initial) {
    throw new ContractError("ClearingHouse_UnsafeMargins", [sum, risk.maintenanceMargin, initial]);
  }
}

/** Throws when `value` is outside [least, most]. */
export function between(name: string, value: bigint, least: bigint, most: bigint): void {
  if (value < least || value > most) {
    throw new ContractError("ClearingHouse_ParameterOutOfBounds", [name, value, least, most]);
  }
}
