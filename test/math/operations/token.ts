// What may happen to a LeveragedToken, and what its views are asked afterwards.
import { MAX_UINT256 } from "../../../sdk/math/FixedPoint.ts";
import * as Token from "../../../sdk/math/LeveragedToken.ts";
import { allowance, balanceOf } from "../../../sdk/math/ShareToken.ts";
import { packTokenState } from "../../../sdk/math/TokenState.ts";
import {
  ask,
  assetsOf,
  balancesOf,
  erc20,
  limitOf,
  ownerOf,
  partOf,
  receiverOf,
  type SharesCall,
  type Situation,
  view,
} from "./shares.ts";

const depositToken = (at: Situation, token: Token.LeveragedToken): SharesCall => {
  const { random, caller, now } = at;
  const assets = assetsOf(
    at,
    ask(() => Token.maxDeposit(token, now), 10n ** 24n),
  );
  const receiver = receiverOf(at);
  const least = limitOf(random, 0n, () => Token.previewDeposit(token, assets, now));
  return {
    signature: "deposit(uint256,address,uint256)",
    arguments: [assets, receiver, least],
    model: (then) => [Token.deposit(token, caller, assets, receiver, least, then)],
  };
};

const mintToken = (at: Situation, token: Token.LeveragedToken): SharesCall => {
  const { random, caller, now } = at;
  const shares = random.chance(12)
    ? random.bits(256)
    : assetsOf(
        at,
        ask(() => Token.maxMint(token, now), 10n ** 24n),
      );
  const receiver = receiverOf(at);
  const most = limitOf(random, MAX_UINT256, () => Token.previewMint(token, shares, now));
  return {
    signature: "mint(uint256,address,uint256)",
    arguments: [shares, receiver, most],
    model: (then) => [Token.mint(token, caller, shares, receiver, most, then)],
  };
};

const redeemToken = (at: Situation, token: Token.LeveragedToken): SharesCall => {
  const { random, caller, now } = at;
  const owner = random.chance(6) ? ownerOf(at, token) : caller;
  const balance = balanceOf(token, owner);
  const shares = random.chance(20) && balance > 1n ? balance - 1n : partOf(random, balance);
  const receiver = random.pick(...at.actors);
  const least = limitOf(random, 0n, () => Token.previewRedeem(token, shares, caller, now));
  return {
    signature: "redeem(uint256,address,address,uint256)",
    arguments: [shares, receiver, owner, least],
    model: (then) => [Token.redeem(token, caller, shares, receiver, owner, least, then)],
  };
};

const withdrawToken = (at: Situation, token: Token.LeveragedToken): SharesCall => {
  const { random, caller, now } = at;
  const owner = random.chance(6) ? ownerOf(at, token) : caller;
  const assets = partOf(
    random,
    ask(() => Token.maxWithdraw(token, owner, now), 0n),
  );
  const receiver = random.pick(...at.actors);
  const most = limitOf(random, MAX_UINT256, () => Token.previewWithdraw(token, assets, caller, now));
  return {
    signature: "withdraw(uint256,address,address,uint256)",
    arguments: [assets, receiver, owner, most],
    model: (then) => [Token.withdraw(token, caller, assets, receiver, owner, most, then)],
  };
};

const rebalanceToken = ({ caller }: Situation, token: Token.LeveragedToken): SharesCall => ({
  signature: "rebalance()",
  arguments: [],
  model: (then) => {
    const { amount, reward } = Token.rebalance(token, caller, then);
    return [amount, reward];
  },
});

/** One operation on a token. Whoever burns is somebody who has some, mostly: the caller is chosen here. */
export function tokenCall(at: Situation, token: Token.LeveragedToken): SharesCall & { caller: string } {
  const { random } = at;
  const kind = random.below(12);
  const caller = kind < 6 ? at.caller : ownerOf(at, token);
  const here = { ...at, caller };
  const make =
    kind < 3
      ? depositToken
      : kind < 4
        ? mintToken
        : kind < 6
          ? rebalanceToken
          : kind < 9
            ? redeemToken
            : kind < 11
              ? withdrawToken
              : erc20;
  return { ...make(here, token), caller };
}

/** What a token's views say now. */
export function tokenViews(at: Situation, token: Token.LeveragedToken, asker: string): SharesCall[] {
  const { random, caller, now } = at;
  const who = random.pick(caller, random.pick(...at.actors));
  const assets = random.pick(
    0n,
    random.log(0n, 2n ** 80n),
    ask(() => Token.maxWithdraw(token, who, now), 0n),
  );
  const shares = random.pick(0n, random.log(0n, 2n ** 90n), balanceOf(token, who));
  const one = "(uint256)";
  return [
    view("netAssetValue()", [], () => Token.netAssetValue(token, now)),
    view("positionPrice()", [], () => Token.positionPrice(token, now)),
    view("positionAmount()", [], () => Token.positionAmount(token, now)),
    view("positionAmountDelta()", [], () => Token.positionAmountDelta(token, now)),
    view("currentLeverage()", [], () => Token.currentLeverage(token, now)),
    view("totalAssets()", [], () => Token.totalAssets(token, now)),
    view(`convertToShares${one}`, [assets], () => Token.convertToShares(token, assets, now)),
    view(`convertToAssets${one}`, [shares], () => Token.convertToAssets(token, shares, now)),
    view(`previewDeposit${one}`, [assets], () => Token.previewDeposit(token, assets, now)),
    view(`previewMint${one}`, [shares], () => Token.previewMint(token, shares, now)),
    view(`previewRedeem${one}`, [shares], () => Token.previewRedeem(token, shares, asker, now)),
    view(`previewWithdraw${one}`, [assets], () => Token.previewWithdraw(token, assets, asker, now)),
    view("maxDeposit(address)", [who], () => Token.maxDeposit(token, now)),
    view("maxMint(address)", [who], () => Token.maxMint(token, now)),
    view("maxRedeem(address)", [who], () => Token.maxRedeem(token, who, now)),
    view("maxWithdraw(address)", [who], () => Token.maxWithdraw(token, who, now)),
    view("allowance(address,address)", [who, caller], () => allowance(token, who, caller)),
    {
      signature: "previewRebalance()",
      arguments: [],
      model: () => {
        const { due, amount, reward } = Token.previewRebalance(token, now);
        return [due, amount, reward];
      },
    },
  ];
}

/** What a token stores, of these holders. */
export function tokenState(token: Token.LeveragedToken, holders: string[]): SharesCall[] {
  const state = { signature: "state()", arguments: [], model: () => [packTokenState(token.state)] };
  return [state, ...balancesOf(token, holders)];
}
