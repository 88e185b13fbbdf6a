import { FetchRequest, isHexString, JsonRpcProvider, Network } from "ethers";
import { UserError } from "../../sdk/UserError.ts";
import { nearest } from "./names.ts";

/** A chain that can be named. */
export interface NetworkInfo {
  title: string;
  chainId: number;
  /** The file in deploy/parameters. */
  parameters: string;
  /** The environment variable with its address. */
  urlVariable: string;
  url?: string;
}

export const LOCAL_CHAIN = 31_337;
export const KEY_VARIABLE = "DEPLOYER_PRIVATE_KEY";

export const NETWORKS: Record<string, NetworkInfo> = {
  localhost: {
    title: "the local node",
    chainId: LOCAL_CHAIN,
    parameters: "local",
    urlVariable: "LOCALHOST_RPC_URL",
    url: "http://127.0.0.1:8545",
  },
  sepolia: {
    title: "Sepolia",
    chainId: 11_155_111,
    parameters: "sepolia",
    urlVariable: "SEPOLIA_RPC_URL",
  },
  baseSepolia: {
    title: "Base Sepolia",
    chainId: 84_532,
    parameters: "baseSepolia",
    urlVariable: "BASE_SEPOLIA_RPC_URL",
  },
  arbitrumSepolia: {
    title: "Arbitrum Sepolia",
    chainId: 421_614,
    parameters: "arbitrumSepolia",
    urlVariable: "ARBITRUM_SEPOLIA_RPC_URL",
  },
};

/** A chain that answers. */
export interface Chain {
  /** The name in NETWORKS, or undefined for one by address. */
  name?: string;
  title: string;
  url: string;
  chainId: number;
  local: boolean;
  provider: JsonRpcProvider;
}

/** What --network or --rpc name. */
export async function openChain(options: { network: string; rpc?: string }): Promise<Chain> {
  const info = NETWORKS[options.network];
  if (info === undefined) {
    throw new UserError(
      `There is no network "${options.network}".`,
      `${nearest(options.network, Object.keys(NETWORKS))}, or give an address with --rpc.`,
    );
  }
  const url = options.rpc ?? (await addressOf(options.network, info));
  const shown = hideSecrets(url);
  const chainId = await askChainId(url, shown);
  if (options.rpc === undefined && chainId !== info.chainId) {
    throw new UserError(
      `${info.urlVariable} leads to chain ${chainId}, but ${info.title} is chain ${info.chainId}.`,
      `Correct the address, or use --rpc for a chain that has no name here.`,
    );
  }
  const named = Object.entries(NETWORKS).find(([, { chainId: id }]) => id === chainId);
  const provider = new JsonRpcProvider(request(url), Network.from(chainId), {
    staticNetwork: true,
    // What was true a moment ago may be no more.
    cacheTimeout: -1,
  });
  const local = chainId === LOCAL_CHAIN;
  if (local) provider.pollingInterval = 50;
  return {
    name: named?.[0],
    title: named === undefined ? `chain ${chainId}` : named[1].title,
    url,
    chainId,
    local,
    provider,
  };
}

async function addressOf(name: string, info: NetworkInfo): Promise<string> {
  const url = process.env[info.urlVariable] || info.url || (await fromKeystore(name, "url"));
  if (url === undefined) {
    throw new UserError(
      `There is no address for ${info.title}.`,
      `Put ${info.urlVariable} into .env (see .env.example) or into \`npx hardhat keystore set ${info.urlVariable}\`, or use --rpc.`,
    );
  }
  return url;
}

/** The key to sign with on a chain that doesn't hold one; never shown. */
export async function privateKey(chain: Chain): Promise<string> {
  const key = process.env[KEY_VARIABLE] || (await fromKeystore(chain.name ?? "sepolia", "key"));
  const remedy = `Put ${KEY_VARIABLE} into .env (see .env.example) or into \`npx hardhat keystore set ${KEY_VARIABLE}\`.`;
  if (key === undefined) throw new UserError(`There is no key to sign with on ${chain.title}.`, remedy);
  const hex = key.startsWith("0x") ? key : `0x${key}`;
  if (!isHexString(hex, 32)) {
    throw new UserError(
      `${KEY_VARIABLE} is not a private key.`,
      "It must be 64 hexadecimal digits; it is not shown here.",
    );
  }
  return hex;
}

/** A secret from Hardhat's keystore, which asks for its password. */
async function fromKeystore(name: string, what: "url" | "key"): Promise<string | undefined> {
  // Hardhat takes an empty variable for a value.
  for (const variable of [KEY_VARIABLE, ...Object.values(NETWORKS).map(({ urlVariable }) => urlVariable)]) {
    if (process.env[variable] === "") delete process.env[variable];
  }
  try {
    const { config } = await import("hardhat");
    const network = config.networks[name];
    if (network?.type !== "http") return undefined;
    if (what === "url") return await network.url.getUrl();
    return Array.isArray(network.accounts) ? await network.accounts[0].getHexString() : undefined;
  } catch {
    return undefined;
  }
}

function request(url: string): FetchRequest {
  const made = new FetchRequest(url);
  made.timeout = 60_000;
  return made;
}

/** Asks before ethers does, which would go on asking a closed port for ever. */
async function askChainId(url: string, shown: string): Promise<number> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UserError(
      `"${shown}" is not the address of a node.`,
      "It must look like http://127.0.0.1:8545 or https://….",
    );
  }
  let text: string;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal: AbortSignal.timeout(15_000),
    });
    text = await response.text();
  } catch (error) {
    const host = new URL(url).hostname;
    const start = ["127.0.0.1", "localhost", "[::1]"].includes(host)
      ? "Start one in another terminal: npm run node."
      : "Check the address and your connection.";
    throw new UserError(`No node answers at ${shown}.`, start, error);
  }
  try {
    return Number(BigInt((JSON.parse(text) as { result: string }).result));
  } catch (error) {
    throw new UserError(
      `What answers at ${shown} is not an Ethereum node.`,
      "Check the address; with a provider's address, also its key.",
      error,
    );
  }
}

/** An address without what may be a key in it: the user, the path and the query. */
export function hideSecrets(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname.length > 1 || search !== "" ? "/…" : ""}`;
}
