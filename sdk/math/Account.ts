// Twin of contracts/types/Account.sol.
import { type Layout, packWord, unpackWord } from "./words.ts";

export const ROLE_TRADER = 0n;
export const ROLE_TOKEN = 1n;
export const ROLE_POOL = 2n;
/** Added to the role of an account that was closed after settlement and keeps its share. */
export const ROLE_RESOLVED = 0x80n;

/** A position in one market: signed units, signed BaseToken (both WAD), and what the ClearingHouse trusts its owner to be. */
export interface Account {
  position: bigint;
  cash: bigint;
  role: bigint;
}

export const ACCOUNT_LAYOUT: Layout<keyof Account> = {
  position: { bits: 120, signed: true },
  cash: { bits: 128, signed: true },
  role: { bits: 8 },
};

/** Unlike Solidity's, refuses what doesn't fit. */
export const packAccount = (account: Account): bigint => packWord(ACCOUNT_LAYOUT, account);

export const unpackAccount = (word: bigint): Account => unpackWord(ACCOUNT_LAYOUT, word);
