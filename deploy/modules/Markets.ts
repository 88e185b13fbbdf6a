import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { CallableContractFuture, Future } from "@nomicfoundation/ignition-core";
import { type BaseTokenPlan, baseTokens } from "./BaseTokens.ts";
import Protocol from "./Protocol.ts";
import { type ChainlinkPlan, type IndexPlan, sources } from "./Sources.ts";

export interface MarketPlan {
  /** Symbol of a BaseToken. */
  baseToken: string;
  /** Name of a price source. */
  source: string;
  /** The packed words. */
  pricing: bigint;
  risk: bigint;
  /** What the deployer brings to the pool, in the BaseToken's own decimals: from the faucet, or out of the purse. */
  seed: bigint;
}

export interface MarketsPlan {
  baseTokens: Record<string, BaseTokenPlan>;
  sources: Record<string, ChainlinkPlan>;
  indexes: Record<string, IndexPlan>;
  markets: Record<string, MarketPlan>;
}

type Contracts = Record<string, CallableContractFuture<string>>;

/** The MarketParams of a market. */
export const paramsOf = ({ baseToken, source, pricing, risk }: MarketPlan, contracts: Contracts) => ({
  baseToken: named(contracts, baseToken),
  priceSource: named(contracts, `source_${source}`),
  pricing,
  risk,
});

/**
 * The BaseTokens and sources of a plan, and its markets with the deployer as their first liquidity provider: their
 * pools, by name as `pool_ETHDAI`.
 */
export function markets(plan: MarketsPlan) {
  const [baseTokensModule, sourcesModule] = [
    baseTokens(plan.baseTokens),
    sources(plan.sources, plan.indexes),
  ];
  return buildModule("Markets", (m) => {
    const { clearingHouse } = m.useModule(Protocol);
    const contracts: Contracts = { ...m.useModule(baseTokensModule), ...m.useModule(sourcesModule) };
    const pools: Contracts = {};
    // One after the other, as an allowance is for one market only.
    let before: Future[] = [];
    for (const [name, market] of Object.entries(plan.markets)) {
      const baseToken = named(contracts, market.baseToken);
      if (!("address" in plan.baseTokens[market.baseToken])) {
        const minted = m.call(baseToken, "mint", [m.getAccount(0), market.seed], {
          id: `mint_${name}`,
          after: before,
        });
        before = [minted];
      }
      const approved = m.call(baseToken, "approve", [clearingHouse, market.seed], {
        id: `approve_${name}`,
        after: before,
      });
      const created = m.call(clearingHouse, "createMarket", [paramsOf(market, contracts), market.seed], {
        id: `create_${name}`,
        after: [approved],
      });
      const pool = m.readEventArgument(created, "MarketCreated", "pool", { id: `address_${name}` });
      pools[`pool_${name}`] = m.contractAt("LiquidityPool", pool, { id: `pool_${name}` });
      before = [created];
    }
    return { ...contracts, ...pools };
  });
}

function named(contracts: Contracts, name: string): CallableContractFuture<string> {
  if (contracts[name] === undefined) throw new Error(`The plan names ${name} but does not say what it is`);
  return contracts[name];
}
