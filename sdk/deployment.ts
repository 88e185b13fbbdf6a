import type { ContractRunner } from "ethers";
import {
  AccessManager__factory,
  ChainlinkSource__factory,
  ClearingHouse__factory,
  FaucetToken__factory,
  LeveragedTokenFactory__factory,
  LiquidityPool__factory,
  PriceLens__factory,
  SettableFeed__factory,
} from "../typechain-types/index.js";

/** A market's parameters as the contracts take them; words as decimal strings, since JSON has no bigint. */
export interface MarketAddresses {
  baseToken: string;
  priceSource: string;
  pricing: string;
  risk: string;
  id: string;
  pool: string;
}

/** What was deployed to a chain, by name. LeveragedTokens are missing: the factory lists them. */
export interface AddressBook {
  chainId: number;
  /** The file in deploy/parameters that was deployed. */
  parameters: string;
  deployer: string;
  accessManager: string;
  clearingHouse: string;
  factory: string;
  lens: string;
  priceLens: string;
  baseTokens: Record<string, string>;
  feeds: Record<string, string>;
  sources: Record<string, string>;
  markets: Record<string, MarketAddresses>;
}

/** The contracts of an address book, to be called through `runner`. */
export function connect(book: AddressBook, runner: ContractRunner) {
  const each = <T, U>(entries: Record<string, T>, map: (entry: T, name: string) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, map(entry, name)]));
  return {
    accessManager: AccessManager__factory.connect(book.accessManager, runner),
    clearingHouse: ClearingHouse__factory.connect(book.clearingHouse, runner),
    factory: LeveragedTokenFactory__factory.connect(book.factory, runner),
    priceLens: PriceLens__factory.connect(book.priceLens, runner),
    /** Not all of them have a faucet. */
    baseTokens: each(book.baseTokens, (address) => FaucetToken__factory.connect(address, runner)),
    /** Not all of them can be set. */
    feeds: each(book.feeds, (address) => SettableFeed__factory.connect(address, runner)),
    sources: each(book.sources, (address) => ChainlinkSource__factory.connect(address, runner)),
    markets: each(book.markets, ({ baseToken, priceSource, pricing, risk, id, pool }, name) => ({
      name,
      id,
      params: { baseToken, priceSource, pricing: BigInt(pricing), risk: BigInt(risk) },
      pool: LiquidityPool__factory.connect(pool, runner),
    })),
  };
}

export type Contracts = ReturnType<typeof connect>;
export type MarketContracts = Contracts["markets"][string];
