import { formatUnits } from "ethers";
import { UserError } from "./UserError.ts";

/** The most that a market can hold, 2^96 wei of WAD: nobody means more than that. In whole units. */
const MOST = 2n ** 96n / 10n ** 18n;

const PLAIN = /^\d+(\.\d+)?$/;

/**
 * The exact amount that somebody typed, in units of 10^-decimals. Nothing is rounded: what doesn't fit is an error.
 *
 * @param unit What is counted, such as "DAI".
 */
export function parseAmount(text: string, decimals: number, unit: string): bigint {
  const amount = parseExact(text, decimals, unit);
  if (amount === 0n) throw new UserError(`0 ${unit} is nothing to do.`, "Type an amount above zero.");
  return amount;
}

/** The same, zero allowed. */
export function parseExact(text: string, decimals: number, unit: string): bigint {
  const typed = text.trim();
  if (/^[-−–]/.test(typed)) {
    throw new UserError(
      `${text} is negative.`,
      `Type an amount of ${unit} above zero; the verb says which way.`,
    );
  }
  if (!PLAIN.test(typed)) {
    throw new UserError(
      `"${text}" is not an amount of ${unit}.`,
      "Write digits, with a point before decimals, such as 12.5: no commas, spaces, units or exponents.",
    );
  }
  const [whole, fraction = ""] = typed.split(".");
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > decimals) {
    const down = BigInt(whole + digits.slice(0, decimals));
    throw new UserError(
      `${text} has ${digits.length} decimals, but ${unit} has ${decimals}.`,
      `Type ${formatAmount(down, decimals)} or ${formatAmount(down + 1n, decimals)}: nothing is rounded for you.`,
    );
  }
  if (BigInt(whole) > MOST) {
    throw new UserError(
      `${text} ${unit} is more than any market can hold.`,
      `Type less than ${MOST.toLocaleString("en")}.`,
    );
  }
  return BigInt(whole + digits.padEnd(decimals, "0"));
}

/** An amount as people write it: all digits that it has, without zeros behind, thousands unseparated. */
export function formatAmount(amount: bigint, decimals = 18): string {
  return formatUnits(amount, decimals).replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros));
}

/** An amount to look at: cut toward zero to six significant digits behind the point, thousands separated. */
export function showAmount(amount: bigint, decimals = 18): string {
  const [whole, fraction = ""] = formatUnits(amount < 0n ? -amount : amount, decimals).split(".");
  const leading = whole === "0" ? (fraction.match(/^0*/)?.[0].length ?? 0) : 0;
  const shown = fraction.slice(0, leading + 6).replace(/0+$/, "");
  const text = BigInt(whole).toLocaleString("en") + (shown === "" ? "" : `.${shown}`);
  return amount < 0n ? `-${text}` : text;
}

/** A fraction, WAD, as a percentage of at most four decimals. */
export function showPercent(fraction: bigint): string {
  return `${Number(formatUnits(fraction, 16)).toLocaleString("en", { maximumFractionDigits: 4 })} %`;
}

/** A percentage as typed, "0.5%" or "0.5", as a fraction. WAD. */
export function parsePercent(text: string, what: string, most: bigint): bigint {
  const fraction = parseExact(text.trim().replace(/\s*%$/, ""), 16, "per cent");
  if (fraction > most) {
    throw new UserError(`A ${what} of ${text} makes no sense.`, `Type at most ${showPercent(most)}.`);
  }
  return fraction;
}

const SECONDS: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** Seconds of a time span as typed: "2d", "36h", "1d12h", "90s". */
export function parseDuration(text: string): number {
  const parts = [...text.trim().matchAll(/(\d+)([dhms])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.trim()) {
    throw new UserError(`"${text}" is not a span of time.`, "Write it like 2d, 36h, 15m, 90s or 1d12h.");
  }
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit], 0);
  if (seconds === 0 || seconds > 10 * 365 * 86_400) {
    throw new UserError(`${text} is no span to move by.`, "Type something between 1s and 3650d.");
  }
  return seconds;
}

/** Seconds as people say them: "2 d", "23 h 59 min". */
export function showDuration(seconds: number): string {
  const [d, h, m] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const parts = [d && `${d} d`, h && `${h} h`, m && `${m} min`].filter(Boolean).slice(0, 2);
  return parts.length === 0 ? `${seconds} s` : parts.join(" ");
}

/** A time of the chain as UTC. */
export const showTime = (seconds: bigint | number): string =>
  Number(seconds) > 8.64e12
    ? "never"
    : `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
