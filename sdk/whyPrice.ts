// Why a price is what it is, or why there is none: the layers of a source with their reasons in sentences.
import type { PriceLens } from "../typechain-types/index.js";
import { explainRevert } from "./errors.ts";

/** A source, or a part of one. Prices, half-spreads and units are WAD, times seconds since 1970. */
export interface PriceLayer {
  source: string;
  /** 0 for the source itself, 1 for its parts, and so on. */
  depth: number;
  /** What it says that it prices; empty when it doesn't. */
  name: string;
  /** Of an index: how much of the part there is in one basket. */
  units: bigint;
  /** Nothing when it refuses. */
  price?: { price: bigint; halfSpread: bigint; updatedAt: bigint };
  /** Why it refuses. */
  reason?: string;
  /** Its newest answer, however old, where it has one. */
  last?: { price: bigint; updatedAt: bigint };
  dead: boolean;
}

/** A revert without a reason, or an answer that is none. */
const NO_REASON = "0x00";

/** All layers of a source, each after what it is a part of. */
export async function whyPrice(lens: PriceLens, source: string): Promise<PriceLayer[]> {
  const layers: PriceLayer[] = [];
  for (const [i, seen] of (await lens.explain(source)).entries()) {
    const { price, halfSpread, updatedAt, refusal, lastPrice, lastAt } = seen;
    layers.push({
      source: seen.source,
      depth: i === 0 ? 0 : layers[Number(seen.parent)].depth + 1,
      name: seen.underlying,
      units: seen.units,
      ...(refusal === "0x" ? { price: { price, halfSpread, updatedAt } } : { reason: reasonOf(refusal) }),
      ...(lastPrice === 0n ? {} : { last: { price: lastPrice, updatedAt: lastAt } }),
      dead: seen.dead,
    });
  }
  return layers;
}

function reasonOf(refusal: string): string {
  if (refusal === NO_REASON) return "It does not answer.";
  return explainRevert({ data: refusal })?.message ?? `It refuses with ${refusal.slice(0, 10)}.`;
}
