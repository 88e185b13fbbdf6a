// The custom errors of price sources and local feeds as sentences with remedies.
import { showAmount, showPercent, showTime } from "./amounts.ts";
import { always, bounds, LOCAL_PRICE, type Sentence } from "./sentence.ts";

const WAIT = "Wait, or see why: `market` shows each layer of a price that is refused.";
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
  IndexSource_PartRefused: ({ part }) => [
    `Part ${part} of the index has no price that is trusted.`,
    LOCAL_PRICE,
  ],
  IndexSource_PartOutOfRange: ({ part, price }) => [
    `Part ${part} of the index has a price of ${wad(price)}, which the index can't count with.`,
    WAIT,
  ],
  IndexSource_ZeroLevel: always("The level of the index rounds to nothing.", WAIT),
  SettableFeed_UnknownRound: always("A local feed keeps its newest round only.", "Ask for the latest round."),
};
