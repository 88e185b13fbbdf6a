import { readFileSync } from "node:fs";
import { Interface, ZeroAddress } from "ethers";
import { type Parameters, toPlan } from "../../deploy/parameters.ts";
import type { AddressBook } from "../../sdk/deployment.ts";
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
  PythSource__factory,
  Router__factory,
  SettableFeed__factory,
  TokenLens__factory,
} from "../../typechain-types/index.js";
import { deploymentFolder } from "./addressBook.ts";
import type { TokenInfo } from "./session.ts";

/** A contract of ours at an address, as a verifier wants it. */
export interface Verifiable {
  contract: string;
  address: string;
  constructorArgs: unknown[];
  libraries?: Record<string, string>;
}

const ACCESS_MANAGER = "@openzeppelin/contracts/access/manager/AccessManager.sol:AccessManager";

/** Every contract of ours that a deployment made, with what it was constructed from. Feeds of others are left out. */
export function verifiables(book: AddressBook, parameters: Parameters, tokens: TokenInfo[]): Verifiable[] {
  const at = JSON.parse(readFileSync(`${deploymentFolder(book.chainId)}/deployed_addresses.json`, "utf8"));
  const plan = toPlan(parameters);
  const found: Verifiable[] = [];
  const add = (
    path: string,
    address: string,
    abi: readonly object[],
    constructorArgs: unknown[],
    libraries = {},
  ) => {
    // Throws if these can't be its arguments.
    new Interface(abi as never).encodeDeploy(constructorArgs);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const contract = path.startsWith("@") ? path : `contracts/${path}.sol:${name}`;
    found.push({ contract, address, constructorArgs, libraries });
  };
  const protocol = (name: string): string => at[`Protocol#${name}`];
  const { clearingHouse, factory, accessManager, deployer } = book;
  const quotes = protocol("Quotes");
  const linked = {
    Creation: protocol("Creation"),
    Resolution: protocol("Resolution"),
    Views: protocol("Views"),
  };
  const feeReceiver = parameters.roles.feeReceiver ?? deployer;
  const parts = [accessManager, feeReceiver, factory, protocol("LiquidityPoolDeployer")];
  add(ACCESS_MANAGER, accessManager, AccessManager__factory.abi, [deployer]);
  add("clearing/LiquidityPoolDeployer", protocol("LiquidityPoolDeployer"), [], []);
  add("token/Quotes", quotes, [], []);
  add("token/LeveragedTokenDeployer", protocol("LeveragedTokenDeployer"), [], [], { Quotes: quotes });
  for (const [name, address] of Object.entries(linked)) add(`clearing/${name}`, address, [], []);
  add("token/LeveragedTokenFactory", factory, LeveragedTokenFactory__factory.abi, [
    protocol("LeveragedTokenDeployer"),
  ]);
  add("clearing/ClearingHouse", clearingHouse, ClearingHouse__factory.abi, parts, linked);
  add("periphery/Lens", book.lens, Lens__factory.abi, [clearingHouse]);
  add("periphery/TokenLens", book.tokenLens, TokenLens__factory.abi, [factory]);
  add("oracle/NetAssetValueFeedFactory", book.feedFactory, NetAssetValueFeedFactory__factory.abi, [
    clearingHouse,
  ]);
  const uniswapFactory = parameters.uniswap.factory ?? ZeroAddress;
  add("periphery/Router", book.router, Router__factory.abi, [clearingHouse, uniswapFactory]);
  add("periphery/PriceLens", book.priceLens, [], []);
  for (const [symbol, token] of Object.entries(plan.baseTokens)) {
    if ("address" in token) continue;
    add("local/FaucetToken", book.baseTokens[symbol], FaucetToken__factory.abi, [
      token.name,
      symbol,
      token.decimals,
    ]);
  }
  for (const [name, { feed, ...config }] of Object.entries(plan.sources)) {
    if (!("address" in feed)) {
      const made = [feed.decimals, feed.description, feed.answer];
      add("local/SettableFeed", book.feeds[name], SettableFeed__factory.abi, made);
    }
    const source = [{ feed: book.feeds[name], ...config }];
    add("oracle/ChainlinkSource", book.sources[name], ChainlinkSource__factory.abi, source);
  }
  for (const [name, config] of Object.entries(plan.pyths)) {
    add("oracle/PythSource", book.sources[name], PythSource__factory.abi, [config]);
  }
  for (const [name, { sources, ...config }] of Object.entries(plan.medians)) {
    add("oracle/MedianSource", book.sources[name], MedianSource__factory.abi, [
      { ...config, sources: sources.map((source) => book.sources[source]) },
    ]);
  }
  for (const [name, { parts, ...config }] of Object.entries(plan.indexes)) {
    const listed = parts.map(({ source, units }) => ({ source: book.sources[source], units }));
    add("oracle/IndexSource", book.sources[name], IndexSource__factory.abi, [
      { ...config, parts: listed, manager: config.manager ?? deployer },
    ]);
  }
  for (const [name, { seed, baseToken }] of Object.entries(plan.markets)) {
    const market = paramsOf(book, name);
    const wad = seed * 10n ** BigInt(18 - plan.baseTokens[baseToken].decimals);
    add("clearing/LiquidityPool", book.markets[name].pool, LiquidityPool__factory.abi, [
      clearingHouse,
      market,
      deployer,
      wad,
    ]);
  }
  for (const { name, address, leverage, market } of tokens) {
    const planned = plan.tokens[name];
    if (planned === undefined) continue;
    const made = [clearingHouse, paramsOf(book, market.name), leverage, planned.policy, name];
    add("token/LeveragedToken", address, LeveragedToken__factory.abi, made, { Quotes: quotes });
    add("oracle/NetAssetValueFeed", book.valueFeeds[name], NetAssetValueFeed__factory.abi, [address]);
  }
  return found;
}

function paramsOf(book: AddressBook, name: string) {
  const { baseToken, priceSource, pricing, risk } = book.markets[name];
  return { baseToken, priceSource, pricing, risk };
}
