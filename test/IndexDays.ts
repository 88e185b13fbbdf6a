// The index on chain equals its TypeScript twin to the wei, each day, across three reconstitutions: on made-up prices of
// seven AI tokens always, on real ones where PRICE_DATA has them.
import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { formatUnits, parseUnits } from "ethers";
import { ContractError } from "../sdk/math/ContractError.ts";
import { type Basket, create, MAX_FACTOR, read, reconstitute } from "../sdk/math/IndexSource.ts";
import { FeedSetter__factory } from "../typechain-types/index.js";
import { chainWith, DAY, wad } from "./fixture.ts";
import { INDEX, part } from "./indexes.ts";
import { Random } from "./math/random.ts";

const { deployer, load, networkHelpers } = await chainWith();

const TOKENS = ["FET", "RENDER", "TAO", "NEAR", "GRT", "AKT", "WLD"];
const DECIMALS = 8;
const MAX_WEIGHT = wad("0.25");
const DELAY = 7;
const DAYS = 400;
/** Each token has a half-spread of its own. */
const halfSpreadOf = (i: number) => wad("0.002") + BigInt(i) * wad("0.0007") + 1n;

/** Prices of each token in the units of the feeds, day by day. */
type Days = bigint[][];

/** Daily moves of some 5 %, all down by half on one day and one of them up tenfold on another. */
function madeUp(): Days {
  const random = new Random("AI prices", "made up");
  const prices = ["1.3", "7", "450", "5", "0.25", "3.4", "2.2"].map((price) => parseUnits(price, DECIMALS));
  return Array.from({ length: 430 }, (_, day) =>
    prices.map((price, i) => {
      let factor = 10_000n + BigInt(random.below(1_001)) - 500n;
      if (day === 150) factor = factor / 2n;
      if (day === 260 && i === 4) factor *= 10n;
      prices[i] = (price * factor) / 10_000n;
      return prices[i];
    }),
  );
}

/** Daily closes of the days that all tokens have. */
function real(folder: string): Days {
  const closes = TOKENS.map((token) => {
    const rows = readFileSync(`${folder}/${token.toLowerCase()}_usdt_perp_daily.csv`, "utf8")
      .trim()
      .split("\n");
    return new Map(rows.slice(1).map((row) => [row.split(",")[0], row.split(",")[4]] as const));
  });
  const dates = [...closes[0].keys()].filter((date) => closes.every((of) => of.has(date))).sort();
  return dates.map((date) => closes.map((of) => parseUnits(of.get(date)!, DECIMALS)));
}

/** Units that give each token the same value at these prices. */
const equal = (prices: bigint[], without = -1) =>
  prices.map((price, i) => (i === without ? 0n : (wad("100") * 10n ** BigInt(DECIMALS)) / price));

async function follow(days: Days) {
  expect(days.length, "days of prices").to.be.greaterThanOrEqual(DAYS);
  const scaled = (prices: bigint[]) => prices.map((price) => price * 10n ** BigInt(18 - DECIMALS));
  const units = equal(days[0]);
  const { feeds, indexes } = await load({
    sources: {
      ...Object.fromEntries(
        TOKENS.map((token, i) => [
          token,
          part(token, formatUnits(days[0][i], DECIMALS), formatUnits(halfSpreadOf(i), 18)),
        ]),
      ),
      AIX: {
        ...INDEX,
        underlying: "AIX",
        units: Object.fromEntries(TOKENS.map((token, i) => [token, formatUnits(units[i], 18)])),
        maxWeight: formatUnits(MAX_WEIGHT, 18),
        delay: DELAY * DAY,
      },
    },
  });
  const { AIX } = indexes;
  const setter = await new FeedSetter__factory(deployer).deploy();
  const addresses = await Promise.all(TOKENS.map((token) => feeds[token].getAddress()));
  let model: Basket = create(units, scaled(days[0]), wad("1000"), MAX_WEIGHT);
  const start = await networkHelpers.time.latest();
  let reconstitutions = 0;
  for (let day = 1; day < days.length; day++) {
    const time = start + day * DAY;
    await networkHelpers.time.setNextBlockTimestamp(time);
    await setter.set(addresses, days[day]);
    const parts = scaled(days[day]).map((price, i) => ({
      price,
      halfSpread: halfSpreadOf(i),
      updatedAt: BigInt(time),
    }));
    const expected = read(model, parts);
    expect([...(await AIX.read())], `day ${day}`).to.deep.equal(Object.values(expected));

    // Announced a week before, from the prices then; the second time without TAO, which then comes back.
    const turn = day % 130;
    if (turn === 60) await AIX.propose(equal(days[day], Math.floor(day / 130) === 1 ? 2 : -1));
    if (turn === 60 + DELAY + 1) {
      const [proposed] = await AIX.proposal();
      await networkHelpers.time.setNextBlockTimestamp(time + 1);
      await AIX.execute();
      reconstitutions++;
      model = reconstitute(model, [...proposed], scaled(days[day]), MAX_WEIGHT);
      expect(await AIX.divisor(), `divisor of day ${day}`).to.equal(model.divisor);
      const after = await AIX.read();
      expect([...after], `day ${day}, reconstituted`).to.deep.equal(Object.values(read(model, parts)));
      expect(after.price - expected.price, "a jump").to.be.within(0n, expected.price / model.divisor + 1n);
    }
  }
  expect(reconstitutions).to.be.greaterThanOrEqual(3);
}

describe("Days of an index", () => {
  it("of made-up prices are those of its twin to the wei", async () => follow(madeUp()));

  it("never jump at a reconstitution by more than level/divisor and a wei, whatever the baskets", () => {
    const random = new Random("reconstitutions");
    let done = 0;
    for (let i = 0; i < 5_000; i++) {
      const count = 1 + random.below(12);
      const some = (least: bigint, most: bigint) =>
        Array.from({ length: count }, () => (random.chance(4) ? 0n : random.log(least, most)));
      const prices = some(1n, MAX_FACTOR).map((price) => price || 1n);
      try {
        const before = create(some(1n, MAX_FACTOR), prices, random.log(1n, MAX_FACTOR), wad("1"));
        const after = reconstitute(before, some(1n, MAX_FACTOR), prices, wad("1"));
        const level = ({ units, divisor }: Basket) =>
          units.reduce((sum, amount, j) => sum + amount * prices[j], 0n) / divisor;
        const jump = level(after) - level(before);
        expect(jump, `from ${level(before)}`).to.be.within(0n, level(before) / after.divisor + 1n);
        done++;
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
      }
    }
    expect(done, "baskets that are possible").to.be.greaterThan(500);
  });

  it("of real prices are those of its twin to the wei", async function () {
    const folder = `${process.env.PRICE_DATA ?? ""}/ai`;
    if (process.env.PRICE_DATA === undefined || !existsSync(folder)) {
      console.log("      skipped: PRICE_DATA has no folder ai with daily prices of the tokens");
      return this.skip();
    }
    await follow(real(folder));
  });
});
