// The custom errors of price sources and local feeds as sentences with remedies.
import { showAmount, showPercent, showTime } from "./amounts.ts";
import { always, bounds, LOCAL_PRICE, type Sentence } from "./sentence.ts";

const WAIT = "Wait, or see why: `market` shows each layer of a price that is refused.";
const BRING = "Bring a newer price, or wait for one.";
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
  ChainlinkSource_SequencerDown: ({ since }) => [
    `The sequencer of this chain is down since ${showTime(since)}: no price is trusted meanwhile.`,
    WAIT,
  ],
  ChainlinkSource_SequencerGrace: ({ upSince, trustedFrom }) => [
    `The sequencer of this chain came up again at ${showTime(upSince)}; prices are trusted from ${showTime(trustedFrom)}.`,
    WAIT,
  ],
  ChainlinkSource_SequencerUnknown: always("The feed of this chain's sequencer tells nothing.", WAIT),
  IndexSource_ParameterOutOfBounds: bounds("The index"),
  IndexSource_DuplicatePart: ({ part, other }) => [
    `Part ${part} of the index has the same source as part ${other}.`,
    "Name each source once, with all its units.",
  ],
  IndexSource_NotManager: ({ manager }) => [
    `Only the manager of the index, ${manager}, may propose another basket.`,
    "Send it from that account.",
  ],
  IndexSource_UnitsMismatch: ({ units, parts }) => [
    `${units} numbers of units were given for ${parts} parts.`,
    "Give one for each part, 0 for one that leaves.",
  ],
  IndexSource_TooManyUnits: ({ part, units, most }) => [
    `Part ${part} would have ${wad(units)} units, more than the ${wad(most)} that it can have.`,
    "Make all units smaller by the same factor: the level stays.",
  ],
  IndexSource_NoUnits: always("The basket would be empty.", "Give units to one part at least."),
  IndexSource_NothingProposed: always(
    "No other basket is proposed for the index.",
    "Its manager proposes one first.",
  ),
  IndexSource_TooEarly: ({ executableAt, time }) => [
    `The new basket may come from ${showTime(executableAt)}, and it is ${showTime(time)}.`,
    "Wait until then.",
  ],
  IndexSource_Expired: ({ expiredAt }) => [
    `The new basket had to come until ${showTime(expiredAt)}.`,
    "Its manager proposes it again.",
  ],
  IndexSource_WeightAboveCap: ({ part, weight, maxWeight }) => [
    `Part ${part} would be ${showPercent(weight)} of the index, more than ${showPercent(maxWeight)}.`,
    "Its manager proposes fewer units of it.",
  ],
  IndexSource_DivisorOutOfBounds: ({ divisor, least, most }) => [
    `The divisor of the index would be ${divisor}, outside ${least} to ${most}.`,
    "Make all units larger or smaller by the same factor: the level stays.",
  ],
  IndexSource_OlderBasket: ({ updatedAt, updatedBefore }) => [
    `The new basket's oldest price is from ${showTime(updatedAt)}, older than the old one's of ${showTime(updatedBefore)}.`,
    "Wait until the feed of the part that comes in answers anew.",
  ],
  IndexSource_PartRefused: ({ part }) => [
    `Part ${part} of the index has no price that is trusted.`,
    LOCAL_PRICE,
  ],
  IndexSource_PartOutOfRange: ({ part, price }) => [
    `Part ${part} of the index has a price of ${wad(price)}, which the index can't count with.`,
    WAIT,
  ],
  IndexSource_ZeroLevel: always("The level of the index rounds to nothing.", WAIT),
  PythSource_ParameterOutOfBounds: bounds("The price source"),
  PythSource_FeeNotPaid: ({ value, fee }) => [
    `Pyth takes ${fee} wei for these updates, and ${value} came with them.`,
    "Send what updateFee says; what is left comes back.",
  ],
  PythSource_FromFuture: ({ publishTime, time }) => [
    `Pyth's price claims to be from ${showTime(publishTime)}, after this block (${showTime(time)}).`,
    "Try again in a few seconds.",
  ],
  PythSource_Stale: ({ publishTime, time, maxAge }) => [
    `Pyth's last price here is from ${showTime(publishTime)}, ${time - publishTime} s old; after ${maxAge} s it is not trusted.`,
    "Bring a newer one in the same transaction.",
  ],
  PythSource_ZeroPrice: always("Pyth says that the price is zero, which is not trusted.", BRING),
  PythSource_NegativePrice: always("Pyth says that the price is negative, which is not trusted.", BRING),
  PythSource_PriceOutOfBounds: ({ price, minPrice, maxPrice }) => [
    `Pyth's price ${wad(price)} is outside ${wad(minPrice)} to ${wad(maxPrice)}, which this market trusts.`,
    BRING,
  ],
  PythSource_ConfidenceTooWide: ({ confidence, maxHalfSpread }) => [
    `Pyth knows the price only to ${showPercent(confidence)}; above ${showPercent(maxHalfSpread)} it is not trusted.`,
    BRING,
  ],
  MedianSource_ParameterOutOfBounds: bounds("The median"),
  MedianSource_DuplicateSource: ({ source, other }) => [
    `Source ${source} of the median is source ${other} again.`,
    "Name each source once.",
  ],
  MedianSource_TooFewAnswers: ({ answers, sources }) => [
    `Only ${answers} of ${sources} sources have a price, and two are needed.`,
    WAIT,
  ],
  MedianSource_Diverging: ({ price, nearest, divergence, maxDivergence }) => [
    `The sources say ${wad(price)} and ${wad(nearest)}, ${showPercent(divergence)} apart; above ${showPercent(maxDivergence)} neither is trusted.`,
    WAIT,
  ],
  SourceFeed_PriceOutOfRange: ({ price }) => [`A price of ${wad(price)} is no answer of a feed.`, WAIT],
  SourceFeed_NoHistory: always("A feed over a source keeps no history.", "Ask for the latest round."),
  SettableFeed_UnknownRound: always("A local feed keeps its newest round only.", "Ask for the latest round."),
};
