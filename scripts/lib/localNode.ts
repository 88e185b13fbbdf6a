import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { UserError } from "../../sdk/UserError.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What can be a local chain: Hardhat's node, and Foundry's, which npm brings on Linux x64. */
export const NODES = {
  hardhat: {
    file: `${root}node_modules/hardhat/dist/src/cli.js`,
    // By Node itself, since npx would leave it running when it is ended.
    command: (port: number) => [
      process.execPath,
      `${root}node_modules/hardhat/dist/src/cli.js`,
      ...["node", "--hostname", "127.0.0.1", "--port", String(port)],
    ],
  },
  anvil: {
    file: `${root}node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil`,
    command: (port: number) => [
      `${root}node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil`,
      ...["--host", "127.0.0.1", "--port", String(port), "--silent"],
    ],
  },
};

export type NodeKind = keyof typeof NODES;

export interface LocalNode {
  url: string;
  /** Ends when the node does, however that comes; with what it said if it was not stopped. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

export const isInstalled = (kind: NodeKind): boolean => existsSync(NODES[kind].file);

/** Starts a local chain on the loopback interface, with more words of its own, and waits until it answers. */
export async function startNode(kind: NodeKind, port: number, more: string[] = []): Promise<LocalNode> {
  if (!isInstalled(kind)) {
    throw new UserError(
      `${kind} is not installed here.`,
      "npm ci brings it on Linux x64; elsewhere leave --anvil away.",
    );
  }
  if (await answers(port)) {
    throw new UserError(
      `Port ${port} is taken: something answers there already.`,
      "End it, or use another --port.",
    );
  }
  const [program, ...words] = NODES[kind].command(port);
  const child = spawn(program, [...words, ...more], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said = (said + text).slice(-2_000);
  });
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code) => resolve(said.trim() || `exit code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  const until = Date.now() + 60_000;
  while (!(await answers(port))) {
    if (isOver)
      throw new UserError(`The node did not start: ${await ended}.`, "Is the installation complete? npm ci");
    if (Date.now() > until) {
      await end(child, ended);
      throw new UserError("The node did not start within a minute.", "Try again, or look at what else runs.");
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url: `http://127.0.0.1:${port}`, ended, stop: () => end(child, ended) };
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}

/** Whether anything listens on a port. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
