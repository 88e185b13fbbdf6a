// Another basket at the same level: announced, late enough for whoever wants to leave, capped, and for anyone to execute.
import { expect } from "chai";
import { parseUnits } from "ethers";
import { chainWith, DAY, wad } from "./fixture.ts";
import { INDEX, renew, set, withIndex, zeroAnswer } from "./indexes.ts";

const { alice, deployer, load, networkHelpers, now } = await chainWith(withIndex());
const [DELAY, WINDOW] = [INDEX.delay, 7 * DAY];
/** Units of A, B, C and D that make other weights: 25 % each but for D's 25.6 %. */
const OTHER = [wad("50"), wad("200"), wad("2.5"), wad("12.9")];
const WITHOUT_C = [wad("100"), wad("400"), 0n, wad("10")];

type World = Awaited<ReturnType<typeof load>>;

/** Proposes units, and lets the delay pass; feeds named are silent in the meantime. */
async function proposed(world: World, units: bigint[], ...silent: string[]) {
  await world.indexes.IDX.propose(units);
  await networkHelpers.time.increase(DELAY);
  await renew(world, ...silent);
}

describe("An index reconstituted", () => {
  it("is announced, waits, and can be executed by anyone, at the same level", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    const time = await now();
    await expect(IDX.propose(OTHER))
      .to.emit(IDX, "Proposed")
      .withArgs(OTHER, time + 1 + DELAY, time + 1 + DELAY + WINDOW);
    expect(await IDX.proposal()).to.deep.equal([
      OTHER,
      BigInt(time + 1 + DELAY),
      BigInt(time + 1 + DELAY + WINDOW),
    ]);
    await networkHelpers.time.increaseTo(time + DELAY - 10);
    await renew(world);
    await set(world, "A", "2.2");
    await set(world, "D", "7.77");
    await networkHelpers.time.setNextBlockTimestamp(time + DELAY);
    await expect(IDX.connect(alice).execute())
      .to.be.revertedWithCustomError(IDX, "IndexSource_TooEarly")
      .withArgs(time + 1 + DELAY, time + DELAY);
    const before = await IDX.read();
    await networkHelpers.time.setNextBlockTimestamp(time + DELAY + 1);
    await expect(IDX.connect(alice).execute()).to.emit(IDX, "Reconstituted");
    const after = await IDX.read();
    // By less than level/divisor: at these prices 1 in 5e17.
    expect(after.price - before.price).to.be.within(0n, before.price / (await IDX.divisor()) + 1n);
    expect((await IDX.parts()).map(({ units }) => units)).to.deep.equal(OTHER);
    expect(await IDX.proposal()).to.deep.equal([[], 0n, 0n]);
    await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_NothingProposed");
    await set(world, "D", "7.8");
    expect((await IDX.read()).price, "D counts now").to.be.greaterThan(after.price);
  });

  it("can be withdrawn, replaced, and expires", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    await expect(IDX.cancel()).to.be.revertedWithCustomError(IDX, "IndexSource_NothingProposed");
    await IDX.propose(OTHER);
    await expect(IDX.cancel()).to.emit(IDX, "Cancelled");
    await networkHelpers.time.increase(DELAY);
    await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_NothingProposed");

    await IDX.propose(OTHER);
    await networkHelpers.time.increase(DELAY);
    const replacedAt = await now();
    await IDX.propose(WITHOUT_C);
    await expect(IDX.execute(), "the time begins anew").to.be.revertedWithCustomError(
      IDX,
      "IndexSource_TooEarly",
    );
    const end = replacedAt + 1 + DELAY + WINDOW;
    await networkHelpers.time.setNextBlockTimestamp(end + 1);
    await expect(IDX.execute())
      .to.be.revertedWithCustomError(IDX, "IndexSource_Expired")
      .withArgs(end, end + 1);
  });

  it("is for the manager to propose, and for a whole basket", async () => {
    const { indexes } = await load();
    const { IDX } = indexes;
    const calls = [() => IDX.connect(alice).propose(OTHER), () => IDX.connect(alice).cancel()];
    for (const call of calls) {
      await expect(call())
        .to.be.revertedWithCustomError(IDX, "IndexSource_NotManager")
        .withArgs(alice.address, deployer.address);
    }
    await expect(IDX.propose(OTHER.slice(1)))
      .to.be.revertedWithCustomError(IDX, "IndexSource_UnitsMismatch")
      .withArgs(3n, 4n);
    await expect(IDX.propose([0n, 0n, 0n, 0n])).to.be.revertedWithCustomError(IDX, "IndexSource_NoUnits");
    await expect(IDX.propose([1n, 2n ** 96n, 1n, 1n]))
      .to.be.revertedWithCustomError(IDX, "IndexSource_TooManyUnits")
      .withArgs(1n, 2n ** 96n, 2n ** 96n - 1n);
  });

  it("is refused above the cap at the prices of its execution, and can be proposed anew", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    // A third each now; when C has trebled it is 60 % of the basket.
    await proposed(world, ["100", "400", "5", "0"].map(wad));
    await set(world, "C", "120");
    await expect(IDX.execute())
      .to.be.revertedWithCustomError(IDX, "IndexSource_WeightAboveCap")
      .withArgs(2n, wad("0.6"), wad("0.5"));
    expect((await IDX.read()).price, "the index goes on").to.be.greaterThan(0n);
    await proposed(world, ["100", "400", "2.5", "0"].map(wad));
    await IDX.execute();
  });

  it("keeps a divisor that keeps the level", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    await proposed(world, [1n, 4n, 0n, 1n]);
    // Values of 2, 2 and 8 wei, D's above the cap of half: of none but its units the level could not be kept either.
    await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_WeightAboveCap");
    await proposed(world, [2n, 8n, 0n, 0n]);
    await expect(IDX.execute())
      .to.be.revertedWithCustomError(IDX, "IndexSource_DivisorOutOfBounds")
      .withArgs(0n, 10n ** 12n, 2n ** 128n - 1n);
  });

  it("does not take in a part that would make it older, which would stop its markets", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    await proposed(world, OTHER);
    const time = await now();
    await world.feeds.D.setAt(parseUnits("8", 8), time - 1_000);
    const [, , updatedAt] = await IDX.read();
    await expect(IDX.execute())
      .to.be.revertedWithCustomError(IDX, "IndexSource_OlderBasket")
      .withArgs(time - 1_000, updatedAt);
    await set(world, "D", "8");
    await IDX.execute();
  });

  it("goes on without a dead part, which counts with its last answer", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    const { clearingHouse, markets } = world;
    await set(world, "C", "42");
    const level = (await IDX.read()).price;
    await IDX.propose(WITHOUT_C);
    // C is silent. Refusing is not yet dead: it can't be left out at a price that may be on its way back.
    await networkHelpers.time.increase(2 * DAY);
    await renew(world, "C");
    await expect(IDX.read()).to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused");
    await IDX.propose(WITHOUT_C);
    await networkHelpers.time.increase(DELAY);
    await renew(world, "C");
    expect(await world.sources.C.isDead()).to.equal(true);
    await expect(
      clearingHouse.settle(markets.IDXDAI.params),
      "the index has longer than its part",
    ).to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused");
    await IDX.execute();
    const after = (await IDX.read()).price;
    expect(after - level).to.be.within(0n, 10n ** 6n);
    await clearingHouse.syncNow(markets.IDXDAI.params, false);
    expect((await clearingHouse.market(markets.IDXDAI.id)).price, "the market goes on").to.equal(after);
  });

  it("does not leave out a part that refuses but is not dead", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    await proposed(world, WITHOUT_C);
    await world.feeds.C.set(0n);
    await expect(IDX.execute())
      .to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused")
      .withArgs(2n, zeroAnswer(world, 3n));
  });

  it("does not take in, nor keep, a part that is dead", async () => {
    const world = await load();
    const { IDX } = world.indexes;
    await proposed(world, OTHER, "D");
    await expect(IDX.execute()).to.be.revertedWithCustomError(IDX, "IndexSource_PartRefused");
  });
});
