// Packed words.
import { marketId } from "../../../sdk/marketId.ts";
import * as Account from "../../../sdk/math/Account.ts";
import * as Amounts from "../../../sdk/math/Amounts.ts";
import * as MarketWords from "../../../sdk/math/Market.ts";
import * as MarketParams from "../../../sdk/math/MarketParams.ts";
import * as Policy from "../../../sdk/math/Policy.ts";
import * as TokenState from "../../../sdk/math/TokenState.ts";
import type { Random } from "../random.ts";
import { type Case, define, MAX, params } from "./case.ts";

const word = (r: Random) => r.pick(r.bits(256), r.bits(256), 0n, MAX);

export const words: Case[] = [
  define("Types_unpackPricing", MarketParams.unpackPricing, (r) => [word(r)]),
  define("Types_withoutFees", MarketParams.withoutFees, (r) => [r.fields(MarketParams.PRICING_LAYOUT)]),
  define("Types_unpackRisk", MarketParams.unpackRisk, (r) => [word(r)]),
  define("Types_unpackPolicy", Policy.unpackPolicy, (r) => [word(r)]),
  define("Types_unpackAccount", Account.unpackAccount, (r) => [word(r)]),
  define("Types_packAccount", Account.packAccount, (r) => [r.fields(Account.ACCOUNT_LAYOUT)]),
  define("Types_unpackAmounts", Amounts.unpackAmounts, (r) => [word(r)]),
  define("Types_packAmounts", Amounts.packAmounts, (r) => [r.fields(Amounts.AMOUNTS_LAYOUT)]),
  define("Types_unpackTokenState", TokenState.unpackTokenState, (r) => [word(r)]),
  define("Types_packTokenState", TokenState.packTokenState, (r) => {
    const supply = r.log(0n, 2n ** 128n - 1n);
    const [rebalancedAt, writtenAt] = [r.log(0n, 2n ** 32n - 1n), r.log(0n, 2n ** 32n - 1n)];
    return [{ supply, rebalancedAt, writtenAt, wipedOut: r.chance(2), rewardLeft: r.log(0n, 10n ** 18n) }];
  }),
  define(
    "Types_completedAt",
    (packed: bigint, operatedAt: bigint) =>
      TokenState.completedAt(TokenState.unpackTokenState(packed), operatedAt),
    (r) => {
      const packed = word(r);
      return [packed, r.pick(TokenState.unpackTokenState(packed).writtenAt, r.log(0n, 2n ** 32n - 1n))];
    },
  ),
  define(
    "Types_withRewardLeft",
    (packed: bigint, rewardLeft: bigint) =>
      TokenState.packTokenState({ ...TokenState.unpackTokenState(packed), rewardLeft }),
    (r) => [word(r), r.log(0n, 10n ** 18n)],
  ),
  define(
    "Types_toId",
    (value: MarketParams.MarketParams) => BigInt(marketId(value)),
    (r) => [params(r)],
  ),
  define("Types_skew", MarketWords.skew, (r) => [r.market()]),
  define("Types_positionPrice", MarketWords.positionPrice, (r) => [r.market()]),
  define(
    "Types_store",
    (market: MarketWords.Market, trades: MarketWords.ForcedTrades) => {
      const written = { ...MarketWords.store(market), forced: MarketWords.storeForced(trades) };
      return {
        written,
        marketRead: MarketWords.unpack(written),
        tradesRead: MarketWords.unpackForced(written.forced),
        status: market.status,
      };
    },
    (r) => [r.fields(MarketWords.MARKET_LAYOUT), r.fields(MarketWords.FORCED_LAYOUT)],
  ),
];
