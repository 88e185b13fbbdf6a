// Vectors: a random path of operations with what the models say of each, for test/solidity/ModelReplay.t.sol, which says
// what a record means.
import { createHash } from "node:crypto";
import { forcedTrades } from "../../../sdk/math/ClearingHouse.ts";
import { NOBODY, requestOf } from "../../../sdk/math/LiquidityPool.ts";
import { STATUS_RECKONING, STATUS_SETTLED, store, storeForced } from "../../../sdk/math/Market.ts";
import { packMarketParams, packPricing, packRisk } from "../../../sdk/math/MarketParams.ts";
import { packPolicy } from "../../../sdk/math/Policy.ts";
import { balanceOf } from "../../../sdk/math/ShareToken.ts";
import { packTokenState } from "../../../sdk/math/TokenState.ts";
import type { MarketState, Moment } from "../../../sdk/math/Venue.ts";
import { operation } from "../operations/house.ts";
import { kindOf } from "../operations/policies.ts";
import { poolCall, poolViews } from "../operations/pool.ts";
import { resolve } from "../operations/resolve.ts";
import type { SharesCall, Situation } from "../operations/shares.ts";
import { mildReading, reading, type Terms } from "../operations/terms.ts";
import { tokenCall, tokenViews } from "../operations/token.ts";
import { Random } from "../random.ts";
import { accountWord, bytes, outcome, selectorOf, word } from "./encode.ts";
import { actors, type Place, TOKENS, World } from "./world.ts";

/** What a record begins with. */
const RECORD = { market: 1, token: 2, block: 3, step: 4 };
/** What a step calls: the ClearingHouse with or without the market's parameters first, the pool, or a token. */
const TARGET = { market: 0, house: 1, pool: 2, token: 3 };

/** A path begins at this time, and ends before times leave their 32 bits. */
const START = 2_000_000_000n;
const LATEST = 4_200_000_000n;
/** Bytes of a digest. */
const DIGEST = 16;

/** A step in words, for whoever looks for a difference. */
export interface Told {
  description: string;
  output: string;
  words: [name: string, word: string][];
}

interface Step {
  target: number;
  caller: string;
  name: string;
  arguments: unknown[];
  model: () => unknown[];
}

const flag = (value: boolean) => (value ? "01" : "00");

/** The records of a path of `steps` operations, and how often each operation and error came up. */
export function pathOf(
  name: string,
  number: number,
  terms: Terms[],
  steps: number,
  watch?: (step: number, told: Told) => void,
): { records: Buffer; tally: Map<string, number> } {
  const random = new Random(`vectors/${name}/${number}`);
  const world = new World(number);
  const tally = new Map<string, number>();
  const records: string[] = [world.deployer.slice(2).toLowerCase(), bytes(terms[0].decimals, 1)];
  let time = START;
  /** How rough the life of a market is: its prices, and one block of so many at which its source is dead. */
  let [rough, dies] = [false, 0];
  let place = open();

  function open(): Place {
    const chosen = random.pick(...terms);
    const made = world.open(chosen, time);
    const { pricing, risk } = made.state.params;
    rough = random.chance(3);
    dies = random.pick(20, 60, 600);
    records.push(bytes(RECORD.market, 1), bytes(time, 5), word([chosen.price, chosen.seed]));
    records.push(word([packPricing(pricing), packRisk(risk)]));
    for (let i = 0; i < TOKENS; i++) add(made, i);
    return made;
  }

  function add(to: Place, index: number): void {
    const [leverage, policy] = kindOf(random, to.state);
    world.add(to, index, leverage, policy);
    records.push(bytes(RECORD.token, 1), bytes(index, 1), word([leverage, packPolicy(policy)]));
  }

  for (let step = 0; step < steps; ) {
    if (random.chance(place.state.market.status === STATUS_SETTLED ? 8 : 400)) place = open();
    for (const [i, { state }] of place.tokens.entries()) {
      if ((state.wipedOut && (state.supply === 0n || random.chance(4))) || random.chance(500)) add(place, i);
    }
    const moment = block();
    for (let i = 1 + random.below(6); i > 0 && step < steps; i--, step++) {
      const made = next(random, place, moment);
      const { success, output, error } = outcome(made.model);
      const kind = error || made.name.replace(/\(.*/, "");
      tally.set(kind, (tally.get(kind) ?? 0) + 1);
      const words = wordsOf(place, made.target, moment);
      const all = flag(success) + output + words.map(([, stored]) => stored).join("");
      const digest = createHash("sha256").update(all, "hex").digest("hex");
      records.push(encode(place, world, made), digest.slice(0, 2 * DIGEST));
      watch?.(step, {
        description: `${made.name} by ${made.caller} at ${time} with ${show(made.arguments)}`,
        output: `${success ? "returns" : error} ${output}`,
        words,
      });
    }
  }
  return { records: Buffer.from(records.join(""), "hex"), tally };

  function block(): Moment {
    const left = LATEST - time;
    const wished = random.pick(1n, 1n, 12n, 12n, 12n, 600n, 3_600n, 86_400n, random.log(1n, 10n ** 6n));
    time += wished < left ? wished : 1n;
    const { state, start } = place;
    const answer = (rough ? reading : mildReading)(random, state, start, time);
    const isDead = random.chance(dies);
    records.push(bytes(RECORD.block, 1), bytes(time, 5), word([answer.price, answer.halfSpread]));
    records.push(bytes(answer.updatedAt, 5), flag(isDead));
    return { time, read: () => answer, isDead };
  }
}

/** One operation, and what the model does for it. */
function next(random: Random, { state, pool, tokens }: Place, now: Moment): Step {
  const at: Situation = {
    random,
    actors: actors.slice(0, 6),
    caller: random.pick(...actors.slice(0, 6)),
    now,
  };
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
  const [first, ...rest] = made.arguments;
  const ofMarket = typeof first === "object" && word(first) === word(packMarketParams(state.params));
  return {
    target: ofMarket ? TARGET.market : TARGET.house,
    caller: everyone[made.actor],
    name: made.name,
    arguments: ofMarket ? rest : made.arguments,
    model: () => made.model(state, now),
  };
}

function encode({ pool, tokens }: Place, world: World, step: Step): string {
  const people = [...actors, pool.address, ...tokens.map(({ address }) => address), world.deployer];
  const values = step.arguments.map(word).join("");
  return (
    bytes(RECORD.step, 1) +
    bytes(step.target, 1) +
    bytes(people.indexOf(step.caller), 1) +
    bytes(values.length / 64, 1) +
    selectorOf(step.name) +
    values
  );
}

/** What is stored after a step: of the market and everybody's account, of all tokens, and who has how many of those called. */
function wordsOf({ state, pool, tokens }: Place, target: number, now: Moment): [string, string][] {
  const holders = [...actors.slice(0, 6), NOBODY];
  const words = marketWords(state, now);
  actors.forEach((actor, i) => {
    words.push([`account of actor ${i}`, accountWord(state.accounts.get(actor))]);
  });
  words.push(["account of the pool", accountWord(state.accounts.get(pool.address))]);
  tokens.forEach((token, i) => {
    words.push([`account of token ${i}`, accountWord(state.accounts.get(token.address))]);
    words.push([`state of token ${i}`, word(packTokenState(token.state))]);
  });
  words.push(["supply of the pool", word(pool.supply)]);
  if (target < TARGET.pool) return words;
  const shares = target === TARGET.pool ? pool : tokens[target - TARGET.token];
  for (const holder of [...holders, pool.address]) {
    words.push([`balance of ${holder}`, word(balanceOf(shares, holder))]);
    if (target === TARGET.pool) words.push([`request of ${holder}`, word(requestOf(pool, holder))]);
  }
  return words;
}

function marketWords(state: MarketState, now: Moment): [string, string][] {
  const { skew, pool, price } = store(state.market);
  const { blockForced, budget } = forcedTrades(state, now);
  return [
    ["word skew", word(skew)],
    ["word pool", word(pool)],
    ["word price", word(price)],
    ["word forced", word(storeForced(state.forced))],
    ["blockForced", word(blockForced)],
    ["budget", word(budget)],
  ];
}

const show = (values: unknown[]) =>
  JSON.stringify(values, (_, value) => (typeof value === "bigint" ? value.toString() : value));
