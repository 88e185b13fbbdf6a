import type { Signer } from "ethers";
import { type AddressBook, connect } from "../../sdk/deployment.ts";
import { explainRevert } from "../../sdk/errors.ts";
import { leastOf } from "../../sdk/quotes.ts";
import { mintTo, signPermit } from "../../sdk/router.ts";
import { LeveragedToken__factory } from "../../typechain-types/index.js";

/** Half a percent, WAD: how much less than quoted is accepted. */
const SLIPPAGE = 5n * 10n ** 15n;
const TEN_MINUTES = 600n;

/** Buys a LeveragedToken for an amount of its BaseToken: one signature, one transaction, no approval. */
export async function buy(signer: Signer, book: AddressBook, address: string, amount: bigint) {
  const { router } = connect(book, signer);
  const token = LeveragedToken__factory.connect(address, signer);
  const [baseToken, block] = await Promise.all([token.asset(), signer.provider!.getBlock("latest")]);
  const deadline = BigInt(block!.timestamp) + TEN_MINUTES;
  const permit = await signPermit(signer, baseToken, router, amount, deadline);
  const receiver = await signer.getAddress();
  const route = { token: baseToken, amount, hops: [mintTo(address)], receiver, deadline };
  try {
    // Simulated, the call tells what it would give.
    const quoted = await router.exchange.staticCall({ ...route, minimum: 0n }, permit, []);
    const minimum = leastOf(quoted, SLIPPAGE);
    const sent = await router.exchange({ ...route, minimum }, permit, []);
    await sent.wait();
    return { quoted, minimum, balance: await token.balanceOf(receiver) };
  } catch (error) {
    // A contract's refusal becomes a sentence with a remedy.
    throw explainRevert(error) ?? error;
  }
}
