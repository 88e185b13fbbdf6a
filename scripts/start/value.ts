// What a holder has, by the logs: the value per token that a mint or burn starts from.
import type { AccountUpdate, Events } from "./events.ts";

const WAD = 10n ** 18n;

/** K and φ of a market. WAD. */
export interface Rates {
  depth: bigint;
  costRate: bigint;
}

/** A token just before a mint or burn: its account as last updated, its supply, and the skew of its market. WAD. */
export interface Before {
  account: AccountUpdate;
  supply: bigint;
  skew: bigint;
}

const ceil = (numerator: bigint, denominator: bigint) => (numerator + denominator - 1n) / denominator;

/** N = ⌊q·(p − F)⌋ + c of an account. */
function worth({ position, cash, price, fundingIndex }: AccountUpdate): bigint {
  const moved = position * (price - fundingIndex);
  return -ceil(-moved, WAD) + cash;
}

/** p·((s+Δ)² − s²)/(2K) + φ·p·|Δ|, multiplied by 2K·WAD²: exact. */
function scaledCost(price: bigint, skew: bigint, amount: bigint, { depth, costRate }: Rates): bigint {
  const size = amount < 0n ? -amount : amount;
  return price * ((skew + amount) ** 2n - skew ** 2n) * WAD + price * size * costRate * 2n * depth;
}

/** I(s, Δ) + φ·p·|Δ|: what a trade costs without a surcharge. Up. WAD. */
export const costOf = (price: bigint, skew: bigint, amount: bigint, rates: Rates) =>
  ceil(scaledCost(price, skew, amount, rates), 2n * rates.depth * WAD * WAD);

/**
 * Whether a mint or burn left each token at least N_r/supply, N_r being N less the streaming fee and what the holders'
 * own rebalance cost; but for one wei. Multiplied out, so that no rounding of this check decides.
 */
export function keepsValue(before: Before, events: Events, supplyAfter: bigint, rates: Rates): boolean {
  const update = events.updates.find(({ account }) => account === before.account.account)!;
  const { price, fundingIndex } = update;
  const streamed = events.fees[0]?.streamingFee ?? 0n;
  const value = worth({ ...before.account, price, fundingIndex }) - streamed;
  const scale = 2n * rates.depth * WAD * WAD;
  const cost = scaledCost(price, before.skew, events.rebalances[0]?.amount ?? 0n, rates);
  return (worth(update) + 1n) * scale * before.supply >= (value * scale - cost) * supplyAfter;
}
