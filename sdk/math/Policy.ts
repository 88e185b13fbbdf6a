// Twin of contracts/types/Policy.sol, where each field is explained.
import { type Layout, packWord, unpackWord } from "./words.ts";

export { NEVER } from "./words.ts";

/** When and how a LeveragedToken rebalances, and what it charges. WAD; a band may be NEVER. */
export interface Policy {
  mintBurnBand: bigint;
  upperBand: bigint;
  lowerBand: bigint;
  emergencyBand: bigint;
  maxImpact: bigint;
  /** Seconds; 0 for none. */
  interval: bigint;
  /** Seconds. */
  offset: bigint;
  rewardBase: bigint;
  /** Per day overdue, or per 100 % beyond a band. */
  rewardSlope: bigint;
  rewardCap: bigint;
  mintFee: bigint;
  burnFee: bigint;
  /** Per year. */
  streamingFee: bigint;
}

export const POLICY_LAYOUT: Layout<keyof Policy> = {
  mintBurnBand: { bits: 16, step: 10n ** 14n, never: true },
  upperBand: { bits: 16, step: 10n ** 14n, never: true },
  lowerBand: { bits: 16, step: 10n ** 14n, never: true },
  emergencyBand: { bits: 16, step: 10n ** 14n },
  maxImpact: { bits: 16, step: 10n ** 14n },
  interval: { bits: 24 },
  offset: { bits: 24 },
  rewardBase: { bits: 32, step: 10n ** 14n },
  rewardSlope: { bits: 32, step: 10n ** 14n },
  rewardCap: { bits: 16, step: 10n ** 12n },
  mintFee: { bits: 16, step: 10n ** 12n },
  burnFee: { bits: 16, step: 10n ** 12n },
  streamingFee: { bits: 16, step: 10n ** 12n },
};

/** Packs a policy; a FieldError for a value that doesn't fit exactly. */
export const packPolicy = (policy: Policy): bigint => packWord(POLICY_LAYOUT, policy);

export const unpackPolicy = (word: bigint): Policy => unpackWord(POLICY_LAYOUT, word);
