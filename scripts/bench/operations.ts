import { type ContractTransactionResponse, MaxUint256, parseUnits } from "ethers";
import { artifacts, network } from "hardhat";
import { deployLocal, type MarketParams } from "../../deploy/index.ts";
import {
  ChainlinkAggregator__factory,
  ChainlinkProxy__factory,
  ChainlinkSource__factory,
  LeveragedToken__factory,
  LiquidityPool__factory,
  OwnSlotSource__factory,
} from "../../typechain-types/index.js";
import type { Operation } from "./goals.ts";

/** `own` is a feed of one slot; `chainlink` reads what the real proxy and aggregator read. */
export const FEEDS = ["own", "chainlink"] as const;

export interface Measurement {
  operation: Operation;
  feed: (typeof FEEDS)[number];
  /** `steady`: whoever calls already holds the token, position, shares or reward. `first`: not yet. */
  state: "steady" | "first";
  gas: number;
}

export interface Contract {
  contract: string;
  /** Size of its code. */
  bytes: number;
  /** Gas of the transaction that deployed it; for a token and a pool of the one that made them through a factory. */
  gas: number;
}

/** What snapshots/gas.json holds. */
export interface Snapshot {
  operations: Measurement[];
  contracts: Contract[];
}

type Chain = Awaited<ReturnType<typeof network.create>>;
type Deployment = Awaited<ReturnType<typeof deployLocal>>;

const WAD = 10n ** 18n;
const dai = (amount: string) => parseUnits(amount, 18);
const FOREVER = 2n ** 40n;

/** Measures every operation on every feed, each a transaction of its own on a chain in this process. */
export async function measure(): Promise<Snapshot> {
  // At a fixed time, so that every run measures the same numbers.
  const chain = await network.create({ override: { initialDate: "2026-01-01T00:00:00Z" } });
  const deployment = await deployLocal(chain);
  const operations: Measurement[] = [];
  const made: Record<string, number> = {};
  for (const feed of FEEDS) {
    const market = await createMarket(chain, deployment, feed);
    operations.push(...(await measureMarket(chain, deployment, market, feed)));
    if (feed === "own") Object.assign(made, market.gas);
  }
  return { operations, contracts: await contractsOf(chain, deployment, made) };
}

/** A market of the default local terms with a source of its own, and the default 5XLONG on it. */
async function createMarket(chain: Chain, deployment: Deployment, feed: Measurement["feed"]) {
  const { clearingHouse, factory, baseTokens, deployer, markets, sources, tokens } = deployment;
  const { source, setPrice } =
    feed === "own"
      ? await ownSource(chain, sources.ETH, deployer)
      : await chainlinkSource(sources.ETH, deployer);
  await setPrice(500);
  const params: MarketParams = { ...markets.ETHDAI.params, priceSource: await source.getAddress() };
  const seed = dai("1000000");
  await baseTokens.DAI.mint(deployer, seed);
  await baseTokens.DAI.approve(clearingHouse, seed);
  const { id, pool } = await clearingHouse.createMarket.staticCall(params, seed);
  const poolGas = await gasOf(clearingHouse.createMarket(params, seed));
  const policy = await tokens["5XLONG_ETHDAI"].policy();
  const token = await factory.createToken.staticCall(params, 5n * WAD, policy);
  const tokenGas = await gasOf(factory.createToken(params, 5n * WAD, policy));
  return {
    id,
    params,
    setPrice,
    pool: LiquidityPool__factory.connect(pool, deployer),
    token: LeveragedToken__factory.connect(token, deployer),
    gas: { LiquidityPool: poolGas, LeveragedToken: tokenGas },
  };
}

async function ownSource(
  chain: Chain,
  like: Deployment["sources"][string],
  deployer: Deployment["deployer"],
) {
  const source = await new OwnSlotSource__factory(deployer).deploy();
  const halfSpread = await like.halfSpread();
  return {
    source,
    setPrice: async (price: number) => {
      const time = await chain.networkHelpers.time.latest();
      await source.set(parseUnits(String(price), 18), halfSpread, time);
    },
  };
}

async function chainlinkSource(like: Deployment["sources"][string], deployer: Deployment["deployer"]) {
  const aggregator = await new ChainlinkAggregator__factory(deployer).deploy();
  const feed = await new ChainlinkProxy__factory(deployer).deploy(aggregator);
  await aggregator.addAccess(feed);
  const source = await new ChainlinkSource__factory(deployer).deploy({
    feed,
    underlying: "ETH",
    maxAge: await like.maxAge(),
    halfSpread: await like.halfSpread(),
    minPrice: await like.minPrice(),
    maxPrice: await like.maxPrice(),
    deadAfter: await like.deadAfter(),
  });
  return { source, setPrice: (price: number) => aggregator.transmit(parseUnits(String(price), 8)) };
}

async function measureMarket(
  { ethers, networkHelpers }: Chain,
  { clearingHouse, baseTokens }: Deployment,
  { params, id, pool, token, setPrice }: Awaited<ReturnType<typeof createMarket>>,
  feed: Measurement["feed"],
): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  const [
    ,
    holder,
    newHolder,
    trader,
    newTrader,
    keeper,
    newKeeper,
    lp,
    newLp,
    victim,
    newVictim,
    newLiquidator,
  ] = await ethers.getSigners();
  for (const who of [holder, newHolder, trader, newTrader, lp, newLp, victim, newVictim]) {
    await baseTokens.DAI.mint(who, dai("1000000"));
    for (const spender of [clearingHouse, token, pool]) {
      await baseTokens.DAI.connect(who).approve(spender, MaxUint256);
    }
  }
  const depositOf = (who: typeof holder, assets: string) => () =>
    token.connect(who)["deposit(uint256,address)"](dai(assets), who);
  const redeemOf = (who: typeof holder, shares: string) => () =>
    token.connect(who)["redeem(uint256,address,address)"](dai(shares), who, who);
  const tradeOf = (who: typeof holder, amount: string, margin: string) => () =>
    clearingHouse.connect(who).trade(params, {
      amount: dai(amount),
      margin: dai(margin),
      priceLimit: MaxUint256,
      deadline: FOREVER,
    });

  /** A minute later, at a price that is new but the same or not, one transaction. */
  let price = 500;
  let time = (await networkHelpers.time.latest()) + 3600;
  const at = async (change: number, send: () => Promise<ContractTransactionResponse>) => {
    price *= 1 + change;
    time += 60;
    await networkHelpers.time.setNextBlockTimestamp(time);
    await setPrice(Number(price.toFixed(8)));
    await networkHelpers.time.setNextBlockTimestamp(time + 12);
    return gasOf(send());
  };
  const record = async (
    operation: Operation,
    state: Measurement["state"],
    send: () => Promise<ContractTransactionResponse>,
    change = 0,
  ) => {
    const traded = await clearingHouse.account(id, token);
    const gas = await at(change, send);
    const rebalances = operation === "rebalance" || operation === "mintRebalance";
    if (rebalances && traded === (await clearingHouse.account(id, token)))
      throw new Error(`${operation} did not trade`);
    measured.push({ operation, feed, state, gas });
  };

  // Enough of everything that nothing below is the first of its kind unless it says so: the market has open interest on
  // both sides, funding, fees and forced trades; the holder, the trader, the keeper and the LP are in it.
  await at(0, depositOf(holder, "10000"));
  await at(0, tradeOf(trader, "10", "2000"));
  await at(-0.025, () => token.connect(keeper).rebalance());
  await at(0, () => pool.connect(lp).deposit(dai("1000"), lp));
  await at(0, () => pool.connect(lp).requestRedeem(dai("10")));

  await record("mint", "steady", depositOf(holder, "1000"));
  await record("mint", "first", depositOf(newHolder, "1000"));
  await record("mintRebalance", "steady", depositOf(holder, "1000"), 0.01);
  await record("redeem", "steady", redeemOf(holder, "500"));
  await record("rebalance", "steady", () => token.connect(keeper).rebalance(), -0.025);
  await record("rebalance", "first", () => token.connect(newKeeper).rebalance(), -0.025);
  await record("open", "steady", tradeOf(trader, "1", "100"));
  await record("open", "first", tradeOf(newTrader, "1", "100"));
  await record("openNoTransfer", "steady", tradeOf(trader, "1", "0"));
  await record("close", "steady", () => clearingHouse.connect(trader).close(params, 0n, FOREVER));
  // Between 10x and the maintenance margin of 6 %: what is closed restores 10x.
  await at(0, tradeOf(victim, "10", "550"));
  await at(0, tradeOf(newVictim, "10", "550"));
  const liquidationOf = (caller: typeof holder, of: typeof holder) => () =>
    clearingHouse.connect(caller).liquidate(params, of);
  await record("liquidate", "steady", liquidationOf(keeper, victim), -0.065);
  await record("liquidate", "first", liquidationOf(newLiquidator, newVictim));
  await record("lpDeposit", "steady", () => pool.connect(lp).deposit(dai("1000"), lp));
  await record("lpDeposit", "first", () => pool.connect(newLp).deposit(dai("1000"), newLp));
  await record("lpRequest", "steady", () => pool.connect(lp).requestRedeem(dai("10")));
  await record("lpRequest", "first", () => pool.connect(newLp).requestRedeem(dai("10")));
  time += 3 * 24 * 3600;
  // Somebody else's request stays queued, as it will in a pool that is used.
  await record("lpLeave", "steady", () => pool.execute(lp));
  return measured;
}

async function gasOf(sending: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sending).wait();
  return Number(receipt!.gasUsed);
}

/** The contracts of the protocol, with what a transaction of the deployment of each took. */
async function contractsOf(
  { ethers }: Chain,
  { clearingHouse, factory, lens, markets, sources, tokens }: Deployment,
  made: Record<string, number>,
): Promise<Contract[]> {
  const deployed: Record<string, string> = {
    ClearingHouse: await clearingHouse.getAddress(),
    Resolution: "",
    LiquidityPoolDeployer: await clearingHouse.poolDeployer(),
    LiquidityPool: await markets.ETHDAI.pool.getAddress(),
    LeveragedTokenFactory: await factory.getAddress(),
    LeveragedTokenDeployer: await factory.tokenDeployer(),
    LeveragedToken: await tokens["5XLONG_ETHDAI"].getAddress(),
    ChainlinkSource: await sources.ETH.getAddress(),
    Lens: await lens.getAddress(),
  };
  // A library that is linked has no address to ask for.
  const { bytecode } = await artifacts.readArtifact("Resolution");
  const gas = new Map<string, number>();
  for (let number = 1; number <= (await ethers.provider.getBlockNumber()); number++) {
    const { prefetchedTransactions } = (await ethers.provider.getBlock(number, true))!;
    for (const { hash, data } of prefetchedTransactions) {
      const { contractAddress, gasUsed } = (await ethers.provider.getTransactionReceipt(hash))!;
      if (contractAddress === null) continue;
      gas.set(contractAddress, Number(gasUsed));
      if (data === bytecode) deployed.Resolution = contractAddress;
    }
  }
  return Promise.all(
    Object.entries(deployed).map(async ([contract, address]) => ({
      contract,
      bytes: ethers.getBytes(await ethers.provider.getCode(address)).length,
      gas: gas.get(address) ?? made[contract],
    })),
  );
}
