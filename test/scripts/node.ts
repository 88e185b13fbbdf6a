// `npm run node`: a chain that lives until Ctrl-C.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { expect } from "chai";
import { freePort, root, run } from "./program.ts";

describe("npm run node", () => {
  const deployment = `test-node-${process.pid}`;
  let [said, settings, child]: [string, Record<string, string>, ChildProcess | undefined] = [
    "",
    {},
    undefined,
  ];
  const ended = () => child === undefined || child.exitCode !== null || child.signalCode !== null;

  before(async () => {
    const port = await freePort();
    settings = { LT_BUILT: "1", LT_DEPLOYMENT: deployment, LOCALHOST_RPC_URL: `http://127.0.0.1:${port}` };
    child = spawn(process.execPath, ["--import", "tsx", "scripts/node.ts", "--port", String(port)], {
      cwd: root,
      env: { ...process.env, ...settings, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const collect = (text: Buffer) => {
      said += text;
    };
    child.stdout!.on("data", collect);
    child.stderr!.on("data", collect);
    while (!said.includes("Ctrl-C ends it.") && !ended())
      await new Promise((resolve) => setTimeout(resolve, 50));
  });

  after(async () => {
    if (!ended()) {
      child!.kill("SIGKILL");
      await once(child!, "exit");
    }
    rmSync(`${root}deploy/deployments/${deployment}`, { recursive: true, force: true });
  });

  const lt = (...words: string[]) =>
    run(process.execPath, ["--import", "tsx", "scripts/lt.ts", ...words], settings);

  it("deploys everything, and says how to go on", () => {
    expect(said).to.match(/A local chain lives at http:\/\/127\.0\.0\.1:\d+/);
    expect(said).to.match(/export LOCALHOST_RPC_URL=.*\n {2}npm run lt -- status/);
  });

  it("funds the accounts, and feeds them prices with a past", async () => {
    const { code, stdout, stderr } = await lt("mint", "5XLONG_ETHDAI", "100", "--json");
    expect(code, stderr).to.equal(0);
    const { volatilityMeasured, volatility, received } = JSON.parse(stdout) as Record<string, unknown>;
    expect(volatilityMeasured, "from the prices, not assumed").to.equal(true);
    expect(volatility).to.be.within(0.4, 1.2);
    expect(Number(received)).to.be.within(99, 100);
  });

  it("measures the volatility of an index by the prices of its parts", async () => {
    const { code, stdout, stderr } = await lt("mint", "2XLONG_AIXDAI", "100", "--json", "--dry-run");
    expect(code, stderr).to.equal(0);
    const { volatilityMeasured, volatility } = JSON.parse(stdout) as Record<string, unknown>;
    expect(volatilityMeasured, "from the prices, not assumed").to.equal(true);
    expect(volatility).to.be.within(0.4, 1.2);
  });

  it("ends cleanly on Ctrl-C, and takes its chain along", async () => {
    const exit = once(child!, "exit");
    child!.kill("SIGINT");
    expect((await exit)[0], said).to.equal(0);
    expect(said).to.match(/Stopped\.\s*$/);
    expect((await lt("status")).stderr).to.match(/No node answers/);
  });
});
