import { expect } from "chai";
import { ZeroAddress } from "ethers";
import {
  chainWith,
  DAY,
  expectNear,
  expectNoRebalance,
  LOCKED,
  TIMELESS,
  unpackAccount,
  usdc,
  WAD,
  wad,
} from "../fixture.ts";

const { alice, bob, ethers, load, stranger } = await chainWith(TIMELESS);
const NOBODY = "0x000000000000000000000000000000000000dEaD";

/** Alice has put 1,000 DAI into 5XLONG_ETHDAI at 500. */
async function minted() {
  const world = await load();
  await world.deposit(alice, "1000");
  return world;
}

/** What one token is worth. */
type World = Awaited<ReturnType<typeof minted>>;
const perToken = async ({ long }: World) => ((await long.netAssetValue()) * WAD) / (await long.totalSupply());

describe("LeveragedToken.deposit", () => {
  describe("given the first mint", () => {
    it("gives a token for each BaseToken that is left after the cost of the trade", async () => {
      const { deposit, long, dai, clearingHouse, accountOf } = await load();
      const preview = await long.previewDeposit(wad("1000"));
      const tx = deposit(alice, "1000");
      await expect(tx).to.changeTokenBalances(
        ethers,
        dai,
        [alice, clearingHouse, long],
        [-wad("1000"), wad("1000"), 0n],
      );
      await expect(tx)
        .to.emit(long, "Deposit")
        .withArgs(alice, alice, wad("1000"), preview)
        .to.emit(long, "Transfer")
        .withArgs(ZeroAddress, alice, preview);
      await expectNoRebalance(tx, long);
      const value = await long.totalSupply();
      const { position } = await accountOf(long);
      expectNear(position, value / 100n, "five times its value at 500");
      // I = 500 · q² / 2e6, and φ = 0.1 %.
      const cost = (500n * position * position) / WAD / 2_000_000n + (position * 500n) / 1000n;
      expectNear(value + cost, wad("1000"), "tokens and cost");
      expectNear(await long.currentLeverage(), 5n * WAD, "current leverage");
    });

    it("locks a million wei for ever", async () => {
      const { long } = await minted();
      expect(await long.balanceOf(NOBODY)).to.equal(LOCKED);
      expect(await long.totalSupply()).to.equal((await long.balanceOf(alice)) + LOCKED);
    });

    it("is refused when it brings no more than that", async () => {
      const { long } = await load();
      await expect(long.connect(alice)["deposit(uint256,address)"](LOCKED, alice))
        .to.be.revertedWithCustomError(long, "LeveragedToken_FirstMintTooSmall")
        .withArgs((shares: bigint) => shares > (LOCKED * 99n) / 100n && shares <= LOCKED, LOCKED);
    });

    it("is refused when the position would have less than the least margin", async () => {
      const { deposit, clearingHouse } = await load();
      await expect(deposit(alice, "4")).to.be.revertedWithCustomError(
        clearingHouse,
        "ClearingHouse_InsufficientMargin",
      );
    });
  });

  describe("given holders", () => {
    it("scales the position and leaves what they have as it is", async () => {
      const world = await minted();
      const { deposit, long, setPrice } = world;
      await setPrice("501");
      const before = { value: await perToken(world), leverage: await long.currentLeverage() };
      const tx = deposit(bob, "500");
      await expectNoRebalance(tx, long);
      expectNear(await perToken(world), before.value, "value of a token", "0.000000000001");
      expect((await perToken(world)) >= before.value, "never lowered").to.equal(true);
      expectNear(await long.currentLeverage(), before.leverage, "leverage", "0.000000000001");
      expectNear((await long.balanceOf(bob)) * (await perToken(world)), wad("500") * WAD, "bob's", "0.006");
    });

    it("rebalances first when leverage is off target by more than the band", async () => {
      const { deposit, long, setPrice } = await minted();
      await setPrice("505");
      const tx = deposit(bob, "500");
      await expect(tx).to.emit(long, "RebalancedInPassing");
      await expect(tx).not.to.emit(long, "Rebalanced");
      const [event] = await long.queryFilter(long.filters.RebalancedInPassing());
      // (L² − L) · r · N / p
      expectNear(event.args.amount, (20n * wad("10")) / 505n, "what it bought", "0.02");
      expectNear(await long.currentLeverage(), 5n * WAD, "leverage", "0.000000000001");
    });

    it("previews what it then does, rebalance included", async () => {
      const { deposit, long, setPrice } = await minted();
      await setPrice("505");
      const before = await long.balanceOf(bob);
      const preview = await long.previewDeposit(wad("500"));
      await deposit(bob, "500");
      expect((await long.balanceOf(bob)) - before, "shares").to.equal(preview);
    });

    it("goes to another receiver, but not to nobody", async () => {
      const { long } = await minted();
      const deposit = long.connect(alice)["deposit(uint256,address)"];
      await deposit(wad("100"), stranger);
      expect((await long.balanceOf(stranger)) > 0n).to.equal(true);
      await expect(deposit(wad("100"), ZeroAddress))
        .to.be.revertedWithCustomError(long, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("takes the mint fee off what comes in", async () => {
      const { deposit, long, clearingHouse, id } = await load({
        ...TIMELESS,
        policies: { continuous: { streamingFee: "0", mintFee: "0.01" } },
      });
      const tx = deposit(alice, "1000");
      await expect(tx).to.emit(long, "FeesCharged").withArgs(wad("10"), 0n);
      expect((await long.totalSupply()) < wad("990")).to.equal(true);
      expectNear(
        (await clearingHouse.market(id)).protocolFees,
        wad("10.246"),
        "with the protocol's share",
        "0.001",
      );
    });

    it("charges the streaming fee first", async () => {
      const { deposit, long, pass, updatesOf } = await load({ terms: TIMELESS.terms });
      await deposit(alice, "1000");
      const value = await long.netAssetValue();
      await pass(365 * DAY);
      expectNear(await long.netAssetValue(), (value * 99n) / 100n, "after a year", "0.000001");
      await deposit(bob, "100");
      // Without a mint fee no event of its own tells: it is what came in less what the account got.
      expect(await long.queryFilter(long.filters.FeesCharged())).to.deep.equal([]);
      const { margin } = (await updatesOf(long)).at(-1)!;
      expectNear(wad("100") - margin, value / 100n, "one percent", "0.000001");
    });

    it("is refused for nothing", async () => {
      const { deposit, long } = await minted();
      await expect(deposit(alice, "0")).to.be.revertedWithCustomError(long, "LeveragedToken_ZeroAmount");
    });

    it("is refused without an allowance for the token", async () => {
      const { deposit, dai, long } = await minted();
      await expect(deposit(stranger, "100"))
        .to.be.revertedWithCustomError(dai, "ERC20InsufficientAllowance")
        .withArgs(long, 0n, wad("100"));
    });

    it("is refused when it gives fewer shares than asked for", async () => {
      const { long } = await minted();
      const shares = await long.previewDeposit(wad("100"));
      const deposit = long.connect(alice)["deposit(uint256,address,uint256)"];
      await expect(deposit(wad("100"), alice, shares + 1n))
        .to.be.revertedWithCustomError(long, "LeveragedToken_BelowMinimum")
        .withArgs(shares, shares + 1n);
      await expect(deposit(wad("100"), alice, shares)).to.changeTokenBalance(ethers, long, alice, shares);
    });
  });

  it("never rebalances a daily token", async () => {
    const { deposit, setPrice, tokens } = await load({
      ...TIMELESS,
      tokens: { "3XLONG_ETHDAI": { market: "ETHDAI", leverage: "3", policy: "daily" } },
    });
    const token = tokens["3XLONG_ETHDAI"];
    await deposit(alice, "1000", token);
    await setPrice("525");
    const leverage = await token.currentLeverage();
    const tx = deposit(bob, "500", token);
    await expectNoRebalance(tx, token);
    expectNear(await token.currentLeverage(), leverage, "kept", "0.000000000001");
  });

  it("takes BaseToken of 6 decimals, and gives tokens of 18", async () => {
    const { tokens, markets, clearingHouse, usd } = await load();
    const token = tokens["3XLONG_ETHUSDC"];
    const tx = token.connect(alice)["deposit(uint256,address)"](usdc("1000"), alice);
    await expect(tx).to.changeTokenBalance(ethers, usd, alice, -usdc("1000"));
    expectNear(await token.netAssetValue(), await token.totalSupply(), "one for one");
    expectNear(await token.totalSupply(), wad("997"), "after the cost", "0.0001");
    const { position } = unpackAccount(await clearingHouse.account(markets.ETHUSDC.id, token));
    expectNear(position, ((await token.totalSupply()) * 3n) / 500n, "three times its value");
  });
});

describe("LeveragedToken.mint", () => {
  it("gives exactly the shares, for what it previews", async () => {
    for (const given of [load, minted]) {
      const { long, dai } = await given();
      const assets = await long.previewMint(wad("100"));
      const tx = long.connect(bob)["mint(uint256,address)"](wad("100"), bob);
      await expect(tx).to.changeTokenBalance(ethers, dai, bob, -assets);
      expect(await long.balanceOf(bob)).to.equal(wad("100"));
      expectNear(assets, wad("100.5"), "the shares and φ five times", "0.0001");
    }
  });

  it("costs no less than a deposit of as much gives", async () => {
    const { long } = await minted();
    const assets = await long.previewMint(wad("100"));
    expectNear(await long.previewDeposit(assets), wad("100"), "shares", "0.000000000000001");
    expect((await long.previewDeposit(assets)) <= wad("100") + 10n).to.equal(true);
  });

  it("adds the mint fee on top", async () => {
    const { long, deposit } = await load({
      ...TIMELESS,
      policies: { continuous: { streamingFee: "0", mintFee: "0.01" } },
    });
    await deposit(alice, "1000");
    const assets = await long.previewMint(wad("100"));
    expectNear(assets, (wad("100.5") * 100n) / 99n, "divided by 1 − fee", "0.0001");
    await long.connect(bob)["mint(uint256,address)"](wad("100"), bob);
    expect(await long.balanceOf(bob)).to.equal(wad("100"));
  });

  it("is refused when it costs more than asked for", async () => {
    const { long } = await minted();
    const assets = await long.previewMint(wad("100"));
    const mint = long.connect(alice)["mint(uint256,address,uint256)"];
    await expect(mint(wad("100"), alice, assets - 1n))
      .to.be.revertedWithCustomError(long, "LeveragedToken_AboveMaximum")
      .withArgs(assets, assets - 1n);
    await mint(wad("100"), alice, assets);
  });

  it("is refused for nothing", async () => {
    const { long } = await minted();
    await expect(long.connect(alice)["mint(uint256,address)"](0n, alice)).to.be.revertedWithCustomError(
      long,
      "LeveragedToken_ZeroAmount",
    );
  });
});
