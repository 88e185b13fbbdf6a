// What is measured in a market: every operation, each a transaction of its own, so that everything that it touches is cold.
import { type ContractTransactionResponse, MaxUint256, parseUnits } from "ethers";
import type { LeveragedToken } from "../../typechain-types/index.js";
import type { Operation } from "./goals.ts";
import type { BenchMarket, Chain, Deployment } from "./market.ts";
import type { Measurement } from "./snapshot.ts";

type Signer = Awaited<ReturnType<Chain["ethers"]["getSigners"]>>[number];
type Send = () => Promise<ContractTransactionResponse>;

/** A transaction that was measured. */
export interface Sent {
  operation: Operation;
  state: Measurement["state"];
  /** Empty for a continuous token in its ordinary life. */
  variant: "" | "daily" | "empty token";
  gas: number;
  hash: string;
  /** Who did what it was, by name. */
  people: Record<string, string>;
}

const DAY = 86_400;
const FOREVER = 2n ** 40n;
const wad = (amount: string) => parseUnits(amount, 18);

/** The actions of a market's people. */
function actionsOf({ clearingHouse }: Deployment, { params, decimals, pool }: BenchMarket) {
  const base = (amount: string) => parseUnits(amount, decimals);
  const deposit = (token: LeveragedToken, who: Signer, assets: string) => () =>
    token.connect(who)["deposit(uint256,address)"](base(assets), who);
  const redeem = (token: LeveragedToken, who: Signer, shares: string, receiver: Signer) => () =>
    token.connect(who)["redeem(uint256,address,address)"](wad(shares), receiver, who);
  const trade = (who: Signer, amount: string, margin: string) => () =>
    clearingHouse.connect(who).trade(params, {
      amount: wad(amount),
      margin: base(margin),
      priceLimit: MaxUint256,
      deadline: FOREVER,
    });
  const close = (who: Signer) => () => clearingHouse.connect(who).close(params, 0n, FOREVER);
  const liquidate = (who: Signer, of: Signer) => () => clearingHouse.connect(who).liquidate(params, of);
  const lpDeposit = (who: Signer) => () => pool.connect(who).deposit(base("1000"), who);
  const lpRequest = (who: Signer) => () => pool.connect(who).requestRedeem(wad("10"));
  const rebalance = (of: LeveragedToken, who: Signer) => () => of.connect(who).rebalance();
  return { deposit, redeem, rebalance, trade, close, liquidate, lpDeposit, lpRequest };
}

/** Whoever acts in a market. Each has as much BaseToken as it needs, but for those that are paid their first. */
const RICH = ["holder", "newHolder", "lastHolder", "trader", "newTrader", "marginTrader"] as const;
const PROVIDERS = ["lp", "newLp", "victim", "newVictim"] as const;
const WITHOUT = ["keeper", "newKeeper", "newLiquidator"] as const;
/** They have none, or will have spent it, so that what they are paid is their first BaseToken. */
const PAID_FIRST = { nobody: "0", leaver: "200", lastLp: "1000" };

type Name = (typeof RICH | typeof PROVIDERS | typeof WITHOUT)[number] | keyof typeof PAID_FIRST;

interface Options {
  /** Part by which the price moves before. */
  change?: number;
  variant?: Sent["variant"];
  /** Who is in it, for the names of slots. */
  people?: Partial<Record<Name, Signer>>;
}

/** A market while it is measured. */
class Scene {
  readonly sent: Sent[] = [];
  private price = 500;
  private time = 0;
  private readonly chain: Chain;
  private readonly deployment: Deployment;
  private readonly market: BenchMarket;
  private readonly act: ReturnType<typeof actionsOf>;
  private who = {} as Record<Name, Signer>;

  constructor(chain: Chain, deployment: Deployment, market: BenchMarket) {
    [this.chain, this.deployment, this.market] = [chain, deployment, market];
    this.act = actionsOf(deployment, market);
  }

  /** Everybody with BaseToken, and the clock. */
  async begin(): Promise<void> {
    const names = [...RICH, ...PROVIDERS, ...WITHOUT, ...Object.keys(PAID_FIRST)] as Name[];
    const signers = (await this.chain.ethers.getSigners()).slice(1);
    this.who = Object.fromEntries(names.map((name, i) => [name, signers[i]])) as Record<Name, Signer>;
    const { baseToken, decimals } = this.market;
    const fund = async (name: Name, amount: string) => {
      await baseToken.mint(this.who[name], parseUnits(amount, decimals));
      const { pool, token, daily } = this.market;
      for (const spender of [this.deployment.clearingHouse, pool, token, daily]) {
        await baseToken.connect(this.who[name]).approve(spender, MaxUint256);
      }
    };
    for (const name of [...RICH, ...PROVIDERS]) await fund(name, "1000000");
    for (const [name, amount] of Object.entries(PAID_FIRST) as [Name, string][]) {
      // What is left of a market before.
      const left = await baseToken.balanceOf(this.who[name]);
      await baseToken.connect(this.who[name]).transfer(this.deployment.deployer, left);
      if (amount !== "0") await fund(name, amount);
    }
    // The next day at one: until here the chain's clock went on with the machine's, and gas would follow the numbers.
    this.time = (Math.floor((await this.chain.networkHelpers.time.latest()) / DAY) + 1) * DAY + 3_600;
  }

  pass(seconds: number): void {
    this.time += seconds;
  }

  /** A minute later, at a price that is new but the same or not, one transaction. */
  private async at(change: number, send: Send) {
    const { time } = this.chain.networkHelpers;
    this.price *= 1 + change;
    this.time += 60;
    await time.setNextBlockTimestamp(this.time);
    await this.market.setPrice(Number(this.price.toFixed(8)));
    await time.setNextBlockTimestamp(this.time + 12);
    return (await (await send()).wait())!;
  }

  private async record(
    operation: Operation,
    state: Measurement["state"],
    send: Send,
    { change = 0, variant = "", people = {} }: Options = {},
  ): Promise<void> {
    const { id, token, daily } = this.market;
    const owner = variant === "daily" ? daily : token;
    const before = await this.deployment.clearingHouse.account(id, owner);
    const { gasUsed, hash } = await this.at(change, send);
    const rebalances = operation === "rebalance" || operation === "mintRebalance";
    if (rebalances && before === (await this.deployment.clearingHouse.account(id, owner))) {
      throw new Error(`${operation} did not trade`);
    }
    const names = Object.fromEntries(Object.entries(people).map(([name, { address }]) => [name, address]));
    this.sent.push({ operation, state, variant, gas: Number(gasUsed), hash, people: names });
  }

  /**
   * The first mint of the token; then enough of everything that nothing after it is the first of its kind unless it says so:
   * the market has open interest on both sides, funding, fees and forced trades; the holder, the trader, the keeper and the
   * LP are in it.
   */
  async settleIn(): Promise<void> {
    const { holder, trader, keeper, lp } = this.who;
    const { token } = this.market;
    const { deposit, trade, rebalance, lpDeposit, lpRequest } = this.act;
    await this.record("mint", "first", deposit(token, holder, "10000"), { variant: "empty token" });
    await this.at(0, trade(trader, "10", "2000"));
    await this.at(-0.025, rebalance(token, keeper));
    await this.at(0, lpDeposit(lp));
    await this.at(0, lpRequest(lp));
  }

  async ofToken(): Promise<void> {
    const { holder, newHolder, lastHolder, nobody, keeper, newKeeper } = this.who;
    const { token } = this.market;
    const { deposit, redeem, rebalance } = this.act;
    const people = { holder };
    await this.record("mint", "steady", deposit(token, holder, "1000"), { people });
    await this.record("mint", "first", deposit(token, newHolder, "1000"));
    const rise = { change: 0.01, people };
    await this.record("mintRebalance", "steady", deposit(token, holder, "1000"), rise);
    await this.record("mintRebalance", "first", deposit(token, lastHolder, "1000"), { change: 0.01 });
    await this.record("redeem", "steady", redeem(token, holder, "500", holder), { people });
    await this.record("redeem", "first", redeem(token, holder, "500", nobody));
    const fall = { change: -0.03, people: { keeper } };
    await this.record("rebalance", "steady", rebalance(token, keeper), fall);
    await this.record("rebalance", "first", rebalance(token, newKeeper), { change: -0.025 });
  }

  async ofTraders(): Promise<void> {
    const { trader, newTrader, marginTrader, leaver } = this.who;
    const { trade, close } = this.act;
    const people = { trader };
    await this.record("open", "steady", trade(trader, "1", "100"), { people });
    await this.record("open", "first", trade(newTrader, "1", "100"));
    await this.record("openNoTransfer", "steady", trade(trader, "1", "0"), { people });
    await this.at(0, trade(marginTrader, "0", "200"));
    await this.record("openNoTransfer", "first", trade(marginTrader, "1", "0"));
    await this.record("close", "steady", close(trader), { people });
    await this.at(0, trade(leaver, "1", "200"));
    await this.record("close", "first", close(leaver));
  }

  /** Between 10x and the maintenance margin of 6 %: what is closed restores 10x. */
  async ofLiquidators(): Promise<void> {
    const { victim, newVictim, keeper, newLiquidator } = this.who;
    const { trade, liquidate } = this.act;
    await this.at(0, trade(victim, "10", "550"));
    await this.at(0, trade(newVictim, "10", "550"));
    const fall = { change: -0.065, people: { keeper, victim } };
    await this.record("liquidate", "steady", liquidate(keeper, victim), fall);
    await this.record("liquidate", "first", liquidate(newLiquidator, newVictim));
  }

  async ofPool(): Promise<void> {
    const { lp, newLp, lastLp } = this.who;
    const { lpDeposit, lpRequest } = this.act;
    const people = { lp };
    await this.record("lpDeposit", "steady", lpDeposit(lp), { people });
    await this.record("lpDeposit", "first", lpDeposit(newLp));
    await this.at(0, lpDeposit(lastLp));
    await this.record("lpRequest", "steady", lpRequest(lp), { people });
    await this.record("lpRequest", "first", lpRequest(newLp));
    await this.at(0, lpRequest(lastLp));
    this.pass(3 * DAY);
    // Somebody else's request stays queued, as it will in a pool that is used.
    const { pool } = this.market;
    await this.record("lpLeave", "steady", () => pool.execute(lp), { people });
    await this.record("lpLeave", "first", () => pool.execute(lastLp));
  }

  async ofDailyToken(): Promise<void> {
    const { holder, newHolder, keeper } = this.who;
    const { daily } = this.market;
    const { deposit, redeem, rebalance } = this.act;
    const variant = "daily";
    await this.at(0, deposit(daily, holder, "10000"));
    this.pass(DAY);
    await this.at(-0.01, rebalance(daily, keeper));
    await this.record("mint", "steady", deposit(daily, holder, "1000"), { variant });
    await this.record("mint", "first", deposit(daily, newHolder, "1000"), { variant });
    await this.record("redeem", "steady", redeem(daily, holder, "500", holder), { variant });
    this.pass(DAY);
    await this.record("rebalance", "steady", rebalance(daily, keeper), { variant, change: -0.01 });
  }
}

/** Every operation in a market, in the order of its life. */
export async function measureMarket(
  chain: Chain,
  deployment: Deployment,
  market: BenchMarket,
): Promise<Sent[]> {
  const scene = new Scene(chain, deployment, market);
  await scene.begin();
  await scene.settleIn();
  await scene.ofToken();
  await scene.ofTraders();
  await scene.ofLiquidators();
  await scene.ofPool();
  await scene.ofDailyToken();
  return scene.sent;
}
