// Attacks on prices: each ends with the attacker not richer, or with the loss that docs/prices.md says and no more.
import { expect } from "chai";
import { IndexSource__factory, MedianSource__factory } from "../typechain-types/index.js";
import { chainWith, DAY, FOREVER, TIMELESS, wad } from "./fixture.ts";
import { BASKET, INDEX, part, renew, set, withIndex } from "./indexes.ts";

const { alice, bob, deployer, load, networkHelpers, provider, sameBlock } = await chainWith({
  ...TIMELESS,
  ...withIndex(),
});

type World = Awaited<ReturnType<typeof load>>;
const WAD = 10n ** 18n;

describe("Front-running a push feed by its deviation threshold", () => {
  /** What alice has more of when she trades, or mints, a moment before the feed moves by its threshold of 0.5 %. */
  async function gain(halfSpread: string, how: "trade" | "token", amount: string) {
    const world = await load({ ...TIMELESS, sources: { ETH: { halfSpread } } });
    const { dai, trade, close, deposit, redeem, long, setPrice } = world;
    const before = await dai.balanceOf(alice);
    if (how === "trade") await trade(alice, { amount, margin: (Number(amount) * 100).toString() });
    else await deposit(alice, (Number(amount) * 100).toString());
    await setPrice("502.5");
    if (how === "trade") await close(alice);
    else await redeem(alice, await long.balanceOf(alice));
    return (await dai.balanceOf(alice)) - before;
  }

  for (const how of ["trade", "token"] as const) {
    for (const amount of ["1", "100", "900"]) {
      it(`loses with the recommended half-spread, by ${how} of ${amount} ETH`, async () => {
        expect(await gain("0.005", how, amount)).to.be.lessThan(0n);
      });
    }

    it(`would gain without one, by ${how}: that is what it is for`, async () => {
      expect(await gain("0", how, "1")).to.be.greaterThan(0n);
    });
  }
});

describe("Pumping a part of an index", () => {
  const SEED = wad("1000000");
  const OPEN_SHARE = 2n;

  /** Alice goes as long as the market lets her, part C is pumped for a moment, and she closes. */
  async function pump(world: World, spoil: () => Promise<unknown>, params = world.markets.IDXDAI.params) {
    const { dai, trade, clearingHouse } = world;
    const before = await dai.balanceOf(alice);
    await trade(alice, { amount: "499", margin: "60000", params });
    await spoil();
    await clearingHouse.connect(alice).close(params, 0n, FOREVER);
    return (await dai.balanceOf(alice)) - before;
  }

  it("beyond its bounds stops the index, and nothing can be taken", async () => {
    const world = await load({ ...TIMELESS, ...bounded("120") });
    await expect(pump(world, () => set(world, "C", "400"))).to.be.revertedWithCustomError(
      world.indexes.IDX,
      "IndexSource_PartRefused",
    );
  });

  it("up to its bounds takes weight · (factor − 1) of what the market lets be open, and no more", async () => {
    const world = await load({ ...TIMELESS, ...bounded("120") });
    const profit = await pump(world, () => set(world, "C", "120"));
    // A third of the basket threefold: the level rises by two thirds, on half of the pool's equity.
    const most = (SEED * 2n) / 3n / OPEN_SHARE;
    expect(profit, "an attack that works is shown").to.be.greaterThan((most * 95n) / 100n);
    expect(profit).to.be.lessThan(most);
  });

  it("of half the weight takes half as much", async () => {
    const units = { A: "200", B: "400", C: "2.5", D: "0" };
    const world = await load({ ...TIMELESS, ...bounded("120", { units, maxWeight: "0.6" }) });
    // 100 of 700: a seventh.
    const profit = await pump(world, () => set(world, "C", "120"));
    expect(profit).to.be.lessThan((SEED * 2n) / 7n / OPEN_SHARE);
  });

  it("takes nothing when the part is a median of three, one of which is pumped tenfold", async () => {
    const world = await load({
      ...TIMELESS,
      sources: { ...BASKET, C2: part("C", "40.1", "0.004"), C3: part("C", "39.9", "0.004") },
    });
    const { sources, clearingHouse, params } = world;
    const at = (name: string) => sources[name].getAddress();
    const median = await new MedianSource__factory(deployer).deploy({
      underlying: "C",
      sources: [await at("C"), await at("C2"), await at("C3")],
      maxDivergence: wad("0.02"),
    });
    const index = await new IndexSource__factory(deployer).deploy({
      ...{
        underlying: "IDX",
        level: wad("1000"),
        maxWeight: wad("0.5"),
        delay: 4 * DAY,
        deadAfter: 14 * DAY,
      },
      parts: [
        { source: await at("A"), units: wad("100") },
        { source: await at("B"), units: wad("400") },
        { source: await median.getAddress(), units: wad("5") },
      ],
      manager: deployer.address,
    });
    const own = { ...params, priceSource: await index.getAddress() };
    await world.dai.mint(deployer, SEED);
    await world.dai.approve(clearingHouse, SEED);
    await clearingHouse.createMarket(own, SEED);
    expect(await pump(world, () => set(world, "C", "400"), own)).to.be.lessThan(0n);
  });

  /** The index with a bound of part C. */
  function bounded(maxPrice: string, index = {}) {
    const { sources, markets } = withIndex(index);
    return { sources: { ...sources, C: { ...BASKET.C, maxPrice } }, markets };
  }
});

describe("A median of three, one of which goes back in time", () => {
  it("holds the market up until that answer is too old, and no longer", async () => {
    const three = { C: BASKET.C, C2: part("C", "40", "0.004"), C3: part("C", "40", "0.004") };
    const world = await load({ ...TIMELESS, sources: three });
    const { sources, feeds, clearingHouse } = world;
    const median = await new MedianSource__factory(deployer).deploy({
      underlying: "C",
      sources: await Promise.all(["C", "C2", "C3"].map((name) => sources[name].getAddress())),
      maxDivergence: wad("0.02"),
    });
    const own = { ...world.params, priceSource: await median.getAddress() };
    await world.dai.mint(deployer, wad("1000000"));
    await world.dai.approve(clearingHouse, wad("1000000"));
    await clearingHouse.createMarket(own, wad("1000000"));
    await world.trade(bob, { amount: "100", margin: "500", params: own });

    // Bob is to be liquidated; the source that is his says what it said an hour before.
    const past = BigInt(await networkHelpers.time.latest()) - 3600n;
    await feeds.C2.set(36n * 10n ** 8n);
    await feeds.C3.set(36n * 10n ** 8n);
    await feeds.C.setAt(40n * 10n ** 8n, past);
    expect((await median.read()).price, "it can't choose the price").to.equal(wad("36"));
    await expect(clearingHouse.connect(alice).liquidate(own, bob)).to.be.revertedWithCustomError(
      clearingHouse,
      "ClearingHouse_PriceOlderThanUsed",
    );
    expect(await median.isDead()).to.equal(false);

    await networkHelpers.time.increaseTo(past + BigInt(DAY) + 1n);
    await clearingHouse.connect(alice).liquidate(own, bob);
  });
});

describe("An index manager who wants the pool's money", () => {
  /** All that the caps allow in two parts. */
  const GREEDY = [wad("100"), 0n, wad("5"), 0n];

  async function announced() {
    const world = await load();
    const { IDX } = world.indexes;
    const { pool } = world.markets.IDXDAI;
    await world.dai.connect(provider).approve(pool, wad("10000"));
    await pool.connect(provider).deposit(wad("10000"), provider);
    await IDX.propose(GREEDY);
    return { ...world, IDX, pool };
  }

  it("is announced so long before that liquidity providers have left by then", async () => {
    const { IDX, pool, dai, ...world } = await announced();
    const before = await dai.balanceOf(provider);
    await pool.connect(provider).requestRedeem(await pool.balanceOf(provider));
    await networkHelpers.time.increase(2 * DAY);
    await renew(world);
    await pool.execute(provider);
    // All but the exit fee of 0.1 %.
    expect((await dai.balanceOf(provider)) - before).to.be.greaterThan(wad("9989"));
    await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_TooEarly");
  });

  for (const amount of ["100", "-100"]) {
    it(`gains nothing by trading ${amount} around it, within a block`, async () => {
      const { IDX, trade, accountOf, markets, ...world } = await announced();
      const { params, id } = markets.IDXDAI;
      await networkHelpers.time.increase(INDEX.delay);
      await renew(world);
      await trade(alice, { margin: "50000", params });
      const sent = await sameBlock(
        (options) => trade(alice, { amount, params }, options),
        (options) => IDX.execute(options),
        (options) => trade(alice, { amount: String(-Number(amount)), params }, options),
      );
      for (const one of sent) expect((await one.wait())?.status).to.equal(1);
      expect((await accountOf(alice, id)).cash).to.be.lessThan(wad("50000"));
    });

    it(`gains nothing by trading ${amount} before it, and back a block after`, async () => {
      const { IDX, trade, accountOf, markets, ...world } = await announced();
      const { params, id } = markets.IDXDAI;
      await networkHelpers.time.increase(INDEX.delay);
      await renew(world);
      await trade(alice, { amount, margin: "50000", params });
      await IDX.execute();
      await trade(alice, { amount: String(-Number(amount)), params });
      expect((await accountOf(alice, id)).cash).to.be.lessThan(wad("50000"));
    });
  }

  it("can't have a part above the cap, nor one of another source", async () => {
    const { IDX, ...world } = await announced();
    await IDX.propose([0n, 0n, wad("5"), 0n]);
    await networkHelpers.time.increase(INDEX.delay);
    await renew(world);
    await expect(IDX.execute())
      .to.be.revertedWithCustomError(IDX, "IndexSource_WeightAboveCap")
      .withArgs(2n, wad("1"), wad("0.5"));
    await expect(IDX.propose([...GREEDY, wad("1")])).to.be.revertedWithCustomError(
      IDX,
      "IndexSource_UnitsMismatch",
    );
  });

  it("who executes while a part is pumped moves the level by no more than the cap", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    const level = (await IDX.read()).price;
    // D comes in at half of the basket, at ten times what it is worth.
    await IDX.propose([wad("100"), wad("400"), 0n, wad("5")]);
    await networkHelpers.time.increase(INDEX.delay);
    await renew(world);
    await set(world, "D", "80");
    await IDX.connect(bob).execute();
    expect((await IDX.read()).price - level, "at once: nothing").to.be.within(0n, 10n ** 9n);
    await set(world, "D", "8");
    const after = (await IDX.read()).price;
    const [weight, factor] = [wad("0.5"), 10n];
    const least = (level * (WAD - (weight * (factor - 1n)) / factor)) / WAD;
    expect(after, "cap · (1 − 1/factor) lower, when the price is right again").to.be.within(
      least - 10n ** 9n,
      least + 10n ** 9n,
    );
  });
});
