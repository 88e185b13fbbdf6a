// What people do in two markets, drawn at random.
import type { AddressLike, ContractTransactionResponse } from "ethers";
import type { LeveragedToken } from "../../typechain-types/index.js";
import { chainWith, DAY, FOREVER, HOUR, unpackAccount } from "../fixture.ts";
import type { Random } from "../math/random.ts";

const { alice, bob, carol, keeper, load, networkHelpers, provider, stranger } = await chainWith({});

type World = Awaited<ReturnType<typeof load>>;
type Actor = typeof alice;

const LARGEST = 2n ** 256n - 1n;
const GAS = { gasLimit: 3_000_000n };
const PEOPLE: Actor[] = [alice, bob, carol, provider];

/** One random operation, or several in a block; what is refused is no matter. */
export function operations(world: World, random: Random) {
  const { clearingHouse, markets, tokens, feed } = world;
  const all = [
    { market: markets.ETHDAI, unit: 10n ** 18n, its: ["5XLONG_ETHDAI", "3XSHORT_ETHDAI"] },
    { market: markets.ETHUSDC, unit: 10n ** 6n, its: ["3XLONG_ETHUSDC"] },
  ];
  let price = 500n * 10n ** 8n;
  const of = (most: number, unit: bigint) => (BigInt(random.below(most * 1000) + 1) * unit) / 1000n;

  const kinds: [string, number, () => Promise<ContractTransactionResponse>][] = [
    [
      "trade",
      8,
      () => {
        const { market, unit } = random.pick(...all);
        const amount = random.chance(5) ? 0n : of(60, 10n ** 18n) * random.pick(1n, -1n);
        const margin = random.chance(3) ? -of(2000, unit) : of(4000, unit);
        const order = { amount, margin, priceLimit: amount < 0n ? 0n : LARGEST, deadline: FOREVER };
        return clearingHouse.connect(random.pick(...PEOPLE)).trade(market.params, order, GAS);
      },
    ],
    [
      "close",
      2,
      async () => {
        const { market } = random.pick(...all);
        const who = random.pick(...PEOPLE);
        const { position } = unpackAccount(await clearingHouse.account(market.id, who));
        return clearingHouse.connect(who).close(market.params, position < 0n ? LARGEST : 0n, FOREVER, GAS);
      },
    ],
    [
      "deposit",
      4,
      () => {
        const { unit, its } = random.pick(...all);
        const who = random.pick(...PEOPLE);
        return token(random.pick(...its), who)["deposit(uint256,address)"](of(4000, unit), who, GAS);
      },
    ],
    [
      "redeem",
      3,
      async () => {
        const { its } = random.pick(...all);
        const who = random.pick(...PEOPLE);
        const name = random.pick(...its);
        const shares = (await tokens[name].balanceOf(who)) / random.pick(1n, 2n, 3n);
        return token(name, who)["redeem(uint256,address,address)"](shares, who, who, GAS);
      },
    ],
    ["rebalance", 5, () => token(random.pick(...random.pick(...all).its), keeper).rebalance(GAS)],
    [
      "liquidate",
      5,
      () => {
        const { market } = random.pick(...all);
        const whom = random.pick<AddressLike>(...PEOPLE, tokens["5XLONG_ETHDAI"], tokens["3XSHORT_ETHDAI"]);
        return clearingHouse.connect(random.pick(keeper, alice)).liquidate(market.params, whom, GAS);
      },
    ],
    [
      "deleverage",
      1,
      () => {
        const { market } = random.pick(...all);
        return clearingHouse.connect(keeper).deleverage(market.params, random.pick(...PEOPLE), GAS);
      },
    ],
    [
      "pool.deposit",
      1,
      () => {
        const { market, unit } = random.pick(...all);
        return market.pool.connect(provider).deposit(of(5000, unit), provider, GAS);
      },
    ],
    [
      "pool.requestRedeem",
      1,
      async () => {
        const { market } = random.pick(...all);
        const shares = (await market.pool.balanceOf(provider)) / 2n;
        return market.pool.connect(provider).requestRedeem(shares, GAS);
      },
    ],
    [
      "pool.execute",
      2,
      () =>
        random
          .pick(...all)
          .market.pool.connect(stranger)
          .execute(provider, GAS),
    ],
    ["collectFees", 1, () => clearingHouse.collectFees(random.pick(...all).market.params, GAS)],
    [
      "a new price",
      8,
      () => {
        price = (price * BigInt(9_600 + random.below(810))) / 10_000n;
        return feed.set(price);
      },
    ],
    [
      "time",
      1,
      async () => {
        await networkHelpers.time.increase(random.pick(HOUR, DAY / 2, 3 * DAY));
        return feed.set(price);
      },
    ],
  ];
  function token(name: string, who: Actor): LeveragedToken {
    return tokens[name].connect(who);
  }
  const weighted = kinds.flatMap(([name, weight, send]) => Array(weight).fill({ name, send }));
  return () => random.pick(...weighted) as { name: string; send: (typeof kinds)[0][2] };
}
