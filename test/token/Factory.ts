import { expect } from "chai";
import { MaxUint256 } from "ethers";
import type { PolicyTerms } from "../../deploy/parameters.ts";
import { LeveragedToken__factory, LeveragedTokenFactory__factory } from "../../typechain-types/index.js";
import { chainWith, marketWords, policyWord, TIMELESS, WAD, wad } from "../fixture.ts";

const { alice, deployer, ethers, load, stranger } = await chainWith(TIMELESS);

async function fixture() {
  const world = await load();
  const { factory, params } = world;
  const create = (leverage: string, policy = policyWord()) =>
    factory.connect(stranger).createToken(params, wad(leverage), policy);
  /** The token that a leverage and the default policy make. */
  const made = async (leverage: string) => {
    const address = await factory.predict(params, wad(leverage), policyWord());
    await create(leverage);
    return LeveragedToken__factory.connect(address, alice);
  };
  return { ...world, create, made };
}

describe("LeveragedTokenFactory", () => {
  describe("createToken", () => {
    it("makes a token where it predicted, for anyone", async () => {
      const { factory, create, params, id } = await fixture();
      const predicted = await factory.predict(params, 2n * WAD, policyWord());
      await expect(create("2"))
        .to.emit(factory, "TokenCreated")
        .withArgs(
          predicted,
          id,
          2n * WAD,
          policyWord(),
          [params.baseToken, params.priceSource, params.pricing, params.risk],
          "2XLONG_ETHDAI",
        );
      expect(await factory.tokenOf(id, 2n * WAD, policyWord())).to.equal(predicted);
      expect(await factory.predict(params, 2n * WAD, policyWord()), "where it is").to.equal(predicted);
    });

    it("gives it a market, a leverage, a policy, and a role there", async () => {
      const { made, clearingHouse, params, id, dai } = await fixture();
      const token = await made("2");
      expect(await token.targetLeverage()).to.equal(2n * WAD);
      expect(await token.policy()).to.equal(policyWord());
      expect(await token.marketId()).to.equal(id);
      expect(await token.marketParams()).to.deep.equal([
        params.baseToken,
        params.priceSource,
        params.pricing,
        params.risk,
      ]);
      expect(await token.asset()).to.equal(params.baseToken);
      expect(await token.clearingHouse()).to.equal(await clearingHouse.getAddress());
      expect((await clearingHouse.account(id, token)) & 7n, "a token").to.equal(1n);
      await dai.connect(alice).approve(token, wad("100"));
      await token["deposit(uint256,address)"](wad("100"), alice);
    });

    for (const [leverage, name] of [
      ["1.1", "1.1XLONG_ETHDAI"],
      ["1.5", "1.5XLONG_ETHDAI"],
      ["4", "4XLONG_ETHDAI"],
      ["-1", "1XSHORT_ETHDAI"],
      ["-2.5", "2.5XSHORT_ETHDAI"],
      ["-6.2", "6.2XSHORT_ETHDAI"],
    ]) {
      it(`names one of leverage ${leverage} ${name}`, async () => {
        const { made } = await fixture();
        const token = await made(leverage);
        expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal([
          name,
          name,
          18n,
        ]);
      });
    }

    it("makes another for another policy, under the same name", async () => {
      const { factory, params, long, create } = await fixture();
      const policy = policyWord({ upperBand: "0.2" });
      const predicted = await factory.predict(params, 5n * WAD, policy);
      expect(predicted).not.to.equal(await long.getAddress());
      await create("5", policy);
      expect(await LeveragedToken__factory.connect(predicted, alice).symbol()).to.equal("5XLONG_ETHDAI");
    });

    it("refuses the same one twice", async () => {
      const { create, factory, long } = await fixture();
      await expect(create("5", await long.policy()))
        .to.be.revertedWithCustomError(factory, "LeveragedTokenFactory_TokenExists")
        .withArgs(long);
    });

    it("refuses a market that there isn't", async () => {
      const { factory, params, clearingHouse } = await fixture();
      const other = { ...params, ...marketWords({ exitFee: "0.002" }) };
      await expect(factory.createToken(other, 2n * WAD, policyWord())).to.be.revertedWithCustomError(
        clearingHouse,
        "ClearingHouse_UnknownMarket",
      );
    });

    for (const leverage of [
      "0",
      "1",
      "1.05",
      "-1.05",
      "0.5",
      "-0.5",
      "6.3",
      "-6.3",
      "10.1",
      "2.000000000000000001",
    ]) {
      it(`refuses a leverage of ${leverage}`, async () => {
        const { create, long } = await fixture();
        const size = wad(leverage) < 0n ? -wad(leverage) : wad(leverage);
        // At the emergency band of 60 %, for a market of 10x.
        await expect(create(leverage))
          .to.be.revertedWithCustomError(long, "LeveragedToken_LeverageOutOfBounds")
          .withArgs(wad(leverage), (size * 16n + 9n) / 10n, 10n * WAD);
      });
    }

    const cases: [string, Partial<PolicyTerms>, bigint, bigint, bigint][] = [
      ["emergencyBand", { emergencyBand: "0.0999" }, wad("0.0999"), wad("0.1"), 5n * WAD],
      ["upperBand", { upperBand: "0.6001" }, wad("0.6001"), 0n, wad("0.6")],
      ["lowerBand", { lowerBand: "0.9001" }, wad("0.9001"), 0n, wad("0.9")],
      ["mintBurnBand", { mintBurnBand: "0.6001" }, wad("0.6001"), 0n, wad("0.6")],
      ["maxImpact", { maxImpact: "0" }, 0n, 1n, WAD],
      ["maxImpact", { maxImpact: "1.0001" }, wad("1.0001"), 1n, WAD],
      ["interval", { interval: 3599 }, 3599n, 3600n, 2_592_000n],
      ["interval", { interval: 2_592_001 }, 2_592_001n, 3600n, 2_592_000n],
      ["offset", { interval: 3600, offset: 3600 }, 3600n, 0n, 3599n],
      ["offset", { interval: 0, offset: 1 }, 1n, 0n, 0n],
      ["rewardCap", { rewardCap: "0.010001" }, wad("0.010001"), 0n, wad("0.01")],
      ["rewardCap", { rewardCap: "0.0011", upperBand: "0.001" }, wad("0.0011"), 0n, wad("0.001")],
      ["rewardCap", { rewardCap: "0.0011", lowerBand: "0.001" }, wad("0.0011"), 0n, wad("0.001")],
      ["rewardCap", { rewardCap: "0.000001", lowerBand: "0" }, wad("0.000001"), 0n, 0n],
      ["mintFee", { mintFee: "0.010001" }, wad("0.010001"), 0n, wad("0.01")],
      ["burnFee", { burnFee: "0.010001" }, wad("0.010001"), 0n, wad("0.01")],
      ["streamingFee", { streamingFee: "0.050001" }, wad("0.050001"), 0n, wad("0.05")],
    ];
    for (const [name, terms, value, least, most] of cases) {
      it(`refuses a policy with ${JSON.stringify(terms)}`, async () => {
        const { create, long } = await fixture();
        await expect(create("2", policyWord(terms)))
          .to.be.revertedWithCustomError(long, "LeveragedToken_PolicyOutOfBounds")
          .withArgs(name, value, least, most);
      });
    }

    it("takes bands that never trigger, and the widest ones", async () => {
      const { create } = await fixture();
      await create("2", policyWord({ mintBurnBand: "never", upperBand: "never", lowerBand: "never" }));
      await create("2", policyWord({ mintBurnBand: "0.6", upperBand: "0.6", lowerBand: "0.9" }));
      await create("1.1", policyWord({ emergencyBand: "5" }));
    });

    it("takes a reward of as much as the bands, and none without bands", async () => {
      const { create } = await fixture();
      await create("2", policyWord({ rewardCap: "0.001", upperBand: "0.001", lowerBand: "0.001" }));
      await create("2", policyWord({ rewardCap: "0", upperBand: "0", lowerBand: "0" }));
      await create("2", policyWord({ rewardCap: "0.01", upperBand: "never", lowerBand: "never" }));
    });
  });

  describe("tokens", () => {
    it("pages through all of them, in order of their making", async () => {
      const { factory, made, tokens } = await fixture();
      const deployed = await Promise.all(Object.values(tokens).map((token) => token.getAddress()));
      expect([...(await factory.tokens(0, 3))]).to.have.members(deployed);
      const all = [...(await factory.tokens(0, 3)), await (await made("2")).getAddress()];
      expect(await factory.tokenCount()).to.equal(4n);
      expect(await factory.tokens(0, 100)).to.deep.equal(all);
      expect(await factory.tokens(0, 2)).to.deep.equal(all.slice(0, 2));
      expect(await factory.tokens(2, 2)).to.deep.equal(all.slice(2));
      expect(await factory.tokens(3, MaxUint256)).to.deep.equal(all.slice(3));
      expect(await factory.tokens(4, 1)).to.deep.equal([]);
      expect(await factory.tokens(MaxUint256, MaxUint256)).to.deep.equal([]);
    });

    it("has none of those that others have the deployer make", async () => {
      const { factory, clearingHouse, params, id } = await fixture();
      const maker = await ethers.getContractAt(
        "ILeveragedTokenDeployer",
        await factory.tokenDeployer(),
        alice,
      );
      const args = [
        ethers.ZeroAddress,
        clearingHouse,
        params,
        2n * WAD,
        policyWord(),
        "2XLONG_ETHDAI",
      ] as const;
      const address = await maker.deploy.staticCall(...args);
      expect(address).not.to.equal(await factory.predict(params, 2n * WAD, policyWord()));
      await maker.deploy(...args);
      expect(await factory.tokenOf(id, 2n * WAD, policyWord())).to.equal(ethers.ZeroAddress);
      const token = LeveragedToken__factory.connect(address, alice);
      await expect(token["deposit(uint256,address)"](wad("100"), alice))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_WrongRole")
        .withArgs(address, 0, 1);
    });
  });

  describe("initialize", () => {
    it("is for whoever deployed it, once", async () => {
      const { factory, clearingHouse } = await fixture();
      await expect(factory.connect(deployer).initialize(alice))
        .to.be.revertedWithCustomError(factory, "LeveragedTokenFactory_CannotInitialize")
        .withArgs(deployer, clearingHouse);
      const other = await new LeveragedTokenFactory__factory(deployer).deploy(await factory.tokenDeployer());
      await expect(other.connect(stranger).initialize(clearingHouse))
        .to.be.revertedWithCustomError(other, "LeveragedTokenFactory_CannotInitialize")
        .withArgs(stranger, ethers.ZeroAddress);
    });
  });
});
