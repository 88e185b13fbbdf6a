import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { CallableContractFuture } from "@nomicfoundation/ignition-core";

/** A ChainlinkSource. Fractions and prices are WAD, ages seconds. */
export interface ChainlinkPlan {
  /** A feed that is there already, or one to be deployed that anyone may set. */
  feed: { address: string } | { decimals: number; description: string; answer: bigint };
  underlying: string;
  maxAge: bigint;
  halfSpread: bigint;
  minPrice: bigint;
  maxPrice: bigint;
  deadAfter: bigint;
  /** Address of the L2's feed of whether its sequencer is up; zero for none. */
  sequencer: string;
  sequencerGrace: bigint;
}

/** An IndexSource over sources of the plan, by their names. Units, level and weights are WAD, times seconds. */
export interface IndexPlan {
  parts: { source: string; units: bigint }[];
  underlying: string;
  level: bigint;
  maxWeight: bigint;
  delay: bigint;
  deadAfter: bigint;
  /** Address of who may propose a reconstitution; the deployer, if there is none. */
  manager?: string;
}

type Contracts = Record<string, CallableContractFuture<string>>;

/** The price sources by name, as `source_ETH`, and the feeds of those that have one, as `feed_ETH`. */
export const sources = (plans: Record<string, ChainlinkPlan>, indexes: Record<string, IndexPlan> = {}) =>
  buildModule("Sources", (m) => {
    const feeds: Contracts = {};
    const made: Contracts = {};
    for (const [name, { feed: given, ...config }] of Object.entries(plans)) {
      const id = `feed_${name}`;
      const feed =
        "address" in given
          ? m.contractAt("AggregatorV3Interface", given.address, { id })
          : m.contract("SettableFeed", [given.decimals, given.description, given.answer], { id });
      feeds[id] = feed;
      made[`source_${name}`] = m.contract("ChainlinkSource", [{ feed, ...config }], {
        id: `source_${name}`,
      });
    }
    for (const [name, { parts, manager, ...config }] of Object.entries(indexes)) {
      made[`source_${name}`] = m.contract(
        "IndexSource",
        [
          {
            ...config,
            parts: parts.map(({ source, units }) => ({ source: partOf(made, source, name), units })),
            manager: manager ?? m.getAccount(0),
          },
        ],
        { id: `source_${name}` },
      );
    }
    return { ...feeds, ...made };
  });

function partOf(made: Contracts, source: string, index: string) {
  const part = made[`source_${source}`];
  if (part === undefined) throw new Error(`${index} has ${source}, which the plan lacks, as a part`);
  return part;
}
