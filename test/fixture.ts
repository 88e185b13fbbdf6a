import { expect } from "chai";
import {
  type AddressLike,
  type ContractTransactionResponse,
  MaxUint256,
  parseUnits,
  type Result,
  type Overrides as TransactionOverrides,
} from "ethers";
import { network } from "hardhat";
import { deployLocal, type MarketParams, type Overrides, WITHOUT_AI } from "../deploy/index.ts";
import { override, readParameters, toPlan } from "../deploy/parameters.ts";
import { unpackUpdate } from "../sdk/updates.ts";
import type { LeveragedToken } from "../typechain-types/index.js";

export const WAD = 10n ** 18n;
export const HOUR = 3600;
export const DAY = 24 * HOUR;
/** Tokens of the first mint that nobody owns. */
export const LOCKED = 10n ** 6n;
/** A deadline that no test reaches. */
export const FOREVER = 2n ** 40n;

export const wad = (decimal: string) => parseUnits(decimal, 18);
export const usdc = (decimal: string) => parseUnits(decimal, 6);

/** No funding and no streaming fee: amounts don't depend on how many seconds a test takes. */
export const TIMELESS = {
  terms: { standard: { fundingVelocity: "0" } },
  policies: { continuous: { streamingFee: "0" }, daily: { streamingFee: "0" } },
} satisfies Overrides;

/** What a trader asks for, in units and BaseToken of 18 decimals; by default without limits. */
export interface OrderTerms {
  amount?: string;
  margin?: string;
  priceLimit?: string;
  deadline?: bigint;
  params?: MarketParams;
}

/** The words of the local ETHDAI market with other terms. */
export function marketWords(terms: NonNullable<Overrides["terms"]>[string] = {}) {
  const { pricing, risk } = toPlan(override(readParameters("local"), { terms: { standard: terms } })).markets
    .ETHDAI;
  return { pricing, risk };
}

/** The word of the local continuous policy with other terms. */
export const policyWord = (terms: NonNullable<Overrides["policies"]>[string] = {}) =>
  toPlan(override(readParameters("local"), { policies: { continuous: terms } })).tokens["5XLONG_ETHDAI"]
    .policy;

/** What a word of an account says. */
export const unpackAccount = (word: bigint) => ({
  position: BigInt.asIntN(96, word >> 160n),
  cash: BigInt.asIntN(125, word >> 35n),
});

/** A struct that a contract returned, by the names of its fields. */
export const named = (result: unknown) => (result as Result).toObject(true);

/** Equal up to a part of it: 1e-9 unless told. */
export function expectNear(actual: bigint, expected: bigint, why: string, part = "0.000000001") {
  const size = expected < 0n ? -expected : expected;
  const off = actual > expected ? actual - expected : expected - actual;
  expect(off <= (size * wad(part)) / WAD, `${why}: ${actual}, expected ${expected}`).to.equal(true);
}

/** Asserts that a mint or burn left its token's leverage as it was. */
export async function expectNoRebalance(sent: Promise<unknown>, token: LeveragedToken) {
  const events = ["RebalancedInPassing", "PartlyRebalancedInPassing", "Rebalanced", "PartlyRebalanced"];
  for (const event of events) await expect(sent).not.to.emit(token, event);
}

/** By their overrides, since a deployment takes most of the time of most files. */
const chains = new Map<string, ReturnType<typeof newChain>>();

/**
 * A chain with people on it, which files with the same overrides share. `load` takes it to the local deployment, the AI index
 * left out, with the overrides or others, where alice, bob, carol and the provider have a million DAI and USDC each, and the
 * ClearingHouse, tokens and pools may take all of it. It takes back what was done outside of it: who deploys anything before
 * has a chain of their own by `newChain`.
 */
export function chainWith(defaults: Overrides = {}) {
  const key = JSON.stringify(defaults);
  const chain = chains.get(key) ?? newChain(defaults);
  chains.set(key, chain);
  return chain;
}

/** A chain of its own. */
export async function newChain(defaults: Overrides = {}) {
  const connection = await network.create();
  const { ethers, networkHelpers } = connection;
  const [deployer, alice, bob, carol, provider, keeper, guardian, owner, treasury, stranger] =
    await ethers.getSigners();
  type Actor = typeof alice;

  async function world(overrides: Overrides) {
    const deployment = await deployLocal(connection, WITHOUT_AI, {
      ...overrides,
      roles: { guardian: guardian.address, owner: owner.address, feeReceiver: treasury.address },
    });
    const { clearingHouse, baseTokens, feeds, markets, tokens } = deployment;
    const vaults = [...Object.values(tokens), ...Object.values(markets).map(({ pool }) => pool)];
    for (const actor of [alice, bob, carol, provider]) {
      for (const [baseToken, amount] of [
        [baseTokens.DAI, wad("1000000")],
        [baseTokens.USDC, usdc("1000000")],
      ] as const) {
        await baseToken.mint(actor, amount);
        await baseToken.connect(actor).approve(clearingHouse, MaxUint256);
        for (const vault of vaults) await baseToken.connect(actor).approve(vault, MaxUint256);
      }
    }
    const { params, id, pool } = markets.ETHDAI;
    const long = tokens["5XLONG_ETHDAI"];

    return {
      ...deployment,
      dai: baseTokens.DAI,
      usd: baseTokens.USDC,
      feed: feeds.ETH,
      source: deployment.sources.ETH,
      params,
      id,
      pool,
      long,
      short: tokens["3XSHORT_ETHDAI"],

      /** Sets the price of ETH. */
      setPrice: (price: string) => feeds.ETH.set(parseUnits(price, 8)),
      /** Lets time pass, with a price at the end of it. */
      async pass(seconds: number, price = "500") {
        await networkHelpers.time.increase(seconds);
        await feeds.ETH.set(parseUnits(price, 8));
      },
      trade: (actor: Actor, order: OrderTerms, options: TransactionOverrides = {}) => {
        const amount = wad(order.amount ?? "0");
        const unlimited = amount > 0n ? MaxUint256 : 0n;
        return clearingHouse.connect(actor).trade(
          order.params ?? params,
          {
            amount,
            margin: wad(order.margin ?? "0"),
            priceLimit: order.priceLimit === undefined ? unlimited : wad(order.priceLimit),
            deadline: order.deadline ?? FOREVER,
          },
          options,
        );
      },
      /** Closes without a limit. */
      async close(actor: Actor) {
        const { position } = unpackAccount(await clearingHouse.account(id, actor));
        return clearingHouse.connect(actor).close(params, position < 0n ? MaxUint256 : 0n, FOREVER);
      },
      accountOf: async (who: Parameters<typeof clearingHouse.account>[1], market = id) =>
        unpackAccount(await clearingHouse.account(market, who)),
      /** Every AccountUpdated of an account, unpacked, from a block on. */
      async updatesOf(who: AddressLike, fromBlock = 0) {
        const told = clearingHouse.filters.AccountUpdated(id, who);
        return (await clearingHouse.queryFilter(told, fromBlock)).map(({ args }) => unpackUpdate(args));
      },
      deposit: (
        actor: Actor,
        assets: string,
        token: LeveragedToken = long,
        options: TransactionOverrides = {},
      ) => token.connect(actor)["deposit(uint256,address)"](wad(assets), actor, options),
      redeem: (
        actor: Actor,
        shares: bigint,
        token: LeveragedToken = long,
        options: TransactionOverrides = {},
      ) => token.connect(actor)["redeem(uint256,address,address)"](shares, actor, actor, options),
    };
  }

  // A fixture is known by its function, which must have a name.
  const fixtures = new Map<string, () => ReturnType<typeof world>>();
  function load(overrides: Overrides = defaults) {
    const key = JSON.stringify(overrides);
    const deployed = () => world(overrides);
    const fixture = fixtures.get(key) ?? deployed;
    fixtures.set(key, fixture);
    return loadFixture(fixture);
  }
  /** What the fixture made, at the time when it was made: going back alone leaves the clock where it is. */
  async function loadFixture<T>(fixture: () => Promise<T>): Promise<T> {
    const loaded = await networkHelpers.loadFixture(fixture);
    await networkHelpers.time.increaseTo((await networkHelpers.time.latest()) + 1);
    return loaded;
  }

  return {
    ...connection,
    load,
    loadFixture,
    /** Time of the newest block. */
    now: () => networkHelpers.time.latest(),
    /** Puts transactions into one block, in their order. */
    async sameBlock(
      ...sends: ((options: TransactionOverrides) => Promise<ContractTransactionResponse>)[]
    ): Promise<ContractTransactionResponse[]> {
      const sent: ContractTransactionResponse[] = [];
      await ethers.provider.send("evm_setAutomine", [false]);
      try {
        for (const send of sends) sent.push(await send({ gasLimit: 2_000_000n }));
        await networkHelpers.mine();
      } finally {
        await ethers.provider.send("evm_setAutomine", [true]);
      }
      return sent;
    },
    deployer,
    alice,
    bob,
    carol,
    provider,
    keeper,
    guardian,
    owner,
    treasury,
    stranger,
  };
}
