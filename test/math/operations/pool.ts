// What may happen to a LiquidityPool, and what its views are asked afterwards.
import * as Pool from "../../../sdk/math/LiquidityPool.ts";
import { requestOf } from "../../../sdk/math/LiquidityPool.ts";
import { balanceOf } from "../../../sdk/math/ShareToken.ts";
import {
  assetsOf,
  balancesOf,
  erc20,
  ownerOf,
  partOf,
  type SharesCall,
  type Situation,
  view,
} from "./shares.ts";

/** One operation on a pool. */
export function poolCall(at: Situation, pool: Pool.LiquidityPool): SharesCall & { caller: string } {
  const { random, actors, now } = at;
  const waiting = actors.filter((actor) => requestOf(pool, actor).shares > 0n);
  const kind = random.below(14);
  const leaves = kind >= 7 && kind < 12 && waiting.length > 0;
  const caller = leaves ? random.pick(...waiting) : kind > 3 ? ownerOf(at, pool) : at.caller;
  const owner = random.chance(8) ? random.pick(...actors) : caller;
  const receiver = random.pick(...actors);
  const made = ((): SharesCall => {
    if (kind < 3) {
      const assets = assetsOf(at, 10n ** 6n * 10n ** pool.market.params.risk.baseDecimals);
      return {
        signature: "deposit(uint256,address)",
        arguments: [assets, receiver],
        model: (then) => [Pool.deposit(pool, assets, receiver, then)],
      };
    }
    if (kind < 4) {
      const shares = assetsOf(at, 10n ** 24n);
      return {
        signature: "mint(uint256,address)",
        arguments: [shares, receiver],
        model: (then) => [Pool.mint(pool, shares, receiver, then)],
      };
    }
    if (kind < 7) {
      const shares = partOf(random, balanceOf(pool, caller));
      return {
        signature: "requestRedeem(uint256)",
        arguments: [shares],
        model: (then) => [Pool.requestRedeem(pool, caller, shares, then)],
      };
    }
    if (kind < 9) {
      return {
        signature: "execute(address)",
        arguments: [owner],
        model: (then) => {
          const { shares, assets } = Pool.execute(pool, owner, then);
          return [shares, assets];
        },
      };
    }
    if (kind < 10) {
      const shares = partOf(random, Pool.maxRedeem(pool, owner, now));
      return {
        signature: "redeem(uint256,address,address)",
        arguments: [shares, receiver, owner],
        model: (then) => [Pool.redeem(pool, caller, shares, owner, then)],
      };
    }
    if (kind < 12) {
      const assets = partOf(random, Pool.maxWithdraw(pool, owner, now));
      return {
        signature: "withdraw(uint256,address,address)",
        arguments: [assets, receiver, owner],
        model: (then) => [Pool.withdraw(pool, caller, assets, owner, then)],
      };
    }
    return erc20({ ...at, caller }, pool);
  })();
  return { ...made, caller };
}

/** What a pool's views say now. */
export function poolViews(at: Situation, pool: Pool.LiquidityPool): SharesCall[] {
  const { random, caller, now } = at;
  const who = random.pick(caller, random.pick(...at.actors));
  const assets = random.pick(0n, random.log(0n, 2n ** 90n));
  const shares = random.pick(0n, random.log(0n, 2n ** 90n), requestOf(pool, who).shares);
  const one = "(uint256)";
  return [
    view("equity()", [], () => Pool.equity(pool, now)),
    view("withdrawable()", [], () => Pool.withdrawable(pool, now)),
    view("totalAssets()", [], () => Pool.totalAssets(pool, now)),
    view(`convertToShares${one}`, [assets], () => Pool.convertToShares(pool, assets, now)),
    view(`convertToAssets${one}`, [shares], () => Pool.convertToAssets(pool, shares, now)),
    view(`previewDeposit${one}`, [assets], () => Pool.previewDeposit(pool, assets, now)),
    view(`previewMint${one}`, [shares], () => Pool.previewMint(pool, shares, now)),
    view(`previewRedeem${one}`, [shares], () => Pool.previewRedeem(pool, shares, now)),
    view(`previewWithdraw${one}`, [assets], () => Pool.previewWithdraw(pool, assets, now)),
    view("maxDeposit(address)", [who], () => Pool.maxDeposit(pool, now)),
    view("maxMint(address)", [who], () => Pool.maxMint(pool, now)),
    view("maxRedeem(address)", [who], () => Pool.maxRedeem(pool, who, now)),
    view("maxWithdraw(address)", [who], () => Pool.maxWithdraw(pool, who, now)),
  ];
}

/** What a pool stores, of these holders. */
export function poolState(pool: Pool.LiquidityPool, holders: string[]): SharesCall[] {
  const supply = { signature: "totalSupply()", arguments: [], model: () => [pool.supply] };
  const requests = holders.map((holder) => ({
    signature: "request(address)",
    arguments: [holder],
    model: () => {
      const { shares, executableAt } = requestOf(pool, holder);
      return [shares, executableAt];
    },
  }));
  return [supply, ...requests, ...balancesOf(pool, holders)];
}
