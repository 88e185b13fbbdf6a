// Gas of every operation, from receipts on a chain in this process, beside goals, floors and peers.
//
//   npm run bench:gas                  a table, with variants, sizes and deployment gas
//   npm run bench:gas -- --json        an array of {operation, feed, state, gas}
//   npm run bench:gas -- --profile     where it goes: the tables of docs/gas.md
//   npm run bench:gas -- --write       writes snapshots/gas.json and the tables of README.md and docs/gas.md
//   npm run bench:gas -- --check       fails on a rise above the snapshot by over 1 %, on an operation above what it never
//                                      may be that the snapshot doesn't accept, and on tables that are out of date
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { profileTables, staleDocuments, writeDocuments } from "./documents.ts";
import { measure } from "./measure.ts";
import { nextSnapshot, type Snapshot } from "./snapshot.ts";
import { text } from "./tables.ts";

const SNAPSHOT = new URL("../../snapshots/gas.json", import.meta.url);

const flag = { type: "boolean" } as const;
const { values } = parseArgs({ options: { json: flag, profile: flag, write: flag, check: flag } });

const before = existsSync(SNAPSHOT) ? (JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Snapshot) : undefined;
const measured = await measure();
const now = nextSnapshot(measured, before);

if (values.json) console.log(JSON.stringify(measured.operations, null, 2));
else if (values.profile) console.log(profileTables(now));
else console.log(text(measured, before));

if (values.write) {
  writeFileSync(SNAPSHOT, `${JSON.stringify(now, null, 2)}\n`);
  writeDocuments(now);
}
if (values.check) {
  if (before === undefined) throw new Error("There is no snapshot yet: run `npm run bench:gas -- --write`");
  const problems = [...check(measured, before), ...staleDocuments(before)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.error("Gas is within the snapshot.");
}
