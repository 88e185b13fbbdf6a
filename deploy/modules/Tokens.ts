import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { CallableContractFuture } from "@nomicfoundation/ignition-core";
import { type MarketsPlan, markets, paramsOf } from "./Markets.ts";
import Protocol from "./Protocol.ts";

export interface TokenPlan {
  /** Name of a market. */
  market: string;
  /** L, WAD. */
  leverage: bigint;
  /** The packed word. */
  policy: bigint;
}

export interface Plan extends MarketsPlan {
  tokens: Record<string, TokenPlan>;
}

/**
 * Everything of a plan: the protocol, its markets, and its LeveragedTokens with the feeds of what they are worth, by name as
 * `token_5XLONG_ETHDAI` and `value_5XLONG_ETHDAI`.
 */
export function tokens(plan: Plan) {
  const marketsModule = markets(plan);
  return buildModule("Tokens", (m) => {
    const protocol = m.useModule(Protocol);
    const contracts = m.useModule(marketsModule);
    const made: Record<string, CallableContractFuture<string>> = {};
    for (const [name, { market, leverage, policy }] of Object.entries(plan.tokens)) {
      const pool = contracts[`pool_${market}`];
      if (pool === undefined) throw new Error(`${name} is for ${market}, a market that the plan lacks`);
      const params = paramsOf(plan.markets[market], contracts);
      const created = m.call(protocol.factory, "createToken", [params, leverage, policy], {
        id: `create_${name}`,
        after: [pool],
      });
      const address = m.readEventArgument(created, "TokenCreated", "token", { id: `address_${name}` });
      made[`token_${name}`] = m.contractAt("LeveragedToken", address, { id: `token_${name}` });
      const valued = m.call(protocol.feedFactory, "createFeed", [address], { id: `value_create_${name}` });
      const feed = m.readEventArgument(valued, "FeedCreated", "feed", { id: `value_address_${name}` });
      made[`value_${name}`] = m.contractAt("NetAssetValueFeed", feed, { id: `value_${name}` });
    }
    return { ...protocol, ...contracts, ...made };
  });
}
