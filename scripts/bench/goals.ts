/** What an operation should take, and what it never may. */
export interface Bounds {
  goal: number;
  neverAbove: number;
}

/** What GAS.md aims at for an operation in its steady state, on a feed of one slot and on Chainlink. */
export interface Goal {
  own: Bounds;
  chainlink?: Bounds;
  /** What the design can't go below on its own feed: intrinsic gas, cold accounts and slots, writes, logs, guard. */
  floor?: number;
  /** The cheapest protocol that does the same for its users, and its gas; several transactions added up. */
  peer?: { name: string; gas: number };
}

/** What Chainlink through a price source adds to a feed of one slot. */
const CHAINLINK_MORE = 17_000;

const goal = (
  goal: number,
  neverAbove: number,
  floor: number | undefined,
  name: string,
  gas: number,
): Goal => ({
  own: { goal, neverAbove },
  chainlink: { goal: goal + CHAINLINK_MORE, neverAbove: neverAbove + CHAINLINK_MORE },
  floor,
  peer: { name, gas },
});

const ownOnly = (goal: number, neverAbove: number, peer?: Goal["peer"]): Goal => ({
  own: { goal, neverAbove },
  peer,
});

/** By operation, in the order in which they are told. */
export const GOALS = {
  mint: goal(95_000, 108_000, 82_800, "Seamless, user brings the trade", 284_000),
  mintRebalance: goal(102_000, 116_000, undefined, "Seamless mint and rebalance", 512_000),
  redeem: goal(93_000, 106_000, 81_100, "Seamless, user brings the trade", 287_000),
  rebalance: goal(78_000, 90_000, 69_600, "Seamless, without its auction", 228_000),
  open: goal(78_000, 90_000, 69_600, "Perp v1, reads no feed", 442_000),
  openNoTransfer: goal(60_000, 70_000, 53_000, "Perp v1, reads no feed", 442_000),
  close: goal(70_000, 80_000, 62_300, "Perp v1, reads no feed", 349_000),
  liquidate: { ...goal(75_000, 89_000, 60_300, "", 0), peer: undefined },
  lpDeposit: ownOnly(92_000, 106_000, { name: "OpenZeppelin ERC-4626, for scale", gas: 56_900 }),
  lpRequest: ownOnly(60_000, 75_000),
  lpLeave: ownOnly(91_000, 105_000),
} satisfies Record<string, Goal>;

export type Operation = keyof typeof GOALS;

/** The floor on a feed. */
export function floorOf(operation: Operation, feed: "own" | "chainlink"): number | undefined {
  const { floor }: Goal = GOALS[operation];
  return floor === undefined || feed === "own" ? floor : floor + CHAINLINK_MORE;
}

/** By how much an operation may rise over the snapshot before the check fails. */
export const TOLERATED_RISE = 0.01;
