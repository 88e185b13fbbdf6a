// Names of storage slots, from snapshots/storage.json and the hashes that a transaction computed.
import { readFileSync } from "node:fs";
import type { Step } from "./trace.ts";

type Layout = Record<string, string[]>;

interface Variable {
  slot: bigint;
  type: string;
  name: string;
}

/** Something in storage: how it is called, and the type of what is there. */
interface Found {
  label: string;
  type: string;
}

const LAYOUTS: Record<string, Layout> = Object.fromEntries(
  Object.entries(
    JSON.parse(readFileSync(new URL("../../snapshots/storage.json", import.meta.url), "utf8")),
  ).map(([name, layout]) => [name.split(":")[1], layout as Layout]),
);

/** How a market is laid out that lies at its id. */
const MARKET = "struct MarketWords";

function variables(lines: string[] | undefined): Variable[] {
  return (lines ?? []).map((line) => {
    const [, slot, type, name] = /^slot (\d+), byte \d+, \d+ bytes: (.*) (\S+)$/.exec(line)!;
    return { slot: BigInt(slot), type, name };
  });
}

/** A function that names slots of a contract, given who is who. */
export function namer(steps: Step[], names: Map<string, string>) {
  const ids = new Set(steps.flatMap(({ marketId }) => (marketId === undefined ? [] : [marketId])));
  const hashes = new Map(steps.flatMap(({ hashed }) => (hashed ? [[hashed.hash, hashed]] : [])));
  const keyName = (key: bigint) =>
    names.get(`0x${key.toString(16).padStart(40, "0")}`) ?? (key < 2n ** 160n ? String(key) : "id");

  /** What is `offset` slots into something. */
  function inside({ label, type }: Found, offset: bigint, layout: Layout): Found | undefined {
    if (!type.startsWith("struct ")) return offset === 0n ? { label, type } : undefined;
    const here = variables(layout[type]).filter(({ slot }) => slot === offset);
    if (here.length === 0) return undefined;
    // Fields that share a slot are called by their struct.
    if (here.length > 1) return { label, type };
    return { label: `${label}.${here[0].name}`, type: here[0].type };
  }

  function find(layout: Layout, slot: bigint): Found | undefined {
    for (const variable of variables(layout.variables).reverse()) {
      if (variable.slot > slot) continue;
      const found = inside({ label: variable.name, type: variable.type }, slot - variable.slot, layout);
      if (found) return found;
    }
    for (let offset = 0n; offset < 5n; offset++) {
      if (layout === LAYOUTS.ClearingHouse && ids.has(slot - offset)) {
        return inside({ label: "markets[id]", type: MARKET }, offset, LAYOUTS.WordsHarness);
      }
      const hashed = hashes.get(slot - offset);
      const mapping = hashed && find(layout, hashed.slot);
      const [, type] = /^mapping\([^=]* => (.*)\)$/.exec(mapping?.type ?? "") ?? [];
      if (!hashed || !mapping || !type) continue;
      const types = type in layout ? layout : LAYOUTS.WordsHarness;
      const found = inside({ label: `${mapping.label}[${keyName(hashed.key)}]`, type }, offset, types);
      if (found) return found;
    }
    return undefined;
  }

  /** Where no layout is known. */
  function number(slot: bigint): string {
    const hashed = hashes.get(slot);
    return hashed ? `${number(hashed.slot)}[${keyName(hashed.key)}]` : `slot ${slot}`;
  }

  return (contract: string, slot: bigint): string => {
    const found = LAYOUTS[contract] && find(LAYOUTS[contract], slot);
    return `${contract} ${found?.label ?? number(slot)}`;
  };
}
