import type { Command } from "commander";
import type { TransactionReceipt } from "ethers";
import {
  formatAmount,
  parseAmount,
  parseDuration,
  showAmount,
  showDuration,
  showTime,
} from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/errors.ts";
import { eventsOf } from "../../sdk/events.ts";
import { execute } from "../lib/send.ts";
import { type CommonOptions, type SendingSession, sendingSession } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";
import { describe, dueTokens, inBase, type Job, type Refused, Watchlist } from "../lib/work.ts";

interface KeeperOptions extends CommonOptions {
  once?: boolean;
  watch?: boolean;
  interval: string;
  minReward?: string;
  fromBlock?: string;
}

export function addKeeper(program: Command): void {
  verb(program, "keeper", "rebalance what is due and liquidate what must be, for the rewards", keeper)
    .option("--once", "one round, then end")
    .option("--watch", "round after round, until Ctrl-C")
    .option("--interval <span>", "time between two rounds", "15s")
    .option("--min-reward <amount>", "leave what brings less, in BaseToken")
    .option("--from-block <number>", "of the deployment, to know all accounts; not needed on a local chain");
}

/** What was done, and what it brought and cost. */
interface Done {
  kind: Job["kind"];
  what: string;
  market: string;
  reward: string;
  gasCost: string;
  hash: string;
}

interface Round {
  block: number;
  time: number;
  due: { kind: Job["kind"]; what: string; reward: string }[];
  done: Done[];
  refused: Refused[];
}

async function keeper(options: KeeperOptions) {
  if (options.once === options.watch) {
    throw new UserError("One round, or many?", "Add --once for one round, or --watch for round after round.");
  }
  const interval = parseDuration(/^\d+$/.test(options.interval) ? `${options.interval}s` : options.interval);
  const least = options.minReward === undefined ? 0n : parseAmount(options.minReward, 18, "BaseToken");
  const session = await sendingSession(options);
  const watchlist = openWatchlist(session, options.fromBlock);
  const { local, title } = session.chain;
  if (!options.yes && !options.dryRun && !local) await ui.confirm(`Send whatever is due on ${title}?`);
  // Asked once, not at each transaction.
  const working = { ...session, options: { ...options, yes: true } };
  if (options.once) return oneRound(working, watchlist, least);
  return watch(working, watchlist, least, interval);
}

function openWatchlist(session: SendingSession, typed: string | undefined): Watchlist | undefined {
  if (typed !== undefined && !/^\d+$/.test(typed)) {
    throw new UserError(`"${typed}" is no block.`, "Type a whole number, such as --from-block 0.");
  }
  if (typed === undefined && !session.chain.local) {
    ui.warn(
      "Nobody is liquidated without --from-block: accounts are found in the logs since the deployment.",
    );
    return undefined;
  }
  return new Watchlist(session, Number(typed ?? 0));
}

/** Rounds until Ctrl-C. One that fails is told and made up for by the next. */
async function watch(
  session: SendingSession,
  watchlist: Watchlist | undefined,
  least: bigint,
  interval: number,
): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  ui.say(`A round every ${showDuration(interval)}, as ${session.account}. Ctrl-C ends it.`);
  let [rounds, failed, done] = [0, 0, 0];
  while (!stop.signal.aborted) {
    rounds++;
    try {
      const round = await oneRound(session, watchlist, least, stop.signal);
      done += round.done.length;
      if (session.options.json) console.log(JSON.stringify(round));
    } catch (error) {
      failed++;
      const message = (error as Error).message.split("\n")[0];
      ui.warn(`This round failed: ${message} The next is in ${showDuration(interval)}.`);
      if (session.options.json) console.log(JSON.stringify({ error: { message } }));
    }
    await sleep(interval * 1_000, stop.signal);
  }
  process.off("SIGINT", end);
  process.off("SIGTERM", end);
  ui.good(`Stopped after ${rounds} rounds, ${failed} of which failed: ${done} things done`);
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

async function oneRound(
  session: SendingSession,
  watchlist: Watchlist | undefined,
  least: bigint,
  signal?: AbortSignal,
): Promise<Round> {
  const block = (await session.chain.provider.getBlock("latest"))!;
  const [tokens, accounts] = [await dueTokens(session), await watchlist?.liquidatable()];
  const all = [...tokens.jobs, ...(accounts?.jobs ?? [])];
  const jobs = all.filter(({ reward }) => reward >= least);
  const refused = [...tokens.refused, ...(accounts?.refused ?? [])];
  const round: Round = {
    block: block.number,
    time: block.timestamp,
    due: all.map(({ kind, what, reward }) => ({ kind, what, reward: formatAmount(reward) })),
    done: [],
    refused,
  };
  const when = `${showTime(block.timestamp)}, block ${block.number}`;
  ui.title(all.length === 0 ? `${when}: nothing to do` : `${when}: ${all.map(describe).join("; ")}`);
  if (jobs.length < all.length) {
    ui.say(`  ${all.length - jobs.length} of them bring less than ${showAmount(least)} and are left`);
  }
  for (const { kind, what, why } of refused) ui.warn(`${kind} ${what}: ${why}`);
  for (const job of jobs) {
    // Ctrl-C ends what is under way, and begins nothing.
    if (signal?.aborted) break;
    await doIt(session, job, round);
  }
  return round;
}

/** Simulates once more, since what was done before may have changed it, and sends. */
async function doIt(session: SendingSession, job: Job, round: Round): Promise<void> {
  const { kind, what, market, transaction } = job;
  const title = `${kind} ${what}`;
  try {
    const [sent] = await execute(session, {
      title: `${title[0].toUpperCase()}${title.slice(1)}`,
      facts: [
        ["it trades", `${showAmount(job.amount)} in ${market.name}`],
        ["you get", `${showAmount(job.reward)} ${market.base.symbol}, into your account in ${market.name}`],
      ],
      steps: [{ title, transaction }],
      unit: market.base,
    });
    if (sent === undefined) return;
    const reward = earned(session, sent.receipt);
    const cost = await inBase(session, market, sent.receipt.fee);
    const gas = `${showAmount(sent.receipt.fee)} ETH of gas`;
    const shown = cost === undefined ? gas : `${gas}, about ${showAmount(cost)} ${market.base.symbol}`;
    ui.good(`Earned ${showAmount(reward)} ${market.base.symbol} for ${shown}`);
    const gasCost = formatAmount(sent.receipt.fee);
    round.done.push({
      kind,
      what,
      market: market.name,
      reward: formatAmount(reward),
      gasCost,
      hash: sent.hash,
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    ui.warn(`${title}: ${error.message}`);
    round.refused.push({ kind, what, why: error.message });
  }
}

/** What came into the keeper's account, by the logs. WAD. */
function earned({ account }: SendingSession, receipt: TransactionReceipt): bigint {
  const { rebalances, liquidations } = eventsOf(receipt);
  const own = [
    ...rebalances.filter(({ keeper }) => keeper === account),
    ...liquidations.filter(({ liquidator }) => liquidator === account),
  ];
  return own.reduce((sum, { reward }) => sum + reward, 0n);
}
