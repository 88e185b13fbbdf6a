// What days of prices made of daily tokens, as tables and a drawing.
import { mkdirSync, writeFileSync } from "node:fs";
import { type Replay, replay, type Setting } from "./days.ts";
import { check, dim, heading, say, table } from "./output.ts";
import { type Picture, plot } from "./plot.ts";
import { type Returns, returnsOf } from "./returns.ts";

/** What to tell of a replay. */
export interface Story {
  heading: string;
  lines: string[];
  underlying: string;
  daysOfYear: number;
  /** Of each token, by its name. */
  leverages: Record<string, number>;
  /** How much of a logarithm may be left when all costs are named. */
  unexplained: number;
  picture: Omit<Picture, "dates"> & { file: string };
}

const signed = (value: number, decimals: number) =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(decimals)}`;
const percent = (factor: number) => `${signed((factor - 1) * 100, 1)} %`;
const log = (value: number) => signed(value, 4);

/** Replays, and says what came of it. */
export async function tell(story: Story, setting: Setting): Promise<void> {
  heading(story.heading);
  for (const line of story.lines) say(`  ${line}`);
  say();
  const replayed = await replay(setting);
  const names = Object.keys(story.leverages);
  const columns = names.map((_, i) => i + 1);
  const all = names.map((name) => returnsOf(replayed, name, story.leverages[name], story.daysOfYear));
  const { closes } = all[0];
  const growth = closes.at(-1)! / closes[0];

  say();
  table(
    [
      ["", ...names],
      [story.underlying, ...all.map(() => percent(growth))],
      ["L times that", ...all.map(({ leverage }) => percent(1 + leverage * (growth - 1)))],
      ["ideal: Π(1 + L·R), R the return of a day", ...all.map(({ ideals }) => percent(ideals.at(-1)!))],
      ["the token", ...all.map(({ values }) => percent(values.at(-1)!))],
      [
        "tracking error against L·R, a year",
        ...all.map(({ trackingError }) => `${(trackingError * 100).toFixed(2)} %`),
      ],
      ["rebalances", ...all.map(({ rebalances }) => rebalances.toLocaleString("en"))],
    ],
    columns,
  );

  say();
  say("  Where it comes from: ln(N_T / N_0) ≈ L·ln(p_T / p_0) − ½(L² − L)·V − costs");
  const parts = all.map((returns) => partsOf(returns, growth));
  table(
    [["", ...names], ...parts[0].map(([what], i) => [what, ...parts.map((column) => log(column[i][1]))])],
    columns,
  );
  const { days } = setting;
  const done = all.every(({ rebalances }) => rebalances === days.length - 1);
  check(done, `${all.length === 2 ? "both" : "all"} tokens were rebalanced at every close`);
  const explained = parts.every((column) => Math.abs(column.at(-2)![1]) < story.unexplained);
  check(explained, `the costs by name explain the return but for ${story.unexplained}`);
  reckon(replayed);

  const { file, ...picture } = story.picture;
  mkdirSync("cache", { recursive: true });
  writeFileSync(file, plot({ ...picture, dates: days.map(({ date }) => date) }, all, names));
  say(dim(`  The curves are in ${file}.`));
}

/** That nothing was lost on the way. */
function reckon({ transactions, end }: Replay): void {
  const cash = new Map<string, bigint>();
  for (const { events } of transactions) {
    for (const update of events.updates) cash.set(update.account, update.cash);
    for (const { keeper, reward } of events.rebalances) {
      if (keeper !== undefined) cash.set(keeper, (cash.get(keeper) ?? 0n) + reward);
    }
  }
  const accounts = [...cash.values()].reduce((sum, amount) => sum + amount, 0n);
  const count = transactions.length.toLocaleString("en");
  check(
    accounts + end.poolCash + end.protocolFees === end.held,
    `after ${count} transactions custody adds up to the wei, by the logs`,
  );
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
