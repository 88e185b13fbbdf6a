// Writes the price paths that test/solidity/CrashReplay.t.sol replays into cache/: a crash as deep and fast as that of
// 2021-05-19, made up, and the real minutes around it where PRICE_DATA names a folder that has them.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { root } from "./files.ts";

const REAL = "eth/eth_usdt_1m_2021-04-20_2021-05-20.csv";
const MINUTES_PER_DAY = 1_440;

/** Minute and price between which the day moves: the low comes 13 hours into it, 45 % below the start. */
const TURNS: [minute: number, price: number][] = [
  [0, 3_380],
  [240, 3_440],
  [480, 3_010],
  [660, 2_780],
  [720, 2_530],
  [770, 2_240],
  [786, 1_870],
  [800, 2_190],
  [830, 2_020],
  [900, 2_640],
  [1_020, 2_430],
  [1_200, 2_760],
  [MINUTES_PER_DAY, 2_440],
];

/** Up to 0.6 % to either side, the same each time. */
const noise = (minute: number) => 1 + 0.006 * (((minute * 7_919 + 104_729) % 1_009) / 504.5 - 1);

function crash(minute: number): number {
  const next = TURNS.findIndex(([end]) => end > minute);
  const [[from, low], [to, high]] = [TURNS[next - 1], TURNS[next]];
  return (low + ((high - low) * (minute - from)) / (to - from)) * noise(minute);
}

/** Closing prices of a table with the columns timestamp, open, high, low, close. */
const closes = (table: string) => {
  const rows = table.trim().split("\n").slice(1);
  return rows.map((row) => Number(row.split(",")[4]));
};

function write(name: string, start: number, prices: number[]) {
  const answers = prices.map((price) => Math.round(price * 1e8));
  writeFileSync(`${root}cache/crash-${name}.json`, JSON.stringify({ start, answers }));
}

mkdirSync(`${root}cache`, { recursive: true });
// Midnight of 2021-05-19.
write(
  "synthetic",
  1_621_382_400,
  Array.from({ length: MINUTES_PER_DAY }, (_, minute) => crash(minute)),
);

const real = process.env.PRICE_DATA ? `${process.env.PRICE_DATA}/${REAL}` : undefined;
if (real && existsSync(real)) {
  const table = readFileSync(real, "utf8");
  write("real", Number(table.split("\n")[1].split(",")[0]), closes(table));
} else {
  rmSync(`${root}cache/crash-real.json`, { force: true });
  console.log(
    "The crash of 2021-05-19 is replayed from made-up prices alone: PRICE_DATA names no folder with minutes of it.",
  );
}
