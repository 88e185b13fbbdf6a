// Rebalance, Attribution and TokenAdmission.
import * as Attribution from "../../../sdk/math/Attribution.ts";
import * as FixedPoint from "../../../sdk/math/FixedPoint.ts";
import * as Rebalance from "../../../sdk/math/Rebalance.ts";
import * as TokenAdmission from "../../../sdk/math/TokenAdmission.ts";
import type { Random } from "../random.ts";
import { type Case, define, MAX, whole } from "./case.ts";

/** A token's account off target, where its market can carry it. */
const offTarget = (r: Random) => {
  const leverage = r.leverage();
  const conditions = r.conditions();
  const value = r.chance(8) ? r.value() : r.log(1n, 2n ** 96n - 1n);
  const position = r.chance(8)
    ? r.position()
    : r.positionAt((leverage * BigInt(1 + r.below(2000))) / 1000n, value, conditions.price);
  return { leverage, conditions, value, position };
};

const rebalance: Case[] = [
  define("Rebalance_targetPosition", Rebalance.targetPosition, (r) => [
    r.leverage(),
    r.log(0n, 2n ** 97n),
    r.price(),
  ]),
  define("Rebalance_positionAmountDelta", Rebalance.positionAmountDelta, (r) => {
    const { leverage, value, conditions, position } = offTarget(r);
    return [leverage, value, conditions.price, position];
  }),
  define("Rebalance_preciseDelta", Rebalance.preciseDelta, (r) => {
    const { leverage, value, conditions, position } = offTarget(r);
    return [leverage, r.chance(20) ? r.signed(2n ** 128n - 1n) : value, conditions.price, position];
  }),
  define("Rebalance_landing", Rebalance.landing, (r) => {
    const { leverage, value, conditions, position } = offTarget(r);
    const delta = Rebalance.preciseDelta(leverage, value, conditions.price, position);
    return [leverage, r.chance(3) ? r.signed(2n ** 188n - 1n) : delta, conditions];
  }),
  define("Rebalance_limited", Rebalance.limited, (r) => [r.amount(), r.conditions(), r.limits()]),
  define("Rebalance_reachDown", Rebalance.reachDown, (r) => [r.policy(), r.depth()]),
  define("Rebalance_valueAfterFloor", Rebalance.valueAfterFloor, (r) => [
    r.value(),
    r.amount(),
    r.conditions(),
  ]),
  define("Rebalance_offTarget", Rebalance.offTarget, (r) => {
    const { leverage, value, conditions, position } = offTarget(r);
    return [leverage, position, conditions.price, value];
  }),
  define("Rebalance_isCloser", Rebalance.isCloser, (r) => {
    const { leverage, value, conditions, position } = offTarget(r);
    const after = r.positionAt(leverage, value > 0n ? value : 0n, conditions.price);
    const before = Rebalance.offTarget(leverage, position, conditions.price, value).distance;
    const distance = r.pick(before, r.wad());
    return [leverage, conditions.price, r.pick(after, r.position()), r.near(value), distance];
  }),
  define("Rebalance_slotStart", Rebalance.slotStart, (r) => [
    r.time(),
    r.log(1n, 2n ** 24n - 1n),
    r.log(0n, 2n ** 24n - 1n),
  ]),
  define("Rebalance_trigger", Rebalance.trigger, (r) => {
    const policy = r.policy();
    // As TokenAdmission has it.
    if (policy.interval !== 0n) policy.offset %= policy.interval;
    const time = r.time();
    const bands = [policy.upperBand, policy.lowerBand, policy.emergencyBand].filter((band) => band !== MAX);
    const distance = r.pick(...bands, ...bands.map((band) => FixedPoint.abs(r.near(band))), r.wad(), MAX);
    const ago = r.pick(0n, policy.interval, r.log(0n, 10n ** 7n));
    return [policy, distance, r.chance(2), ago > time ? 0n : time - ago, time];
  }),
  define("Rebalance_triggerBy", Rebalance.triggerBy, (r) => {
    const [interval, time] = [r.pick(0n, r.log(1n, 2n ** 24n - 1n)), r.time()];
    const offset = interval === 0n ? 0n : r.log(0n, interval - 1n);
    const band = r.pick(MAX, r.wad());
    const ago = r.pick(0n, interval, 2n * interval, r.near(interval), r.log(0n, 10n ** 7n));
    const rebalancedAt = ago > time ? 0n : time - ago;
    return [band, r.pick(band, r.wad(), MAX), interval, offset, rebalancedAt, time];
  }),
  define("Rebalance_rewardDown", Rebalance.rewardDown, (r) => [
    r.policy(),
    r.pick(r.wad(), whole(r), 2n ** 128n),
    r.log(0n, 2n ** 97n),
  ]),
  define("Rebalance_refill", Rebalance.refill, (r) => [r.log(1n, 2n ** 24n - 1n), r.log(0n, 2n ** 24n - 1n)]),
  define("Rebalance_rewardLeftDown", Rebalance.rewardLeftDown, (r) => [
    r.log(0n, FixedPoint.WAD),
    r.log(0n, 10n ** 7n),
    r.log(1n, 2n ** 24n - 1n),
  ]),
  define("Rebalance_rewardLeftAfterDown", Rebalance.rewardLeftAfterDown, (r) => {
    const reward = r.log(0n, 2n ** 97n);
    return [r.log(0n, FixedPoint.WAD), reward, r.log(0n, reward)];
  }),
  define("Rebalance_plan", Rebalance.plan, (r) => {
    const { leverage, value, conditions, position } = offTarget(r);
    const limits = r.limits();
    if (r.chance(2)) Object.assign(limits, { emergency: true, room: 2n ** 100n });
    const reward = r.pick(0n, r.log(0n, 10n ** 20n), value > 0n ? r.log(0n, value) : 0n);
    const { distance } = Rebalance.offTarget(leverage, position, conditions.price, value);
    return [leverage, position, value, r.chance(20) ? r.wad() : distance, conditions, limits, reward];
  }),
];

/** What stands for an empty token. */
const first = (leverage: bigint, price: bigint) => {
  const held = { position: 0n, value: 0n, supply: 0n };
  Attribution.fillFirst(held, leverage, price);
  return held;
};

const holding = (r: Random) => {
  const conditions = r.conditions();
  const held = r.chance(8) ? first(r.leverage(), conditions.price) : r.holding(conditions.price);
  return { held, conditions };
};

const attribution: Case[] = [
  define("Attribution_fillFirst", first, (r) => [r.leverage(), r.price()]),
  define("Attribution_scaledUp", Attribution.scaledUp, (r) => {
    const { held } = holding(r);
    return [held, r.pick(held.value, r.log(0n, 2n ** 96n))];
  }),
  define("Attribution_deposit", Attribution.deposit, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions, r.pick(r.near(held.value), r.log(0n, 2n ** 96n), held.value / 100n)];
  }),
  define("Attribution_mint", Attribution.mint, (r) => {
    const { held, conditions } = holding(r);
    const tokens = r.pick(r.near(held.supply), r.log(0n, 2n ** 96n), held.supply / 100n);
    return [held, conditions, tokens];
  }),
  define("Attribution_redeem", Attribution.redeem, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions, r.pick(held.supply, r.log(0n, held.supply), held.supply / 100n)];
  }),
  define("Attribution_withdraw", Attribution.withdraw, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions, r.pick(r.near(held.value), r.log(0n, held.value), held.value / 100n)];
  }),
  define("Attribution_leverageOf", Attribution.leverageOf, (r) => {
    const { held, conditions } = holding(r);
    return [held, conditions.price];
  }),
  define("Attribution_isWipedOut", Attribution.isWipedOut, (r) => {
    const supply = r.log(1n, 2n ** 128n - 1n);
    return [r.chance(2) ? r.near(supply / 10n ** 9n) : r.value(), supply];
  }),
  define("Attribution_streamingFeeDown", Attribution.streamingFeeDown, (r) => [
    r.log(0n, 2n ** 97n),
    r.log(0n, 65_535n) * 10n ** 12n,
    r.elapsed(),
  ]),
  define("Attribution_feeUp", Attribution.feeUp, (r) => [
    r.log(0n, 2n ** 97n),
    r.log(0n, 65_535n) * 10n ** 12n,
  ]),
  define("Attribution_beforeFeeUp", Attribution.beforeFeeUp, (r) => [
    r.log(0n, 2n ** 97n),
    r.pick(r.log(0n, 65_535n) * 10n ** 12n, r.wad()),
  ]),
];

const admission: Case[] = [
  define("TokenAdmission_check", TokenAdmission.check, (r) => {
    const risk = r.risk();
    if (!r.chance(4)) risk.maxLeverage = 100n * FixedPoint.WAD;
    const leverage = r.chance(8) ? r.pick(0n, 10n ** 18n, 11n * 10n ** 18n, r.position()) : r.leverage();
    return [risk, leverage, r.chance(8) ? r.policy() : r.tokenPolicy()];
  }),
  define("TokenAdmission_tenths", TokenAdmission.tenths, (r) => [
    r.chance(2) ? r.leverage() : r.signed(2n ** 255n - 1n),
  ]),
  define(
    "TokenAdmission_between",
    (value: bigint, least: bigint, most: bigint) => TokenAdmission.between("value", value, least, most),
    (r) => {
      const [least, most] = [whole(r), whole(r)];
      return [r.pick(least, most, whole(r)), least, most];
    },
  ),
];

export const token: Case[] = [...rebalance, ...attribution, ...admission];
