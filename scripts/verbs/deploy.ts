import { readdirSync } from "node:fs";
import type { Command } from "commander";
import { type Parameters, readParameters, toPlan } from "../../deploy/parameters.ts";
import type { AddressBook } from "../../sdk/deployment.ts";
import { UserError } from "../../sdk/UserError.ts";
import { requireAddressBook } from "../lib/addressBook.ts";
import type { Finding } from "../lib/check.ts";
import { checkGivenFeeds } from "../lib/givenFeeds.ts";
import { nearest } from "../lib/names.ts";
import { type Chain, NETWORKS, openChain } from "../lib/networks.ts";
import { type CommonOptions, deployerOf } from "../lib/session.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

interface DeployOptions extends CommonOptions {
  parameters?: string;
}

export function addDeploy(program: Command): void {
  verb(
    program,
    "deploy",
    "deploy everything, or go on where a deployment stopped; then check it",
    deployVerb,
  ).option("--parameters <name>", "file in deploy/parameters; by default the network's own");
  verb(program, "check", "read back every address, role and parameter of the deployment", checkVerb);
}

async function deployVerb(options: DeployOptions) {
  const chain = await openChain(options);
  if (chain.book !== undefined) {
    const checks = await report(chain, chain.book, readParameters(chain.book.parameters));
    return { ...chain.book, checks: checks.length };
  }
  const name = options.parameters ?? (chain.name === undefined ? undefined : NETWORKS[chain.name].parameters);
  const parameters = load(name);
  const deployer = await (await deployerOf(chain)).getAddress();
  const balance = await chain.provider.getBalance(deployer);
  if (balance === 0n) {
    throw new UserError(`${deployer} has no ETH for gas.`, `Send it some ETH of ${chain.title}.`);
  }
  await checkGivenFeeds(chain, parameters);
  const plan = toPlan(parameters);
  ui.title(`Deploy deploy/parameters/${name}.json5 to ${chain.title}`);
  ui.facts([
    ["chain", String(chain.chainId)],
    ["deployer", deployer],
    ["markets", Object.keys(plan.markets).join(", ")],
    ["tokens", Object.keys(plan.tokens).join(", ")],
  ]);
  if (options.dryRun) {
    ui.say("Nothing was sent (--dry-run).");
    return { chainId: chain.chainId, deployer, sent: false };
  }
  if (!options.yes && !chain.local) await ui.confirm(`Deploy on ${chain.title}?`);
  const { build, deployTo } = await import("../lib/deployment.ts");
  await ui.during("compiling", build());
  const book = await ui.during("deploying", deployTo(chain, name!, parameters));
  const spent = balance - (await chain.provider.getBalance(deployer));
  ui.good(
    `Deployed${spent > 0n ? ` for ${Number(spent) / 1e18} ETH of gas` : ": everything was there already"}`,
  );
  const findings = await report(chain, book, parameters);
  return { ...book, checks: findings.length };
}

async function checkVerb(options: CommonOptions) {
  const chain = await openChain(options);
  const book = await requireAddressBook(chain);
  const findings = await report(chain, book, readParameters(book.parameters));
  return { chainId: chain.chainId, findings };
}

/** Says what differs from what was meant, and fails if anything does. */
async function report(chain: Chain, book: AddressBook, parameters: Parameters): Promise<Finding[]> {
  const { checkDeployment } = await import("../lib/check.ts");
  const findings = await ui.during("reading back", checkDeployment(book, parameters, chain.provider));
  const wrong = findings.filter(({ ok }) => !ok);
  if (wrong.length === 0) {
    ui.good(
      `Checked: ${findings.length} addresses, roles and parameters are as in deploy/parameters/${book.parameters}.json5`,
    );
    return findings;
  }
  const list = wrong.map(({ what, expected, found }) => `${what} is ${found}, not ${expected}`).join("; ");
  throw new UserError(
    `${wrong.length} of ${findings.length} things are not as they should be: ${list}.`,
    "Were the parameters changed after deploying, or a role given away? Then bring the file up to date.",
  );
}

function load(name: string | undefined): Parameters {
  const folder = new URL("../../deploy/parameters/", import.meta.url);
  const names = readdirSync(folder).map((file) => file.replace(/\.json5$/, ""));
  if (name === undefined) {
    throw new UserError(
      "This chain has no parameters of its own.",
      `Name some with --parameters: ${names.join(", ")}.`,
    );
  }
  if (!names.includes(name))
    throw new UserError(`There are no parameters "${name}".`, `${nearest(name, names)}.`);
  const parameters = readParameters(name);
  try {
    toPlan(parameters);
  } catch (error) {
    throw new UserError(
      `deploy/parameters/${name}.json5 can't be deployed: ${(error as Error).message}.`,
      "Complete it first.",
    );
  }
  return parameters;
}
