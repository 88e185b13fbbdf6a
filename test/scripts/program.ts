// Runs the scripts as a person does, on a chain of the test's own.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { type LocalNode, type NodeKind, startNode } from "../../scripts/lib/localNode.ts";

// Colours are decided upon when their package is loaded, and a person's terminal or a CI may have them.
Object.assign(process.env, { NO_COLOR: "1" });
const { main } = await import("../../scripts/program.ts");

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A local chain, and the program pointed at it. */
export interface Terminal {
  node: LocalNode;
  /** What points a program at it. */
  settings: Record<string, string>;
  /** Runs a line as it is typed into a shell. */
  type(line: string): Promise<Outcome>;
  /** Runs the program with these words within this process. */
  lt(line: string): Promise<Outcome>;
  /** Runs it in a process of its own, without npm around it: three times as much work. */
  start(words: string[]): Promise<Outcome>;
  close(): Promise<void>;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export async function openTerminal(kind: NodeKind, name: string): Promise<Terminal> {
  const node = await startNode(kind, await freePort());
  const deployment = `test-${name}-${process.pid}`;
  const settings = {
    LOCALHOST_RPC_URL: node.url,
    LT_BUILT: "1",
    LT_DEPLOYMENT: deployment,
    DEPLOYER_PRIVATE_KEY: "",
    SEPOLIA_RPC_URL: "",
  };
  return {
    node,
    settings,
    type: (line) => run("sh", ["-c", line], settings),
    lt: (line) => lt(line, settings),
    start: (words) => run(process.execPath, ["--import", "tsx", "scripts/lt.ts", ...words], settings),
    close: async () => {
      await node.stop();
      rmSync(`${root}deploy/deployments/${deployment}`, { recursive: true, force: true });
    },
  };
}

export function run(program: string, words: string[], settings: Record<string, string>): Promise<Outcome> {
  // Hardhat tells the processes it starts that they are its own; these are a person's.
  const { HARDHAT_NETWORK: _, NODE_OPTIONS: __, ...inherited } = process.env;
  const child = spawn(program, words, {
    cwd: root,
    env: { ...inherited, NO_COLOR: "1", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    outcome.stdout += text;
  });
  child.stderr.on("data", (text) => {
    outcome.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...outcome, code }));
  });
}

let last: Promise<unknown> = Promise.resolve();

/** Runs the program within this process, one line at a time; with these variables in the environment. */
export function lt(line: string, environment: Record<string, string> = {}): Promise<Outcome> {
  const outcome = last.then(() => runHere(line.split(" "), environment));
  last = outcome.catch(() => {});
  return outcome;
}

async function runHere(words: string[], environment: Record<string, string>): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  const [log, error, before] = [console.log, console.error, { ...process.env }];
  const isTerminal = [process.stdout.isTTY, process.stderr.isTTY];
  Object.assign(process.env, environment);
  console.log = (text = "") => {
    outcome.stdout += `${text}\n`;
  };
  console.error = (text = "") => {
    outcome.stderr += `${text}\n`;
  };
  process.stdout.isTTY = process.stderr.isTTY = false;
  try {
    outcome.code = await main(words);
  } finally {
    [console.log, console.error] = [log, error];
    [process.stdout.isTTY, process.stderr.isTTY] = isTerminal;
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  return outcome;
}
