// What may happen to shares of a LeveragedToken or of a LiquidityPool alike.
import { ContractError } from "../../../sdk/math/ContractError.ts";
import { MAX_UINT256 } from "../../../sdk/math/FixedPoint.ts";
import {
  approve,
  balanceOf,
  type Shares,
  transfer,
  transferFrom,
  ZERO_ADDRESS,
} from "../../../sdk/math/ShareToken.ts";
import type { Moment } from "../../../sdk/math/Venue.ts";
import type { Random } from "../random.ts";

/** A call of a token or pool, and what the model does for it: the values that the call returns. */
export interface SharesCall {
  /** With its types, as functions are overloaded. */
  signature: string;
  arguments: unknown[];
  model: (now: Moment) => unknown[];
}

/** Who acts, and where the rest comes from. */
export interface Situation {
  random: Random;
  actors: string[];
  caller: string;
  now: Moment;
}

/** What a view says, or `otherwise` where it throws. */
export function ask(view: () => bigint, otherwise: bigint): bigint {
  try {
    return view();
  } catch (error) {
    if (error instanceof ContractError) return otherwise;
    throw error;
  }
}

/** Mostly what a balance has, or a part of it. */
export function partOf(random: Random, whole: bigint): bigint {
  const part = (whole * BigInt(random.below(1_000))) / 1_000n;
  return random.pick(whole, part, part, random.log(0n, whole), whole + 1n, random.log(0n, 2n ** 96n));
}

/** A limit that is met, just met, or just not. */
export function limitOf(random: Random, loosest: bigint, expected: () => bigint): bigint {
  if (!random.chance(4)) return loosest;
  const exact = ask(expected, loosest);
  if (exact === loosest) return loosest;
  return random.pick(exact, exact, exact + 1n, exact === 0n ? 0n : exact - 1n);
}

export const receiverOf = ({ random, actors, caller }: Situation) =>
  random.chance(60) ? ZERO_ADDRESS : random.pick(caller, caller, random.pick(...actors));

/** Somebody who owns some. */
export function ownerOf({ random, actors, caller }: Situation, shares: Shares): string {
  const holders = actors.filter((actor) => balanceOf(shares, actor) > 0n);
  return random.chance(8) || holders.length === 0 ? caller : random.pick(...holders);
}

/** ERC-20: moves of what an account has, and allowances. */
export function erc20(at: Situation, shares: Shares): SharesCall {
  const { random, actors, caller } = at;
  const value = partOf(random, balanceOf(shares, caller));
  const receiver = receiverOf(at);
  const owner = random.pick(...actors);
  const most = random.pick(MAX_UINT256, value, random.log(0n, 2n ** 90n));
  return random.pick<SharesCall>(
    {
      signature: "transfer(address,uint256)",
      arguments: [receiver, value],
      model: () => {
        transfer(shares, caller, receiver, value);
        return [true];
      },
    },
    {
      signature: "approve(address,uint256)",
      arguments: [owner, most],
      model: () => {
        approve(shares, caller, owner, most);
        return [true];
      },
    },
    {
      signature: "transferFrom(address,address,uint256)",
      arguments: [owner, receiver, value],
      model: () => {
        transferFrom(shares, caller, owner, receiver, value);
        return [true];
      },
    },
  );
}

/** BaseToken for a deposit, in its own decimals: mostly what a market can take. */
export function assetsOf({ random }: Situation, most: bigint): bigint {
  const usual = most / BigInt(1 + random.below(1_000));
  return random.pick(usual, usual, usual, random.log(0n, most), most, most + 1n, random.log(0n, 2n ** 96n));
}

/** A view that answers one number. */
export const view = (signature: string, values: unknown[], model: () => bigint): SharesCall => ({
  signature,
  arguments: values,
  model: () => [model()],
});

/** Who has how many. */
export const balancesOf = (shares: Shares, holders: string[]): SharesCall[] =>
  holders.map((holder) => ({
    signature: "balanceOf(address)",
    arguments: [holder],
    model: () => [balanceOf(shares, holder)],
  }));
