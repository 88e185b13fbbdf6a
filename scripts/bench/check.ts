import { STEADY_MINT_LIMIT, TOLERATED_RISE } from "./goals.ts";
import type { Measurement, Snapshot } from "./operations.ts";

const nameOf = ({ operation, feed, state }: Measurement) => `${operation} (${feed} feed, ${state})`;

/** What is wrong with a measurement, compared with the snapshot. */
export function check(measured: Snapshot, snapshot: Snapshot): string[] {
  const problems: string[] = [];
  const before = new Map(snapshot.operations.map((operation) => [nameOf(operation), operation.gas]));
  for (const operation of measured.operations) {
    const [name, { gas }] = [nameOf(operation), operation];
    const was = before.get(name);
    if (was === undefined) problems.push(`${name}: not in the snapshot`);
    else if (gas > was * (1 + TOLERATED_RISE)) problems.push(`${name}: ${gas} gas, ${was} in the snapshot`);
    before.delete(name);
    if (operation.operation === "mint" && operation.feed === "own" && operation.state === "steady") {
      if (gas >= STEADY_MINT_LIMIT)
        problems.push(`${name}: ${gas} gas, which must be below ${STEADY_MINT_LIMIT}`);
    }
  }
  for (const name of before.keys()) problems.push(`${name}: in the snapshot, but no longer measured`);
  return problems;
}
