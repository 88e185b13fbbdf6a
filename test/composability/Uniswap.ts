// 5XLONG_ETHDAI in a Uniswap v3 pool: published bytecode that knows nothing of it but ERC-20.
import { expect } from "chai";
import { type Contract, MaxUint256 } from "ethers";
import { burnTo, mintTo, swapTo } from "../../sdk/router.ts";
import { expectNear, usdc, WAD, wad } from "../fixture.ts";
import { poolPrice } from "./published.ts";
import { chainWithUniswap, type Journey, LOW, MEDIUM } from "./world.ts";

const chain = await chainWithUniswap();
const { alice, bob, ethers, load, uniswap } = chain;

/** How far the pool's price is from what a token is worth. WAD, > 0 when the pool is dear. */
async function gap(pool: Contract, long: Awaited<ReturnType<typeof load>>["long"]) {
  const value = ((await long.netAssetValue()) * WAD) / (await long.totalSupply());
  return ((await poolPrice(pool, long)) * WAD) / value - WAD;
}

/** The amount from which a way there and back makes most. */
async function best(quote: (amount: bigint) => Promise<bigint>, most: bigint) {
  const profit = async (amount: bigint) => (await quote(amount)) - amount;
  let [low, high] = [WAD, most];
  while (high - low > WAD) {
    const [a, b] = [low + (high - low) / 3n, high - (high - low) / 3n];
    if ((await profit(a)) < (await profit(b))) low = a;
    else high = b;
  }
  return { amount: low, profit: await profit(low) };
}

describe("A Uniswap v3 pool of 5XLONG and DAI", () => {
  it("is traded by Uniswap's own router, like any ERC-20's", async () => {
    const { dai, long } = await load();
    const swapRouter = uniswap.swapRouter.connect(alice) as Contract;
    await dai.connect(alice).approve(swapRouter, MaxUint256);
    await long.connect(alice).approve(swapRouter, MaxUint256);
    const swap = (tokenIn: typeof dai | typeof long, tokenOut: typeof dai | typeof long, amountIn: bigint) =>
      swapRouter.exactInputSingle({
        ...{ tokenIn, tokenOut, fee: MEDIUM, recipient: alice, deadline: MaxUint256 },
        ...{ amountIn, amountOutMinimum: 0n, sqrtPriceLimitX96: 0n },
      });
    await swap(dai, long, wad("100"));
    const bought = await long.balanceOf(alice);
    expectNear(bought, wad("100"), "at what it is worth, nearly", "0.01");
    await expect(swap(long, dai, bought)).to.changeTokenBalance(ethers, long, alice, -bought);
  });

  it("is traded into and out of in one transaction, from USDC to USDC", async () => {
    const { usd, dai, long, exchange } = await load();
    const [into, out] = [
      [swapTo(dai, LOW), swapTo(long, MEDIUM)],
      [swapTo(dai, MEDIUM), swapTo(usd, LOW)],
    ];
    await exchange(alice, { token: usd, amount: usdc("1000"), hops: into, minimum: wad("970") });
    const amount = await long.balanceOf(alice);
    await exchange(alice, { token: long, amount, hops: out, minimum: usdc("980") });

    const before = await usd.balanceOf(alice);
    const there = { token: usd, amount: usdc("1000"), hops: [...into, ...out], minimum: usdc("985") };
    await exchange(alice, there);
    const lost = before - (await usd.balanceOf(alice));
    expectNear(lost, usdc("7"), "the pools' fees: 0.3 % and 0.05 %, twice", "0.02");
  });

  it("is no machine to make money at a fair price, either way", async () => {
    const { dai, long, quote } = await load();
    for (const amount of [wad("1"), wad("100"), wad("5000")]) {
      for (const hops of [
        [mintTo(long), swapTo(dai, MEDIUM)],
        [swapTo(long, MEDIUM), burnTo(dai)],
      ]) {
        expect((await quote(bob, { token: dai, amount, hops })) < amount, `with ${amount}`).to.equal(true);
      }
    }
  });

  for (const { name, price, way } of [
    { name: "bought and burned after a rise", price: "520", way: "burn" },
    { name: "minted and sold after a fall", price: "480", way: "mint" },
  ] as const) {
    it(`is brought back to what the token is worth: ${name}`, async () => {
      const { dai, long, longPool, setPrice, quote, exchange } = await load();
      await setPrice(price);
      const off = await gap(longPool, long);
      expect(way === "burn" ? -off : off, "a fifth of its value off").to.be.greaterThan(wad("0.15"));
      const hops = way === "burn" ? [swapTo(long, MEDIUM), burnTo(dai)] : [mintTo(long), swapTo(dai, MEDIUM)];
      const arbitrage = (amount: bigint): Journey => ({ token: dai, amount, hops });
      const { amount, profit } = await best((amount) => quote(bob, arbitrage(amount)), wad("20000"));
      expect(profit, "worth the while").to.be.greaterThan(wad("300"));

      // With the profit as the final limit, the bot can lose nothing but gas.
      const sent = exchange(bob, { ...arbitrage(amount), minimum: amount + profit });
      await expect(sent).to.changeTokenBalances(ethers, dai, [bob], [profit]);
      expect(await long.balanceOf(bob), "none of it is left").to.equal(0n);
      const left = await gap(longPool, long);
      // What a mint or burn costs (5 · 0.1 %) and the pool's fee.
      expect(left < 0n ? -left : left, "near what it is worth").to.be.lessThan(wad("0.012"));

      const again = await best((amount) => quote(bob, arbitrage(amount)), wad("1000"));
      expect(again.profit, "and nothing is left to be had that way").to.be.lessThan(wad("1"));
    });
  }

  it("takes what the arbitrage brings from its liquidity providers, not from holders", async () => {
    const { dai, long, longPool, setPrice, quote, exchange, deposit } = await load();
    await deposit(alice, "1000");
    await setPrice("520");
    const shares = await long.balanceOf(alice);
    const before = await long.convertToAssets(shares);
    const hops = [swapTo(long, MEDIUM), burnTo(dai)];
    const { amount } = await best((amount) => quote(bob, { token: dai, amount, hops }), wad("20000"));
    await exchange(bob, { token: dai, amount, hops });
    const after = await long.convertToAssets(shares);
    // The first burn beyond the band rebalances the token, which its holders pay for: 0.1 % of what is traded.
    expectNear(after, before, "what a holder has", "0.001");
    expect(await dai.balanceOf(longPool), "the pool was paid in DAI").to.be.greaterThan(wad("50000"));
  });
});
