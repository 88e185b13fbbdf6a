import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** A ChainlinkSource. Fractions and prices are WAD, ages seconds. */
export interface SourcePlan {
  /** A feed that is there already, or one to be deployed that anyone may set. */
  feed: { address: string } | { decimals: number; description: string; answer: bigint };
  underlying: string;
  maxAge: bigint;
  halfSpread: bigint;
  minPrice: bigint;
  maxPrice: bigint;
  deadAfter: bigint;
}

/** The price sources by name, as `source_ETH`, and their feeds, as `feed_ETH`. */
export const sources = (plans: Record<string, SourcePlan>) =>
  buildModule("Sources", (m) => {
    const named = Object.entries(plans).map(([name, { feed: given, ...config }]) => {
      const id = `feed_${name}`;
      const feed =
        "address" in given
          ? m.contractAt("AggregatorV3Interface", given.address, { id })
          : m.contract("SettableFeed", [given.decimals, given.description, given.answer], { id });
      return {
        name,
        feed,
        source: m.contract("ChainlinkSource", [{ feed, ...config }], { id: `source_${name}` }),
      };
    });
    return {
      ...Object.fromEntries(named.map(({ name, feed }) => [`feed_${name}`, feed])),
      ...Object.fromEntries(named.map(({ name, source }) => [`source_${name}`, source])),
    };
  });
