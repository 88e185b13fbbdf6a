// What the tables of sentences are made with.
import type { Result } from "ethers";

/** What a BaseToken's own amounts are counted in. */
export interface Unit {
  symbol: string;
  decimals: number;
}

export type Sentence = (args: Result, unit: Unit) => [message: string, remedy: string];

export const INTERNAL = "This should not happen: please report it with what you typed.";
export const LOCAL_PRICE = "Wait for the feed, or on a local chain run `price ETH same` to renew it.";

export const always =
  (message: string, remedy: string): Sentence =>
  () => [message, remedy];

export const bounds =
  (of: string): Sentence =>
  ({ name, value, least, most }) => [
    `${of} has ${name} = ${value}, outside ${least} to ${most} (in the units of the chain).`,
    "Correct the parameter file and try again.",
  ];
