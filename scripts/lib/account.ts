// What the verbs of `trade` have in common: an account as it is, what a trade would do to it, and what came of it.
import { parseAmount, parsePercent, showAmount, showPercent } from "../../sdk/amounts.ts";
import { abs } from "../../sdk/math/FixedPoint.ts";
import { valueFloor } from "../../sdk/math/Margin.ts";
import { positionPrice } from "../../sdk/math/Market.ts";
import { liquidationPrice, priceLimit, quoteTrade } from "../../sdk/quotes.ts";
import type { Sent } from "./send.ts";
import type { CommonOptions, MarketInfo, SendingSession } from "./session.ts";
import { marketNow } from "./tokens.ts";
import * as ui from "./ui.ts";

/** Nobody means to accept a price that is worse by more. WAD. */
export const MOST_SLIPPAGE = 5n * 10n ** 17n;

/** Time that an order has to get into a block, by the chain's clock. Seconds. */
const PATIENCE = 20 * 60;

export interface TradeOptions extends CommonOptions {
  slippage: string;
  limit?: string;
}

export async function accountNow(session: SendingSession, market: MarketInfo) {
  const now = await marketNow(session, market);
  if (!now.fresh) await session.contracts.clearingHouse.quote(market.params, session.account);
  return { ...now, value: valueFloor(now.position, now.cash, positionPrice(now.market)) };
}

export const deadline = async (session: SendingSession) =>
  (await session.chain.provider.getBlock("latest"))!.timestamp + PATIENCE;

/** What a trade of `amount` would do, in words, and the worst price for it. */
export function preview(
  { pricing, risk, base }: MarketInfo,
  now: Awaited<ReturnType<typeof accountNow>>,
  amount: bigint,
  added: bigint,
  options: TradeOptions,
) {
  const account = { position: now.position, value: now.value + added };
  const quote = quoteTrade(now.market, pricing, risk, account, amount);
  const limit =
    options.limit === undefined
      ? priceLimit(quote.fillPrice, amount, parsePercent(options.slippage, "slippage", MOST_SLIPPAGE))
      : parseAmount(options.limit, 18, base.symbol);
  const liquidation = liquidationPrice(quote.position, quote.value, now.market.price, risk.maintenanceMargin);
  const facts: [string, string][] = [
    [
      "fills at",
      `${showAmount(quote.fillPrice)} ${base.symbol}, at worst ${showAmount(limit)}; mid is ${showAmount(now.market.price)}`,
    ],
    ["fee", `${showAmount(quote.fee)} ${base.symbol}: trade fee and half-spread`],
    ["impact", `${showAmount(quote.impact)} ${base.symbol}`],
  ];
  if (quote.position !== 0n) {
    const side = quote.position > 0n ? "long" : "short";
    facts.push(
      [
        "position after",
        `${side} ${showAmount(abs(quote.position))}, worth ${showAmount(quote.value)} ${base.symbol}`,
      ],
      ["leverage after", `${ui.showLeverage(quote.leverage)}, at most ${ui.showLeverage(risk.maxLeverage)}`],
      [
        "liquidated",
        `below ${showPercent(risk.maintenanceMargin)} of its size${liquidation === undefined ? "" : `, about at ${showAmount(liquidation)}`}`,
      ],
      ["funding now", ui.showFunding(now.market.fundingRate)],
    );
  }
  return { quote, limit, facts };
}

/** The account as the chain has it after something was sent. */
export async function tellAccount(session: SendingSession, market: MarketInfo, sent: Sent[]): Promise<void> {
  if (sent.length === 0) return;
  const { position, value } = await accountNow(session, market);
  const side =
    position === 0n ? "no position" : `${position > 0n ? "long" : "short"} ${showAmount(abs(position))}`;
  ui.good(`Your account in ${market.name}: ${side}, worth ${showAmount(value)} ${market.base.symbol}`);
}
