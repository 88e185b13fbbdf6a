// The examples of docs/integrate.md are the files beside their text, and they run.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { buy } from "../docs/examples/buy.ts";
import { toAddressBook } from "../scripts/lib/deployment.ts";
import { StopLoss__factory } from "../typechain-types/index.js";
import { chainWith, DAY, expectNear, TIMELESS, wad } from "./fixture.ts";

const chain = await chainWith(TIMELESS);
const { alice, bob, deployer, ethers, load, networkHelpers, stranger } = chain;

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

describe("docs/integrate.md", () => {
  it("shows its examples as they are", () => {
    const text = read("docs/integrate.md").replaceAll("\r\n", "\n");
    const shown = [...text.matchAll(/<!-- (\S+) -->\n```\w+\n([\s\S]*?)```\n/g)];
    expect(shown.map(([, file]) => file)).to.deep.equal([
      "test/contracts/StopLoss.sol",
      "docs/examples/buy.ts",
    ]);
    for (const [, file, example] of shown) {
      expect(example, `the text of ${file}`).to.equal(read(file).replaceAll("\r\n", "\n"));
    }
    expect(text.match(/^```\w/gm)?.length, "no example but these").to.equal(shown.length);
  });

  it("links to files and headings that there are", () => {
    const text = read("docs/integrate.md");
    const anchors = (page: string) =>
      [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
        heading
          .toLowerCase()
          .replace(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
      );
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
    expect(links.length).to.be.greaterThan(10);
    for (const link of links) {
      const [file, anchor] = link.split("#");
      const page = file === "" ? text : read(`docs/${file}`);
      if (anchor !== undefined) expect(anchors(page), `headings for ${link}`).to.include(anchor);
    }
  });
});

describe("StopLoss", () => {
  /** Alice has 1,000 DAI in it, to be stopped when a token is worth 0.8 DAI. */
  async function opened() {
    const world = await load();
    const { dai, long, valueFeeds } = world;
    const stopLoss = await new StopLoss__factory(deployer).deploy(long, valueFeeds["5XLONG_ETHDAI"]);
    for (const actor of [alice, bob]) await dai.connect(actor).approve(stopLoss, MaxUint256);
    await world.deposit(bob, "500");
    const shares = await long.previewDeposit(wad("1000"));
    await stopLoss.connect(alice).open(wad("1000"), shares, wad("0.8"));
    return { ...world, stopLoss, shares };
  }

  it("mints with a limit, and burns for the owner", async () => {
    const { dai, long, stopLoss, shares } = await opened();
    expect(await long.balanceOf(stopLoss)).to.equal(shares);
    const assets = await long.previewRedeem(shares);
    await expect(stopLoss.connect(alice).close(assets)).to.changeTokenBalance(ethers, dai, alice, assets);
    await expect(stopLoss.connect(alice).open(wad("10"), wad("11"), 0n)).to.be.revertedWithCustomError(
      long,
      "LeveragedToken_BelowMinimum",
    );
  });

  it("lets anyone stop it, below its floor alone, and pays the owner", async () => {
    const { dai, stopLoss, shares, setPrice } = await opened();
    await setPrice("485");
    await expect(stopLoss.connect(stranger).stop(alice)).to.be.revertedWithCustomError(
      stopLoss,
      "StopLoss_StillAbove",
    );
    await setPrice("479");
    const before = await dai.balanceOf(alice);
    await stopLoss.connect(stranger).stop(alice);
    expectNear(
      (await dai.balanceOf(alice)) - before,
      (shares * 783n) / 1000n,
      "0.79 less what leaving costs",
      "0.01",
    );
    expect((await stopLoss.positions(alice)).shares).to.equal(0n);
  });

  it("is not stopped by a price that can't be trusted", async () => {
    const { stopLoss, source, setPrice } = await opened();
    await setPrice("479");
    await networkHelpers.time.increase(2 * DAY);
    await expect(stopLoss.stop(alice)).to.be.revertedWithCustomError(source, "ChainlinkSource_Stale");
  });
});

describe("buy", () => {
  it("buys with one signature and one transaction", async () => {
    const world = await load();
    const { dai, long, router } = world;
    const book = await toAddressBook(31337, "local", world);
    const address = await long.getAddress();
    const nonce = await alice.getNonce();
    const { quoted, minimum, balance } = await buy(alice, book, address, wad("100"));
    expect([balance, await long.balanceOf(alice)]).to.deep.equal([quoted, quoted]);
    expect(minimum).to.equal((quoted * 995n) / 1000n);
    expect(await alice.getNonce(), "one transaction").to.equal(nonce + 1);
    expect(await dai.allowance(alice, router)).to.equal(0n);
  });

  it("tells in a sentence why it can't", async () => {
    const world = await load();
    const book = await toAddressBook(31337, "local", world);
    await networkHelpers.time.increase(2 * DAY);
    const refused = buy(alice, book, await world.long.getAddress(), wad("100"));
    const error = await refused.then(
      () => undefined,
      (error: Error) => error,
    );
    expect(error?.message).to.match(/^The feed's last price is from .* it is not trusted\.$/);
  });
});
