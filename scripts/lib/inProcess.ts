// A chain within this process, deployed and funded anew for one command: to try something that leaves nothing behind.
import { BrowserProvider } from "ethers";
import hre from "hardhat";
import { deploy } from "../../deploy/index.ts";
import { readParameters } from "../../deploy/parameters.ts";
import { build, toAddressBook } from "./deployment.ts";
import { fund, makeHistory } from "./liveChain.ts";
import { type Chain, LOCAL_CHAIN } from "./networks.ts";
import * as ui from "./ui.ts";

export async function openInProcess(): Promise<Chain> {
  await ui.during("compiling", build());
  const connection = await hre.network.create("default");
  const provider = new BrowserProvider(connection.provider, LOCAL_CHAIN, { cacheTimeout: -1 });
  provider.pollingInterval = 20;
  const chain = {
    name: "inProcess",
    title: "a chain in this process",
    url: "",
    chainId: LOCAL_CHAIN,
    local: true,
    provider,
  };
  const deployment = await ui.during("deploying", deploy(connection, readParameters("local")));
  const book = await toAddressBook(LOCAL_CHAIN, "local", deployment);
  await ui.during("funding", fund(chain, book));
  await ui.during("feeding", makeHistory(chain, book));
  return { ...chain, book };
}
