// The custom errors of price sources and local feeds as sentences with remedies.
import { showAmount, showTime } from "./amounts.ts";
import { always, bounds, LOCAL_PRICE, type Sentence } from "./sentence.ts";

const wad = (value: bigint) => showAmount(value);

export const PRICE_SENTENCES: Record<string, Sentence> = {
  ChainlinkSource_ParameterOutOfBounds: bounds("The price source"),
  ChainlinkSource_IncompleteRound: always("The price feed has no answer yet.", LOCAL_PRICE),
  ChainlinkSource_FromFuture: ({ updatedAt, time }) => [
    `The feed's price claims to be from ${showTime(updatedAt)}, after this block (${showTime(time)}).`,
    "Try again in a few seconds.",
  ],
  ChainlinkSource_Stale: ({ updatedAt, time, maxAge }) => [
    `The feed's last price is from ${showTime(updatedAt)}, ${time - updatedAt} s old; after ${maxAge} s it is not trusted.`,
    LOCAL_PRICE,
  ],
  ChainlinkSource_ZeroAnswer: always(
    "The feed says that the price is zero, which is not trusted.",
    LOCAL_PRICE,
  ),
  ChainlinkSource_NegativeAnswer: always(
    "The feed says that the price is negative, which is not trusted.",
    LOCAL_PRICE,
  ),
  ChainlinkSource_PriceOutOfBounds: ({ price, minPrice, maxPrice }) => [
    `The price ${wad(price)} is outside ${wad(minPrice)} to ${wad(maxPrice)}, which this market trusts.`,
    "Wait for the feed; on a local chain set a price within the bounds.",
  ],
  SettableFeed_UnknownRound: always("A local feed keeps its newest round only.", "Ask for the latest round."),

  // NetAssetValueFeed
  NetAssetValueFeed_CallUnderWay: always(
    "The feed doesn't answer while a call of the ClearingHouse is under way.",
    "Ask before or after it, not from within a transfer of its BaseToken.",
  ),
  NetAssetValueFeed_WipedOut: always(
    "The token was wiped out, so the feed doesn't say what it is worth.",
    "Burn what you have; the factory can make the next series.",
  ),
  NetAssetValueFeed_NoSupply: always(
    "There are no tokens yet, so the feed doesn't say what one is worth.",
    "Mint first.",
  ),
  NetAssetValueFeed_NoHistory: ({ roundId, newest }) => [
    `The feed keeps no history: it has no round ${roundId}.`,
    `Ask for the newest, ${newest}.`,
  ],
  NetAssetValueFeedFactory_UnknownToken: ({ token }) => [
    `The ClearingHouse knows no leveraged token at ${token}.`,
    "See `tokens` for those that there are.",
  ],
  NetAssetValueFeedFactory_FeedExists: ({ feed }) => [`The token has its feed already: ${feed}.`, "Use it."],
};
