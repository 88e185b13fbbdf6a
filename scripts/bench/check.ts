import { TOLERATED_RISE } from "./goals.ts";
import { boundsOf, type Measured, measurementsOf, nameOf, type Snapshot } from "./snapshot.ts";

const risen = (now: number, before: number) => now > before * (1 + TOLERATED_RISE);

/** What is wrong with what was measured, compared with the snapshot and with what operations never may take. */
export function check(measured: Measured, snapshot: Snapshot): string[] {
  const problems: string[] = [];
  const before = new Map(
    measurementsOf(snapshot).map((measurement) => [nameOf(measurement), measurement.gas]),
  );
  const exceptions = new Map(Object.entries(snapshot.aboveAll));
  for (const measurement of measurementsOf(measured)) {
    const [name, { gas }] = [nameOf(measurement), measurement];
    const was = before.get(name);
    before.delete(name);
    if (was === undefined) problems.push(`${name}: not in the snapshot`);
    else if (risen(gas, was)) problems.push(`${name}: ${gas} gas, ${was} in the snapshot`);

    const most = boundsOf(measurement)?.neverAbove;
    const allowed = exceptions.get(name);
    exceptions.delete(name);
    if (most === undefined || gas <= most) {
      if (allowed !== undefined) {
        problems.push(`${name}: ${gas} gas needs no exception any more; take it out of aboveAll`);
      }
    } else if (allowed === undefined) problems.push(`${name}: ${gas} gas, which must never be above ${most}`);
    else if (gas > allowed)
      problems.push(`${name}: ${gas} gas, above ${most}, of which ${allowed} are accepted`);
  }
  for (const name of before.keys()) problems.push(`${name}: in the snapshot, but no longer measured`);
  for (const name of exceptions.keys()) problems.push(`${name}: in aboveAll, but no longer measured`);
  return [...problems, ...checkContracts(measured, snapshot)];
}

function checkContracts(measured: Measured, snapshot: Snapshot): string[] {
  const problems: string[] = [];
  const before = new Map(snapshot.contracts.map((entry) => [entry.contract, entry]));
  for (const { contract, bytes, gas } of measured.contracts) {
    const was = before.get(contract);
    before.delete(contract);
    if (was === undefined) problems.push(`${contract}: not in the snapshot`);
    else {
      if (risen(bytes, was.bytes)) problems.push(`${contract}: ${bytes} bytes, ${was.bytes} in the snapshot`);
      if (risen(gas, was.gas)) problems.push(`${contract}: ${gas} gas to deploy, ${was.gas} in the snapshot`);
    }
  }
  for (const name of before.keys()) problems.push(`${name}: in the snapshot, but no longer deployed`);
  return problems;
}
