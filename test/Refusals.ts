// Each bad price is refused with its own error, by whoever opens, closes, mints or burns, for every kind of source; all of them
// work again as soon as the price is good; and where it stays bad, the market settles after the grace and pays.
import { expect } from "chai";
import { MaxUint256, parseUnits } from "ethers";
import {
  ChainlinkSource__factory,
  LeveragedToken__factory,
  MedianSource__factory,
  SettableFeed__factory,
} from "../typechain-types/index.js";
import { chainWith, DAY, HOUR, policyWord, TIMELESS, wad } from "./fixture.ts";
import { INDEX, part, withIndex } from "./indexes.ts";
import { deployPyth } from "./pyth.ts";

const chain = await chainWith({ ...TIMELESS, sources: withIndex().sources });
const { alice, carol, deployer, load, loadFixture, networkHelpers, now } = chain;

type World = Awaited<ReturnType<typeof load>>;
interface Priced {
  getAddress(): Promise<string>;
  interface: World["sources"][string]["interface"] | object;
}

/** A source, what makes its price good, and each way in which it can be bad. */
interface Kind {
  source: Priced;
  heal(): Promise<unknown>;
  bad: Record<string, [error: string, spoil: () => Promise<unknown>]>;
  /** How long the source is silent until the market may be settled. */
  grace: number;
}

const e8 = (price: string) => parseUnits(price, 8);

async function chainlink(world: World): Promise<Kind> {
  const feed = world.feeds.ETH;
  const sequencer = await new SettableFeed__factory(deployer).deploy(0, "Sequencer", 0n);
  await sequencer.setAt(0n, 1n);
  const { halfSpread, ...terms } = part("ETH", "500", "0.001");
  const source = await new ChainlinkSource__factory(deployer).deploy({
    ...{ feed, underlying: "ETH", maxAge: terms.maxAge, deadAfter: terms.deadAfter },
    ...{ halfSpread: wad(halfSpread), minPrice: wad("10"), maxPrice: wad("100000") },
    ...{ sequencer, sequencerGrace: HOUR },
  });
  return {
    source,
    grace: 3 * DAY,
    async heal() {
      await sequencer.setAt(0n, 1n);
      await feed.set(e8("500"));
    },
    bad: {
      stale: ["ChainlinkSource_Stale", () => networkHelpers.time.increase(DAY + 10)],
      zero: ["ChainlinkSource_ZeroAnswer", () => feed.set(0n)],
      negative: ["ChainlinkSource_NegativeAnswer", () => feed.set(-1n)],
      "too low": ["ChainlinkSource_PriceOutOfBounds", () => feed.set(e8("9"))],
      "too high": ["ChainlinkSource_PriceOutOfBounds", () => feed.set(e8("100001"))],
      incomplete: ["ChainlinkSource_IncompleteRound", () => feed.setAt(e8("500"), 0)],
      "from the future": [
        "ChainlinkSource_FromFuture",
        async () => feed.setAt(e8("500"), (await now()) + 500),
      ],
      "older than used": [
        "ClearingHouse_PriceOlderThanUsed",
        async () => feed.setAt(e8("400"), (await now()) - 500),
      ],
      "without a sequencer": ["ChainlinkSource_SequencerDown", async () => sequencer.setAt(1n, await now())],
      "in the grace": ["ChainlinkSource_SequencerGrace", async () => sequencer.setAt(0n, await now())],
      "of an unknown sequencer": ["ChainlinkSource_SequencerUnknown", () => sequencer.setAt(2n, 1n)],
    },
  };
}

async function pyth(): Promise<Kind> {
  const { source, bring } = await deployPyth(deployer, await now(), { maxAge: HOUR });
  const price = 50_000_000_000n;
  return {
    source,
    grace: 3 * DAY,
    heal: async () => bring({ price, at: await now() }),
    bad: {
      stale: ["PythSource_Stale", () => networkHelpers.time.increase(HOUR + 10)],
      zero: ["PythSource_ZeroPrice", async () => bring({ price: 0n, at: await now() })],
      negative: ["PythSource_NegativePrice", async () => bring({ price: -1n, at: await now() })],
      "out of bounds": ["PythSource_PriceOutOfBounds", async () => bring({ price: 1n, at: await now() })],
      "from the future": ["PythSource_FromFuture", async () => bring({ price, at: (await now()) + 40 })],
      "too uncertain": [
        "PythSource_ConfidenceTooWide",
        async () => bring({ price, conf: price / 40n, at: await now() }),
      ],
    },
  };
}

async function median({ sources, feeds }: World): Promise<Kind> {
  const parts = [await sources.A.getAddress(), await sources.B.getAddress()];
  const config = { underlying: "X", sources: parts, maxDivergence: wad("0.02") };
  const heal = async () => {
    await feeds.A.set(e8("500"));
    await feeds.B.set(e8("501"));
  };
  await heal();
  return {
    source: await new MedianSource__factory(deployer).deploy(config),
    grace: 3 * DAY,
    heal,
    bad: {
      diverging: ["MedianSource_Diverging", () => feeds.A.set(e8("520"))],
      "of one source": ["MedianSource_TooFewAnswers", () => feeds.B.set(0n)],
      stale: ["MedianSource_TooFewAnswers", () => networkHelpers.time.increase(DAY + 10)],
    },
  };
}

async function index({ indexes, feeds }: World): Promise<Kind> {
  const heal = async () => {
    for (const [name, price] of Object.entries({ A: "2", B: "0.5", C: "40" }))
      await feeds[name].set(e8(price));
  };
  return {
    source: indexes.IDX,
    grace: INDEX.deadAfter,
    heal,
    bad: {
      "with a stale part": ["IndexSource_PartRefused", () => networkHelpers.time.increase(DAY + 10)],
      "with a worthless part": ["IndexSource_PartRefused", () => feeds.C.set(0n)],
      "with a dead part": [
        "IndexSource_PartRefused",
        async () => {
          await networkHelpers.time.increase(4 * DAY);
          await feeds.A.set(e8("2"));
          await feeds.B.set(e8("0.5"));
        },
      ],
    },
  };
}

/** A market of that source, where alice has a position and carol a token. */
async function stage(kind: (world: World) => Promise<Kind>) {
  const world = await load();
  const { clearingHouse, factory } = world;
  const kit = await kind(world);
  await kit.heal();
  const params = { ...world.params, priceSource: await kit.source.getAddress() };
  const house = clearingHouse.connect(alice);
  const { id } = await house.createMarket.staticCall(params, wad("100000"));
  await house.createMarket(params, wad("100000"));
  const policy = policyWord({ streamingFee: "0" });
  const at = await factory.createToken.staticCall(params, wad("2"), policy);
  await factory.createToken(params, wad("2"), policy);
  const token = LeveragedToken__factory.connect(at, deployer);
  await world.dai.connect(carol).approve(token, MaxUint256);
  await kit.heal();
  await world.trade(alice, { amount: "1", margin: "2000", params });
  await world.dai.connect(carol).approve(token, 2n ** 255n);
  await world.deposit(carol, "1000", token);
  const acts = {
    opening: () => world.trade(alice, { amount: "0.1", params }),
    closing: () => world.trade(alice, { amount: "-0.1", params }),
    minting: () => world.deposit(carol, "10", token),
    burning: () => world.redeem(carol, wad("1"), token),
  };
  return { ...world, ...kit, params, id, token, acts };
}

for (const [name, kind] of Object.entries({ chainlink, pyth, median, index })) {
  describe(`A price by ${name}`, () => {
    const fixture = () => stage(kind as (world: World) => Promise<Kind>);
    // Which they are is known before there is a chain to make them on.
    const rows: Record<string, string[]> = {
      chainlink: [
        ...["stale", "zero", "negative", "too low", "too high", "incomplete", "from the future"],
        ...["older than used", "without a sequencer", "in the grace", "of an unknown sequencer"],
      ],
      pyth: ["stale", "zero", "negative", "out of bounds", "from the future", "too uncertain"],
      median: ["diverging", "of one source", "stale"],
      index: ["with a stale part", "with a worthless part", "with a dead part"],
    };

    for (const row of rows[name]) {
      it(`that is ${row} is refused, and only while it is`, async () => {
        const { bad, heal, source, acts, clearingHouse } = await loadFixture(fixture);
        const [error, spoil] = bad[row];
        await spoil();
        const raisedBy = error.startsWith("ClearingHouse") ? clearingHouse : source;
        for (const [what, act] of Object.entries(acts)) {
          await expect(act(), what).to.be.revertedWithCustomError(raisedBy as typeof clearingHouse, error);
        }
        if (row === "from the future") await networkHelpers.time.increase(600);
        await heal();
        for (const act of Object.values(acts)) await act();
      });
    }

    it("has every row tried", async () => {
      const { bad } = await loadFixture(fixture);
      expect(Object.keys(bad).sort()).to.deep.equal([...rows[name]].sort());
    });

    it("that stays away settles the market after the grace, and not before, and everybody is paid", async () => {
      const { grace, clearingHouse, params, id, token, accountOf, redeem, dai } = await loadFixture(fixture);
      await networkHelpers.time.increase(grace - HOUR);
      await expect(clearingHouse.settle(params)).to.revert(chain.ethers);
      await networkHelpers.time.increase(HOUR + 10);
      await expect(clearingHouse.settle(params)).to.emit(clearingHouse, "Settled");
      await networkHelpers.time.increase(HOUR + 10);
      await clearingHouse.conclude(params);
      const before = await dai.balanceOf(carol);
      await redeem(carol, await token.balanceOf(carol), token);
      expect(await dai.balanceOf(carol)).to.be.greaterThan(before + wad("900"));
      await clearingHouse.connect(alice).close(params, 0n, 2n ** 40n);
      expect((await accountOf(alice, id)).cash, "paid out").to.equal(0n);
    });
  });
}
