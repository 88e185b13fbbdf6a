// Twin of contracts/types/MarketParams.sol, where each field is explained. The functions of sdk/math take the readable
// form; the packed one is what travels in calldata.
import { type Layout, packWord, unpackWord } from "./words.ts";

/** How a market prices and funds. WAD, the delay in seconds. */
export interface PricingTerms {
  depth: bigint;
  tradeFee: bigint;
  maxHalfSpread: bigint;
  protocolShare: bigint;
  /** Per day². */
  fundingVelocity: bigint;
  /** Per day. */
  maxFundingRate: bigint;
  /** Seconds. */
  withdrawalDelay: bigint;
}

/** What a market demands of its accounts and of its pool. WAD unless it says otherwise. */
export interface RiskTerms {
  minMargin: bigint;
  liquidationReward: bigint;
  maxLeverage: bigint;
  maintenanceMargin: bigint;
  skewCap: bigint;
  openShare: bigint;
  deleverageShare: bigint;
  rewardRate: bigint;
  exitFee: bigint;
  /** Seconds. */
  rebalanceWindow: bigint;
  /** A number of decimals. */
  baseDecimals: bigint;
}

/** Everything that defines a market, readable. */
export interface MarketParams {
  baseToken: string;
  priceSource: string;
  pricing: PricingTerms;
  risk: RiskTerms;
}

/** The same as the contracts take it. */
export interface PackedMarketParams {
  baseToken: string;
  priceSource: string;
  pricing: bigint;
  risk: bigint;
}

export const PRICING_LAYOUT: Layout<keyof PricingTerms> = {
  depth: { bits: 112 },
  tradeFee: { bits: 40, step: 10n ** 6n },
  maxHalfSpread: { bits: 16, step: 10n ** 12n },
  protocolShare: { bits: 16, step: 10n ** 14n },
  fundingVelocity: { bits: 24, step: 10n ** 12n },
  maxFundingRate: { bits: 24, step: 10n ** 12n },
  withdrawalDelay: { bits: 24 },
};

export const RISK_LAYOUT: Layout<keyof RiskTerms> = {
  minMargin: { bits: 40, step: 10n ** 12n },
  liquidationReward: { bits: 40, step: 10n ** 12n },
  maxLeverage: { bits: 16, step: 10n ** 16n },
  maintenanceMargin: { bits: 24, step: 10n ** 12n },
  skewCap: { bits: 24, step: 10n ** 12n },
  openShare: { bits: 16, step: 10n ** 14n },
  deleverageShare: { bits: 16, step: 10n ** 14n },
  rewardRate: { bits: 24, step: 10n ** 12n },
  exitFee: { bits: 24, step: 10n ** 12n },
  rebalanceWindow: { bits: 24 },
  baseDecimals: { bits: 8 },
};

/** The same terms with a trade fee and a half-spread of nothing. */
export const withoutFees = (terms: PricingTerms): PricingTerms => ({
  ...terms,
  tradeFee: 0n,
  maxHalfSpread: 0n,
});

/** Packs pricing terms; a FieldError for a value that doesn't fit exactly. */
export const packPricing = (terms: PricingTerms): bigint => packWord(PRICING_LAYOUT, terms);

/** Packs risk terms; a FieldError for a value that doesn't fit exactly. */
export const packRisk = (terms: RiskTerms): bigint => packWord(RISK_LAYOUT, terms);

export const unpackPricing = (word: bigint): PricingTerms => unpackWord(PRICING_LAYOUT, word);

export const unpackRisk = (word: bigint): RiskTerms => unpackWord(RISK_LAYOUT, word);

/** Packs the parameters of a market; a FieldError for a value that doesn't fit exactly. */
export function packMarketParams(params: MarketParams): PackedMarketParams {
  return { ...params, pricing: packPricing(params.pricing), risk: packRisk(params.risk) };
}

export function unpackMarketParams(params: PackedMarketParams): MarketParams {
  const { baseToken, priceSource, pricing, risk } = params;
  return { baseToken, priceSource, pricing: unpackPricing(pricing), risk: unpackRisk(risk) };
}
