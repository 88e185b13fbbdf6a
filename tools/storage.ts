// Compares the storage layout of every contract with the committed snapshots/storage.json, so that a change shows in a
// diff; with --write, writes it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Artifact, artifactPaths, fail, root } from "./files.ts";

interface Variable {
  label: string;
  slot: string;
  offset: number;
  type: string;
}

interface Type {
  label: string;
  numberOfBytes: string;
  key?: string;
  value?: string;
  base?: string;
  members?: Variable[];
}

interface Layout {
  storage: Variable[];
  types: Record<string, Type> | null;
}

interface BuildOutput {
  output: { contracts: Record<string, Record<string, { storageLayout?: Layout }>> };
}

type Snapshot = Record<string, Record<string, string[]>>;

const SNAPSHOT = `${root}snapshots/storage.json`;
const builds = new Map<string, BuildOutput>();

function layoutOf({ buildInfoId, inputSourceName, contractName }: Artifact): Layout | undefined {
  const path = `${root}artifacts/build-info/${buildInfoId}.output.json`;
  const build = builds.get(path) ?? (JSON.parse(readFileSync(path, "utf8")) as BuildOutput);
  builds.set(path, build);
  return build.output.contracts[inputSourceName]?.[contractName]?.storageLayout;
}

/**
 * A layout in words: the contract's own variables, then the members of each struct that they reach. Labels are used
 * throughout, since the compiler's type ids hold numbers that change with every edit of any file.
 */
function describe({ storage, types }: Layout): Record<string, string[]> {
  const words: Record<string, string[]> = {};
  const line = ({ label, slot, offset, type }: Variable) => {
    const { label: typeLabel, numberOfBytes } = types?.[type] ?? fail(`the layout lacks its type ${type}`);
    return `slot ${slot}, byte ${offset}, ${numberOfBytes} bytes: ${typeLabel} ${label}`;
  };
  const visit = (id: string | undefined) => {
    const type = id === undefined ? undefined : types?.[id];
    if (type === undefined || words[type.label] !== undefined) return;
    if (type.members !== undefined) words[type.label] = type.members.map(line);
    for (const inner of [type.key, type.value, type.base, ...(type.members ?? []).map((m) => m.type)])
      visit(inner);
  };
  words.variables = storage.map(line);
  for (const { type } of storage) visit(type);
  return words;
}

const now: Snapshot = {};
// A market lies at its id, in no variable of the ClearingHouse: the tests of packed words have one.
for (const path of [...artifactPaths(), "artifacts/test/contracts/WordsHarness.sol/WordsHarness.json"]) {
  const artifact = JSON.parse(readFileSync(root + path, "utf8")) as Artifact;
  if (artifact.bytecode === "0x") continue;
  const layout = layoutOf(artifact);
  if (layout === undefined) fail(`${path}: the compiler gave no storage layout`);
  if (layout.storage.length > 0) now[`${artifact.sourceName}:${artifact.contractName}`] = describe(layout);
}
const count = Object.keys(now).length;
if (count === 0) fail("No contract has any storage, which can't be right.");

if (process.argv.includes("--write")) {
  mkdirSync(`${root}snapshots`, { recursive: true });
  writeFileSync(SNAPSHOT, `${JSON.stringify(now, null, 2)}\n`);
  console.log(`snapshots/storage.json: the layouts of ${count} contracts written`);
} else {
  if (!existsSync(SNAPSHOT)) fail("snapshots/storage.json is missing: npm run check:storage -- --write");
  const before = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Snapshot;
  const lines = (snapshot: Snapshot) =>
    Object.entries(snapshot).flatMap(([contract, parts]) =>
      Object.entries(parts).flatMap(([part, entries]) =>
        entries.map((entry) => `${contract} ${part}: ${entry}`),
      ),
    );
  const [old, new_] = [lines(before), lines(now)];
  const gone = old.filter((entry) => !new_.includes(entry)).map((entry) => `  - ${entry}`);
  const come = new_.filter((entry) => !old.includes(entry)).map((entry) => `  + ${entry}`);
  if (gone.length + come.length > 0) {
    fail("Storage differs from the snapshot (meant? npm run check:storage -- --write):", ...gone, ...come);
  }
  console.log(`Storage is as in the snapshot: ${count} contracts.`);
}
