// What contracts/oracle/IndexSource.sol computes, in the same order and with the same errors; times and parts that are
// dead are the caller's.
import { divisorDown, halfSpreadUp, levelDown, rebasedDown, weightUp } from "./Basket.ts";
import { ContractError } from "./ContractError.ts";

/** Of units and of prices. */
export const MAX_FACTOR = 2n ** 96n - 1n;
export const MIN_DIVISOR = 10n ** 12n;
export const MAX_DIVISOR = 2n ** 128n - 1n;

/** A basket. Units and divisor are WAD. */
export interface Basket {
  units: readonly bigint[];
  divisor: bigint;
}

/** What a source says. Price and half-spread are WAD, times seconds. */
export interface PartPrice {
  price: bigint;
  halfSpread: bigint;
  updatedAt: bigint;
}

/** A basket that begins at a level, with the prices then. */
export function create(
  units: readonly bigint[],
  prices: readonly bigint[],
  level: bigint,
  maxWeight: bigint,
): Basket {
  const values = valuesOf(units, prices);
  const total = sum(values);
  if (total === 0n) throw new ContractError("IndexSource_NoUnits", []);
  requireCapped(values, total, maxWeight);
  return { units, divisor: checkedDivisor(divisorDown(total, level)) };
}

/** Level, half-spread and time of a basket. */
export function read({ units, divisor }: Basket, parts: readonly PartPrice[]): PartPrice {
  const prices = parts.map(({ price }) => price);
  const values = valuesOf(units, prices);
  const total = sum(values);
  const price = levelDown(total, divisor);
  if (price === 0n) throw new ContractError("IndexSource_ZeroLevel", []);
  const held = parts.filter((_, i) => units[i] !== 0n);
  return {
    price,
    halfSpread: halfSpreadUp(sum(values.map((value, i) => value * parts[i].halfSpread)), total),
    updatedAt: held.map(({ updatedAt }) => updatedAt).reduce((a, b) => (a < b ? a : b)),
  };
}

/** The basket with other units, at the same level: `prices` are those of this moment. */
export function reconstitute(
  { units, divisor }: Basket,
  unitsAfter: readonly bigint[],
  prices: readonly bigint[],
  maxWeight: bigint,
): Basket {
  const values = valuesOf(unitsAfter, prices);
  const total = sum(values);
  requireCapped(values, total, maxWeight);
  const before = sum(valuesOf(units, prices));
  return { units: unitsAfter, divisor: checkedDivisor(rebasedDown(divisor, total, before)) };
}

const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n);

const valuesOf = (units: readonly bigint[], prices: readonly bigint[]) =>
  units.map((amount, i) => amount * prices[i]);

function requireCapped(values: readonly bigint[], total: bigint, most: bigint): void {
  for (const [i, value] of values.entries()) {
    const weight = weightUp(value, total);
    if (weight > most) throw new ContractError("IndexSource_WeightAboveCap", [BigInt(i), weight, most]);
  }
}

function checkedDivisor(value: bigint): bigint {
  if (value >= MIN_DIVISOR && value <= MAX_DIVISOR) return value;
  throw new ContractError("IndexSource_DivisorOutOfBounds", [value, MIN_DIVISOR, MAX_DIVISOR]);
}
