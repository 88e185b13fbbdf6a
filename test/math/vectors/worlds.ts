// The worlds that vectors come from. test/solidity/ModelReplay.t.sol has a test for each.
import { WAD } from "../../../sdk/math/FixedPoint.ts";
import { parts, TERMS, type Terms } from "../operations/terms.ts";

const [ordinary, lowPrice, sixDecimals] = TERMS;

/** A price near the highest, a narrow market, and custody and protocolFees near what their fields hold. */
const highPrice: Terms = {
  price: 9n * 10n ** 25n,
  decimals: 18,
  seed: 79n * 10n ** 9n * WAD,
  pricing: { ...ordinary.pricing, depth: 3_000n * WAD, tradeFee: parts(10_000), protocolShare: WAD },
  risk: { ...ordinary.risk, maxLeverage: 10n * WAD, maintenanceMargin: parts(50_000) },
};

/** Positions near the largest, in a market of the widest side. */
const wide: Terms = {
  price: 10n ** 12n,
  decimals: 18,
  seed: 6n * 10n ** 5n * WAD,
  pricing: { ...lowPrice.pricing, depth: 3n * 10n ** 30n },
  risk: { ...lowPrice.risk, skewCap: parts(10_000) },
};

/** By name, the terms of the markets of a world, of which each new one takes one. Their BaseToken is the same. */
export const WORLDS: Record<string, Terms[]> = {
  ordinary: [ordinary, { ...ordinary, price: 5n * 10n ** 7n * WAD, seed: 10n ** 9n * WAD }],
  lowPrice: [lowPrice],
  sixDecimals: [sixDecimals],
  edges: [highPrice, wide],
};

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
    ...["sync", "previewTrade", "collectFees", "setReduceOnly"],
  ],
  token: ["deposit", "mint", "redeem", "withdraw", "rebalance"],
  pool: ["deposit", "mint", "requestRedeem", "execute", "redeem", "withdraw"],
}).flatMap(([owner, names]) => names.map((name) => `${name} of the ${owner}`));
