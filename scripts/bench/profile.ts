// Where the gas of a transaction goes: by class, and slot by slot.

import { leastCompute } from "./least.ts";
import type { BenchMarket, Chain, Deployment } from "./market.ts";
import { groupOf } from "./opcodes.ts";
import type { Sent } from "./scene.ts";
import { namer } from "./slots.ts";
import type { Measurement } from "./snapshot.ts";
import { type Step, type StructLog, stepsOf } from "./trace.ts";

/** In the order in which they are told. */
export const CLASSES = [
  "intrinsic",
  "calldata",
  "coldAccounts",
  "coldSlots",
  "writes",
  "logs",
  "guard",
  "feed",
  "transfers",
  "compute",
  "refund",
] as const;

export type Class = (typeof CLASSES)[number];

/** `read`: the slot was cold; `written`: and changed; `made`: and was zero before. */
export type Access = "read" | "written" | "made";

export interface Profile extends Omit<Measurement, "state"> {
  classes: Record<Class, number>;
  /** Compute by contract, and by what opcodes do. */
  compute: Record<string, number>;
  opcodes: Record<string, number>;
  /** Compute that no code could go below, by contract: see least.ts. */
  least: Record<string, number>;
  slots: Record<string, Access>;
}

/** Cold access to an account and to a slot, EIP-2929. */
const COLD_ACCOUNT = 2_600;
const COLD_SLOT = 2_100;
const TRANSACTION = 21_000;
/** A slot that was zero: what writing takes beside the cold access. */
const MADE = 20_000;

/** Names of contracts and people by address. */
async function namesOf(
  { clearingHouse }: Deployment,
  market: BenchMarket,
  people: Record<string, string>,
): Promise<Map<string, string>> {
  const contracts = {
    ClearingHouse: clearingHouse,
    LeveragedToken: market.token,
    LiquidityPool: market.pool,
    FaucetToken: market.baseToken,
    PriceSource: market.source,
    ...market.feeds,
  };
  const names = new Map<string, string>();
  for (const [name, contract] of Object.entries(contracts)) {
    names.set((await contract.getAddress()).toLowerCase(), name);
  }
  for (const [name, address] of Object.entries(people)) names.set(address.toLowerCase(), name);
  return names;
}

/** What whoever called has paid for. */
export async function profileOf(
  { provider, ethers }: Chain,
  deployment: Deployment,
  market: BenchMarket,
  feed: Measurement["feed"],
  { operation, hash, gas, people }: Sent,
): Promise<Profile> {
  const { from, to, gasLimit } = (await ethers.provider.getTransaction(hash))!;
  const { structLogs } = (await provider.request({
    method: "debug_traceTransaction",
    params: [hash, { enableMemory: true }],
  })) as { structLogs: StructLog[] };
  const names = await namesOf(deployment, market, people);
  const steps = stepsOf(structLogs, from, to!);
  const classes = Object.fromEntries(CLASSES.map((name) => [name, 0])) as Record<Class, number>;
  const compute: Record<string, number> = {};
  const opcodes: Record<string, number> = {};
  const add = (name: Class, amount: number) => {
    classes[name] += amount;
  };

  const before = Number(gasLimit) - structLogs[0].gas;
  add("intrinsic", TRANSACTION);
  add("calldata", before - TRANSACTION);
  for (const step of steps) {
    const rest = attribute(step, names, add);
    const [contract, group] = [names.get(step.code) ?? "others", groupOf(step.op)];
    if (rest === 0) continue;
    compute[contract] = (compute[contract] ?? 0) + rest;
    opcodes[group] = (opcodes[group] ?? 0) + rest;
  }
  const spent = Object.values(classes).reduce((sum, amount) => sum + amount, 0);
  classes.refund = gas - spent;
  const outside = ["PriceSource", "FaucetToken", "ChainlinkProxy", "ChainlinkAggregator"];
  const least = leastCompute(structLogs, steps, (address) => {
    const name = names.get(address);
    return name === undefined || outside.includes(name) ? undefined : name;
  });
  return { operation, feed, gas, classes, compute, opcodes, least, slots: slotsOf(steps, names) };
}

/** Adds one step to its classes; what of it is compute. */
function attribute(
  { op, gas, path, account, slot }: Step,
  names: Map<string, string>,
  add: (name: Class, amount: number) => void,
): number {
  // The call itself belongs to what is called.
  const within = account ? [...path, account.address] : path;
  const called = within.map((address) => names.get(address));
  if (called.includes("PriceSource") || called.includes("FaucetToken")) {
    add(called.includes("PriceSource") ? "feed" : "transfers", gas);
    return 0;
  }
  let rest = gas;
  const take = (name: Class, amount: number) => {
    add(name, amount);
    rest -= amount;
  };
  if (account?.cold) take("coldAccounts", COLD_ACCOUNT);
  if (slot?.cold) take("coldSlots", COLD_SLOT);
  if (op === "SSTORE") take("writes", rest);
  else if (op.startsWith("LOG")) take("logs", rest);
  else if (op === "TLOAD" || op === "TSTORE") take("guard", rest);
  add("compute", rest);
  return rest;
}

/** The slots that were cold, with what happened to each. */
function slotsOf(steps: Step[], names: Map<string, string>): Record<string, Access> {
  const nameOf = namer(steps, names);
  const slots: Record<string, Access> = {};
  for (const { op, gas, storage, slot } of steps) {
    if (!slot) continue;
    const name = nameOf(names.get(storage) ?? "another contract", slot.key);
    const writes = op === "SSTORE" && gas - (slot.cold ? COLD_SLOT : 0) > 100;
    if (writes && gas >= MADE) slots[name] = "made";
    else if (writes && slots[name] !== "made") slots[name] = "written";
    else if (slot.cold) slots[name] ??= "read";
  }
  return slots;
}
