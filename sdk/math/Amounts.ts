// Twin of contracts/types/Amounts.sol.
import { type Layout, packWord, unpackWord } from "./words.ts";

/** Two signed amounts beside each other, as events carry them. */
export interface Amounts {
  first: bigint;
  second: bigint;
}

export const AMOUNTS_LAYOUT: Layout<keyof Amounts> = {
  first: { bits: 128, signed: true },
  second: { bits: 128, signed: true },
};

/** Unlike Solidity's, refuses what doesn't fit. */
export const packAmounts = (amounts: Amounts): bigint => packWord(AMOUNTS_LAYOUT, amounts);

export const unpackAmounts = (word: bigint): Amounts => unpackWord(AMOUNTS_LAYOUT, word);
