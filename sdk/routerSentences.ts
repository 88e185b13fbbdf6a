// The custom errors of the router as sentences with remedies.
import { formatAmount, showTime } from "./amounts.ts";
import { always, type Sentence } from "./sentence.ts";

export const ROUTER_SENTENCES: Record<string, Sentence> = {
  Router_Expired: ({ deadline, time }) => [
    `The route was good until ${showTime(deadline)}, and it is ${showTime(time)}.`,
    "Send it again with a later deadline.",
  ],
  Router_EmptyRoute: ({ amount, hops }) => [
    `An amount of ${amount} along ${hops} hops is nothing to exchange.`,
    "Name an amount above zero and at least one hop.",
  ],
  Router_NotAContract: ({ token }) => [
    `There is no token at ${token}.`,
    "Check the address and the network.",
  ],
  Router_BadReceiver: ({ receiver }) => [
    `What is sent to ${receiver} would be lost.`,
    "Name another receiver.",
  ],
  Router_BelowMinimum: ({ amount, minimum }) => [
    `The price moved: you would get ${amount}, less than the ${minimum} that you accept (in the smallest units).`,
    "Ask for a new quote, then retry, with a lower minimum if you accept it.",
  ],
  Router_UnknownToken: ({ token }) => [
    `${token} is no LeveragedToken that this deployment's factory made.`,
    "Take one that the factory lists.",
  ],
  Router_WrongToken: ({ found, expected }) => [
    `The route mints or burns with ${found}, but the token's BaseToken is ${expected}.`,
    "Put a swap between them.",
  ],
  Router_UnknownPool: ({ tokenA, tokenB, fee }) => [
    `Uniswap has no pool of ${tokenA} and ${tokenB} with a fee of ${formatAmount(fee, 4)} %.`,
    "Choose another fee, or a way through other tokens.",
  ],
  Router_NoUniswap: always(
    "This router was deployed without Uniswap: it mints and burns, but doesn't swap.",
    "Bring the BaseToken itself.",
  ),
  Router_SwapIncomplete: ({ tokenIn, amount, taken }) => [
    `The pool took ${taken} of ${amount} (in the smallest units) of ${tokenIn}: it has too little liquidity.`,
    "Exchange less, or choose a pool with another fee.",
  ],
  Router_NotThePool: ({ caller }) => [
    `${caller} asked the router for a payment that it isn't owed.`,
    "Nothing to do: only a pool in the middle of a swap may ask.",
  ],
  Router_PermitRefused: ({ token, allowance, needed }) => [
    `${token} refused the permit, and without it the router may take ${allowance} of the ${needed} needed (in the smallest units).`,
    "Sign it again for this router, chain and token, or approve the router.",
  ],
  Router_NoSuchPart: ({ source, index }) => [
    `The price source ${source} has no part ${index}.`,
    "See its sources() or parts(), or leave the path empty for the source itself.",
  ],
  Router_UpdateRefused: ({ source }) => [
    `The price source ${source} takes no such updates.`,
    "Leave them away if it isn't a pull source; else get new ones from its oracle.",
  ],
  Router_FeeNotCovered: ({ fee, left }) => [
    `The price updates cost ${formatAmount(fee)} of the chain's coin, and ${formatAmount(left)} is left of what was sent.`,
    "Send more with the call: what isn't needed comes back.",
  ],
  Router_RefundRefused: ({ caller, amount }) => [
    `${caller} does not take back ${formatAmount(amount)} of the chain's coin.`,
    "Send exactly the fee of the updates, or call from an account that can be paid.",
  ],
  Router_UnexpectedPayment: ({ sender }) => [
    `${sender} sent the router the chain's coin, which it has no use for.`,
    "Send it with an exchange, for the fee of price updates.",
  ],
};
