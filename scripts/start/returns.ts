// What a token returned, what it would have returned without costs, and where the difference went. In doubles: for the eye.

import type { AccountUpdate } from "../../sdk/events.ts";
import type { Replay } from "./days.ts";

/** Costs of holding, as parts of netAssetValue when they were paid, added up. */
export interface Costs {
  fees: number;
  impact: number;
  funding: number;
  streaming: number;
  rewards: number;
}

export interface Returns {
  leverage: number;
  /** The underlying at each day's close, as the market saw it. */
  closes: number[];
  /** Value of a token after each day's close, the first being 1; and what Π(1 + L·R) makes of the closes. */
  values: number[];
  ideals: number[];
  costs: Costs;
  /** Σ of squared log returns of the underlying. */
  variance: number;
  /** Standard deviation of a day's return from L times the underlying's, a year. */
  trackingError: number;
  rebalances: number;
}

const number = (wad: bigint) => Number(wad) / 1e18;

/** q·(p − F) + c. */
const worth = ({ position, cash }: AccountUpdate, { price, fundingIndex }: AccountUpdate) =>
  number(position) * number(price - fundingIndex) + number(cash);

/** Value per token after each day, and the costs on the way, by the logs of one token. */
function follow({ days, tokens, transactions }: Replay, name: string) {
  const token = tokens[name];
  const values: number[] = new Array(days.length).fill(Number.NaN);
  const closes = [...values];
  const costs: Costs = { fees: 0, impact: 0, funding: 0, streaming: 0, rewards: 0 };
  let last: AccountUpdate | undefined;
  let supply = 0n;
  let rebalances = 0;
  for (const { day, events } of transactions) {
    const update = events.updates.find(({ account }) => account === token);
    if (update === undefined) continue;
    const own = events.rebalances.length > 0;
    if (last !== undefined) {
      const before = worth(last, update);
      costs.funding += (number(last.position) * number(update.fundingIndex - last.fundingIndex)) / before;
      for (const { streamingFee } of events.fees) costs.streaming += number(streamingFee) / before;
      // What a mint or burn costs beyond that is paid by who mints or burns.
      if (own) {
        rebalances++;
        costs.fees += number(update.fee) / before;
        costs.impact += number(update.impact) / before;
        costs.rewards += number(events.rebalances[0].reward) / before;
      }
    }
    for (const { shares } of events.changes) supply += supply === 0n ? shares + 10n ** 6n : shares;
    last = update;
    // A later mint or burn leaves a token what it was worth at the close.
    if (!own && day > 0) continue;
    values[day] = worth(update, update) / number(supply);
    closes[day] = number(update.price);
  }
  return { values, closes, costs, rebalances };
}

/** The returns of the token of this name and leverage, on markets that are open so many days of a year. */
export function returnsOf(replay: Replay, name: string, leverage: number, daysOfYear: number): Returns {
  const { values, closes, costs, rebalances } = follow(replay, name);
  const ideals = [values[0]];
  const misses: number[] = [];
  let variance = 0;
  for (let i = 1; i < closes.length; i++) {
    const change = closes[i] / closes[i - 1] - 1;
    ideals.push(ideals[i - 1] * (1 + leverage * change));
    variance += Math.log(1 + change) ** 2;
    misses.push(values[i] / values[i - 1] - 1 - leverage * change);
  }
  const mean = misses.reduce((sum, miss) => sum + miss, 0) / misses.length;
  const squares = misses.reduce((sum, miss) => sum + (miss - mean) ** 2, 0);
  const trackingError = Math.sqrt((squares / (misses.length - 1)) * daysOfYear);
  return { leverage, closes, values, ideals, costs, variance, trackingError, rebalances };
}
