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
  return { deposit, redeem, trade, close, liquidate, lpDeposit, lpRequest };
}

export async function measureMarket(
  { ethers, networkHelpers }: Chain,
  deployment: Deployment,
  market: BenchMarket,
): Promise<Sent[]> {
  const { clearingHouse } = deployment;
  const { id, pool, token, daily, baseToken, setPrice } = market;
  const measured: Sent[] = [];
  const signers = (await ethers.getSigners()).slice(1);
  const [holder, newHolder, trader, newTrader, keeper, newKeeper] = signers;
  const [lp, newLp, victim, newVictim, newLiquidator, nobody, lastHolder] = signers.slice(6);
  const [marginTrader, leaver, lastLp] = signers.slice(13);
  const { deposit, redeem, trade, close, liquidate, lpDeposit, lpRequest } = actionsOf(deployment, market);
  const fund = async (who: Signer, amount: string) => {
    await baseToken.mint(who, parseUnits(amount, market.decimals));
    await baseToken.connect(who).approve(clearingHouse, MaxUint256);
  };
  for (const who of [holder, newHolder, lastHolder, trader, newTrader, marginTrader, lp, newLp]) {
    await fund(who, "1000000");
  }
  for (const who of [victim, newVictim]) await fund(who, "1000000");
  // These have none, or will have spent it, so that what they are paid is their first BaseToken.
  for (const who of [nobody, leaver, lastLp]) {
    await baseToken.connect(who).transfer(deployment.deployer, await baseToken.balanceOf(who));
  }
  await fund(leaver, "200");
  await fund(lastLp, "1000");

  /** A minute later, at a price that is new but the same or not, one transaction. */
  let price = 500;
  let time = (await networkHelpers.time.latest()) + 3600;
  const at = async (change: number, send: Send) => {
    price *= 1 + change;
    time += 60;
    await networkHelpers.time.setNextBlockTimestamp(time);
    await setPrice(Number(price.toFixed(8)));
    await networkHelpers.time.setNextBlockTimestamp(time + 12);
    return (await (await send()).wait())!;
  };
  const record = async (
    operation: Operation,
    state: Measurement["state"],
    send: Send,
    { change = 0, variant = "" as Sent["variant"], people = {} as Record<string, Signer> } = {},
  ) => {
    const owner = variant === "daily" ? daily : token;
    const before = await clearingHouse.account(id, owner);
    const { gasUsed, hash } = await at(change, send);
    const rebalances = operation === "rebalance" || operation === "mintRebalance";
    if (rebalances && before === (await clearingHouse.account(id, owner))) {
      throw new Error(`${operation} did not trade`);
    }
    const names = Object.fromEntries(Object.entries(people).map(([name, who]) => [name, who.address]));
    measured.push({ operation, state, variant, gas: Number(gasUsed), hash, people: names });
  };

  await record("mint", "first", deposit(token, holder, "10000"), { variant: "empty token" });
  // Enough of everything that nothing below is the first of its kind unless it says so: the market has open interest on
  // both sides, funding, fees and forced trades; the holder, the trader, the keeper and the LP are in it.
  await at(0, trade(trader, "10", "2000"));
  await at(-0.025, () => token.connect(keeper).rebalance());
  await at(0, lpDeposit(lp));
  await at(0, lpRequest(lp));

  await record("mint", "steady", deposit(token, holder, "1000"), { people: { holder } });
  await record("mint", "first", deposit(token, newHolder, "1000"));
  await record("mintRebalance", "steady", deposit(token, holder, "1000"), {
    change: 0.01,
    people: { holder },
  });
  await record("mintRebalance", "first", deposit(token, lastHolder, "1000"), { change: 0.01 });
  await record("redeem", "steady", redeem(token, holder, "500", holder), { people: { holder } });
  await record("redeem", "first", redeem(token, holder, "500", nobody));
  const rebalance = (of: LeveragedToken, who: Signer) => () => of.connect(who).rebalance();
  await record("rebalance", "steady", rebalance(token, keeper), { change: -0.03, people: { keeper } });
  await record("rebalance", "first", rebalance(token, newKeeper), { change: -0.025 });
  await record("open", "steady", trade(trader, "1", "100"), { people: { trader } });
  await record("open", "first", trade(newTrader, "1", "100"));
  await record("openNoTransfer", "steady", trade(trader, "1", "0"), { people: { trader } });
  await at(0, trade(marginTrader, "0", "200"));
  await record("openNoTransfer", "first", trade(marginTrader, "1", "0"));
  await record("close", "steady", close(trader), { people: { trader } });
  await at(0, trade(leaver, "1", "200"));
  await record("close", "first", close(leaver));
  // Between 10x and the maintenance margin of 6 %: what is closed restores 10x.
  await at(0, trade(victim, "10", "550"));
  await at(0, trade(newVictim, "10", "550"));
  const people = { keeper, victim };
  await record("liquidate", "steady", liquidate(keeper, victim), { change: -0.065, people });
  await record("liquidate", "first", liquidate(newLiquidator, newVictim));
  await record("lpDeposit", "steady", lpDeposit(lp), { people: { lp } });
  await record("lpDeposit", "first", lpDeposit(newLp));
  await at(0, lpDeposit(lastLp));
  await record("lpRequest", "steady", lpRequest(lp), { people: { lp } });
  await record("lpRequest", "first", lpRequest(newLp));
  await at(0, lpRequest(lastLp));
  time += 3 * DAY;
  // Somebody else's request stays queued, as it will in a pool that is used.
  await record("lpLeave", "steady", () => pool.execute(lp), { people: { lp } });
  await record("lpLeave", "first", () => pool.execute(lastLp));

  const ofDaily = { variant: "daily" } as const;
  await at(0, deposit(daily, holder, "10000"));
  time += DAY;
  await at(-0.01, rebalance(daily, keeper));
  await record("mint", "steady", deposit(daily, holder, "1000"), ofDaily);
  await record("mint", "first", deposit(daily, newHolder, "1000"), ofDaily);
  await record("redeem", "steady", redeem(daily, holder, "500", holder), ofDaily);
  time += DAY;
  await record("rebalance", "steady", rebalance(daily, keeper), { ...ofDaily, change: -0.01 });
  return measured;
}
