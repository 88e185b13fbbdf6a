// What the demonstration prints with: plain text of at most 88 columns, in colour on a terminal only.
import { styleText } from "node:util";
import { formatUnits } from "ethers";

const colours = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const style = (format: Parameters<typeof styleText>[0], text: string) =>
  colours ? styleText(format, text) : text;

export const bold = (text: string) => style("bold", text);
export const dim = (text: string) => style("dim", text);
const green = (text: string) => style("green", text);
const red = (text: string) => style("red", text);

/** Whether the line before is empty, as what npm and Hardhat leave is. */
let afterEmpty = true;

/** Prints a line; an empty one where there is none yet. */
export function say(text = ""): void {
  if (text === "" && afterEmpty) return;
  afterEmpty = text === "";
  console.log(text);
}

export function heading(title: string): void {
  say();
  say(bold(title));
  say(dim("─".repeat(title.length)));
}

/** A WAD amount with all of its 18 decimals, thousands apart. */
export const exactly = (wad: bigint) => withThousands(formatUnits(wad, 18), 18);

/** A WAD amount to some decimals, rounded half away from zero: for the eye alone. */
export function rounded(wad: bigint, decimals = 6): string {
  const unit = 10n ** BigInt(18 - decimals);
  const half = wad < 0n ? -unit / 2n : unit / 2n;
  return withThousands(formatUnits(((wad + half) / unit) * unit, 18), decimals);
}

function withThousands(decimal: string, decimals: number): string {
  const [whole, fraction = ""] = decimal.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === 0 ? grouped : `${grouped}.${fraction.padEnd(decimals, "0").slice(0, decimals)}`;
}

/** Prints rows in columns. The first row is the header when `header` says so; columns named in `right` end flush. */
export function table(rows: string[][], right: number[] = [], header = true): void {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  rows.forEach((row, index) => {
    const cells = row.map((cell, i) =>
      right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]),
    );
    const line = `  ${cells.join("   ").trimEnd()}`;
    say(header && index === 0 ? dim(line) : line);
  });
}

const checks = { done: 0, failed: 0 };

/** Prints whether something holds, and remembers when it doesn't. */
export function check(holds: boolean, what: string): void {
  checks.done++;
  if (!holds) checks.failed++;
  say(`  ${holds ? green("✓") : red("✗")} ${what}`);
}

/** Prints how many checks held, in how long, and makes the process fail if one did not. */
export function finish(milliseconds: number): void {
  const { done, failed } = checks;
  const seconds = (milliseconds / 1000).toFixed(1);
  say();
  say(
    failed === 0
      ? green(`${done} checks, all hold. ${seconds} s`)
      : red(`${failed} of ${done} checks failed`),
  );
  if (failed > 0) process.exitCode = 1;
}

/** Shows how far something long has come: in place on a terminal, else a line for each quarter. */
export function progress(what: string, done: number, all: number): void {
  const text = `  ${what}: ${done.toLocaleString("en")} of ${all.toLocaleString("en")}`;
  if (process.stdout.isTTY === true) {
    afterEmpty = false;
    if (done % 10 === 0 || done === all) process.stdout.write(done === all ? `\r${text}\n` : `\r${text}`);
  } else if (done === all || Math.floor((done * 4) / all) > Math.floor(((done - 1) * 4) / all)) {
    say(text);
  }
}
