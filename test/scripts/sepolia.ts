// A rehearsal of Sepolia: the real verbs with its parameters, chain id and feed address, on a chain of the test's own.
import { rmSync } from "node:fs";
import { expect } from "chai";
import { ContractFactory, JsonRpcProvider, parseUnits } from "ethers";
import { isChainlink, readParameters } from "../../deploy/parameters.ts";
import { isInstalled, type LocalNode, startNode } from "../../scripts/lib/localNode.ts";
import { NETWORKS } from "../../scripts/lib/networks.ts";
import { SettableFeed__factory } from "../../typechain-types/index.js";
import { freePort, root, run, lt as runHere } from "./program.ts";

/** The second of the accounts that every such chain has. */
const KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const DEPLOYMENT = `test-sepolia-${process.pid}`;

describe("A rehearsal of Sepolia", () => {
  let node: LocalNode;

  before(async function () {
    if (!isInstalled("anvil")) this.skip();
    node = await startNode("anvil", await freePort(), ["--chain-id", String(NETWORKS.sepolia.chainId)]);
    await placeFeed(node.url);
  });

  after(async () => {
    await node?.stop();
    rmSync(`${root}deploy/deployments/${DEPLOYMENT}`, { recursive: true, force: true });
  });

  const settings = () => ({
    SEPOLIA_RPC_URL: node.url,
    DEPLOYER_PRIVATE_KEY: KEY,
    LT_BUILT: "1",
    LT_DEPLOYMENT: DEPLOYMENT,
  });
  const lt = (line: string) => runHere(`${line} --network sepolia`, settings());
  /** In a process of its own, all that it writes is seen. */
  const start = (line: string) =>
    run(
      process.execPath,
      ["--import", "tsx", "scripts/lt.ts", ...line.split(" "), "--network", "sepolia"],
      settings(),
    );

  for (const [line, says, by] of [
    [
      "deploy --yes",
      /✓ Checked: \d+ addresses, roles and parameters are as in deploy\/parameters\/sepolia/,
      start,
    ],
    ["deploy --yes", /✓ Checked/, lt],
    ["faucet DAI 5000 --yes", /✓ You have 5,000 DAI/, lt],
    ["mint 5XLONG_ETHDAI 100 --yes", /✓ You got [\d.]+ 5XLONG_ETHDAI/, start],
    ["status", /Sepolia, chain 11155111/, lt],
    ["burn 5XLONG_ETHDAI all --yes", /✓ You have [\d.,]+ DAI now/, lt],
    ["verify --dry-run", /ChainlinkSource.*Nothing was sent/s, lt],
  ] as const) {
    it(line, async () => {
      const { code, stdout, stderr } = await by(line);
      expect(code, stderr + stdout).to.equal(0);
      expect(stdout).to.match(says);
      expect(stdout + stderr, "the key is never shown").not.to.contain(KEY.slice(2, 20));
    });
  }

  for (const [line, says] of [
    ["price ETH 3000 --yes", /The prices of Sepolia come from Chainlink: nobody can set them here/],
    ["mint 5XLONG_ETHDAI 100", /Nobody can be asked whether to send this\. Add --yes/],
    ["time forward 2d --yes", /Nobody moves the clock of Sepolia/],
  ] as const) {
    it(`${line} is refused`, async () => {
      const { code, stderr } = await lt(line);
      expect(code).to.equal(1);
      expect(stderr).to.match(says);
    });
  }
});

/** Puts a feed where Sepolia has Chainlink's. */
async function placeFeed(url: string) {
  const source = readParameters("sepolia").sources.ETH;
  if (!isChainlink(source) || !("address" in source.feed)) throw new Error("Sepolia names no feed");
  const { feed } = source;
  const provider = new JsonRpcProvider(url, undefined, { pollingInterval: 50, cacheTimeout: -1 });
  const deployer = await provider.getSigner(0);
  const { abi, bytecode } = SettableFeed__factory;
  const answer = parseUnits("2000", 8);
  const made = await new ContractFactory(abi, bytecode, deployer).deploy(8, feed.description, answer);
  await made.waitForDeployment();
  const from = await made.getAddress();
  await provider.send("anvil_setCode", [feed.address, await provider.getCode(from)]);
  // Its description is in the first slots; its rounds begin with the first one set.
  for (let slot = 0; slot < 8; slot++) {
    const key = `0x${slot.toString(16).padStart(64, "0")}`;
    await provider.send("anvil_setStorageAt", [feed.address, key, await provider.getStorage(from, slot)]);
  }
  await (await SettableFeed__factory.connect(feed.address, deployer).set(answer)).wait();
  provider.destroy();
}
