// The tables of README.md and docs/gas.md, made from the snapshot and put between their marks.
import { readFileSync, writeFileSync } from "node:fs";
import { floorOf, GOALS, type Goal, type Operation } from "./goals.ts";
import { OPCODE_GROUPS } from "./opcodes.ts";
import { type Access, CLASSES, type Class, type Profile } from "./profile.ts";
import { boundsOf, FEEDS, type Measurement, type Snapshot } from "./snapshot.ts";
import { count } from "./tables.ts";

const ROOT = new URL("../../", import.meta.url);

const OPERATIONS = Object.keys(GOALS) as Operation[];

const MEANINGS: Record<Class, string> = {
  intrinsic: "every transaction",
  calldata: "bytes of the call",
  coldAccounts: "our own contracts, 2,600 each",
  coldSlots: "our own slots, 2,100 each",
  writes: "2,900 each, 20,000 where there was zero",
  logs: "events",
  guard: "transient storage",
  feed: "the price source and all below it",
  transfers: "the BaseToken",
  compute: "everything else: the remainder",
  refund: "slots that became zero",
};

function markdown(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(header),
    `|---|${header
      .slice(1)
      .map(() => "---:|")
      .join("")}`,
    ...rows.map(line),
  ].join("\n");
}

/** A function that finds what an operation takes. */
const finder = (measurements: Measurement[]) => (operation: Operation, feed: string, state: string) =>
  measurements.find((m) => m.operation === operation && m.feed === feed && m.state === state);

function readme({ operations }: Snapshot): string {
  const find = finder(operations);
  const rows = OPERATIONS.map((operation) => {
    const { own, floor, peer }: Goal = GOALS[operation];
    return [
      operation,
      count(find(operation, "own", "steady")?.gas),
      count(find(operation, "chainlink", "steady")?.gas),
      count(find(operation, "own", "first")?.gas),
      count(own.goal),
      count(own.neverAbove),
      count(floor),
      count(peer?.gas),
    ];
  });
  const header = ["operation", "own feed", "Chainlink", "own feed, first time", "goal", "never above"];
  return markdown([...header, "floor", "nearest peer"], rows);
}

const profilesOf = (snapshot: Snapshot, feed: Profile["feed"]) =>
  OPERATIONS.flatMap((operation) =>
    snapshot.profiles.filter((profile) => profile.operation === operation && profile.feed === feed),
  );

/** Each row with its bounds; above the goal, what opcodes take and what would be left without any. */
function goals(snapshot: Snapshot): string {
  const find = finder(snapshot.operations);
  const rows = FEEDS.flatMap((feed) =>
    profilesOf(snapshot, feed).map((profile) => {
      const measurement = find(profile.operation, feed, "steady")!;
      const bounds = boundsOf(measurement);
      const { gas } = measurement;
      const { compute: rest } = profile.classes;
      const above = bounds === undefined || gas <= bounds.goal ? "" : count(gas - bounds.goal);
      const where = Object.entries(profile.compute).map(([name, amount]) => `${name} ${count(amount)}`);
      return [
        profile.operation,
        feed,
        count(gas),
        count(bounds?.goal),
        count(bounds?.neverAbove),
        count(floorOf(profile.operation, feed)),
        above || "–",
        count(gas - rest),
        above === "" ? count(rest) : `${count(rest)}: ${where.join(", ")}`,
      ];
    }),
  );
  const header = ["operation", "feed", "gas", "goal", "never above", "floor", "above the goal"];
  return markdown([...header, "what it touches", "compute"], rows);
}

function classes(snapshot: Snapshot, feed: Profile["feed"]): string {
  const profiles = profilesOf(snapshot, feed);
  const rows = CLASSES.map((name) => [
    `${name}: ${MEANINGS[name]}`,
    ...profiles.map((profile) => count(profile.classes[name])),
  ]);
  const total = ["**gas**", ...profiles.map(({ gas }) => `**${count(gas)}**`)];
  return markdown(["", ...profiles.map(({ operation }) => operation)], [...rows, total]);
}

/** The remainder, by contract and by what opcodes do. */
function compute(snapshot: Snapshot): string {
  const profiles = profilesOf(snapshot, "own");
  const contractNames = [...new Set(profiles.flatMap((profile) => Object.keys(profile.compute)))];
  const rows = [
    ...contractNames.map((name) => [`in ${name}`, ...profiles.map((each) => count(each.compute[name] ?? 0))]),
    ...OPCODE_GROUPS.map((name) => [name, ...profiles.map((each) => count(each.opcodes[name] ?? 0))]),
  ];
  return markdown(["", ...profiles.map(({ operation }) => operation)], rows);
}

/** Compute beside the least that its formulas take, and how much of that the goal would leave. */
function least(snapshot: Snapshot): string {
  const rows = profilesOf(snapshot, "own").map(({ operation, gas, compute, classes, least: parts }) => {
    const [rest, floor] = [classes.compute, Object.values(parts).reduce((sum, part) => sum + part, 0)];
    const allowed = GOALS[operation].own.goal - (gas - rest);
    const times = (amount: number, least: number) => (amount / least).toFixed(2);
    const contractNames = Object.keys(parts).filter((name) => compute[name] !== undefined);
    const each = contractNames.map(
      (name) => `${name} ${count(parts[name])} × ${times(compute[name], parts[name])}`,
    );
    return [operation, count(rest), count(floor), times(rest, floor), times(allowed, floor), each.join(", ")];
  });
  const header = ["operation", "compute", "the least", "times the least", "the goal would be"];
  return markdown([...header, "by contract"], rows);
}

const ACCESS: Record<Access, string> = { read: "r", written: "w", made: "new" };

/** Which caller or round it is doesn't matter to what a slot is for. */
const general = (slot: string) =>
  slot.replace(/\[(?:holder|trader|lp)\]/, "[caller]").replace(/\[\d+\]/, "[round]");

/** Every slot, and what is done to it by each operation. `only` picks slots by how they begin. */
function slots(snapshot: Snapshot, feed: Profile["feed"], only = ""): string {
  const profiles = profilesOf(snapshot, feed);
  const touched = profiles.map(
    (profile) =>
      new Map(Object.entries(profile.slots).map(([slot, access]) => [general(slot), ACCESS[access]])),
  );
  const all = [...new Set(touched.flatMap((each) => [...each.keys()]))];
  const rows = all
    .filter((slot) => slot.startsWith(only))
    .sort()
    .map((slot) => [`\`${slot}\``, ...touched.map((each) => each.get(slot) ?? "")]);
  return markdown(["slot", ...profiles.map(({ operation }) => operation)], rows);
}

function variants({ variants: measured }: Snapshot): string {
  const rows = measured.map((variant) => [
    variant.operation,
    variant.variant,
    variant.feed,
    variant.state,
    count(variant.gas),
    count(boundsOf(variant)?.neverAbove),
  ]);
  return markdown(["operation", "with", "feed", "state", "gas", "never above"], rows);
}

function contracts({ contracts: measured }: Snapshot): string {
  const rows = measured.map(({ contract, bytes, gas }) => [contract, count(bytes), count(gas)]);
  return markdown(["contract", "bytes", "deployment gas"], rows);
}

function exceptions({ aboveAll }: Snapshot): string {
  const rows = Object.entries(aboveAll).map(([name, gas]) => [name, count(gas)]);
  if (rows.length === 0) return "None: no operation is above what it never may be.";
  return markdown(["above all", "at most"], rows);
}

/** What stands between which marks of which document. */
const BLOCKS: Record<string, Record<string, (snapshot: Snapshot) => string>> = {
  "README.md": { operations: readme },
  "docs/gas.md": {
    goals,
    exceptions,
    "classes own": (snapshot) => classes(snapshot, "own"),
    "classes chainlink": (snapshot) => classes(snapshot, "chainlink"),
    compute,
    least,
    "slots own": (snapshot) => slots(snapshot, "own"),
    "slots chainlink": (snapshot) => slots(snapshot, "chainlink", "Chainlink"),
    variants,
    contracts,
  },
};

/** Every document with its tables made from the snapshot. */
function made(snapshot: Snapshot): { file: string; before: string; after: string }[] {
  return Object.entries(BLOCKS).map(([file, blocks]) => {
    const before = readFileSync(new URL(file, ROOT), "utf8");
    let after = before;
    for (const [name, render] of Object.entries(blocks)) {
      const start = `<!-- gas ${name}: npm run bench:gas -- --write -->\n`;
      const [from, to] = [after.indexOf(start), after.indexOf("<!-- /gas -->", after.indexOf(start))];
      if (from < 0 || to < 0)
        throw new Error(`${file} has no place for its table: ${start.trim()} … <!-- /gas -->`);
      after = `${after.slice(0, from + start.length)}\n${render(snapshot)}\n\n${after.slice(to)}`;
    }
    return { file, before, after };
  });
}

/** Puts the tables into the documents. */
export function writeDocuments(snapshot: Snapshot): void {
  for (const { file, after } of made(snapshot)) writeFileSync(new URL(file, ROOT), after);
}

/** Which documents don't say what the snapshot says. */
export function staleDocuments(snapshot: Snapshot): string[] {
  return made(snapshot)
    .filter(({ before, after }) => before !== after)
    .map(({ file }) => `${file}: its gas tables are not those of the snapshot; npm run bench:gas -- --write`);
}

/** All tables of docs/gas.md. */
export const profileTables = (snapshot: Snapshot): string =>
  Object.entries(BLOCKS["docs/gas.md"])
    .map(([name, render]) => `${name}\n\n${render(snapshot)}`)
    .join("\n\n");
