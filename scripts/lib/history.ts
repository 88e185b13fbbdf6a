import { type PricePoint, volatility } from "../../sdk/quotes.ts";
import { findIndex, type LocalIndex } from "./feeds.ts";
import type { MarketInfo, Session } from "./session.ts";

/** How many of the last prices are looked at. */
const ROUNDS = 60;
/** No read goes further back than a month, lest old quiet days hide what happens now. */
const MONTH = 30 * 86_400;

/** The last answers of a feed, oldest first: logs of a local one, rounds of a real one. */
async function lastAnswers({ contracts, chain, book }: Session, source: string): Promise<PricePoint[]> {
  const feed = contracts.feeds[source];
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

/** The last levels of an index by the answers of its parts, at its present units, from when all parts have one. */
async function lastLevels(session: Session, { parts }: LocalIndex): Promise<PricePoint[]> {
  const answers = await Promise.all(parts.map(({ feed }) => lastAnswers(session, feed.name)));
  const all = answers.flatMap((points, part) => points.map((point) => ({ ...point, part })));
  const newest: number[] = [];
  const levels = new Map<number, number>();
  for (const { price, at, part } of all.sort((a, b) => a.at - b.at)) {
    newest[part] = price / 10 ** parts[part].feed.decimals;
    const known = parts.every((_, i) => newest[i] !== undefined);
    // Answers of one time make one level.
    if (known)
      levels.set(
        at,
        parts.reduce((sum, { units }, i) => sum + Number(units) * newest[i], 0),
      );
  }
  return [...levels].map(([at, price]) => ({ price, at }));
}

/** The volatility of the last prices; none if they can't tell. */
export async function measuredVolatility(session: Session, market: MarketInfo) {
  try {
    const index = await findIndex(session, market.source);
    return volatility(
      index === undefined ? await lastAnswers(session, market.source) : await lastLevels(session, index),
    );
  } catch {
    // Nodes may refuse to look back: then nothing is measured, and the reader is told so.
    return undefined;
  }
}
