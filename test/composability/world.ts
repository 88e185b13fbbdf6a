// A chain with Uniswap, a router that knows it, and pools of 5XLONG/DAI and USDC/DAI.
import { expect } from "chai";
import { type AddressLike, MaxUint256, type TransactionRequest } from "ethers";
import type { Overrides } from "../../deploy/index.ts";
import { type Hop, NO_PERMIT, type Permit } from "../../sdk/router.ts";
import { FOREVER, newChain, TIMELESS, usdc, wad } from "../fixture.ts";
import { deployUniswap, providePool } from "./published.ts";

/** Fees of the pools. */
export const MEDIUM = 3000n;
export const LOW = 500n;

/** A second market on DAI, with a feed of its own, and a token in it. */
export const SECOND_MARKET = {
  sources: {
    BTC: {
      feed: { decimals: 8, description: "BTC / USD", answer: "40000" },
      ...{ underlying: "BTC", maxAge: 86_400, halfSpread: "0.0005", minPrice: "1", maxPrice: "1000000" },
      deadAfter: 259_200,
    },
  },
  markets: { BTCDAI: { baseToken: "DAI", source: "BTC", terms: "standard", seed: "1000000" } },
  tokens: { "2XLONG_BTCDAI": { market: "BTCDAI", leverage: "2", policy: "continuous" } },
} satisfies Overrides;

/** What goes along a route; without a limit unless told. */
export interface Journey {
  token: AddressLike;
  amount: bigint;
  hops: Hop[];
  receiver?: AddressLike;
  minimum?: bigint;
  deadline?: bigint;
  permit?: Permit;
  updates?: { leveragedToken: AddressLike; path?: bigint[]; updates: string[] }[];
}

let shared: ReturnType<typeof newChainWithUniswap> | undefined;

/** What files share, as those of `chainWith` do. */
export function chainWithUniswap() {
  shared ??= newChainWithUniswap();
  return shared;
}

async function newChainWithUniswap() {
  const chain = await newChain();
  const uniswap = await deployUniswap(chain);
  const { alice, bob, ethers, loadFixture, provider } = chain;

  async function world() {
    const loaded = await chain.load({
      ...TIMELESS,
      ...SECOND_MARKET,
      uniswap: { factory: await uniswap.factory.getAddress() },
    });
    const { dai, usd, long, short, router, clearingHouse, deposit, id } = loaded;
    for (const actor of [alice, bob]) {
      for (const token of [dai, usd, long, short]) await token.connect(actor).approve(router, MaxUint256);
    }
    await deposit(provider, "50500");
    // A token costs what it is worth when the pool is made.
    const shares = wad("50000");
    const worth = await long.convertToAssets(shares);
    const longPool = await providePool(uniswap, provider, MEDIUM, [long, shares], [dai, worth]);
    const usdPool = await providePool(uniswap, provider, LOW, [dai, wad("400000")], [usd, usdc("400000")]);

    type Actor = typeof alice;
    /** The arguments of `exchange`. */
    const journey = (by: AddressLike, j: Journey) =>
      [
        {
          ...{ token: j.token, amount: j.amount, hops: j.hops, receiver: j.receiver ?? by },
          ...{ minimum: j.minimum ?? 0n, deadline: j.deadline ?? FOREVER },
        },
        j.permit ?? NO_PERMIT,
        (j.updates ?? []).map((update) => ({ path: [], ...update })),
      ] as const;
    /** What the router and its allowances hold: nothing, between calls. */
    async function expectEmpty() {
      const pools = [longPool, usdPool].map((pool) => pool.getAddress());
      for (const token of [...Object.values(loaded.baseTokens), ...Object.values(loaded.tokens)]) {
        const name = await token.symbol();
        expect(await token.balanceOf(router), `${name} in the router`).to.equal(0n);
        for (const spender of [clearingHouse, token, ...(await Promise.all(pools))]) {
          expect(await token.allowance(router, spender), `allowance of ${name} by the router`).to.equal(0n);
        }
      }
      expect(await ethers.provider.getBalance(router), "ETH in the router").to.equal(0n);
      expect(await clearingHouse.account(id, router), "the router's account").to.equal(0n);
    }
    return {
      ...loaded,
      ...{ longPool, usdPool, expectEmpty },
      /** What `exchange` would give, in the block to come. */
      quote: (by: Actor, j: Journey, options: Pick<TransactionRequest, "value"> = {}) =>
        router.connect(by).exchange.staticCall(...journey(by, j), options),
      /** Exchanges; afterwards nothing is left in the router. */
      async exchange(by: Actor, j: Journey, options: Pick<TransactionRequest, "value"> = {}) {
        const sent = await router.connect(by).exchange(...journey(by, j), options);
        await expectEmpty();
        return sent;
      },
      /** Sends without looking at what is left: for what is refused. */
      attempt: (by: Actor, j: Journey, options: Pick<TransactionRequest, "value"> = {}) =>
        router.connect(by).exchange(...journey(by, j), options),
    };
  }
  return { ...chain, uniswap, load: () => loadFixture(world) };
}
