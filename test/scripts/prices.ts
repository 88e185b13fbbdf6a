// What the scripts know of prices: why there is none, and that an index is what was meant.
import { expect } from "chai";
import { network } from "hardhat";
import { deploy } from "../../deploy/index.ts";
import { override, readParameters } from "../../deploy/parameters.ts";
import { checkDeployment } from "../../scripts/lib/check.ts";
import { toAddressBook } from "../../scripts/lib/deployment.ts";
import { withIndex } from "../indexes.ts";
import { openTerminal, type Terminal } from "./program.ts";

describe("A market whose price is refused", () => {
  let terminal: Terminal;

  before(async () => {
    terminal = await openTerminal("hardhat", "prices");
    for (const words of ["deploy", "time forward 2d --no-feeds --yes"]) {
      const { code, stderr } = await terminal.lt(words.split(" "));
      expect(code, stderr).to.equal(0);
    }
  });

  after(() => terminal?.close());

  it("is shown with the reason, in a sentence", async () => {
    const { code, stdout } = await terminal.lt(["market", "ETHDAI"]);
    expect(code).to.equal(0);
    expect(stdout).to.contain("Why there is no price");
    expect(stdout).to.match(
      /ETH +500 .*The feed's last price is from .* s old; after 86400 s it is not trusted\./,
    );
  });

  it("and in JSON", async () => {
    const { stdout } = await terminal.lt(["market", "ETHDAI", "--json"]);
    const { why } = JSON.parse(stdout) as { why: { name: string; reason: string; dead: boolean }[] };
    expect(why.map(({ name, dead }) => [name, dead])).to.deep.equal([["ETH", false]]);
    expect(why[0].reason).to.contain("it is not trusted");
  });

  it("has no reason when there is a price", async () => {
    await terminal.lt("price ETH same --yes".split(" "));
    const { stdout } = await terminal.lt(["market", "ETHDAI", "--json"]);
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
