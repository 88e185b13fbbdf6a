import type { Command } from "commander";
import { readParameters } from "../../deploy/parameters.ts";
import { UserError } from "../../sdk/UserError.ts";
import type { Chain } from "../lib/networks.ts";
import { allTokens, type CommonOptions, readingSession } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";
import { type Verifiable, verifiables } from "../lib/verification.ts";

export function addVerify(program: Command): void {
  verb(program, "verify", "hand the sources of what was deployed to Sourcify, which needs no key", verify);
}

async function verify(options: CommonOptions) {
  const session = await readingSession(options);
  const { chain, book } = session;
  if (!options.dryRun) requireKnown(chain);
  const list = verifiables(book, readParameters(book.parameters), await allTokens(session));
  ui.title(`Verify ${list.length} contracts of ${chain.title} with Sourcify`);
  ui.table(
    ["contract", "address"],
    list.map(({ contract, address }) => [contract, address]),
  );
  if (options.dryRun) {
    ui.say("Nothing was sent (--dry-run).");
    return list;
  }
  // Hardhat verifies on the network that it was started with, and otherwise prefers a profile that nothing was built by.
  process.env.HARDHAT_NETWORK = chain.name;
  process.env.HARDHAT_BUILD_PROFILE = "default";
  const [{ default: hre }, { verifyContract }] = await Promise.all([
    import("hardhat"),
    import("@nomicfoundation/hardhat-verify/verify"),
  ]);
  const failed: string[] = [];
  for (const entry of list) {
    const ok = await ui.during(
      entry.contract,
      one(entry, (given) => verifyContract(given, hre)),
    );
    if (ok) ui.good(entry.contract);
    else failed.push(`${entry.contract} at ${entry.address}`);
  }
  if (failed.length > 0) {
    throw new UserError(
      `${failed.length} of ${list.length} were not verified: ${failed.join(", ")}.`,
      "Run it again: those that are verified already are skipped.",
    );
  }
  return list;
}

/** A network that Sourcify and Hardhat both know. */
function requireKnown(chain: Chain): void {
  if (chain.local) {
    throw new UserError(
      "Sourcify doesn't know local chains.",
      "Add --dry-run to see what would be verified.",
    );
  }
  if (chain.name === undefined) {
    throw new UserError(
      "Only networks with a name can be verified.",
      "Add this one to hardhat.config.ts and networks.ts.",
    );
  }
}

type Given = Verifiable & { provider: "sourcify" };

async function one(entry: Verifiable, run: (given: Given) => Promise<boolean>): Promise<boolean> {
  try {
    return await run({ ...entry, provider: "sourcify" });
  } catch (error) {
    if (process.env.LT_DEBUG) console.error(error);
    return false;
  }
}
