// Twin of contracts/libraries/Funding.sol, where the closed form is explained.
import { abs, divDown, divFloor, int, uint, WAD, withSign } from "./FixedPoint.ts";
import { type Market, RATE_STEP, skew as skewOf } from "./Market.ts";
import type { PricingTerms } from "./MarketParams.ts";

/** Seconds. */
export const DAY = 86_400n;
/** Where the index stops: 1.5e8 BaseToken per unit. */
export const MAX_INDEX = 15n * 10n ** 25n;

/** Brings rate and index from touchedAt to `time`, in place. */
export function accrue(market: Market, terms: PricingTerms, time: bigint): void {
  const { index, rate } = accrued(market, terms, time);
  market.fundingIndex = index;
  market.fundingRate = rate;
}

/** Index and rate at `time`, as `accrue` brings them there. BaseToken per unit, and per day; WAD. */
export function accrued(market: Market, terms: PricingTerms, time: bigint): { index: bigint; rate: bigint } {
  const elapsed = uint(time - market.touchedAt);
  const a = slope(skewOf(market), terms);
  const bound = terms.maxFundingRate;
  const grown = int(market.fundingIndex + growthFloor(market.price, market.fundingRate, a, bound, elapsed));
  const index = grown > MAX_INDEX ? MAX_INDEX : grown < -MAX_INDEX ? -MAX_INDEX : grown;
  return { index, rate: rateAfter(market.fundingRate, a, bound, elapsed) };
}

/** a = v·clamp(s/K, −1, 1). Toward zero. WAD per day². */
export function slope(skew: bigint, terms: PricingTerms): bigint {
  const size = abs(skew);
  const clamped = size > terms.depth ? terms.depth : size;
  return withSign(divDown(uint(terms.fundingVelocity * clamped), terms.depth), skew);
}

/** The rate after `elapsed` seconds, in whole RATE_STEPs. Toward zero. WAD per day. */
export function rateAfter(rate: bigint, a: bigint, bound: bigint, elapsed: bigint): bigint {
  let moved = int(rate + int(a * elapsed) / DAY);
  if (moved > bound) moved = bound;
  else if (moved < -bound) moved = -bound;
  return moved - (moved % RATE_STEP);
}

/** p·∫ rate over `elapsed` seconds. Floor. BaseToken per unit, WAD, signed. */
export function growthFloor(
  price: bigint,
  rate: bigint,
  a: bigint,
  maxRate: bigint,
  elapsed: bigint,
): bigint {
  const bound = a < 0n ? -maxRate : maxRate;
  const u = bound - rate;
  const toBound = int(u * DAY);
  const meets = a !== 0n && (a > 0n ? int(a * elapsed) >= toBound : int(a * elapsed) <= toBound);
  if (!meets) {
    const doubled = int(2n * DAY * rate * elapsed + a * elapsed * elapsed);
    return divFloor(int(price * doubled), 2n * DAY * DAY * WAD);
  }
  return divFloor(int(price * int(2n * a * bound * elapsed - u * u * DAY)), int(2n * a * DAY * WAD));
}
