// Twin of contracts/types/Account.sol.
import { type Layout, packWord, unpackWord } from "./words.ts";

export const ROLE_TRADER = 0n;
export const ROLE_TOKEN = 1n;
export const ROLE_POOL = 2n;
/** Added to the role of an account that was closed after settlement and keeps its share. */
export const ROLE_RESOLVED = 4n;

/** A position in one market: signed units and signed BaseToken, both WAD. */
export interface Account {
  position: bigint;
  cash: bigint;
  /** When the ClearingHouse last executed an order of a token; 0 for everybody else. Seconds since 1970. */
  operatedAt: bigint;
  /** What the ClearingHouse trusts its owner to be. */
  role: bigint;
}

export const ACCOUNT_LAYOUT: Layout<keyof Account> = {
  role: { bits: 3 },
  operatedAt: { bits: 32 },
  cash: { bits: 125, signed: true },
  position: { bits: 96, signed: true },
};

/** Unlike Solidity's, refuses what doesn't fit. */
export const packAccount = (account: Account): bigint => packWord(ACCOUNT_LAYOUT, account);

export const unpackAccount = (word: bigint): Account => unpackWord(ACCOUNT_LAYOUT, word);
