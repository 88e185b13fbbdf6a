// What 1,000 days of real prices made of two tokens, as tables and a drawing.
import { mkdirSync, writeFileSync } from "node:fs";
import { readDays, replay } from "./days.ts";
import { check, dim, heading, say, table } from "./output.ts";
import { plot } from "./plot.ts";
import { type Returns, returnsOf } from "./returns.ts";

const TOKENS = { "3XLONG_SPXDAI": 3, "3XSHORT_SPXDAI": -3 };
const FILE = "cache/sp500.svg";

const signed = (value: number, decimals: number) =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(decimals)}`;
const percent = (factor: number) => `${signed((factor - 1) * 100, 1)} %`;
const log = (value: number) => signed(value, 4);

export async function thousandDays(): Promise<void> {
  const days = readDays();
  const [first, last] = [days[0], days[days.length - 1]];
  heading(`3. ${days.length.toLocaleString("en")} days of the S&P 500, rebalanced at each close`);
  say(
    `  ${first.date} to ${last.date}: each close goes into the feed, and a keeper rebalances a 3x long and`,
  );
  say("  a 3x short token. Holders come and go, a hedger takes most of the skew. Closes: data/sp500.csv.");
  say();
  const replayed = await replay(days);
  const all = Object.entries(TOKENS).map(([name, leverage]) => returnsOf(replayed, name, leverage));
  const growth = Number(last.close) / Number(first.close);

  say();
  table(
    [
      ["", ...Object.keys(TOKENS)],
      ["the S&P 500", ...all.map(() => percent(growth))],
      ["L times that", ...all.map(({ leverage }) => percent(1 + leverage * (growth - 1)))],
      ["ideal: Π(1 + L·R), R the return of a day", ...all.map(({ ideals }) => percent(ideals.at(-1)!))],
      ["the token", ...all.map(({ values }) => percent(values.at(-1)!))],
      [
        "tracking error against L·R, a year",
        ...all.map(({ trackingError }) => `${(trackingError * 100).toFixed(2)} %`),
      ],
      ["rebalances", ...all.map(({ rebalances }) => rebalances.toLocaleString("en"))],
    ],
    [1, 2],
  );

  say();
  say("  Where it comes from: ln(N_T / N_0) ≈ L·ln(p_T / p_0) − ½(L² − L)·V − costs");
  const parts = all.map((returns) => partsOf(returns, growth));
  table(
    [
      ["", ...Object.keys(TOKENS)],
      ...parts[0].map(([what], i) => [what, ...parts.map((column) => log(column[i][1]))]),
    ],
    [1, 2],
  );
  const done = all.every(({ rebalances }) => rebalances === days.length - 1);
  check(done, "both tokens were rebalanced at every close");
  const explained = parts.every((column) => Math.abs(column.at(-2)![1]) < 0.005);
  check(explained, "the costs by name explain the return but for 0.005");

  const cash = new Map(
    replayed.transactions.flatMap(({ events }) =>
      events.updates.map((update) => [update.account, update.cash]),
    ),
  );
  const { poolCash, protocolFees, held } = replayed.end;
  const accounts = [...cash.values()].reduce((sum, amount) => sum + amount, 0n);
  const count = replayed.transactions.length.toLocaleString("en");
  check(
    accounts + poolCash + protocolFees === held,
    `after ${count} transactions custody adds up to the wei, by the logs`,
  );

  mkdirSync("cache", { recursive: true });
  writeFileSync(FILE, plot(days, all, Object.keys(TOKENS)));
  say(dim(`  The curves are in ${FILE}.`));
}

/** The return of a token in parts that add up, as logarithms. */
function partsOf({ leverage, values, ideals, costs, variance }: Returns, growth: number): [string, number][] {
  const underlying = leverage * Math.log(growth);
  const drag = -0.5 * (leverage ** 2 - leverage) * variance;
  const ideal = Math.log(ideals.at(-1)! / ideals[0]);
  const total = Math.log(values.at(-1)! / values[0]);
  const named = costs.fees + costs.impact + costs.funding + costs.streaming + costs.rewards;
  return [
    ["L·ln(p_T / p_0)", underlying],
    ["drag of rebalancing, −½(L² − L)·V", drag],
    ["what that leaves out of large daily returns", ideal - underlying - drag],
    ["trade fee and half-spread", -costs.fees],
    ["impact", -costs.impact],
    ["funding", -costs.funding],
    ["streaming fee", -costs.streaming],
    ["rewards to keepers", -costs.rewards],
    ["not explained", total - ideal + named],
    ["ln(N_T / N_0)", total],
  ];
}
