// Curves of the underlying and of its tokens, to scale of logarithms.
import type { Returns } from "./returns.ts";

const WIDTH = 960;
const HEIGHT = 520;
const FRAME = { left: 64, right: 190, top: 64, bottom: 40 };
const COLOURS = { underlying: "#57606a", tokens: ["#0b6bcb", "#c2410c", "#1a7f37"] };

interface Curve {
  name: string;
  values: number[];
  colour: string;
  dashed?: boolean;
}

/** What a drawing is of. */
export interface Picture {
  title: string;
  /** The underlying. */
  name: string;
  dates: string[];
}

/** An SVG: what 1 DAI became. The ideal, Π(1 + L·R), is dashed. */
export function plot({ title, name, dates }: Picture, tokens: Returns[], names: string[]): string {
  const { closes } = tokens[0];
  const curves: Curve[] = [
    {
      name: name.replace("&", "&amp;"),
      values: closes.map((close) => close / closes[0]),
      colour: COLOURS.underlying,
    },
    ...tokens.map(({ ideals }, i) => ({
      name: "",
      values: ideals,
      colour: COLOURS.tokens[i],
      dashed: true,
    })),
    ...tokens.map(({ values }, i) => ({ name: names[i], values, colour: COLOURS.tokens[i] })),
  ];
  const all = curves.flatMap(({ values }) => values);
  const [low, high] = [Math.log(Math.min(...all)) - 0.08, Math.log(Math.max(...all)) + 0.08];
  const times = dates.map((date) => Date.parse(date));
  const [from, to] = [times[0], times[times.length - 1]];
  const x = (time: number) => FRAME.left + ((time - from) / (to - from)) * (WIDTH - FRAME.left - FRAME.right);
  const y = (value: number) =>
    FRAME.top + ((high - Math.log(value)) / (high - low)) * (HEIGHT - FRAME.top - FRAME.bottom);

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Helvetica, Arial, sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${FRAME.left}" y="28" font-size="17" font-weight="bold" fill="#1f2328">What 1 DAI became, ${title.replace("&", "&amp;")}</text>`,
    `<text x="${FRAME.left}" y="48" fill="#57606a">On the contracts, with all costs; dashed: Π(1 + L·R), without any. Logarithmic.</text>`,
    ...levels(low, high).map((value) => level(value, y(value))),
    ...seasons(from, to).map(({ time, name: date }) => season(date, x(time))),
    ...curves.map(({ values, colour, dashed }) => {
      const points = values.map((value, i) => `${x(times[i]).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
      const style = dashed
        ? 'stroke-width="1.2" stroke-dasharray="4 3" opacity="0.75"'
        : 'stroke-width="1.8"';
      return `<polyline fill="none" stroke="${colour}" ${style} stroke-linejoin="round" points="${points}"/>`;
    }),
    ...curves.filter(({ name }) => name !== "").map((curve) => label(curve, y)),
    "</svg>",
    "",
  ].join("\n");
}

/** Levels that a reader knows, within the range. */
const levels = (low: number, high: number) =>
  [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].filter(
    (value) => Math.log(value) > low && Math.log(value) < high,
  );

/** The first of each January, or of every other month when there are few years. */
function seasons(from: number, to: number): { time: number; name: string }[] {
  const [first, last] = [new Date(from).getUTCFullYear(), new Date(to).getUTCFullYear()];
  const months = last - first > 2 ? 12 : 2;
  return Array.from({ length: ((last - first + 1) * 12) / months }, (_, i) => {
    const time = Date.UTC(first, i * months, 1);
    return { time, name: new Date(time).toISOString().slice(0, months === 12 ? 4 : 7) };
  }).filter(({ time }) => time >= from && time <= to);
}

const level = (value: number, at: number) =>
  `<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${at}" y2="${at}" stroke="${value === 1 ? "#8c959f" : "#e5e8eb"}"/>` +
  `<text x="${FRAME.left - 8}" y="${at + 4}" text-anchor="end" fill="#57606a">${value}</text>`;

const season = (date: string, at: number) =>
  `<line x1="${at}" x2="${at}" y1="${FRAME.top}" y2="${HEIGHT - FRAME.bottom}" stroke="#eef0f2"/>` +
  `<text x="${at}" y="${HEIGHT - FRAME.bottom + 18}" text-anchor="middle" fill="#57606a">${date}</text>`;

function label({ name, values, colour }: Curve, y: (value: number) => number): string {
  const last = values[values.length - 1];
  return (
    `<text x="${WIDTH - FRAME.right + 8}" y="${(y(last) + 4).toFixed(1)}" fill="${colour}" font-weight="bold">` +
    `${name}  ${last.toFixed(2)}</text>`
  );
}
