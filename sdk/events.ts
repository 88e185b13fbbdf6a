// What a transaction did, from its logs.
import { type Interface, type Log, zeroPadValue } from "ethers";
import { IClearingHouse__factory, ILeveragedToken__factory } from "../typechain-types/index.js";
import { type Update, unpackUpdate } from "./updates.ts";

/** AccountUpdated of the ClearingHouse, with what events around it tell. WAD. */
export interface AccountUpdate extends Update {
  /** Part of `impact`. */
  surcharge: bigint;
  /** What the pool covered of what a closed account could not pay. */
  shortfall: bigint;
}

/** A rebalance of a LeveragedToken, by a keeper or within a mint or burn. WAD. */
export interface Rebalance {
  token: string;
  amount: bigint;
  /** What was added to the keeper's cash, which no update tells. */
  reward: bigint;
  /** Nobody within a mint or burn. */
  keeper?: string;
  complete: boolean;
}

/** Liquidated of the ClearingHouse: it follows the update of the account. WAD. */
export interface Liquidation {
  account: string;
  liquidator: string;
  amount: bigint;
  /** What was added to the liquidator's cash, which no update tells. */
  reward: bigint;
}

/** FeesCharged of a LeveragedToken. WAD. */
export interface Fees {
  token: string;
  tradingFee: bigint;
  streamingFee: bigint;
}

/** BaseToken that came into a LeveragedToken (> 0) or was paid by it (< 0), in the BaseToken's decimals, for shares. */
export interface Change {
  token: string;
  assets: bigint;
  shares: bigint;
}

export interface Events {
  updates: AccountUpdate[];
  changes: Change[];
  rebalances: Rebalance[];
  liquidations: Liquidation[];
  fees: Fees[];
}

/** The events that are looked at, by their topic. */
const known = new Map(
  [
    {
      of: IClearingHouse__factory.createInterface(),
      names: ["AccountUpdated", "RewardCredited", "SurchargePaid", "ShortfallCovered", "Liquidated"],
    },
    {
      of: ILeveragedToken__factory.createInterface(),
      names: [
        ...["Rebalanced", "PartlyRebalanced", "RebalancedInPassing", "PartlyRebalancedInPassing"],
        ...["FeesCharged", "Deposit", "Withdraw"],
      ],
    },
  ].flatMap(({ of, names }) =>
    names.map((name) => {
      const fragment = (of as Interface).getEvent(name)!;
      return [
        fragment.topicHash,
        { name, decode: (log: Log) => of.decodeEventLog(fragment, log.data, log.topics) },
      ] as const;
    }),
  ),
);

/** Whether a log ends what a call did to this account. */
export const isUpdateOf = (log: Log, account: string): boolean =>
  known.get(log.topics[0])?.name === "AccountUpdated" &&
  log.topics[2] === zeroPadValue(account, 32).toLowerCase();

/** Whether a log tells of the surcharge in the update just before it. */
export const isSurcharge = (log: Log): boolean => known.get(log.topics[0])?.name === "SurchargePaid";

/** Whether a log tells more of an update before it: its surcharge, or who got its reward. */
export const isTold = (log: Log): boolean =>
  ["SurchargePaid", "RewardCredited", "Liquidated"].includes(known.get(log.topics[0])?.name ?? "");

/**
 * The events of a receipt, or of logs in their order.
 *
 * @param decimals Of the BaseToken.
 */
export function eventsOf({ logs }: { logs: readonly Log[] }, decimals = 18): Events {
  const events: Events = { updates: [], changes: [], rebalances: [], liquidations: [], fees: [] };
  let shortfall = 0n;
  for (const log of logs) {
    const found = known.get(log.topics[0]);
    if (found === undefined) continue;
    const { name } = found;
    const args = found.decode(log);
    if (name === "AccountUpdated") {
      const update = unpackUpdate(args);
      events.updates.push({ ...update, surcharge: 0n, shortfall });
      streamed(events, update, decimals);
      shortfall = 0n;
    } else if (name === "ShortfallCovered") {
      // It is told before the update that it belongs to.
      shortfall = args.shortfall;
    } else if (name === "RewardCredited") {
      // It follows the update of the account that is reckoned.
      const { account, reward: margin, position, cash } = args;
      const { price, fundingIndex } = events.updates[events.updates.length - 1];
      const nothing = { amount: 0n, impact: 0n, fee: 0n, surcharge: 0n, shortfall: 0n };
      events.updates.push({ account, margin, price, fundingIndex, position, cash, ...nothing });
    } else if (name === "SurchargePaid") {
      // It follows the update that it belongs to.
      events.updates[events.updates.length - 1].surcharge = args.surcharge;
    } else if (name === "Liquidated") {
      const { account, liquidator, amount, reward } = args;
      events.liquidations.push({ account, liquidator, amount, reward });
    } else if (name === "Rebalanced" || name === "PartlyRebalanced") {
      const { keeper, amount, reward } = args;
      events.rebalances.push({ token: log.address, amount, reward, keeper, complete: name === "Rebalanced" });
    } else if (name === "RebalancedInPassing" || name === "PartlyRebalancedInPassing") {
      const complete = name === "RebalancedInPassing";
      events.rebalances.push({ token: log.address, amount: args.amount, reward: 0n, complete });
    } else if (name === "Deposit" || name === "Withdraw") {
      const sign = name === "Deposit" ? 1n : -1n;
      events.changes.push({ token: log.address, assets: sign * args.assets, shares: sign * args.shares });
    } else if (name === "FeesCharged") {
      const { tradingFee, streamingFee } = args;
      events.fees.push({ token: log.address, tradingFee, streamingFee });
    }
  }
  return events;
}

/** A streaming fee that no event tells: what a token paid in its call beyond what it told of. */
function streamed(
  { changes, rebalances, fees }: Events,
  { account, margin }: Pick<AccountUpdate, "account" | "margin">,
  decimals: number,
): void {
  const its = <T extends { token: string }>(told: T[]) => told.filter(({ token }) => token === account);
  if (its(fees).length > 0 || its(changes).length + its(rebalances).length === 0) return;
  let streamingFee = -margin;
  for (const { assets } of its(changes)) streamingFee += assets * 10n ** BigInt(18 - decimals);
  for (const { reward } of its(rebalances)) streamingFee -= reward;
  if (streamingFee !== 0n) fees.push({ token: account, tradingFee: 0n, streamingFee });
}
