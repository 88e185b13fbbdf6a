import { createInterface } from "node:readline/promises";
import Table from "cli-table3";
import colors from "picocolors";
import { showPercent } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/UserError.ts";

let quiet = false;

/** With --json, all that a person would read goes away. */
export function silence(on: boolean): void {
  quiet = on;
}

const inTerminal = () => process.stdout.isTTY === true;

export function say(text = ""): void {
  if (!quiet) console.log(text);
}

export const title = (text: string): void => say(colors.bold(text));

/** Names with values, one a line. */
export function facts(rows: [name: string, value: string][]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) say(`  ${colors.dim(name.padEnd(width))}  ${value}`);
}

/** A table with lines in a terminal; columns in plain text otherwise. Numbers, by their heads' "›", to the right. */
export function table(heads: string[], rows: string[][]): void {
  const right = heads.map((head) => head.startsWith("›"));
  const names = heads.map((head) => head.replace(/^›/, ""));
  if (inTerminal()) {
    const made = new Table({
      head: names.map((name) => colors.bold(name)),
      colAligns: right.map((isRight) => (isRight ? "right" : "left")),
      style: { head: [], border: ["dim"] },
    });
    made.push(...rows);
    say(made.toString());
    return;
  }
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  for (const row of [names, ...rows]) {
    const cells = row.map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])));
    say(cells.join("  ").trimEnd());
  }
}

export const good = (text: string): void => say(`${colors.green("✓")} ${text}`);
export const warn = (text: string): void => say(`${colors.yellow("!")} ${text}`);

/** What is going on, to stderr: over the line before in a terminal, and only there. Gives the end of it. */
export function progress(text: string): () => void {
  if (quiet || process.stderr.isTTY !== true) return () => {};
  const started = Date.now();
  const show = () =>
    process.stderr.write(`\r\x1b[K${colors.dim(`… ${text} ${Math.round((Date.now() - started) / 1000)} s`)}`);
  show();
  const timer = setInterval(show, 500);
  return () => {
    clearInterval(timer);
    process.stderr.write("\r\x1b[K");
  };
}

/** Runs something long with its progress shown. */
export async function during<T>(text: string, work: Promise<T>): Promise<T> {
  const end = progress(text);
  try {
    return await work;
  } finally {
    end();
  }
}

/** Asks before something is sent. Nobody can be asked without a terminal. */
export async function confirm(question: string): Promise<void> {
  if (quiet || !inTerminal() || process.stdin.isTTY !== true) {
    throw new UserError(
      "Nobody can be asked whether to send this.",
      "Add --yes to send, or --dry-run to only look.",
    );
  }
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await reader.question(`${question} [y/N] `);
  reader.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("Not sent.", "Answer y to send.");
}

export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, entry) => (typeof entry === "bigint" ? entry.toString() : entry), 2);

/** A leverage, signed WAD, as people write it. */
export const showLeverage = (leverage: bigint): string =>
  leverage > 10n ** 30n ? "none left" : `${(Number(leverage) / 1e18).toFixed(2)}x`;

/** A funding rate per day, WAD, as who pays whom. */
export const showFunding = (rate: bigint): string =>
  rate === 0n
    ? "nobody pays"
    : `${rate > 0n ? "longs" : "shorts"} pay ${showPercent(rate > 0n ? rate : -rate)} a day`;
