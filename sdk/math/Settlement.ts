// Twin of contracts/libraries/Settlement.sol: the end of a market. All but the prices change what they are given.
import { takeOver } from "./Books.ts";
import { divFloor, int, mulDivDown, mulWadCeil, mulWadDown, mulWadFloor, uint, WAD } from "./FixedPoint.ts";
import { type Market, positionPrice, skew } from "./Market.ts";
import type { Quote } from "./Venue.ts";

/** How long negative accounts are looked for. Seconds. */
export const RECKONING = 3_600n;

/** P = p·(1 + s/(2K)). Floor. BaseToken, WAD. */
export function priceFloor(market: Market, depth: bigint): bigint {
  const { price } = market;
  return uint(price + divFloor(int(price * skew(market)), 2n * depth));
}

/** Books the other side of all accounts at P into the pool, in place. */
export function settle(market: Market, price: bigint): void {
  market.price = price;
  market.poolCash = int(market.poolCash - mulWadCeil(skew(market), positionPrice(market)));
  market.longs = 0n;
  market.shorts = 0n;
  market.fundingRate = 0n;
  market.halfSpread = 0n;
}

/** Closes an account of a settled market at its price, in place. */
export function close(q: Quote): void {
  q.cash = closeFloor(q.position, q.cash, positionPrice(q.market));
  q.position = 0n;
}

/** What closing an account of a settled market at its price leaves: c + ⌊q·(P − F)⌋. Floor. BaseToken, WAD. */
export const closeFloor = (position: bigint, cash: bigint, positionPrice: bigint): bigint =>
  int(cash + mulWadFloor(position, positionPrice));

/** min(1, (held − protocolFees)/(held − protocolFees − poolCash)). Down. WAD. */
export function shareDown(market: Market): bigint {
  if (market.poolCash >= 0n) return WAD;
  if (market.held <= market.protocolFees) return 0n;
  const paid = uint(market.held - market.protocolFees);
  return mulDivDown(paid, WAD, uint(paid - market.poolCash));
}

/** The share that an account is left of its cash. Down. BaseToken, WAD. */
export const keptDown = (cash: bigint, share: bigint): bigint =>
  cash <= 0n ? cash : mulWadDown(cash, share);

/** Leaves an account the share of its cash, in place; the rest goes to poolCash. */
export function withhold(q: Quote, share: bigint): void {
  const kept = keptDown(q.cash, share);
  takeOver(q.market, q.cash - kept);
  q.cash = kept;
}
