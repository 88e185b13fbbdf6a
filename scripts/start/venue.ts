// A market of the S&P 500 with a 3x long and a 3x short token that rebalance at each close.
import type { Overrides } from "../../deploy/index.ts";

/** When a day's price is set and the tokens become due: 21:00 UTC, in seconds. */
export const CLOSE = 75_600;

/** The policy of both tokens: the daily one of deploy/parameters/local.json5, at the close, with a smaller reward. */
const policies = { daily: { offset: CLOSE, rewardSlope: "1" } } satisfies Overrides["policies"];

/** How many DAI the pool begins with. */
export const SEED = "5000000";

export const overrides = (firstPrice: string): Overrides => ({
  baseTokens: { USDC: undefined },
  sources: {
    ETH: undefined,
    SPX: {
      feed: { decimals: 8, description: "S&P 500", answer: firstPrice },
      underlying: "SPX",
      maxAge: 86_400,
      halfSpread: "0.0002",
      minPrice: "100",
      maxPrice: "100000",
      deadAfter: 259_200,
    },
  },
  terms: {
    // 40,000 units fill 10 % from mid on average; the budget of rebalances is 100 units an hour.
    standard: { depth: "200000", fundingVelocity: "0.1", maxFundingRate: "0.0005" },
  },
  policies,
  markets: {
    ETHDAI: undefined,
    ETHUSDC: undefined,
    SPXDAI: { baseToken: "DAI", source: "SPX", terms: "standard", seed: SEED },
  },
  tokens: {
    "5XLONG_ETHDAI": undefined,
    "3XSHORT_ETHDAI": undefined,
    "3XLONG_ETHUSDC": undefined,
    "3XLONG_SPXDAI": { market: "SPXDAI", leverage: "3", policy: "daily" },
    "3XSHORT_SPXDAI": { market: "SPXDAI", leverage: "-3", policy: "daily" },
  },
});
