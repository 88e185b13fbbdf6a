// Twin of contracts/libraries/Pool.sol.
import {
  abs,
  divDown,
  divUp,
  int,
  mulDivDown,
  mulDivUp,
  mulWadCeil,
  mulWadDown,
  mulWadFloor,
  uint,
} from "./FixedPoint.ts";
import { energyUp } from "./Impact.ts";
import { PLANNED_WORTH } from "./Margin.ts";
import { type Market, positionPrice, skew as skewOf } from "./Market.ts";
import type { RiskTerms } from "./MarketParams.ts";

/** poolCash − s·x − E(s). Floor: for leaving. BaseToken, WAD, signed. */
export function equityFloor(market: Market, depth: bigint): bigint {
  const skew = skewOf(market);
  return int(market.poolCash - mulWadCeil(skew, positionPrice(market)) - energyUp(market.price, skew, depth));
}

/** The same, but for a wei: for entering. */
export function equityCeil(market: Market, depth: bigint): bigint {
  const skew = skewOf(market);
  return int(
    market.poolCash - mulWadFloor(skew, positionPrice(market)) - energyUp(market.price, skew, depth),
  );
}

/** Σ N over the accounts = held − protocolFees − poolCash + s·x. Floor. BaseToken, WAD, signed. */
export function claimsFloor(market: Market): bigint {
  const moved = mulWadFloor(skewOf(market), positionPrice(market));
  return int(market.held - market.protocolFees - market.poolCash + moved);
}

/** Shares for `assets` that enter; at par into an empty pool. Down. WAD. */
export function sharesDown(assets: bigint, equity: bigint, supply: bigint): bigint {
  return supply === 0n ? assets : mulDivDown(assets, supply, equity);
}

/** What `shares` cost. Up: for entering. BaseToken, WAD. */
export function assetsUp(shares: bigint, equity: bigint, supply: bigint): bigint {
  return supply === 0n ? shares : mulDivUp(shares, equity, supply);
}

/** What `shares` are worth. Down: for leaving. BaseToken, WAD. */
export function assetsDown(shares: bigint, equity: bigint, supply: bigint): bigint {
  return supply === 0n ? shares : mulDivDown(shares, equity, supply);
}

/** poolEquity − p·max(OI_long, OI_short)/openShare, at least 0 and at most what is held. Down. BaseToken, WAD. */
export function withdrawableDown(market: Market, worth: bigint, risk: RiskTerms): bigint {
  const side = market.longs > market.shorts ? market.longs : market.shorts;
  const needed = divUp(uint(market.price * side), risk.openShare);
  const spare = worth > needed ? worth - needed : 0n;
  return spare < market.held ? spare : market.held;
}

/** Units by which a side with open interest `side` may still grow. Down. WAD. */
export function openRoomDown(market: Market, side: bigint, depth: bigint, risk: RiskTerms): bigint {
  const cap = openCapDown(market, depth, risk);
  return cap > side ? cap - side : 0n;
}

/** σK: no skew is ever larger. Down. Units, WAD. */
export function mostSkewDown(depth: bigint, risk: RiskTerms): bigint {
  return mulWadDown(depth, risk.skewCap);
}

/** min(σK, openShare·poolEquity/p): the most open interest of a side. Down. WAD. */
export function openCapDown(market: Market, depth: bigint, risk: RiskTerms): bigint {
  const bySkew = mostSkewDown(depth, risk);
  const byPool = coveredDown(market, depth, risk, PLANNED_WORTH);
  return bySkew < byPool ? bySkew : byPool;
}

/** openShare·poolEquity/p: the most open interest of a side that a pool worth at most `most` covers. Down. WAD. */
export function coveredDown(market: Market, depth: bigint, risk: RiskTerms, most: bigint): bigint {
  const equity = equityFloor(market, depth);
  if (equity <= 0n || equity > most) return 0n;
  return divDown(uint(equity * risk.openShare), market.price);
}

/** |s| − κ·poolEquity/p; for tokens κ is larger by a quarter. Down. Units, WAD. */
export function excessSkewDown(market: Market, depth: bigint, risk: RiskTerms, token: boolean): bigint {
  const equity = equityFloor(market, depth);
  if (equity <= 0n) return 0n;
  const share = risk.deleverageShare + (token ? divDown(risk.deleverageShare, 4n) : 0n);
  const covered = divUp(uint(equity * share), market.price);
  const size = abs(skewOf(market));
  return size > covered ? size - covered : 0n;
}
