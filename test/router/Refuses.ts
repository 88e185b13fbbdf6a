import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { burnTo, mintTo, swapTo } from "../../sdk/router.ts";
import { chainWithUniswap, LOW, MEDIUM } from "../composability/world.ts";
import { chainWith, FOREVER, TIMELESS, wad } from "../fixture.ts";

const { alice, ethers, load, now, stranger } = await chainWithUniswap();

describe("Router.exchange refuses", () => {
  it("a result below the minimum, by one wei", async () => {
    const { dai, long, router, attempt, expectEmpty } = await load();
    const shares = await long.previewDeposit(wad("10"));
    const there = { token: dai, amount: wad("10"), hops: [mintTo(long)] };
    await expect(attempt(alice, { ...there, minimum: shares + 1n }))
      .to.be.revertedWithCustomError(router, "Router_BelowMinimum")
      .withArgs(shares, shares + 1n);
    await expectEmpty();
  });

  it("what comes too late", async () => {
    const { dai, long, router, attempt } = await load();
    const deadline = BigInt(await now());
    await expect(attempt(alice, { token: dai, amount: wad("10"), hops: [mintTo(long)], deadline }))
      .to.be.revertedWithCustomError(router, "Router_Expired")
      .withArgs(deadline, (time: bigint) => time > deadline);
  });

  it("nothing, and a way that leads nowhere", async () => {
    const { dai, long, router, attempt } = await load();
    await expect(attempt(alice, { token: dai, amount: 0n, hops: [mintTo(long)] }))
      .to.be.revertedWithCustomError(router, "Router_EmptyRoute")
      .withArgs(0n, 1n);
    await expect(attempt(alice, { token: dai, amount: 1n, hops: [] }))
      .to.be.revertedWithCustomError(router, "Router_EmptyRoute")
      .withArgs(1n, 0n);
    await expect(attempt(alice, { token: stranger, amount: 1n, hops: [mintTo(long)] }))
      .to.be.revertedWithCustomError(router, "Router_NotAContract")
      .withArgs(stranger);
  });

  it("receivers that would lose it", async () => {
    const { dai, long, router, attempt } = await load();
    for (const receiver of [ZeroAddress, await router.getAddress()]) {
      await expect(attempt(alice, { token: dai, amount: wad("10"), hops: [mintTo(long)], receiver }))
        .to.be.revertedWithCustomError(router, "Router_BadReceiver")
        .withArgs(receiver);
    }
  });

  it("tokens that the factory did not make", async () => {
    const { dai, usd, pool, router, attempt } = await load();
    for (const token of [usd, pool, stranger]) {
      await expect(attempt(alice, { token: dai, amount: wad("10"), hops: [mintTo(token)] }))
        .to.be.revertedWithCustomError(router, "Router_UnknownToken")
        .withArgs(token);
    }
    await expect(attempt(alice, { token: usd, amount: 1n, hops: [burnTo(dai)] }))
      .to.be.revertedWithCustomError(router, "Router_UnknownToken")
      .withArgs(usd);
  });

  it("a BaseToken that is another's", async () => {
    const { dai, usd, long, router, attempt, deposit } = await load();
    await expect(attempt(alice, { token: usd, amount: 1n, hops: [mintTo(long)] }))
      .to.be.revertedWithCustomError(router, "Router_WrongToken")
      .withArgs(usd, dai);
    await deposit(alice, "10");
    await expect(attempt(alice, { token: long, amount: 1n, hops: [burnTo(usd)] }))
      .to.be.revertedWithCustomError(router, "Router_WrongToken")
      .withArgs(usd, dai);
  });

  it("pools that Uniswap doesn't have, and swaps where there is no Uniswap", async () => {
    const { dai, usd, router, attempt } = await load();
    for (const [token, fee] of [
      [usd, MEDIUM],
      [dai, LOW],
    ] as const) {
      await expect(attempt(alice, { token: dai, amount: 1n, hops: [swapTo(token, fee)] }))
        .to.be.revertedWithCustomError(router, "Router_UnknownPool")
        .withArgs(dai, token, fee);
    }
    const bare = await (await chainWith(TIMELESS)).load();
    const hop = { ...swapTo(bare.usd, LOW) };
    const route = {
      token: bare.dai,
      amount: 1n,
      hops: [hop],
      receiver: stranger,
      minimum: 0n,
      deadline: FOREVER,
    };
    await bare.dai.approve(bare.router, 1n);
    await bare.dai.mint(bare.deployer, 1n);
    const none = { value: 0n, deadline: 0n, v: 0n, r: ethers.ZeroHash, s: ethers.ZeroHash };
    await expect(bare.router.exchange(route, none, [])).to.be.revertedWithCustomError(
      bare.router,
      "Router_NoUniswap",
    );
  });

  it("a swap that a pool can take only in part", async () => {
    const { dai, usd, router, attempt, expectEmpty } = await load();
    // Beyond the end of the price range there is no liquidity, however much comes in.
    const amount = 10n ** 45n;
    await dai.mint(alice, amount);
    await expect(attempt(alice, { token: dai, amount, hops: [swapTo(usd, LOW)] }))
      .to.be.revertedWithCustomError(router, "Router_SwapIncomplete")
      .withArgs(dai, amount, (taken: bigint) => taken < amount);
    await expectEmpty();
  });
});
