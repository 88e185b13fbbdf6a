// The daily tokens of the AI index by the scripts, and what they tell before a mint.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { override, readParameters, toPlan } from "../../deploy/parameters.ts";
import { unpackPolicy } from "../../sdk/math/Policy.ts";
import { rebalancesIn, worstLeverage } from "../../sdk/quotes.ts";
import { openTerminal, root, type Terminal } from "./program.ts";

describe("The AI index by the scripts", () => {
  let terminal: Terminal;

  before(async () => {
    terminal = await openTerminal("hardhat", "ai");
    await lt("deploy");
    await lt("faucet DAI");
  });

  after(() => terminal?.close());

  const lt = async (line: string) => {
    const outcome = await terminal.lt(line);
    expect(outcome.code, `${line}: ${outcome.stderr}${outcome.stdout}`).to.equal(0);
    return outcome.stdout;
  };

  it("tells before a mint what has happened to such a basket, and to how many rebalances that comes", async () => {
    const said = await lt("mint 2XLONG_AIXDAI 1000 --dry-run");
    expect(said).to.match(/wiped out by +a fall of 50 % at one blow; of 37\.6 % when leverage has drifted/);
    expect(said).to.match(
      /has happened +a fall of 60 % within 1 h on 2025-10-10, which at one blow is all of it; keepers would have had to rebalance it 5 times, every 12 min/,
    );
    expect(said, "2x is the most that is sane").not.to.match(/sane/);
  });

  it("warns of 3x as the page says, also in JSON", async () => {
    const page = readFileSync(`${root}docs/scripts.md`, "utf8");
    const [, shown] = /^## The AI index.*?^```text\n(.*?)^```/ms.exec(page)!;
    const said = await lt("mint 3XLONG_AIXDAI 1000 --dry-run");
    for (const line of shown.trimEnd().split("\n")) expect(said).to.contain(line);
    expect(said).to.match(
      /! 3\.00x is more than is sane on AIX: 2x is the most, since there has been a fall of 60 % within 1 h on 2025-10-10\./,
    );
    const json = JSON.parse(await lt("mint 3XLONG_AIXDAI 1000 --dry-run --json")) as Record<string, unknown>;
    expect([json.saneLeverage, json.rebalancesInCrash]).to.deep.equal([2, 8]);
  });

  it("says nothing of a fall to who is short, and nothing of a past that is not known", async () => {
    expect(await lt("mint 2XSHORT_AIXDAI 1000 --dry-run")).not.to.match(/has happened|sane/);
    expect(await lt("mint 5XLONG_ETHDAI 1000 --dry-run")).not.to.match(/has happened|sane/);
  });

  it("moves the index with all of its parts, and shows it", async () => {
    expect(await lt("price AIX up 5%")).to.match(
      /✓ set FET \/ USD to 1\.3125 [\s\S]*✓ AIX went from 1,000 to 1,050/,
    );
    await lt("price TAO down 10%");
    const rows = JSON.parse(await lt("price --json")) as { feed: string; price: string }[];
    // TAO is 0.5 units at 525.
    expect(rows.find(({ feed }) => feed === "AIX")?.price).to.equal("1023.75");
    expect(rows.map(({ feed }) => feed)).to.include.members(["ETH", "FET", "WLD"]);
    // 8 decimals can't tell a third of a per cent exactly: the nearest below.
    await lt("price AIX down 0.33333333%");
  });

  it("has no price of its own to set", async () => {
    const { code, stderr } = await terminal.lt("price AIXDAI 900");
    expect(code).to.equal(1);
    expect(stderr).to.match(/AIX is an index: .* Type AIX up 5%, .* or set a part: FET, RENDER, /);
  });

  it("mints, rebalances the next day, and burns", async () => {
    expect(await lt("mint 2XLONG_AIXDAI 1000")).to.match(/✓ You got [\d.]+ 2XLONG_AIXDAI/);
    await lt("price AIX up 4%");
    const early = await terminal.lt("rebalance 2XLONG_AIXDAI");
    expect(early.stderr).to.match(/Nothing is due: .* Its next scheduled rebalance is at .* 00:02:00 UTC/);
    await lt("time forward 1d");
    expect(await lt("rebalance 2XLONG_AIXDAI")).to.match(
      /it trades +[\d.]+ AIX[\s\S]*✓ Its leverage is 2\.00x/,
    );
    expect(await lt("market AIXDAI")).to.match(/cost of a trade +0\.1 % and 0\.2 % half-spread/);
    expect(await lt("status")).to.match(/AIXDAI +open/);
    expect(await lt("burn 2XLONG_AIXDAI all")).to.match(/✓ You have [\d.,]+ DAI now/);
  });

  it("reads back parts and units", async () => {
    const { findings } = JSON.parse(await lt("check --json")) as { findings: { what: string }[] };
    const what = findings.map((finding) => finding.what);
    for (const part of ["parts", "units", "has a divisor", "maxWeight", "delay", "deadAfter", "manager"]) {
      expect(what).to.include(`index AIX: ${part}`);
    }
  });
});

describe("How often a crash asks for a rebalance", () => {
  const { policy: word } = toPlan(
    override(readParameters("local"), { tokens: { "5XLONG_ETHDAI": { policy: "daily" } } }),
  ).tokens["5XLONG_ETHDAI"];

  for (const target of [2, 3]) {
    it(`is what a ${target}x meets on a steady way down`, () => {
      const policy = unpackPolicy(word);
      const worst = worstLeverage(target, policy);
      let [price, value, position, count] = [1, 1, target, 0];
      while (price > 0.4) {
        price -= 1e-6;
        value -= position * 1e-6;
        if ((position * price) / value <= worst) continue;
        position = (target * value) / price;
        count++;
      }
      expect(Math.floor(rebalancesIn(target, policy, 0.6))).to.equal(count);
    });
  }
});
