// What a holder has, by the logs and the libraries' twins: the value per token that a mint or burn starts from.

import type { AccountUpdate, Events } from "../../sdk/events.ts";
import { type Conditions, energyUp } from "../../sdk/math/Impact.ts";
import { valueFloor } from "../../sdk/math/Margin.ts";
import { valueAfterFloor } from "../../sdk/math/Rebalance.ts";

/** K and φ of a market. WAD. */
export interface Rates {
  depth: bigint;
  costRate: bigint;
}

/** An account as it was left. */
export type Holdings = Pick<AccountUpdate, "account" | "position" | "cash">;

/** A token just before a mint or burn: its account as last updated, its supply, and the skew of its market. WAD. */
export interface Before {
  account: Holdings;
  supply: bigint;
  skew: bigint;
}

/** What surrounds a trade: B, the forced trades of its block before it, matters to voluntary ones alone. */
export const around = (price: bigint, skew: bigint, rates: Rates, forced = 0n): Conditions => ({
  ...rates,
  price,
  skew,
  energy: energyUp(price, skew, rates.depth),
  forced,
});

/** Whether a mint or burn left each token at least the N_r/supply that it started from, but for one wei. */
export function keepsValue(
  { account, supply, skew }: Before,
  events: Events,
  supplyAfter: bigint,
  rates: Rates,
) {
  const update = events.updates.find((candidate) => candidate.account === account.account)!;
  const { position, cash, price, fundingIndex } = update;
  const before = valueFloor(account.position, account.cash, price - fundingIndex);
  const streamed = events.fees[0]?.streamingFee ?? 0n;
  const forced = events.rebalances[0]?.amount ?? 0n;
  const value = valueAfterFloor(before - streamed, forced, around(price, skew, rates));
  return (valueFloor(position, cash, price - fundingIndex) + 1n) * supply >= value * supplyAfter;
}
