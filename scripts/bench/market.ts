// The markets that are measured, each with a source, a BaseToken and tokens of its own.
import { type ContractTransactionResponse, parseUnits, ZeroAddress } from "ethers";
import type { network } from "hardhat";
import type { deployLocal, MarketParams } from "../../deploy/index.ts";
import { override, readParameters, toPlan } from "../../deploy/parameters.ts";
import {
  ChainlinkAggregator__factory,
  ChainlinkProxy__factory,
  ChainlinkSource__factory,
  LeveragedToken__factory,
  LiquidityPool__factory,
  OwnSlotSource__factory,
} from "../../typechain-types/index.js";
import type { Measurement } from "./snapshot.ts";

export type Chain = Awaited<ReturnType<typeof network.create>>;
export type Deployment = Awaited<ReturnType<typeof deployLocal>>;
export type BenchMarket = Awaited<ReturnType<typeof createMarket>>;

const LEVERAGE = parseUnits("5", 18);

/** A token of each of the default policies. */
const POLICIES = toPlan(
  override(readParameters("local"), {
    tokens: {
      continuous: { market: "ETHDAI", leverage: "5", policy: "continuous" },
      daily: { market: "ETHDAI", leverage: "5", policy: "daily" },
    },
  }),
).tokens;

export async function gasOf(sending: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sending).wait();
  return Number(receipt!.gasUsed);
}

/** A market of the default local terms in a BaseToken, with a source of its own, and a continuous and a daily 5XLONG. */
export async function createMarket(
  chain: Chain,
  deployment: Deployment,
  feed: Measurement["feed"],
  base: "DAI" | "USDC",
) {
  const { clearingHouse, factory, baseTokens, deployer, markets, sources } = deployment;
  const made = await (feed === "own"
    ? ownSource(chain, sources.ETH, deployer)
    : chainlinkSource(sources.ETH, deployer));
  await made.setPrice(500);
  const params: MarketParams = {
    ...markets[`ETH${base}`].params,
    priceSource: await made.source.getAddress(),
  };
  const baseToken = baseTokens[base];
  const decimals = Number(await baseToken.decimals());
  const seed = parseUnits("1000000", decimals);
  await baseToken.mint(deployer, seed);
  await baseToken.approve(clearingHouse, seed);
  const { id, pool } = await clearingHouse.createMarket.staticCall(params, seed);
  const poolGas = await gasOf(clearingHouse.createMarket(params, seed));
  const createToken = async (policy: bigint) => {
    const address = await factory.createToken.staticCall(params, LEVERAGE, policy);
    const gas = await gasOf(factory.createToken(params, LEVERAGE, policy));
    return { token: LeveragedToken__factory.connect(address, deployer), gas };
  };
  const continuous = await createToken(POLICIES.continuous.policy);
  const daily = await createToken(POLICIES.daily.policy);
  return {
    ...made,
    id,
    params,
    decimals,
    baseToken,
    pool: LiquidityPool__factory.connect(pool, deployer),
    token: continuous.token,
    daily: daily.token,
    gas: { LiquidityPool: poolGas, LeveragedToken: continuous.gas },
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
    feeds: {},
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
    sequencer: ZeroAddress,
    sequencerGrace: 0n,
  });
  return {
    source,
    feeds: { ChainlinkProxy: feed, ChainlinkAggregator: aggregator },
    setPrice: (price: number) => aggregator.transmit(parseUnits(String(price), 8)),
  };
}
