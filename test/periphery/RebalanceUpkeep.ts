// A keeper network's view of many tokens: 25 of one factory, daily and continuous, with bad ones among them.
import { expect } from "chai";
import { chainWith, HOUR, TIMELESS, wad } from "../fixture.ts";
import { BURNING_GAS, DAILY, encode, LOCAL, many, REVERTING, rounds, watch, withHostile } from "./upkeep.ts";

const { ethers, loadFixture, networkHelpers, stranger, treasury } = await chainWith(TIMELESS);

describe("RebalanceUpkeep", () => {
  it("finds nothing to do when nothing is due", async () => {
    const world = await loadFixture(many);
    await rounds(world, watch({ count: 100 }));
    expect(await world.check(watch({ count: 100 }))).to.deep.equal([]);
    await expect(world.perform([LOCAL])).to.be.revertedWithCustomError(
      world.upkeep,
      "RebalanceUpkeep_NothingDone",
    );
  });

  it("does the daily rebalances of 22 tokens, eight a call", async () => {
    const world = await loadFixture(many);
    await world.nextDay("503");
    const { done, gas } = await rounds(world, watch({ count: 100 }));
    console.log(`        gas of eight, eight and six rebalances: ${gas.join(", ")}`);
    const expected = Array.from({ length: DAILY }, (_, i) => LOCAL + i);
    expect(done.sort((a, b) => a - b)).to.deep.equal(expected);
    expect(gas.length, "calls").to.equal(3);
    for (const used of gas) expect(used < 5_000_000n, `${used} is what a network grants`).to.equal(true);
    for (const number of expected) {
      const token = world.tokens[number];
      const [current, target] = [await token.currentLeverage(), await token.targetLeverage()];
      const off = current > target ? current - target : target - current;
      expect(off < 10n ** 13n, `${number} is at ${current}`).to.equal(true);
    }
  });

  it("does the rebalances of a band, of the tokens that are beyond theirs", async () => {
    const world = await loadFixture(many);
    await rounds(world, watch({ count: 100 }));
    await networkHelpers.time.increase(HOUR);
    await world.setPrice("487.5");
    expect(
      await world.check(watch({ count: LOCAL })),
      "5x above its band of 10 %, the short within",
    ).to.deep.equal([world.five]);
    await expect(world.perform([world.five])).to.emit(world.long, "Rebalanced");
    expect(await world.check(watch({ count: LOCAL }))).to.deep.equal([]);
  });

  it("looks at a page, at named ones, at both, and not at more than it may", async () => {
    const world = await loadFixture(many);
    await world.nextDay("503");
    expect(await world.check(watch({ numbers: [LOCAL + 3, LOCAL + 1, 10_000] }))).to.deep.equal([
      LOCAL + 3,
      LOCAL + 1,
    ]);
    expect((await world.check(watch({ first: LOCAL + 20, count: 100 }))).sort()).to.deep.equal([23, 24]);
    expect((await world.check(watch({ first: 24, count: 1, numbers: [5] }))).sort()).to.deep.equal([24, 5]);
    expect(await world.check(watch({ first: 10_000, count: 100 }))).to.deep.equal([]);
    for (const [data, count] of [
      [watch({ count: 2n ** 256n - 1n }), 2n ** 256n - 1n],
      [watch({ count: 99, numbers: [1, 2] }), 2n],
    ] as const) {
      await expect(world.upkeep.checkUpkeep.staticCall(data))
        .to.be.revertedWithCustomError(world.upkeep, "RebalanceUpkeep_TooMany")
        .withArgs(count, 100n);
    }
    await expect(world.perform([1, 2, 3, 4, 5, 6, 7, 8, 9]))
      .to.be.revertedWithCustomError(world.upkeep, "RebalanceUpkeep_TooMany")
      .withArgs(9n, 8n);
  });

  it("begins its page at another token each block, so that all get their turn", async () => {
    const { check, nextDay } = await loadFixture(many);
    await nextDay("503");
    const begins = new Set<number>();
    for (let i = 0; i < 25; i++) {
      await networkHelpers.mine();
      begins.add((await check(watch({ first: LOCAL, count: DAILY })))[0]);
    }
    expect(begins.size, "each of the 22 is the first once").to.equal(DAILY);
  });

  it("asks for a reward, if told", async () => {
    const world = await loadFixture(many);
    await world.nextDay("503");
    const { reward } = await world.tokens[LOCAL].previewRebalance();
    const numbers = [LOCAL];
    expect(await world.check(watch({ numbers, minReward: reward / 2n }))).to.deep.equal(numbers);
    expect(await world.check(watch({ numbers, minReward: 2n * reward }))).to.deep.equal([]);
  });

  for (const [name, mood] of Object.entries({
    reverts: REVERTING,
    "burns all gas that it gets": BURNING_GAS,
  })) {
    it(`goes on past a token whose price source ${name}`, async () => {
      const world = await loadFixture(many);
      const { hostile, token, number } = await withHostile(world);
      await world.nextDay("503");
      await hostile.setMood(mood);
      const numbers = [number, LOCAL, number, LOCAL + 1];
      expect(await world.check(watch({ numbers }))).to.deep.equal([LOCAL, LOCAL + 1]);
      const performed = world.upkeep.performUpkeep(encode(numbers), { gasLimit: 5_000_000n });
      await expect(performed).to.emit(world.upkeep, "RebalanceSkipped").withArgs(token);
      await expect(performed).to.emit(world.tokens[LOCAL], "Rebalanced");
      await expect(performed).to.emit(world.tokens[LOCAL + 1], "Rebalanced");
      const { gasUsed } = (await (await performed).wait())!;
      console.log(`        gas of two rebalances and two such: ${gasUsed}`);
      // 550,000 and what failing costs besides, twice.
      expect(gasUsed < 2_000_000n, `${gasUsed}`).to.equal(true);
    });
  }

  it("goes on past one that is wiped out, not due, or not there", async () => {
    const world = await loadFixture(many);
    const { hostile, token, number } = await withHostile(world);
    await world.nextDay("503");
    await hostile.setPrice(wad("100"));
    // Recording the wipe-out is work that can be done, once.
    expect(await world.check(watch({ numbers: [number] }))).to.deep.equal([number]);
    await expect(world.perform([number])).to.emit(token, "WipedOut");
    const numbers = [number, world.five, 10_000, LOCAL];
    expect(await world.check(watch({ numbers }))).to.deep.equal([LOCAL]);
    await expect(world.perform(numbers)).to.emit(world.tokens[LOCAL], "Rebalanced");
    await expect(world.perform(numbers)).to.be.revertedWithCustomError(
      world.upkeep,
      "RebalanceUpkeep_NothingDone",
    );
  });

  it("takes no less gas than lets each token have its share", async () => {
    const world = await loadFixture(many);
    await world.nextDay("503");
    const numbers = [LOCAL, LOCAL + 1, LOCAL + 2, LOCAL + 3];
    const needed = (await world.upkeep.GAS_EACH()) + 50_000n;
    await expect(world.upkeep.performUpkeep(encode(numbers), { gasLimit: 700_000n }))
      .to.be.revertedWithCustomError(world.upkeep, "RebalanceUpkeep_TooLittleGas")
      .withArgs((left: bigint) => left < needed, needed);
    // What an estimate finds is enough for all.
    const estimate = await world.upkeep.performUpkeep.estimateGas(encode(numbers));
    const performed = world.upkeep.performUpkeep(encode(numbers), { gasLimit: estimate });
    for (const number of numbers) await expect(performed).to.emit(world.tokens[number], "Rebalanced");
  });

  it("pays its rewards to the beneficiary, whoever asks", async () => {
    const world = await loadFixture(many);
    await world.nextDay("503");
    await rounds(world, watch({ count: 100 }));
    const { cash, position } = await world.accountOf(world.upkeep);
    expect(position).to.equal(0n);
    expect(cash > wad("5"), `${cash} of rewards`).to.equal(true);
    const collected = world.upkeep.connect(stranger).collect(world.params);
    await expect(collected).to.changeTokenBalances(
      ethers,
      world.dai,
      [treasury, world.upkeep, stranger],
      [cash, 0n, 0n],
    );
    await expect(collected).to.emit(world.upkeep, "RewardsCollected").withArgs(world.dai, cash);
    await expect(world.upkeep.collect(world.params)).to.be.revertedWithCustomError(
      world.clearingHouse,
      "ClearingHouse_ZeroAmount",
    );
    expect(await world.upkeep.beneficiary()).to.equal(treasury.address);
  });
});
