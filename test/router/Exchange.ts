import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { burnTo, mintTo, signPermit, swapTo } from "../../sdk/router.ts";
import { chainWithUniswap, LOW } from "../composability/world.ts";
import { chainWith, expectNear, FOREVER, TIMELESS, usdc, WAD, wad } from "../fixture.ts";

const { alice, bob, carol, ethers, load, uniswap } = await chainWithUniswap();

describe("Router", () => {
  it("is deployed with the venue, and the Uniswap that the parameters name, if any", async () => {
    const { router, clearingHouse } = await load();
    expect(await router.clearingHouse()).to.equal(await clearingHouse.getAddress());
    expect(await router.uniswapFactory()).to.equal(await uniswap.factory.getAddress());
    const bare = await (await chainWith(TIMELESS)).load();
    expect(await bare.router.uniswapFactory()).to.equal(ZeroAddress);
  });
});

describe("Router.exchange", () => {
  describe("mints", () => {
    it("out of BaseToken, exactly what a deposit gives", async () => {
      const { dai, long, exchange, quote } = await load();
      const shares = await long.previewDeposit(wad("1000"));
      const there = { token: dai, amount: wad("1000"), hops: [mintTo(long)] };
      expect(await quote(alice, there)).to.equal(shares);
      const sent = exchange(alice, { ...there, minimum: shares });
      await expect(sent).to.changeTokenBalances(ethers, long, [alice], [shares]);
      await expect(sent).to.changeTokenBalances(ethers, dai, [alice], [-wad("1000")]);
    });

    it("with a permit in place of an approval", async () => {
      const { dai, long, router, exchange } = await load();
      const amount = wad("1000");
      const permit = await signPermit(carol, dai, router, amount, FOREVER);
      const shares = await long.previewDeposit(amount);
      await expect(
        exchange(carol, { token: dai, amount, hops: [mintTo(long)], permit, receiver: bob }),
      ).to.changeTokenBalances(ethers, long, [carol, bob], [0n, shares]);
      expect(await dai.allowance(carol, router), "what was permitted is used up").to.equal(0n);
    });

    it("out of another token through a pool", async () => {
      const { usd, dai, long, exchange, quote, longPool } = await load();
      const there = { token: usd, amount: usdc("1000"), hops: [swapTo(dai, LOW), mintTo(long)] };
      const shares = await quote(alice, there);
      expectNear(
        shares,
        await long.previewDeposit(wad("1000")),
        "less 0.05 % and the pool's impact",
        "0.004",
      );
      await expect(exchange(alice, { ...there, minimum: shares })).to.changeTokenBalances(
        ethers,
        long,
        [alice, longPool],
        [shares, 0n],
      );
    });
  });

  describe("burns", () => {
    it("into BaseToken, exactly what a redemption pays, with a permit", async () => {
      const { dai, long, router, deposit, exchange } = await load();
      await deposit(carol, "1000");
      const shares = await long.balanceOf(carol);
      const permit = await signPermit(carol, long, router, shares, FOREVER);
      const assets = await long.previewRedeem(shares);
      const sent = exchange(carol, {
        token: long,
        amount: shares,
        hops: [burnTo(dai)],
        minimum: assets,
        permit,
      });
      await expect(sent).to.changeTokenBalances(ethers, dai, [carol], [assets]);
      expect(await long.balanceOf(carol)).to.equal(0n);
    });

    it("into another token through a pool", async () => {
      const { usd, dai, long, deposit, exchange, quote } = await load();
      await deposit(alice, "1000");
      const amount = await long.balanceOf(alice);
      const back = { token: long, amount, hops: [burnTo(dai), swapTo(usd, LOW)] };
      const paid = await quote(alice, back);
      const assets = await long.previewRedeem(amount);
      expectNear(paid, assets / 10n ** 12n, "less 0.05 % and the pool's impact", "0.004");
      await expect(exchange(alice, { ...back, receiver: bob, minimum: paid })).to.changeTokenBalances(
        ethers,
        usd,
        [alice, bob],
        [0n, paid],
      );
    });

    it("a token that was wiped out, and its successor", async () => {
      const { dai, long, factory, params, deposit, exchange, setPrice } = await load();
      await deposit(alice, "1000");
      const amount = await long.balanceOf(alice);
      await setPrice("395");
      await expect(long.rebalance()).to.emit(long, "WipedOut");
      await factory.createToken(params, 5n * WAD, await long.policy());
      const next = await factory.tokenOf(await long.marketId(), 5n * WAD, await long.policy());
      expect(next, "the next series").not.to.equal(await long.getAddress());
      await exchange(alice, { token: long, amount, hops: [burnTo(dai)] });
      expect(await long.balanceOf(alice), "burned for what is left").to.equal(0n);
      await exchange(alice, { token: dai, amount: wad("100"), hops: [mintTo(next)] });
    });
  });

  describe("turns one LeveragedToken into another", () => {
    it("long into short of the same market", async () => {
      const { dai, long, short, deposit, exchange, quote } = await load();
      await deposit(alice, "1000");
      const amount = await long.balanceOf(alice);
      const turn = { token: long, amount, hops: [burnTo(dai), mintTo(short)] };
      const shares = await quote(alice, turn);
      expectNear(shares, wad("990"), "less what two trades cost", "0.005");
      await expect(exchange(alice, { ...turn, minimum: shares })).to.changeTokenBalances(
        ethers,
        short,
        [alice],
        [shares],
      );
    });

    it("in another market, over the same BaseToken", async () => {
      const { dai, long, tokens, deposit, exchange } = await load();
      await deposit(alice, "1000");
      const other = tokens["2XLONG_BTCDAI"];
      await exchange(alice, { token: long, amount: wad("500"), hops: [burnTo(dai), mintTo(other)] });
      expectNear(await other.balanceOf(alice), wad("496"), "less what two trades cost", "0.005");
    });

    it("over another BaseToken, with a swap between", async () => {
      const { dai, usd, long, tokens, deposit, exchange } = await load();
      await deposit(alice, "1000");
      const other = tokens["3XLONG_ETHUSDC"];
      const hops = [burnTo(dai), swapTo(usd, LOW), mintTo(other)];
      await exchange(alice, { token: long, amount: wad("500"), hops });
      expectNear(await other.balanceOf(alice), wad("495"), "less what three trades cost", "0.01");
    });
  });

  it("tells what went in and what came out", async () => {
    const { dai, long, router, exchange } = await load();
    const shares = await long.previewDeposit(wad("10"));
    await expect(exchange(alice, { token: dai, amount: wad("10"), hops: [mintTo(long)], receiver: bob }))
      .to.emit(router, "Exchanged")
      .withArgs(alice, dai, long, bob, wad("10"), shares);
  });
});
