// Twin of contracts/types/Market.sol and MarketWords.sol, where each field is explained.
import { type Layout, packWord, unpackWord } from "./words.ts";

export const STATUS_OPEN = 1n;
export const STATUS_REDUCE_ONLY = 2n;
export const STATUS_RECKONING = 3n;
export const STATUS_SETTLED = 4n;

/** protocolFees are counted in steps of 1e-8 BaseToken. */
export const FEE_STEP = 10n ** 10n;
/** The most protocolFees that wait to be collected. BaseToken, WAD. */
export const MAX_PROTOCOL_FEES = (2n ** 56n - 1n) * FEE_STEP;
export const SPREAD_STEP = 10n ** 12n;
export const RATE_STEP = 10n ** 6n;

/** A market in storage. */
export interface MarketWords {
  skew: bigint;
  pool: bigint;
  price: bigint;
  forced: bigint;
}

/** A market in memory. Amounts are WAD, times are seconds. */
export interface Market {
  longs: bigint;
  shorts: bigint;
  fundingRate: bigint;
  halfSpread: bigint;
  status: bigint;
  poolCash: bigint;
  held: bigint;
  touchedAt: bigint;
  fundingIndex: bigint;
  price: bigint;
  protocolFees: bigint;
  priceAge: bigint;
}

/** Forced trades of a market in memory. WAD, time in seconds. */
export interface ForcedTrades {
  forced: bigint;
  spent: bigint;
  forcedAt: bigint;
}

type Of<Name extends keyof Market> = Layout<Name>;

const SKEW_LAYOUT: Of<"longs" | "shorts" | "protocolFees" | "status"> = {
  longs: { bits: 96 },
  shorts: { bits: 96 },
  protocolFees: { bits: 56, step: FEE_STEP },
  status: { bits: 8 },
};

const POOL_LAYOUT: Of<"poolCash" | "held" | "touchedAt"> = {
  poolCash: { bits: 128, signed: true },
  held: { bits: 96 },
  touchedAt: { bits: 32 },
};

/** What the third word holds. */
type PriceField = "fundingIndex" | "price" | "fundingRate" | "halfSpread" | "priceAge";

const PRICE_LAYOUT: Of<PriceField> = {
  fundingIndex: { bits: 88, signed: true },
  price: { bits: 88 },
  fundingRate: { bits: 40, step: RATE_STEP, signed: true },
  halfSpread: { bits: 16, step: SPREAD_STEP },
  priceAge: { bits: 24 },
};

const FORCED_LAYOUT: Layout<keyof ForcedTrades> = {
  forced: { bits: 112, signed: true },
  spent: { bits: 112 },
  forcedAt: { bits: 32 },
};

/** The layout of all fields that the three words of a market hold. */
export const MARKET_LAYOUT: Layout<keyof Market> = { ...SKEW_LAYOUT, ...POOL_LAYOUT, ...PRICE_LAYOUT };
export { FORCED_LAYOUT };

/** s = Σ q, in units of underlying. WAD. */
export const skew = (market: Market): bigint => market.longs - market.shorts;

/** x = p − F: what a unit of position adds to the value of an account. BaseToken, WAD. */
export const positionPrice = (market: Market): bigint => market.price - market.fundingIndex;

/** Reads the three words of a market. */
export function unpack(words: MarketWords): Market {
  return {
    ...unpackWord(SKEW_LAYOUT, words.skew),
    ...unpackWord(POOL_LAYOUT, words.pool),
    ...unpackPrice(words.price),
  };
}

/** Reads the third word alone, as an AccountUpdated tells it. */
export const unpackPrice = (word: bigint): Pick<Market, PriceField> => unpackWord(PRICE_LAYOUT, word);

/** The three words of a market. Unlike Solidity's, refuses what doesn't fit. */
export function store(market: Market): Omit<MarketWords, "forced"> {
  return {
    skew: packWord(SKEW_LAYOUT, market),
    pool: packWord(POOL_LAYOUT, market),
    price: packWord(PRICE_LAYOUT, market),
  };
}

/** Reads the fourth word. */
export const unpackForced = (word: bigint): ForcedTrades => unpackWord(FORCED_LAYOUT, word);

/** The fourth word. Unlike Solidity's, refuses what doesn't fit. */
export const storeForced = (trades: ForcedTrades): bigint => packWord(FORCED_LAYOUT, trades);
