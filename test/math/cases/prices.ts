// What price sources compute: Basket, Feed and Median.
import * as Basket from "../../../sdk/math/Basket.ts";
import * as Feed from "../../../sdk/math/Feed.ts";
import * as Median from "../../../sdk/math/Median.ts";
import type { Random } from "../random.ts";
import { type Case, define, whole } from "./case.ts";

/** A sum of values of an index, now and then none; one that may be divided by. */
const total = (r: Random) => (r.chance(50) ? 0n : some(r));
const some = (r: Random) => r.log(1n, 2n ** 196n);
const divisor = (r: Random) => r.log(1n, 2n ** 128n - 1n);

/** A price of a source, and one near it in half of the cases. */
const priced = (r: Random) => (r.chance(50) ? 0n : r.log(1n, 2n ** 96n - 1n));
const beside = (r: Random, price: bigint) => {
  const near = r.near(price);
  return r.chance(2) && near >= 0n ? near : priced(r);
};

const pair = (r: Random): [bigint, bigint] => {
  const a = priced(r);
  return [a, beside(r, a)];
};

export const prices: Case[] = [
  define("Feed_scaleOf", Feed.scaleOf, (r) => [BigInt(r.below(39))]),
  define("Feed_scaledDown", Feed.scaledDown, (r) => {
    const { factor, divisor } = Feed.scaleOf(BigInt(r.below(39)));
    return [whole(r), factor, divisor];
  }),
  define("Feed_toWadDown", Feed.toWadDown, (r) => [whole(r), BigInt(r.below(39))]),
  define("Feed_fromExponentDown", Feed.fromExponentDown, (r) => [
    r.chance(20) ? 0n : r.log(1n, 2n ** 64n - 1n),
    r.chance(4) ? r.pick(39n, 40n, -56n, -57n, -18n, 0n, r.signed(2n ** 31n)) : BigInt(r.below(110) - 60),
  ]),
  define("Feed_spreadUp", Feed.spreadUp, (r) => [
    r.chance(20) ? 0n : r.log(1n, 2n ** 64n - 1n),
    r.log(1n, 2n ** 63n),
  ]),
  define("Median_middle", Median.middle, (r) => {
    const a = priced(r);
    const b = beside(r, a);
    return [a, b, beside(r, b)];
  }),
  define("Median_meanDown", Median.meanDown, pair),
  define("Median_divergenceUp", Median.divergenceUp, pair),
  define("Median_halfGapUp", Median.halfGapUp, pair),
  define("Basket_levelDown", Basket.levelDown, (r) => [total(r), divisor(r)]),
  define("Basket_halfSpreadUp", Basket.halfSpreadUp, (r) => [whole(r), some(r)]),
  define("Basket_weightUp", Basket.weightUp, (r) => {
    const all = total(r);
    return [r.chance(20) ? whole(r) : r.log(0n, all), all];
  }),
  define("Basket_divisorDown", Basket.divisorDown, (r) => [total(r), r.log(1n, 2n ** 96n)]),
  define("Basket_rebasedDown", Basket.rebasedDown, (r) => [divisor(r), total(r), total(r)]),
];
