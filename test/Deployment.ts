import { expect } from "chai";
import { concat, ZeroAddress } from "ethers";
import { artifacts, network } from "hardhat";
import { deploy, deployLocal, FRICTIONLESS, readParameters, WITHOUT_AI } from "../deploy/index.ts";
import { isChainlink, override, toPlan } from "../deploy/parameters.ts";
import { DeploymentRecorder__factory } from "../typechain-types/index.js";

const connection = await network.create();
const { ethers } = connection;
const [deployer, guardian, owner, stranger] = await ethers.getSigners();

/** Every transaction of the chain so far, in order: what it makes, or what it calls, and with what. */
async function transactions() {
  const found: { made: string | null; to: string | null; data: string }[] = [];
  for (let number = 1; number <= (await ethers.provider.getBlockNumber()); number++) {
    const block = (await ethers.provider.getBlock(number, true))!;
    for (const { hash, to, data } of block.prefetchedTransactions) {
      const receipt = (await ethers.provider.getTransactionReceipt(hash))!;
      found.push({ made: receipt.contractAddress, to, data });
    }
  }
  return found;
}

describe("Deployment", () => {
  describe("through the modules", () => {
    it("names what it deploys, and connects it", async () => {
      const { clearingHouse, factory, markets, tokens, baseTokens, sources, indexes, feeds } =
        await deployLocal(await network.create());
      expect(Object.keys(markets)).to.deep.equal(["ETHDAI", "ETHUSDC", "AIXDAI"]);
      for (const { id, params, pool } of Object.values(markets)) {
        expect((await clearingHouse.market(id)).status, "an open market").to.equal(1n);
        expect(await pool.equity(), "the seed").to.equal(10n ** 24n);
        const source = params === markets.AIXDAI.params ? indexes.AIX : sources.ETH;
        expect(await source.getAddress()).to.equal(params.priceSource);
      }
      expect((await indexes.AIX.read()).price, "the level to begin with").to.equal(1000n * 10n ** 18n);
      expect(await baseTokens.USDC.balanceOf(clearingHouse)).to.equal(10n ** 12n);
      await feeds.ETH.set(525n * 10n ** 8n);
      expect((await sources.ETH.read()).price).to.equal(525n * 10n ** 18n);
      expect(Object.keys(tokens)).to.deep.equal([
        ...["5XLONG_ETHDAI", "3XSHORT_ETHDAI", "3XLONG_ETHUSDC"],
        ...["2XLONG_AIXDAI", "3XLONG_AIXDAI", "2XSHORT_AIXDAI"],
      ]);
      for (const [name, token] of Object.entries(tokens)) {
        expect(await token.symbol(), "the name it is known by").to.equal(name);
      }
      expect(await factory.tokenCount()).to.equal(6n);
    });

    it("gives the roles, each for its function, and the admin away", async () => {
      const { accessManager, clearingHouse } = await deployLocal(await network.create(), {
        roles: { guardian: guardian.address, owner: owner.address, admin: stranger.address },
      });
      const allowed = async (account: string, name: "setReduceOnly" | "setFeeReceiver") =>
        (
          await accessManager.canCall(
            account,
            clearingHouse,
            clearingHouse.getFunction(name).fragment.selector,
          )
        ).immediate;
      expect(await allowed(guardian.address, "setReduceOnly")).to.equal(true);
      expect(await allowed(guardian.address, "setFeeReceiver")).to.equal(false);
      expect(await allowed(owner.address, "setFeeReceiver")).to.equal(true);
      expect(await allowed(owner.address, "setReduceOnly")).to.equal(false);
      expect(await allowed(deployer.address, "setReduceOnly")).to.equal(false);
      expect(await allowed(deployer.address, "setFeeReceiver")).to.equal(false);
      expect((await accessManager.hasRole(0n, stranger)).isMember, "the new admin").to.equal(true);
      expect((await accessManager.hasRole(0n, deployer)).isMember, "the deployer as admin").to.equal(false);
    });

    it("takes other terms and fewer tokens", async () => {
      const { markets, tokens } = await deployLocal(await network.create(), WITHOUT_AI, {
        ...FRICTIONLESS,
        tokens: { "3XSHORT_ETHDAI": undefined },
      });
      expect(markets.ETHDAI.params.pricing & (2n ** 112n - 1n), "depth").to.equal(2n ** 112n - 1n);
      expect(Object.keys(tokens)).to.deep.equal(["5XLONG_ETHDAI", "3XLONG_ETHUSDC"]);
    });
  });

  describe("by Solidity tests", () => {
    it("makes the same transactions, byte for byte", async () => {
      const { tokens } = await deployLocal(connection);
      const tokenAddresses = await Promise.all(Object.values(tokens).map((token) => token.getAddress()));
      const byModules = await transactions();
      const recorder = await new DeploymentRecorder__factory(deployer).deploy();

      // The runner of Solidity tests links and deploys libraries by itself, from the same artifacts.
      const linked = new Map<string, string>();
      for (const name of ["Creation", "Resolution", "Views", "Quotes"]) {
        const { bytecode } = await artifacts.readArtifact(name);
        const library = byModules.find(({ data }) => data === bytecode)?.made;
        expect(library, `${name} is deployed by the modules`).to.be.a("string");
        linked.set(name, library as string);
      }
      const libraries = [...linked.values()];
      const bytecodeOf = async (artifact: string) => {
        const { bytecode, linkReferences } = await artifacts.readArtifact(artifact);
        let code = bytecode;
        for (const [name, places] of Object.values(linkReferences).flatMap((file) => Object.entries(file))) {
          const address = linked.get(name)?.slice(2).toLowerCase() ?? "";
          for (const { start } of places)
            code = code.slice(0, 2 + 2 * start) + address + code.slice(42 + 2 * start);
        }
        return code;
      };

      // What each of the recorder's deployments makes is what the modules made of the same artifact with the same arguments;
      // those name what was made before, so that it is asked anew for each.
      const unused = byModules.filter(({ made }) => made !== null && !libraries.includes(made));
      const made: string[] = [];
      const deployments = async () =>
        (await recorder.record.staticCall(deployer, made, tokenAddresses)).filter(
          ({ artifact }) => artifact !== "",
        );
      for (let i = 0; i < (await deployments()).length; i++) {
        const { artifact, data } = (await deployments())[i];
        const code = concat([await bytecodeOf(artifact), data]);
        const at = unused.findIndex((transaction) => transaction.data === code);
        expect(at, `${artifact} is deployed by the modules too, from ${data}`).to.be.at.least(0);
        made.push(unused.splice(at, 1)[0].made!);
      }
      expect(unused, "deployments that only the modules make").to.deep.equal([]);

      const bySolidity: string[] = [];
      for (const { artifact, target, data } of await recorder.record.staticCall(
        deployer,
        made,
        tokenAddresses,
      )) {
        bySolidity.push(
          artifact === ""
            ? `${target} ${data}`
            : `${ZeroAddress} ${concat([await bytecodeOf(artifact), data])}`,
        );
      }
      // Ignition sends what doesn't depend on each other in batches, so the order of all is its own.
      expect(bySolidity.sort()).to.deep.equal(
        byModules
          .filter(({ made }) => made === null || !libraries.includes(made))
          .map(({ to, data }) => `${to ?? ZeroAddress} ${data}`)
          .sort(),
      );
    });

    it("has the same words for what is not deployed locally", async () => {
      const recorder = await new DeploymentRecorder__factory(deployer).deploy();
      const local = readParameters("local");
      const { pricing, risk } = toPlan(override(local, FRICTIONLESS)).markets.ETHDAI;
      const daily = toPlan(override(local, { tokens: { "5XLONG_ETHDAI": { policy: "daily" } } }));
      expect(await recorder.otherWords()).to.deep.equal([
        pricing,
        risk,
        daily.tokens["5XLONG_ETHDAI"].policy,
      ]);
    });
  });

  describe("to public networks", () => {
    for (const name of ["sepolia", "baseSepolia", "arbitrumSepolia"]) {
      it(`has parameters of ${name} that a ClearingHouse accepts`, async () => {
        const feed = { decimals: 8, description: "ETH / USD", answer: "2000" };
        const parameters = override(readParameters(name), { sources: { ETH: { feed } } });
        const { clearingHouse, markets } = await deploy(await network.create(), parameters);
        expect((await clearingHouse.market(markets.ETHDAI.id)).status, "an open market").to.equal(1n);
      });
    }

    for (const name of ["sepolia", "baseSepolia", "arbitrumSepolia"]) {
      it(`names a real feed on ${name}, with a half-spread of its deviation threshold at least`, () => {
        const parameters = readParameters(name);
        expect(toPlan(parameters).sources.ETH.feed).to.have.property("address");
        for (const [source, terms] of Object.entries(parameters.sources)) {
          if (!isChainlink(terms) || !("address" in terms.feed))
            throw new Error(`${source} is none of Chainlink's`);
          const { deviation, heartbeat } = terms.feed;
          expect(Number(deviation), `${source}: deviation`).to.be.within(0.0001, Number(terms.halfSpread));
          expect(heartbeat, `${source}: heartbeat`).to.be.within(60, terms.maxAge);
        }
      });
    }

    it("refuses a feed without an address, and a source that leaves no room for what its feed is behind by", () => {
      const plan = (changes: object) => () =>
        toPlan(override(readParameters("sepolia"), { sources: { ETH: changes } }));
      const feed = {
        address: `0x${"11".repeat(20)}`,
        description: "ETH / USD",
        heartbeat: 3600,
        deviation: "0.01",
      };
      expect(plan({ feed, halfSpread: "0.01", maxAge: 3600 })).not.to.throw();
      expect(plan({ feed: { ...feed, address: "" } })).to.throw('The feed of ETH has no address: ""');
      expect(plan({ feed, halfSpread: "0.009999999999999999" })).to.throw(
        "The halfSpread of ETH is 0.009999999999999999, its feed's deviation 0.01",
      );
      expect(plan({ feed, maxAge: 3599 })).to.throw(
        "The maxAge of ETH is 3599 s, its feed's heartbeat 3600 s",
      );
      for (const field of ["heartbeat", "deviation"]) {
        expect(plan({ feed: { ...feed, [field]: undefined } }), field).to.throw(
          `its feed's ${field} undefined`,
        );
      }
    });
  });
});
