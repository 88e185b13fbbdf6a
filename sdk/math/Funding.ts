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
  const { growth, rateAfter } = driftFloor(
    market.price,
    market.fundingRate,
    a,
    terms.maxFundingRate,
    elapsed,
  );
  const grown = int(market.fundingIndex + growth);
  return { index: abs(grown) > MAX_INDEX ? withSign(MAX_INDEX, grown) : grown, rate: rateAfter };
}

/** a = v·clamp(s/K, −1, 1). Toward zero. WAD per day². */
export function slope(skew: bigint, terms: PricingTerms): bigint {
  const size = abs(skew);
  const clamped = size > terms.depth ? terms.depth : size;
  return withSign(divDown(uint(terms.fundingVelocity * clamped), terms.depth), skew);
}

/**
 * p·∫ rate over `elapsed` seconds, BaseToken per unit, Floor; and the rate after them, per day, in whole RATE_STEPs, toward zero. WAD,
 * signed.
 */
export function driftFloor(
  price: bigint,
  rate: bigint,
  a: bigint,
  maxRate: bigint,
  elapsed: bigint,
): { growth: bigint; rateAfter: bigint } {
  const before = int(rate * DAY);
  const moved = int(before + int(a * elapsed));
  if (abs(moved) <= maxRate * DAY) {
    return {
      growth: divFloor(int(int(price * elapsed) * (before + moved)), 2n * DAY * DAY * WAD),
      rateAfter: (moved / (DAY * RATE_STEP)) * RATE_STEP,
    };
  }
  const bound = withSign(maxRate, a);
  const u = bound - rate;
  const part = int(2n * a * bound * elapsed - u * u * DAY);
  return { growth: divFloor(int(price * part), int(2n * a * DAY * WAD)), rateAfter: bound };
}
