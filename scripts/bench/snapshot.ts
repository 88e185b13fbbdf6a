// What snapshots/gas.json holds, and what follows from it.
import { GOALS, type Goal, type Operation } from "./goals.ts";
import type { Profile } from "./profile.ts";

/** `own` is a feed of one slot; `chainlink` reads what the real proxy and aggregator read. */
export const FEEDS = ["own", "chainlink"] as const;

/** One transaction. */
export interface Measurement {
  operation: Operation;
  feed: (typeof FEEDS)[number];
  /** `steady`: whoever calls or is paid already holds the token, position, shares, reward or BaseToken. `first`: not yet. */
  state: "steady" | "first";
  gas: number;
}

/** A measurement with something else than a continuous token and a BaseToken of 18 decimals. */
export interface Variant extends Measurement {
  variant: string;
}

export interface Contract {
  contract: string;
  /** Size of its code. */
  bytes: number;
  /** Gas of the transaction that deployed it; for a token and a pool of the one that made them through a factory. */
  gas: number;
}

export interface Measured {
  operations: Measurement[];
  variants: Variant[];
  contracts: Contract[];
  /** Where the gas of the steady operations goes. */
  profiles: Profile[];
}

export interface Snapshot extends Measured {
  /**
   * Operations that are known to be above what they never may be, by name, with the most that each may take. The list
   * is kept by hand and only shrinks: `--write` lowers figures and drops what is no longer needed, and adds nothing.
   */
  aboveAll: Record<string, number>;
}

export const nameOf = ({ operation, feed, state, ...rest }: Measurement | Variant): string =>
  [operation, `${feed} feed`, state, ...("variant" in rest ? [rest.variant] : [])].join(", ");

export const boundsOf = ({ operation, feed, state }: Measurement) =>
  state === "steady" ? (GOALS[operation] as Goal)[feed] : undefined;

/** Everything that bounds apply to. */
export const measurementsOf = ({ operations, variants }: Pick<Measured, "operations" | "variants">) => [
  ...operations,
  ...variants,
];

/** Whether a steady operation takes more than it ever may. */
export function isAboveAll(measurement: Measurement): boolean {
  const bounds = boundsOf(measurement);
  return bounds !== undefined && measurement.gas > bounds.neverAbove;
}

/** The snapshot of what was measured. Exceptions come from the one before it. */
export function nextSnapshot(measured: Measured, before: Snapshot | undefined): Snapshot {
  const aboveAll: Record<string, number> = {};
  for (const measurement of measurementsOf(measured)) {
    const allowed = before?.aboveAll[nameOf(measurement)];
    if (allowed !== undefined && isAboveAll(measurement)) {
      aboveAll[nameOf(measurement)] = Math.min(allowed, measurement.gas);
    }
  }
  return { ...measured, aboveAll };
}
