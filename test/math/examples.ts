// The worked examples of section 6 of the design, exact where trading is free (the same as in
// test/solidity/WorkedExamples.t.sol).
import { expect } from "chai";
import { abs, mulWadCeil, WAD } from "../../sdk/math/FixedPoint.ts";
import { valueFloor } from "../../sdk/math/Margin.ts";
import { positionAmountDelta } from "../../sdk/math/Rebalance.ts";

describe("Worked examples: exact in the twins when trading is free", () => {
  /** An account after a trade at mid, with φ = 0 and I = 0. */
  function traded(price: bigint, position: bigint, cash: bigint, amount: bigint) {
    return { position: position + amount, cash: cash - mulWadCeil(amount, price) };
  }

  it("5XLONG: 100 DAI come in at 500, and the price rises 5 %", () => {
    const first = positionAmountDelta(5n * WAD, 100n * WAD, 500n * WAD, 0n);
    expect(first, "5·100/500 − 0").to.equal(WAD);
    const { position, cash } = traded(500n * WAD, 0n, 100n * WAD, first);

    const value = valueFloor(position, cash, 525n * WAD);
    expect(value, "100·(25/500·5 + 1)").to.equal(125n * WAD);
    const delta = positionAmountDelta(5n * WAD, value, 525n * WAD, position);
    expect(delta, "4/21").to.equal((4n * WAD) / 21n);
    expect(position + delta, "25/21").to.equal((25n * WAD) / 21n);
  });

  it("3XLONG daily: 10 000 → 11 000 → 10 000 makes 1 → 1.3 → 0.9454…", () => {
    const [low, high] = [10_000n * WAD, 11_000n * WAD];
    const opened = traded(low, 0n, WAD, positionAmountDelta(3n * WAD, WAD, low, 0n));
    const risen = valueFloor(opened.position, opened.cash, high);
    expect(risen, "1.3").to.equal((13n * WAD) / 10n);

    const delta = positionAmountDelta(3n * WAD, risen, high, opened.position);
    const { position, cash } = traded(high, opened.position, opened.cash, delta);
    const fallen = valueFloor(position, cash, low);
    const exact = (13n * 8n * WAD) / 110n;
    // The position is rounded down by less than a wei, which is worth at most the 1,000 that the price falls by.
    expect(fallen - exact, "0.9454…").to.be.within(0n, 1_000n);
  });

  it("a rebalance after a return r trades (L² − L)·r·N, N before the return, for longs and shorts alike", () => {
    const price = 1_000n * WAD;
    const value = 1_000n * WAD;
    for (const tenths of [-100n, -30n, -11n, -10n, 11n, 20n, 50n, 100n]) {
      for (const percent of [-5n, 5n]) {
        const leverage = (tenths * WAD) / 10n;
        const position = positionAmountDelta(leverage, value, price, 0n);
        const then = (price * (100n + percent)) / 100n;
        const worth = value + (position * (then - price)) / WAD;
        const notional = (positionAmountDelta(leverage, worth, then, position) * then) / WAD;
        const expected = ((tenths * tenths - 10n * tenths) * percent * value) / (100n * 100n);
        expect(abs(notional - expected), `L = ${tenths}/10, r = ${percent} %`).to.be.within(0n, 1_100n);
        expect(notional > 0n, "buys after a rise, sells after a fall").to.equal(percent > 0n);
      }
    }
  });
});
