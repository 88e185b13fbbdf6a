// The books of the ClearingHouse, rebuilt from logs alone.
import type { Log, LogDescription } from "ethers";
import {
  IClearingHouse__factory,
  ILeveragedToken__factory,
  ILeveragedTokenFactory__factory,
} from "../typechain-types/index.js";
import { chargeProtocolFee, opposedShareDown, protocolShareDown } from "./math/Books.ts";
import { abs, mulWadDown, mulWadFloor } from "./math/FixedPoint.ts";
import { type MarketParams, unpackMarketParams } from "./math/MarketParams.ts";
import { unpackUpdate } from "./updates.ts";

/** What an account has. Signed units of underlying and signed BaseToken, WAD. */
export interface Holdings {
  position: bigint;
  cash: bigint;
}

/** A market as its logs tell it. Amounts are WAD. */
export interface RebuiltMarket {
  readonly id: string;
  readonly params: MarketParams;
  /** The LiquidityPool. */
  readonly pool: string;
  /** Everybody who ever had an account, by address; what is stored, thus not closed by a settlement until touched. */
  readonly accounts: Map<string, Holdings>;
  poolCash: bigint;
  protocolFees: bigint;
  /** What the market has in custody. */
  held: bigint;
  /** Mid price and funding index of the last trade, or of the settlement. */
  price: bigint;
  fundingIndex: bigint;
  /** Whether the market was settled. */
  settled: boolean;
  /** What accounts of a settled market are paid of what they have, once that is fixed. */
  share?: bigint;
  /** Accounts that were closed at the settlement price and left their share. */
  readonly resolved: Set<string>;
}

/** What a LeveragedToken said of a call, just before the ClearingHouse executes it. */
interface Announced {
  /** Whether it said anything: if not it is somebody else who closes part of its position. */
  anything: boolean;
  /** Deposited (> 0) or paid (< 0), in the BaseToken's own decimals. */
  assets: bigint;
  /** The keeper's. BaseToken, WAD. */
  reward: bigint;
  /** Who gets the reward. */
  keeper: string;
  /** Units that its own rebalance trades; the rest is for whoever mints or burns. WAD. */
  forced: bigint;
}

/** What an account traded last. Of its fee the protocol has a share, unless it says afterwards otherwise. */
interface Traded {
  amount: bigint;
  forced: bigint;
  fee: bigint;
  /** The protocol's share before and after whole steps are made of it. */
  share: bigint;
  taken: bigint;
}

const nothing = (): Announced => ({ anything: false, assets: 0n, reward: 0n, forced: 0n, keeper: "" });

const houseEvents = IClearingHouse__factory.createInterface();
const tokenEvents = ILeveragedToken__factory.createInterface();
const factoryEvents = ILeveragedTokenFactory__factory.createInterface();

/**
 * Every market of a ClearingHouse with all of its accounts, and its poolCash, protocolFees and held, to the wei, from logs
 * alone: no call, no trace.
 *
 * `AccountUpdated` carries an account's position and cash after the operation, so accounts are read and not computed, but for
 * the rewards of keepers and liquidators, which are added to their cash. What an account lost and did not take out, margin − (c − c before), is what pool and protocol got, so poolCash and
 * protocolFees follow but for their split, which the market's terms give.
 */
export class Accounts {
  /** By id. */
  readonly markets = new Map<string, RebuiltMarket>();
  readonly #clearingHouse: string;
  readonly #factory: string;
  readonly #tokens = new Map<string, Announced>();
  /** A deleveraging says only afterwards that it was free, and a trade that it went against forced trades. */
  #last: Traded = { amount: 0n, forced: 0n, fee: 0n, share: 0n, taken: 0n };

  /**
   * @param clearingHouse Its address.
   * @param factory Address of its token factory: what a token announces is believed only of tokens made there.
   */
  constructor(clearingHouse: string, factory: string) {
    this.#clearingHouse = clearingHouse.toLowerCase();
    this.#factory = factory.toLowerCase();
  }

  /**
   * Takes in further logs, in the order of the chain and without a gap since the contracts were deployed. Needed are all
   * logs of the ClearingHouse, of the token factory and of its tokens; those of other addresses are skipped.
   */
  add(logs: Iterable<Pick<Log, "address" | "topics" | "data">>): void {
    for (const log of logs) {
      const from = log.address.toLowerCase();
      const announced = this.#tokens.get(from);
      if (from === this.#clearingHouse) this.#take(houseEvents.parseLog(log));
      else if (announced !== undefined) announce(announced, tokenEvents.parseLog(log));
      else if (from === this.#factory) {
        const made = factoryEvents.parseLog(log);
        if (made?.name !== "TokenCreated") continue;
        this.#tokens.set(made.args.token.toLowerCase(), nothing());
      }
    }
  }

  #market(id: string): RebuiltMarket {
    const market = this.markets.get(id);
    if (market === undefined) throw new Error(`No log has told of a market ${id}: logs are missing`);
    return market;
  }

  #take(event: LogDescription | null): void {
    if (event === null || event.args.id === undefined) return;
    const { args, name } = event;
    if (name === "MarketCreated") {
      const { id, params, pool, seed } = args;
      this.markets.set(id, {
        ...{ id, pool, params: unpackMarketParams(params.toObject()), accounts: new Map() },
        ...{
          poolCash: seed,
          held: seed,
          protocolFees: 0n,
          price: 0n,
          fundingIndex: 0n,
          settled: false,
          resolved: new Set(),
        },
      });
      return;
    }
    const market = this.#market(args.id);
    if (name === "AccountUpdated") this.#update(market, event);
    else if (name === "SurchargePaid") this.#oppose(market, args.surcharge);
    else if (name === "RewardCredited") {
      // A reward for a reckoning is the pool's.
      const { account, reward, position, cash } = args;
      market.poolCash -= reward;
      market.accounts.set(account, { position, cash });
    } else if (name === "Liquidated") credit(market, args.liquidator, args.reward);
    else if (name === "Concluded") market.share = args.share;
    else if (name === "Deleveraged") this.#share(market, 0n);
    else if (name === "PoolCashMoved") {
      market.poolCash = args.poolCash;
      market.held += args.amount;
    } else if (name === "FeesCollected") {
      market.protocolFees -= args.amount;
      market.held -= args.amount;
    } else if (name === "Settled") {
      const { price, fundingIndex, poolCash } = args;
      Object.assign(market, { price, fundingIndex, poolCash, settled: true });
    }
  }

  /** Gives the protocol this of the last trade instead of what it was given. */
  #share(market: RebuiltMarket, amount: bigint): void {
    market.protocolFees -= this.#last.taken;
    market.poolCash += this.#last.taken;
    this.#last.taken = chargeProtocolFee(market, amount);
    market.poolCash -= this.#last.taken;
  }

  /** The last trade went against forced trades: what it traded of its own is paid for to the protocol. */
  #oppose(market: RebuiltMarket, surcharge: bigint): void {
    const { amount, forced, fee, share } = this.#last;
    this.#share(market, opposedShareDown(fee, share, amount - forced, amount) + surcharge);
  }

  #update(market: RebuiltMarket, { args }: LogDescription): void {
    const update = unpackUpdate(args);
    const { account, amount, margin, price, fundingIndex, fee, position, cash } = update;
    const before = market.accounts.get(account) ?? { position: 0n, cash: 0n };
    const start = market.settled ? resolve(market, account, before) : before.cash;
    const paid = margin - (cash - start);
    if (!market.settled) [market.price, market.fundingIndex] = [price, fundingIndex];
    // Nobody trades in a settled market: its accounts are closed.
    const notional = market.settled ? 0n : price * abs(amount);
    const share = protocolShareDown(notional, market.params.pricing);
    const announced = this.#tokens.get(account.toLowerCase());
    this.#last = { amount, forced: announced?.forced ?? 0n, fee, share, taken: 0n };
    market.poolCash += paid;
    this.#share(market, share);
    market.held += margin;
    market.accounts.set(account, { position, cash });

    if (!announced?.anything) return;
    // What a token brought and neither paid nor kept are its fees, and what the last burn leaves.
    const unit: bigint = 10n ** (18n - market.params.risk.baseDecimals);
    const charged = announced.assets * unit - announced.reward - margin;
    market.poolCash += charged - chargeProtocolFee(market, charged);
    market.held += charged;
    if (announced.reward > 0n) credit(market, announced.keeper, announced.reward);
    Object.assign(announced, nothing());
  }
}

function announce(announced: Announced, event: LogDescription | null): void {
  if (event === null) return;
  const { name, args } = event;
  if (name === "Deposit") announced.assets += args.assets;
  else if (name === "Withdraw") announced.assets -= args.assets;
  else if (name === "RebalancedInPassing" || name === "PartlyRebalancedInPassing")
    announced.forced += args.amount;
  else if (name === "Rebalanced" || name === "PartlyRebalanced") {
    announced.forced += args.amount;
    announced.reward += args.reward;
    announced.keeper = args.keeper;
  } else if (name !== "FeesCharged") return;
  announced.anything = true;
}

/** A reward that came out of another account of the market, whose margin told that it was paid. */
function credit(market: RebuiltMarket, account: string, reward: bigint): void {
  const { position, cash } = market.accounts.get(account) ?? { position: 0n, cash: 0n };
  market.accounts.set(account, { position, cash: cash + reward });
  market.held += reward;
}

/**
 * Cash of an account when it is touched after a settlement: closed at its price, as if it had been so from then on, and once
 * the share is fixed without what is withheld, which is the pool's.
 */
function resolve(market: RebuiltMarket, account: string, { position, cash }: Holdings): bigint {
  if (market.resolved.has(account)) return cash;
  const closed = cash + mulWadFloor(position, market.price - market.fundingIndex);
  if (market.share === undefined) return closed;
  market.resolved.add(account);
  const kept = closed > 0n ? mulWadDown(closed, market.share) : closed;
  market.poolCash += closed - kept;
  return kept;
}
