// Read-only reentrancy: a BaseToken that calls back while it moves finds every view of the protocol either refusing, or
// answering as it does once the call is over. The views come from the ABIs, so that a new one is asked too.
import { expect } from "chai";
import {
  type BaseContract,
  type ContractTransactionResponse,
  concat,
  type FunctionFragment,
  keccak256,
  MaxUint256,
  type ParamType,
} from "ethers";
import {
  HookedToken__factory,
  LeveragedToken__factory,
  LiquidityPool__factory,
  NetAssetValueFeed__factory,
  ViewProbe__factory,
} from "../typechain-types/index.js";
import { chainWith, DAY, FOREVER, wad } from "./fixture.ts";

const { alice, bob, deployer, ethers, load, networkHelpers } = await chainWith();

type Options = { gasLimit?: bigint };
type Send = (options: Options) => Promise<ContractTransactionResponse>;

/** A market whose BaseToken calls back, with a token, a feed, and people in all of it. */
async function hookedWorld() {
  const world = await load();
  const { clearingHouse, factory, feedFactory, markets, tokens } = world;
  const hooked = await new HookedToken__factory(deployer).deploy();
  const probe = await new ViewProbe__factory(deployer).deploy();
  for (const actor of [deployer, alice, bob]) {
    await hooked.mint(actor, wad("3000000"));
    await hooked.connect(actor).approve(clearingHouse, MaxUint256);
  }
  const params = { ...markets.ETHDAI.params, baseToken: await hooked.getAddress() };
  const [id, poolAddress] = await clearingHouse.createMarket.staticCall(params, wad("1000000"));
  await clearingHouse.createMarket(params, wad("1000000"));
  const policy = await tokens["5XLONG_ETHDAI"].policy();
  await factory.createToken(params, wad("5"), policy);
  const token = LeveragedToken__factory.connect(await factory.tokenOf(id, wad("5"), policy), deployer);
  await feedFactory.createFeed(token);
  const feed = NetAssetValueFeed__factory.connect(await feedFactory.feedOf(token), deployer);
  const pool = LiquidityPool__factory.connect(poolAddress, deployer);
  for (const actor of [alice, bob]) {
    for (const vault of [token, pool]) await hooked.connect(actor).approve(vault, MaxUint256);
    await token.connect(actor)["deposit(uint256,address)"](wad("20000"), actor);
    await pool.connect(actor).deposit(wad("5000"), actor);
    await pool.connect(actor).requestRedeem(wad("2000"));
  }
  await clearingHouse
    .connect(bob)
    .trade(params, { amount: wad("-30"), margin: wad("5000"), priceLimit: 0n, deadline: FOREVER });
  await networkHelpers.time.increase(2 * DAY);
  await world.setPrice("515");
  return { ...world, params, id, pool, token, navFeed: feed, hooked, probe, policy };
}

type World = Awaited<ReturnType<typeof hookedWorld>>;

const contractsOf = (world: World): Record<string, BaseContract> => ({
  ClearingHouse: world.clearingHouse,
  LiquidityPool: world.pool,
  LeveragedToken: world.token,
  LeveragedTokenFactory: world.factory,
  Lens: world.lens,
  TokenLens: world.tokenLens,
  NetAssetValueFeed: world.navFeed,
  NetAssetValueFeedFactory: world.feedFactory,
});

/** What a view is asked about: everybody who has something, and everything that there is. */
async function argumentsFor(world: World) {
  const { params, id, pool, token, clearingHouse, policy } = world;
  const order = { amount: wad("1"), margin: wad("100"), priceLimit: MaxUint256, deadline: FOREVER };
  const people = [alice.address, bob.address, await pool.getAddress(), await token.getAddress()];
  return ({ name, type, components }: ParamType): unknown[] => {
    if (components !== null) return components.some((part) => part.name === "baseToken") ? [params] : [order];
    // A parameter that is a contract is asked for by what it is.
    if (name === "pool_") return [people[2]];
    if (name === "token_" || name === "token") return [people[3]];
    if (type === "address") return [...people, clearingHouse.target];
    if (type === "bytes32") return [id];
    if (type === "int256") return [wad("5")];
    if (name === "policy") return [policy];
    if (type === "uint80") return [0n];
    if (type === "bool") return [false, true];
    if (type === "uint256") return [wad("7"), 3n];
    throw new Error(`${type} ${name} is new here: what should views be asked about it?`);
  };
}

const product = (choices: unknown[][]): unknown[][] =>
  choices.reduce<unknown[][]>(
    (all, options) => all.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  );

/** Every question to every view. */
async function questionsOf(world: World) {
  const choose = await argumentsFor(world);
  return Object.entries(contractsOf(world)).flatMap(([name, contract]) =>
    contract.interface.fragments
      .filter((f): f is FunctionFragment => f.type === "function" && (f as FunctionFragment).constant)
      .flatMap((fragment) =>
        product(fragment.inputs.map(choose)).map((given) => ({
          name: `${name}.${fragment.name}(${given.map(String).join(", ").slice(0, 60)})`,
          target: contract.target as string,
          data: contract.interface.encodeFunctionData(fragment, given),
        })),
      ),
  );
}

/** Everything that moves BaseToken. Each is a call of its own on the same ground. */
function operations({ clearingHouse, params, token, pool, hooked, policy }: World): Record<string, Send> {
  const order = (amount: string, margin: string) => ({
    ...{ amount: wad(amount), margin: wad(margin), deadline: FOREVER },
    priceLimit: amount.startsWith("-") ? 0n : MaxUint256,
  });
  const house = clearingHouse.connect(bob);
  const [mine, his] = [token.connect(alice), pool.connect(alice)];
  return {
    "trade, margin in": (o) => house.trade(params, order("-5", "1000"), o),
    "trade, margin out": (o) => house.trade(params, order("10", "-500"), o),
    close: (o) => house.close(params, MaxUint256, FOREVER, o),
    deposit: (o) => mine["deposit(uint256,address)"](wad("3000"), alice, o),
    mint: (o) => mine["mint(uint256,address)"](wad("3000"), alice, o),
    redeem: (o) => mine["redeem(uint256,address,address)"](wad("3000"), alice, alice, o),
    withdraw: (o) => mine["withdraw(uint256,address,address)"](wad("3000"), alice, alice, o),
    "pool: deposit": (o) => his.deposit(wad("3000"), alice, o),
    "pool: mint": (o) => his.mint(wad("3000"), alice, o),
    "pool: redeem": (o) => his.redeem(wad("500"), alice, alice, o),
    "pool: withdraw": (o) => his.withdraw(wad("500"), alice, alice, o),
    "pool: execute": (o) => his.execute(alice, o),
    "fees collected": (o) => house.collectFees(params, o),
    "a market made": async (o) => {
      const other = { ...params, pricing: params.pricing + (1n << 184n) };
      expect(await hooked.getAddress(), "of the same BaseToken").to.equal(other.baseToken);
      expect(policy > 0n).to.equal(true);
      return clearingHouse.createMarket(other, wad("10"), o);
    },
  };
}

/** How the probe puts the feed's refusal. */
const underWay = keccak256(
  concat([
    "0x00",
    NetAssetValueFeed__factory.createInterface().encodeErrorResult("NetAssetValueFeed_CallUnderWay"),
  ]),
);

/** What comes in last of all, when every book is written and the ClearingHouse is not locked any more. */
const ALL_WRITTEN = ["deposit", "mint", "pool: deposit", "pool: mint"];
/** Views that tell of the call itself. */
const ABOUT_THE_CALL = ["ClearingHouse.isLocked"];

describe("Read-only reentrancy", () => {
  it("finds no view, in any call, that answers otherwise than afterwards", async () => {
    const world = await hookedWorld();
    const { probe, hooked, navFeed } = world;
    const questions = await questionsOf(world);
    for (let at = 0; at < questions.length; at += 40) {
      await probe.ask(questions.slice(at, at + 40).map(({ target, data }) => ({ target, data })));
    }
    await hooked.setHook(probe, probe.interface.encodeFunctionData("record"));
    const changed = new Set<string>();
    for (const [name, send] of Object.entries(operations(world))) {
      const snapshot = await networkHelpers.takeSnapshot();
      const before = await probe.look();
      await (await send({ gasLimit: 16_700_000n })).wait();
      // At the time of the block that it is in.
      const after = await probe.look({ blockTag: await ethers.provider.getBlockNumber() });
      const kept = await probe.answers();
      expect(kept.length, `${name} moves BaseToken once`).to.equal(1);
      const [during] = kept;
      questions.forEach((question, i) => {
        const what = `${question.name} during ${name}`;
        if (before[i] !== after[i]) changed.add(question.name.split("(")[0]);
        if (ABOUT_THE_CALL.some((view) => question.name.startsWith(view))) return;
        const isFeed = question.target === navFeed.target && question.name.includes("RoundData");
        if (isFeed && !ALL_WRITTEN.includes(name)) {
          expect(during[i], what).to.equal(underWay);
        } else expect(during[i], `${what} is as afterwards`).to.equal(after[i]);
      });
      await snapshot.restore();
    }
    expect([...changed], "views that these calls change").to.include.members([
      "LeveragedToken.totalAssets",
      "LeveragedToken.totalSupply",
      "LiquidityPool.totalAssets",
      "ClearingHouse.market",
      "Lens.account",
      "TokenLens.token",
      "NetAssetValueFeed.latestRoundData",
    ]);
  });
});
