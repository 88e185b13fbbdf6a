// Twin of what contracts/token/Quotes.sol computes of burns, where the reasons are.
import {
  beforeFeeUp,
  feeUp,
  type Holding,
  leverageOf,
  redeem as payoutOf,
  withdraw as sharesFor,
} from "./Attribution.ts";
import { abs, divDown, int, mulDivDown, mulWadUp, uint, WAD } from "./FixedPoint.ts";
import type { Conditions } from "./Impact.ts";
import { FEE_STEP } from "./Market.ts";

/** What a holder's burn is limited by. All WAD, but `closing`, which is in units of the BaseToken. */
export interface BurnLimits {
  shares: bigint;
  everybody: boolean;
  closing: bigint;
  custody: bigint;
  burnFee: bigint;
  unit: bigint;
}

const SLACK = FEE_STEP + 3n;

/** The most that a holder can withdraw, in units of the BaseToken, and redeem, WAD. Down. */
export function mostBurnedDown(
  held: Holding,
  around: Conditions,
  limits: BurnLimits,
): { assets: bigint; shares: bigint } {
  const { closing, custody, burnFee, unit } = limits;
  const shares = affordableDown(held, around, limits.shares, beforeFeeUp(custody, burnFee));
  if (!limits.everybody) return { assets: withdrawableDown(held, around, limits), shares };
  const assets = divDown(custody, unit);
  if (closing <= assets) return { assets: closing, shares };
  return { assets, shares: shares === limits.shares ? shares - 1n : shares };
}

/** What `withdraw` pays for at most `limits.shares`. In units of the BaseToken. */
function withdrawableDown(held: Holding, around: Conditions, limits: BurnLimits): bigint {
  const { shares, burnFee, unit } = limits;
  const worth = payoutOf(held, around, shares).assets;
  const paid = divDown(worth - feeUp(worth, burnFee), unit);
  const custody = divDown(limits.custody, unit);
  for (let margin = divDown(paid, 10n ** 15n) + 1n; margin < paid; margin *= 2n) {
    const assets = paid - margin < custody ? paid - margin : custody;
    if (sharesFor(held, around, beforeFeeUp(uint(assets * unit), burnFee)) <= shares) return assets;
  }
  return 0n;
}

/** The most of `shares` such that no burn of up to as many pays more than `most`; none where that is dust. */
function affordableDown(held: Holding, around: Conditions, shares: bigint, most: bigint): bigint {
  const isAffordable = (burned: bigint) => {
    const payout = payoutOf(held, around, burned).assets;
    return (payout > 0n ? payout : 0n) + (held.position === 0n ? 0n : SLACK) <= most;
  };
  let [low, high] = [0n, shares];
  const peak = peakDown(held, around);
  if (peak === 0n) return high;
  if (isAffordable(high)) {
    if (peak >= high || isAffordable(peak)) return high;
    high = peak;
  }
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (isAffordable(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The burn that pays most, at most all. Down. WAD. */
function peakDown(held: Holding, { price, depth, costRate, skew, forced }: Conditions): bigint {
  if (held.position === 0n) return held.supply;
  const opposed = forced !== 0n && forced < 0n === held.position < 0n;
  const leverage = leverageOf(held, price);
  const size = abs(leverage);
  const first = int((WAD - mulWadUp(size, costRate)) * depth + leverage * (opposed ? skew - forced : skew));
  const second = uint(size * abs(held.position));
  if (first <= 0n) return 0n;
  return first < second ? mulDivDown(first, held.supply, second) : held.supply;
}
