// Twin of contracts/libraries/TokenAdmission.sol: which leverages and policies make a token.
import { ContractError } from "./ContractError.ts";
import { abs, divDown, mulWadUp, uint, WAD } from "./FixedPoint.ts";
import type { RiskTerms } from "./MarketParams.ts";
import { NEVER, type Policy } from "./Policy.ts";

export const STEP = WAD / 10n;

/** Throws what is out of bounds: the market must carry |L|·(1 + emergencyBand), and no reward is above a band that brings it. */
export function check(risk: RiskTerms, leverage: bigint, policy: Policy): void {
  const size = abs(leverage);
  const emergency = policy.emergencyBand;
  const worst = mulWadUp(size, uint(WAD + emergency));
  const inSteps = (size >= 11n * STEP || leverage === -WAD) && size <= 10n * WAD && size % STEP === 0n;
  if (!inSteps || worst > risk.maxLeverage) {
    throw new ContractError("LeveragedToken_LeverageOutOfBounds", [leverage, worst, risk.maxLeverage]);
  }
  between("emergencyBand", emergency, WAD / 10n, 5n * WAD);
  if (policy.upperBand !== NEVER) between("upperBand", policy.upperBand, 0n, emergency);
  if (policy.lowerBand !== NEVER) between("lowerBand", policy.lowerBand, 0n, (9n * WAD) / 10n);
  if (policy.mintBurnBand !== NEVER) between("mintBurnBand", policy.mintBurnBand, 0n, emergency);
  between("maxImpact", policy.maxImpact, 1n, WAD);
  const { interval } = policy;
  if (interval !== 0n) between("interval", interval, 3_600n, 30n * 86_400n);
  between("offset", policy.offset, 0n, interval === 0n ? 0n : interval - 1n);
  between("rewardCap", policy.rewardCap, 0n, mostReward(policy.upperBand, policy.lowerBand));
  between("mintFee", policy.mintFee, 0n, WAD / 100n);
  between("burnFee", policy.burnFee, 0n, WAD / 100n);
  between("streamingFee", policy.streamingFee, 0n, WAD / 20n);
}

/** The highest rewardCap beside these bands. */
export function mostReward(upperBand: bigint, lowerBand: bigint): bigint {
  const band = upperBand < lowerBand ? upperBand : lowerBand;
  return band < WAD / 100n ? band : WAD / 100n;
}

/** Whole and tenth of |L|, for a token's name. Exact, as leverage comes in steps of a tenth. */
export function tenths(leverage: bigint): { whole: bigint; tenth: bigint } {
  const size = abs(leverage);
  return { whole: divDown(size, WAD), tenth: divDown(size % WAD, STEP) };
}

/** Throws when `value` is outside [least, most]. */
export function between(name: string, value: bigint, least: bigint, most: bigint): void {
  if (value < least || value > most) {
    throw new ContractError("LeveragedToken_PolicyOutOfBounds", [name, value, least, most]);
  }
}
