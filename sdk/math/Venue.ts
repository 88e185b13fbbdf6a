// What sdk/math/ClearingHouse.ts works on: the twins of the structs in IClearingHouse.sol, on plain objects.
import type { Account } from "./Account.ts";
import type { ForcedTrades, Market } from "./Market.ts";
import type { MarketParams } from "./MarketParams.ts";

/** One market of the ClearingHouse with everything that is stored for it. Status 0 means that it was not made yet. */
export interface MarketState {
  readonly id: string;
  readonly params: MarketParams;
  market: Market;
  forced: ForcedTrades;
  accounts: Map<string, Account>;
}

/** What a price source answers. WAD, time in seconds. */
export interface Reading {
  price: bigint;
  halfSpread: bigint;
  updatedAt: bigint;
}

/** When an operation happens, and what the price source would say then; it is asked once per block. */
export interface Moment {
  time: bigint;
  read: () => Reading;
  /** Whether the source says that it will never answer again. */
  isDead?: boolean;
}

/** Twin of Order: amount in units, WAD; margin in the BaseToken's own decimals. Both signed. */
export interface Order {
  amount: bigint;
  margin: bigint;
  priceLimit: bigint;
  deadline: bigint;
}

/** Twin of Fill. WAD. */
export interface Fill {
  fillPrice: bigint;
  impact: bigint;
  fee: bigint;
  surcharge: bigint;
  position: bigint;
  cash: bigint;
}

/** Twin of TokenOrder. WAD. */
export interface TokenOrder {
  forced: bigint;
  amount: bigint;
  blockForced: bigint;
  fee: bigint;
  reward: bigint;
  party: string;
  transfer: bigint;
  emergency: boolean;
  closing: boolean;
}

/** Twin of Quote. */
export interface Quote {
  market: Market;
  position: bigint;
  cash: bigint;
  touched: boolean;
  fresh: boolean;
}

/** A market that was not made yet. */
export function unmade(id: string, params: MarketParams): MarketState {
  const market: Market = {
    longs: 0n,
    shorts: 0n,
    fundingRate: 0n,
    halfSpread: 0n,
    status: 0n,
    poolCash: 0n,
    held: 0n,
    touchedAt: 0n,
    fundingIndex: 0n,
    price: 0n,
    protocolFees: 0n,
    priceAge: 0n,
  };
  return { id, params, market, forced: { forced: 0n, spent: 0n, forcedAt: 0n }, accounts: new Map() };
}
