/** What GAS.md aims at for an operation in its steady state, on a feed of one slot and on Chainlink. */
export interface Goal {
  own: { goal: number; neverAbove: number };
  chainlink?: { goal: number; neverAbove: number };
  /** What the design can't go below on its own feed: intrinsic gas, cold accounts and slots, writes, logs, guard. */
  floor?: number;
}

/** What Chainlink through a price source adds to a feed of one slot. */
const CHAINLINK_MORE = 17_000;

const goal = (goal: number, neverAbove: number, floor?: number): Goal => ({
  own: { goal, neverAbove },
  chainlink: { goal: goal + CHAINLINK_MORE, neverAbove: neverAbove + CHAINLINK_MORE },
  floor,
});

const ownOnly = (goal: number, neverAbove: number): Goal => ({ own: { goal, neverAbove } });

/** By operation, in the order in which they are told. */
export const GOALS = {
  mint: goal(95_000, 108_000, 82_800),
  mintRebalance: goal(102_000, 116_000),
  redeem: goal(93_000, 106_000, 81_100),
  rebalance: goal(78_000, 90_000, 69_600),
  open: goal(78_000, 90_000, 69_600),
  openNoTransfer: goal(60_000, 70_000, 53_000),
  close: goal(70_000, 80_000, 62_300),
  liquidate: goal(75_000, 89_000, 60_300),
  lpDeposit: ownOnly(92_000, 106_000),
  lpRequest: ownOnly(60_000, 75_000),
  lpLeave: ownOnly(91_000, 105_000),
} satisfies Record<string, Goal>;

export type Operation = keyof typeof GOALS;

/** The bound that a steady mint on its own feed has to keep for now. */
export const STEADY_MINT_LIMIT = 125_000;

/** By how much an operation may rise over the snapshot before the check fails. */
export const TOLERATED_RISE = 0.01;
