// The contracts of the protocol, with their sizes and what it took to deploy them.
import { artifacts } from "hardhat";
import type { Chain, Deployment } from "./market.ts";

/** Where each is, and what its transaction took; a token and a pool come from a factory, in a transaction of its own. */
export async function deployedContracts(
  { ethers }: Chain,
  { clearingHouse, factory, lens, markets, sources, tokens }: Deployment,
): Promise<{ contract: string; address: string; bytes: number; gas?: number }[]> {
  const deployed: Record<string, string> = {
    ClearingHouse: await clearingHouse.getAddress(),
    Creation: "",
    Resolution: "",
    Views: "",
    LiquidityPoolDeployer: await clearingHouse.poolDeployer(),
    LiquidityPool: await markets.ETHDAI.pool.getAddress(),
    LeveragedTokenFactory: await factory.getAddress(),
    LeveragedTokenDeployer: await factory.tokenDeployer(),
    LeveragedToken: await tokens["5XLONG_ETHDAI"].getAddress(),
    ChainlinkSource: await sources.ETH.getAddress(),
    Lens: await lens.getAddress(),
  };
  // A library that is linked has no address to ask for.
  const libraries = new Map<string, string>();
  for (const name of ["Creation", "Resolution", "Views"]) {
    libraries.set((await artifacts.readArtifact(name)).bytecode, name);
  }
  const gas = new Map<string, number>();
  for (let number = 1; number <= (await ethers.provider.getBlockNumber()); number++) {
    const { prefetchedTransactions } = (await ethers.provider.getBlock(number, true))!;
    for (const { hash, data, to } of prefetchedTransactions) {
      if (to !== null) continue;
      const { contractAddress, gasUsed } = (await ethers.provider.getTransactionReceipt(hash))!;
      gas.set(contractAddress!, Number(gasUsed));
      const library = libraries.get(data);
      if (library !== undefined) deployed[library] = contractAddress!;
    }
  }
  return Promise.all(
    Object.entries(deployed).map(async ([contract, address]) => ({
      contract,
      address,
      bytes: ethers.getBytes(await ethers.provider.getCode(address)).length,
      gas: gas.get(address),
    })),
  );
}
