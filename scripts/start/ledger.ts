// The books of one market in a BaseToken of 18 decimals, rebuilt from logs and held against what is stored.
import type { ContractTransactionReceipt } from "ethers";
import type { Deployment } from "../../deploy/index.ts";
import { type AccountUpdate, type Events, eventsOf } from "../../sdk/events.ts";
import { costUp, surchargeUp } from "../../sdk/math/Impact.ts";
import { LOCKED } from "../../sdk/math/TokenSteps.ts";
import { check, exactly, rounded, table } from "./output.ts";
import { around, type Holdings, keepsValue, type Rates } from "./value.ts";

const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** Keeps the accounts of a market, and the supply of its tokens, by their logs alone. */
export class Ledger {
  readonly #deployment: Deployment;
  readonly #market: string;
  readonly #names: Map<string, string>;
  readonly #rates: Rates;
  readonly #accounts = new Map<string, Holdings>();
  readonly #supplies = new Map<string, bigint>();
  /** B: the forced trades so far of the block that is being settled. */
  #forced = 0n;

  /** @param names What to call an account, by its address. */
  constructor(deployment: Deployment, market: string, names: Map<string, string>, rates: Rates) {
    this.#deployment = deployment;
    this.#market = market;
    this.#names = names;
    this.#rates = rates;
  }

  /** Takes in the transactions of one block, prints who paid what to whom, and checks the sum against the market. */
  async settle(receipts: ContractTransactionReceipt[]): Promise<void> {
    const { clearingHouse, baseTokens, markets } = this.#deployment;
    const { id } = markets[this.#market];
    const before = await clearingHouse.market(id, { blockTag: receipts[0].blockNumber - 1 });
    const { poolCash, protocolFees, held } = await clearingHouse.market(id);

    const rows: string[][] = [];
    const kept: boolean[] = [];
    const surcharged: boolean[] = [];
    let paid = 0n;
    this.#forced = 0n;
    for (const receipt of receipts) {
      const events = eventsOf(receipt);
      rows.push(...this.#rows(events, this.#name(receipt.from)));
      const streamed = sum(events.fees.map(({ streamingFee }) => streamingFee));
      paid += sum(events.updates.map(({ impact, fee }) => impact + fee)) + streamed + leftBehind(events);
      surcharged.push(...events.updates.map((update) => this.#isSurchargedOnce(update, events)));
      kept.push(...this.#record(events));
    }
    const toProtocol = protocolFees - before.protocolFees;
    if (paid !== 0n) {
      rows.push(["", "→ the pool", exactly(paid - toProtocol)], ["", "→ the protocol", exactly(toProtocol)]);
    }
    table(rows, [2], false);

    const cash = sum([...this.#accounts.values()].map((account) => account.cash));
    const balance = await baseTokens.DAI.balanceOf(clearingHouse);
    const adds = cash + poolCash + protocolFees === held && held === balance;
    check(adds, `cash of accounts + cash of the pool + fees = ${exactly(held)} DAI in custody`);
    if (surcharged.includes(false)) check(false, "a surcharge is p·|B·Δ|/K");
    if (kept.length > 0) {
      check(
        !kept.includes(false),
        "the value of a token that stays did not fall by anyone's coming or going",
      );
    }
  }

  /** Books what a transaction did. For each mint or burn that left tokens: whether they kept their value. */
  #record(events: Events): boolean[] {
    const kept: boolean[] = [];
    for (const { token, shares } of events.changes) {
      const supply = this.#supplies.get(token) ?? 0n;
      const changed = supply === 0n ? shares + LOCKED : supply + shares;
      const supplyAfter = changed === LOCKED ? 0n : changed;
      const account = this.#accounts.get(token);
      if (supply !== 0n && supplyAfter !== 0n && account !== undefined) {
        kept.push(keepsValue({ account, supply, skew: this.#skew() }, events, supplyAfter, this.#rates));
      }
      this.#supplies.set(token, supplyAfter);
    }
    for (const { amount } of events.rebalances) this.#forced += amount;
    for (const update of events.updates) this.#accounts.set(update.account, update);
    for (const { to, reward } of rewards(events)) {
      const { position, cash } = this.#accounts.get(to) ?? { position: 0n, cash: 0n };
      this.#accounts.set(to, { account: to, position, cash: cash + reward });
    }
    return kept;
  }

  /** Whether the surcharge is what the twin says of the voluntary part of a trade, B being what the logs say. */
  #isSurchargedOnce({ amount, price, surcharge }: AccountUpdate, { rebalances }: Events): boolean {
    const forced = rebalances[0]?.amount ?? 0n;
    const conditions = around(price, this.#skew() + forced, this.#rates, this.#forced + forced);
    return surcharge === (amount === 0n ? 0n : surchargeUp(conditions, amount - forced));
  }

  /** s, just before the transaction that is about to be booked. */
  #skew(): bigint {
    return sum([...this.#accounts.values()].map(({ position }) => position));
  }

  #rows(events: Events, sender: string): string[][] {
    const { updates, rebalances, changes, fees } = events;
    const rows = updates.flatMap((update) => this.#costs(update));
    for (const { to, reward } of rewards(events)) {
      rows.push(["", `→ ${this.#name(to)}, a reward`, exactly(reward)]);
    }
    if (rebalances.length > 0 && changes.length > 0) {
      const trade = updates.find(({ amount }) => amount !== 0n)!;
      const forced = rebalances[0].amount;
      const own = trade.amount - forced;
      const conditions = around(trade.price, this.#skew() + forced, this.#rates, this.#forced + forced);
      const cost = costUp(conditions, own);
      rows.push(["", `  of it ${sender}, for ${rounded(own)}`, exactly(cost)]);
      rows.push([
        "",
        `  of it the holders, for ${rounded(forced)}`,
        exactly(trade.impact + trade.fee - cost),
      ]);
    }
    const streamed = sum(fees.map(({ streamingFee }) => streamingFee));
    if (streamed !== 0n) rows.push(["", "  streaming fee, the holders", exactly(streamed)]);
    const left = leftBehind(events);
    if (left !== 0n) rows.push(["", "  left behind with the locked tokens", exactly(left)]);
    return rows;
  }

  #costs({ account, amount, margin, price, impact, surcharge, fee }: AccountUpdate): string[][] {
    const who = this.#name(account);
    if (amount === 0n) {
      return [margin > 0n ? [who, "brings in", exactly(margin)] : [who, "takes out", exactly(-margin)]];
    }
    const verb = amount > 0n ? "buys" : "sells";
    const rows = [
      [who, `${verb} ${rounded(amount < 0n ? -amount : amount)} ETH at ${rounded(price, 2)}`, ""],
      ["", "  impact", exactly(impact - surcharge)],
      ["", "  fee", exactly(fee)],
    ];
    if (surcharge !== 0n) rows.push(["", "  surcharge", exactly(surcharge)]);
    return rows;
  }

  #name(account: string): string {
    return this.#names.get(account) ?? account;
  }
}

/** What was added to the cash of keepers and liquidators, which no update tells. */
function rewards({ rebalances, liquidations }: Events): { to: string; reward: bigint }[] {
  const all = [
    ...rebalances.map(({ keeper, reward }) => ({ to: keeper, reward })),
    ...liquidations.map(({ liquidator, reward }) => ({ to: liquidator, reward })),
  ];
  return all.flatMap(({ to, reward }) => (to === undefined || reward === 0n ? [] : [{ to, reward }]));
}

/** What the burn of all live tokens left in the token's account. */
function leftBehind({ updates, changes, fees }: Events): bigint {
  const update = updates.find(({ account }) => account === changes[0]?.token);
  if (update === undefined) return 0n;
  const charged = sum(fees.map(({ tradingFee, streamingFee }) => tradingFee + streamingFee));
  return sum(changes.map(({ assets }) => assets)) - charged - update.margin;
}
