// Days of closes: each goes into the feeds, keepers rebalance, holders come and go.
import { parseUnits, toBeHex } from "ethers";
import { network } from "hardhat";
import { type Deployment, deployLocal, type Overrides } from "../../deploy/index.ts";
import { type Events, eventsOf } from "../../sdk/events.ts";
import { progress } from "./output.ts";

// Said here, since the provider would ask the chain for them each time.
const GAS = toBeHex(2_000_000);
const GAS_PRICE = toBeHex(parseUnits("10", "gwei"));
const HALF_DAY = 43_200;
const FOREVER = 2n ** 64n;
const NO_LIMIT = 2n ** 255n;
const dai = (amount: string) => parseUnits(amount, 18);

type Connection = Awaited<ReturnType<typeof network.create>>;

export interface Day {
  date: string;
  /** Closes by feed, in their 8 decimals. */
  closes: Record<string, bigint>;
}

/** What to replay: one market with daily tokens. */
export interface Setting {
  market: string;
  days: Day[];
  overrides: Overrides;
  /** When a day's closes are set and the tokens become due. Seconds since the day's midnight UTC. */
  closeAt: number;
  /** When holders come and go: right after a close, or in the middle of a day, at prices half-way to the next. */
  visits: "close" | "noon";
  /** What else somebody does right after the close of a day. */
  after?(index: number, deployment: Deployment): Promise<void>;
}

/** What happened: the days, and what each transaction did, in order, with the time of its block. */
export interface Replay {
  days: Day[];
  tokens: Record<string, string>;
  transactions: { day: number; events: Events }[];
  /** What the market stores in the end. WAD. */
  end: { poolCash: bigint; protocolFees: bigint; held: bigint };
}

const secondsOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 1000;

/** Runs all days on a chain whose clock shows their dates. */
export async function replay(setting: Setting): Promise<Replay> {
  const { days, closeAt, market } = setting;
  const timeOf = ({ date }: Day) => secondsOf(date) + closeAt;
  const initialDate = new Date((timeOf(days[0]) - 3600) * 1000);
  const connection = await network.create({ override: { initialDate } });
  const deployment = await deployLocal(connection, setting.overrides);
  const run = new Run(connection, deployment, market);
  await run.open(timeOf(days[0]));
  const blocks: { day: number; upTo: number }[] = [];
  for (const [index, day] of days.entries()) {
    if (index > 0) {
      if (setting.visits === "noon") await run.noon(index, timeOf(day) - HALF_DAY, days[index - 1], day);
      await run.close(timeOf(day), day.closes);
    }
    if (index % 5 === 0) await run.hedge(index === 0);
    if (setting.visits === "close") await run.visit(index);
    await setting.after?.(index, deployment);
    blocks.push({ day: index, upTo: await connection.ethers.provider.getBlockNumber() });
    progress("days", index + 1, days.length);
  }
  const transactions = await run.transactions(blocks);
  const tokens = Object.fromEntries(
    await Promise.all(
      Object.entries(deployment.tokens).map(async ([name, token]) => [name, await token.getAddress()]),
    ),
  );
  const end = await deployment.clearingHouse.market(deployment.markets[market].id);
  await connection.close();
  return { days, tokens, transactions, end };
}

class Run {
  readonly #connection: Connection;
  readonly #deployment: Deployment;
  readonly #market: Deployment["markets"][string];

  constructor(connection: Connection, deployment: Deployment, market: string) {
    this.#connection = connection;
    this.#deployment = deployment;
    this.#market = deployment.markets[market];
  }

  /** The first holders, 100,000 DAI in each token, and those who will come later. */
  async open(time: number): Promise<void> {
    const { baseTokens, clearingHouse, feeds, tokens } = this.#deployment;
    const [, ...people] = (await this.#connection.ethers.getSigners()).slice(0, 6);
    for (const signer of people) {
      await baseTokens.DAI.mint(signer, dai("10000000"));
      for (const spender of [clearingHouse, ...Object.values(tokens)])
        await baseTokens.DAI.connect(signer).approve(spender, NO_LIMIT);
    }
    for (const feed of Object.values(feeds)) await feed.setAt((await feed.latestRoundData())[1], time - 60);
    for (const [index, token] of Object.values(tokens).entries()) {
      await this.#at(time + 5 * index);
      await token.connect(people[0])["deposit(uint256,address)"](dai("100000"), people[0]);
    }
  }

  /** A day's closes: one block with all prices and all rebalances. */
  async close(time: number, closes: Day["closes"]): Promise<void> {
    const rebalances = Object.values(this.#deployment.tokens).map(async (token) => ({
      to: await token.getAddress(),
      data: token.interface.encodeFunctionData("rebalance"),
    }));
    await this.#inOneBlock(time + 5, [...(await this.#prices(closes)), ...(await Promise.all(rebalances))]);
  }

  /** Somebody may come or go at this hour, at a price half-way between two closes. */
  async noon(index: number, time: number, { closes }: Day, next: Day): Promise<void> {
    if (!visitors(index)) return;
    const halfway = Object.entries(closes).map(([name, close]) => [name, (close + next.closes[name]) / 2n]);
    await this.#inOneBlock(time, await this.#prices(Object.fromEntries(halfway)));
    await this.visit(index);
  }

  /** A hedger takes the skew away. */
  async hedge(first: boolean): Promise<void> {
    const { clearingHouse } = this.#deployment;
    const { id, params } = this.#market;
    const hedger = (await this.#connection.ethers.getSigners())[5];
    const { longs, shorts } = await clearingHouse.market(id);
    const amount = shorts - longs;
    const margin = first ? dai("3000000") : 0n;
    const priceLimit = amount > 0n ? NO_LIMIT : 0n;
    const order = { amount, margin, priceLimit, deadline: FOREVER };
    if (amount !== 0n) await clearingHouse.connect(hedger).trade(params, order);
  }

  /** Each holder comes for a while and leaves again, at another time than the others. */
  async visit(index: number): Promise<void> {
    if (!visitors(index)) return;
    const holders = (await this.#connection.ethers.getSigners()).slice(2, 5);
    for (const [number, holder] of holders.entries()) {
      const phase = phaseOf(index, number);
      for (const token of phase === COMES || phase === GOES ? Object.values(this.#deployment.tokens) : []) {
        if (phase === COMES) {
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

  /** Transactions that set feeds. */
  #prices(closes: Day["closes"]) {
    return Promise.all(
      Object.entries(closes).map(async ([name, close]) => {
        const feed = this.#deployment.feeds[name];
        return { to: await feed.getAddress(), data: feed.interface.encodeFunctionData("set", [close]) };
      }),
    );
  }

  async #inOneBlock(time: number, transactions: { to: string; data: string }[]): Promise<void> {
    const { provider } = this.#connection;
    const [keeper] = await this.#connection.ethers.getSigners();
    await provider.request({ method: "evm_setAutomine", params: [false] });
    for (const { to, data } of transactions) {
      await provider.request({
        method: "eth_sendTransaction",
        params: [{ from: keeper.address, to, data, gas: GAS, gasPrice: GAS_PRICE }],
      });
    }
    await this.#at(time);
    await provider.request({ method: "evm_mine", params: [] });
    await provider.request({ method: "evm_setAutomine", params: [true] });
  }

  async #at(time: number): Promise<void> {
    await this.#connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [toBeHex(time)] });
  }
}

/** How many people come and go, and on which days of each 120. */
const HOLDERS = 3;
const [COMES, GOES] = [20, 80];

const phaseOf = (index: number, holder: number) => (index + 37 * holder) % 120;

/** Whether anybody comes or goes on a day. */
const visitors = (index: number) =>
  Array.from({ length: HOLDERS }, (_, number) => phaseOf(index, number)).some(
    (phase) => phase === COMES || phase === GOES,
  );
