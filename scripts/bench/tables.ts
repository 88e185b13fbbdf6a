import { GOALS, type Goal, type Operation } from "./goals.ts";
import type { Measurement, Snapshot } from "./operations.ts";

const number = (value: number | undefined) => (value === undefined ? "–" : value.toLocaleString("en-US"));

/** What one should be at: goals are about the steady state. */
const goalOf = ({ operation, feed }: Measurement) => (GOALS[operation] as Goal)[feed];

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
    )
    .join("\n");
}

/** Everything, for a terminal. */
export function text({ operations, contracts }: Snapshot): string {
  const rows = operations.map((measured) => {
    const steady = measured.state === "steady" ? goalOf(measured) : undefined;
    const floor = (GOALS[measured.operation] as Goal).floor;
    return [
      measured.operation,
      measured.feed,
      measured.state,
      number(measured.gas),
      number(steady?.goal),
      number(steady?.neverAbove),
      number(measured.feed === "own" && measured.state === "steady" ? floor : undefined),
      steady === undefined || measured.gas <= steady.goal
        ? ""
        : measured.gas <= steady.neverAbove
          ? "above goal"
          : "ABOVE ALL",
    ];
  });
  return [
    table([["operation", "feed", "state", "gas", "goal", "never above", "floor", ""], ...rows]),
    "",
    table([
      ["contract", "bytes", "deployment gas"],
      ...contracts.map(({ contract, bytes, gas }) => [contract, number(bytes), number(gas)]),
    ]),
  ].join("\n");
}

/** The steady state by operation, for the README. */
export function markdown(operations: Measurement[]): string {
  const gas = (operation: Operation, feed: Measurement["feed"], state: Measurement["state"]) =>
    operations.find((m) => m.operation === operation && m.feed === feed && m.state === state)?.gas;
  const names = Object.keys(GOALS) as Operation[];
  const rows = names.map((operation) => {
    const goal: Goal = GOALS[operation];
    return [
      operation,
      number(gas(operation, "own", "steady")),
      number(gas(operation, "chainlink", "steady")),
      number(gas(operation, "own", "first")),
      number(goal.own.goal),
      number(goal.own.neverAbove),
      number(goal.floor),
    ];
  });
  return [
    "| operation | own feed | Chainlink | own feed, first time | goal | never above | floor |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
}
