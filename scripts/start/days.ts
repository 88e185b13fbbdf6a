// More than 1,000 days of real closes: each goes into the feed, keepers rebalance, holders come and go.
import { readFileSync } from "node:fs";
import { parseUnits, toBeHex } from "ethers";
import { network } from "hardhat";
import { type Deployment, deployLocal } from "../../deploy/index.ts";
import { type Events, eventsOf } from "./events.ts";
import { progress } from "./output.ts";
import { CLOSE, overrides } from "./venue.ts";

// Said here, since the provider would ask the chain for them each time.
const GAS = toBeHex(2_000_000);
const GAS_PRICE = toBeHex(parseUnits("10", "gwei"));
const FOREVER = 2n ** 64n;
const NO_LIMIT = 2n ** 255n;
const dai = (amount: string) => parseUnits(amount, 18);

type Connection = Awaited<ReturnType<typeof network.create>>;

export interface Day {
  date: string;
  /** In the feed's 8 decimals. */
  close: bigint;
}

/** What happened: the closes, and what each transaction did, in order, with the time of its block. */
export interface Replay {
  days: Day[];
  tokens: Record<string, string>;
  transactions: { day: number; events: Events }[];
  /** What the market stores in the end. WAD. */
  end: { poolCash: bigint; protocolFees: bigint; held: bigint };
}

export function readDays(): Day[] {
  const text = readFileSync(new URL("../../data/sp500.csv", import.meta.url), "utf8");
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [date, close] = line.split(",");
      return { date, close: parseUnits(close, 8) };
    });
}

const secondsOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 1000;

/** Runs all days on a chain whose clock shows their dates. */
export async function replay(days: Day[]): Promise<Replay> {
  const initialDate = new Date((secondsOf(days[0].date) + CLOSE - 3600) * 1000);
  const connection = await network.create({ override: { initialDate } });
  const first = (days[0].close / 10n ** 6n).toString();
  const deployment = await deployLocal(connection, overrides(`${first.slice(0, -2)}.${first.slice(-2)}`));
  const run = new Run(connection, deployment);
  await run.open(secondsOf(days[0].date) + CLOSE);
  const blocks: { day: number; upTo: number }[] = [];
  for (const [index, day] of days.entries()) {
    if (index > 0) await run.close(secondsOf(day.date) + CLOSE, day.close);
    await run.visit(index);
    blocks.push({ day: index, upTo: await connection.ethers.provider.getBlockNumber() });
    progress("days", index + 1, days.length);
  }
  const transactions = await run.transactions(blocks);
  const tokens = Object.fromEntries(
    await Promise.all(
      Object.entries(deployment.tokens).map(async ([name, token]) => [name, await token.getAddress()]),
    ),
  );
  const end = await deployment.clearingHouse.market(deployment.markets.SPXDAI.id);
  await connection.close();
  return { days, tokens, transactions, end };
}

class Run {
  readonly #connection: Connection;
  readonly #deployment: Deployment;

  constructor(connection: Connection, deployment: Deployment) {
    this.#connection = connection;
    this.#deployment = deployment;
  }

  /** The first holders, 100,000 DAI in each token, and those who will come later. */
  async open(time: number): Promise<void> {
    const { baseTokens, clearingHouse, tokens } = this.#deployment;
    for (const signer of (await this.#connection.ethers.getSigners()).slice(1, 6)) {
      await baseTokens.DAI.mint(signer, dai("10000000"));
      // Holders come through the tokens, the hedger trades on the ClearingHouse itself.
      for (const spender of [clearingHouse, ...Object.values(tokens)])
        await baseTokens.DAI.connect(signer).approve(spender, NO_LIMIT);
    }
    const [, alice] = await this.#connection.ethers.getSigners();
    await this.#deployment.feeds.SPX.setAt(
      (await this.#deployment.feeds.SPX.latestRoundData())[1],
      time - 60,
    );
    for (const [index, token] of Object.values(tokens).entries()) {
      await this.#at(time + 5 * index);
      await token.connect(alice)["deposit(uint256,address)"](dai("100000"), alice);
    }
  }

  /** A day's close: one block with its price and both rebalances. */
  async close(time: number, price: bigint): Promise<void> {
    const { feeds, tokens } = this.#deployment;
    const { provider } = this.#connection;
    const [keeper] = await this.#connection.ethers.getSigners();
    const send = async (to: string, data: string) =>
      provider.request({
        method: "eth_sendTransaction",
        params: [{ from: keeper.address, to, data, gas: GAS, gasPrice: GAS_PRICE }],
      });
    await provider.request({ method: "evm_setAutomine", params: [false] });
    await send(await feeds.SPX.getAddress(), feeds.SPX.interface.encodeFunctionData("set", [price]));
    for (const token of Object.values(tokens)) {
      await send(await token.getAddress(), token.interface.encodeFunctionData("rebalance"));
    }
    await this.#at(time + 5);
    await provider.request({ method: "evm_mine", params: [] });
    await provider.request({ method: "evm_setAutomine", params: [true] });
  }

  /** Who comes after a close: every fifth day a hedger, who takes the skew away, and now and then a holder. */
  async visit(index: number): Promise<void> {
    const { clearingHouse, markets, tokens } = this.#deployment;
    const { id, params } = markets.SPXDAI;
    const [, , bob, carol, dora, hedger] = await this.#connection.ethers.getSigners();
    if (index % 5 === 0) {
      const { longs, shorts } = await clearingHouse.market(id);
      const amount = shorts - longs;
      const margin = index === 0 ? dai("3000000") : 0n;
      const priceLimit = amount > 0n ? NO_LIMIT : 0n;
      const order = { amount, margin, priceLimit, deadline: FOREVER };
      if (amount !== 0n) await clearingHouse.connect(hedger).trade(params, order);
    }
    // Each holder comes for a while and leaves again, at another time than the others.
    for (const [number, holder] of [bob, carol, dora].entries()) {
      const phase = (index + 37 * number) % 120;
      for (const token of phase === 20 || phase === 80 ? Object.values(tokens) : []) {
        if (phase === 20) {
          await token.connect(holder)["deposit(uint256,address)"](dai("20000"), holder);
        } else {
          const shares = await token.balanceOf(holder);
          if (shares > 0n)
            await token.connect(holder)["redeem(uint256,address,address)"](shares, holder, holder);
        }
      }
    }
  }

  /** What all transactions did, from one look at the logs. */
  async transactions(blocks: { day: number; upTo: number }[]): Promise<Replay["transactions"]> {
    const { clearingHouse, tokens } = this.#deployment;
    const contracts = await Promise.all([clearingHouse, ...Object.values(tokens)].map((c) => c.getAddress()));
    const { provider } = this.#connection.ethers;
    const logs = await provider.getLogs({ address: contracts, fromBlock: 0, toBlock: "latest" });
    const byTransaction = new Map<string, typeof logs>();
    for (const log of logs) {
      const group = byTransaction.get(log.transactionHash);
      if (group === undefined) byTransaction.set(log.transactionHash, [log]);
      else group.push(log);
    }
    let at = 0;
    return [...byTransaction.values()].map((group) => {
      while (blocks[at].upTo < group[0].blockNumber) at++;
      return { day: blocks[at].day, events: eventsOf({ logs: group }) };
    });
  }

  async #at(time: number): Promise<void> {
    await this.#connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [toBeHex(time)] });
  }
}
