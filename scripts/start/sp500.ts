// More than 1,000 days of real closes of the S&P 500, with a 3x long and a 3x short token that rebalance at each close.
import { readFileSync } from "node:fs";
import { parseUnits } from "ethers";
import type { Overrides } from "../../deploy/index.ts";
import type { Day } from "./days.ts";
import { NOTHING } from "./nothing.ts";
import { type Story, tell } from "./report.ts";

/** When a day's price is set and the tokens become due: 21:00 UTC, in seconds. */
const CLOSE = 75_600;

/** The policy of both tokens: the daily one of deploy/parameters/local.json5, at the close, with a smaller reward. */
const policies = { daily: { offset: CLOSE, rewardSlope: "1" } } satisfies Overrides["policies"];

/** How many DAI the pool begins with. */
const SEED = "5000000";

const overrides = (firstPrice: string): Overrides => ({
  ...NOTHING,
  sources: {
    ...NOTHING.sources,
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
    ...NOTHING.markets,
    SPXDAI: { baseToken: "DAI", source: "SPX", terms: "standard", seed: SEED },
  },
  tokens: {
    ...NOTHING.tokens,
    "3XLONG_SPXDAI": { market: "SPXDAI", leverage: "3", policy: "daily" },
    "3XSHORT_SPXDAI": { market: "SPXDAI", leverage: "-3", policy: "daily" },
  },
});

function readDays(): Day[] {
  const text = readFileSync(new URL("../../data/sp500.csv", import.meta.url), "utf8");
  const rows = text.trim().split("\n").slice(1);
  return rows.map((line) => {
    const [date, close] = line.split(",");
    return { date, closes: { SPX: parseUnits(close, 8) } };
  });
}

export async function thousandDays(): Promise<void> {
  const days = readDays();
  const [first, last] = [days[0], days[days.length - 1]];
  const cents = (first.closes.SPX / 10n ** 6n).toString();
  const story: Story = {
    heading: `3. ${days.length.toLocaleString("en")} days of the S&P 500, rebalanced at each close`,
    lines: [
      `${first.date} to ${last.date}: each close goes into the feed, and a keeper rebalances a 3x long and`,
      "a 3x short token. Holders come and go, a hedger takes most of the skew. Closes: data/sp500.csv.",
    ],
    underlying: "the S&P 500",
    daysOfYear: 252,
    leverages: { "3XLONG_SPXDAI": 3, "3XSHORT_SPXDAI": -3 },
    unexplained: 0.005,
    picture: { file: "cache/sp500.svg", title: "S&P 500 at 3x, rebalanced at each close", name: "S&P 500" },
  };
  await tell(story, {
    market: "SPXDAI",
    days,
    overrides: overrides(`${cents.slice(0, -2)}.${cents.slice(-2)}`),
    closeAt: CLOSE,
    visits: "close",
  });
}
