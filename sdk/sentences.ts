// Every custom error of the venue, the tokens and the pools as a sentence with a remedy; beside it those of prices and packages.
// test/scripts/errors.ts demands one for each.
import { formatAmount, showAmount, showPercent, showTime } from "./amounts.ts";
import { always, bounds, INTERNAL, LOCAL_PRICE, type Sentence } from "./sentence.ts";

const wad = (value: bigint) => showAmount(value);
const TYPE_LESS = "Type a smaller amount.";

export const SENTENCES: Record<string, Sentence> = {
  // ClearingHouse
  ClearingHouse_UnknownMarket: always(
    "The ClearingHouse knows no market with these parameters.",
    "See `market` for those that there are; was the deployment finished?",
  ),
  ClearingHouse_MarketExists: always(
    "A market with exactly these parameters exists already.",
    "Use it, or change a parameter.",
  ),
  ClearingHouse_ParameterOutOfBounds: bounds("The market"),
  ClearingHouse_UnsafeMargins: ({ sum, maintenanceMargin, initialMargin }) => [
    `The sum of skewCap, tradeFee, maxHalfSpread and rewardRate is ${showPercent(sum)}, maintenance ${showPercent(maintenanceMargin)}, ` +
      `1/maxLeverage ${showPercent(initialMargin)}: they must rise in this order.`,
    "Lower the first four, or maxLeverage.",
  ],
  ClearingHouse_TransferMismatch: ({ asked, received }, unit) => [
    `The BaseToken delivered ${showAmount(received, unit.decimals)} instead of ${showAmount(asked, unit.decimals)}.`,
    "Tokens that charge a fee on transfer can't be a BaseToken: choose another.",
  ],
  ClearingHouse_ZeroAmount: always(
    "There is nothing to trade and nothing to move.",
    "Type an amount above zero, or open a position first.",
  ),
  ClearingHouse_Expired: ({ deadline, time }) => [
    `The order was good until ${showTime(deadline)}, and it is ${showTime(time)}.`,
    "Send it again.",
  ],
  ClearingHouse_PriceLimit: ({ fillPrice, priceLimit }) => [
    `The trade would fill at ${wad(fillPrice)}, beyond your limit of ${wad(priceLimit)}.`,
    "Look at the price, then try again, with a wider --slippage or --limit if you accept it.",
  ],
  ClearingHouse_AmountOutOfRange: ({ amount, most }) => [
    `${wad(amount)} units are more than the ${wad(most)} that any order may have.`,
    TYPE_LESS,
  ],
  ClearingHouse_PriceOutOfRange: ({ price, least, most }) => [
    `The price ${wad(price)} is outside ${wad(least)} to ${wad(most)}, which the books can hold.`,
    "Quote such a market per 1,000 units.",
  ],
  ClearingHouse_PriceFromFuture: ({ updatedAt, time }) => [
    `The price claims to be from ${showTime(updatedAt)}, after this block (${showTime(time)}).`,
    "Try again in a few seconds.",
  ],
  ClearingHouse_PriceOlderThanUsed: ({ updatedAt, usedBefore }) => [
    `The price is from ${showTime(updatedAt)}, older than the one of ${showTime(usedBefore)} that was used already.`,
    LOCAL_PRICE,
  ],
  ClearingHouse_PriceTooOld: ({ updatedAt }) => [
    `The price is from ${showTime(updatedAt)}: too old for the books.`,
    LOCAL_PRICE,
  ],
  ClearingHouse_ReduceOnly: always(
    "The guardian made this market reduce-only: positions can be closed, not opened.",
    "Close or burn, or use another market.",
  ),
  ClearingHouse_SpreadTooWide: ({ halfSpread, most }) => [
    `The price is uncertain by ${showPercent(halfSpread)}; nothing is opened above ${showPercent(most)}.`,
    "Wait until the price source is surer. Closing works.",
  ],
  ClearingHouse_OpenInterestAboveCap: ({ openInterest, cap }) => [
    `That side of the market would have ${wad(openInterest)} units open, and ${wad(cap)} is the most.`,
    "Type a smaller amount, or provide liquidity first.",
  ],
  ClearingHouse_InsufficientMargin: ({ margin, required }, unit) => [
    `The position would have a margin of ${wad(margin)} ${unit.symbol}, and needs ${wad(required)}.`,
    "Bring more margin (mint more, or trade with a larger --margin), or trade less.",
  ],
  ClearingHouse_InsufficientCash: ({ cash, wanted }, unit) => [
    `The account has ${wad(cash)} ${unit.symbol}, less than the ${wad(wanted)} to take out.`,
    TYPE_LESS,
  ],
  ClearingHouse_InsufficientCustody: ({ held, wanted }, unit) => [
    `The market holds ${wad(held)} ${unit.symbol}, less than the ${wad(wanted)} that it would have to pay.`,
    "Type a smaller amount, or wait until liquidity comes.",
  ],
  ClearingHouse_CashOutOfRange: ({ cash, most }, unit) => [
    `The account would have ${wad(cash)} ${unit.symbol}, and its books go up to ${wad(most)} here.`,
    "Try again in the next block, or have the reward paid to another account.",
  ],
  ClearingHouse_WorthOutOfRange: ({ value, most }, unit) => [
    `The account would be worth ${wad(value)} ${unit.symbol}, and above ${wad(most)} nothing is opened or paid out.`,
    "Close the position first.",
  ],
  ClearingHouse_PoolCashOutOfRange: ({ cash, most }, unit) => [
    `The pool of the market would have ${wad(cash)} ${unit.symbol}, and its books go up to ${wad(most)}.`,
    "Try again in the next block. A market with such debts is at its end: trade in another.",
  ],
  ClearingHouse_CustodyOutOfRange: ({ most }, unit) => [
    `The market can't hold more than ${wad(most)} ${unit.symbol}.`,
    TYPE_LESS,
  ],
  ClearingHouse_BudgetExceeded: ({ amount, left }) => [
    `A rebalance of ${wad(amount)} units exceeds the ${wad(left)} that the market's budget has left.`,
    "Try again later: the budget refills within the market's rebalanceWindow.",
  ],
  ClearingHouse_NotLiquidatable: ({ value, maintenance }, unit) => [
    `The account is worth ${wad(value)} ${unit.symbol}, and can be liquidated below ${wad(maintenance)} only.`,
    "Nothing to do: it is healthy.",
  ],
  ClearingHouse_NotDeleverageable: ({ excess }) => [
    `The account can't be deleveraged: the market's skew is ${wad(excess)} units beyond what its pool bears.`,
    "Only accounts on the larger side are, tokens last, and only while there is an excess.",
  ],
  ClearingHouse_NotSettleable: ({ poolEquity }, unit) => [
    `The market can't be settled: its price source lives and its pool is worth ${wad(poolEquity)} ${unit.symbol}.`,
    "Only a market with a dead source or an insolvent pool is settled.",
  ],
  ClearingHouse_AlreadySettled: always("The market is settled already.", "Close or burn to be paid."),
  ClearingHouse_Reckoning: ({ until }) => [
    `The market was settled, and pays from ${showTime(until)} on.`,
    "Come back then: everybody is paid the same, in any order.",
  ],
  ClearingHouse_NotReckoning: always(
    "The market is not in the hour of its reckoning.",
    "Nothing to do: accounts are touched when their owners come.",
  ),
  ClearingHouse_WrongRole: always("Only a contract that the ClearingHouse knows may call this.", INTERNAL),

  // LeveragedToken and its factory
  LeveragedToken_ZeroAmount: always(
    "The amount is so small that nothing would come of it.",
    "Type a larger amount.",
  ),
  LeveragedToken_AmountOutOfRange: ({ amount, most }) => [
    `${amount} is more than the ${most} that a token can count (in the smallest units).`,
    TYPE_LESS,
  ],
  LeveragedToken_FirstMintTooSmall: ({ locked }) => [
    `The first mint must give more than the ${locked} wei of tokens that are locked for ever.`,
    "Type a larger amount.",
  ],
  LeveragedToken_BelowMinimum: ({ amount, minimum }, unit) => [
    `The price moved: you would get ${amount}, less than the ${minimum} that you accept (in the smallest units).`,
    `Look at it again with --dry-run, then retry, with a wider --slippage if you accept it (${unit.symbol}).`,
  ],
  LeveragedToken_AboveMaximum: ({ amount, maximum }) => [
    `The price moved: it would cost ${amount}, more than the ${maximum} that you accept (in the smallest units).`,
    "Look at it again with --dry-run, then retry.",
  ],
  LeveragedToken_MintingSuspended: ({ value, valueAfterRebalance }, unit) => [
    `The token is so far above its leverage that nothing is minted (worth ${wad(value)} ${unit.symbol}, ` +
      `${wad(valueAfterRebalance)} after a rebalance).`,
    "Rebalance it first: `rebalance <token>`.",
  ],
  LeveragedToken_WipedOut: always(
    "The token was wiped out: nothing can be minted or rebalanced any more.",
    "Burn what you have; the factory can make the next series.",
  ),
  LeveragedToken_UnreachablePayout: ({ assets }, unit) => [
    `No burn pays ${showAmount(assets, unit.decimals)} ${unit.symbol}.`,
    "Ask for less.",
  ],
  LeveragedToken_NotDue: ({ distance, nextAt }) => [
    `Nothing is due: the token is ${showPercent(distance)} off its target, within its bands.`,
    nextAt === 0n
      ? "Wait until the price has moved; `status` shows how far leverage is off target."
      : `Its next scheduled rebalance is at ${showTime(nextAt)}.`,
  ],
  LeveragedToken_NothingToTrade: ({ positionAmountDelta }) => [
    `A rebalance of ${wad(positionAmountDelta)} units is due, but limits, room or costs leave nothing to trade now.`,
    "Try again when the market's budget has refilled or the pool has grown.",
  ],
  LeveragedToken_LeverageOutOfBounds: ({ leverage, worstLeverage, marketMaximum }) => [
    `A leverage of ${formatAmount(leverage)} can't be had: drifted to ${formatAmount(worstLeverage)} it must stay within ` +
      `the market's ${formatAmount(marketMaximum)}.`,
    "Choose 1.1 to 10 in steps of 0.1, negative for shorts, or -1, low enough for the market.",
  ],
  LeveragedToken_PolicyOutOfBounds: bounds("The policy"),
  LeveragedToken_ExpiredPermit: ({ deadline }) => [
    `The permit was good until ${showTime(deadline)}.`,
    "Sign a new one.",
  ],
  LeveragedToken_WrongSigner: ({ signer, owner }) => [
    `The permit was signed by ${signer}, not by ${owner}.`,
    "Sign it with the owner's key.",
  ],
  LeveragedTokenFactory_CannotInitialize: always(
    "The factory has its ClearingHouse already, or you are not who deployed it.",
    "Nothing to do, unless the deployment was not yours.",
  ),
  LeveragedTokenFactory_TokenExists: ({ token }) => [
    `The token of this market, leverage and policy exists already: ${token}.`,
    "Use it.",
  ],

  // LiquidityPool
  LiquidityPool_ZeroAmount: always(
    "The amount is so small that nothing would come of it.",
    "Type a larger amount.",
  ),
  LiquidityPool_AmountOutOfRange: ({ assets, most }) => [
    `${assets} is more than the ${most} that a market can hold (in the smallest units).`,
    TYPE_LESS,
  ],
  LiquidityPool_Depleted: always(
    "The pool has lost nearly everything, so nobody may enter.",
    "Use another market.",
  ),
  LiquidityPool_NotRedeemable: ({ redeemable, executableAt }) => [
    executableAt === 0n
      ? "You have not asked to leave yet."
      : `Your request can be executed from ${showTime(executableAt)} on; ${wad(redeemable)} shares can leave now.`,
    executableAt === 0n
      ? "Begin with `liquidity request <market> <shares>`."
      : "Wait (on a local chain: `time forward 2d`), or until open positions need less of the pool.",
  ],
  LiquidityPool_NothingWithdrawable: always(
    "Open positions need everything that the pool has.",
    "Your request stays queued: try again when positions have closed.",
  ),

  // RebalanceUpkeep
  RebalanceUpkeep_TooMany: ({ count, most }) => [
    `${count} tokens are too many for one call: ${most} are the most.`,
    "Name fewer, and register the others separately.",
  ],
  RebalanceUpkeep_TooLittleGas: ({ left, needed }) => [
    `There are ${left} gas left, and the next token may need ${needed}.`,
    "Send it with more gas, or with fewer tokens.",
  ],
  RebalanceUpkeep_NothingDone: always(
    "None of these tokens could be rebalanced.",
    "Nothing is due, or their price can't be trusted: `tokens` tells.",
  ),
};
