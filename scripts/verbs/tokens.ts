import type { Command } from "commander";
import { readParameters, toPlan } from "../../deploy/parameters.ts";
import { formatAmount, parseExact, showAmount, showPercent } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/errors.ts";
import { reasonOf, statusOf } from "../../sdk/tokenView.ts";
import { execute, sentJson } from "../lib/send.ts";
import {
  allTokens,
  type CommonOptions,
  findMarket,
  named,
  readingSession,
  type Session,
  sendingSession,
  type TokenInfo,
} from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

export function addTokens(program: Command): void {
  const tokens = verb(program, "tokens", "list the leveraged tokens, with what you have of each", list);
  verb(
    tokens,
    "create <market> <direction> <leverage>",
    "make a token: anyone may; such as: create ETHDAI long 2",
    create,
  ).option("--policy <name>", "of the deployment's parameter file", "continuous");
}

/** A token as the status shows it. */
export async function describeToken(session: Session, token: TokenInfo) {
  const { market, contract } = token;
  const [seen, balance] = await Promise.all([
    session.contracts.tokenLens.token(token.address),
    session.account === undefined ? 0n : contract.balanceOf(session.account),
  ]);
  const status = statusOf(seen);
  const minted = seen.supply !== 0n;
  // A token with nothing has no leverage to speak of.
  const leverage = seen.netAssetValue > 0n ? seen.currentLeverage : 0n;
  return {
    name: token.name,
    address: token.address,
    market: market.name,
    base: market.base.symbol,
    status,
    target: formatAmount(token.leverage),
    leverage: minted ? formatAmount(leverage) : undefined,
    offTarget: minted ? formatAmount(seen.offTarget) : undefined,
    value: formatAmount(seen.netAssetValue),
    valuePerToken: formatAmount(seen.tokenPrice),
    supply: formatAmount(seen.supply),
    balance: formatAmount(balance),
    balanceWorth: formatAmount((balance * seen.tokenPrice) / 10n ** 18n),
    mintFee: formatAmount(seen.mintFee),
    burnFee: formatAmount(seen.burnFee),
    streamingFee: formatAmount(seen.streamingFee),
    maxDeposit: formatAmount(seen.maxDeposit, market.base.decimals),
    wipedOut: status === "wiped out",
    priceFresh: seen.fresh,
    rebalanceDue: seen.fresh && seen.reason !== 0n,
    rebalanceReason: reasonOf(seen),
    rebalanceAmount: formatAmount(seen.rebalanceAmount),
    reward: formatAmount(seen.reward),
    nextScheduledAt: Number(seen.nextScheduledAt),
  };
}

type Described = Awaited<ReturnType<typeof describeToken>>;

const short = (decimal: string) => showAmount(parseSigned(decimal));
const parseSigned = (decimal: string) =>
  decimal.startsWith("-") ? -parseExact(decimal.slice(1), 18, "") : parseExact(decimal, 18, "");

export function showTokens(described: Described[]): void {
  ui.table(
    [
      "token",
      "›target",
      "›leverage",
      "›off by",
      "›a token is worth",
      "›all are worth",
      "›you have",
      "rebalance",
    ],
    described.map((token) => [
      token.name,
      ui.showLeverage(parseSigned(token.target)),
      token.leverage === undefined ? "–" : ui.showLeverage(parseSigned(token.leverage)),
      token.offTarget === undefined ? "–" : showPercent(parseSigned(token.offTarget)),
      `${short(token.valuePerToken)} ${token.base}`,
      short(token.value),
      short(token.balance),
      stateOf(token),
    ]),
  );
}

/** What a holder or keeper should know first. */
function stateOf({ status, priceFresh, rebalanceDue, rebalanceReason }: Described): string {
  if (status === "reckoning" || status === "wiped out" || status === "settled") return status;
  if (!priceFresh) return "price is old";
  const due = rebalanceDue ? `due: ${rebalanceReason}` : "not due";
  return status === "reduce-only" ? `${due}, reduce-only` : due;
}

async function list(options: CommonOptions) {
  const session = await readingSession(options);
  const tokens = await allTokens(session);
  const described = await Promise.all(tokens.map((token) => describeToken(session, token)));
  showTokens(described);
  return described;
}

async function create(
  options: CommonOptions & { policy: string },
  marketName: string,
  direction: string,
  typed: string,
) {
  const session = await sendingSession(options);
  const market = findMarket(session, marketName);
  if (direction !== "long" && direction !== "short") {
    throw new UserError(
      `A token is long or short, not "${direction}".`,
      `Type: tokens create ${market.name} long 2`,
    );
  }
  const size = parseExact(typed.replace(/x$/i, ""), 18, "leverage");
  const parameters = readParameters(session.book.parameters);
  named(parameters.policies, options.policy, "policy");
  // The plan packs policies for its tokens only, so it is asked for one with this policy.
  const signed = direction === "short" ? -size : size;
  const plan = toPlan({
    ...parameters,
    tokens: { wanted: { market: market.name, leverage: formatAmount(signed), policy: options.policy } },
  });
  const { policy } = plan.tokens.wanted;
  const { factory } = session.contracts;
  const address = await factory.predict(market.params, signed, policy);
  const sent = await execute(session, {
    title: `Create a token of ${market.name}`,
    facts: [
      ["leverage", ui.showLeverage(signed)],
      ["policy", options.policy],
      ["address", address],
    ],
    steps: [
      {
        title: "create",
        transaction: await factory.createToken.populateTransaction(market.params, signed, policy),
      },
    ],
    unit: market.base,
  });
  const made =
    sent.length === 0 ? undefined : (await allTokens(session)).find((token) => token.address === address);
  if (made !== undefined) ui.good(`It is called ${made.name}`);
  return { name: made?.name, address, sent: sentJson(sent) };
}
