import type { Command } from "commander";
import { formatAmount, parseAmount, parseExact, showAmount, showTime } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/UserError.ts";
import {
  findFeed,
  findIndex,
  indexNames,
  isSettable,
  type LocalFeed,
  type LocalIndex,
  requireSettable,
} from "../lib/feeds.ts";
import { execute, sentJson } from "../lib/send.ts";
import {
  type CommonOptions,
  readingSession,
  type SendingSession,
  type Session,
  sendingSession,
} from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";
import { passTime } from "./time.ts";

export function addPrice(program: Command): void {
  verb(
    program,
    "price [feed] [change] [percent]",
    "show prices; on a local chain also set them",
    price,
  ).addHelpText(
    "after",
    "\nExamples:\n  price\n  price ETH 525\n  price ETH up 5%\n  price ETH down 2.5%\n  price ETH same      the same price, as of now\n  price AIX down 5%   an index moves with all of its parts",
  );
}

async function price(options: CommonOptions, name?: string, change?: string, by?: string) {
  if (name === undefined || change === undefined) return show(options, name);
  const session = await sendingSession(options);
  requireSettable(session);
  const index = await findIndex(session, name);
  if (index !== undefined) return setIndex(session, index, change, by);
  const feed = await findFeed(session, name);
  const answer = wanted(feed, change, by);
  const shown = (value: bigint) => formatAmount(value, feed.decimals);
  const sent = await send(session, `Price of ${feed.name}`, [[feed, answer]]);
  return { feed: feed.name, before: shown(feed.answer), after: shown(answer), sent: sentJson(sent) };
}

/** Moves all parts of an index by the same percentage, rounded to what their feeds can say. */
async function setIndex(
  session: SendingSession,
  { name, contract, parts }: LocalIndex,
  change: string,
  by: string | undefined,
) {
  if (change !== "up" && change !== "down" && change !== "same") {
    throw new UserError(
      `${name} is an index: it has the prices of its parts.`,
      `Type ${name} up 5%, down 5% or same, or set a part: ${parts.map(({ feed }) => feed.name).join(", ")}.`,
    );
  }
  const answers = parts.map(({ feed }): [LocalFeed, bigint] => [feed, wanted(feed, change, by, false)]);
  const { price: before } = await contract.last();
  const sent = await send(session, `Prices of the parts of ${name}`, answers);
  const { price: after } = await contract.last();
  if (sent.length > 0) ui.good(`${name} went from ${showAmount(before)} to ${showAmount(after)}`);
  return { feed: name, before: formatAmount(before), after: formatAmount(after), sent: sentJson(sent) };
}

/** Sets feeds to answers. */
async function send(session: SendingSession, title: string, answers: [LocalFeed, bigint][]) {
  const shown = ({ decimals }: LocalFeed, value: bigint) => formatAmount(value, decimals);
  const [{ decimals, description }] = answers[0];
  const sent = await execute(session, {
    title,
    facts: answers.map(([feed, answer]) => [
      feed.name,
      `${shown(feed, feed.answer)} now (${showTime(feed.updatedAt)}), then ${shown(feed, answer)}`,
    ]),
    steps: await Promise.all(
      answers.map(async ([feed, answer]) => ({
        title: `set ${feed.description} to ${shown(feed, answer)}`,
        transaction: await feed.contract.set.populateTransaction(answer),
      })),
    ),
    unit: { symbol: description, decimals },
  });
  // A block uses one price, and a chain that mines at once may put what follows into the same second.
  if (session.chain.local && sent.length > 0) await passTime(session.chain.provider, 1);
  return sent;
}

/** The answer that was typed, to the last digit unless told: "525", "up 5%", "down 5%", "same". */
function wanted(feed: LocalFeed, change: string, by: string | undefined, exact = true): bigint {
  if (change === "same" && by === undefined) return feed.answer;
  const unit = `the price of ${feed.name}`;
  if (change !== "up" && change !== "down") {
    if (by !== undefined || change.endsWith("%")) {
      throw new UserError(
        `"${[change, by].filter(Boolean).join(" ")}" is no price.`,
        "Type a number, or up 5%, down 5%, or same.",
      );
    }
    const answer = parseExact(change, feed.decimals, unit);
    if (answer === 0n) throw new UserError("A price of 0 is none.", "Type a number above zero.");
    return answer;
  }
  if (by === undefined || !by.endsWith("%")) {
    throw new UserError(`${change} by how much?`, `Type a percentage, such as ${change} 5%.`);
  }
  const part = parseAmount(by.slice(0, -1), 16, "per cent");
  const WAD = 10n ** 18n;
  const product = feed.answer * (change === "up" ? WAD + part : WAD - part);
  if (product <= 0n) throw new UserError(`${by} down leaves no price.`, "Type less than 100%.");
  if (exact && product % WAD !== 0n) {
    const near = formatAmount(product / WAD, feed.decimals);
    throw new UserError(
      `${by} ${change} from ${formatAmount(feed.answer, feed.decimals)} has more than the feed's ${feed.decimals} decimals.`,
      `Type the price itself: price ${feed.name} ${near}.`,
    );
  }
  return product / WAD;
}

async function show(options: CommonOptions, name?: string) {
  const session = await readingSession(options);
  const index = name === undefined ? undefined : await findIndex(session, name);
  const names = name === undefined ? Object.keys(session.book.feeds) : index === undefined ? [name] : [];
  const feeds = await Promise.all(names.map((entry) => findFeed(session, entry)));
  const indexes =
    index === undefined && name !== undefined ? [] : [index?.name ?? indexNames(session)].flat();
  const settable = isSettable(session);
  const rows = [
    ...feeds.map((feed) => ({
      feed: feed.name,
      description: feed.description,
      price: formatAmount(feed.answer, feed.decimals),
      updatedAt: showTime(feed.updatedAt),
      settable,
    })),
    ...(await Promise.all(indexes.map((entry) => describeIndex(session, entry, settable)))),
  ];
  ui.table(
    ["feed", "what", "›price", "made at"],
    rows.map((row) => [row.feed, row.description, row.price, row.updatedAt]),
  );
  return rows;
}

/** The level of an index by the last answers of its parts. */
async function describeIndex(session: Session, name: string, settable: boolean) {
  const { contract, parts } = (await findIndex(session, name))!;
  const { price, updatedAt } = await contract.last();
  const description = `index of ${parts.map(({ feed }) => feed.name).join(", ")}`;
  return { feed: name, description, price: formatAmount(price), updatedAt: showTime(updatedAt), settable };
}
