// A year of an index of seven AI tokens, with daily tokens of 2x, 3x and −2x on it, and a new basket on the way.
import { existsSync, readFileSync } from "node:fs";
import { formatUnits } from "ethers";
import { type Deployment, type Overrides, readParameters } from "../../deploy/index.ts";
import type { IndexTerms } from "../../deploy/parameters.ts";
import type { Day } from "./days.ts";
import { NOTHING } from "./nothing.ts";
import { check, dim, rounded, say } from "./output.ts";
import { type Story, tell } from "./report.ts";

const DAYS = 365;
/** 00:02 UTC: the closes of a day, two minutes into the next. Seconds. */
const CLOSE = 86_520;
/** The days after whose close the next basket is proposed, and executed. */
const [PROPOSED, EXECUTED] = [180, 185];
const LEVEL = 1_000n;

interface Closes {
  names: string[];
  dates: string[];
  /** In the 8 decimals of a feed, a day after the other, in the order of the names. */
  answers: number[];
}

/** Real closes if there are any, made-up ones otherwise, and how to call them. */
function readCloses(): Closes & { source: string } {
  const file = (kind: string) => new URL(`../../cache/ai-${kind}.json`, import.meta.url);
  const real = existsSync(file("real"));
  if (!real && !existsSync(file("made-up"))) {
    throw new Error("There are no closes of AI tokens in cache/: start with npm start, which writes them");
  }
  const closes = JSON.parse(readFileSync(file(real ? "real" : "made-up"), "utf8")) as Closes;
  return { ...closes, source: real ? "real closes of PRICE_DATA" : "made-up closes, data/ai.csv" };
}

/** The first year of them. */
function firstYear({ names, dates, answers }: Closes): Day[] {
  const all = dates.map((date, day) => ({
    date,
    closes: Object.fromEntries(names.map((name, i) => [name, BigInt(answers[day * names.length + i])])),
  }));
  return all.slice(0, DAYS);
}

/** How much of the basket each part is, by the local deployment. WAD. */
function weights(): Record<string, bigint> {
  const { sources } = readParameters("local");
  const { units } = sources.AIX as IndexTerms;
  const values = Object.entries(units).map(([name, amount]) => {
    const source = sources[name];
    const price = "feed" in source && "answer" in source.feed ? Number(source.feed.answer) : 0;
    return [name, Number(amount) * price] as const;
  });
  const total = values.reduce((sum, [, value]) => sum + value, 0);
  return Object.fromEntries(
    values.map(([name, value]) => [name, BigInt(Math.round((value / total) * 1e6)) * 10n ** 12n]),
  );
}

/** Units that have these weights at a day's closes, at the level to begin with. WAD. */
const basket = ({ closes }: Day, parts: Record<string, bigint>): Record<string, bigint> =>
  Object.fromEntries(
    Object.entries(parts).map(([name, weight]) => [name, (LEVEL * weight * 10n ** 8n) / closes[name]]),
  );

function overrides(first: Day): Overrides {
  const local = readParameters("local");
  const decimal = (units: bigint) => formatUnits(units, 18);
  const units = Object.entries(basket(first, weights())).map(([name, amount]) => [name, decimal(amount)]);
  const parts = Object.entries(first.closes).map(([name, close]) => {
    const feed = { decimals: 8, description: `${name} / USD`, answer: formatUnits(close, 8) };
    return [name, { ...local.sources[name], feed }];
  });
  return {
    ...NOTHING,
    sources: {
      ...NOTHING.sources,
      ...Object.fromEntries(parts),
      AIX: { ...local.sources.AIX, units: Object.fromEntries(units) },
    },
    // A budget for the worst day of three tokens, and what perpetual futures cost rather than what makes people trade.
    terms: { index: { depth: "1000000", fundingVelocity: "0.1", maxFundingRate: "0.0005" } },
    markets: { ...NOTHING.markets, AIXDAI: { ...local.markets.AIXDAI, seed: "20000000" } },
    tokens: {
      ...NOTHING.tokens,
      ...Object.fromEntries(Object.entries(local.tokens).filter(([, { market }]) => market === "AIXDAI")),
    },
  };
}

/** Proposes a basket of the weights of the beginning, and executes it; the level must not notice. */
function reconstitution(days: Day[]) {
  const told: { before: bigint; level: bigint }[] = [];
  const after = async (index: number, { indexes }: Deployment) => {
    if (index === PROPOSED) {
      const parts = weights();
      const units = basket(days[index], parts);
      await (await indexes.AIX.propose(Object.keys(parts).map((name) => units[name]))).wait();
    } else if (index === EXECUTED) {
      const { price: before } = await indexes.AIX.read();
      await (await indexes.AIX.execute()).wait();
      told.push({ before, level: (await indexes.AIX.read()).price });
    }
  };
  return { told, after };
}

export async function yearOfAi(): Promise<void> {
  const { source, ...closes } = readCloses();
  const days = firstYear(closes);
  const { told, after } = reconstitution(days);
  const story: Story = {
    heading: `4. A year of an index of AI tokens, rebalanced each day at 00:02 UTC`,
    lines: [
      `${days[0].date} to ${days[days.length - 1].date}, ${source}.`,
      `${Object.keys(days[0].closes).join(", ")}, each with a feed. Holders come and go at noon, at prices`,
      "on the way; the index gets a new basket after half a year.",
    ],
    underlying: "the AI index",
    daysOfYear: 365,
    leverages: { "2XLONG_AIXDAI": 2, "3XLONG_AIXDAI": 3, "2XSHORT_AIXDAI": -2 },
    unexplained: 0.005,
    picture: { file: "cache/ai.svg", title: "an AI index, rebalanced each day", name: "AI index" },
  };
  await tell(story, {
    market: "AIXDAI",
    days,
    overrides: overrides(days[0]),
    closeAt: CLOSE,
    visits: "noon",
    after,
  });
  const same =
    told.length === 1 && told.every(({ before, level }) => level - before < 10n ** 6n && level >= before);
  check(same, `the new basket came in at the level of the old one, ${rounded(told[0]?.level ?? 0n, 2)}`);
  const { fall, within, on } = readParameters("local").markets.AIXDAI.crash!;
  const worst = `fell ${Number(fall) * 100} % within ${within / 60} minutes`;
  say(dim(`  Closes hide the worst: on ${on} such a basket ${worst}.`));
  say(dim("  Rebalancing on the way is all that a 2x lives by then; 3x is for those who can lose it."));
}
