// The worlds that vectors come from. test/solidity/ModelReplay.t.sol has a test for each.
import { WAD } from "../../../sdk/math/FixedPoint.ts";
import { parts, TERMS, type Terms } from "../operations/terms.ts";

const [ordinary, lowPrice, sixDecimals] = TERMS;

/** A price near the highest, a narrow and dear market, custody near what its field holds, and soon protocolFees too. */
const highPrice: Terms = {
  price: 9n * 10n ** 25n,
  decimals: 18,
  seed: 79n * 10n ** 9n * WAD,
  pricing: {
    ...ordinary.pricing,
    depth: 3_000n * WAD,
    tradeFee: parts(100_000),
    protocolShare: WAD,
    maxFundingRate: parts(500_000),
  },
  risk: { ...ordinary.risk, maxLeverage: 5n * WAD, maintenanceMargin: parts(150_000) },
};

/** Positions near the largest, in a market of the widest side and spread. */
const wide: Terms = {
  price: 10n ** 12n,
  decimals: 18,
  seed: 6n * 10n ** 5n * WAD,
  pricing: {
    ...lowPrice.pricing,
    depth: 3n * 10n ** 30n,
    maxHalfSpread: parts(65_000),
    maxFundingRate: parts(500_000),
  },
  risk: { ...lowPrice.risk, skewCap: parts(10_000) },
};

/** Where paths come from. */
export interface WorldTerms {
  /** When a path begins. Seconds since 1970. */
  start: bigint;
  /** Of its markets: each new one takes one of these. Their BaseToken is the same. */
  terms: Terms[];
}

const START = 2_000_000_000n;
/** So late that a long path comes to the last second that a market can store. */
const LATE = 2n ** 32n - 70_000_000n;

export const WORLDS: Record<string, WorldTerms> = {
  ordinary: {
    start: START,
    terms: [ordinary, { ...ordinary, price: 5n * 10n ** 7n * WAD, seed: 10n ** 9n * WAD }],
  },
  lowPrice: { start: START, terms: [lowPrice] },
  sixDecimals: { start: START, terms: [sixDecimals] },
  edges: { start: LATE, terms: [highPrice, wide] },
};

/** A rebalance with a reward of which less has come back than within the market's rebalanceWindow: the schedule's interval is longer. */
export const REFILLED = "rebalance with a reward that comes back within its interval";

/** What must have been done, not only refused, somewhere in enough vectors. */
export const ESSENTIAL = Object.entries({
  house: [
    ...[
      "trade",
      "close",
      "execute",
      "movePoolCash",
      "liquidate",
      "deleverage",
      "settle",
      "reckon",
      "conclude",
    ],
    ...["syncNow", "previewTrade", "collectFees", "setReduceOnly"],
  ],
  token: ["deposit", "mint", "redeem", "withdraw", "rebalance"],
  pool: ["deposit", "mint", "requestRedeem", "execute", "redeem", "withdraw"],
})
  .flatMap(([owner, names]) => names.map((name) => `${name} of the ${owner}`))
  .concat(REFILLED);
