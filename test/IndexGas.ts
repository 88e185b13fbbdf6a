// What a part of an index costs each time that a block first uses its market: docs/prices.md has these numbers.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parseUnits, ZeroAddress } from "ethers";
import { network } from "hardhat";
import type { AggregatorV3Interface } from "../typechain-types/index.js";
import {
  ChainlinkAggregator__factory,
  ChainlinkProxy__factory,
  ChainlinkSource__factory,
  IndexSource__factory,
  SettableFeed__factory,
} from "../typechain-types/index.js";
import { DAY, wad } from "./fixture.ts";

const { ethers } = await network.create();
const [deployer] = await ethers.getSigners();

async function chainlinkFeed() {
  const aggregator = await new ChainlinkAggregator__factory(deployer).deploy();
  const proxy = await new ChainlinkProxy__factory(deployer).deploy(aggregator);
  await aggregator.addAccess(proxy);
  await aggregator.transmit(parseUnits("1", 8));
  return proxy;
}

const localFeed = () => new SettableFeed__factory(deployer).deploy(8, "X", parseUnits("1", 8));

/** Gas of reading an index of so many parts, all of them touched for the first time, less the 21,000 of a transaction. */
async function gasOf(count: number, feedOf: () => Promise<unknown>) {
  const parts = [];
  for (let i = 0; i < count; i++) {
    const source = await new ChainlinkSource__factory(deployer).deploy({
      feed: (await feedOf()) as AggregatorV3Interface,
      ...{ underlying: "X", maxAge: DAY, halfSpread: wad("0.005"), deadAfter: 3 * DAY },
      ...{ minPrice: 1n, maxPrice: wad("1000"), sequencer: ZeroAddress, sequencerGrace: 0 },
    });
    parts.push({ source: await source.getAddress(), units: wad("100") });
  }
  const index = await new IndexSource__factory(deployer).deploy({
    ...{ underlying: "IDX", parts, level: wad("1000"), maxWeight: wad("1"), manager: ZeroAddress },
    ...{ delay: 4 * DAY, deadAfter: 14 * DAY },
  });
  // A view as a transaction of its own.
  const sent = await deployer.sendTransaction({
    to: index,
    data: index.interface.encodeFunctionData("read"),
  });
  return Number((await sent.wait())!.gasUsed) - 21_064;
}

describe("The gas of an index", () => {
  it("is as docs/prices.md says, to 2 %", async () => {
    const page = readFileSync("docs/prices.md", "utf8");
    for (const [feed, feedOf] of [
      ["local feed", localFeed],
      ["Chainlink", chainlinkFeed],
    ] as const) {
      const [two, seven, twelve] = [await gasOf(2, feedOf), await gasOf(7, feedOf), await gasOf(12, feedOf)];
      const measured = [(twelve - two) / 10, seven, twelve];
      const row = page.match(new RegExp(`^\\| ${feed} \\|(.*)\\|$`, "m"))?.[1] ?? "";
      const written = row.split("|").map((cell) => Number(cell.replaceAll(",", "")));
      for (const [i, value] of measured.entries()) {
        expect(
          Math.abs(value - written[i]),
          `${feed}: measured ${measured}, written ${written}`,
        ).to.be.lessThan(0.02 * value);
      }
    }
  });
});
