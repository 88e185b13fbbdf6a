// Feeds that parameters name, looked at before anything is deployed.
import { expect } from "chai";
import { parseUnits } from "ethers";
import { network } from "hardhat";
import { type Overrides, override, readParameters } from "../../deploy/parameters.ts";
import { checkGivenFeeds } from "../../scripts/lib/givenFeeds.ts";
import type { Chain } from "../../scripts/lib/networks.ts";
import { FaucetToken__factory, SettableFeed__factory } from "../../typechain-types/index.js";

/** What Sepolia's file says of its feed, of another address. */
const at = (address: string) => ({
  address,
  description: "ETH / USD",
  heartbeat: 3600,
  deviation: "0.01",
});

describe("A feed that is named", () => {
  async function check(description: string, age: number, address?: string) {
    const { ethers, networkHelpers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const feed = await new SettableFeed__factory(deployer).deploy(8, description, parseUnits("2000", 8));
    if (age > 0) await networkHelpers.time.increase(age);
    const overrides: Overrides = { sources: { ETH: { feed: at(address ?? (await feed.getAddress())) } } };
    const chain = { provider: ethers.provider, title: "a chain" } as unknown as Chain;
    return checkGivenFeeds(chain, override(readParameters("sepolia"), overrides)).then(
      () => "fine",
      (error: Error) => error.message,
    );
  }

  it("is fine when it prices what it should and answered lately", async () => {
    expect(await check("ETH / USD", 7000)).to.equal("fine");
  });

  it("is refused when it prices something else", async () => {
    expect(await check("BTC / USD", 0)).to.match(/prices BTC \/ USD, not ETH \/ USD/);
  });

  it("is refused when it has not answered for too long", async () => {
    expect(await check("ETH / USD", 10_800)).to.match(
      /last answered 3 h ago; no answer older than 2 h is trusted/,
    );
  });

  it("is refused when nothing is there", async () => {
    expect(await check("ETH / USD", 0, `0x${"11".repeat(20)}`)).to.match(/is no contract on a chain/);
  });

  it("is refused when it is another kind of contract", async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const token = await new FaucetToken__factory(deployer).deploy("Dai Stablecoin", "DAI", 18);
    const feed = at(await token.getAddress());
    const chain = { provider: ethers.provider, title: "a chain" } as unknown as Chain;
    const parameters = override(readParameters("sepolia"), { sources: { ETH: { feed } } });
    const told = await checkGivenFeeds(chain, parameters).catch((error: Error) => error.message);
    expect(told).to.match(/is no price feed/);
  });
});
