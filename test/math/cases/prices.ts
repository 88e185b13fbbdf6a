// What price sources compute: Basket.
import * as Basket from "../../../sdk/math/Basket.ts";
import type { Random } from "../random.ts";
import { type Case, define, whole } from "./case.ts";

/** A sum of values of an index, now and then none. */
const total = (r: Random) => (r.chance(50) ? 0n : r.log(1n, 2n ** 196n));
const divisor = (r: Random) => (r.chance(50) ? 0n : r.log(1n, 2n ** 128n - 1n));

export const prices: Case[] = [
  define("Basket_levelDown", Basket.levelDown, (r) => [total(r), divisor(r)]),
  define("Basket_halfSpreadUp", Basket.halfSpreadUp, (r) => [whole(r), total(r)]),
  define("Basket_weightUp", Basket.weightUp, (r) => {
    const all = total(r);
    return [r.chance(20) ? whole(r) : r.log(0n, all), all];
  }),
  define("Basket_divisorDown", Basket.divisorDown, (r) => [total(r), r.pick(0n, r.log(1n, 2n ** 96n))]),
  define("Basket_rebasedDown", Basket.rebasedDown, (r) => [divisor(r), total(r), total(r)]),
];
