// Rule 9, on any path: random sequences of operations leave a deployed ClearingHouse and its TypeScript model with the
// same words, return the same and refuse the same. FUZZ_SEED chooses another path, PATH_BLOCKS how long it is.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { AbiCoder, Interface, keccak256 } from "ethers";
import { artifacts, network } from "hardhat";
import { marketId } from "../../sdk/marketId.ts";
import { packAccount } from "../../sdk/math/Account.ts";
import * as Model from "../../sdk/math/ClearingHouse.ts";
import { ContractError } from "../../sdk/math/ContractError.ts";
import { accountOf } from "../../sdk/math/Entry.ts";
import { store, storeForced } from "../../sdk/math/Market.ts";
import { packMarketParams } from "../../sdk/math/MarketParams.ts";
import { type MarketState, type Moment, unmade } from "../../sdk/math/Venue.ts";
import { type Operation, operation, reading, TERMS } from "./operations.ts";
import { Random, seed } from "./random.ts";

const BLOCKS = Number(process.env.PATH_BLOCKS ?? 1_000);
const ACTORS = 12;
const DRIVER = 2n ** 256n - 1n;
const coder = AbiCoder.defaultAbiCoder();

interface Log {
  success: boolean;
  output: string;
  state: string;
}

/** The slot of a variable, from the compiler's layout. */
async function slotOf(contract: string, label: string): Promise<bigint> {
  const artifact = await artifacts.readArtifact(contract);
  const { buildInfoId, inputSourceName } = artifact as unknown as Record<string, string>;
  const build = JSON.parse(readFileSync(`artifacts/build-info/${buildInfoId}.output.json`, "utf8"));
  const { storage } = build.output.contracts[inputSourceName][contract].storageLayout;
  return BigInt(storage.find((variable: { label: string }) => variable.label === label).slot);
}

const inMapping = (key: string, slot: bigint | string) =>
  keccak256(coder.encode(["bytes32", "uint256"], [key, slot]));

describe("ClearingHouse: contract and model agree on random paths", () => {
  it("after every operation, in words, results and errors", async function () {
    this.timeout(0);
    const { provider } = await network.create({
      override: { allowUnlimitedContractSize: true, blockGasLimit: 1_000_000_000, hardfork: "cancun" },
    });
    const request = <T>(method: string, ...params: unknown[]) =>
      provider.request({ method, params }) as Promise<T>;
    const [from] = await request<string[]>("eth_accounts");
    const abi = async (name: string) => new Interface((await artifacts.readArtifact(name)).abi);
    const [house, errors, driver, token, source] = [
      await abi("ClearingHouse"),
      new Interface([...(await artifacts.readArtifact("IClearingHouse")).abi, "error Panic(uint256)"]),
      await abi("ClearingHouseDriver"),
      await abi("SimpleToken"),
      await abi("SimplePriceSource"),
    ];
    // Later than the clock of the machine, which the chain starts with.
    let now = 2_000_000_000n;

    async function send(to: string | undefined, data: string, seconds = 1n) {
      now += seconds;
      await request("evm_setNextBlockTimestamp", Number(now));
      const hash = await request<string>("eth_sendTransaction", { from, to, data, gas: "0x30000000" });
      const receipt = await request<{
        status: string;
        contractAddress: string;
        logs: { address: string; data: string }[];
      }>("eth_getTransactionReceipt", hash);
      expect(receipt.status, "the driver never reverts").to.equal("0x1");
      return receipt;
    }

    async function deploy(name: string, types: string[] = [], values: unknown[] = []): Promise<string> {
      const { bytecode } = await artifacts.readArtifact(name);
      return (await send(undefined, bytecode + coder.encode(types, values).slice(2))).contractAddress;
    }

    const driverAt = await deploy("ClearingHouseDriver");
    const houseAt = await deploy(
      "ClearingHouse",
      ["address", "address", "address", "address"],
      [driverAt, from, driverAt, driverAt],
    );
    const tokens = {
      18: await deploy("SimpleToken", ["uint8"], [18]),
      6: await deploy("SimpleToken", ["uint8"], [6]),
    };
    await send(driverAt, driver.encodeFunctionData("setUp", [houseAt, ACTORS]));

    const actors: string[] = [];
    async function addActors(): Promise<void> {
      for (;;) {
        const data = driver.encodeFunctionData("actors", [actors.length]);
        const output = await request<string>("eth_call", { to: driverAt, data }, "latest").catch(
          () => undefined,
        );
        if (output === undefined) return;
        const [actor] = driver.decodeFunctionResult("actors", output) as unknown as [string];
        for (const base of Object.values(tokens)) {
          await send(base, token.encodeFunctionData("mint", [actor, 2n ** 200n]));
          await send(driverAt, driver.encodeFunctionData("fund", [base, actors.length]));
        }
        actors.push(actor);
      }
    }
    await addActors();

    /** Runs steps in one block and tells what each did. */
    async function run(
      steps: { actor: bigint; target: string; data: string; state: MarketState }[],
      seconds: bigint,
    ) {
      const encoded = steps.map(({ actor, target, data, state }) => ({
        actor,
        target,
        data,
        params: packMarketParams(state.params),
      }));
      const { logs } = await send(driverAt, driver.encodeFunctionData("run", [encoded]), seconds);
      const stepped = driver.getEvent("Stepped")!;
      return logs
        .filter(({ address }) => address.toLowerCase() === driverAt.toLowerCase())
        .map(({ data }) => driver.decodeEventLog(stepped, data) as unknown as Log);
    }

    // ------------------------------------------------------------------------------------------ markets
    const states: MarketState[] = [];
    const random = new Random("path");
    for (const { price, decimals, pricing, risk, seed: amount } of TERMS) {
      const priceSource = await deploy("SimplePriceSource");
      const params = { baseToken: tokens[decimals], priceSource, pricing, risk };
      const state = unmade(marketId(params), params);
      const answer = { price, halfSpread: 0n, updatedAt: now };
      await send(priceSource, source.encodeFunctionData("set", [price, 0n, now]));
      const packed = packMarketParams(params);
      const data = house.encodeFunctionData("createMarket", [packed, amount]);
      const [made] = await run([{ actor: 0n, target: houseAt, data, state }], 1n);
      expect(made.success, `createMarket ${made.output}`).to.equal(true);
      const [id, pool] = house.decodeFunctionResult("createMarket", made.output) as unknown as string[];
      expect(id, "market id").to.equal(state.id);
      Model.createMarket(state, amount, BigInt(decimals), pool, { time: now, read: () => answer });
      await addActors();
      for (const index of [ACTORS - 2, ACTORS - 1]) {
        const register = house.encodeFunctionData("registerToken", [packed, actors[index]]);
        const [registered] = await run([{ actor: DRIVER, target: houseAt, data: register, state }], 1n);
        expect(registered.success, "registerToken").to.equal(true);
        Model.registerToken(state, actors[index]);
      }
      states.push(state);
    }

    function words(state: MarketState, at: Moment): string {
      const { blockForced, budget } = Model.forcedTrades(state, at);
      const market = house.encodeFunctionResult("market", [state.market]);
      const accounts = actors.map((actor) => packAccount(accountOf(state, actor)));
      const types = ["int256", "uint256", ...actors.map(() => "uint256")];
      return market + coder.encode(types, [blockForced, budget, ...accounts]).slice(2);
    }

    function apply(step: Operation, state: MarketState, at: Moment) {
      try {
        const values = step.model(state, at);
        const [first] = values as [{ surcharge?: bigint } | undefined];
        const events = first?.surcharge ? ["a surcharge"] : [];
        return { success: true, output: house.encodeFunctionResult(step.name, values), events };
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        return {
          success: false,
          output: errors.encodeErrorResult(error.errorName, error.values),
          events: [],
        };
      }
    }

    // ------------------------------------------------------------------------------------------ path
    const tally = new Map<string, number>();
    let count = 0;
    for (let block = 0; block < BLOCKS; block++) {
      const seconds = random.pick(1n, 1n, 12n, 12n, 600n, 3_600n, 86_400n, random.log(1n, 10n ** 6n));
      const time = now + seconds;
      const state = states[random.below(states.length)];
      const answer = reading(random, state, time);
      const moment: Moment = { time, read: () => answer };
      const set = source.encodeFunctionData("set", [answer.price, answer.halfSpread, answer.updatedAt]);
      const steps = [{ actor: DRIVER, target: state.params.priceSource, data: set, state }];
      const expected: { description: string; success: boolean; output: string; state: string }[] = [];
      for (let i = 1 + random.below(5); i > 0; i--) {
        const step = operation(random, state, actors, moment);
        const data = house.encodeFunctionData(step.name, step.arguments);
        const result = apply(step, state, moment);
        steps.push({ actor: BigInt(step.actor), target: houseAt, data, state });
        expected.push({ description: describeStep(step), ...result, state: words(state, moment) });
        const kind = result.success ? step.name : errors.parseError(result.output)!.name;
        for (const event of result.events) tally.set(event, (tally.get(event) ?? 0) + 1);
        tally.set(kind, (tally.get(kind) ?? 0) + 1);
      }
      const [, ...logs] = await run(steps, seconds);
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

    // ------------------------------------------------------------------------------------------ raw slots
    const [marketsSlot, accountsSlot] = [
      await slotOf("ClearingHouse", "_markets"),
      await slotOf("ClearingHouse", "_accounts"),
    ];
    const load = async (slot: bigint) =>
      BigInt(
        await request<string>(
          "eth_getStorageAt",
          houseAt,
          `0x${slot.toString(16).padStart(64, "0")}`,
          "latest",
        ),
      );
    for (const state of states) {
      const first = BigInt(inMapping(state.id, marketsSlot));
      const { skew, pool, price } = store(state.market);
      for (const [i, word] of [skew, pool, price, storeForced(state.forced)].entries()) {
        expect(await load(first + BigInt(i)), `word ${i} of a market`).to.equal(word);
      }
      const accounts = inMapping(state.id, accountsSlot);
      for (const actor of actors) {
        const slot = BigInt(keccak256(coder.encode(["address", "bytes32"], [actor, accounts])));
        expect(await load(slot), "word of an account").to.equal(packAccount(accountOf(state, actor)));
      }
    }
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
