// "Steal from this": each way that was tried, and what stopped it.
import { expect } from "chai";
import { AbiCoder, type AddressLike, MaxUint256, ZeroHash } from "ethers";
import { burnTo, type Hop, mintTo, signPermit, swapTo } from "../../sdk/router.ts";
import {
  FakeLeveragedToken__factory,
  HookedToken__factory,
  HostilePullSource__factory,
  LyingToken__factory,
  MuteCaller__factory,
} from "../../typechain-types/index.js";
import { providePool } from "../composability/published.ts";
import { chainWithUniswap, LOW, MEDIUM } from "../composability/world.ts";
import { DAY, expectNear, FOREVER, marketWords, usdc, WAD, wad } from "../fixture.ts";
import { Random } from "../math/random.ts";

const chain = await chainWithUniswap();
const { alice, bob, carol, ethers, load, networkHelpers, provider, stranger: thief, uniswap } = chain;

/** A world with a token that calls back, and pools of it with DAI and USDC. */
async function hooked() {
  const world = await load();
  const hook = await new HookedToken__factory(provider).deploy();
  await hook.mint(provider, wad("100000"));
  await hook.mint(alice, wad("1000"));
  await hook.connect(alice).approve(world.router, MaxUint256);
  await providePool(uniswap, provider, MEDIUM, [hook, wad("10000")], [world.dai, wad("10000")]);
  await providePool(uniswap, provider, LOW, [hook, wad("10000")], [world.usd, usdc("10000")]);
  return { ...world, hook };
}

describe("Stealing what others approved to the router", () => {
  /** Alice approved the router for all that she has, and holds everything. */
  async function approved() {
    const world = await load();
    await world.deposit(alice, "1000");
    await world.deposit(alice, "1000", world.short);
    return world;
  }
  type World = Awaited<ReturnType<typeof approved>>;
  const wealth = async ({ dai, usd, long, short }: World, who: AddressLike) =>
    Promise.all([dai, usd, long, short].map((token) => token.balanceOf(who)));

  it("by naming oneself as the receiver: it is the caller who pays", async () => {
    const { dai, long, attempt, router } = await approved();
    await expect(attempt(thief, { token: dai, amount: wad("10"), hops: [mintTo(long)] }))
      .to.be.revertedWithCustomError(dai, "ERC20InsufficientAllowance")
      .withArgs(router, 0n, wad("10"));
    await dai.connect(thief).approve(router, MaxUint256);
    await expect(attempt(thief, { token: dai, amount: wad("10"), hops: [mintTo(long)] }))
      .to.be.revertedWithCustomError(dai, "ERC20InsufficientBalance")
      .withArgs(thief, 0n, wad("10"));
    await expect(
      attempt(thief, { token: long, amount: wad("10"), hops: [burnTo(dai)] }),
    ).to.be.revertedWithCustomError(long, "ERC20InsufficientAllowance");
  });

  it("by handing in the victim's permit: it is checked for the caller", async () => {
    const { dai, long, router, attempt } = await approved();
    const amount = wad("10");
    const permit = await signPermit(alice, long, router, amount, FOREVER);
    const route = { token: long, amount, hops: [burnTo(dai)], permit };
    const wrongSigner = long.interface.getError("LeveragedToken_WrongSigner")!.selector;
    await expect(attempt(thief, route))
      .to.be.revertedWithCustomError(router, "Router_PermitRefused")
      .withArgs(long, 0n, amount, (reason: string) => reason.startsWith(wrongSigner));
    await long.permit(alice, router, permit.value, permit.deadline, permit.v, permit.r, permit.s);
    await expect(attempt(thief, { ...route, permit: undefined })).to.be.revertedWithCustomError(
      long,
      "ERC20InsufficientAllowance",
    );
  });

  it("by asking for a payment as if one were a pool", async () => {
    const { dai, router, longPool } = await approved();
    await dai.mint(router, wad("5"));
    const data = AbiCoder.defaultAbiCoder().encode(["address"], [await dai.getAddress()]);
    await expect(router.connect(thief).uniswapV3SwapCallback(wad("5"), 0n, data))
      .to.be.revertedWithCustomError(router, "Router_NotThePool")
      .withArgs(thief);
    // Nor does a real pool that nobody swaps with.
    const pool = await ethers.getImpersonatedSigner(await longPool.getAddress());
    await networkHelpers.setBalance(pool.address, WAD);
    await expect(router.connect(pool).uniswapV3SwapCallback(wad("5"), 0n, data))
      .to.be.revertedWithCustomError(router, "Router_NotThePool")
      .withArgs(pool);
  });

  it("by a token that says of itself what a real one says", async () => {
    const { dai, long, attempt, router, exchange } = await approved();
    const fake = await new FakeLeveragedToken__factory(thief).deploy(await long.marketId(), dai);
    const there = { token: dai, amount: wad("10"), hops: [mintTo(fake)] };
    await expect(attempt(alice, there))
      .to.be.revertedWithCustomError(router, "Router_UnknownToken")
      .withArgs(fake);
    await expect(attempt(alice, { ...there, updates: [{ leveragedToken: fake, updates: ["0x"] }] }))
      .to.be.revertedWithCustomError(router, "Router_UnknownToken")
      .withArgs(fake);
    await exchange(alice, { ...there, hops: [mintTo(long)] });
    expect(await dai.balanceOf(thief), "the thief's").to.equal(0n);
  });

  it("by three hundred routes drawn at random", async () => {
    const world = await approved();
    const { dai, usd, long, short, tokens, router, longPool, attempt, expectEmpty } = world;
    // The thief has something to play with, of each, and takes it all through the router.
    await dai.mint(thief, wad("1000"));
    await usd.mint(thief, usdc("1000"));
    for (const token of [long, short]) await token.connect(alice).transfer(thief, wad("500"));
    for (const token of [dai, usd, long, short]) await token.connect(thief).approve(router, MaxUint256);
    const before = await wealth(world, alice);
    const random = new Random("routes");
    const [usdLong, btcLong] = [tokens["3XLONG_ETHUSDC"], tokens["2XLONG_BTCDAI"]];
    const erc20s: AddressLike[] = [dai, usd, long, short, usdLong, btcLong];
    const anyHop = () => ({
      kind: BigInt(random.below(3)),
      token: random.pick(...erc20s),
      fee: random.pick(0n, LOW, MEDIUM),
    });
    const ways = new Map<AddressLike, Hop[]>([
      [dai, [mintTo(long), mintTo(short), mintTo(btcLong), swapTo(usd, LOW), swapTo(long, MEDIUM)]],
      [usd, [swapTo(dai, LOW), mintTo(usdLong)]],
      [long, [burnTo(dai), swapTo(dai, MEDIUM)]],
      [usdLong, [burnTo(usd)]],
    ]);
    /** A way that there is, mostly. */
    const hopsFrom = (start: AddressLike) => {
      const hops: Hop[] = [];
      for (let token = start; hops.length < 4 && !random.chance(4); token = hops[hops.length - 1].token) {
        hops.push(random.chance(6) ? anyHop() : random.pick(...(ways.get(token) ?? [burnTo(dai)])));
      }
      return hops;
    };
    const receivers: AddressLike[] = [alice, thief, router, longPool, long];
    let gone = 0;
    for (let i = 0; i < 300; i++) {
      const token = random.pick(...erc20s.slice(0, 4));
      const amount = random.pick(1n, usdc("1"), token === usd ? usdc("10") : wad("10"), MaxUint256);
      const route = { token, amount, hops: hopsFrom(token), receiver: random.pick(...receivers) };
      await attempt(thief, route).then(
        () => gone++,
        () => undefined,
      );
      const after = await wealth(world, alice);
      for (const [j, balance] of after.entries()) {
        expect(balance >= before[j], `route ${i} takes something from alice`).to.equal(true);
      }
    }
    expect(gone, "routes that went through").to.be.greaterThan(30);
    await expectEmpty();
  });
});

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

describe("Ether", () => {
  const there = async () => {
    const world = await load();
    const { dai, long } = world;
    return { ...world, route: { token: dai, amount: wad("10"), hops: [mintTo(long)] } };
  };

  it("that nothing asked for comes back", async () => {
    const { route, exchange, router } = await there();
    await expect(exchange(alice, route, { value: WAD })).to.changeEtherBalances(
      ethers,
      [alice, router],
      [0n, 0n],
    );
  });

  it("that comes without a call is refused", async () => {
    const { router } = await there();
    await expect(alice.sendTransaction({ to: router, value: 1n }))
      .to.be.revertedWithCustomError(router, "Router_UnexpectedPayment")
      .withArgs(alice);
  });

  it("that its sender doesn't take back stops the call", async () => {
    const { route, router, dai, long } = await there();
    const mute = await new MuteCaller__factory(alice).deploy();
    await dai.mint(mute, wad("100"));
    await mute.call(dai, dai.interface.encodeFunctionData("approve", [router.target as string, MaxUint256]));
    const data = router.interface.encodeFunctionData("exchange", [
      {
        ...{ token: dai.target, amount: route.amount, hops: [mintTo(long.target)], receiver: bob.address },
        ...{ minimum: 0n, deadline: FOREVER },
      },
      { value: 0n, deadline: 0n, v: 0n, r: ZeroHash, s: ZeroHash },
      [],
    ]);
    await expect(mute.call(router, data, { value: 5n }))
      .to.be.revertedWithCustomError(router, "Router_RefundRefused")
      .withArgs(mute, 5n);
    // A wei that somebody forced upon the router is in nobody's way.
    await networkHelpers.setBalance(await router.getAddress(), 1n);
    await mute.call(router, data);
    expect(await ethers.provider.getBalance(router), "nobody's").to.equal(1n);
  });

  it("that was forced upon the router pays for nobody", async () => {
    const { route, router, attempt } = await there();
    await networkHelpers.setBalance(await router.getAddress(), WAD);
    await expect(attempt(alice, route, { value: 3n })).to.changeEtherBalances(
      ethers,
      [alice, router],
      [0n, 0n],
    );
  });
});

describe("A permit", () => {
  it("that somebody else handed in before is no obstacle", async () => {
    const { dai, long, router, deposit, exchange } = await load();
    await deposit(carol, "100");
    const amount = wad("50");
    const permit = await signPermit(carol, long, router, amount, FOREVER);
    await long.connect(thief).permit(carol, router, amount, FOREVER, permit.v, permit.r, permit.s);
    await exchange(carol, { token: long, amount, hops: [burnTo(dai)], permit });
    expect(await long.allowance(carol, router)).to.equal(0n);
  });

  it("that is over is told so, unless there is an approval", async () => {
    const { dai, long, router, attempt, exchange } = await load();
    const amount = wad("10");
    for (const [token, hops, error] of [
      [dai, [mintTo(long)], "ERC2612ExpiredSignature"],
      [long, [burnTo(dai)], "LeveragedToken_ExpiredPermit"],
    ] as const) {
      const permit = await signPermit(carol, token, router, amount, 1n);
      const reason = AbiCoder.defaultAbiCoder().encode(["uint256"], [1n]).slice(2);
      await expect(attempt(carol, { token, amount, hops: [...hops], permit }))
        .to.be.revertedWithCustomError(router, "Router_PermitRefused")
        .withArgs(token, 0n, amount, token.interface.getError(error as never)!.selector + reason);
    }
    const permit = await signPermit(alice, dai, router, amount, 1n);
    await exchange(alice, { token: dai, amount, hops: [mintTo(long)], permit });
  });

  it("for a token that knows none is as good as none", async () => {
    const { hook, dai, router, attempt, exchange } = await hooked();
    const permit = { value: 1n, deadline: FOREVER, v: 27n, r: ZeroHash, s: ZeroHash };
    const route = { token: hook, amount: wad("1"), hops: [swapTo(dai, MEDIUM)], permit };
    await exchange(alice, route);
    await expect(attempt(thief, route))
      .to.be.revertedWithCustomError(router, "Router_PermitRefused")
      .withArgs(hook, 0n, wad("1"), "0x");
  });
});

describe("A price update", () => {
  it("for a source that takes none is refused", async () => {
    const { dai, long, router, attempt, source } = await load();
    const updates = [{ leveragedToken: long, updates: ["0x12"] }];
    await expect(attempt(alice, { token: dai, amount: wad("10"), hops: [mintTo(long)], updates }))
      .to.be.revertedWithCustomError(router, "Router_UpdateRefused")
      .withArgs(source, "0x");
  });

  /** A market whose price source is the thief's, with a real LeveragedToken in it. */
  async function hostile() {
    const world = await load();
    const { dai, long, clearingHouse, factory, params } = world;
    const source = await new HostilePullSource__factory(thief).deploy();
    const other = { ...params, priceSource: await source.getAddress() };
    await dai.mint(thief, wad("10000"));
    await dai.connect(thief).approve(clearingHouse, MaxUint256);
    await clearingHouse.connect(thief).createMarket(other, wad("10000"));
    await factory.createToken(other, 5n * WAD, await long.policy());
    const [leveragedToken] = await factory.tokens((await factory.tokenCount()) - 1n, 1n);
    const route = { token: dai, amount: wad("10"), hops: [mintTo(long)] };
    return { ...world, source, leveragedToken, route };
  }

  it("can't be used to come in again while a hostile source is paid", async () => {
    const { source, leveragedToken, route, router, exchange, dai, long } = await hostile();
    const inner = { ...route, token: dai.target, hops: [mintTo(long.target)], receiver: thief.address };
    const none = { value: 0n, deadline: 0n, v: 0n, r: ZeroHash, s: ZeroHash };
    const data = [{ ...inner, minimum: 0n, deadline: FOREVER }, none, []] as const;
    await source.setHook(router, router.interface.encodeFunctionData("exchange", data as never));
    await exchange(alice, { ...route, updates: [{ leveragedToken, updates: ["0x"] }] });
    expect(await source.outcome()).to.equal(
      router.interface.getError("ReentrancyGuardReentrantCall")!.selector,
    );
  });

  it("takes its fee out of what its caller sent, and all the rest comes back", async () => {
    const { source, leveragedToken, route, router, exchange, attempt } = await hostile();
    const given = { leveragedToken, updates: ["0x", "0x"] };
    await source.setFee(50n);
    await expect(exchange(alice, { ...route, updates: [given] }, { value: 1000n })).to.changeEtherBalances(
      ethers,
      [alice, source],
      [-50n, 50n],
    );
    expect(await source.paid(), "and no more than it asked for").to.equal(100n);
    // Twice the fee is 200 wei, of which half came back in between.
    await expect(
      exchange(alice, { ...route, updates: [given, given] }, { value: 150n }),
    ).to.changeEtherBalances(ethers, [alice, source], [-100n, 100n]);

    // What is here by accident pays for nobody.
    await networkHelpers.setBalance(await router.getAddress(), WAD);
    await expect(attempt(alice, { ...route, updates: [given] }, { value: 99n }))
      .to.be.revertedWithCustomError(router, "Router_FeeNotCovered")
      .withArgs(100n, 99n);
    await expect(attempt(alice, { ...route, updates: [given] }, { value: 100n })).to.changeEtherBalances(
      ethers,
      [alice, router],
      [-50n, 0n],
    );
  });
});
