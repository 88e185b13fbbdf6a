import { expect } from "chai";
import { accrue, DAY as DAY_WAD, slope } from "../../sdk/math/Funding.ts";
import { unpackPricing } from "../../sdk/math/MarketParams.ts";
import { chainWith, DAY, named, WAD, wad } from "../fixture.ts";

const { alice, bob, carol, load, networkHelpers, now } = await chainWith({});

type World = Awaited<ReturnType<typeof load>>;
type Market = Awaited<ReturnType<World["clearingHouse"]["market"]>>;

const YEAR = 365 * DAY;

const abs = (x: bigint) => (x < 0n ? -x : x);

/** Syncs the market after `seconds`, whatever the price is then; the market before and after, and equity of the pool before. */
async function idle(world: World, seconds: number, price: string) {
  const { clearingHouse, feed, id, params, pool } = world;
  const before = await clearingHouse.market(id);
  const equity = await pool.equity();
  const touchedAt = Number(before.touchedAt);
  // The feed is set one second before, and to the new price: funding is at the one that was used last.
  if (seconds > 1) {
    await networkHelpers.time.setNextBlockTimestamp(touchedAt + seconds - 1);
    await feed.set(BigInt(price) * 10n ** 8n);
  }
  await networkHelpers.time.setNextBlockTimestamp(touchedAt + seconds);
  await clearingHouse.syncNow(params, false);
  expect(await now()).to.equal(touchedAt + seconds);
  return { before, after: await clearingHouse.market(id), equity };
}

/** Rate and index after `seconds` by many small steps of the definition: dr = a·dt within ±r_max, dF = p·r·dt. */
function integrate(before: Market, a: bigint, maxRate: bigint, seconds: bigint, steps: bigint) {
  // 30 digits more than WAD, so that the sum of a million steps is exact to far below a wei.
  const FINE = 10n ** 30n;
  const clamped = (rate: bigint) => {
    const bound = maxRate * FINE;
    return rate > bound ? bound : rate < -bound ? -bound : rate;
  };
  const at = (halves: bigint) =>
    clamped(before.fundingRate * FINE + (a * FINE * seconds * halves) / (2n * steps * DAY_WAD));
  let sum = 0n;
  for (let step = 0n; step < steps; step++) sum += at(2n * step + 1n);
  const index = before.fundingIndex * FINE + (before.price * sum * seconds) / (steps * DAY_WAD * WAD);
  return { rate: at(2n * steps) / FINE, index, FINE };
}

/** That the chain, its twin and the numerical integral agree. */
async function expectExact(world: World, seconds: number, price = "500") {
  const { before, after, equity } = await idle(world, seconds, price);
  const terms = unpackPricing(world.params.pricing);
  const skew = before.longs - before.shorts;
  const a = slope(skew, terms);

  const twin = named(before) as Parameters<typeof accrue>[0];
  accrue(twin, terms, after.touchedAt);
  expect([after.fundingRate, after.fundingIndex], "the twin").to.deep.equal([
    twin.fundingRate,
    twin.fundingIndex,
  ]);

  const steps = BigInt(Math.min(seconds * 10, 50_000));
  const { rate, index, FINE } = integrate(before, a, terms.maxFundingRate, BigInt(seconds), steps);
  expect(abs(after.fundingRate - rate) < 10n ** 6n, `rate ${after.fundingRate}, ${rate} in steps`).to.equal(
    true,
  );
  // Midpoints are exact but in the one step within which the rate meets its bound: there p·|a|·dt²/8 at most.
  const kink =
    (before.price * abs(a) * FINE * BigInt(seconds) ** 2n) / (8n * WAD * DAY_WAD ** 2n * steps ** 2n);
  const off = index - after.fundingIndex * FINE;
  expect(
    off >= -kink && off <= FINE + kink,
    `index ${after.fundingIndex}, ${index / FINE} in steps`,
  ).to.equal(true);
  const meets = abs(after.fundingRate) === terms.maxFundingRate;
  return { before, after, skew, meets, equity };
}

/** Alice is long and bob short; the rate is what a while of that has made of it. */
async function skewed(long: string, short: string, seconds = 0) {
  const world = await load({});
  await world.trade(alice, { amount: long, margin: "50000" });
  if (short !== "0") await world.trade(bob, { amount: `-${short}`, margin: "50000" });
  if (seconds > 0) await idle(world, seconds, "500");
  return world;
}

describe("Funding over idle time", () => {
  const TIMES = { "a second": 1, "a minute": 60, "a day": DAY, "a month": 30 * DAY, "a year": YEAR };

  for (const [time, seconds] of Object.entries(TIMES)) {
    it(`of ${time} is the integral, with longs ahead`, async () => {
      await expectExact(await skewed("700", "50"), seconds);
    });
    it(`of ${time} is the integral, with shorts ahead`, async () => {
      await expectExact(await skewed("33", "800.123456789123456789"), seconds);
    });
  }

  it("is the integral through the bound of the rate, and after it", async () => {
    const world = await skewed("900", "1");
    expect((await expectExact(world, 2 * DAY)).meets, "2 days are not enough").to.equal(false);
    expect((await expectExact(world, YEAR, "620")).meets, "a year is").to.equal(true);
    expect((await expectExact(world, DAY)).meets, "it stays there").to.equal(true);
  });

  it("is the integral from one bound to the other", async () => {
    const world = await skewed("900", "0", YEAR);
    expect((await world.clearingHouse.market(world.id)).fundingRate).to.equal(wad("0.05"));
    await world.trade(alice, { amount: "-900" });
    await world.trade(carol, { amount: "-900", margin: "300000" });
    const { after } = await expectExact(world, YEAR);
    expect(after.fundingRate).to.equal(-wad("0.05"));
  });

  it("goes on at a constant rate without a skew", async () => {
    const world = await skewed("500", "0", 3 * DAY);
    await world.trade(bob, { amount: "-500", margin: "50000" });
    const { before, after, skew } = await expectExact(world, DAY);
    expect([skew, after.fundingRate]).to.deep.equal([0n, before.fundingRate]);
    const grown = (wad("500") * before.fundingRate) / WAD;
    expect(after.fundingIndex - before.fundingIndex, "a day at the rate").to.equal(grown);
  });

  it("has no more than one wei of index from being asked often", async () => {
    const world = await skewed("700", "50");
    const snapshot = await networkHelpers.takeSnapshot();
    const { after: once } = await expectExact(world, 40);
    await snapshot.restore();
    for (let second = 0; second < 40; second++) await idle(world, 1, "500");
    const often = await world.clearingHouse.market(world.id);
    expect(often.touchedAt).to.equal(once.touchedAt);
    // Each sync rounds the rate to 1e-12 a day, and the index to a wei: 40 of both, at 500 for less than 40 seconds.
    const rounding = 40n + (40n * 10n ** 6n * 500n * 40n) / DAY_WAD;
    expect(abs(often.fundingIndex - once.fundingIndex) <= rounding, "in 40 steps").to.equal(true);
  });

  it("stays right through changes of the sign of the skew", async () => {
    const world = await skewed("400", "0");
    for (const [who, amount, seconds] of [
      [bob, "-700", DAY],
      [carol, "500", 3 * DAY],
      [bob, "-230", 1],
      [bob, "300", 10 * DAY],
    ] as const) {
      await world.trade(who, { amount, margin: "200000" });
      await expectExact(world, seconds, "505");
    }
  });
});

describe("Who pays funding", () => {
  /** What the pool got from a day, beyond the change of E with price: s·ΔF, as its equity is poolCash − s·x − E. */
  async function gainOfPool(world: World) {
    const { pool } = world;
    const { before, after, skew, equity } = await expectExact(world, DAY);
    const gain = (await pool.equity()) - equity;
    const owed = (skew * (after.fundingIndex - before.fundingIndex)) / WAD;
    expect(abs(gain - owed) <= 1n, `the pool got ${gain}, s·ΔF is ${owed}`).to.equal(true);
    expect(after.poolCash, "no cash has moved").to.equal(before.poolCash);
    return { gain, rate: before.fundingRate, rateAfter: after.fundingRate, skew };
  }

  it("the larger side pays the pool, while rate and skew have the same sign", async () => {
    const { gain, rate, skew } = await gainOfPool(await skewed("700", "100", DAY));
    expect([gain > 0n, rate > 0n, skew > 0n]).to.deep.equal([true, true, true]);
    const mirrored = await gainOfPool(await skewed("100", "700", DAY));
    expect([mirrored.gain > 0n, mirrored.rate < 0n, mirrored.skew < 0n]).to.deep.equal([true, true, true]);
  });

  it("the pool pays, while they have opposite signs", async () => {
    const world = await skewed("700", "0", 5 * DAY);
    await world.trade(bob, { amount: "-800", margin: "100000" });
    const { gain, rate, rateAfter, skew } = await gainOfPool(world);
    expect([gain < 0n, rate > 0n, rateAfter > 0n, skew < 0n]).to.deep.equal([true, true, true, true]);
  });

  it("each account pays by its size, and it adds up to the wei of each", async () => {
    const world = await skewed("700", "100", DAY);
    const { lens, params } = world;
    const value = async () => [
      (await lens.account(params, alice)).value,
      (await lens.account(params, bob)).value,
      (await lens.market(params)).poolEquity,
    ];
    const before = await value();
    const { before: from, after: to } = await expectExact(world, DAY);
    const changes = (await value()).map((after, i) => after - before[i]);
    const grown = to.fundingIndex - from.fundingIndex;
    expect(abs(changes[0] + 700n * grown) <= 1n, "the long").to.equal(true);
    expect(abs(changes[1] - 100n * grown) <= 1n, "the short").to.equal(true);
    expect(abs(changes[0] + changes[1] + changes[2]) <= 3n, "nothing is lost").to.equal(true);
  });
});
