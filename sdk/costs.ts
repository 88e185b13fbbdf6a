// What holding, minting and burning a LeveragedToken has cost, by kind, from logs: the parts add up to what its value changed
// by, exactly.
import type { Log } from "ethers";
import { type AccountUpdate, type Events, eventsOf, isSurcharge, isTold, isUpdateOf } from "./events.ts";
import { abs, divFloor, WAD } from "./math/FixedPoint.ts";
import { LOCKED } from "./math/TokenSteps.ts";

/** A token's account and supply at the end of a block. WAD. */
export interface TokenSnapshot {
  position: bigint;
  cash: bigint;
  price: bigint;
  fundingIndex: bigint;
  supply: bigint;
  /** Streaming fee since it was last paid. */
  streamingFeeDue: bigint;
}

/**
 * What a token's value has changed by, in parts. BaseToken, WAD.
 *
 * value after − value before = deposits − payouts + price + shortfall + rounding − all the rest.
 */
export interface TokenCosts {
  valueBefore: bigint;
  valueAfter: bigint;
  /** What mints brought and burns paid. */
  deposits: bigint;
  payouts: bigint;
  /** Gain (> 0) or loss of the position by the price. */
  price: bigint;
  /** < 0 when the position was paid for being held. */
  funding: bigint;
  /** Trade fee and half-spread. */
  fees: bigint;
  /** < 0 when trades narrowed the skew; without the surcharge. */
  impact: bigint;
  surcharge: bigint;
  /** Paid or due. */
  streamingFee: bigint;
  /** Mint and burn fees. */
  tradingFees: bigint;
  /** Of keepers who rebalanced, and of liquidators. */
  rewards: bigint;
  liquidations: bigint;
  /** What last burns left behind, which went to protocolFees. */
  residue: bigint;
  /** What a settlement for a share withheld. */
  withheld: bigint;
  /** What the pool covered after a loss beyond the account's cash. */
  shortfall: bigint;
  /** Less than a wei for each part: they are exact until they are rounded to be told. */
  rounding: bigint;
  /** Of fees, impact and surcharge: what the token's own rebalances cost its holders. Who mints or burns paid the rest. */
  rebalancing: bigint;
}

type Part = Exclude<keyof TokenCosts, "valueBefore" | "valueAfter" | "rounding">;

const GAINS: Part[] = ["deposits", "price", "shortfall"];
const LOSSES: Part[] = [
  ...(["payouts", "funding", "fees", "impact", "surcharge", "streamingFee", "tradingFees"] as const),
  ...(["rewards", "liquidations", "residue", "withheld"] as const),
];

/** Value in units of 1e-36, in which it is exact. */
const exactly = ({
  position,
  cash,
  price,
  fundingIndex,
}: Omit<TokenSnapshot, "supply" | "streamingFeeDue">) => position * (price - fundingIndex) + cash * WAD;

/** Follows a token's account from one moment through its logs. */
class Follower {
  readonly parts: Record<Part, bigint>;
  readonly #token: string;
  readonly #unit: bigint;
  #now: TokenSnapshot;

  constructor(token: string, unit: bigint, start: TokenSnapshot) {
    this.#token = token;
    this.#unit = unit;
    this.#now = start;
    const names: Part[] = [...GAINS, ...LOSSES, "rebalancing"];
    this.parts = Object.fromEntries(names.map((part) => [part, 0n])) as Record<Part, bigint>;
    this.parts.streamingFee = -start.streamingFeeDue * WAD;
  }

  /** Price and funding between two updates. */
  move({ price, fundingIndex }: Pick<TokenSnapshot, "price" | "fundingIndex">): void {
    const now = this.#now;
    this.parts.price += now.position * (price - now.price);
    this.parts.funding += now.position * (fundingIndex - now.fundingIndex);
    this.#now = { ...now, price, fundingIndex };
  }

  /** One call, and the update that it ended with. */
  take(events: Events): void {
    const update = events.updates.find(({ account }) => account === this.#token)!;
    this.move(update);
    const before = this.#now;
    const { position, cash, margin, fee, impact, surcharge, shortfall } = update;
    const charged = this.#margins(events, update, before.supply);
    const supply = charged.supply;
    const moved = (position - before.position) * (update.price - update.fundingIndex);
    const exact = divFloor(moved, WAD) * WAD;
    this.#add("fees", fee * WAD - (moved - exact));
    this.#add("impact", (impact - surcharge) * WAD);
    this.#add("surcharge", surcharge * WAD);
    this.#add("shortfall", shortfall * WAD);
    // In an ordinary update nothing is left to explain.
    const left = before.cash + margin + shortfall - exact / WAD - fee - impact - cash;
    this.#add("withheld", left * WAD);
    const after = { ...before, position, cash, supply };
    const traded = fee * WAD - (moved - exact) + impact * WAD;
    if (events.changes.length === 0) this.#add("rebalancing", traded);
    else if (before.supply !== 0n && supply !== 0n) {
      // A mint or burn scales what holders have after their own rebalance.
      const held = divFloor(exactly(after) * before.supply, supply);
      this.#add("rebalancing", exactly(before) - charged.streamed * WAD - held);
    }
    this.#now = after;
  }

  /** BaseToken that the call moved, and the supply after it. */
  #margins({ changes, fees, rebalances }: Events, { margin }: AccountUpdate, supplyBefore: bigint) {
    const streamed = fees.reduce((sum, { streamingFee }) => sum + streamingFee, 0n);
    if (changes.length + fees.length + rebalances.length === 0) {
      // Somebody else's call: a liquidation takes its reward.
      this.#add("liquidations", -margin * WAD);
      return { supply: supplyBefore, streamed };
    }
    let [supply, assets] = [supplyBefore, 0n];
    for (const change of changes) {
      this.#add(change.assets > 0n ? "deposits" : "payouts", abs(change.assets) * this.#unit * WAD);
      assets += change.assets * this.#unit;
      supply += supply === 0n ? change.shares + LOCKED : change.shares;
    }
    if (supply === LOCKED) supply = 0n;
    const reward = rebalances.reduce((sum, rebalance) => sum + rebalance.reward, 0n);
    // What came in and is neither in the account nor the keeper's: fees in whole steps, and what the last burn leaves.
    const charged = assets - reward - margin;
    const owed = fees.reduce((sum, { tradingFee }) => sum + tradingFee, streamed);
    const residue = supply === 0n && charged > owed ? charged - owed : 0n;
    this.#add("rewards", reward * WAD);
    this.#add("residue", residue * WAD);
    this.#add("streamingFee", streamed * WAD);
    this.#add("tradingFees", (charged - residue - streamed) * WAD);
    return { supply, streamed };
  }

  #add(part: Part, amount: bigint): void {
    this.parts[part] += amount;
  }
}

/**
 * The costs of a token between two moments.
 *
 * @param logs All of the ClearingHouse's and the token's between the two, in their order; others are skipped.
 * @param decimals Of the BaseToken.
 */
export function costsBetween(
  token: string,
  decimals: number,
  start: TokenSnapshot,
  logs: readonly Log[],
  end: TokenSnapshot,
): TokenCosts {
  const follower = new Follower(token, 10n ** BigInt(18 - decimals), start);
  for (const call of callsOf(token, logs)) {
    const events = eventsOf({ logs: call }, decimals);
    const own = <T extends { token: string }>(events: T[]) => events.filter((event) => event.token === token);
    const { changes, fees, rebalances } = events;
    follower.take({ ...events, changes: own(changes), fees: own(fees), rebalances: own(rebalances) });
  }
  follower.move(end);
  const { parts } = follower;
  parts.streamingFee += end.streamingFeeDue * WAD;
  const sum = (names: Part[]) => names.reduce((total, part) => total + parts[part], 0n);
  const before = exactly(start) - start.streamingFeeDue * WAD;
  const after = exactly(end) - end.streamingFeeDue * WAD;
  if (after - before !== sum(GAINS) - sum(LOSSES)) {
    throw new Error(`The logs of ${token} don't explain what its value has changed by: some are missing`);
  }
  const told = Object.fromEntries(
    Object.entries(parts).map(([part, amount]) => [part, divFloor(amount, WAD)]),
  ) as Record<Part, bigint>;
  const [valueBefore, valueAfter] = [divFloor(before, WAD), divFloor(after, WAD)];
  const explained = (names: Part[]) => names.reduce((total, part) => total + told[part], 0n);
  const rounding = valueAfter - valueBefore - explained(GAINS) + explained(LOSSES);
  return { ...told, valueBefore, valueAfter, rounding };
}

/** The logs of each call that changed the token's account: what it announced, its update, and the surcharge after it. */
function callsOf(token: string, logs: readonly Log[]): Log[][] {
  const calls: Log[][] = [];
  let call: Log[] = [];
  for (const [i, log] of logs.entries()) {
    if (call.length > 0 || !isTold(log)) call.push(log);
    if (!isUpdateOf(log, token)) continue;
    // A surcharge follows its update at once.
    const next = logs[i + 1];
    calls.push(next !== undefined && isSurcharge(next) ? [...call, next] : call);
    call = [];
  }
  return calls;
}
