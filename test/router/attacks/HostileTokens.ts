// Tokens in the router's path that call back, lie, or keep a part of transfers.
import { expect } from "chai";
import { AbiCoder, MaxUint256, ZeroHash } from "ethers";
import { burnTo, mintTo, swapTo } from "../../../sdk/router.ts";
import { LyingToken__factory } from "../../../typechain-types/index.js";
import { providePool } from "../../composability/published.ts";
import { chainWithUniswap, LOW, MEDIUM } from "../../composability/world.ts";
import { DAY, expectNear, FOREVER, marketWords, usdc, WAD, wad } from "../../fixture.ts";
import { hooked } from "./hooked.ts";

const { alice, bob, networkHelpers, provider, stranger: thief, uniswap } = await chainWithUniswap();

describe("A hostile token in the router's path", () => {
  it("can't come in again, by any entrance, in any hop", async () => {
    const { hook, dai, usd, long, router, exchange } = await hooked();
    const route = {
      token: await dai.getAddress(),
      amount: wad("1"),
      hops: [mintTo(await long.getAddress())],
    };
    const inner = { ...route, receiver: thief.address, minimum: 0n, deadline: FOREVER };
    const none = { value: 0n, deadline: 0n, v: 0n, r: ZeroHash, s: ZeroHash };
    const data = AbiCoder.defaultAbiCoder().encode(["address"], [await dai.getAddress()]);
    const entrances = {
      ReentrancyGuardReentrantCall: router.interface.encodeFunctionData("exchange", [inner, none, []]),
      Router_NotThePool: router.interface.encodeFunctionData("uniswapV3SwapCallback", [wad("1"), 0n, data]),
    };
    for (const [error, call] of Object.entries(entrances)) {
      await hook.setHook(router, call);
      const had = await hook.outcomeCount();
      // Taken in, paid to a pool, paid out by one, and paid to the receiver.
      const hops = [swapTo(dai, MEDIUM), swapTo(hook, MEDIUM), swapTo(usd, LOW)];
      await exchange(alice, { token: hook, amount: wad("10"), hops });
      await exchange(alice, { token: dai, amount: wad("10"), hops: [swapTo(hook, MEDIUM)] });
      const outcomes = await Promise.all(
        Array.from({ length: Number((await hook.outcomeCount()) - had) }, (_, i) =>
          hook.outcomes(had + BigInt(i)),
        ),
      );
      expect(outcomes.length, "transfers of it").to.equal(6);
      const refused = router.interface.getError(error)!.selector;
      for (const outcome of outcomes) expect(outcome.slice(0, 10), error).to.equal(refused);
    }
    expect(await dai.balanceOf(thief)).to.equal(0n);
    expect(await long.balanceOf(thief)).to.equal(0n);
  });

  it("nor as the BaseToken of a market, while it is minted and burned", async () => {
    const { hook, factory, clearingHouse, source, router, params, exchange, long } = await hooked();
    const hostile = { ...params, ...marketWords(), baseToken: await hook.getAddress() };
    await hook.mint(provider, wad("10000"));
    await hook.connect(provider).approve(clearingHouse, MaxUint256);
    await clearingHouse.connect(provider).createMarket({ ...hostile, priceSource: source }, wad("10000"));
    await factory.createToken(hostile, 5n * WAD, await long.policy());
    const token = long.attach(
      (await factory.tokens(await factory.tokenCount().then((n) => n - 1n), 1n))[0],
    ) as typeof long;
    await token.connect(alice).approve(router, MaxUint256);
    const again = { token: hook.target, amount: 1n, hops: [mintTo(token.target)], receiver: thief.address };
    await hook.setHook(
      router,
      router.interface.encodeFunctionData("exchange", [
        { ...again, minimum: 0n, deadline: FOREVER },
        { value: 0n, deadline: 0n, v: 0n, r: ZeroHash, s: ZeroHash },
        [],
      ]),
    );
    const had = Number(await hook.outcomeCount());
    await exchange(alice, { token: hook, amount: wad("100"), hops: [mintTo(token)] });
    await exchange(alice, { token, amount: await token.balanceOf(alice), hops: [burnTo(hook)] });
    const guarded = router.interface.getError("ReentrancyGuardReentrantCall")!.selector;
    expect(Number(await hook.outcomeCount()) - had, "into and out of the router, twice").to.equal(4);
    for (let i = had; i < had + 4; i++) expect((await hook.outcomes(i)).slice(0, 10)).to.equal(guarded);
    expect(await hook.allowance(router, token)).to.equal(0n);
  });

  it("can't have what somebody else is owed counted as what the route gave", async () => {
    const { hook, dai, usd, pool, router, attempt, setPrice } = await hooked();
    // Anyone may execute alice's withdrawal from the pool of liquidity, which pays her DAI: here, the token on her route.
    await pool.connect(alice).deposit(wad("5000"), alice);
    await pool.connect(alice).requestRedeem(await pool.balanceOf(alice));
    await networkHelpers.time.increase(3 * DAY);
    await setPrice("500");
    await hook.setHook(pool, pool.interface.encodeFunctionData("execute", [alice.address]));
    const route = { token: usd, amount: usdc("10"), hops: [swapTo(hook, LOW), swapTo(dai, MEDIUM)] };
    const before = await dai.balanceOf(alice);
    await attempt(alice, route);
    expect((await dai.balanceOf(alice)) - before > wad("4900"), "the withdrawal was executed").to.equal(true);
    await pool.connect(alice).deposit(wad("5000"), alice);
    await pool.connect(alice).requestRedeem(await pool.balanceOf(alice));
    await networkHelpers.time.increase(3 * DAY);
    await setPrice("500");
    await expect(attempt(alice, { ...route, minimum: wad("10") })).to.be.revertedWithCustomError(
      router,
      "Router_BelowMinimum",
    );
  });

  it("gets nothing by a lie about balances, not even what lies here by accident", async () => {
    const { dai, usd, long, router, attempt, clearingHouse } = await hooked();
    const lie = await new LyingToken__factory(thief).deploy();
    await lie.mint(thief, wad("20000"));
    await dai.mint(thief, wad("100"));
    await lie.approve(router, MaxUint256);
    // A pool of the thief's own: what is in it is the thief's.
    await providePool(uniswap, thief, MEDIUM, [lie, wad("100")], [dai, wad("100")]);
    for (const token of [dai, usd]) await token.mint(router, wad("7"));
    const custody = await dai.balanceOf(clearingHouse);
    await lie.deceive(router, wad("1000000"));
    await attempt(thief, { token: lie, amount: 1n, hops: [swapTo(dai, MEDIUM)] });
    expect((await dai.balanceOf(thief)) < wad("100"), "what was in its pool, at most").to.equal(true);
    // What a lie would mint with is another token than BaseToken.
    await expect(attempt(thief, { token: lie, amount: 1n, hops: [mintTo(long)] }))
      .to.be.revertedWithCustomError(router, "Router_WrongToken")
      .withArgs(lie, dai);
    for (const token of [dai, usd]) expect(await token.balanceOf(router)).to.equal(wad("7"));
    expect(await dai.balanceOf(clearingHouse)).to.equal(custody);
  });

  it("that keeps a part of transfers is counted as what arrives, and no pool takes it", async () => {
    const { hook, dai, router, attempt, exchange } = await hooked();
    const there = { token: dai, amount: wad("10"), hops: [swapTo(hook, MEDIUM)] };
    await hook.setFee(wad("0.1"));
    const before = await hook.balanceOf(bob);
    await exchange(alice, { ...there, receiver: bob });
    const got = (await hook.balanceOf(bob)) - before;
    expectNear(got, wad("8.06"), "a tenth less out of the pool, and a tenth less to the receiver", "0.003");
    await expect(attempt(alice, { ...there, minimum: wad("9") })).to.be.revertedWithCustomError(
      router,
      "Router_BelowMinimum",
    );
    await expect(
      attempt(alice, { token: hook, amount: wad("10"), hops: [swapTo(dai, MEDIUM)] }),
      "Uniswap's own check of what comes in",
    ).to.be.revertedWith("IIA");
  });
});
