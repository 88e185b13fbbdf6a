// Runs the scripts as a person does, on a chain of the test's own.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { type LocalNode, type NodeKind, startNode } from "../../scripts/lib/localNode.ts";
import { main } from "../../scripts/program.ts";

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
  /** Runs the program with these words, without npm around it. */
  lt(words: string[], environment?: Record<string, string>): Promise<Outcome>;
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
    lt: (words, environment = {}) =>
      run(process.execPath, ["--import", "tsx", "scripts/lt.ts", ...words], { ...settings, ...environment }),
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

/** Runs the program within this process, which is faster; with these variables in the environment. */
export async function lt(line: string, environment: Record<string, string> = {}): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  const [log, error, before] = [console.log, console.error, { ...process.env }];
  Object.assign(process.env, environment);
  console.log = (text = "") => {
    outcome.stdout += `${text}\n`;
  };
  console.error = (text = "") => {
    outcome.stderr += `${text}\n`;
  };
  try {
    outcome.code = await main(line.split(" "));
  } finally {
    [console.log, console.error] = [log, error];
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  return outcome;
}
