// A seeded source of numbers, and generators of what a market and its accounts can be: magnitudes are log-uniform, and
// the ends of every range come up exactly.

import type { Holding } from "../../sdk/math/Attribution.ts";
import { MAX_POOL_CASH, MAX_POSITION } from "../../sdk/math/Books.ts";
import { abs, WAD } from "../../sdk/math/FixedPoint.ts";
import { type Conditions, energyUp } from "../../sdk/math/Impact.ts";
import { FEE_STEP, type ForcedTrades, type Market, RATE_STEP, SPREAD_STEP } from "../../sdk/math/Market.ts";
import {
  type MarketParams,
  PRICING_LAYOUT,
  type PricingTerms,
  RISK_LAYOUT,
  type RiskTerms,
} from "../../sdk/math/MarketParams.ts";
import { NEVER, POLICY_LAYOUT, type Policy } from "../../sdk/math/Policy.ts";
import type { RebalanceLimits } from "../../sdk/math/Rebalance.ts";
import { mostReward } from "../../sdk/math/TokenAdmission.ts";
import { type Layout, rangeOf } from "../../sdk/math/words.ts";

export const MAX_PRICE = 10n ** 26n;
export const MAX_DEPTH = 2n ** 112n - 1n;
const MAX_CASH = 2n ** 127n - 1n;
const MAX_HELD = 2n ** 96n - 1n;
const MAX_LEVERAGE = 2n ** 64n - 1n;
const MAX_INDEX = 15n * 10n ** 25n;

const SEED = process.env.FUZZ_SEED || "0x5eed";

/** The seed of a run, said once by whoever starts from it. */
export const seed = (): string => SEED;

export class Random {
  private state: number;

  /** Independent of other names with the same seed. */
  constructor(name: string, from: string = SEED) {
    this.state = [...`${from}/${name}`].reduce(
      (h, c) => Math.imul(h ^ c.charCodeAt(0), 0x01000193),
      0x811c9dc5,
    );
  }

  /** A number of 32 bits (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(end: number): number {
    return Math.floor((this.next() / 2 ** 32) * end);
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(...values: T[]): T {
    return values[this.below(values.length)];
  }

  bits(count: number): bigint {
    let value = 0n;
    for (let have = 0; have < count; have += 32) value = (value << 32n) | BigInt(this.next());
    return BigInt.asUintN(count, value);
  }

  /** Uniform in [least, most]. */
  between(least: bigint, most: bigint): bigint {
    const range = most - least + 1n;
    return least + (this.bits(range.toString(2).length + 64) % range);
  }

  /** Log-uniform in [least, most], one in eight at an end or next to it. */
  log(least: bigint, most: bigint): bigint {
    if (most <= least) return least;
    if (this.chance(8)) return this.pick(least, most, least + 1n, most - 1n);
    const low = least.toString(2).length;
    const length = low + this.below(most.toString(2).length - low + 1);
    const value = (1n << BigInt(length - 1)) | this.bits(length - 1);
    return value < least ? least : value > most ? most : value;
  }

  /** Log-uniform magnitudes of both signs, and 0. */
  signed(most: bigint): bigint {
    const size = this.log(0n, most);
    return this.chance(2) ? -size : size;
  }

  /** Around a value: within a tenth, a thousandth, a few wei, or exact. Of the same sign, or 0. */
  near(value: bigint): bigint {
    const size = abs(value);
    const off = this.pick(0n, 1n, 2n, size / 1_000_000_000n, size / 1_000n, size / 10n);
    const moved = size + this.between(-off, off);
    if (moved <= 0n) return 0n;
    return value < 0n ? -moved : moved;
  }

  // ---------------------------------------------------------------------------------------------- domain

  price = () => this.log(10n ** 12n, MAX_PRICE);
  depth = () => this.log(10n ** 15n, MAX_DEPTH);
  position = () => this.signed(MAX_POSITION);
  amount = () => this.signed(2n * MAX_POSITION);
  cash = () => this.signed(MAX_CASH);
  value = () => (this.chance(3) ? this.signed(MAX_CASH) : this.log(0n, MAX_HELD));
  costRate = () => this.log(10n ** 6n, 165n * 10n ** 15n);
  wad = () => this.log(0n, this.pick(WAD, 100n * WAD, 2n ** 128n));
  time = () => (this.chance(4) ? this.log(0n, 2n ** 32n - 1n) : 1_767_225_600n + BigInt(this.below(10 ** 8)));
  elapsed = () =>
    this.pick(0n, 1n, 86_400n, 2n ** 32n - 1n, this.log(0n, 2n ** 32n - 1n), this.log(1n, 10n ** 7n));
  maxRate = () => BigInt(this.pick(0, 1, 500_000, this.below(500_000))) * 10n ** 12n;

  /** Within ±bound in whole steps, often at an end. */
  rate(bound: bigint): bigint {
    const steps = bound / RATE_STEP;
    return this.pick(0n, steps, -steps, this.between(-steps, steps), this.signed(steps)) * RATE_STEP;
  }

  leverage(): bigint {
    const size = (this.chance(6) ? 10n : BigInt(11 + this.below(90))) * 10n ** 17n;
    return this.chance(2) ? -size : size;
  }

  /** Any values that fit into the fields. */
  fields<Name extends string>(layout: Layout<Name>): Record<Name, bigint> {
    const values = {} as Record<Name, bigint>;
    for (const name of Object.keys(layout) as Name[]) {
      const { least, most, step } = rangeOf(layout[name]);
      const field = layout[name];
      if (field.never && this.chance(4)) values[name] = NEVER;
      else if (field.signed) values[name] = this.chance(8) ? least : this.signed(most / step) * step;
      else values[name] = this.log(0n, most / step) * step;
    }
    return values;
  }

  /** Mostly terms that Admission accepts; sometimes whatever fits and may be divided by. */
  pricing(): PricingTerms {
    const any = this.fields(PRICING_LAYOUT);
    if (this.chance(10)) return { ...any, depth: this.depth(), maxFundingRate: this.maxRate() };
    return {
      ...any,
      depth: this.log(10n ** 15n, MAX_DEPTH),
      tradeFee: this.log(1n, 10n ** 11n) * 10n ** 6n,
      maxHalfSpread: this.log(0n, 65_000n) * 10n ** 12n,
      protocolShare: this.log(0n, 10_000n) * 10n ** 14n,
      maxFundingRate: this.maxRate(),
    };
  }

  risk(): RiskTerms {
    if (this.chance(10)) return this.#divisible(this.fields(RISK_LAYOUT));
    const reward = this.log(0n, 2n ** 38n - 1n);
    const share = this.log(1n, 60_000n);
    return {
      minMargin: this.pick(4n * reward, this.log(1n, 10n ** 12n)) * 10n ** 12n,
      liquidationReward: reward * 10n ** 12n,
      maxLeverage: BigInt(100 + this.below(9_901)) * 10n ** 16n,
      maintenanceMargin: this.log(1n, 990_000n) * 10n ** 12n,
      skewCap: this.log(1n, 1_000_000n) * 10n ** 12n,
      openShare: share * 10n ** 14n,
      deleverageShare: (share + this.log(1n, 5_000n)) * 10n ** 14n,
      rewardRate: this.log(0n, 100_000n) * 10n ** 12n,
      exitFee: this.log(0n, 50_000n) * 10n ** 12n,
      rebalanceWindow: this.log(1n, 2n ** 24n - 1n),
      baseDecimals: BigInt(6 + this.below(13)),
    };
  }

  #divisible = (risk: RiskTerms): RiskTerms => ({
    ...risk,
    maxLeverage: risk.maxLeverage || WAD,
    openShare: risk.openShare || WAD,
  });

  /** Parameters around the edges of what Admission accepts: all is well but for one field, or for none. */
  admissible(): Pick<MarketParams, "pricing" | "risk"> {
    const pricing = this.chance(10) ? this.fields(PRICING_LAYOUT) : this.pricing();
    const risk = this.chance(10) ? this.fields(RISK_LAYOUT) : this.risk();
    pricing.withdrawalDelay = this.log(60n, 2n ** 24n - 1n);
    if (risk.liquidationReward >= 2n ** 38n * 10n ** 12n) risk.liquidationReward = 0n;
    if (risk.minMargin < 4n * risk.liquidationReward) risk.minMargin = 4n * risk.liquidationReward;
    if (risk.minMargin === 0n) risk.minMargin = 10n ** 12n;
    if (this.chance(2)) {
      pricing.tradeFee = this.log(1n, 10n ** 10n) * 10n ** 6n;
      pricing.maxHalfSpread = this.log(0n, 10_000n) * 10n ** 12n;
      risk.maxLeverage = BigInt(100 + this.below(1_900)) * 10n ** 16n;
      risk.rewardRate = this.log(0n, 5_000n) * 10n ** 12n;
      risk.skewCap = this.log(1n, 20_000n) * 10n ** 12n;
      const sum = risk.skewCap + pricing.tradeFee + pricing.maxHalfSpread + risk.rewardRate;
      const initial = (WAD * WAD) / risk.maxLeverage;
      const step = 10n ** 12n;
      const exact = (this.pick(sum, sum + step, initial, initial - step, (sum + initial) / 2n) / step) * step;
      risk.maintenanceMargin = exact < 2n ** 24n * step ? exact : 10n ** 18n;
    }
    if (this.chance(2)) pricing.depth = this.log(10n ** 15n, 10n ** 31n);
    return { pricing, risk };
  }

  policy(): Policy {
    const policy: Policy = this.fields(POLICY_LAYOUT);
    if (this.chance(3)) policy.interval = this.pick(0n, 1n, 3_600n, 86_400n);
    return policy;
  }

  /** Mostly a policy that TokenAdmission accepts: all is well but for one field, or for none. */
  tokenPolicy(): Policy {
    const hundredths = (least: number, most: number) =>
      BigInt(least + this.below(most - least + 1)) * 10n ** 16n;
    const emergencyBand = this.pick(hundredths(10, 500), 10n ** 17n, 5n * WAD);
    const band = (most: bigint) => this.pick(NEVER, 0n, most, this.log(0n, most / 10n ** 14n) * 10n ** 14n);
    const interval = this.pick(0n, 3_600n, 86_400n, 30n * 86_400n);
    const [upperBand, lowerBand] = [band(emergencyBand), band((9n * WAD) / 10n)];
    const cap = mostReward(upperBand, lowerBand);
    const policy: Policy = {
      ...this.fields(POLICY_LAYOUT),
      mintBurnBand: band(emergencyBand),
      upperBand,
      lowerBand,
      emergencyBand,
      maxImpact: this.log(1n, 10_000n) * 10n ** 14n,
      interval,
      offset: interval === 0n ? 0n : this.log(0n, interval - 1n),
      rewardCap: this.log(0n, cap / 10n ** 12n) * 10n ** 12n,
      mintFee: this.log(0n, 10_000n) * 10n ** 12n,
      burnFee: this.log(0n, 10_000n) * 10n ** 12n,
      streamingFee: this.log(0n, 50_000n) * 10n ** 12n,
    };
    const [name] = this.pick(...Object.entries(policy)) as [keyof Policy, bigint];
    if (this.chance(2)) policy[name] = this.fields(POLICY_LAYOUT)[name];
    return policy;
  }

  market(terms?: PricingTerms): Market {
    const touchedAt = this.time();
    const price = this.price();
    return {
      longs: this.log(0n, MAX_POSITION),
      shorts: this.log(0n, MAX_POSITION),
      fundingRate: this.rate(terms?.maxFundingRate ?? this.maxRate()),
      halfSpread: this.log(0n, 65_001n) * SPREAD_STEP,
      status: BigInt(this.below(5)),
      poolCash: this.signed(MAX_POOL_CASH - 1n),
      held: this.log(0n, MAX_HELD),
      touchedAt,
      fundingIndex: this.chance(4) ? this.signed(MAX_INDEX) : this.signed(price),
      price,
      protocolFees: this.log(0n, 2n ** 56n - 1n) * FEE_STEP,
      priceAge: this.log(0n, touchedAt < 2n ** 24n ? touchedAt : 2n ** 24n - 1n),
    };
  }

  forcedTrades(): ForcedTrades {
    return { forced: this.amount(), spent: this.log(0n, 2n ** 112n - 1n), forcedAt: this.time() };
  }

  conditions(): Conditions {
    const depth = this.depth();
    const most = depth < MAX_POSITION ? depth : MAX_POSITION;
    const price = this.price();
    const skew = this.chance(4) ? this.position() : this.signed(most);
    return {
      price,
      depth,
      costRate: this.costRate(),
      skew,
      energy: energyUp(price, skew, depth),
      forced: this.pick(0n, this.signed(most), this.amount()),
    };
  }

  /** The position of an account worth `value` at about `leverage`. */
  positionAt(leverage: bigint, value: bigint, price: bigint): bigint {
    const position = (leverage * value) / price;
    const bounded = abs(position) > MAX_POSITION ? MAX_POSITION * (leverage < 0n ? -1n : 1n) : position;
    return this.near(bounded);
  }

  holding(price: bigint): Holding {
    const value = this.log(1n, MAX_HELD);
    const supply = this.log(10n ** 6n, 2n ** 128n - 1n);
    const leverage = this.chance(6) ? this.signed(MAX_LEVERAGE) : this.leverage();
    return { position: this.positionAt(leverage, value, price), value, supply };
  }

  limits(): RebalanceLimits {
    return {
      emergency: this.chance(4),
      partialOpening: this.chance(2),
      reach: this.pick(0n, this.log(1n, MAX_DEPTH)),
      budget: this.log(0n, 2n ** 112n - 1n),
      room: this.log(0n, MAX_POSITION),
      risk: this.risk(),
    };
  }
}
