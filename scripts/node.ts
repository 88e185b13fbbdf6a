// `npm run node`: a local chain with everything deployed, funded and fed, until Ctrl-C.
import { Command } from "commander";
import { readParameters } from "../deploy/parameters.ts";
import { connect } from "../sdk/deployment.ts";
import { UserError } from "../sdk/UserError.ts";
import { build, deployTo } from "./lib/deployment.ts";
import { fund, GIFT, keepFresh, makeHistory } from "./lib/liveChain.ts";
import { startNode } from "./lib/localNode.ts";
import { openChain } from "./lib/networks.ts";
import * as ui from "./lib/ui.ts";

const USUAL_PORT = 8545;
const LOOK_EVERY = 30_000;

const { port: typed, anvil } = new Command("node")
  .description("A local chain with everything deployed, funded and fed. Ctrl-C ends it.")
  .option("-p, --port <number>", "port on the loopback interface", String(USUAL_PORT))
  .option("--anvil", "Foundry's node instead of Hardhat's")
  .parse()
  .opts<{ port: string; anvil?: boolean }>();

async function run(): Promise<void> {
  const port = Number(typed);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UserError(`${typed} is no port.`, "Use a number from 1 to 65535, such as 8545.");
  }
  await ui.during("compiling", build());
  const node = await ui.during("starting", startNode(anvil ? "anvil" : "hardhat", port));
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await node.stop();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const chain = await openChain({ network: "localhost", rpc: node.url });
    const book = await ui.during("deploying", deployTo(chain, "local", readParameters("local")));
    const accounts = await ui.during("funding", fund(chain, book));
    const days = await ui.during("feeding", makeHistory(chain, book));
    ui.title(`A local chain lives at ${node.url}`);
    ui.facts([
      ["markets", Object.keys(book.markets).join(", ")],
      [
        "accounts",
        `1 to ${accounts} have ${Number(GIFT).toLocaleString("en")} ${Object.keys(book.baseTokens).join(" and ")} each; 0 deployed`,
      ],
      [
        "prices",
        `${Object.keys(book.feeds).join(", ")}, with ${days} made-up days behind; renewed before they get old`,
      ],
    ]);
    ui.say();
    ui.say("In another terminal:");
    if (port !== USUAL_PORT) ui.say(`  export LOCALHOST_RPC_URL=${node.url}`);
    for (const words of ["status", "mint 5XLONG_ETHDAI 100", "price ETH up 5%"])
      ui.say(`  npm run lt -- ${words}`);
    ui.say();
    ui.say("Ctrl-C ends it.");
    const contracts = connect(book, await chain.provider.getSigner(0));
    // A miss is made up for at the next look, and the node's end is told below.
    const timer = setInterval(() => keepFresh(chain, contracts).catch(() => {}), LOOK_EVERY);
    const said = await node.ended;
    clearInterval(timer);
    chain.provider.destroy();
    if (!stopping) throw new UserError(`The node ended by itself: ${said}.`, "Start it again: npm run node.");
  } finally {
    await stop();
  }
}

try {
  await run();
  ui.say("\nStopped.");
  process.exit(0);
} catch (error) {
  const { message, remedy = "" } = error as UserError;
  console.error(`✗ ${message} ${remedy}`.trimEnd());
  process.exit(1);
}
