// Rule 9, on any path: random sequences of operations leave a deployed ClearingHouse and its TypeScript model with the
// same words, return the same and refuse the same. FUZZ_SEED chooses another path, PATH_BLOCKS how long it is.
import { expect } from "chai";
import * as Model from "../../sdk/math/ClearingHouse.ts";
import { STATUS_SETTLED } from "../../sdk/math/Market.ts";
import type { MarketState, Moment } from "../../sdk/math/Venue.ts";
import { driverChain, type Step } from "./chain.ts";
import { operation } from "./operations/house.ts";
import { reading, TERMS, type Terms } from "./operations/terms.ts";
import type { Operation } from "./operations/trader.ts";
import { Random, seed } from "./random.ts";

const BLOCKS = Number(process.env.PATH_BLOCKS ?? 300);
const ACTORS = 12;

describe("ClearingHouse: contract and model agree on random paths", () => {
  it("after every operation, in words, results and errors", async function () {
    this.timeout(0);
    const chain = await driverChain(ACTORS, false);
    const { house, houseAt, actors } = chain;
    async function make(terms: Terms): Promise<MarketState> {
      const { state } = await chain.make(terms);
      for (const actor of actors.slice(ACTORS - 2, ACTORS)) {
        await chain.register(state, actor);
        Model.registerToken(state, actor);
      }
      return state;
    }
    const states: MarketState[] = [];
    for (const terms of TERMS) states.push(await make(terms));

    const random = new Random("path");
    const tally = new Map<string, number>();
    let count = 0;
    for (let block = 0; block < BLOCKS; block++) {
      const seconds = random.pick(1n, 1n, 12n, 12n, 600n, 3_600n, 86_400n, random.log(1n, 10n ** 6n));
      const market = random.below(states.length);
      if (states[market].market.status === STATUS_SETTLED && random.chance(6)) {
        await chain.expectSlots(states[market]);
        states[market] = await make(TERMS[market]);
      }
      const state = states[market];
      const time = chain.now() + seconds;
      const answer = reading(random, state, TERMS[market].price, time);
      const moment: Moment = { time, read: () => answer, isDead: random.chance(20) };
      const steps: Step[] = chain.setPrice(state, moment);
      const expected: { description: string; success: boolean; output: string; state: string }[] = [];
      for (let i = 1 + random.below(5); i > 0; i--) {
        const step = operation(random, state, actors, moment);
        const data = house.encodeFunctionData(step.name, step.arguments);
        const result = chain.outcome(house, step.name, () => step.model(state, moment));
        steps.push({ actor: BigInt(step.actor), target: houseAt, data, state });
        expected.push({ description: describeStep(step), ...result, state: chain.words(state, moment) });
        const kind = result.error || step.name;
        tally.set(kind, (tally.get(kind) ?? 0) + 1);
      }
      const [, , ...logs] = await chain.run(steps, seconds);
      expect(logs.length, "a result for each operation").to.equal(expected.length);
      logs.forEach((log, i) => {
        const { description, success, output, state: then } = expected[i];
        const where = `FUZZ_SEED=${seed()}, block ${block}, operation ${i}: ${description}`;
        expect(log.success, `${where}\nsuccess; ${log.output} instead of ${output}`).to.equal(success);
        expect(log.output, `${where}\nresult`).to.equal(output);
        expect(log.state, `${where}\nstate`).to.equal(then);
        count++;
      });
    }
    for (const state of states) await chain.expectSlots(state);
    const kinds = [...tally].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind} ${n}`);
    console.log(`      ${count} operations, FUZZ_SEED=${seed()}: ${kinds.join(", ")}`);
  });
});

function describeStep(step: Operation): string {
  const values = JSON.stringify(step.arguments.slice(1), (_, v) =>
    typeof v === "bigint" ? v.toString() : v,
  );
  return `${step.name} by actor ${step.actor} with ${values}`;
}
