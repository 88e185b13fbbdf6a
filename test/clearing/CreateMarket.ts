import { expect } from "chai";
import { MaxUint256 } from "ethers";
import type { MarketTerms } from "../../deploy/parameters.ts";
import {
  FaucetToken__factory,
  FeeOnTransferToken__factory,
  LiquidityPool__factory,
  OwnSlotSource__factory,
} from "../../typechain-types/index.js";
import { chainWith, LOCKED, marketWords, WAD, wad } from "../fixture.ts";

const { alice, deployer, ethers, load, now } = await chainWith();

const MAX_UINT24 = 2n ** 24n - 1n;
/** Another market than those that are deployed. */
const OTHER = { exitFee: "0.002" };

async function fixture() {
  const world = await load();
  const { clearingHouse, params } = world;
  const create = (
    words: { pricing: bigint; risk: bigint },
    seed: bigint,
    replaced: Partial<typeof params> = {},
  ) => clearingHouse.connect(alice).createMarket({ ...params, ...words, ...replaced }, seed);
  return { ...world, create };
}

describe("ClearingHouse.createMarket", () => {
  describe("given parameters within their bounds", () => {
    it("makes an open market whose first liquidity provider is the caller", async () => {
      const { clearingHouse, params, create, dai } = await fixture();
      const words = marketWords(OTHER);
      const { id, pool } = await clearingHouse
        .connect(alice)
        .createMarket.staticCall({ ...params, ...words }, wad("100"));
      const tx = await create(words, wad("100"));
      await expect(tx)
        .to.emit(clearingHouse, "MarketCreated")
        .withArgs(id, [params.baseToken, params.priceSource, words.pricing, words.risk], pool, wad("100"));
      await expect(tx).to.changeTokenBalances(ethers, dai, [alice, clearingHouse], [-wad("100"), wad("100")]);
      const market = await clearingHouse.market(id);
      expect(market.status, "open").to.equal(1n);
      expect(market.held, "in custody").to.equal(wad("100"));
      expect(market.poolCash, "the pool's cash").to.equal(wad("100"));
      expect(market.price).to.equal(wad("500"));
      const shares = LiquidityPool__factory.connect(pool, alice);
      expect(await shares.balanceOf(alice), "shares at par, less the locked ones").to.equal(
        wad("100") - LOCKED,
      );
      expect(await shares.symbol()).to.equal("ETHDAI_LP");
    });

    it("takes another source for the same underlying as another market", async () => {
      const { create, params, clearingHouse } = await fixture();
      const source = await new OwnSlotSource__factory(deployer).deploy();
      await source.set(wad("500"), 0n, await now());
      await expect(create(params, wad("100"), { priceSource: await source.getAddress() })).to.emit(
        clearingHouse,
        "MarketCreated",
      );
    });
  });

  describe("refuses", () => {
    it("the same market twice", async () => {
      const { create, clearingHouse, params, id } = await fixture();
      await expect(create(params, wad("100")))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_MarketExists")
        .withArgs(id);
    });

    it("a seed of no more than what is locked", async () => {
      const { create, pool } = await fixture();
      await expect(create(marketWords(OTHER), LOCKED)).to.be.revertedWithCustomError(
        pool,
        "LiquidityPool_ZeroAmount",
      );
    });

    it("a caller who has not approved the seed", async () => {
      const { create, clearingHouse, dai } = await fixture();
      await dai.connect(alice).approve(clearingHouse, 5n);
      await expect(create(marketWords(OTHER), wad("100")))
        .to.be.revertedWithCustomError(dai, "ERC20InsufficientAllowance")
        .withArgs(clearingHouse, 5n, wad("100"));
    });

    it("a BaseToken that delivers less than it was asked for", async () => {
      const { create, clearingHouse, params } = await fixture();
      const token = await new FeeOnTransferToken__factory(deployer).deploy();
      await token.mint(alice, wad("100"));
      await token.connect(alice).approve(clearingHouse, MaxUint256);
      await expect(create(params, wad("100"), { baseToken: await token.getAddress() }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_TransferMismatch")
        .withArgs(wad("100"), wad("99"));
    });

    it("a BaseToken of other decimals than the parameters say, or of too few", async () => {
      const { create, clearingHouse, params, usd } = await fixture();
      await expect(create(params, 10n ** 8n, { baseToken: await usd.getAddress() }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_ParameterOutOfBounds")
        .withArgs("baseDecimals", 18n, 6n, 6n);
      const five = await new FaucetToken__factory(deployer).deploy("Five", "FIVE", 5);
      const risk = params.risk - (18n << 248n) + (5n << 248n);
      await expect(create({ ...params, risk }, 10n ** 8n, { baseToken: await five.getAddress() }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_ParameterOutOfBounds")
        .withArgs("baseDecimals", 5n, 6n, 18n);
    });

    const cases: [string, Partial<MarketTerms>, bigint, bigint, bigint][] = [
      ["depth", { depth: "0.000999" }, wad("0.000999"), 10n ** 15n, 2n ** 112n - 1n],
      ["tradeFee", { tradeFee: "0" }, 0n, 1n, wad("0.1")],
      ["tradeFee", { tradeFee: "0.100000000001" }, wad("0.100000000001"), 1n, wad("0.1")],
      ["maxHalfSpread", { maxHalfSpread: "0.065001" }, wad("0.065001"), 0n, wad("0.065")],
      ["protocolShare", { protocolShare: "1.0001" }, wad("1.0001"), 0n, WAD],
      ["maxFundingRate", { maxFundingRate: "0.500001" }, wad("0.500001"), 0n, wad("0.5")],
      ["withdrawalDelay", { withdrawalDelay: 59 }, 59n, 60n, MAX_UINT24],
      ["minMargin", { minMargin: "3.999999" }, wad("3.999999"), wad("4"), MaxUint256],
      ["minMargin", { minMargin: "0", liquidationReward: "0" }, 0n, 1n, MaxUint256],
      ["maxLeverage", { maxLeverage: "0.99" }, wad("0.99"), WAD, wad("100")],
      ["maxLeverage", { maxLeverage: "100.01" }, wad("100.01"), WAD, wad("100")],
      ["skewCap", { skewCap: "0" }, 0n, 1n, WAD],
      ["skewCap", { skewCap: "1.000001" }, wad("1.000001"), 1n, WAD],
      ["maxPosition", { depth: "1000000000000" }, wad("40000000000"), 1n, wad("30000000000")],
      ["openShare", { openShare: "0" }, 0n, 1n, MaxUint256],
      ["deleverageShare", { deleverageShare: "0.5" }, wad("0.5"), wad("0.5") + 1n, MaxUint256],
      ["exitFee", { exitFee: "0.050001" }, wad("0.050001"), 0n, wad("0.05")],
      ["rebalanceWindow", { rebalanceWindow: 0 }, 0n, 1n, MAX_UINT24],
    ];
    for (const [name, terms, value, least, most] of cases) {
      it(`a ${name} of ${Object.values(terms)[0]}`, async () => {
        const { create, clearingHouse } = await fixture();
        await expect(create(marketWords(terms), wad("100")))
          .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_ParameterOutOfBounds")
          .withArgs(name, value, least, most);
      });
    }

    it("a maintenance margin that a move of the skew could eat up", async () => {
      const { create, clearingHouse } = await fixture();
      await expect(create(marketWords({ maintenanceMargin: "0.047499" }), wad("100")))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_UnsafeMargins")
        .withArgs(wad("0.0475"), wad("0.047499"), wad("0.1"));
    });

    it("a maintenance margin that reaches the initial one", async () => {
      const { create, clearingHouse } = await fixture();
      await expect(create(marketWords({ maintenanceMargin: "0.1" }), wad("100")))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_UnsafeMargins")
        .withArgs(wad("0.0475"), wad("0.1"), wad("0.1"));
    });

    it("a source that can't be trusted now", async () => {
      const { create, source, feed } = await fixture();
      await feed.set(0n);
      await expect(create(marketWords(OTHER), wad("100"))).to.be.revertedWithCustomError(
        source,
        "ChainlinkSource_ZeroAnswer",
      );
    });
  });
});
