// What needs Hardhat: only the verbs that deploy load it.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { type Deployment, deploy } from "../../deploy/index.ts";
import type { Parameters } from "../../deploy/parameters.ts";
import type { AddressBook } from "../../sdk/deployment.ts";
import { UserError } from "../../sdk/UserError.ts";
import { deploymentFolder, deploymentId, readAddressBook, writeAddressBook } from "./addressBook.ts";
import { type Chain, privateKey } from "./networks.ts";
import { resuming } from "./resume.ts";

/** Compiles what has changed. */
export async function build(): Promise<void> {
  // Two builds at once are in each other's way: tests that run several scripts have built already.
  if (process.env.LT_BUILT !== undefined) return;
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}

/** Deploys, or takes up a deployment where it stopped, and writes down what is where. */
export async function deployTo(chain: Chain, name: string, parameters: Parameters): Promise<AddressBook> {
  await forgetDeadChain(chain);
  // Ignition looks for new blocks once a second, which on a chain that mines at once is most of the time it takes.
  if (chain.local) Object.assign(hre.config.ignition, { blockPollingInterval: 50 });
  const connection = await connectTo(chain);
  try {
    const deployment = await resuming(chain, () =>
      deploy(connection, parameters, deploymentId(chain.chainId)),
    );
    const book = await toAddressBook(chain.chainId, name, deployment);
    writeAddressBook(book);
    return book;
  } catch (error) {
    throw explain(error);
  } finally {
    await connection.close();
  }
}

async function connectTo(chain: Chain): Promise<NetworkConnection> {
  const accounts = chain.local ? "remote" : [await privateKey(chain)];
  // A chain by address alone is connected to as the local node is, without a chain id to insist on.
  return hre.network.create({ network: chain.name ?? "localhost", override: { url: chain.url, accounts } });
}

/**
 * A local chain that was started anew has none of what the journal says: its first block is another. On any other chain
 * a journal is never thrown away.
 */
async function forgetDeadChain(chain: Chain): Promise<void> {
  const folder = deploymentFolder(chain.chainId);
  const file = `${folder}/genesis`;
  if (!chain.local) {
    const book = readAddressBook(chain.chainId);
    if (book === undefined || (await chain.provider.getCode(book.clearingHouse)) !== "0x") return;
    throw new UserError(
      `${folder} tells of a deployment that ${chain.title} does not have.`,
      "Is it the right network? If the deployment is lost for good, move the folder away.",
    );
  }
  const genesis = (await chain.provider.getBlock(0))?.hash ?? "";
  if (existsSync(folder) && (!existsSync(file) || readFileSync(file, "utf8") !== genesis)) {
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, genesis);
}

export async function toAddressBook(
  chainId: number,
  parameters: string,
  deployment: Deployment,
): Promise<AddressBook> {
  const addresses = async (entries: Record<string, { getAddress(): Promise<string> }>) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(entries).map(async ([name, c]) => [name, await c.getAddress()] as const),
      ),
    );
  const { accessManager, clearingHouse, factory, lens, priceLens, markets } = deployment;
  const marketEntries = Object.entries(markets).map(async ([name, { params, id, pool }]) => {
    const { baseToken, priceSource, pricing, risk } = params;
    const words = { pricing: pricing.toString(), risk: risk.toString() };
    return [name, { baseToken, priceSource, ...words, id, pool: await pool.getAddress() }] as const;
  });
  return {
    chainId,
    parameters,
    deployer: await deployment.deployer.getAddress(),
    accessManager: await accessManager.getAddress(),
    clearingHouse: await clearingHouse.getAddress(),
    factory: await factory.getAddress(),
    lens: await lens.getAddress(),
    priceLens: await priceLens.getAddress(),
    baseTokens: await addresses(deployment.baseTokens),
    feeds: await addresses(deployment.feeds),
    sources: await addresses({ ...deployment.sources, ...deployment.indexes }),
    markets: Object.fromEntries(await Promise.all(marketEntries)),
  };
}

function explain(error: unknown): UserError {
  const text = error instanceof Error ? error.message : String(error);
  const again = "What was done is kept: mend the cause, then run the same command again to go on from there.";
  if (/insufficient funds|enough funds/i.test(text)) {
    return new UserError("The deployer ran out of ETH for gas in the middle.", again, error);
  }
  return new UserError(`The deployment stopped: ${text.split("\n").slice(0, 6).join(" ")}`, again, error);
}
