// Sources of parameter files that are no baskets of others.
import { isAddress, isHexString, parseUnits, ZeroAddress } from "ethers";
import type { ChainlinkPlan, MedianPlan, PythPlan } from "./modules/Sources.ts";

type Decimal = string;

/** A feed that is there already: what it must say of itself, and when Chainlink says that it answers anew. */
export interface GivenFeed {
  address: string;
  description: string;
  /** After this many seconds at the latest. */
  heartbeat: number;
  /** After a move of this part of the price: its deviation threshold. */
  deviation: Decimal;
}

/** A price source over one Chainlink feed. IChainlinkSource.sol has the meaning of each field. */
export interface ChainlinkTerms {
  kind?: "chainlink";
  /** One that is there already, or one to be deployed that anyone may set. */
  feed: GivenFeed | { decimals: number; description: string; answer: Decimal };
  underlying: string;
  maxAge: number;
  halfSpread: Decimal;
  minPrice: Decimal;
  maxPrice: Decimal;
  deadAfter: number;
  /** On an L2: address of Chainlink's feed of its sequencer, and how long after it came up nothing is trusted. */
  sequencer?: string;
  sequencerGrace?: number;
}

/** A price source over one price of Pyth. IPythSource.sol has the meaning of each field. */
export interface PythTerms {
  kind: "pyth";
  /** Address of Pyth's contract on this chain, to which this price was brought once at least. */
  pyth: string;
  /** Pyth's id of the price, 32 bytes. */
  priceId: string;
  underlying: string;
  maxAge: number;
  minHalfSpread: Decimal;
  maxHalfSpread: Decimal;
  minPrice: Decimal;
  maxPrice: Decimal;
  deadAfter: number;
}

/** The median of two or three other sources of the file. IMedianSource.sol has the meaning of each field. */
export interface MedianTerms {
  kind: "median";
  underlying: string;
  /** Names of sources that are feeds or Pyth's, not medians or indexes. */
  sources: string[];
  maxDivergence: Decimal;
}

const wad = (decimal: Decimal) => parseUnits(decimal, 18);

export const toChainlinkPlan = ({ feed, ...source }: ChainlinkTerms, name: string): ChainlinkPlan => ({
  underlying: source.underlying,
  feed:
    "address" in feed
      ? { address: checked(name, feed, source) }
      : { ...feed, answer: parseUnits(feed.answer, feed.decimals) },
  maxAge: BigInt(source.maxAge),
  halfSpread: wad(source.halfSpread),
  minPrice: wad(source.minPrice),
  maxPrice: wad(source.maxPrice),
  deadAfter: BigInt(source.deadAfter),
  sequencer: source.sequencer ?? ZeroAddress,
  sequencerGrace: BigInt(source.sequencerGrace ?? 0),
});

/** The address of a feed that its source leaves room for: without, whoever is faster than the feed takes from the pool. */
function checked(
  name: string,
  { address, heartbeat, deviation }: GivenFeed,
  { halfSpread, maxAge }: Omit<ChainlinkTerms, "feed">,
): string {
  if (!isAddress(address)) throw new Error(`The feed of ${name} has no address: "${address}"`);
  if (!(heartbeat > 0 && maxAge >= heartbeat)) {
    throw new Error(
      `The maxAge of ${name} is ${maxAge} s, its feed's heartbeat ${heartbeat} s: give it as much at least`,
    );
  }
  if (deviation === undefined || wad(halfSpread) < wad(deviation)) {
    throw new Error(
      `The halfSpread of ${name} is ${halfSpread}, its feed's deviation ${deviation}: give it as much at least`,
    );
  }
  return address;
}

export function toPythPlan(terms: PythTerms, name: string): PythPlan {
  if (!isAddress(terms.pyth)) throw new Error(`The Pyth of ${name} has no address: "${terms.pyth}"`);
  if (!isHexString(terms.priceId, 32)) {
    throw new Error(`The priceId of ${name} is not of 32 bytes: "${terms.priceId}"`);
  }
  return {
    pyth: terms.pyth,
    priceId: terms.priceId,
    underlying: terms.underlying,
    maxAge: BigInt(terms.maxAge),
    minHalfSpread: wad(terms.minHalfSpread),
    maxHalfSpread: wad(terms.maxHalfSpread),
    minPrice: wad(terms.minPrice),
    maxPrice: wad(terms.maxPrice),
    deadAfter: BigInt(terms.deadAfter),
  };
}

export const toMedianPlan = (terms: MedianTerms): MedianPlan => ({
  underlying: terms.underlying,
  sources: terms.sources,
  maxDivergence: wad(terms.maxDivergence),
});
