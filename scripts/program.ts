import { Command, CommanderError } from "commander";
import { config as loadEnvironment } from "dotenv";
import colors from "picocolors";
import { explainRevert, UserError } from "../sdk/errors.ts";
import { nearest } from "./lib/names.ts";
import * as ui from "./lib/ui.ts";
import { addBurn } from "./verbs/burn.ts";
import { addDeploy } from "./verbs/deploy.ts";
import { addFaucet } from "./verbs/faucet.ts";
import { addKeeper } from "./verbs/keeper.ts";
import { addLiquidity } from "./verbs/liquidity.ts";
import { addMarket } from "./verbs/market.ts";
import { addMint } from "./verbs/mint.ts";
import { addPrice } from "./verbs/price.ts";
import { addRebalance } from "./verbs/rebalance.ts";
import { addStatus } from "./verbs/status.ts";
import { addTime } from "./verbs/time.ts";
import { addTokens } from "./verbs/tokens.ts";
import { addTrade } from "./verbs/trade.ts";
import { addVerify } from "./verbs/verify.ts";

const VERBS = [
  addDeploy,
  addStatus,
  addTokens,
  addMarket,
  addPrice,
  addFaucet,
  addMint,
  addBurn,
  addRebalance,
  addKeeper,
  addTrade,
  addLiquidity,
  addTime,
  addVerify,
];

/** Runs a command line, and gives the exit code: 0 when all went well, 1 for an error that was told. */
export async function main(words: string[]): Promise<number> {
  loadEnvironment({ quiet: true });
  const program = new Command("lt")
    .description("Leveraged tokens: deploy, mint, burn, trade and watch them.")
    .usage("<verb> …")
    .helpCommand(false)
    .addHelpText("after", "\nHelp for one verb: npm run lt -- mint --help. Walk-through: docs/scripts.md.");
  for (const add of VERBS) add(program);
  mute(program);
  try {
    if (words.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return tell(error instanceof CommanderError ? misused(error, program, words) : toUserError(error), words);
  }
}

/** Commander's own errors are told like any other. */
function mute(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(false);
  for (const inner of command.commands) mute(inner);
}

/** A command line that makes no sense, in a sentence. */
function misused(error: CommanderError, program: Command, words: string[]): UserError {
  const path = pathOf(program, words);
  const help = `See npm run lt -- ${[...path.slice(1).map((c) => c.name()), "--help"].join(" ")}`;
  const at = path[path.length - 1];
  const typed = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  if (error.code === "commander.unknownOption" && /^-[\d.]/.test(typed)) {
    return new UserError(`${typed} is negative.`, "Type an amount above zero; the verb says which way.");
  }
  const verbs = at.commands.map((command) => command.name());
  const unknown = words.slice(path.length - 1).find((word) => !word.startsWith("-"));
  if (
    error.code === "commander.unknownCommand" ||
    (error.code === "commander.help" && unknown !== undefined)
  ) {
    return new UserError(`There is no verb "${typed || unknown}".`, `${nearest(typed || unknown!, verbs)}.`);
  }
  if (error.code === "commander.help") {
    return new UserError(`"${at.name()}" needs one more word.`, `It is one of ${verbs.join(", ")}. ${help}.`);
  }
  const message = error.message.replace(/^error: /, "").replace(/'/g, '"');
  return new UserError(`${message[0].toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, "."), `${help}.`);
}

/** The commands that a command line names, outermost first. */
function pathOf(program: Command, words: string[]): Command[] {
  const path = [program];
  for (const word of words) {
    const next = path[path.length - 1].commands.find((command) => command.name() === word);
    if (next === undefined) break;
    path.push(next);
  }
  return path;
}

function toUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const refused = explainRevert(error);
  if (refused !== undefined) return refused;
  const text = error instanceof Error ? error.message : String(error);
  return new UserError(
    `Something unexpected happened: ${text.split("\n")[0]}`,
    "Set LT_DEBUG=1 to see all of it, and please report it.",
    error,
  );
}

function tell(error: UserError, words: string[]): number {
  if (words.includes("--json"))
    console.log(ui.toJson({ error: { message: error.message, remedy: error.remedy } }));
  console.error(`${colors.red("✗")} ${error.message} ${error.remedy}`);
  if (process.env.LT_DEBUG) console.error(error.cause ?? error);
  return 1;
}
