// Ether that comes with a call, comes without one, or is paid for prices.
import { expect } from "chai";
import { MaxUint256, ZeroHash } from "ethers";
import { mintTo } from "../../../sdk/router.ts";
import { HostilePullSource__factory, MuteCaller__factory } from "../../../typechain-types/index.js";
import { chainWithUniswap } from "../../composability/world.ts";
import { FOREVER, WAD, wad } from "../../fixture.ts";

const { alice, bob, ethers, load, networkHelpers, stranger: thief } = await chainWithUniswap();

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
