import { readFileSync } from "node:fs";
import { parseUnits } from "ethers";
import JSON5 from "json5";
import { packPricing, packRisk } from "../sdk/math/MarketParams.ts";
import { NEVER, packPolicy } from "../sdk/math/Policy.ts";
import type { IndexPlan } from "./modules/Sources.ts";
import type { Plan } from "./modules/Tokens.ts";
import {
  type ChainlinkTerms,
  type MedianTerms,
  type PythTerms,
  toChainlinkPlan,
  toMedianPlan,
  toPythPlan,
} from "./sources.ts";

/** A decimal number as people write it, such as "0.0005". A string, since a double would lose digits of it. */
type Decimal = string;

/** How a market prices, funds and limits, in units and fractions; times in seconds. The meaning of each: MarketParams.sol. */
export interface MarketTerms {
  depth: Decimal;
  tradeFee: Decimal;
  maxHalfSpread: Decimal;
  protocolShare: Decimal;
  fundingVelocity: Decimal;
  maxFundingRate: Decimal;
  withdrawalDelay: number;
  minMargin: Decimal;
  liquidationReward: Decimal;
  maxLeverage: Decimal;
  maintenanceMargin: Decimal;
  skewCap: Decimal;
  openShare: Decimal;
  deleverageShare: Decimal;
  rewardRate: Decimal;
  exitFee: Decimal;
  rebalanceWindow: number;
}

/** When a token rebalances and what it charges, in fractions and BaseToken; times in seconds. Policy.sol has the meaning. */
export interface PolicyTerms {
  mintBurnBand: Decimal | "never";
  upperBand: Decimal | "never";
  lowerBand: Decimal | "never";
  emergencyBand: Decimal;
  maxImpact: Decimal;
  interval: number;
  offset: number;
  rewardBase: Decimal;
  rewardSlope: Decimal;
  rewardCap: Decimal;
  mintFee: Decimal;
  burnFee: Decimal;
  streamingFee: Decimal;
}

/** A basket of other sources of the file. IIndexSource.sol has the meaning of each field. */
export interface IndexTerms {
  kind: "index";
  underlying: string;
  /** Units of each part, by the name of its source. */
  units: Record<string, Decimal>;
  level: Decimal;
  maxWeight: Decimal;
  delay: number;
  deadAfter: number;
  /** Address of who may propose a reconstitution; the deployer, if there is none. */
  manager?: string;
}

export type SourceTerms = ChainlinkTerms | PythTerms | MedianTerms | IndexTerms;

/** A market of the file, by the names of what it is made from. */
export interface MarketSettings {
  baseToken: string;
  source: string;
  terms: string;
  seed: Decimal;
  crash?: Crash;
}

/** The worst that an underlying like this has done: nothing on chain, but shown before a mint. */
export interface Crash {
  /** Part of the price that was lost. */
  fall: Decimal;
  /** In how many seconds, and on which day. */
  within: number;
  on: string;
  /** The highest leverage that was sane. */
  sane: Decimal;
}

/** What a file of deploy/parameters says, by name: sources, markets and tokens refer to what is named above them. */
export interface Parameters {
  /** Addresses; the deployer wherever there is none. */
  roles: { admin?: string; owner?: string; guardian?: string; feeReceiver?: string };
  /** Uniswap's v3 factory, whose pools the router swaps in; none where there is no Uniswap. */
  uniswap: { factory?: string };
  baseTokens: Record<string, { address: string; decimals: number } | { name: string; decimals: number }>;
  sources: Record<string, SourceTerms>;
  terms: Record<string, MarketTerms>;
  policies: Record<string, PolicyTerms>;
  markets: Record<string, MarketSettings>;
  tokens: Record<string, { market: string; leverage: Decimal; policy: string }>;
}

/** Parameters of which every part may be left out. A token or market that is undefined is not deployed. */
export type Overrides = { [K in keyof Parameters]?: PartialEntries<Parameters[K]> };
type PartialEntries<T> = { [K in keyof T]?: T[K] extends object ? Partial<T[K]> : T[K] };

/** Reads deploy/parameters/<network>.json5. */
export const readParameters = (network: string) =>
  JSON5.parse<Parameters>(readFileSync(new URL(`./parameters/${network}.json5`, import.meta.url), "utf8"));

/** Parameters with some of them replaced, entry by entry and field by field. */
export function override(parameters: Parameters, overrides: Overrides): Parameters {
  const merge = (old: unknown, by: unknown, levels: number): unknown => {
    if (levels === 0 || typeof by !== "object" || by === null || typeof old !== "object") return by;
    const result: Record<string, unknown> = { ...old };
    for (const [key, value] of Object.entries(by)) {
      if (value === undefined) delete result[key];
      else result[key] = merge(result[key], value, levels - 1);
    }
    return result;
  };
  return merge(parameters, overrides, 3) as Parameters;
}

/** The plan that the modules deploy: everything in the units of the chain. */
export function toPlan(parameters: Parameters): Plan {
  const { baseTokens, sources, terms, policies, markets, tokens } = parameters;
  const indexes = ofKind(sources, isIndex);
  return {
    baseTokens,
    sources: mapValues(ofKind(sources, isChainlink), toChainlinkPlan),
    pyths: mapValues(ofKind(sources, isPyth), toPythPlan),
    medians: mapValues(ofKind(sources, isMedian), toMedianPlan),
    indexes: mapValues(indexes, toIndexPlan),
    markets: mapValues(markets, ({ baseToken, source, terms: termsName, seed }, name) => {
      const { decimals } = named(baseTokens, baseToken, name);
      const values = { ...amounts(named(terms, termsName, name)), baseDecimals: BigInt(decimals) };
      if (source in indexes) requireNotice(name, source, indexes[source].delay, values.withdrawalDelay);
      return {
        baseToken,
        source,
        seed: parseUnits(seed, decimals),
        pricing: packPricing(values),
        risk: packRisk(values),
      };
    }),
    tokens: mapValues(tokens, ({ market, leverage, policy }, name) => ({
      market,
      leverage: wad(leverage),
      policy: packPolicy(amounts(named(policies, policy, name))),
    })),
  };
}

const isIndex = (terms: SourceTerms): terms is IndexTerms => terms.kind === "index";
const isPyth = (terms: SourceTerms): terms is PythTerms => terms.kind === "pyth";
const isMedian = (terms: SourceTerms): terms is MedianTerms => terms.kind === "median";
/** One over a feed, which needs not say so. */
export const isChainlink = (terms: SourceTerms): terms is ChainlinkTerms => "feed" in terms;

const toIndexPlan = ({ units, ...index }: IndexTerms): IndexPlan => ({
  parts: Object.entries(units).map(([source, amount]) => ({ source, units: wad(amount) })),
  underlying: index.underlying,
  level: wad(index.level),
  maxWeight: wad(index.maxWeight),
  delay: BigInt(index.delay),
  deadAfter: BigInt(index.deadAfter),
  ...(index.manager === undefined ? {} : { manager: index.manager }),
});

/** Liquidity providers must be able to leave between the announcement of another basket and its execution. */
function requireNotice(market: string, index: string, delay: number, withdrawalDelay: bigint): void {
  if (BigInt(delay) > withdrawalDelay) return;
  throw new Error(
    `The delay of ${index} is ${delay} s, and leaving the pool of ${market} takes ${withdrawalDelay} s: ` +
      "give the index a longer delay, or the market a shorter withdrawalDelay",
  );
}

const wad = (decimal: Decimal) => parseUnits(decimal, 18);

/** Decimals as WAD, whole numbers as they are. */
const amounts = <T extends object>(terms: T) =>
  mapValues(terms as Record<string, Decimal | number>, (value) =>
    typeof value === "number" ? BigInt(value) : value === "never" ? NEVER : wad(value),
  ) as { [K in keyof T]: bigint };

const mapValues = <T, U>(entries: Record<string, T>, map: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(value, name)]));

/** Those entries that a test tells to be of a kind. */
const ofKind = <T, U extends T>(entries: Record<string, T>, is: (value: T) => value is U) =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => is(value))) as Record<string, U>;

function named<T>(entries: Record<string, T>, name: string, by: string): T {
  if (entries[name] === undefined) throw new Error(`${by} names ${name}, which the parameters lack`);
  return entries[name];
}
