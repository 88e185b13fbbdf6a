// Writes the paths that test/solidity/ModelReplay.t.sol replays into cache/vectors/, with what the models in sdk/math say
// of each step. FUZZ_SEED chooses other paths, VECTOR_STEPS how many steps there are in all.
//
//   node tools/vectors.ts                          writes them, unless they are there already
//   node tools/vectors.ts --tell ordinary-0 123    what the models say of step 123 of a path
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathOf, type Watch } from "../test/math/vectors/path.ts";
import { ESSENTIAL, WORLDS } from "../test/math/vectors/worlds.ts";
import { fail, filesBelow, root } from "./files.ts";

const FOLDER = `${root}cache/vectors/`;
/** Steps of a file: a path starts afresh in each, and none has to be held whole with others. */
const PER_FILE = 6_250;
/** Steps among which everything has to happen. */
const ENOUGH = 50_000;

const total = Number(process.env.VECTOR_STEPS ?? ENOUGH);
if (!Number.isSafeInteger(total) || total < Object.keys(WORLDS).length) {
  fail(
    `VECTOR_STEPS = ${process.env.VECTOR_STEPS} must be a whole number, at least 1 for each of the worlds: ${Object.keys(WORLDS).join(", ")}`,
  );
}
const names = Object.keys(WORLDS);
const perWorld = Math.ceil(total / names.length);

/** How many steps each file of a world has. */
const sizes = Array.from({ length: Math.ceil(perWorld / PER_FILE) }, (_, i) =>
  Math.min(PER_FILE, perWorld - i * PER_FILE),
);

/** Another for each file. */
const numberOf = (world: string, file: number) => names.indexOf(world) * 1_000_000 + file;

const make = (world: string, file: number, watch?: Watch) =>
  pathOf(world, numberOf(world, file), WORLDS[world], sizes[file], watch);

/** Changes with everything that paths depend on. */
function fingerprint(): string {
  const hash = createHash("sha256").update(JSON.stringify([process.env.FUZZ_SEED, total, PER_FILE]));
  const sources = [
    ...filesBelow("sdk/math", ".ts"),
    "sdk/marketId.ts",
    ...filesBelow("test/math", ".ts"),
    ...filesBelow("contracts/interfaces", ".sol"),
    ...filesBelow("contracts/types", ".sol"),
  ];
  for (const source of sources) hash.update(readFileSync(root + source));
  return hash.digest("hex");
}

function tell(path: string, step: number): void {
  const [world, file] = path.split("-");
  if (!(world in WORLDS) || sizes[Number(file)] === undefined || !(step < sizes[Number(file)])) {
    fail(
      `There is no step ${step} of ${path} with VECTOR_STEPS=${total}; paths are ${names.join(", ")} -0 to -${sizes.length - 1}`,
    );
  }
  make(world, Number(file), (at, { description, output, words }) => {
    if (at !== step) return;
    console.log(`${path} ${step}: ${description}\n  ${output}`);
    for (const [name, word] of words) console.log(`  0x${word}  ${name}`);
  });
}

function write(): void {
  const print = fingerprint();
  const mark = `${FOLDER}fingerprint`;
  if (existsSync(mark) && readFileSync(mark, "utf8") === print) return;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const done = new Set<string>();
  for (const world of names) {
    for (const file of sizes.keys()) {
      const { records, tally } = make(world, file);
      writeFileSync(`${FOLDER}${world}-${file}.bin`, records);
      for (const kind of tally.keys()) done.add(kind);
    }
  }
  const missing = ESSENTIAL.filter((kind) => !done.has(kind));
  if (total >= ENOUGH && missing.length > 0) {
    fail(`No step of ${total} did this, whatever it is that the paths avoid: ${missing.join(", ")}`);
  }
  writeFileSync(
    `${FOLDER}steps.json`,
    JSON.stringify(Object.fromEntries(names.map((world) => [world, sizes]))),
  );
  writeFileSync(mark, print);
}

const [option, path, step] = process.argv.slice(2);
if (option === undefined) write();
else if (option === "--tell" && path && step) tell(path, Number(step));
else fail(`Unknown arguments ${process.argv.slice(2).join(" ")}: none, or --tell PATH STEP`);
