// Trades around somebody's route.
import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { mintTo, swapTo } from "../../../sdk/router.ts";
import { chainWithUniswap, LOW } from "../../composability/world.ts";
import { usdc, wad } from "../../fixture.ts";

const { alice, load, stranger: thief } = await chainWithUniswap();

describe("A sandwich around a route", () => {
  it("is stopped by the final limit, and costs who made it", async () => {
    const { dai, usd, long, router, quote, attempt, exchange } = await load();
    await dai.mint(thief, wad("100000"));
    await usd.mint(thief, usdc("100000"));
    for (const token of [dai, usd, long]) await token.connect(thief).approve(router, MaxUint256);
    const victim = { token: usd, amount: usdc("20000"), hops: [swapTo(dai, LOW), mintTo(long)] };
    const quoted = await quote(alice, victim);
    const had = (await dai.balanceOf(thief)) + (await usd.balanceOf(thief)) * 10n ** 12n;

    await exchange(thief, { token: usd, amount: usdc("50000"), hops: [swapTo(dai, LOW)] });
    const worse = await quote(alice, victim);
    expect(worse < (quoted * 90n) / 100n, "without a limit it would take more than a tenth").to.equal(true);
    await expect(attempt(alice, { ...victim, minimum: (quoted * 995n) / 1000n }))
      .to.be.revertedWithCustomError(router, "Router_BelowMinimum")
      .withArgs(worse, (quoted * 995n) / 1000n);
    const amount = (await dai.balanceOf(thief)) - wad("100000");
    await exchange(thief, { token: dai, amount, hops: [swapTo(usd, LOW)] });
    const has = (await dai.balanceOf(thief)) + (await usd.balanceOf(thief)) * 10n ** 12n;
    expect(has < had, "the fee of the pool, twice").to.equal(true);
    await exchange(alice, { ...victim, minimum: (quoted * 995n) / 1000n });
  });
});
