// Sources of parameter files that are neither a Chainlink feed nor an index.
import { isAddress, isHexString, parseUnits } from "ethers";
import type { MedianPlan, PythPlan } from "./modules/Sources.ts";

type Decimal = string;

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
