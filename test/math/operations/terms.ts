// The markets of random paths, and how their prices move.
import { WAD } from "../../../sdk/math/FixedPoint.ts";
import type { PricingTerms, RiskTerms } from "../../../sdk/math/MarketParams.ts";
import type { MarketState, Reading } from "../../../sdk/math/Venue.ts";
import type { Random } from "../random.ts";

/** What a market of a path is made from. */
export interface Terms {
  price: bigint;
  decimals: 18 | 6;
  /** In the BaseToken's own decimals. */
  seed: bigint;
  pricing: PricingTerms;
  risk: RiskTerms;
}

export const parts = (millionths: number) => BigInt(millionths) * 10n ** 12n;

const pricing: PricingTerms = {
  depth: 100_000n * WAD,
  tradeFee: parts(1_000),
  maxHalfSpread: parts(5_000),
  protocolShare: parts(100_000),
  fundingVelocity: parts(3_000_000),
  maxFundingRate: parts(100_000),
  withdrawalDelay: 3_600n,
};

const risk: RiskTerms = {
  minMargin: 40n * WAD,
  liquidationReward: 10n * WAD,
  maxLeverage: 20n * WAD,
  maintenanceMargin: parts(40_000),
  skewCap: parts(25_000),
  openShare: parts(800_000),
  deleverageShare: parts(1_000_000),
  rewardRate: parts(5_000),
  exitFee: parts(1_000),
  rebalanceWindow: 3_600n,
  baseDecimals: 18n,
};

/** An ordinary market; one of low leverage near the lowest price; one with a BaseToken of 6 decimals and a high price. */
export const TERMS: Terms[] = [
  { price: 2_000n * WAD, decimals: 18, seed: 10_000_000n * WAD, pricing, risk },
  {
    price: 3n * 10n ** 12n,
    decimals: 18,
    seed: 100_000n * WAD,
    pricing: { ...pricing, depth: 10n ** 11n * WAD, tradeFee: 10n ** 6n, protocolShare: WAD },
    risk: {
      ...risk,
      minMargin: parts(1),
      liquidationReward: 0n,
      maxLeverage: 2n * WAD,
      maintenanceMargin: parts(400_000),
      skewCap: parts(290_000),
    },
  },
  {
    price: 50_000n * WAD,
    decimals: 6,
    seed: 10n ** 9n * 10n ** 6n,
    pricing: { ...pricing, depth: 3_000_000n * WAD, protocolShare: 0n },
    risk: { ...risk, baseDecimals: 6n, rebalanceWindow: 86_400n },
  },
];

/** The next answer of the price source: mostly a step from the last price, sometimes one that must be refused. */
export function reading(random: Random, state: MarketState, start: bigint, time: bigint): Reading {
  const last = state.market.price;
  const step = random.pick(
    0n,
    parts(random.below(2_000)),
    parts(random.below(50_000)),
    parts(random.below(400_000)),
  );
  // Back toward where the market began, so that a path doesn't end at an extreme.
  const rises = random.chance(4) ? last < start : random.chance(2);
  const price = (last * (rises ? WAD + step : WAD - step)) / WAD;
  const halfSpread = random.pick(0n, parts(random.below(4_000)) + 1n, random.chance(10) ? parts(20_000) : 0n);
  const answer = { price, halfSpread, updatedAt: time - BigInt(random.pick(0, 0, 0, 1, random.below(600))) };
  if (random.chance(60)) answer.price = random.pick(0n, 10n ** 12n - 1n, 10n ** 26n + 1n);
  if (random.chance(60)) answer.updatedAt = time + 1n;
  if (random.chance(60)) answer.updatedAt = time - random.log(1n, 2n ** 30n);
  return answer;
}

/** Prices that tokens mostly survive. */
export function mildReading(random: Random, state: MarketState, start: bigint, time: bigint): Reading {
  const last = state.market.price;
  const step = parts(
    random.below(random.pick(1, 2_000, 2_000, 20_000, random.pick(20_000, 60_000, 300_000))),
  );
  const rises = random.chance(4) ? last < start : random.chance(2);
  const price = random.chance(60) ? 0n : (last * (rises ? WAD + step : WAD - step)) / WAD;
  const halfSpread = random.pick(0n, parts(random.below(4_000)), random.chance(20) ? parts(20_000) : 0n);
  return { price, halfSpread, updatedAt: time - BigInt(random.pick(0, 0, 0, 1)) };
}
