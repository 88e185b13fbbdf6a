// Ready-made overrides of deploy/parameters/local.json5.
import type { Overrides } from "./parameters.ts";

/**
 * The smallest fees, the largest depth and no funding, where the design's examples come out to 1e-9: for deployLocal.
 *
 * The budget of rebalances, tradeFee · depth, is then 5,192 units per window.
 */
export const FRICTIONLESS = {
  sources: { ETH: { halfSpread: "0" } },
  terms: {
    standard: {
      depth: "5192296858534827.628530496329220095",
      tradeFee: "0.000000000001",
      fundingVelocity: "0",
      skewCap: "0.000005",
    },
  },
  policies: { continuous: { streamingFee: "0" }, daily: { streamingFee: "0" } },
} satisfies Overrides;

/** The local deployment without the AI index: smaller, for what has no use for it. */
export const WITHOUT_AI = {
  sources: {
    FET: undefined,
    RENDER: undefined,
    TAO: undefined,
    NEAR: undefined,
    GRT: undefined,
    AKT: undefined,
    WLD: undefined,
    AIX: undefined,
  },
  markets: { AIXDAI: undefined },
  tokens: { "2XLONG_AIXDAI": undefined, "3XLONG_AIXDAI": undefined, "2XSHORT_AIXDAI": undefined },
} satisfies Overrides;
