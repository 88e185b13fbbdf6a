// What a case is, and values that several files of cases begin with.
import * as FixedPoint from "../../../sdk/math/FixedPoint.ts";
import type { Market } from "../../../sdk/math/Market.ts";
import type { MarketParams } from "../../../sdk/math/MarketParams.ts";
import type { Random } from "../random.ts";

export interface Case {
  /** `Library_function` of the harness. */
  name: string;
  twin: (...values: never[]) => unknown;
  values: (random: Random) => readonly unknown[];
}

export const define = <Values extends unknown[]>(
  name: string,
  twin: (...values: Values) => unknown,
  values: (random: Random) => readonly [...Values],
): Case => ({ name, twin, values });

/** A function that changes a market, as one that returns the changed market and the names of what else it returns. */
export const changing =
  <Values extends unknown[]>(act: (market: Market, ...values: Values) => unknown, name?: string) =>
  (market: Market, ...values: Values) => {
    const result = { ...market };
    const output = act(result, ...values);
    return name === undefined ? { ...(output as object), result } : { [name]: output, result };
  };

export const MAX = FixedPoint.MAX_UINT256;

/** Operands over all 256 bits, half of them from where amounts are. */
export const whole = (r: Random) => (r.chance(2) ? r.log(0n, MAX) : r.log(0n, 2n ** 128n));
/** What may be divided by. */
export const some = (r: Random) => (r.chance(2) ? r.log(1n, MAX) : r.log(1n, 2n ** 128n));
export const integer = (r: Random) =>
  r.chance(50) ? FixedPoint.MIN_INT256 : r.signed(r.chance(2) ? FixedPoint.MAX_INT256 : 2n ** 127n);
export const divisor = (r: Random) =>
  r.chance(3) ? r.pick(1n, 2n, FixedPoint.WAD, FixedPoint.MAX_INT256) : r.log(1n, FixedPoint.MAX_INT256);

/** An account at some leverage, with the market around it and its rules. */
export const leveraged = (r: Random) => {
  const conditions = r.conditions();
  const value = r.value();
  const position = r.chance(4) ? r.position() : r.positionAt(r.leverage(), value, conditions.price);
  return { conditions, value, position, risk: r.risk() };
};

export const params = (r: Random): MarketParams => ({
  baseToken: `0x${r.bits(160).toString(16).padStart(40, "0")}`,
  priceSource: `0x${r.bits(160).toString(16).padStart(40, "0")}`,
  ...r.admissible(),
});
