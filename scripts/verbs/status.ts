import type { Command } from "commander";
import { formatAmount, showAmount, showDuration, showPercent, showTime } from "../../sdk/amounts.ts";
import { leverageDown, valueFloor } from "../../sdk/math/Margin.ts";
import { positionPrice } from "../../sdk/math/Market.ts";
import { liquidationPrice } from "../../sdk/quotes.ts";
import {
  allTokens,
  type CommonOptions,
  type MarketInfo,
  readingSession,
  type Session,
} from "../lib/session.ts";
import { marketNow } from "../lib/tokens.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";
import { describeMarket, showMarkets } from "./market.ts";
import { describeToken, showTokens } from "./tokens.ts";

export function addStatus(program: Command): void {
  verb(program, "status", "everything at a glance: markets, tokens, and what you have", status);
}

async function status(options: CommonOptions) {
  const session = await readingSession(options);
  const { chain, account, book } = session;
  const block = (await chain.provider.getBlock("latest"))!;
  ui.title(`${chain.title}, chain ${chain.chainId}, block ${block.number}, ${showTime(block.timestamp)}`);
  ui.say();
  const markets = await Promise.all(Object.values(session.markets).map((m) => describeMarket(session, m)));
  showMarkets(markets);
  ui.say();
  const tokens = await Promise.all((await allTokens(session)).map((token) => describeToken(session, token)));
  showTokens(tokens);
  const result = {
    chainId: chain.chainId,
    block: block.number,
    time: block.timestamp,
    book,
    markets,
    tokens,
  };
  if (account === undefined) {
    ui.warn("Nobody is acting: set a key, or name an address with --account, to see what it has.");
    return result;
  }
  const purse = await describePurse(session, account);
  const accounts = await Promise.all(
    Object.values(session.markets).map((m) => describeAccount(session, m, account, block.timestamp)),
  );
  ui.say();
  ui.title(`You are ${account}`);
  ui.facts([
    ...purse.map(({ symbol, shown }): [string, string] => [symbol, shown]),
    ...accounts.flatMap((a) => a.facts),
  ]);
  return {
    ...result,
    account,
    balances: Object.fromEntries(purse.map(({ symbol, balance }) => [symbol, balance])),
    accounts: accounts.flatMap(({ json }) => (json === undefined ? [] : [json])),
  };
}

async function describePurse({ chain, contracts, markets }: Session, account: string) {
  const coin = await chain.provider.getBalance(account);
  const purse = [{ symbol: "ETH", balance: formatAmount(coin), shown: showAmount(coin) }];
  const decimals = new Map(Object.values(markets).map(({ base }) => [base.symbol, base.decimals]));
  for (const [symbol, contract] of Object.entries(contracts.baseTokens)) {
    const balance = await contract.balanceOf(account);
    const places = decimals.get(symbol) ?? Number(await contract.decimals());
    purse.push({ symbol, balance: formatAmount(balance, places), shown: showAmount(balance, places) });
  }
  return purse;
}

/** What somebody has in a market: a position, cash, shares of its pool, a request to leave. */
async function describeAccount(session: Session, market: MarketInfo, account: string, time: number) {
  const { name, base, pool, risk } = market;
  const [now, shares, [requested, executableAt]] = await Promise.all([
    marketNow(session, market, account),
    pool.balanceOf(account),
    pool.request(account),
  ]);
  const { position, cash } = now;
  const facts: [string, string][] = [];
  if (position === 0n && cash === 0n && shares === 0n && requested === 0n) return { facts };
  const value = valueFloor(position, cash, positionPrice(now.market));
  const leverage = leverageDown(position, now.market.price, value);
  const liquidation = liquidationPrice(position, value, now.market.price, risk.maintenanceMargin);
  if (position !== 0n) {
    const side = position > 0n ? "long" : "short";
    const at = liquidation === undefined ? "" : `, liquidated at ${showAmount(liquidation)}`;
    facts.push([
      name,
      `${side} ${showAmount(position > 0n ? position : -position)}, worth ${showAmount(value)} ${base.symbol}, ${ui.showLeverage(leverage)}${at}`,
    ]);
  } else if (cash !== 0n) facts.push([name, `${showAmount(cash)} ${base.symbol} in your account`]);
  if (shares !== 0n) {
    const [worth, supply] = await Promise.all([pool.convertToAssets(shares), pool.totalSupply()]);
    facts.push([
      `${name} pool`,
      `${showAmount(shares)} shares (${showPercent((shares * 10n ** 18n) / supply)}), worth ${showAmount(worth, base.decimals)} ${base.symbol}`,
    ]);
  }
  if (requested !== 0n) {
    const wait = Number(executableAt) - time;
    facts.push([
      `${name} leaving`,
      `${showAmount(requested)} shares, ${wait <= 0 ? "can be paid now" : `in ${showDuration(wait)}`}`,
    ]);
  }
  const json = {
    market: name,
    position: formatAmount(position),
    cash: formatAmount(cash),
    value: formatAmount(value),
    leverage: position === 0n ? undefined : formatAmount(leverage),
    liquidationPrice: liquidation === undefined ? undefined : formatAmount(liquidation),
    poolShares: formatAmount(shares),
    requested: formatAmount(requested),
    executableAt: Number(executableAt),
  };
  return { facts, json };
}
