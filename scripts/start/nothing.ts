// The local deployment without anything that has a price: what a replay adds its own market to.
import { type Overrides, readParameters } from "../../deploy/index.ts";

const without = <T extends object>(entries: T) =>
  Object.fromEntries(Object.keys(entries).map((name) => [name, undefined]));

const { sources, markets, tokens } = readParameters("local");

export const NOTHING = {
  baseTokens: { USDC: undefined },
  sources: without(sources),
  markets: without(markets),
  tokens: without(tokens),
} satisfies Overrides;
