import { expect } from "chai";
import { chainWith, TIMELESS, wad } from "../fixture.ts";

const { alice, bob, load } = await chainWith(TIMELESS);

describe("The open interest of a market", () => {
  for (const [side, sign] of [
    ["long", ""],
    ["short", "-"],
  ]) {
    describe(`opening a ${side}`, () => {
      it("is refused beyond the share of the pool's equity, and closing is not", async () => {
        const { trade, clearingHouse, setPrice } = await load();
        await trade(alice, { amount: `${sign}1000`, margin: "100000" });
        // What the fee leaves in the pool makes a little room: 1e6 + 1,001 · 500 · (0.001 − 0.00005), half of it at 500.
        await expect(trade(alice, { amount: `${sign}1` }))
          .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_OpenInterestAboveCap")
          .withArgs(wad("1001"), wad("1000.475475"));
        await setPrice(sign === "" ? "550" : "450");
        await trade(alice, { amount: `${sign === "" ? "-" : ""}1` });
      });

      it("is refused beyond the skew cap", async () => {
        const { trade, clearingHouse } = await load({
          terms: { standard: { fundingVelocity: "0", skewCap: "0.0005" } },
        });
        await trade(alice, { amount: `${sign}500`, margin: "100000" });
        await expect(trade(bob, { amount: `${sign}1`, margin: "1000" }))
          .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_OpenInterestAboveCap")
          .withArgs(wad("501"), wad("500"));
        // Neither the other side nor closing is.
        await trade(bob, { amount: `${sign === "" ? "-" : ""}1`, margin: "1000" });
        await trade(alice, { amount: `${sign === "" ? "-" : ""}1` });
      });
    });
  }

  it("opening is refused while the half-spread is too wide", async () => {
    const { trade, clearingHouse } = await load({ ...TIMELESS, sources: { ETH: { halfSpread: "0.006" } } });
    await expect(trade(alice, { amount: "1", margin: "1000" }))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_SpreadTooWide")
      .withArgs(wad("0.005001"), wad("0.005"));
  });
});
