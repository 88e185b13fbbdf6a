// The most that a holder can burn: twin of LeveragedToken._mostBurned and of what it asks of contracts/token/Quotes.sol, where
// the reasons are.
import {
  beforeFeeUp,
  feeUp,
  type Holding,
  leverageOf,
  redeem as payoutOf,
  withdraw as sharesFor,
} from "./Attribution.ts";
import { unit } from "./Entry.ts";
import { abs, divDown, int, mulDivDown, mulWadUp, uint, WAD } from "./FixedPoint.ts";
import type { Conditions } from "./Impact.ts";
import { FEE_STEP } from "./Market.ts";
import { type LeveragedToken, liveOf, noChange, own, redeeming, type View } from "./TokenSteps.ts";
import type { Moment } from "./Venue.ts";

const SLACK = FEE_STEP + 3n;

/** The most that can be burned of `balance`, WAD, and withdrawn for it, in units of the BaseToken. */
export function mostBurned(
  token: LeveragedToken,
  v: View,
  balance: bigint,
  owner: string,
  now: Moment,
): { assets: bigint; shares: bigint } {
  if (balance === 0n) return { assets: 0n, shares: 0n };
  const { burnFee } = token.policy;
  const custody = divDown(v.market.held, unit(token.market.params));
  const everybody = balance === liveOf(v);
  const before = { ...v.around };
  const closing = everybody ? redeeming(token, v, balance, owner, now).assets : 0n;
  v.around = before;
  const held = own(token, v, noChange(), now);
  const shares = affordableDown(held, v.around, balance, beforeFeeUp(v.market.held, burnFee));
  if (!everybody) return { assets: withdrawableDown(token, held, v.around, balance, custody), shares };
  if (closing <= custody) return { assets: closing, shares };
  return { assets: custody, shares: shares === balance ? shares - 1n : shares };
}

/** What `withdraw` pays for at most `shares`. In units of the BaseToken. */
function withdrawableDown(
  { market, policy: { burnFee } }: LeveragedToken,
  held: Holding,
  around: Conditions,
  shares: bigint,
  custody: bigint,
): bigint {
  const one = unit(market.params);
  const worth = payoutOf(held, around, shares).assets;
  const paid = divDown(worth - feeUp(worth, burnFee), one);
  for (let margin = divDown(paid, 10n ** 15n) + 1n; margin < paid; margin *= 2n) {
    const assets = paid - margin < custody ? paid - margin : custody;
    if (sharesFor(held, around, beforeFeeUp(uint(assets * one), burnFee)) <= shares) return assets;
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
