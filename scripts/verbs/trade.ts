import type { Command } from "commander";
import { formatAmount, parseAmount, showAmount } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/errors.ts";
import { abs } from "../../sdk/math/FixedPoint.ts";
import { quoteTrade } from "../../sdk/quotes.ts";
import { accountNow, deadline, preview, type TradeOptions, tellAccount } from "../lib/account.ts";
import { approval, execute, requireBalance, type Step, sentJson } from "../lib/send.ts";
import { type CommonOptions, findMarket, sendingSession } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

interface PayingOptions extends CommonOptions {
  approve?: boolean;
  approveMax?: boolean;
}

interface OpenOptions extends TradeOptions, PayingOptions {
  margin?: string;
}

export function addTrade(program: Command): void {
  const trade = program.command("trade").description("trade on margin for an account of your own");
  const limits = (command: Command) =>
    command
      .option("--slippage <percent>", "how much worse than quoted a fill you accept", "0.5%")
      .option("--limit <price>", "the worst fill price you accept, instead of --slippage");
  const paying = (command: Command) =>
    command
      .option("--approve-max", "approve any amount instead of exactly this one")
      .option("--no-approve", "never send an approval");
  paying(
    limits(
      verb(
        trade,
        "open <market> <direction> <units>",
        "go long or short; such as: open ETHDAI short 2 --margin 400",
        open,
      ),
    ).option("--margin <amount>", "BaseToken to bring into your account with it"),
  );
  limits(
    verb(
      trade,
      "close <market> [units]",
      "close all of a position and take the money, or close a part",
      close,
    ),
  );
  paying(
    verb(
      trade,
      "margin <market> <way> <amount>",
      "add or remove BaseToken; such as: margin ETHDAI add 50",
      margin,
    ),
  );
}

async function open(options: OpenOptions, name: string, direction: string, typed: string) {
  const session = await sendingSession(options);
  const market = findMarket(session, name);
  const { base } = market;
  if (direction !== "long" && direction !== "short") {
    throw new UserError(
      `One goes long or short, not "${direction}".`,
      `Type: trade open ${market.name} short 2 --margin 400`,
    );
  }
  const units = parseAmount(typed, 18, "units");
  const amount = direction === "long" ? units : -units;
  const margin = options.margin === undefined ? 0n : parseAmount(options.margin, base.decimals, base.symbol);
  const approvals = margin === 0n ? [] : await approval(session, base, margin, venue(session), options);
  if (margin > 0n) await requireBalance(session, base, margin);
  const now = await accountNow(session, market);
  const added = margin * 10n ** BigInt(18 - base.decimals);
  const { quote, limit, facts } = preview(market, now, amount, added, options);
  const order = { amount, margin, priceLimit: limit, deadline: await deadline(session) };
  const transaction = await session.contracts.clearingHouse.trade.populateTransaction(market.params, order);
  const title = `open ${direction} ${formatAmount(units)}`;
  const sent = await execute(session, {
    title: `Open ${direction} ${formatAmount(units)} in ${market.name}`,
    facts: [["margin", `${showAmount(margin, base.decimals)} ${base.symbol} come in`], ...facts],
    steps: [...approvals, { title, transaction }],
    unit: base,
  });
  await tellAccount(session, market, sent);
  return {
    market: market.name,
    amount: formatAmount(amount),
    margin: formatAmount(margin, base.decimals),
    fillPrice: formatAmount(quote.fillPrice),
    limit: formatAmount(limit),
    fee: formatAmount(quote.fee),
    leverageAfter: formatAmount(quote.leverage),
    sent: sentJson(sent),
  };
}

async function close(options: TradeOptions, name: string, typed?: string) {
  const session = await sendingSession(options);
  const market = findMarket(session, name);
  const { base } = market;
  const now = await accountNow(session, market);
  const size = abs(now.position);
  if (size === 0n && now.cash <= 0n) {
    throw new UserError(`You have nothing in ${market.name}.`, "See what you have: npm run lt -- status");
  }
  const units = typed === undefined || typed === "all" ? size : parseAmount(typed, 18, "units");
  if (units > size) {
    throw new UserError(
      `Your position is ${formatAmount(size)}, not ${formatAmount(units)}.`,
      'Type less, or "all".',
    );
  }
  const everything = units === size;
  const amount = now.position > 0n ? -units : units;
  const { quote, limit, facts } = preview(market, now, amount, 0n, options);
  const { clearingHouse } = session.contracts;
  const until = await deadline(session);
  const transaction = everything
    ? await clearingHouse.close.populateTransaction(market.params, limit, until)
    : await clearingHouse.trade.populateTransaction(market.params, {
        amount,
        margin: 0n,
        priceLimit: limit,
        deadline: until,
      });
  const before = await base.contract.balanceOf(session.account);
  const step: Step = { title: `close ${formatAmount(units)}`, transaction };
  const sent = await execute(session, {
    title: `Close ${everything ? "everything" : formatAmount(units)} in ${market.name}`,
    facts: [
      ...facts,
      ...(everything
        ? [["you get", `about ${showAmount(quote.value)} ${base.symbol}`] as [string, string]]
        : []),
    ],
    steps: [step],
    unit: base,
  });
  const paid = sent.length === 0 ? 0n : (await base.contract.balanceOf(session.account)) - before;
  if (sent.length > 0 && everything) ui.good(`You got ${showAmount(paid, base.decimals)} ${base.symbol}`);
  else await tellAccount(session, market, sent);
  return {
    market: market.name,
    amount: formatAmount(amount),
    fillPrice: formatAmount(quote.fillPrice),
    limit: formatAmount(limit),
    paid: formatAmount(paid, base.decimals),
    sent: sentJson(sent),
  };
}

async function margin(options: PayingOptions, name: string, way: string, typed: string) {
  const session = await sendingSession(options);
  const market = findMarket(session, name);
  const { base } = market;
  if (way !== "add" && way !== "remove") {
    throw new UserError(
      `Margin is added or removed, not "${way}".`,
      `Type: trade margin ${market.name} add 50`,
    );
  }
  const amount = parseAmount(typed, base.decimals, base.symbol);
  const adds = way === "add";
  const approvals = adds ? await approval(session, base, amount, venue(session), options) : [];
  if (adds) await requireBalance(session, base, amount);
  const now = await accountNow(session, market);
  const moved = amount * 10n ** BigInt(18 - base.decimals) * (adds ? 1n : -1n);
  const account = { position: now.position, value: now.value + moved };
  const after = quoteTrade(now.market, market.pricing, market.risk, account, 0n);
  const order = {
    amount: 0n,
    margin: adds ? amount : -amount,
    priceLimit: 0n,
    deadline: await deadline(session),
  };
  const transaction = await session.contracts.clearingHouse.trade.populateTransaction(market.params, order);
  const sent = await execute(session, {
    title: `${adds ? "Add" : "Remove"} margin in ${market.name}`,
    facts: [
      [adds ? "you pay" : "you get", `${showAmount(amount, base.decimals)} ${base.symbol}`],
      ["account after", `worth ${showAmount(after.value)} ${base.symbol}`],
      ["leverage after", now.position === 0n ? "no position" : ui.showLeverage(after.leverage)],
    ],
    steps: [
      ...approvals,
      { title: `${way} ${formatAmount(amount, base.decimals)} ${base.symbol}`, transaction },
    ],
    unit: base,
  });
  await tellAccount(session, market, sent);
  return {
    market: market.name,
    margin: formatAmount(moved),
    leverageAfter: formatAmount(after.leverage),
    sent: sentJson(sent),
  };
}

/** Who takes margin. */
const venue = ({ book }: { book: { clearingHouse: string } }) => ({
  name: "the ClearingHouse",
  address: book.clearingHouse,
});
