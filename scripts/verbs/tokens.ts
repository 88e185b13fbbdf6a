import type { Command } from "commander";
import { readParameters, toPlan } from "../../deploy/parameters.ts";
import { formatAmount, parseExact, showAmount, showPercent } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/errors.ts";
import { unpackPolicy } from "../../sdk/math/Policy.ts";
import { offTarget } from "../../sdk/math/Rebalance.ts";
import { unpackTokenState } from "../../sdk/math/TokenState.ts";
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
import { marketNow, valuePerToken } from "../lib/tokens.ts";
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
  const [now, state, policyWord, balance, due] = await Promise.all([
    marketNow(session, market, token.address),
    contract.state(),
    contract.policy(),
    session.account === undefined ? 0n : contract.balanceOf(session.account),
    contract.previewRebalance().then(
      ([isDue]) => isDue,
      () => false,
    ),
  ]);
  const { supply, wipedOut } = unpackTokenState(state);
  const value = now.fresh
    ? await contract.netAssetValue()
    : (await contract.totalAssets()) * 10n ** BigInt(18 - market.base.decimals);
  const perToken = valuePerToken(value, supply);
  const { distance } = offTarget(token.leverage, now.position, now.market.price, value);
  const leverage = value > 0n ? (now.position * now.market.price) / value : 0n;
  return {
    name: token.name,
    address: token.address,
    market: market.name,
    base: market.base.symbol,
    target: formatAmount(token.leverage),
    leverage: supply === 0n ? undefined : formatAmount(leverage),
    offTarget: supply === 0n ? undefined : formatAmount(distance),
    value: formatAmount(value),
    valuePerToken: formatAmount(perToken),
    supply: formatAmount(supply),
    balance: formatAmount(balance),
    balanceWorth: formatAmount((balance * perToken) / 10n ** 18n),
    streamingFee: formatAmount(unpackPolicy(policyWord).streamingFee),
    wipedOut: wipedOut,
    priceFresh: now.fresh,
    rebalanceDue: due,
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
      token.wipedOut
        ? "wiped out"
        : !token.priceFresh
          ? "price is old"
          : token.rebalanceDue
            ? "due"
            : "not due",
    ]),
  );
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
