// The keeper verb: one round and many, against a node that fails in between.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { freePort, openTerminal, type Terminal } from "./program.ts";

interface Round {
  due: { kind: string; what: string; reward: string }[];
  done: { kind: string; what: string; reward: string; gasCost: string }[];
  refused: { what: string; why: string }[];
}

/** Passes on to a node what it is asked, or hangs up. */
async function openLine(to: string): Promise<{ url: string; cut: boolean; server: Server }> {
  const port = await freePort();
  const line = { url: `http://127.0.0.1:${port}`, cut: false, server: createServer() };
  line.server.on("request", async (request, response) => {
    let body = "";
    for await (const text of request) body += text;
    if (line.cut) return request.socket.destroy();
    const answer = await fetch(to, { method: "POST", headers: { "content-type": "application/json" }, body });
    response.setHeader("content-type", "application/json").end(await answer.text());
  });
  await new Promise<void>((resolve) => line.server.listen(port, "127.0.0.1", resolve));
  return line;
}

describe("npm run lt -- keeper", () => {
  let terminal: Terminal;
  let children: ChildProcess[] = [];

  before(async () => {
    terminal = await openTerminal("hardhat", "keeper");
    for (const line of [
      "deploy",
      "faucet",
      "mint 5XLONG_ETHDAI 1000",
      "trade open ETHDAI long 10 --margin 600 --slippage 1%",
    ])
      await lt(line);
  });

  after(async () => {
    for (const child of children.filter(({ exitCode }) => exitCode === null)) child.kill("SIGKILL");
    await terminal?.close();
  });

  const lt = async (line: string) => {
    const outcome = await terminal.lt(line);
    expect(outcome.code, `${line}: ${outcome.stderr}${outcome.stdout}`).to.equal(0);
    return outcome.stdout;
  };
  const round = async (words = "") =>
    JSON.parse(await lt(`keeper --once --account 2 --json${words}`)) as Round;

  it("wants to know whether one round or many", async () => {
    for (const words of ["keeper", "keeper --once --watch"]) {
      const { code, stderr } = await terminal.lt(words);
      expect([code, stderr]).to.deep.equal([
        1,
        "✗ One round, or many? Add --once for one round, or --watch for round after round.\n",
      ]);
    }
  });

  it("has nothing to do when nothing is due", async () => {
    expect(await lt("keeper --once --account 2")).to.match(/block \d+: nothing to do/);
  });

  it("shows what is due with --dry-run, and sends nothing", async () => {
    await lt("price ETH up 3%");
    const { due, done } = await round(" --dry-run");
    expect(due.map(({ what }) => what)).to.deep.equal(["5XLONG_ETHDAI"]);
    expect(done).to.deep.equal([]);
    expect(await lt("keeper --once --dry-run")).to.match(
      /rebalance 5XLONG_ETHDAI for [\d.]+ DAI[\s\S]*Nothing was sent/,
    );
  });

  it("leaves what brings too little", async () => {
    expect(await lt("keeper --once --min-reward 100")).to.match(/1 of them bring less than 100 and are left/);
  });

  it("rebalances what is due, and says what it earned for what gas", async () => {
    const said = await lt("keeper --once --account 2");
    expect(said).to.match(/✓ rebalance 5XLONG_ETHDAI/);
    expect(said).to.match(/✓ Earned 0\.\d+ DAI for 0\.\d+ ETH of gas, about [\d.]+ DAI/);
    expect((await round()).due, "nothing is left").to.deep.equal([]);
  });

  it("liquidates whom the logs know, once the margin is gone", async () => {
    await lt("price ETH down 10%");
    const { done, refused } = await round();
    expect(refused).to.deep.equal([]);
    expect(done.map(({ kind }) => kind)).to.deep.equal(["rebalance", "liquidate"]);
    expect(done[1].what).to.equal("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    expect(Number(done[1].reward), "R₀ and a part of what is closed").to.be.above(1);
    expect(await lt("status --account 2")).to.match(/ETHDAI +[\d.]+ DAI in your account/);
  });

  it("tells why what is due can't be done", async () => {
    await lt("time forward 2d --no-feeds");
    const { refused } = await round();
    expect(refused.map(({ what }) => what).sort()).to.deep.equal([
      ...["2XLONG_AIXDAI", "2XSHORT_AIXDAI", "3XLONG_AIXDAI"],
      ...["3XLONG_ETHUSDC", "3XSHORT_ETHDAI", "5XLONG_ETHDAI"],
    ]);
    for (const { what, why } of refused) {
      expect(why, what).to.match(
        what.includes("AIX") ? /^Part \d of the index has no price/ : /^The feed's last price is from /,
      );
    }
    await lt("price ETH same");
    await lt("price AIX same");
  });

  it("watches, outlives a node that fails, and ends cleanly on Ctrl-C", async () => {
    const line = await openLine(terminal.node.url);
    const words = [
      "--import",
      "tsx",
      "scripts/lt.ts",
      "keeper",
      "--watch",
      "--interval",
      "1",
      "--account",
      "3",
    ];
    const { HARDHAT_NETWORK: _, NODE_OPTIONS: __, ...inherited } = process.env;
    const child = spawn(process.execPath, words, {
      env: { ...inherited, ...terminal.settings, LOCALHOST_RPC_URL: line.url, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children = [...children, child];
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    child.stderr.on("data", (text) => {
      said += text;
    });
    const until = async (pattern: RegExp) => {
      for (let i = 0; i < 600 && !pattern.test(said); i++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(said).to.match(pattern);
    };
    await until(/nothing to do/);
    line.cut = true;
    await until(/! This round failed: .* The next is in 1 s\./);
    line.cut = false;
    await lt("price ETH up 4%");
    await until(/✓ Earned [\d.]+ DAI/);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect((await exit)[0], said).to.equal(0);
    expect(said).to.match(/✓ Stopped after \d+ rounds, [1-9]\d* of which failed: 1 things done\s*$/);
    line.server.close();
  });
});
