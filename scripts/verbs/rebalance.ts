import type { Command } from "commander";
import { formatAmount, showAmount } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/UserError.ts";
import { execute, sentJson } from "../lib/send.ts";
import { type CommonOptions, findToken, sendingSession } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

export function addRebalance(program: Command): void {
  verb(program, "rebalance <token>", "bring a token's leverage back to target, for a reward", rebalance);
}

async function rebalance(options: CommonOptions, name: string) {
  const session = await sendingSession(options);
  const token = await findToken(session, name);
  const { base } = token.market;
  if ((await token.contract.totalSupply()) === 0n) {
    throw new UserError(
      `${token.name} has no holders.`,
      `Mint some first: npm run lt -- mint ${token.name} 100.`,
    );
  }
  const transaction = await token.contract.rebalance.populateTransaction();
  const [before, [, amount, reward]] = await Promise.all([
    token.contract.currentLeverage(),
    token.contract.previewRebalance(),
  ]);
  const sent = await execute(session, {
    title: `Rebalance ${token.name}`,
    facts: [
      ["leverage now", `${ui.showLeverage(before)}, target ${ui.showLeverage(token.leverage)}`],
      [
        "it trades",
        `${showAmount(amount)} ${await session.contracts.sources[token.market.source].underlying()}`,
      ],
      ["you get", `${showAmount(reward)} ${base.symbol}, into your account in ${token.market.name}`],
    ],
    steps: [{ title: `rebalance ${token.name}`, transaction }],
    unit: base,
  });
  const after = sent.length === 0 ? undefined : await token.contract.currentLeverage();
  if (after !== undefined) ui.good(`Its leverage is ${ui.showLeverage(after)}`);
  return {
    token: token.name,
    leverageBefore: formatAmount(before),
    leverageAfter: after === undefined ? undefined : formatAmount(after),
    amount: formatAmount(amount),
    reward: formatAmount(reward),
    sent: sentJson(sent),
  };
}
