// Local sources, and an index over them, as overrides of the local deployment.
import { parseUnits } from "ethers";
import type { IndexTerms, Overrides } from "../deploy/parameters.ts";
import type { ChainlinkSource, SettableFeed } from "../typechain-types/index.js";
import { DAY } from "./fixture.ts";

/** A source over a settable feed of 8 decimals, a unit of which costs `answer`. */
export const part = (name: string, answer: string, halfSpread = "0.005") => ({
  feed: { decimals: 8, description: `${name} / USD`, answer },
  underlying: name,
  maxAge: DAY,
  halfSpread,
  minPrice: "0.000001",
  maxPrice: "1000000",
  deadAfter: 3 * DAY,
});

/** Three parts of one dollar a unit and one that the basket does not have yet, at a level of 1,000. */
export const BASKET = {
  A: part("A", "2", "0.001"),
  B: part("B", "0.5", "0.002"),
  C: part("C", "40", "0.004"),
  D: part("D", "8", "0.02"),
};

export const INDEX = {
  kind: "index",
  underlying: "IDX",
  units: { A: "100", B: "400", C: "5", D: "0" },
  level: "1000",
  maxWeight: "0.5",
  delay: 4 * DAY,
  deadAfter: 14 * DAY,
} satisfies IndexTerms;

/** The local deployment with an index and a market of it. */
export const withIndex = (index: Partial<IndexTerms> = {}): Overrides => ({
  sources: { ...BASKET, IDX: { ...INDEX, ...index } },
  markets: { IDXDAI: { baseToken: "DAI", source: "IDX", terms: "standard", seed: "1000000" } },
});

interface Priced {
  feeds: Record<string, SettableFeed>;
}

/** Sets the price of a part. */
export const set = ({ feeds }: Priced, name: string, price: string) => feeds[name].set(parseUnits(price, 8));

/** Renews what the feeds say, all but those named. */
export async function renew({ feeds }: Priced, ...but: string[]) {
  for (const [name, feed] of Object.entries(feeds)) {
    if (!but.includes(name)) await feed.set((await feed.latestRoundData())[1]);
  }
}

/** What a part refuses an answer of zero with. */
export const zeroAnswer = ({ sources }: { sources: Record<string, ChainlinkSource> }, round: bigint) =>
  sources.A.interface.encodeErrorResult("ChainlinkSource_ZeroAnswer", [round]);
