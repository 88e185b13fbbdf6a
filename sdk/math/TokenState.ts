// Twin of contracts/types/TokenState.sol.
import { type Layout, packWord, unpackWord } from "./words.ts";

/** What a LeveragedToken stores beside balances. */
export interface TokenState {
  /** With the locked part, 1e-18 tokens. */
  supply: bigint;
  /** With a schedule, the last rebalance that was completed until `writtenAt`; 0 without one. Seconds since 1970. */
  rebalancedAt: bigint;
  /** With a schedule, when this was last written but by a complete rebalance alone; 0 without one. Seconds since 1970. */
  writtenAt: bigint;
  wipedOut: boolean;
  /** Part of a whole reward that parts of a rebalance had left at the last operation. WAD. */
  rewardLeft: bigint;
}

const TOKEN_STATE_LAYOUT: Layout<keyof TokenState> = {
  supply: { bits: 128 },
  rebalancedAt: { bits: 32 },
  writtenAt: { bits: 32 },
  wipedOut: { bits: 1 },
  rewardLeft: { bits: 63 },
};

/** When the last rebalance of a token with a schedule was completed, by when its account operated. Seconds since 1970. */
export const completedAt = ({ rebalancedAt, writtenAt }: TokenState, operatedAt: bigint): bigint =>
  operatedAt === writtenAt ? rebalancedAt : operatedAt;

/** Unlike Solidity's, refuses what doesn't fit. */
export const packTokenState = (state: TokenState): bigint =>
  packWord(TOKEN_STATE_LAYOUT, { ...state, wipedOut: state.wipedOut ? 1n : 0n });

export function unpackTokenState(word: bigint): TokenState {
  const state = unpackWord(TOKEN_STATE_LAYOUT, word);
  return { ...state, wipedOut: state.wipedOut !== 0n };
}
