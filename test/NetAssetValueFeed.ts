// The feed of what a LeveragedToken is worth: its answers, and when it refuses. What it does within a block is in
// test/solidity/attacks/NetAssetValue.t.sol, within a call in test/solidity/attacks/ReadOnlyReentrancy.t.sol.
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { Quotes__factory } from "../typechain-types/index.js";
import { chainWith, DAY, expectNear, HOUR, TIMELESS, usdc, WAD, wad } from "./fixture.ts";

const { alice, bob, deployer, ethers, guardian, keeper, load, networkHelpers, now, stranger } =
  await chainWith(TIMELESS);

/** Alice has put 1,000 DAI into 5XLONG_ETHDAI at 500. */
async function minted() {
  const world = await load();
  await world.deposit(alice, "1000");
  return { ...world, feedOf: world.valueFeeds["5XLONG_ETHDAI"] };
}

describe("NetAssetValueFeed", () => {
  it("says what it is about, in 18 decimals", async () => {
    const { valueFeeds, tokens, clearingHouse } = await minted();
    for (const [name, feed] of Object.entries(valueFeeds)) {
      expect(await feed.description()).to.equal(`${name} / ${name.slice(-4).replace("HDAI", "DAI")}`);
      expect(await feed.decimals()).to.equal(18n);
      expect(await feed.version()).to.equal(1n);
      expect(await feed.token()).to.equal(await tokens[name].getAddress());
      expect(await feed.clearingHouse()).to.equal(await clearingHouse.getAddress());
    }
  });

  it("answers with netAssetValue per token, as of the time of the price", async () => {
    const { feedOf, feed, long, setPrice } = await minted();
    for (const price of ["500", "525", "480"]) {
      await setPrice(price);
      const madeAt = (await feed.latestRoundData())[3];
      await networkHelpers.time.increase(HOUR);
      const { roundId, answer, startedAt, updatedAt, answeredInRound } = await feedOf.latestRoundData();
      const worth = ((await long.netAssetValue()) * WAD) / (await long.totalSupply());
      expect(answer, `at ${price}`).to.equal(worth);
      expect([roundId, startedAt, updatedAt, answeredInRound]).to.deep.equal([
        madeAt,
        madeAt,
        madeAt,
        madeAt,
      ]);
    }
  });

  it("counts a BaseToken of 6 decimals as WAD", async () => {
    const { tokens, valueFeeds } = await load();
    const token = tokens["3XLONG_ETHUSDC"];
    await token.connect(alice)["deposit(uint256,address)"](usdc("1000"), alice);
    const { answer } = await valueFeeds["3XLONG_ETHUSDC"].latestRoundData();
    expect(answer > wad("0.999") && answer <= wad("1.001"), `${answer}`).to.equal(true);
  });

  it("has the streaming fee taken off", async () => {
    const { deposit, valueFeeds, pass } = await load({ terms: TIMELESS.terms });
    await deposit(alice, "1000");
    const feed = valueFeeds["5XLONG_ETHDAI"];
    const before = (await feed.latestRoundData()).answer;
    await pass(365 * DAY);
    const { answer } = await feed.latestRoundData();
    expect(answer > (before * 9899n) / 10000n && answer < (before * 9901n) / 10000n, "one percent").to.equal(
      true,
    );
  });

  it("knows the newest round only", async () => {
    const { feedOf } = await minted();
    const newest = await feedOf.latestRoundData();
    expect(await feedOf.getRoundData(newest.roundId)).to.deep.equal(newest);
    await expect(feedOf.getRoundData(newest.roundId - 1n))
      .to.be.revertedWithCustomError(feedOf, "NetAssetValueFeed_NoHistory")
      .withArgs(newest.roundId - 1n, newest.roundId);
  });

  describe("refuses", () => {
    it("without a supply: before the first mint and after the last burn", async () => {
      const { valueFeeds, deposit, redeem, long } = await load();
      const feed = valueFeeds["5XLONG_ETHDAI"];
      await expect(feed.latestRoundData()).to.be.revertedWithCustomError(feed, "NetAssetValueFeed_NoSupply");
      await deposit(alice, "1000");
      await feed.latestRoundData();
      await redeem(alice, await long.balanceOf(alice));
      await expect(feed.latestRoundData()).to.be.revertedWithCustomError(feed, "NetAssetValueFeed_NoSupply");
    });

    it("when the price can't be trusted, with the error that says why", async () => {
      const { feedOf, feed, source } = await minted();
      await networkHelpers.time.increase(DAY + HOUR);
      await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(source, "ChainlinkSource_Stale");
      await feed.set(0n);
      await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
        source,
        "ChainlinkSource_ZeroAnswer",
      );
      await feed.set(-1n);
      await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
        source,
        "ChainlinkSource_NegativeAnswer",
      );
      await feed.set(1n);
      await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
        source,
        "ChainlinkSource_PriceOutOfBounds",
      );
      await feed.setAt(500n * 10n ** 8n, 1n);
      await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(source, "ChainlinkSource_Stale");
    });

    it("a price older than one that was used", async () => {
      const { feedOf, feed, clearingHouse, params, setPrice } = await minted();
      await setPrice("510");
      await clearingHouse.syncNow(params, false);
      await networkHelpers.time.increase(HOUR);
      await feed.setAt(520n * 10n ** 8n, (await now()) - 2 * HOUR);
      await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
        clearingHouse,
        "ClearingHouse_PriceOlderThanUsed",
      );
    });

    for (const [what, price] of [
      ["is worth nothing", "395"],
      ["is worth less than 1e-9 of its first value", "400.00000001"],
    ]) {
      it(`once the token ${what}, before and after that is recorded`, async () => {
        const { feedOf, long, setPrice, redeem } = await minted();
        await setPrice(price);
        await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
          feedOf,
          "NetAssetValueFeed_WipedOut",
        );
        await long.connect(keeper).rebalance();
        await setPrice("500");
        await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
          feedOf,
          "NetAssetValueFeed_WipedOut",
        );
        await redeem(alice, await long.balanceOf(alice));
        await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
          feedOf,
          "NetAssetValueFeed_WipedOut",
        );
      });
    }

    it("during a reckoning, and answers with the final value afterwards", async () => {
      const { feedOf, clearingHouse, params, long } = await minted();
      const before = (await feedOf.latestRoundData()).answer;
      await networkHelpers.time.increase(3 * DAY + HOUR);
      await clearingHouse.settle(params);
      const settledAt = await now();
      await expect(feedOf.latestRoundData()).to.be.revertedWithCustomError(
        clearingHouse,
        "ClearingHouse_Reckoning",
      );
      await networkHelpers.time.increase(HOUR);
      await clearingHouse.conclude(params);
      const { answer, updatedAt } = await feedOf.latestRoundData();
      expect(updatedAt, "the time of the settlement").to.equal(BigInt(settledAt));
      // The settlement gives back what opening the skew has cost.
      expect(answer > before && answer < (before * 101n) / 100n, `${answer}, was ${before}`).to.equal(true);
      const shares = (await long.balanceOf(alice)) / 2n;
      const paid = await long.previewRedeem(shares);
      expectNear(paid, (answer * shares) / WAD, "what a burn pays", "0.000000000000000001");
      await networkHelpers.time.increase(30 * DAY);
      expect((await feedOf.latestRoundData()).answer, "for good").to.equal(answer);
    });
  });

  it("goes on in a reduce-only market, and beyond the emergency band", async () => {
    const { feedOf, clearingHouse, params, setPrice, long } = await minted();
    await clearingHouse.connect(guardian).setReduceOnly(params, true);
    await setPrice("440");
    expect(await long.maxDeposit(alice), "nothing is minted").to.equal(0n);
    const { answer } = await feedOf.latestRoundData();
    expect(answer).to.equal(((await long.netAssetValue()) * WAD) / (await long.totalSupply()));
  });
});

describe("NetAssetValueFeedFactory", () => {
  it("makes the feed of any token of the ClearingHouse, for anyone, where it said", async () => {
    const { factory, feedFactory, params, long, deposit, dai } = await load();
    await factory.createToken(params, 2n * WAD, await long.policy());
    const token = long.attach(
      await factory.tokenOf(await long.marketId(), 2n * WAD, await long.policy()),
    ) as typeof long;
    const at = await feedFactory.feedOf(token);
    expect(await ethers.provider.getCode(at), "not there yet").to.equal("0x");
    await expect(feedFactory.connect(stranger).createFeed(token))
      .to.emit(feedFactory, "FeedCreated")
      .withArgs(token, at);
    await dai.connect(bob).approve(token, wad("100"));
    await deposit(bob, "100", token);
    const feed = await ethers.getContractAt("NetAssetValueFeed", at);
    expect(await feed.description()).to.equal("2XLONG_ETHDAI / DAI");
    expect((await feed.latestRoundData()).answer > 0n).to.equal(true);
  });

  it("makes one for each series: what a wiped-out token's feed refuses its successor's answers", async () => {
    const { factory, feedFactory, params, long, deposit, setPrice, valueFeeds, dai } = await load();
    await deposit(alice, "1000");
    await setPrice("395");
    await long.connect(keeper).rebalance();
    await setPrice("500");
    const [leverage, policy] = [await long.targetLeverage(), await long.policy()];
    await factory.createToken(params, leverage, policy);
    const next = long.attach(await factory.tokenOf(await long.marketId(), leverage, policy)) as typeof long;
    await feedFactory.createFeed(next);
    await dai.connect(bob).approve(next, wad("1000"));
    await deposit(bob, "1000", next);
    const old = valueFeeds["5XLONG_ETHDAI"];
    const feed = old.attach(await feedFactory.feedOf(next)) as typeof old;
    expect(await feed.description(), "the same name").to.equal(await old.description());
    expect((await feed.latestRoundData()).answer > wad("0.99")).to.equal(true);
    await expect(old.latestRoundData()).to.be.revertedWithCustomError(old, "NetAssetValueFeed_WipedOut");
  });

  it("makes it once", async () => {
    const { feedFactory, long, valueFeeds } = await load();
    await expect(feedFactory.createFeed(long))
      .to.be.revertedWithCustomError(feedFactory, "NetAssetValueFeedFactory_FeedExists")
      .withArgs(valueFeeds["5XLONG_ETHDAI"]);
  });

  it("makes none of what only looks like a token", async () => {
    const { feedFactory, long, clearingHouse, factory, params } = await load();
    const tokenFactory = await ethers.getContractFactory("LeveragedToken", {
      libraries: { Quotes: await new Quotes__factory(deployer).deploy() },
    });
    const impostor = await tokenFactory.deploy(
      clearingHouse,
      params,
      5n * WAD,
      await long.policy(),
      "5XLONG_ETHDAI",
    );
    await expect(feedFactory.createFeed(impostor))
      .to.be.revertedWithCustomError(feedFactory, "NetAssetValueFeedFactory_UnknownToken")
      .withArgs(impostor);
    expect(await factory.tokenCount(), "which the factory did not make").to.equal(3n);
    await expect(feedFactory.createFeed(ZeroAddress)).to.revert(ethers);
  });
});
