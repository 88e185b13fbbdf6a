// What the scripts know of prices: why there is none, and that sources are what was meant.
import { expect } from "chai";
import { network } from "hardhat";
import { deploy } from "../../deploy/index.ts";
import { tokens } from "../../deploy/modules/Tokens.ts";
import { override, readParameters, toPlan } from "../../deploy/parameters.ts";
import { checkDeployment } from "../../scripts/lib/check.ts";
import { toAddressBook } from "../../scripts/lib/deployment.ts";
import { withIndex } from "../indexes.ts";
import { deployPyth, PRICE_ID } from "../pyth.ts";
import { openTerminal, type Terminal } from "./program.ts";

describe("A market whose price is refused", () => {
  let terminal: Terminal;

  before(async () => {
    terminal = await openTerminal("hardhat", "prices");
    for (const line of ["deploy", "time forward 2d --no-feeds --yes"]) {
      const { code, stderr } = await terminal.lt(line);
      expect(code, stderr).to.equal(0);
    }
  });

  after(() => terminal?.close());

  it("is shown with the reason, in a sentence", async () => {
    const { code, stdout } = await terminal.lt("market ETHDAI");
    expect(code).to.equal(0);
    expect(stdout).to.contain("Why there is no price");
    expect(stdout).to.match(
      /ETH +500 .*The feed's last price is from .* s old; after 86400 s it is not trusted\./,
    );
  });

  it("and in JSON", async () => {
    const { stdout } = await terminal.lt("market ETHDAI --json");
    const { why } = JSON.parse(stdout) as { why: { name: string; reason: string; dead: boolean }[] };
    expect(why.map(({ name, dead }) => [name, dead])).to.deep.equal([["ETH", false]]);
    expect(why[0].reason).to.contain("it is not trusted");
  });

  it("has no reason when there is a price", async () => {
    await terminal.lt("price ETH same --yes");
    const { stdout } = await terminal.lt("market ETHDAI --json");
    expect(JSON.parse(stdout)).not.to.have.property("why");
  });
});

describe("A deployment with an index", () => {
  it("is read back, and differs where it is not what was meant", async () => {
    const connection = await network.create();
    const parameters = override(readParameters("local"), withIndex());
    const book = await toAddressBook(31_337, "local", await deploy(connection, parameters));
    const failing = async (meant: typeof parameters) =>
      (await checkDeployment(book, meant, connection.ethers.provider as never))
        .filter(({ ok }) => !ok)
        .map(({ what }) => what);
    expect(await failing(parameters)).to.deep.equal([]);
    const other = withIndex({ units: { B: "400", A: "100", C: "5", D: "0" }, delay: 9 * 86_400 });
    expect(await failing(override(readParameters("local"), other))).to.deep.equal([
      "index IDX: parts",
      "index IDX: units",
      "index IDX: delay",
    ]);
  });
});

describe("A deployment with Pyth and a median", () => {
  const DAY = 86_400;
  const pythTerms = {
    ...{ kind: "pyth" as const, priceId: PRICE_ID, underlying: "ETH", maxAge: 60, deadAfter: 3 * DAY },
    ...{ minHalfSpread: "0.0005", maxHalfSpread: "0.02", minPrice: "10", maxPrice: "100000" },
  };
  const median = { kind: "median" as const, underlying: "ETH", sources: ["ETH", "P"], maxDivergence: "0.02" };
  /** The local deployment, its markets priced by a median of its feed and of Pyth. */
  const priced = (pyth: string) =>
    override(readParameters("local"), {
      sources: { P: { ...pythTerms, pyth }, M: median },
      markets: { ETHDAI: { source: "M" }, ETHUSDC: { source: "M" } },
    });

  it("prices its markets by them, is read back, and differs where it is not what was meant", async () => {
    const connection = await network.create();
    const { ethers } = connection;
    const [deployer] = await ethers.getSigners();
    const now = (await ethers.provider.getBlock("latest"))!.timestamp;
    const { pyth, bring } = await deployPyth(deployer, now);
    const parameters = priced(await pyth.getAddress());
    // Ignition takes some seconds of the chain's time.
    await bring({ price: 50_100_000_000n, at: now + 1 });
    const deployment = await deploy(connection, parameters);
    const { clearingHouse, markets, medians } = deployment;
    expect(markets.ETHDAI.params.priceSource).to.equal(await medians.M.getAddress());
    expect((await clearingHouse.market(markets.ETHDAI.id)).price, "the mean").to.equal(5005n * 10n ** 17n);

    const book = await toAddressBook(31_337, "local", deployment);
    const failing = async (meant: typeof parameters) =>
      (await checkDeployment(book, meant, ethers.provider as never))
        .filter(({ ok }) => !ok)
        .map(({ what }) => what);
    expect(await failing(parameters)).to.deep.equal([]);
    const other = { P: { maxAge: 59 }, M: { sources: ["P", "ETH"] } };
    expect(await failing(override(parameters, { sources: other }))).to.deep.equal([
      "source P: maxAge",
      "median M: sources",
    ]);
  });

  it("is refused where it names what there is not", () => {
    const plan = (sources: object) => () => toPlan(override(priced(`0x${"11".repeat(20)}`), { sources }));
    expect(plan({ P: { pyth: "0x11" } })).to.throw('The Pyth of P has no address: "0x11"');
    expect(plan({ P: { priceId: "0x11" } })).to.throw('The priceId of P is not of 32 bytes: "0x11"');
    expect(() => tokens(plan({ M: { sources: ["ETH", "Q"] } })())).to.throw(
      "M has Q, which the plan lacks, as a part",
    );
  });
});
