import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AddressBook } from "../../sdk/deployment.ts";
import { UserError } from "../../sdk/UserError.ts";
import type { Chain } from "./networks.ts";

const DEPLOYMENTS = fileURLToPath(new URL("../../deploy/deployments", import.meta.url));

/** The deployment of a chain: chain-<id>, unless LT_DEPLOYMENT says another, as for a second node with the same id. */
export const deploymentId = (chainId: number): string => process.env.LT_DEPLOYMENT || `chain-${chainId}`;

export const deploymentFolder = (chainId: number): string => `${DEPLOYMENTS}/${deploymentId(chainId)}`;

const fileOf = (chainId: number) => `${deploymentFolder(chainId)}/addresses.json`;

export function readAddressBook(chainId: number): AddressBook | undefined {
  const file = fileOf(chainId);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as AddressBook) : undefined;
}

export function writeAddressBook(book: AddressBook): string {
  mkdirSync(deploymentFolder(book.chainId), { recursive: true });
  writeFileSync(fileOf(book.chainId), `${JSON.stringify(book, null, 2)}\n`);
  return `deploy/deployments/${deploymentId(book.chainId)}/addresses.json`;
}

/** The deployment of a chain, or what to do when there is none. */
export async function requireAddressBook(chain: Chain): Promise<AddressBook> {
  const network = chain.name === "localhost" ? "" : ` --network ${chain.name ?? "…"}`;
  const remedy = `Deploy first: npm run lt -- deploy${network}`;
  const book = readAddressBook(chain.chainId);
  if (book === undefined) throw new UserError(`There is no deployment on ${chain.title}.`, remedy);
  if ((await chain.provider.getCode(book.clearingHouse)) === "0x") {
    throw new UserError(
      `The deployment isn't there: ${chain.title} has no contract at ${book.clearingHouse}.`,
      chain.local ? `The chain was started anew. ${remedy}` : "Check the network, and deploy/deployments.",
    );
  }
  return book;
}
