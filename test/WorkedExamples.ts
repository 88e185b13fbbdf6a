import { expect } from "chai";
import { FRICTIONLESS } from "../deploy/index.ts";
import { chainWith, DAY, expectNear, LOCKED, WAD, wad } from "./fixture.ts";

// The examples of the design hold for any amount of BaseToken. The largest depth with the smallest fee leaves a budget of
// 0.005 units, thus tokens of a few DAI, and a market that allows them.
const free = { rewardBase: "0", rewardSlope: "0", streamingFee: "0" };
const chain = await chainWith({
  ...FRICTIONLESS,
  terms: { standard: { ...FRICTIONLESS.terms.standard, minMargin: "0.000001", liquidationReward: "0" } },
  policies: { continuous: free, daily: free },
  tokens: { "3XLONG_ETHDAI": { market: "ETHDAI", leverage: "3", policy: "daily" } },
});
const { alice, keeper, load, networkHelpers } = chain;

describe("The worked examples", () => {
  const cases = [
    {
      name: "5XLONG",
      in: { position: 1n * WAD },
      up: {
        value: wad("125"),
        delta: (4n * WAD) / 21n,
        position: (25n * WAD) / 21n,
        leverage: (42n * WAD) / 10n,
      },
    },
    {
      name: "3XSHORT",
      in: { position: wad("-0.6") },
      up: {
        value: wad("85"),
        delta: (4n * WAD) / 35n,
        position: (-17n * WAD) / 35n,
        leverage: (-63n * WAD) / 17n,
      },
    },
  ];
  for (const { name, in: before, up } of cases) {
    describe(`given 100 DAI in a ${name} at 500, here in the fortieth part`, () => {
      const scaled = (amount: bigint) => amount / 40n;

      async function minted() {
        const world = await load();
        const token = world.tokens[`${name}_ETHDAI`];
        await world.setPrice("500");
        await world.deposit(alice, "2.5", token);
        return { ...world, token };
      }

      it("holds the target position", async () => {
        const { token } = await minted();
        expectNear(await token.positionPrice(), wad("500"), "positionPrice");
        expectNear(await token.netAssetValue(), wad("2.5"), "netAssetValue");
        expectNear(await token.positionAmount(), scaled(before.position), "positionAmount");
        expectNear(await token.currentLeverage(), await token.targetLeverage(), "currentLeverage");
      });

      it("gains and is off target after the price rises 5 %", async () => {
        const { token, setPrice } = await minted();
        await setPrice("525");
        expectNear(await token.netAssetValue(), scaled(up.value), "netAssetValue");
        expectNear(await token.positionAmountDelta(), scaled(up.delta), "positionAmountDelta");
        expectNear(await token.currentLeverage(), up.leverage, "currentLeverage");
      });

      it("buys back to target, whichever side it is on", async () => {
        const { token, setPrice } = await minted();
        await setPrice("525");
        await token.connect(keeper).rebalance();
        expectNear(await token.positionAmount(), scaled(up.position), "positionAmount");
        expectNear(await token.netAssetValue(), scaled(up.value), "netAssetValue");
        expectNear(await token.currentLeverage(), await token.targetLeverage(), "currentLeverage");
      });
    });
  }

  it("a daily 3XLONG goes 1 → 1.3 → 0.945454… while the price goes 10,000 → 11,000 → 10,000", async () => {
    const { tokens, setPrice, deposit } = await load();
    const token = tokens["3XLONG_ETHDAI"];
    const perToken = async () => ((await token.netAssetValue()) * WAD) / (await token.totalSupply());
    const midnight = Math.ceil((await chain.now()) / DAY) * DAY;
    await networkHelpers.time.increaseTo(midnight + 200);
    await setPrice("10000");
    await deposit(alice, "5", token);
    expectNear(await perToken(), WAD, "when minted");
    await networkHelpers.time.increaseTo(midnight + DAY + 200);
    await setPrice("11000");
    await token.connect(keeper).rebalance();
    expectNear(await perToken(), wad("1.3"), "after the first day");
    await networkHelpers.time.increaseTo(midnight + 2 * DAY + 200);
    await setPrice("10000");
    expectNear(await perToken(), (52n * WAD) / 55n, "after the second day");
    await token.connect(keeper).rebalance();
    expectNear(await perToken(), (52n * WAD) / 55n, "after it was rebalanced");
    expect(await token.totalSupply()).to.equal((await token.balanceOf(alice)) + LOCKED);
  });
});
