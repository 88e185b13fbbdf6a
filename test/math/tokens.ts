// Rule 9, on any path: LeveragedTokens and LiquidityPools and their TypeScript models store the same, answer the same and
// refuse the same, whatever happens to them and to their market. FUZZ_SEED chooses another path, PATH_BLOCKS how long it is.
import { expect } from "chai";
import type { Interface } from "ethers";
import { WAD } from "../../sdk/math/FixedPoint.ts";
import * as Token from "../../sdk/math/LeveragedToken.ts";
import * as Pool from "../../sdk/math/LiquidityPool.ts";
import { STATUS_SETTLED } from "../../sdk/math/Market.ts";
import { packMarketParams } from "../../sdk/math/MarketParams.ts";
import { packPolicy } from "../../sdk/math/Policy.ts";
import type { MarketState, Moment } from "../../sdk/math/Venue.ts";
import { abiOf, type Call, driverChain, type Step } from "./chain.ts";
import { marketOperation } from "./operations/house.ts";
import { kindOf } from "./operations/policies.ts";
import { poolCall, poolState, poolViews } from "./operations/pool.ts";
import type { SharesCall, Situation } from "./operations/shares.ts";
import { mildReading, TERMS, type Terms } from "./operations/terms.ts";
import { tokenCall, tokenState, tokenViews } from "./operations/token.ts";
import { Random, seed } from "./random.ts";

const BLOCKS = Number(process.env.PATH_BLOCKS ?? 250);
const ACTORS = 6;
/** Tokens at a time in a market. */
const TOKENS = 3;

interface Place {
  state: MarketState;
  start: bigint;
  pool: Pool.LiquidityPool;
  tokens: Token.LeveragedToken[];
}

const MARKETS = [TERMS[0], TERMS[2], { ...TERMS[0], price: 5n * 10n ** 7n * WAD, seed: 10n ** 9n * WAD }];

describe("LeveragedToken and LiquidityPool: contracts and models agree on random paths", () => {
  it("after every operation, in words, results, errors and views", async function () {
    this.timeout(0);
    const chain = await driverChain(ACTORS, true);
    const { house, houseAt, actors } = chain;
    const abis = { token: await abiOf("LeveragedToken"), pool: await abiOf("LiquidityPool") };
    const random = new Random("tokens");

    async function addToken({ state, tokens }: Place, index: number): Promise<void> {
      const [leverage, policy] = kindOf(random, state);
      const params = packMarketParams(state.params);
      const address = await chain.deploy(
        "LeveragedToken",
        ["address", "tuple(address,address,uint256,uint256)", "int256", "uint256", "string"],
        [houseAt, Object.values(params), leverage, packPolicy(policy), "TOKEN"],
      );
      await chain.watch(address);
      await chain.register(state, address);
      tokens[index] = Token.createToken(state, address, leverage, policy);
    }

    async function make(terms: Terms): Promise<Place> {
      const { state, pool: address } = await chain.make(terms);
      const unit = 10n ** BigInt(18 - terms.decimals);
      const pool = Pool.createPool(state, address, actors[0], terms.seed * unit);
      const place = { state, start: terms.price, pool, tokens: [] };
      for (let i = 0; i < TOKENS; i++) await addToken(place, i);
      return place;
    }
    const places: Place[] = [];
    for (const terms of MARKETS) places.push(await make(terms));

    const tally = new Map<string, number>();
    const tell = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);

    /** One operation, what the model says it does, and what is asked after it. */
    function next(place: Place, now: Moment) {
      const { state, pool, tokens } = place;
      const at: Situation = { random, actors, caller: random.pick(...actors), now };
      const kind = random.below(10);
      let [abi, target, caller]: [Interface, string, string] = [house, houseAt, at.caller];
      let name: string;
      let step: { arguments: unknown[]; model: () => unknown[] };
      const asked: [Interface, string, SharesCall[]][] = [];
      const several = (views: SharesCall[]) => [0, 1, 2].map(() => random.pick(...views));
      if (kind < 6) {
        const token = random.pick(...tokens);
        const call = tokenCall(at, token);
        [abi, target, caller, name] = [abis.token, token.address, call.caller, call.signature];
        step = { arguments: call.arguments, model: () => call.model(now) };
        asked.push([abi, target, tokenState(token, [...actors, Pool.NOBODY])]);
      } else if (kind < 8) {
        const call = poolCall(at, pool);
        [abi, target, caller, name] = [abis.pool, pool.address, call.caller, call.signature];
        step = { arguments: call.arguments, model: () => call.model(now) };
        asked.push([abi, target, poolState(pool, [...actors, pool.address])]);
      } else {
        const actor = actors.indexOf(at.caller);
        const call = marketOperation(random, state, actors, now, actor);
        caller = actors[call.actor];
        name = call.name;
        step = { arguments: call.arguments, model: () => call.model(state, now) };
      }
      const result = chain.outcome(abi, name, step.model);
      tell(
        result.error ||
          name.replace(/\(.*/, target === houseAt ? "" : abi === abis.pool ? " (pool)" : " (token)"),
      );
      const token = random.pick(...tokens);
      asked.push([abis.token, token.address, several(tokenViews(at, token, chain.driverAt))]);
      asked.push([abis.pool, pool.address, several(poolViews(at, pool)).slice(0, 1)]);
      const probes: (Call & { description: string; answer: string })[] = asked.flatMap(([of, to, calls]) =>
        calls.map((call) => {
          const { success, output } = chain.outcome(of, call.signature, () => call.model(now));
          return {
            target: to,
            data: of.encodeFunctionData(call.signature, call.arguments),
            description: `${call.signature} of ${to} with ${call.arguments.join(", ")}`,
            answer: `0x0${success ? 1 : 0}${output.slice(2)}`,
          };
        }),
      );
      return {
        step: {
          actor: BigInt(actors.indexOf(caller)),
          target,
          data: abi.encodeFunctionData(name, step.arguments),
          state,
          probes: probes.map(({ target: to, data }) => ({ target: to, data })),
        },
        description: `${name} of ${target} by ${caller} with ${show(step.arguments)}`,
        result,
        state: chain.words(state, now),
        probes,
      };
    }

    let count = 0;
    for (let block = 0; block < BLOCKS; block++) {
      const which = random.below(places.length);
      if (places[which].state.market.status === STATUS_SETTLED && random.chance(6)) {
        await chain.expectSlots(places[which].state);
        places[which] = await make(MARKETS[which]);
      }
      const place = places[which];
      const { tokens } = place;
      for (const [i, { state }] of tokens.entries()) {
        const over = state.wipedOut && (state.supply === 0n || random.chance(4));
        if (over || random.chance(200)) await addToken(place, i);
      }
      const seconds = random.pick(1n, 12n, 12n, 600n, 3_600n, 86_400n, random.log(1n, 10n ** 6n));
      const time = chain.now() + seconds;
      const answer = mildReading(random, place.state, place.start, time);
      const moment: Moment = { time, read: () => answer, isDead: random.chance(60) };
      const steps: Step[] = chain.setPrice(place.state, moment);
      const expected = Array.from({ length: 1 + random.below(6) }, () => {
        const made = next(place, moment);
        steps.push(made.step);
        return made;
      });
      const [, , ...logs] = await chain.run(steps, seconds);
      expect(logs.length, "a result for each operation").to.equal(expected.length);
      logs.forEach((log, i) => {
        const { description, result, state, probes } = expected[i];
        const where = `FUZZ_SEED=${seed()}, block ${block}, operation ${i}: ${description}`;
        expect(log.success, `${where}\nsuccess; ${log.output} instead of ${result.output}`).to.equal(
          result.success,
        );
        expect(log.output, `${where}\nresult`).to.equal(result.output);
        expect(log.state, `${where}\nstate`).to.equal(state);
        probes.forEach((probe, j) => {
          expect(log.answers[j], `${where}\nthen ${probe.description}`).to.equal(probe.answer);
        });
        count++;
      });
    }
    for (const { state } of places) await chain.expectSlots(state);
    const kinds = [...tally].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind} ${n}`);
    console.log(`      ${count} operations, FUZZ_SEED=${seed()}: ${kinds.join(", ")}`);
  });
});

const show = (values: unknown[]) =>
  JSON.stringify(values, (_, value) => (typeof value === "bigint" ? value.toString() : value));
