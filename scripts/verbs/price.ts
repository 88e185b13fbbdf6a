import type { Command } from "commander";
import { formatAmount, parseAmount, showTime } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/UserError.ts";
import { findFeed, isSettable, type LocalFeed, requireSettable } from "../lib/feeds.ts";
import { execute, sentJson } from "../lib/send.ts";
import { type CommonOptions, readingSession, sendingSession } from "../lib/session.ts";
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
    "\nExamples:\n  price\n  price ETH 525\n  price ETH up 5%\n  price ETH down 2.5%\n  price ETH same      the same price, as of now",
  );
}

async function price(options: CommonOptions, name?: string, change?: string, by?: string) {
  if (name === undefined || change === undefined) return show(options, name);
  const session = await sendingSession(options);
  requireSettable(session);
  const feed = await findFeed(session, name);
  const answer = wanted(feed, change, by);
  const shown = (value: bigint) => formatAmount(value, feed.decimals);
  const sent = await execute(session, {
    title: `Price of ${feed.name}`,
    facts: [
      ["now", `${shown(feed.answer)} (${showTime(feed.updatedAt)})`],
      ["then", shown(answer)],
    ],
    steps: [
      {
        title: `set ${feed.description} to ${shown(answer)}`,
        transaction: await feed.contract.set.populateTransaction(answer),
      },
    ],
    unit: { symbol: feed.description, decimals: feed.decimals },
  });
  // A block uses one price, and a chain that mines at once may put what follows into the same second.
  if (session.chain.local && sent.length > 0) await passTime(session.chain.provider, 1);
  return { feed: feed.name, before: shown(feed.answer), after: shown(answer), sent: sentJson(sent) };
}

/** The answer that was typed, to the last digit: "525", "up 5%", "down 5%", "same". */
function wanted(feed: LocalFeed, change: string, by: string | undefined): bigint {
  if (change === "same" && by === undefined) return feed.answer;
  const unit = `the price of ${feed.name}`;
  if (change !== "up" && change !== "down") {
    if (by !== undefined || change.endsWith("%")) {
      throw new UserError(
        `"${[change, by].filter(Boolean).join(" ")}" is no price.`,
        "Type a number, or up 5%, down 5%, or same.",
      );
    }
    return parseAmount(change, feed.decimals, unit);
  }
  if (by === undefined || !by.endsWith("%")) {
    throw new UserError(`${change} by how much?`, `Type a percentage, such as ${change} 5%.`);
  }
  const part = parseAmount(by.slice(0, -1), 16, "per cent");
  const WAD = 10n ** 18n;
  const product = feed.answer * (change === "up" ? WAD + part : WAD - part);
  if (product <= 0n) throw new UserError(`${by} down leaves no price.`, "Type less than 100%.");
  if (product % WAD !== 0n) {
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
  const names = name === undefined ? Object.keys(session.book.feeds) : [name];
  const feeds = await Promise.all(names.map((entry) => findFeed(session, entry)));
  const rows = feeds.map((feed) => ({
    feed: feed.name,
    description: feed.description,
    price: formatAmount(feed.answer, feed.decimals),
    updatedAt: showTime(feed.updatedAt),
    settable: isSettable(session),
  }));
  ui.table(
    ["feed", "what", "›price", "made at"],
    rows.map((row) => [row.feed, row.description, row.price, row.updatedAt]),
  );
  return rows;
}
