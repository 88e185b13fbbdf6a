import type { Command } from "commander";
import { formatAmount, parseAmount, parsePercent, showAmount, showPercent } from "../../sdk/amounts.ts";
import { explainRevert, UserError } from "../../sdk/errors.ts";
import { leastOf, leverageAfterScaling } from "../../sdk/quotes.ts";
import { execute, sentJson } from "../lib/send.ts";
import { type CommonOptions, findToken, sendingSession } from "../lib/session.ts";
import { tokenNow, valuePerToken } from "../lib/tokens.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";
import { MOST_SLIPPAGE } from "./mint.ts";

interface BurnOptions extends CommonOptions {
  slippage: string;
}

export function addBurn(program: Command): void {
  verb(
    program,
    "burn <token> <amount>",
    'give leveraged tokens back for BaseToken; "all" burns what you have',
    burn,
  ).option("--slippage <percent>", "how much less than quoted you accept", "0.5%");
}

async function burn(options: BurnOptions, name: string, typed: string) {
  const session = await sendingSession(options);
  const token = await findToken(session, name);
  const { base } = token.market;
  const balance = await token.contract.balanceOf(session.account);
  const shares = typed === "all" ? balance : parseAmount(typed, 18, token.name);
  const slippage = parsePercent(options.slippage, "slippage", MOST_SLIPPAGE);
  if (shares === 0n || shares > balance) {
    throw new UserError(
      `You have ${formatAmount(balance)} ${token.name}${shares === 0n ? "" : `, not ${formatAmount(shares)}`}.`,
      balance === 0n ? `Mint some first: npm run lt -- mint ${token.name} 100` : 'Type less, or "all".',
    );
  }
  const [now, assets] = await Promise.all([
    tokenNow(session, token),
    token.contract.previewRedeem(shares),
  ]).catch((error) => {
    throw explainRevert(error, { symbol: token.name, decimals: 18 }) ?? error;
  });
  const least = leastOf(assets, slippage);
  const worth = (shares * valuePerToken(now.value, now.supply)) / 10n ** 18n;
  const paid = assets * 10n ** BigInt(18 - base.decimals);
  const cost = worth > paid ? worth - paid : 0n;
  const everybody = shares + 10n ** 6n === now.supply;
  const leverageAfter = everybody ? undefined : leverageAfterScaling(now);
  const redeem = token.contract.getFunction("redeem(uint256,address,address,uint256)");
  const part = worth === 0n ? 0n : (cost * 10n ** 18n) / worth;
  const sent = await execute(session, {
    title: `Burn ${token.name}`,
    facts: [
      ["you give", `${formatAmount(shares)} ${token.name}, worth ${showAmount(worth)} ${base.symbol} at mid`],
      [
        "you get",
        `${showAmount(assets, base.decimals)} ${base.symbol}, at least ${showAmount(least, base.decimals)}`,
      ],
      ["cost", `${showAmount(cost)} ${base.symbol} (${showPercent(part)}): trade, half-spread, impact, fees`],
      ["leverage after", leverageAfter === undefined ? "nobody holds any" : ui.showLeverage(leverageAfter)],
    ],
    steps: [
      {
        title: `burn ${token.name}`,
        transaction: await redeem.populateTransaction(shares, session.account, session.account, least),
      },
    ],
    unit: { symbol: token.name, decimals: 18 },
  });
  if (sent.length > 0) {
    const left = await base.contract.balanceOf(session.account);
    ui.good(`You have ${showAmount(left, base.decimals)} ${base.symbol} now`);
  }
  return {
    token: token.name,
    burned: formatAmount(shares),
    quoted: formatAmount(assets, base.decimals),
    least: formatAmount(least, base.decimals),
    cost: formatAmount(cost),
    sent: sentJson(sent),
  };
}
