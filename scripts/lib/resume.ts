// Ignition writes down that it will send a transaction, and then that it has sent it. When it is stopped in between, its
// next run refuses to go on; here is what it asks a person to find out.
import { trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import { deploymentFolder } from "./addressBook.ts";
import type { Chain } from "./networks.ts";

/** Ignition's "transaction lost". */
const LOST = "HHE10410";
/** How far back a lost transaction is looked for. Blocks. */
const LOOK_BACK = 2_000;

interface Lost {
  futureId: string;
  nonce: number;
  sender: string;
}

/** Runs a deployment, taking care of transactions that the run before may or may not have sent. */
export async function resuming<T>(chain: Chain, run: () => Promise<T>): Promise<T> {
  let before: string | undefined;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const lost = lostTransaction(error);
      if (lost === undefined || lost.futureId === before) throw error;
      before = lost.futureId;
      if (!(await recover(chain, lost))) throw error;
    }
  }
}

function lostTransaction(error: unknown): Lost | undefined {
  const { errorCode, messageArguments } = error as { errorCode?: string; messageArguments?: Lost };
  return errorCode === LOST ? messageArguments : undefined;
}

/** Whether the deployment can go on: a transaction that was never sent is forgotten, one that was is written down. */
async function recover({ provider, chainId }: Chain, { futureId, nonce, sender }: Lost): Promise<boolean> {
  const folder = deploymentFolder(chainId);
  const sent = await provider.getTransactionCount(sender, "pending");
  if (sent <= nonce) {
    // With a folder, the resolver of artifacts is not used.
    await wipe(folder, undefined as never, futureId);
    return true;
  }
  const newest = await provider.getBlockNumber();
  for (let number = newest; number >= 0 && number > newest - LOOK_BACK; number--) {
    const block = await provider.getBlock(number, true);
    const found = block?.prefetchedTransactions.find(
      (transaction) => transaction.nonce === nonce && transaction.from.toLowerCase() === sender.toLowerCase(),
    );
    if (found === undefined) continue;
    const request = ({ method, params }: { method: string; params?: unknown }) =>
      provider.send(method, (params ?? []) as unknown[]);
    await trackTransaction(folder, found.hash, { request } as never);
    return true;
  }
  return false;
}
