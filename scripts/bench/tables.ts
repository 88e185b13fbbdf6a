// Everything that is measured, for a terminal.
import { floorOf, GOALS, type Goal } from "./goals.ts";
import { boundsOf, type Measured, type Measurement, type Snapshot, type Variant } from "./snapshot.ts";

export const count = (value: number | undefined) =>
  value === undefined ? "–" : Math.round(value).toLocaleString("en-US");

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Where a steady operation stands. */
function standing(measurement: Measurement): string {
  const bounds = boundsOf(measurement);
  if (bounds === undefined || measurement.gas <= bounds.goal) return "";
  return measurement.gas <= bounds.neverAbove ? "above goal" : "ABOVE ALL";
}

function operationRow(measurement: Measurement): string[] {
  const { operation, feed, state, gas } = measurement;
  const { peer }: Goal = GOALS[operation];
  const bounds = boundsOf(measurement);
  return [
    operation,
    feed,
    state,
    count(gas),
    count(bounds?.goal),
    count(bounds?.neverAbove),
    count(state === "steady" ? floorOf(operation, feed) : undefined),
    count(state === "steady" ? peer?.gas : undefined),
    standing(measurement),
  ];
}

function variantRow(variant: Variant): string[] {
  const bounds = boundsOf(variant);
  return [
    variant.operation,
    variant.variant,
    variant.feed,
    variant.state,
    count(variant.gas),
    count(bounds?.neverAbove),
    standing(variant),
  ];
}

export function text({ operations, variants, contracts }: Measured, snapshot: Snapshot | undefined): string {
  const peers = Object.values(GOALS).flatMap(({ peer }: Goal) =>
    peer ? [`${count(peer.gas)} ${peer.name}`] : [],
  );
  const accepted = Object.entries(snapshot?.aboveAll ?? {}).map(([name, gas]) => `${count(gas)} ${name}`);
  return [
    table([
      ["operation", "feed", "state", "gas", "goal", "never above", "floor", "nearest peer", ""],
      ...operations.map(operationRow),
    ]),
    `Peers: ${[...new Set(peers)].join("; ")}.`,
    "",
    table([["operation", "with", "feed", "state", "gas", "never above", ""], ...variants.map(variantRow)]),
    "",
    table([
      ["contract", "bytes", "deployment gas"],
      ...contracts.map(({ contract, bytes, gas }) => [contract, count(bytes), count(gas)]),
    ]),
    ...(accepted.length > 0
      ? ["", "Accepted above all, at most:", ...accepted.map((row) => `  ${row}`)]
      : []),
  ].join("\n");
}
