import type { Command } from "commander";
import {
  formatAmount,
  parseAmount,
  showAmount,
  showDuration,
  showPercent,
  showTime,
} from "../../sdk/amounts.ts";
import { explainRevert, UserError } from "../../sdk/errors.ts";
import { approval, execute, requireBalance, sentJson } from "../lib/send.ts";
import { type CommonOptions, findMarket, sendingSession } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

interface ProvideOptions extends CommonOptions {
  approve?: boolean;
  approveMax?: boolean;
}

export function addLiquidity(program: Command): void {
  const liquidity = program.command("liquidity").description("be the other side of a market's positions");
  verb(
    liquidity,
    "provide <market> <amount>",
    "bring BaseToken into a market's pool for shares of it",
    provide,
  )
    .option("--approve-max", "approve any amount instead of exactly this one")
    .option("--no-approve", "never send an approval");
  verb(
    liquidity,
    "request <market> <shares>",
    'ask to leave with shares, "all" for all; they are locked then',
    request,
  );
  verb(liquidity, "leave <market>", "be paid for what was requested, once the delay is over", leave);
}

async function provide(options: ProvideOptions, name: string, typed: string) {
  const session = await sendingSession(options);
  const { base, pool, pricing, risk, ...market } = findMarket(session, name);
  const assets = parseAmount(typed, base.decimals, base.symbol);
  const approvals = await approval(
    session,
    base,
    assets,
    { name: `the pool of ${market.name}`, address: await pool.getAddress() },
    options,
  );
  await requireBalance(session, base, assets);
  const shares = await pool.previewDeposit(assets).catch((error) => {
    throw explainRevert(error, base) ?? error;
  });
  const supply = await pool.totalSupply();
  const part = (shares * 10n ** 18n) / (supply + shares);
  const sent = await execute(session, {
    title: `Provide liquidity to ${market.name}`,
    facts: [
      ["you pay", `${showAmount(assets, base.decimals)} ${base.symbol}`],
      ["you get", `${showAmount(shares)} shares, ${showPercent(part)} of the pool`],
      [
        "leaving",
        `takes ${showDuration(Number(pricing.withdrawalDelay))} after a request, and ${showPercent(risk.exitFee)}`,
      ],
      ["risk", "the pool wins what traders and tokens lose, and loses what they win"],
    ],
    steps: [
      ...approvals,
      {
        title: `provide ${showAmount(assets, base.decimals)} ${base.symbol}`,
        transaction: await pool.deposit.populateTransaction(assets, session.account),
      },
    ],
    unit: base,
  });
  const balance = await pool.balanceOf(session.account);
  if (sent.length > 0) ui.good(`You have ${showAmount(balance)} shares of the pool`);
  return {
    market: market.name,
    paid: formatAmount(assets, base.decimals),
    quoted: formatAmount(shares),
    shares: formatAmount(balance),
    sent: sentJson(sent),
  };
}

async function request(options: CommonOptions, name: string, typed: string) {
  const session = await sendingSession(options);
  const { base, pool, pricing, ...market } = findMarket(session, name);
  const balance = await pool.balanceOf(session.account);
  const shares = typed === "all" ? balance : parseAmount(typed, 18, "shares");
  if (shares === 0n || shares > balance) {
    throw new UserError(
      `You have ${formatAmount(balance)} shares of ${market.name} that are not requested yet.`,
      balance === 0n
        ? `Provide first: npm run lt -- liquidity provide ${market.name} 1000`
        : 'Type less, or "all".',
    );
  }
  const worth = await pool.previewRedeem(shares).catch((error) => {
    throw explainRevert(error, base) ?? error;
  });
  const delay = Number(pricing.withdrawalDelay);
  const sent = await execute(session, {
    title: `Ask to leave ${market.name}`,
    facts: [
      [
        "shares",
        `${formatAmount(shares)}, worth ${showAmount(worth, base.decimals)} ${base.symbol} today after the exit fee`,
      ],
      ["paid", `at what they are worth in ${showDuration(delay)} or later; the request can't be taken back`],
    ],
    steps: [
      {
        title: `request ${showAmount(shares)} shares`,
        transaction: await pool.requestRedeem.populateTransaction(shares),
      },
    ],
    unit: { symbol: "shares", decimals: 18 },
  });
  const [requested, executableAt] = await pool.request(session.account);
  if (sent.length > 0)
    ui.good(`From ${showTime(executableAt)} on: npm run lt -- liquidity leave ${market.name}`);
  return {
    market: market.name,
    requested: formatAmount(requested),
    executableAt: Number(executableAt),
    sent: sentJson(sent),
  };
}

async function leave(options: CommonOptions, name: string) {
  const session = await sendingSession(options);
  const { base, pool, ...market } = findMarket(session, name);
  const [requested, executableAt] = await pool.request(session.account);
  if (requested === 0n) {
    throw new UserError(
      `You have not asked to leave ${market.name}.`,
      `Begin with: npm run lt -- liquidity request ${market.name} all`,
    );
  }
  const now = (await session.chain.provider.getBlock("latest"))!.timestamp;
  if (executableAt > now) {
    const wait = showDuration(Number(executableAt) - now);
    throw new UserError(
      `Your request can be paid from ${showTime(executableAt)} on, in ${wait}.`,
      session.chain.local ? "Let time pass: npm run lt -- time forward 2d" : "Come back then.",
    );
  }
  const shares = await pool.maxRedeem(session.account);
  const [assets, before] = await Promise.all([
    shares === 0n ? 0n : pool.previewRedeem(shares),
    base.contract.balanceOf(session.account),
  ]);
  const sent = await execute(session, {
    title: `Leave ${market.name}`,
    facts: [
      ["shares", `${showAmount(shares)} of ${showAmount(requested)} requested`],
      ["you get", `${showAmount(assets, base.decimals)} ${base.symbol}`],
    ],
    steps: [{ title: "leave", transaction: await pool.execute.populateTransaction(session.account) }],
    unit: base,
  });
  const paid = sent.length === 0 ? 0n : (await base.contract.balanceOf(session.account)) - before;
  if (sent.length > 0) ui.good(`You got ${showAmount(paid, base.decimals)} ${base.symbol}`);
  return {
    market: market.name,
    quoted: formatAmount(assets, base.decimals),
    paid: formatAmount(paid, base.decimals),
    sent: sentJson(sent),
  };
}
