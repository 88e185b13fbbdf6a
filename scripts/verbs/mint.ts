import type { Command } from "commander";
import { formatAmount, parseAmount, parsePercent, showAmount, showPercent } from "../../sdk/amounts.ts";
import { explainRevert, UserError } from "../../sdk/errors.ts";
import { leastOf, leverageAfterScaling } from "../../sdk/quotes.ts";
import { MOST_SLIPPAGE } from "../lib/account.ts";
import { outlook } from "../lib/outlook.ts";
import { approval, execute, requireBalance, sentJson } from "../lib/send.ts";
import {
  type CommonOptions,
  findToken,
  type SendingSession,
  sendingSession,
  type TokenInfo,
} from "../lib/session.ts";
import { tokenNow, valuePerToken } from "../lib/tokens.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

interface MintOptions extends CommonOptions {
  slippage: string;
  approve?: boolean;
  approveMax?: boolean;
  volatility?: string;
}

export function addMint(program: Command): void {
  verb(program, "mint <token> <amount>", "pay BaseToken in and get a leveraged token", mint)
    .option("--slippage <percent>", "how much less than quoted you accept", "0.5%")
    .option("--volatility <percent>", "per year, to show the drag at, instead of the measured one")
    .option("--approve-max", "approve any amount instead of exactly this one")
    .option("--no-approve", "never send an approval");
}

async function mint(options: MintOptions, name: string, typed: string) {
  const session = await sendingSession(options);
  const token = await findToken(session, name);
  const { base } = token.market;
  const assets = parseAmount(typed, base.decimals, base.symbol);
  const slippage = parsePercent(options.slippage, "slippage", MOST_SLIPPAGE);
  const approvals = await approval(session, base, assets, token, options);
  await requireBalance(session, base, assets);
  const { shares, now } = await quote(session, token, assets);
  const least = leastOf(shares, slippage);

  const scale = 10n ** BigInt(18 - base.decimals);
  const worth = (shares * valuePerToken(now.value, now.supply)) / 10n ** 18n;
  const paid = assets * scale;
  const cost = paid > worth ? paid - worth : 0n;
  const leverageAfter = leverageAfterScaling(now);
  const { facts, json } = await outlook(session, token, now, leverageAfter, options.volatility);
  const deposit = token.contract.getFunction("deposit(uint256,address,uint256)");
  const sent = await execute(session, {
    title: `Mint ${token.name}`,
    facts: [
      ["you pay", `${showAmount(assets, base.decimals)} ${base.symbol}`],
      ["you get", `${showAmount(shares)} ${token.name}, at least ${showAmount(least)}`],
      ["worth", `${showAmount(worth)} ${base.symbol} at mid`],
      [
        "cost",
        `${showAmount(cost)} ${base.symbol} (${showPercent((cost * 10n ** 18n) / paid)}): trade, half-spread, impact, fees`,
      ],
      ["leverage after", ui.showLeverage(leverageAfter)],
      ...facts,
    ],
    steps: [
      ...approvals,
      {
        title: `mint ${token.name}`,
        transaction: await deposit.populateTransaction(assets, session.account, least),
      },
    ],
    unit: base,
  });
  const received = await receivedShares(session, token, sent);
  return {
    token: token.name,
    paid: formatAmount(assets, base.decimals),
    quoted: formatAmount(shares),
    least: formatAmount(least),
    cost: formatAmount(cost),
    leverageAfter: formatAmount(leverageAfter),
    ...json,
    received,
    sent: sentJson(sent),
  };
}

async function quote(session: SendingSession, token: TokenInfo, assets: bigint) {
  const { base } = token.market;
  try {
    const [now, shares, most] = await Promise.all([
      tokenNow(session, token),
      token.contract.previewDeposit(assets),
      token.contract.maxDeposit(session.account),
    ]);
    if (assets > most) {
      throw new UserError(
        `${token.name} can take ${showAmount(most, base.decimals)} ${base.symbol} now, not ${showAmount(assets, base.decimals)}.`,
        "Type less: the market's open interest is bounded by its pool. Liquidity makes room.",
      );
    }
    if (shares === 0n) throw new UserError("So little buys no token at all.", "Type a larger amount.");
    return { shares, now };
  } catch (error) {
    throw explainRevert(error, base) ?? error;
  }
}

/** What the mint gave, as the chain tells it. */
async function receivedShares(
  session: SendingSession,
  token: TokenInfo,
  sent: Awaited<ReturnType<typeof execute>>,
) {
  const last = sent.at(-1);
  if (last === undefined) return undefined;
  for (const log of last.receipt.logs) {
    const event = log.address === token.address ? token.contract.interface.parseLog(log) : null;
    if (event?.name !== "Deposit") continue;
    const [balance, leverage] = await Promise.all([
      token.contract.balanceOf(session.account),
      token.contract.currentLeverage(),
    ]);
    ui.good(
      `You got ${showAmount(event.args.shares)} ${token.name} and have ${showAmount(balance)}; its leverage is ${ui.showLeverage(leverage)}`,
    );
    return formatAmount(event.args.shares);
  }
  return undefined;
}
