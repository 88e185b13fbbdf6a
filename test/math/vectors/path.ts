// Vectors: a random path of operations with what the models say of each, for test/solidity/ModelReplay.t.sol, which says
// what a record means.
import { createHash } from "node:crypto";
import { accountOf } from "../../../sdk/math/Entry.ts";
import type { LeveragedToken } from "../../../sdk/math/LeveragedToken.ts";
import { STATUS_RECKONING, STATUS_SETTLED } from "../../../sdk/math/Market.ts";
import { packMarketParams, packPricing, packRisk } from "../../../sdk/math/MarketParams.ts";
import { packPolicy } from "../../../sdk/math/Policy.ts";
import { refill, rewardLeftDown } from "../../../sdk/math/Rebalance.ts";
import type { Shares } from "../../../sdk/math/ShareToken.ts";
import type { Moment } from "../../../sdk/math/Venue.ts";
import { operation } from "../operations/house.ts";
import { kindOf } from "../operations/policies.ts";
import { poolCall, poolViews } from "../operations/pool.ts";
import { resolve } from "../operations/resolve.ts";
import type { SharesCall, Situation } from "../operations/shares.ts";
import { mildReading, reading, type Terms } from "../operations/terms.ts";
import { tokenCall, tokenViews } from "../operations/token.ts";
import { Random } from "../random.ts";
import { argumentsOf, bytes, outcome, selectorOf, word } from "./encode.ts";
import { wordsOf } from "./stored.ts";
import { actors, HOLDERS, type Place, TOKENS, World } from "./world.ts";
import { REFILLED, type WorldTerms } from "./worlds.ts";

/** What a record begins with. */
const RECORD = { market: 1, token: 2, block: 3, step: 4 };
/** What a step calls: the ClearingHouse with or without the market's parameters first, the pool, or a token. */
const TARGET = { market: 0, house: 1, pool: 2, token: 3 };

const OWNERS = ["house", "house", "pool"];

/** The last second that a market can store: paths don't go beyond it. */
const LATEST = 2n ** 32n - 1n;
/** Bytes of a digest. */
const DIGEST = 16;

/** A step in words, for whoever looks for a difference. */
export interface Told {
  description: string;
  output: string;
  words: [name: string, word: string][];
}

export type Watch = (step: number, told: Told) => void;

interface Step {
  target: number;
  caller: string;
  name: string;
  arguments: unknown[];
  model: () => unknown[];
}

const flag = (value: boolean) => (value ? "01" : "00");

/** A path while it is made. */
class Path {
  readonly records: string[] = [];
  /** How often each operation and error came up. */
  readonly tally = new Map<string, number>();
  private readonly random: Random;
  private readonly world: World;
  private readonly terms: Terms[];
  private readonly watch?: Watch;
  private time: bigint;
  /** How rough the life of a market is: its prices, and one block of so many at which its source is dead. */
  private rough = false;
  private dies = 0;
  private place: Place;

  constructor(name: string, number: number, { start, terms }: WorldTerms, watch?: Watch) {
    this.random = new Random(`vectors/${name}/${number}`);
    this.world = new World(number);
    [this.time, this.terms, this.watch] = [start, terms, watch];
    this.records.push(this.world.deployer.slice(2).toLowerCase(), bytes(terms[0].decimals, 1));
    this.place = this.open();
  }

  run(steps: number): void {
    const { random } = this;
    for (let step = 0; step < steps; ) {
      if (random.chance(this.place.state.market.status === STATUS_SETTLED ? 8 : 400))
        this.place = this.open();
      for (const [i, { state }] of this.place.tokens.entries()) {
        const over = state.wipedOut && (state.supply === 0n || random.chance(4));
        if (over || random.chance(500)) this.add(this.place, i);
      }
      const moment = this.block();
      for (let i = 1 + random.below(6); i > 0 && step < steps; i--, step++) this.step(step, moment);
    }
  }

  private open(): Place {
    const { random } = this;
    const chosen = random.pick(...this.terms);
    const made = this.world.open(chosen, this.time);
    const { pricing, risk } = made.state.params;
    this.rough = random.chance(3);
    this.dies = random.pick(20, 60, 600);
    this.records.push(bytes(RECORD.market, 1), bytes(this.time, 5), word([chosen.price, chosen.seed]));
    this.records.push(word([packPricing(pricing), packRisk(risk)]));
    for (let i = 0; i < TOKENS; i++) this.add(made, i);
    return made;
  }

  private add(place: Place, index: number): void {
    const [leverage, policy] = kindOf(this.random, place.state);
    this.world.add(place, index, leverage, policy);
    this.records.push(bytes(RECORD.token, 1), bytes(index, 1), word([leverage, packPolicy(policy)]));
  }

  private block(): Moment {
    const { random } = this;
    const left = LATEST - this.time;
    const idle = random.log(1n, random.chance(20) ? 2n ** 25n : 10n ** 6n);
    const wished = random.pick(1n, 1n, 12n, 12n, 12n, 600n, 3_600n, 86_400n, idle);
    this.time += wished < left ? wished : left > 0n ? 1n : 0n;
    const { state, start } = this.place;
    const answer = (this.rough ? reading : mildReading)(random, state, start, this.time);
    const isDead = random.chance(this.dies);
    this.records.push(bytes(RECORD.block, 1), bytes(this.time, 5), word([answer.price, answer.halfSpread]));
    this.records.push(bytes(answer.updatedAt, 5), flag(isDead));
    return { time: this.time, read: () => answer, isDead };
  }

  private shares(target: number): Shares | undefined {
    const { pool, tokens } = this.place;
    return target === TARGET.pool ? pool : tokens[target - TARGET.token];
  }

  private step(step: number, moment: Moment): void {
    const made = next(this.random, this.place, moment);
    const token = this.place.tokens[made.target - TARGET.token];
    const refills =
      made.name.startsWith("rebalance") && token !== undefined && isRefilledSlowly(token, moment);
    const { success, output, error } = outcome(made.name, made.model);
    const kind = error || `${made.name.replace(/\(.*/, "")} of the ${OWNERS[made.target] ?? "token"}`;
    this.tally.set(kind, (this.tally.get(kind) ?? 0) + 1);
    if (refills && success) this.tally.set(REFILLED, (this.tally.get(REFILLED) ?? 0) + 1);
    const words = wordsOf(this.place, this.shares(made.target), moment);
    const all = flag(success) + output + words.map(([, stored]) => stored).join("");
    const digest = createHash("sha256").update(all, "hex").digest("hex");
    this.records.push(encode(this.place, this.world, made), digest.slice(0, 2 * DIGEST));
    this.watch?.(step, {
      description: `${made.name} by ${made.caller} at ${moment.time} with ${show(made.arguments)}`,
      output: `${success ? "returns" : error} ${output}`,
      words,
    });
  }
}

function isRefilledSlowly({ market, address, policy, state }: LeveragedToken, { time }: Moment): boolean {
  const elapsed = time - accountOf(market, address).operatedAt;
  const { rebalanceWindow } = market.params.risk;
  const left = (within: bigint) => rewardLeftDown(state.rewardLeft, elapsed, within);
  return left(refill(rebalanceWindow, policy.interval)) !== left(rebalanceWindow);
}

/** The records of a path of `steps` operations, and how often each operation and error came up. */
export function pathOf(
  name: string,
  number: number,
  terms: WorldTerms,
  steps: number,
  watch?: Watch,
): { records: Buffer; tally: Map<string, number> } {
  const path = new Path(name, number, terms, watch);
  path.run(steps);
  return { records: Buffer.from(path.records.join(""), "hex"), tally: path.tally };
}

/** One operation, and what the model does for it. */
function next(random: Random, { state, pool, tokens }: Place, now: Moment): Step {
  const holders = actors.slice(0, HOLDERS);
  const at: Situation = { random, actors: holders, caller: random.pick(...holders), now };
  const shares = (target: number, caller: string, call: SharesCall): Step => ({
    target,
    caller,
    name: call.signature,
    arguments: call.arguments,
    model: () => call.model(now),
  });
  const kind = random.below(20);
  if (kind < 9) {
    const index = random.below(TOKENS);
    const token = tokens[index];
    if (kind === 0) {
      return shares(TARGET.token + index, at.caller, random.pick(...tokenViews(at, token, at.caller)));
    }
    const call = tokenCall(at, token);
    return shares(TARGET.token + index, call.caller, call);
  }
  if (kind < 12) {
    if (kind === 9 && random.chance(2))
      return shares(TARGET.pool, at.caller, random.pick(...poolViews(at, pool)));
    const call = poolCall(at, pool);
    return shares(TARGET.pool, call.caller, call);
  }
  const everyone = [...actors, pool.address];
  const ends = random.chance(state.market.status === STATUS_RECKONING ? 2 : 8);
  const made = ends
    ? resolve(random, state, everyone, now, random.below(everyone.length))
    : operation(random, state, everyone, now);
  return {
    target: TARGET.house,
    caller: everyone[made.actor],
    name: made.name,
    arguments: made.arguments,
    model: () => made.model(state, now),
  };
}

function encode({ state, pool, tokens }: Place, world: World, step: Step): string {
  const people = [...actors, pool.address, ...tokens.map(({ address }) => address), world.deployer];
  // A market's parameters, which nearly every function of the house begins with, are not told again.
  const params = word(Object.values(packMarketParams(state.params)));
  const whole = argumentsOf(step.name, step.arguments);
  const ofMarket = step.target === TARGET.house && whole.startsWith(params);
  const values = ofMarket ? whole.slice(params.length) : whole;
  return (
    bytes(RECORD.step, 1) +
    bytes(ofMarket ? TARGET.market : step.target, 1) +
    bytes(people.indexOf(step.caller), 1) +
    bytes(values.length / 64, 1) +
    selectorOf(step.name) +
    values
  );
}

const show = (values: unknown[]) =>
  JSON.stringify(values, (_, value) => (typeof value === "bigint" ? value.toString() : value));
