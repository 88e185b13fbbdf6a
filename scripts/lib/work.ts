// What a keeper can do now: tokens that are due, and accounts below their maintenance margin.
import type { ContractTransaction } from "ethers";
import { Accounts } from "../../sdk/accounts.ts";
import { showAmount } from "../../sdk/amounts.ts";
import { explainRevert, UserError } from "../../sdk/errors.ts";
import { isLiquidatable, valueFloor } from "../../sdk/math/Margin.ts";
import { positionPrice } from "../../sdk/math/Market.ts";
import { allTokens, type MarketInfo, type SendingSession } from "./session.ts";
import { marketNow } from "./tokens.ts";

/** How many blocks' logs are asked for at once where the node is somebody else's. */
const PAGE = 2_000;

/** Something that can be done, for a reward. */
export interface Job {
  kind: "rebalance" | "liquidate";
  /** The token's name, or the account. */
  what: string;
  market: MarketInfo;
  /** Units that it trades, and BaseToken that it brings. WAD. */
  amount: bigint;
  reward: bigint;
  transaction: ContractTransaction;
}

/** Something that should be done and can't be. */
export interface Refused {
  kind: Job["kind"];
  what: string;
  why: string;
}

export interface Work {
  jobs: Job[];
  refused: Refused[];
}

/** Every token that is due: those that a simulation rebalances, and why the others can't be. */
export async function dueTokens(session: SendingSession): Promise<Work> {
  const work: Work = { jobs: [], refused: [] };
  for (const token of await allTokens(session)) {
    const { name: what, contract, market } = token;
    const kind = "rebalance";
    try {
      const { due } = await contract.previewRebalance();
      if (!due) continue;
      const { amount, reward } = await contract.rebalance.staticCall();
      const transaction = await contract.rebalance.populateTransaction();
      work.jobs.push({ kind, what, market, amount, reward, transaction });
    } catch (error) {
      work.refused.push({ kind, what, why: reason(error, market) });
    }
  }
  return work;
}

/** The accounts of all markets, read from the logs a round at a time. */
export class Watchlist {
  readonly #session: SendingSession;
  readonly #accounts: Accounts;
  #next: number;

  /** @param from A block not later than the deployment's. */
  constructor(session: SendingSession, from: number) {
    this.#session = session;
    this.#accounts = new Accounts(session.book.clearingHouse, session.book.factory);
    this.#next = from;
  }

  /** Takes in what the chain has logged since the last time. */
  async #catchUp(): Promise<void> {
    const { chain, book, contracts } = this.#session;
    const newest = await chain.provider.getBlockNumber();
    // After the block number, so that no token of these blocks is missing.
    const tokens = await contracts.factory.tokens(0, await contracts.factory.tokenCount());
    const address = [book.clearingHouse, book.factory, ...tokens];
    const page = chain.local ? newest + 1 : PAGE;
    while (this.#next <= newest) {
      const toBlock = Math.min(newest, this.#next + page - 1);
      const logs = await chain.provider.getLogs({ address, fromBlock: this.#next, toBlock });
      try {
        this.#accounts.add(logs);
      } catch (error) {
        throw new UserError(
          "Some logs of the deployment are missing.",
          "Give a block before the deployment with --from-block.",
          error,
        );
      }
      this.#next = toBlock + 1;
    }
  }

  /** Every account below its maintenance margin. */
  async liquidatable(): Promise<Work> {
    await this.#catchUp();
    const work: Work = { jobs: [], refused: [] };
    for (const market of Object.values(this.#session.markets)) {
      const accounts = this.#accounts.markets.get(market.id)?.accounts ?? new Map();
      const now = await marketNow(this.#session, market);
      // Nobody is liquidated at a price that can't be trusted.
      if (!now.fresh) continue;
      for (const [owner, { position, cash }] of accounts) {
        const value = valueFloor(position, cash, positionPrice(now.market));
        if (position === 0n || !isLiquidatable(position, value, now.market.price, market.risk)) continue;
        await this.#tryLiquidating(work, market, owner);
      }
    }
    return work;
  }

  async #tryLiquidating(work: Work, market: MarketInfo, owner: string): Promise<void> {
    const { liquidate } = this.#session.contracts.clearingHouse;
    const [kind, what] = ["liquidate" as const, owner];
    try {
      const { amount, reward } = await liquidate.staticCall(market.params, owner);
      const transaction = await liquidate.populateTransaction(market.params, owner);
      work.jobs.push({ kind, what, market, amount, reward, transaction });
    } catch (error) {
      work.refused.push({ kind, what, why: reason(error, market) });
    }
  }
}

/** A contract's refusal in a sentence. What is none, such as a node that is gone, is not dealt with here. */
function reason(error: unknown, { base }: MarketInfo): string {
  const told = explainRevert(error, base);
  if (told === undefined) throw error;
  return told.message;
}

/** What gas costs in a BaseToken, by the deployment's own price of ether, where it has one. WAD. */
export async function inBase(session: SendingSession, { base }: MarketInfo, coin: bigint) {
  const ether = Object.values(session.markets).find(
    (market) => market.source === "ETH" && market.base.symbol === base.symbol,
  );
  if (ether === undefined) return undefined;
  const { market } = await marketNow(session, ether);
  return (market.price * coin) / 10n ** 18n;
}

export const describe = ({ kind, what, market, reward }: Job): string =>
  `${kind} ${what}${kind === "liquidate" ? ` in ${market.name}` : ""} for ${showAmount(reward)} ${market.base.symbol}`;
