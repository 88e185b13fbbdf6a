// Gas of every operation, from receipts on a chain in this process, beside the goals of GAS.md.
//
//   npm run bench:gas                  a table, with sizes and deployment gas
//   npm run bench:gas -- --json        an array of {operation, feed, state, gas}
//   npm run bench:gas -- --markdown    the README's table
//   npm run bench:gas -- --write       writes snapshots/gas.json
//   npm run bench:gas -- --check       fails when an operation takes more than the snapshot says, by over 1 %
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { measure, type Snapshot } from "./operations.ts";
import { markdown, text } from "./tables.ts";

const SNAPSHOT = new URL("../../snapshots/gas.json", import.meta.url);

const flag = { type: "boolean" } as const;
const { values } = parseArgs({ options: { json: flag, markdown: flag, write: flag, check: flag } });

const measured = await measure();
if (values.json) console.log(JSON.stringify(measured.operations, null, 2));
else if (values.markdown) console.log(markdown(measured.operations));
else console.log(text(measured));

if (values.write) writeFileSync(SNAPSHOT, `${JSON.stringify(measured, null, 2)}\n`);
if (values.check) {
  if (!existsSync(SNAPSHOT)) throw new Error("There is no snapshot yet: run `npm run bench:gas -- --write`");
  const problems = check(measured, JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Snapshot);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.error("Gas is within the snapshot.");
}
