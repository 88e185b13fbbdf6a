// Writes the daily closes of AI tokens that `npm start` and test/solidity/token/AiIndexReturns.t.sol go through into cache/: those
// of data/ai.csv, made up, and real ones where PRICE_DATA names a folder that has them.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { root } from "./files.ts";

const MADE_UP = `${root}data/ai.csv`;
const LEAST_DAYS = 400;

/** The rows of a table by the names in its first. */
function rowsOf(file: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, i) => [names[i], value])));
}

const names = readFileSync(MADE_UP, "utf8").split("\n")[0].split(",").slice(1);
const fileOf = (name: string) => `${process.env.PRICE_DATA}/ai/${name.toLowerCase()}_usdt_perp_daily.csv`;

/** The days on which all of the tokens have a close, one row for each. */
function realRows(): Record<string, string>[] {
  const closes = names.map((name) => new Map(rowsOf(fileOf(name)).map(({ date, close }) => [date, close])));
  const dates = [...closes[0].keys()].filter((date) => closes.every((token) => token.has(date))).sort();
  return dates.map((date) => ({
    date,
    ...Object.fromEntries(names.map((name, i) => [name, closes[i].get(date)!])),
  }));
}

/** Prices in the 8 decimals of a feed, a day after the other, in the order of the names. */
function write(kind: string, rows: Record<string, string>[]): void {
  const dates = rows.map(({ date }) => date);
  const gap = dates.findIndex(
    (date, i) => i > 0 && Date.parse(date) - Date.parse(dates[i - 1]) !== 86_400_000,
  );
  if (gap !== -1) throw new Error(`The ${kind} closes lack a day before ${dates[gap]}`);
  if (rows.length < LEAST_DAYS)
    throw new Error(`The ${kind} closes are ${rows.length} days, not ${LEAST_DAYS}`);
  const answers = rows.flatMap((row) => names.map((name) => Math.round(Number(row[name]) * 1e8)));
  writeFileSync(`${root}cache/ai-${kind}.json`, JSON.stringify({ names, dates, answers }));
}

mkdirSync(`${root}cache`, { recursive: true });
write("made-up", rowsOf(MADE_UP));
if (process.env.PRICE_DATA && names.every((name) => existsSync(fileOf(name)))) {
  write("real", realRows());
} else {
  rmSync(`${root}cache/ai-real.json`, { force: true });
  console.log(
    "The AI index is of made-up prices alone: PRICE_DATA names no folder with closes of its parts.",
  );
}
