import type { Command } from "commander";
import { formatAmount, parseAmount, showAmount } from "../../sdk/amounts.ts";
import { execute, sentJson } from "../lib/send.ts";
import { type CommonOptions, findBaseToken, sendingSession } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

const USUAL = "10000";

export function addFaucet(program: Command): void {
  verb(
    program,
    "faucet [token] [amount]",
    "give yourself BaseTokens of a local chain or testnet: 10000 of each",
    faucet,
  );
}

async function faucet(options: CommonOptions, name?: string, typed = USUAL) {
  const session = await sendingSession(options);
  const names = name === undefined ? Object.keys(session.book.baseTokens) : [name];
  const bases = names.map((entry) => findBaseToken(session, entry));
  const amounts = bases.map(({ decimals, symbol }) => parseAmount(typed, decimals, symbol));
  const sent = await execute(session, {
    title: "Faucet",
    facts: bases.map(({ symbol, decimals }, i) => [
      "you get",
      `${showAmount(amounts[i], decimals)} ${symbol}`,
    ]),
    steps: await Promise.all(
      bases.map(async ({ symbol, contract }, i) => ({
        title: `get ${symbol}`,
        transaction: await contract.mint.populateTransaction(session.account, amounts[i]),
      })),
    ),
    unit: bases[0],
  });
  const balances: Record<string, string> = {};
  const shown: string[] = [];
  for (const { symbol, decimals, contract } of bases) {
    const balance = await contract.balanceOf(session.account);
    balances[symbol] = formatAmount(balance, decimals);
    shown.push(`${showAmount(balance, decimals)} ${symbol}`);
  }
  if (sent.length > 0) ui.good(`You have ${shown.join(" and ")}`);
  return { account: session.account, balances, sent: sentJson(sent) };
}
