import type { Command } from "commander";
import { IN_PROCESS, NETWORKS } from "./networks.ts";
import * as ui from "./ui.ts";

/** A verb with the options that all have. What its action returns is what --json prints. */
export function verb<Arguments extends unknown[]>(
  parent: Command,
  usage: string,
  description: string,
  action: (...given: Arguments) => Promise<unknown>,
): Command {
  const command = parent
    .command(usage)
    .description(description)
    .option("-n, --network <name>", `one of ${Object.keys(NETWORKS).join(", ")}, ${IN_PROCESS}`, "localhost")
    .option("--rpc <url>", "address of a node, for any other chain")
    .option("-a, --account <account>", "who acts: number or address of an account of the local node (1)")
    .option("--json", "one JSON object instead of text; amounts are decimal strings")
    .option("--dry-run", "show everything, send nothing")
    .option("-y, --yes", "don't ask before sending");
  return command.action(async (...given: unknown[]) => {
    // Commander gives the arguments, the options and the command; actions take the options first.
    const options = given[given.length - 2] as { json?: boolean };
    ui.silence(options.json === true);
    const result = await action(...([options, ...given.slice(0, -2)] as unknown as Arguments));
    if (options.json && result !== undefined) console.log(ui.toJson(result));
  });
}
