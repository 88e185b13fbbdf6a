import { readFileSync } from "node:fs";
import { isAddress, parseUnits } from "ethers";
import JSON5 from "json5";
import { packPricing, packRisk } from "../sdk/math/MarketParams.ts";
import { NEVER, packPolicy } from "../sdk/math/Policy.ts";
import type { Plan } from "./modules/Tokens.ts";

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

export interface SourceTerms {
  /** One that is there already, and what it must say of itself; or one to be deployed that anyone may set. */
  feed: { address: string; description: string } | { decimals: number; description: string; answer: Decimal };
  underlying: string;
  maxAge: number;
  halfSpread: Decimal;
  minPrice: Decimal;
  maxPrice: Decimal;
  deadAfter: number;
}

/** What a file of deploy/parameters says, by name: sources, markets and tokens refer to what is named above them. */
export interface Parameters {
  /** Addresses; the deployer wherever there is none. */
  roles: { admin?: string; owner?: string; guardian?: string; feeReceiver?: string };
  baseTokens: Record<string, { address: string; decimals: number } | { name: string; decimals: number }>;
  sources: Record<string, SourceTerms>;
  terms: Record<string, MarketTerms>;
  policies: Record<string, PolicyTerms>;
  markets: Record<string, { baseToken: string; source: string; terms: string; seed: Decimal }>;
  tokens: Record<string, { market: string; leverage: Decimal; policy: string }>;
}

/** Parameters of which every part may be left out. A token or market that is undefined is not deployed. */
export type Overrides = { [K in keyof Parameters]?: PartialEntries<Parameters[K]> };
type PartialEntries<T> = { [K in keyof T]?: T[K] extends object ? Partial<T[K]> : T[K] };

/**
 * The smallest fees, the largest depth and no funding, where the design's examples come out to 1e-9: for deployLocal.
 *
 * The budget of rebalances, tradeFee · depth, is then 5,192 units per window.
 */
export const FRICTIONLESS = {
  sources: { ETH: { halfSpread: "0" } },
  terms: {
    standard: {
      depth: "5192296858534827.628530496329220095",
      tradeFee: "0.000000000001",
      fundingVelocity: "0",
      skewCap: "0.000005",
    },
  },
  policies: { continuous: { streamingFee: "0" }, daily: { streamingFee: "0" } },
} satisfies Overrides;

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
  return {
    baseTokens,
    sources: mapValues(sources, ({ feed, ...source }, name) => ({
      underlying: source.underlying,
      feed:
        "address" in feed
          ? { address: checked(name, feed.address) }
          : { ...feed, answer: parseUnits(feed.answer, feed.decimals) },
      maxAge: BigInt(source.maxAge),
      halfSpread: wad(source.halfSpread),
      minPrice: wad(source.minPrice),
      maxPrice: wad(source.maxPrice),
      deadAfter: BigInt(source.deadAfter),
    })),
    markets: mapValues(markets, ({ baseToken, source, terms: termsName, seed }, name) => {
      const { decimals } = named(baseTokens, baseToken, name);
      const values = { ...amounts(named(terms, termsName, name)), baseDecimals: BigInt(decimals) };
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

const wad = (decimal: Decimal) => parseUnits(decimal, 18);

/** Decimals as WAD, whole numbers as they are. */
const amounts = <T extends object>(terms: T) =>
  mapValues(terms as Record<string, Decimal | number>, (value) =>
    typeof value === "number" ? BigInt(value) : value === "never" ? NEVER : wad(value),
  ) as { [K in keyof T]: bigint };

const mapValues = <T, U>(entries: Record<string, T>, map: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(value, name)]));

function named<T>(entries: Record<string, T>, name: string, by: string): T {
  if (entries[name] === undefined) throw new Error(`${by} names ${name}, which the parameters lack`);
  return entries[name];
}

function checked(name: string, address: string): string {
  if (!isAddress(address)) throw new Error(`The feed of ${name} has no address: "${address}"`);
  return address;
}
