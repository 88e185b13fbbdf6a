import type { Command } from "commander";
import type { JsonRpcApiProvider } from "ethers";
import { parseDuration, showDuration, showTime } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/UserError.ts";
import { isSettable, renewals } from "../lib/feeds.ts";
import { execute, sentJson } from "../lib/send.ts";
import { type CommonOptions, sendingSession } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

interface TimeOptions extends CommonOptions {
  feeds?: boolean;
}

export function addTime(program: Command): void {
  const time = program.command("time").description("move the clock of a local chain");
  verb(
    time,
    "forward <span>",
    "let time pass, such as 2d, 36h or 90s; local prices are renewed",
    forward,
  ).option("--no-feeds", "leave the local prices as old as they are then");
}

/** Lets seconds pass on a local chain, counted from its last block: the next is made that much later, at once. */
export async function passTime(provider: JsonRpcApiProvider, seconds: number): Promise<void> {
  const { timestamp } = (await provider.getBlock("latest"))!;
  await provider.send("evm_setNextBlockTimestamp", [timestamp + seconds]);
  await provider.send("evm_mine", []);
}

async function forward(options: TimeOptions, span: string) {
  const session = await sendingSession(options);
  const { provider, title, local } = session.chain;
  if (!local)
    throw new UserError(`Nobody moves the clock of ${title}.`, "Wait, or use a local chain: npm run node.");
  const seconds = parseDuration(span);
  const before = (await provider.getBlock("latest"))!.timestamp;
  if (options.dryRun) {
    ui.say(
      `It is ${showTime(before)} there, and would be ${showTime(before + seconds)}. Nothing was sent (--dry-run).`,
    );
    return { before, after: before, sent: [] };
  }
  await passTime(provider, seconds);
  const after = (await provider.getBlock("latest"))!.timestamp;
  ui.good(`${showDuration(after - before)} passed: it is ${showTime(after)} there`);
  if (options.feeds === false || !isSettable(session)) return { before, after, sent: [] };
  const sent = await execute(session, {
    title: "Local prices, as of now",
    facts: [],
    steps: await renewals(session),
    unit: { symbol: "", decimals: 18 },
  });
  return { before, after, sent: sentJson(sent) };
}
