// FixedPoint and Feed.
import * as FixedPoint from "../../../sdk/math/FixedPoint.ts";
import type { Random } from "../random.ts";
import { type Case, define, divisor, integer, some, whole } from "./case.ts";

/** Two factors up to here have a product in range, signed and unsigned. */
const HALF = 2n ** 127n;
const FACTOR = 2n ** 128n - 1n;

/** What is divided with its sign, and a divisor: together in range, at its end too. */
const divided = (r: Random): readonly [bigint, bigint] => {
  const d = divisor(r);
  const most = FixedPoint.MAX_INT256 - d;
  return [r.chance(50) ? r.pick(most, -most) : r.signed(r.chance(2) || most < HALF ? most : HALF), d];
};

export const arithmetic: Case[] = [
  define("FixedPoint_mulDivDown", FixedPoint.mulDivDown, (r) => [whole(r), whole(r), whole(r)]),
  define("FixedPoint_mulDivUp", FixedPoint.mulDivUp, (r) => [whole(r), whole(r), whole(r)]),
  define("FixedPoint_divFloor", FixedPoint.divFloor, divided),
  define("FixedPoint_divCeil", FixedPoint.divCeil, divided),
  define("FixedPoint_divDown", FixedPoint.divDown, (r) => [whole(r), some(r)]),
  define("FixedPoint_divUp", FixedPoint.divUp, (r) => [whole(r), some(r)]),
  define("FixedPoint_mulWadDown", FixedPoint.mulWadDown, (r) => [r.log(0n, FACTOR), r.log(0n, FACTOR)]),
  define("FixedPoint_mulWadUp", FixedPoint.mulWadUp, (r) => [r.log(0n, FACTOR), r.log(0n, FACTOR)]),
  define("FixedPoint_mulWadFloor", FixedPoint.mulWadFloor, (r) => [r.signed(HALF), r.signed(HALF)]),
  define("FixedPoint_mulWadCeil", FixedPoint.mulWadCeil, (r) => [r.signed(HALF), r.signed(HALF)]),
  define("FixedPoint_stepDown", FixedPoint.stepDown, (r) => [whole(r), some(r)]),
  define("FixedPoint_stepUp", FixedPoint.stepUp, (r) => [whole(r), some(r)]),
  ...(
    [
      ["Up", FixedPoint.sqrtUp],
      ["Down", FixedPoint.sqrtDown],
    ] as const
  ).map(([way, twin]) =>
    define(`FixedPoint_sqrt${way}`, twin, (r) => {
      const root = r.log(0n, 2n ** 128n - 1n);
      return [
        r.chance(2) ? whole(r) : r.pick(root * root, root * root + 1n, root === 0n ? 0n : root * root - 1n),
      ];
    }),
  ),
  define("FixedPoint_rootUp", FixedPoint.rootUp, (r) => {
    // Below 2^127, as the sum has to fit; the growth takes the sum down to 0 at most, and just beside squares too.
    const most = r.pick(9n, 2n ** 127n - 1n);
    const b = r.log(1n, most);
    const to = r.log(0n, most);
    const beside = r.pick(-1n, 0n, 1n);
    const growth = r.chance(2) ? r.log(0n, 2n ** 250n) : to * to + beside - b * b;
    return [b, growth < -b * b ? -b * b : growth];
  }),
  define("FixedPoint_abs", FixedPoint.abs, (r) => [integer(r)]),
  define("FixedPoint_withSign", FixedPoint.withSign, (r) => [r.log(0n, FixedPoint.MAX_INT256), integer(r)]),
];
