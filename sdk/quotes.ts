// What a holder or trader should know before sending: estimates to look at. What is sent comes from the contracts.

import { conditions } from "./math/Books.ts";
import { abs, MAX_UINT256, WAD } from "./math/FixedPoint.ts";
import { costUp, fillPrice, impact, moved } from "./math/Impact.ts";
import { isSufficient, leverageDown } from "./math/Margin.ts";
import type { Market } from "./math/Market.ts";
import type { PricingTerms, RiskTerms } from "./math/MarketParams.ts";
import { NEVER, type Policy } from "./math/Policy.ts";
import { offTarget, plan, type RebalanceLimits, reachDown } from "./math/Rebalance.ts";

const YEAR = 365 * 86_400;

/** A price and when it was made. */
export interface PricePoint {
  price: number;
  /** Seconds since 1970. */
  at: number;
}

/** Volatility per year of prices in order of time, and the days that they span; undefined when they can't tell. */
export function volatility(points: PricePoint[]): { perYear: number; days: number } | undefined {
  const span = points.length < 2 ? 0 : points[points.length - 1].at - points[0].at;
  // Less than a day, or a handful of prices, says nothing about a year.
  if (points.length < 5 || span < 86_400) return undefined;
  let variance = 0;
  for (let i = 1; i < points.length; i++) variance += Math.log(points[i].price / points[i - 1].price) ** 2;
  return { perYear: Math.sqrt((variance / span) * YEAR), days: span / 86_400 };
}

/**
 * What rebalancing costs holders per year: ½(L² − L)σ², in logarithms (Avellaneda & Zhang 2010), and the part of the
 * value that is left of it after a year in which the price ends where it began.
 */
export function drag(leverage: number, perYear: number): { rate: number; left: number } {
  const rate = ((leverage ** 2 - leverage) / 2) * perYear ** 2;
  return { rate, left: Math.exp(-rate) };
}

/** The move of the price, in one step, that takes everything: −1/L. A fall for longs, a rise for shorts. */
export const wipeOutGap = (leverage: number): number => -1 / leverage;

/** Where leverage stands when it has drifted to the edge at which anyone may rebalance, or to the emergency band. */
export function worstLeverage(target: number, policy: Policy): number {
  const band = policy.upperBand === NEVER ? policy.emergencyBand : policy.upperBand;
  return target * (1 + Number(band) / 1e18);
}

/**
 * How often a long token has to be rebalanced in a steady fall, each time at the band beyond which anyone may: between two
 * of them the price falls by f with L(1 − f) / (1 − L·f) = worst leverage.
 */
export function rebalancesIn(target: number, policy: Policy, fall: number): number {
  const worst = worstLeverage(target, policy);
  const step = (worst / target - 1) / (worst - 1);
  return Math.log(1 - fall) / Math.log(1 - step);
}

/** A token's account with what surrounds it. WAD. */
export interface TokenMoment {
  leverage: bigint;
  policy: Policy;
  market: Market;
  pricing: PricingTerms;
  risk: RiskTerms;
  position: bigint;
  value: bigint;
  supply: bigint;
  /** B of this block. */
  forced: bigint;
  budget: bigint;
  /** Units that the market would let the token open. */
  room: bigint;
}

/** Leverage after a mint or burn: on target if it rebalances, as before if not. Signed, WAD. */
export function leverageAfterScaling(token: TokenMoment): bigint {
  const { leverage, policy, market, pricing, position, value, supply } = token;
  if (supply === 0n) return leverage;
  const signed = (size: bigint) => (leverage < 0n ? -size : size);
  const { distance, above } = offTarget(leverage, position, market.price, value);
  if (distance <= policy.mintBurnBand) return signed(leverageDown(position, market.price, value));
  const around = conditions(market, pricing, token.forced);
  const limits: RebalanceLimits = {
    emergency: above && distance > policy.emergencyBand,
    partialOpening: false,
    reach: reachDown(policy, pricing.depth),
    budget: token.budget,
    room: token.room,
    risk: token.risk,
  };
  const { amount, valueAfter } = plan(leverage, position, value, distance, around, limits, 0n);
  const after = amount === 0n ? value : valueAfter;
  const size = leverageDown(position + amount, market.price, after);
  return signed(size === MAX_UINT256 ? 0n : size);
}

/** What a trade at this moment would cost. BaseToken and prices WAD. */
export interface TradeQuote {
  fillPrice: bigint;
  impact: bigint;
  fee: bigint;
  /** What the account would be, its margin counted. */
  position: bigint;
  value: bigint;
  leverage: bigint;
  sufficient: boolean;
}

/** Quotes a trade of `amount` units for an account that holds `position`, worth `value` with the margin it brings. */
export function quoteTrade(
  market: Market,
  pricing: PricingTerms,
  risk: RiskTerms,
  account: { position: bigint; value: bigint },
  amount: bigint,
): TradeQuote {
  const around = conditions(market, pricing, 0n);
  const ownImpact = impact(around, amount);
  const cost = costUp(around, amount);
  const position = account.position + amount;
  const value = account.value - cost;
  return {
    fillPrice: amount === 0n ? around.price : fillPrice(around.price, ownImpact, amount),
    impact: ownImpact,
    fee: cost - ownImpact,
    position,
    value,
    leverage: value <= 0n ? MAX_UINT256 : leverageDown(position, around.price, value),
    sufficient: position === 0n || isSufficient(position, value, moved(around, amount), risk),
  };
}

/** The worst fill price that a buyer (amount > 0) or seller accepts. WAD. */
export function priceLimit(fill: bigint, amount: bigint, slippage: bigint): bigint {
  return amount > 0n ? (fill * (WAD + slippage)) / WAD : (fill * (WAD - slippage)) / WAD;
}

/** The least that is accepted of what was quoted. */
export const leastOf = (quoted: bigint, slippage: bigint): bigint => (quoted * (WAD - slippage)) / WAD;

/** The price at which an account of this value can be liquidated, at unchanged funding; undefined when there is none. */
export function liquidationPrice(
  position: bigint,
  value: bigint,
  price: bigint,
  maintenance: bigint,
): bigint | undefined {
  if (position === 0n) return undefined;
  // N + q·(P − p) = m·|q|·P
  const size = abs(position);
  const slope = position > 0n ? WAD - maintenance : -(WAD + maintenance);
  const at = ((price * position) / size - (value * WAD) / size) * WAD;
  const found = at / slope;
  return found > 0n ? found : undefined;
}
