// What is stored after a step of a path, as test/solidity/ModelReplay.t.sol reads it.
import { forcedTrades } from "../../../sdk/math/ClearingHouse.ts";
import { NOBODY, requestOf } from "../../../sdk/math/LiquidityPool.ts";
import { store, storeForced } from "../../../sdk/math/Market.ts";
import { balanceOf, type Shares } from "../../../sdk/math/ShareToken.ts";
import { packTokenState } from "../../../sdk/math/TokenState.ts";
import type { MarketState, Moment } from "../../../sdk/math/Venue.ts";
import { accountWord, word } from "./encode.ts";
import { actors, HOLDERS, type Place } from "./world.ts";

/** What is stored after a step: of the market and everybody's account, of all tokens, and who has how many of those called. */
export function wordsOf(
  { state, pool, tokens }: Place,
  shares: Shares | undefined,
  now: Moment,
): [name: string, word: string][] {
  const words = marketWords(state, now);
  actors.forEach((actor, i) => {
    words.push([`account of actor ${i}`, accountWord(state.accounts.get(actor))]);
  });
  words.push(["account of the pool", accountWord(state.accounts.get(pool.address))]);
  tokens.forEach((token, i) => {
    words.push([`account of token ${i}`, accountWord(state.accounts.get(token.address))]);
    words.push([`state of token ${i}`, word(packTokenState(token.state))]);
  });
  words.push(["supply of the pool", word(pool.supply)]);
  if (shares === undefined) return words;
  for (const holder of [...actors.slice(0, HOLDERS), NOBODY, pool.address]) {
    words.push([`balance of ${holder}`, word(balanceOf(shares, holder))]);
    if (shares === pool) words.push([`request of ${holder}`, word(requestOf(pool, holder))]);
  }
  return words;
}

function marketWords(state: MarketState, now: Moment): [string, string][] {
  const { skew, pool, price } = store(state.market);
  const { blockForced, budget } = forcedTrades(state, now);
  return [
    ["word skew", word(skew)],
    ["word pool", word(pool)],
    ["word price", word(price)],
    ["word forced", word(storeForced(state.forced))],
    ["blockForced", word(blockForced)],
    ["budget", word(budget)],
  ];
}
