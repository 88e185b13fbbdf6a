// A person's mistakes: each one a clear sentence with a remedy, an exit code that is not 0, and nothing sent.
import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import { lt, openTerminal, type Terminal } from "./program.ts";

const KEY = `0x${"17".repeat(32)}`;

/** What calls itself Sepolia, knows nothing, and gives everybody a little money. */
function fakeSepolia(): Promise<{ server: Server; url: string }> {
  const results: Record<string, string> = { eth_chainId: "0xaa36a7", eth_getBalance: "0xde0b6b3a7640000" };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      if (request.url === "/page") return response.end("<html>not a node</html>");
      const asked = JSON.parse(body) as { id: number; method: string } | { id: number; method: string }[];
      const answer = ({ id, method }: { id: number; method: string }) => ({
        jsonrpc: "2.0",
        id,
        result: results[method] ?? "0x",
      });
      return response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked)));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      resolve({ server, url: `http://127.0.0.1:${port}` });
    });
  });
}

describe("A person's mistakes", () => {
  let terminal: Terminal;
  let provider: JsonRpcProvider;
  let sepolia: { server: Server; url: string };
  let settings: Record<string, string>;
  const person = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
  const poor = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc";

  before(async () => {
    [terminal, sepolia] = await Promise.all([openTerminal("hardhat", "mistakes"), fakeSepolia()]);
    settings = terminal.settings;
    for (const line of ["deploy", "faucet"]) {
      const { code, stderr } = await terminal.lt(line);
      expect(code, stderr).to.equal(0);
    }
    provider = new JsonRpcProvider(terminal.node.url, undefined, { cacheTimeout: -1 });
    await provider.send("hardhat_setBalance", [poor, "0x0"]);
  });

  after(async () => {
    provider?.destroy();
    sepolia?.server.close();
    await terminal?.close();
  });

  const told = (line: string, message: RegExp, environment: () => Record<string, string> = () => ({})) =>
    it(line, async () => {
      const blocks = await provider.getBlockNumber();
      const nonces = await Promise.all([
        provider.getTransactionCount(person),
        provider.getTransactionCount(poor),
      ]);
      const address = { URL: sepolia.url, NODE: terminal.node.url };
      const typed = line.replace(/\$(URL|NODE)/, (_, name: keyof typeof address) => address[name]);
      const { code, stderr, stdout } = await lt(typed, { ...settings, ...environment() });
      expect(stderr).to.match(message);
      expect(stderr.trim().split("\n"), "one line").to.have.length(1);
      expect(stderr, "a sentence and a remedy").to.match(/^✗ .+[.?] .+/);
      expect(code, stdout).to.equal(1);
      expect(await provider.getBlockNumber(), "nothing sent").to.equal(blocks);
      const after = await Promise.all([
        provider.getTransactionCount(person),
        provider.getTransactionCount(poor),
      ]);
      expect(after, "nothing sent").to.deep.equal(nonces);
    });

  describe("with words", () => {
    told("mnit 5XLONG_ETHDAI 100", /There is no verb "mnit"\. Did you mean mint\?/);
    told("liquidity leve ETHDAI", /There is no verb "leve"\. Did you mean leave\?/);
    told("trade", /"trade" needs one more word\. It is one of open, close, margin/);
    told("mint 5XLONG_ETHDAI", /Missing required argument "amount"\. See npm run lt -- mint --help/);
    told("mint 5XLONG_ETHDAI 100 DAI", /Too many arguments.* See npm run lt -- mint --help/);
    told("mint 5XLONG_ETHDAI 100 --dryrun", /Unknown option "--dryrun"/);
    told("mint 5XLONG_ETHDIA 100", /There is no token "5XLONG_ETHDIA"\. Did you mean 5XLONG_ETHDAI\?/);
    told("market ETHDIA", /There is no market "ETHDIA"\. Did you mean ETHDAI\?/);
    told("faucet DIA", /There is no BaseToken "DIA"\. Did you mean DAI\?/);
    told("price ETC 500", /There is no feed "ETC"\. Did you mean ETH\?/);
    told("trade open ETHDAI shrt 2", /One goes long or short, not "shrt"/);
    told("time forward 2x", /"2x" is not a span of time/);
  });

  describe("with numbers", () => {
    told(
      "mint 3XLONG_ETHUSDC 0.1234567",
      /0\.1234567 has 7 decimals, but USDC has 6\. Type 0\.123456 or 0\.123457/,
    );
    told("mint 5XLONG_ETHDAI -5", /-5 is negative\. Type an amount of DAI above zero/);
    told("trade open ETHDAI short -2", /-2 is negative/);
    told("mint 5XLONG_ETHDAI 0", /0 DAI is nothing to do/);
    told("mint 5XLONG_ETHDAI 1e5", /"1e5" is not an amount of DAI/);
    told("mint 5XLONG_ETHDAI 1,000", /"1,000" is not an amount of DAI/);
    told("mint 5XLONG_ETHDAI lots", /"lots" is not an amount of DAI/);
    told(`mint 5XLONG_ETHDAI 1${"0".repeat(40)}`, /more than any market can hold/);
    told("mint 5XLONG_ETHDAI 100 --slippage 80%", /A slippage of 80% makes no sense/);
    told(
      "price ETH up 0.123456789%",
      /has more than the feed's 8 decimals\. Type the price itself: price ETH 500\./,
    );
    told("price ETH down 100%", /leaves no price/);
    told(
      "status --account 99",
      /The local node has no account 99\. Use --account with a number from 0 to 19/,
    );
  });

  describe("with what they have", () => {
    told("mint 5XLONG_ETHDAI 10000.5", /You have 10,000 DAI, not 10,000\.5\. .* faucet DAI/);
    told("burn 5XLONG_ETHDAI 1", /You have 0 5XLONG_ETHDAI, not 1\. Mint some first/);
    told(
      "mint 5XLONG_ETHDAI 100 --no-approve",
      /You let 5XLONG_ETHDAI take 0 DAI, and it needs 100\. Leave --no-approve away/,
    );
    told("faucet --account 5", /0x9965.* has 0\.0 ETH, .*gas.* Use another --account/);
    told(
      "trade open ETHDAI short 2 --margin 10",
      /would have a margin of .* and needs 100\. Bring more margin/,
    );
    told("trade close ETHDAI", /You have nothing in ETHDAI/);
    told("liquidity leave ETHDAI", /You have not asked to leave ETHDAI\. Begin with/);
    told("verify", /Sourcify doesn.t know local chains\. Add --dry-run/);
    told("rebalance 5XLONG_ETHDAI", /5XLONG_ETHDAI has no holders\. Mint some first: npm run lt -- mint/);
  });

  describe("with the network", () => {
    told("status --network sepolai", /There is no network "sepolai"\. Did you mean sepolia\?/);
    told(
      "status --network sepolia",
      /SEPOLIA_RPC_URL leads to chain 31337, but Sepolia is chain 11155111/,
      () => ({
        SEPOLIA_RPC_URL: terminal.node.url,
      }),
    );
    told("status --rpc htp//nowhere", /"htp\/\/nowhere" is not the address of a node/);
    told("status --rpc http://127.0.0.1:1", /No node answers at http:\/\/127\.0\.0\.1:1\. Start one/);
    told("status --rpc $URL/page", /is not an Ethereum node/);
    told(
      "mint 5XLONG_ETHDAI 1 --rpc $URL",
      /There is no key to sign with on Sepolia\. Put DEPLOYER_PRIVATE_KEY into \.env/,
    );
    told(
      "status --network sepolia",
      /There is no deployment on Sepolia\. Deploy first: npm run lt -- deploy --network sepolia/,
      () => ({
        SEPOLIA_RPC_URL: sepolia.url,
        LT_DEPLOYMENT: "test-none",
      }),
    );
    told("status", /There is no deployment on the local node\. Deploy first: npm run lt -- deploy/, () => ({
      LT_DEPLOYMENT: "test-none",
    }));
    const keyed = () => ({ SEPOLIA_RPC_URL: sepolia.url, DEPLOYER_PRIVATE_KEY: KEY });
    told(
      "deploy --network sepolia --parameters local",
      /Nobody can be asked whether to send this\. Add --yes/,
      keyed,
    );
    told(
      "deploy --network sepolia",
      /The feed of ETH, 0x694A\w+, is no contract on Sepolia\. Compare/,
      keyed,
    );
    told("deploy --parameters locl", /There are no parameters "locl"\. Did you mean local\?/);
    told(
      "deploy --parameters baseSepolia",
      /The feed of ETH, 0x4aDC\w+, is no contract on the local node\. Compare/,
    );
  });

  describe("in the end", () => {
    it("with a secret is told without the secret", async () => {
      const line = "mint 5XLONG_ETHDAI 1 --network sepolia";
      const environment = {
        ...settings,
        SEPOLIA_RPC_URL: `${sepolia.url}/?key=secret`,
        DEPLOYER_PRIVATE_KEY: "secret",
      };
      const { code, stdout, stderr } = await lt(line, environment);
      expect(code).to.equal(1);
      expect(stderr).to.match(/DEPLOYER_PRIVATE_KEY is not a private key/);
      expect(stdout + stderr).not.to.match(/secret/);
    });

    it("come as JSON, and with an exit code, to a program", async () => {
      const { code, stdout } = await terminal.start(["mint", "5XLONG_ETHDIA", "100", "--json"]);
      expect(code).to.equal(1);
      expect(JSON.parse(stdout).error.message).to.equal('There is no token "5XLONG_ETHDIA".');
    });

    it("send nothing with --dry-run", async () => {
      const blocks = await provider.getBlockNumber();
      const { code, stdout } = await lt("mint 5XLONG_ETHDAI 100 --dry-run", settings);
      expect([code, await provider.getBlockNumber()]).to.deep.equal([0, blocks]);
      expect(stdout).to.match(/you get .* 5XLONG_ETHDAI[\s\S]*Nothing was sent/);
    });

    it("are told when the price has become too old", async () => {
      expect((await lt("time forward 2d --no-feeds", settings)).code).to.equal(0);
      const { code, stderr } = await lt("mint 5XLONG_ETHDAI 100", settings);
      expect(code).to.equal(1);
      expect(stderr).to.match(/The feed's last price is from .* `price ETH same`/);
      expect((await lt("price ETH same", settings)).code).to.equal(0);
      expect((await lt("mint 5XLONG_ETHDAI 100", settings)).code).to.equal(0);
    });

    it("are told when the chain was started anew", async () => {
      const another = await openTerminal("hardhat", "anew");
      const { stderr } = await lt("status", { ...settings, LOCALHOST_RPC_URL: another.node.url });
      await another.close();
      expect(stderr).to.match(/The deployment isn't there: .* The chain was started anew\. Deploy first/);
    });
  });
});
