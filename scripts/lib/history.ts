import { type PricePoint, volatility } from "../../sdk/quotes.ts";
import type { MarketInfo, Session } from "./session.ts";

/** How many of the last prices are looked at. */
const ROUNDS = 60;
/** No read goes further back than a month, lest old quiet days hide what happens now. */
const MONTH = 30 * 86_400;

/** The last prices of a market's feed, oldest first: logs of a local feed, rounds of a real one. */
async function lastPrices({ contracts, chain, book }: Session, market: MarketInfo): Promise<PricePoint[]> {
  const feed = contracts.feeds[market.source];
  const points: PricePoint[] = [];
  if (book.parameters === "local") {
    for (const { args } of await feed.queryFilter(feed.filters.AnswerUpdated())) {
      points.push({ price: Number(args.current), at: Number(args.updatedAt) });
    }
  } else {
    const [roundId] = await feed.latestRoundData();
    const ids = Array.from({ length: ROUNDS }, (_, i) => roundId - BigInt(i));
    const rounds = await Promise.allSettled(ids.map((id) => feed.getRoundData(id)));
    for (const round of rounds) {
      if (round.status !== "fulfilled") continue;
      points.push({ price: Number(round.value[1]), at: Number(round.value[3]) });
    }
  }
  const latest = (await chain.provider.getBlock("latest"))!.timestamp;
  return points.filter(({ price, at }) => price > 0 && at > latest - MONTH).sort((a, b) => a.at - b.at);
}

/** The volatility of the last prices; none if they can't tell. */
export async function measuredVolatility(session: Session, market: MarketInfo) {
  try {
    return volatility(await lastPrices(session, market));
  } catch {
    // Nodes may refuse to look back: then nothing is measured, and the reader is told so.
    return undefined;
  }
}
