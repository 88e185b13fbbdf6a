// The walk-through of docs/scripts.md on each kind of local chain: on Hardhat's typed into a shell as it is written there.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { isInstalled, type NodeKind } from "../../scripts/lib/localNode.ts";
import { openTerminal, root, type Terminal } from "./program.ts";

const page = readFileSync(`${root}docs/scripts.md`, "utf8");
const chapter = page.slice(page.indexOf("## A walk-through"), page.indexOf("## The verbs"));
const blocks = (language: string) =>
  [...chapter.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, text]) =>
    text.trimEnd(),
  );
const lines = blocks("sh")
  .flatMap((block) => block.split("\n"))
  .filter((line) => line.startsWith("npm run lt -- "));

/** What a line must say for it to have done what the page tells. */
const EXPECTED: Record<string, RegExp> = {
  deploy: /✓ Checked: \d+ addresses, roles and parameters/,
  faucet: /You have 10,000 DAI and 10,000 USDC/,
  status: /You are 0x70997970C51812dc3A010C7d01b50e0d17dc79C8/,
  mint: /✓ You got [\d.]+ 5XLONG_ETHDAI .* its leverage is 5\.00x/,
  price: /✓ set ETH \/ USD to \d+/,
  rebalance: /✓ Its leverage is 5\.00x/,
  burn: /✓ You have [\d.,]+ DAI now/,
  provide: /✓ You have 1?,?[\d.]+ shares of the pool/,
  request: /✓ From .* on: npm run lt -- liquidity leave ETHDAI/,
  forward: /✓ 2 d passed/,
  leave: /✓ You got [\d.]+ DAI/,
  open: /✓ Your account in ETHDAI: short 2, worth \d+/,
  margin: /✓ Your account in ETHDAI: short 2, worth \d+/,
  close: /✓ You got [\d.]+ DAI/,
};

describe("The walk-through, typed as written", () => {
  const kinds = (["hardhat", "anvil"] satisfies NodeKind[]).filter(isInstalled);
  let terminals: [NodeKind, Terminal][];

  before(async () => {
    if (!kinds.includes("anvil")) console.log("    anvil is not there on this platform: on hardhat alone");
    const open = async (kind: NodeKind) =>
      [kind, await openTerminal(kind, `walk-${kind}`)] as [NodeKind, Terminal];
    terminals = await Promise.all(kinds.map(open));
  });

  after(() => Promise.all((terminals ?? []).map(([, terminal]) => terminal.close())));

  /** Does something on all chains at once. */
  const onEach = (act: (terminal: Terminal, kind: NodeKind) => Promise<void>) =>
    Promise.all(terminals.map(([kind, terminal]) => act(terminal, kind)));

  /** What follows a price must not be in its second, where a market may have used the one before. */
  async function expectLaterThanPrices({ node, lt }: Terminal, kind: NodeKind) {
    const { stdout } = await lt("price --json");
    const madeAt = (JSON.parse(stdout) as { updatedAt: string }[]).map(({ updatedAt }) =>
      Date.parse(updatedAt),
    );
    const response = await fetch(node.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["latest",false]}',
    });
    const { result } = (await response.json()) as { result: { timestamp: string } };
    expect(Number(result.timestamp) * 1000, kind).to.be.above(Math.max(...madeAt));
  }

  for (const line of lines) {
    it(`${line} (on ${kinds.join(" and ")})`, () =>
      onEach(async (terminal, kind) => {
        const typed = line.slice("npm run lt -- ".length);
        const { code, stdout, stderr } = await (kind === "hardhat"
          ? terminal.type(line)
          : terminal.lt(typed));
        expect(code, `${kind}: ${stderr}${stdout}`).to.equal(0);
        const words = typed.split(" ");
        const pattern = EXPECTED[words[1]] ?? EXPECTED[words[0]];
        expect(pattern, `an expectation of ${line}`).not.to.equal(undefined);
        expect(stdout, kind).to.match(pattern);
        if (words[0] === "price") await expectLaterThanPrices(terminal, kind);
        if (line.endsWith("mint 5XLONG_ETHDAI 100")) expect(stdout, kind).to.contain(blocks("text")[0]);
      }));
  }

  it("leaves no position, no shares and no tokens behind", () =>
    onEach(async (terminal, kind) => {
      const { stdout } = await terminal.lt("status --json");
      const { accounts, tokens } = JSON.parse(stdout) as {
        accounts: { position: string; poolShares: string }[];
        tokens: { name: string; balance: string }[];
      };
      for (const { position, poolShares } of accounts)
        expect([position, poolShares], kind).to.deep.equal(["0", "0"]);
      expect(tokens.find(({ name }) => name === "5XLONG_ETHDAI")?.balance, kind).to.equal("0");
    }));

  it("shows every verb that it must", () => {
    const must = [
      "deploy",
      "faucet",
      "mint",
      "price",
      "status",
      "rebalance",
      "burn",
      "liquidity",
      "trade",
      "time",
    ];
    expect([...new Set(lines.map((line) => line.split(" ")[4]))].sort()).to.deep.equal(must.sort());
  });
});
