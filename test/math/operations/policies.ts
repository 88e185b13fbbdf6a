// The tokens of random paths.
import { WAD } from "../../../sdk/math/FixedPoint.ts";
import { NEVER, type Policy } from "../../../sdk/math/Policy.ts";
import { check } from "../../../sdk/math/TokenAdmission.ts";
import type { MarketState } from "../../../sdk/math/Venue.ts";
import type { Random } from "../random.ts";
import { parts } from "./terms.ts";

const continuous: Policy = {
  mintBurnBand: parts(10_000),
  upperBand: parts(100_000),
  lowerBand: parts(100_000),
  emergencyBand: parts(600_000),
  maxImpact: parts(5_000),
  interval: 0n,
  offset: 0n,
  rewardBase: parts(100_000),
  rewardSlope: WAD,
  rewardCap: parts(1_000),
  mintFee: parts(1_000),
  burnFee: parts(2_000),
  streamingFee: parts(20_000),
};

const daily: Policy = {
  ...continuous,
  mintBurnBand: NEVER,
  upperBand: parts(330_000),
  lowerBand: NEVER,
  interval: 86_400n,
  offset: 120n,
  mintFee: 0n,
  burnFee: 0n,
};

/** A token's leverage and policy: one of the usual two, or anything that the market accepts. */
export function kindOf(random: Random, state: MarketState): [bigint, Policy] {
  for (;;) {
    const leverage = random.leverage();
    const policy = random.pick(continuous, continuous, daily, random.tokenPolicy());
    try {
      check(state.params.risk, leverage, policy);
      return [leverage, policy];
    } catch {}
  }
}
