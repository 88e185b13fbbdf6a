// Prices that come with the call: Pyth, as its npm package has it for tests, behind a PythSource.
import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { burnTo, mintTo } from "../../sdk/router.ts";
import {
  type ChainlinkSource,
  LeveragedToken__factory,
  MedianSource__factory,
  type PythSource,
  PythSource__factory,
} from "../../typechain-types/index.js";
import { chainWithUniswap } from "../composability/world.ts";
import { expectNear, HOUR, WAD, wad } from "../fixture.ts";
import { deployPyth, FEE } from "../pyth.ts";

const chain = await chainWithUniswap();
const { alice, bob, deployer, ethers, load, networkHelpers, provider } = chain;

/**
 * A market priced by Pyth, or by what `over` makes of Pyth and the local feed, with a token in it that alice has some of, an
 * hour after its last price.
 */
async function pulled(over = async (pyth: PythSource, _feed: ChainlinkSource) => pyth.getAddress()) {
  const world = await load();
  const { dai, long, params, clearingHouse, factory, router } = world;
  const now = () => networkHelpers.time.latest();
  const { pyth, sign, source } = await deployPyth(deployer, await now());
  const price = async (dollars: bigint, age = 0) =>
    sign({ price: dollars * 10n ** 8n, conf: 10n ** 7n, at: (await now()) - age });
  const market = { ...params, priceSource: await over(source, world.source) };
  await clearingHouse.connect(provider).createMarket(market, wad("100000"));
  await factory.createToken(market, 3n * WAD, await long.policy());
  const [address] = await factory.tokens((await factory.tokenCount()) - 1n, 1n);
  const token = LeveragedToken__factory.connect(address, alice);
  await token.approve(router, MaxUint256);
  await dai.connect(alice).approve(token, MaxUint256);
  await world.deposit(alice, "1000", token);
  await networkHelpers.time.increase(HOUR);
  await world.setPrice("500");
  return {
    ...world,
    pyth,
    source,
    token,
    price,
    route: { token: dai, amount: wad("100"), hops: [mintTo(token)] },
  };
}

describe("Prices that the caller brings", () => {
  it("let a token be minted, of which nothing could be minted without them", async () => {
    const { attempt, exchange, quote, token, price, route } = await pulled();
    await expect(attempt(alice, route)).to.be.revertedWithCustomError(
      PythSource__factory.connect(ethers.ZeroAddress, alice),
      "PythSource_Stale",
    );
    const updates = [{ leveragedToken: token, updates: [await price(505n)] }];
    const minimum = await quote(alice, { ...route, updates }, { value: FEE });
    await exchange(alice, { ...route, updates, minimum, receiver: bob }, { value: FEE });
    expect(await token.positionPrice(), "the price that came along").to.equal(wad("505"));
    expectNear(await token.balanceOf(bob), wad("96.8"), "100 DAI at 1 % · 3 more, less 0.2 %", "0.003");
  });

  it("are paid for out of what is sent, and the rest comes back", async () => {
    const { pyth, exchange, token, price, route } = await pulled();
    const updates = [{ leveragedToken: token, updates: [await price(505n), await price(506n)] }];
    await expect(exchange(alice, { ...route, updates }, { value: WAD })).to.changeEtherBalances(
      ethers,
      [alice, pyth],
      [-2n * FEE, 2n * FEE],
    );
  });

  it("have to be paid for", async () => {
    const { router, attempt, token, price, route } = await pulled();
    const updates = [{ leveragedToken: token, updates: [await price(505n)] }];
    await expect(attempt(alice, { ...route, updates }, { value: FEE - 1n }))
      .to.be.revertedWithCustomError(router, "Router_FeeNotCovered")
      .withArgs(FEE, FEE - 1n);
  });

  it("let a token be burned, and turned into one of another market", async () => {
    const { dai, short, exchange, token, price } = await pulled();
    const updates = async () => [{ leveragedToken: token, updates: [await price(505n)] }];
    const amount = wad("100");
    const before = await dai.balanceOf(alice);
    await exchange(alice, { token, amount, hops: [burnTo(dai)], updates: await updates() }, { value: FEE });
    expectNear((await dai.balanceOf(alice)) - before, wad("102.8"), "3 % more, less 0.2 %", "0.003");
    await networkHelpers.time.increase(HOUR);
    const turn = { token, amount, hops: [burnTo(dai), mintTo(short)], updates: await updates() };
    await exchange(alice, turn, { value: FEE });
    expectNear(await short.balanceOf(alice), wad("102.4"), "less another 0.3 %", "0.003");
  });

  it("never take a price back in time", async () => {
    const { attempt, exchange, token, price, route, source } = await pulled();
    const old = await price(400n, 30);
    const updates = [{ leveragedToken: token, updates: [await price(505n)] }];
    await exchange(alice, { ...route, updates }, { value: FEE });
    await attempt(alice, { ...route, updates: [{ leveragedToken: token, updates: [old] }] }, { value: FEE });
    expect((await source.read()).price, "the newest stays").to.equal(wad("505"));
  });

  it("reach the part of a median that wants them", async () => {
    const { attempt, exchange, token, long, source, router, price, route, setPrice } = await pulled(
      async (pyth, feed) => {
        const config = { sources: [feed, pyth], underlying: "ETH", maxDivergence: wad("0.02") };
        return (await new MedianSource__factory(deployer).deploy(config)).getAddress();
      },
    );
    const median = MedianSource__factory.connect((await token.marketParams()).priceSource, alice);
    await setPrice("504");
    await expect(attempt(alice, route)).to.be.revertedWithCustomError(median, "MedianSource_TooFewAnswers");
    const by = async (path: bigint[], leveragedToken = token) => ({
      ...route,
      updates: [{ leveragedToken, path, updates: [await price(505n)] }],
    });
    for (const [way, error, args] of [
      [[], "Router_UpdateRefused", [median, "0x"]],
      [[0n], "Router_UpdateRefused", [await median.sources().then(([feed]) => feed), "0x"]],
      [[2n], "Router_NoSuchPart", [median, 2n]],
      [[1n, 0n], "Router_NoSuchPart", [source, 0n]],
    ] as const) {
      await expect(attempt(alice, await by([...way]), { value: FEE }))
        .to.be.revertedWithCustomError(router, error)
        .withArgs(...args);
    }
    await expect(attempt(alice, await by([0n], long), { value: FEE })).to.be.revertedWithCustomError(
      router,
      "Router_NoSuchPart",
    );
    await exchange(alice, await by([1n]), { value: FEE });
    expect(await token.positionPrice(), "between the two").to.equal(wad("504.5"));
  });

  it("that are none are refused by the oracle itself", async () => {
    const { attempt, token, route, router, dai } = await pulled();
    const updates = [{ leveragedToken: token, updates: ["0x1234"] }];
    const before = await dai.balanceOf(alice);
    await expect(attempt(alice, { ...route, updates }, { value: FEE })).to.be.revert(ethers);
    expect(await dai.balanceOf(alice)).to.equal(before);
    expect(await ethers.provider.getBalance(router)).to.equal(0n);
  });
});
