// Stealing what others approved to the router, with and without their permits: each way that was tried, and what stopped it.
import { expect } from "chai";
import { AbiCoder, type AddressLike, MaxUint256, ZeroHash } from "ethers";
import { burnTo, type Hop, mintTo, signPermit, swapTo } from "../../../sdk/router.ts";
import { FakeLeveragedToken__factory } from "../../../typechain-types/index.js";
import { chainWithUniswap, LOW, MEDIUM } from "../../composability/world.ts";
import { FOREVER, usdc, WAD, wad } from "../../fixture.ts";
import { Random } from "../../math/random.ts";
import { hooked } from "./hooked.ts";

const { alice, carol, ethers, load, networkHelpers, stranger: thief } = await chainWithUniswap();

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
