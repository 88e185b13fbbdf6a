import { expect } from "chai";
import { chainWith, DAY, TIMELESS, wad } from "../fixture.ts";
import { traded } from "./traded.ts";

const { alice, bob, carol, load, networkHelpers, now } = await chainWith(TIMELESS);

type World = Awaited<ReturnType<typeof load>>;
type Actor = typeof alice;

describe("Lens.account: liquidationPrice", () => {
  const TICK = 10n ** 10n;

  /** Looks at the account of `who` with the feed at `answer`, always at the same time. */
  async function observer({ lens, clearingHouse, feed, params }: World, who: Actor) {
    const time = (await now()) + 60;
    const before = await networkHelpers.takeSnapshot();
    return async (answer: bigint) => {
      await before.restore();
      await networkHelpers.time.setNextBlockTimestamp(time);
      await feed.set(answer);
      const seen = await lens.account(params, who);
      const liquidation = clearingHouse.liquidate.staticCall(params, who);
      if (seen.liquidatable) await liquidation;
      else {
        await expect(liquidation).to.be.revertedWithCustomError(
          clearingHouse,
          "ClearingHouse_NotLiquidatable",
        );
      }
      return seen;
    };
  }

  async function expectFlip(world: World, who: Actor) {
    const at = await observer(world, who);
    const { liquidationPrice, position, liquidatable } = await at(500n * 10n ** 8n);
    expect(liquidatable, "healthy at 500").to.equal(false);
    const below = liquidationPrice / TICK;
    expect(liquidationPrice % TICK, "between two ticks").to.not.equal(0n);
    const [atLower, atHigher] = [await at(below), await at(below + 1n)];
    const flips = position > 0n ? [true, false] : [false, true];
    expect([atLower.liquidatable, atHigher.liquidatable], "a tick below it and above").to.deep.equal(flips);
    expect(atLower.liquidationPrice, "wherever the price is").to.equal(liquidationPrice);
  }

  for (const [side, who] of [
    ["long", alice],
    ["short", bob],
  ] as const) {
    it(`is where the feed makes a ${side} liquidatable`, async () => {
      await expectFlip(await traded(), who);
    });

    it(`is so for a ${side} with funding that it paid or got`, async () => {
      const world = await traded({ terms: { standard: { fundingVelocity: "16" } } });
      await world.trade(carol, { amount: "900", margin: "100000" });
      await world.pass(2 * DAY);
      await world.trade(carol, { margin: "1" });
      const { market } = await world.lens.market(world.params);
      expect(market.fundingIndex > wad("10"), `the index has moved to ${market.fundingIndex}`).to.equal(true);
      await expectFlip(world, who);
    });
  }

  it("is 0 when no price does it", async () => {
    const { lens, params, trade } = await load();
    await trade(alice, { amount: "1", margin: "600" });
    expect((await lens.account(params, alice)).liquidationPrice, "a long that is paid for").to.equal(0n);
    expect((await lens.account(params, bob)).liquidationPrice, "no position").to.equal(0n);
  });

  it("is 0 for a short that funding has cost more than it has", async () => {
    const { lens, params, trade, pass } = await load({ terms: { standard: { fundingVelocity: "16" } } });
    await trade(alice, { amount: "-1", margin: "100" });
    await trade(bob, { amount: "-900", margin: "100000" });
    await pass(90 * DAY);
    const { liquidatable, liquidationPrice } = await lens.account(params, alice);
    expect([liquidatable, liquidationPrice]).to.deep.equal([true, 0n]);
  });
});
