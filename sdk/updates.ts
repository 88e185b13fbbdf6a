// AccountUpdated of the ClearingHouse, which tells all in four packed words.
import type { Result } from "ethers";
import { unpackAccount } from "./math/Account.ts";
import { unpackAmounts } from "./math/Amounts.ts";
import { unpackPrice } from "./math/Market.ts";

/** The arguments of AccountUpdated, as they are decoded by its ABI. */
export interface PackedUpdate {
  account: string;
  after_: bigint;
  price: bigint;
  moved: bigint;
  cost: bigint;
}

/** What an account traded, and what it has afterwards. Units of underlying and BaseToken, WAD. */
export interface Update {
  account: string;
  /** Units traded, signed. */
  amount: bigint;
  /** BaseToken moved in (> 0) or out (< 0): also fees and rewards that a token or a liquidated account pays. */
  margin: bigint;
  /** Mid price. */
  price: bigint;
  fundingIndex: bigint;
  /** < 0 when the trade narrowed the skew. Contains the surcharge. */
  impact: bigint;
  fee: bigint;
  /** q and c afterwards. */
  position: bigint;
  cash: bigint;
}

/** Reads the words of an AccountUpdated. */
export function unpackUpdate(args: PackedUpdate | Result): Update {
  const account: string = args.account;
  const { position, cash } = unpackAccount(args.after_);
  const { price, fundingIndex } = unpackPrice(args.price);
  const { first: amount, second: margin } = unpackAmounts(args.moved);
  const { first: impact, second: fee } = unpackAmounts(args.cost);
  return { account, amount, margin, price, fundingIndex, impact, fee, position, cash };
}
