import { AbiCoder, keccak256, type Signer } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import {
  AccessManager__factory,
  ChainlinkSource__factory,
  ClearingHouse__factory,
  FaucetToken__factory,
  IndexSource__factory,
  Lens__factory,
  LeveragedToken__factory,
  LeveragedTokenFactory__factory,
  LiquidityPool__factory,
  MedianSource__factory,
  NetAssetValueFeed__factory,
  NetAssetValueFeedFactory__factory,
  PriceLens__factory,
  PythSource__factory,
  Router__factory,
  SettableFeed__factory,
  TokenLens__factory,
} from "../typechain-types/index.js";
import { handover } from "./modules/Handover.ts";
import { type Plan, tokens } from "./modules/Tokens.ts";
import { type Overrides, override, type Parameters, readParameters, toPlan } from "./parameters.ts";

export { FRICTIONLESS, WITHOUT_AI } from "./overrides.ts";
export { type Overrides, type Parameters, readParameters } from "./parameters.ts";

/** The market's parameters as the contracts take them. */
export interface MarketParams {
  baseToken: string;
  priceSource: string;
  pricing: bigint;
  risk: bigint;
}

export type Deployment = Awaited<ReturnType<typeof deploy>>;

/**
 * Deploys what deploy/parameters/local.json5 says, some of it replaced, by each of the overrides in turn. Its tokens and feeds
 * are for anyone to use.
 */
export async function deployLocal(connection: NetworkConnection, ...overrides: Overrides[]) {
  return deploy(connection, overrides.reduce(override, readParameters("local")));
}

/**
 * Deploys parameters through the modules, or takes up a deployment to a real network where it stopped; everything comes
 * connected to the deployer, who is the connection's first account.
 */
export async function deploy(connection: NetworkConnection, parameters: Parameters, deploymentId?: string) {
  const plan = toPlan(parameters);
  const { admin, ...roles } = parameters.roles;
  const { factory: uniswapFactory } = parameters.uniswap;
  const found: Record<string, { getAddress(): Promise<string> }> = await connection.ignition.deploy(
    admin === undefined ? tokens(plan) : handover(plan),
    {
      parameters: {
        Protocol: { ...roles, ...(uniswapFactory === undefined ? {} : { uniswapFactory }) },
        ...(admin === undefined ? {} : { Handover: { admin } }),
      },
      deploymentId,
    },
  );
  const addresses = Object.fromEntries(
    await Promise.all(Object.entries(found).map(async ([name, c]) => [name, await c.getAddress()] as const)),
  );
  const [deployer] = await connection.ethers.getSigners();
  return connect(plan, addresses, deployer);
}

/** What was deployed, typed. */
function connect(plan: Plan, addresses: Record<string, string>, deployer: Signer) {
  const each = <T, U>(entries: Record<string, T>, map: (name: string, entry: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, map(name, entry)]));
  return {
    deployer,
    clearingHouse: ClearingHouse__factory.connect(addresses.clearingHouse, deployer),
    lens: Lens__factory.connect(addresses.lens, deployer),
    tokenLens: TokenLens__factory.connect(addresses.tokenLens, deployer),
    feedFactory: NetAssetValueFeedFactory__factory.connect(addresses.feedFactory, deployer),
    router: Router__factory.connect(addresses.router, deployer),
    priceLens: PriceLens__factory.connect(addresses.priceLens, deployer),
    factory: LeveragedTokenFactory__factory.connect(addresses.factory, deployer),
    accessManager: AccessManager__factory.connect(addresses.accessManager, deployer),
    /** By symbol. Only those that were deployed have a faucet. */
    baseTokens: each(plan.baseTokens, (name) => FaucetToken__factory.connect(addresses[name], deployer)),
    /** By name of their source. Only those that were deployed can be set. */
    feeds: each(plan.sources, (name) => SettableFeed__factory.connect(addresses[`feed_${name}`], deployer)),
    sources: each(plan.sources, (name) =>
      ChainlinkSource__factory.connect(addresses[`source_${name}`], deployer),
    ),
    pyths: each(plan.pyths, (name) => PythSource__factory.connect(addresses[`source_${name}`], deployer)),
    medians: each(plan.medians, (name) =>
      MedianSource__factory.connect(addresses[`source_${name}`], deployer),
    ),
    /** The sources that are baskets of others. */
    indexes: each(plan.indexes, (name) =>
      IndexSource__factory.connect(addresses[`source_${name}`], deployer),
    ),
    markets: each(plan.markets, (name, { baseToken, source, pricing, risk }) => {
      const params: MarketParams = {
        baseToken: addresses[baseToken],
        priceSource: addresses[`source_${source}`],
        pricing,
        risk,
      };
      return {
        params,
        id: toId(params),
        pool: LiquidityPool__factory.connect(addresses[`pool_${name}`], deployer),
      };
    }),
    tokens: each(plan.tokens, (name) =>
      LeveragedToken__factory.connect(addresses[`token_${name}`], deployer),
    ),
    /** What a token is worth, by the token's name. */
    valueFeeds: each(plan.tokens, (name) =>
      NetAssetValueFeed__factory.connect(addresses[`value_${name}`], deployer),
    ),
  };
}

/** The id of a market: the hash of its parameters. */
const toId = ({ baseToken, priceSource, pricing, risk }: MarketParams) =>
  keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["address", "address", "uint256", "uint256"],
      [baseToken, priceSource, pricing, risk],
    ),
  );
