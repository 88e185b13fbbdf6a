// A chain with a ClearingHouse around which one contract, the driver, plays everyone (test/contracts/ClearingHouseDriver.sol).
import { expect } from "chai";
import { AbiCoder, Interface, keccak256, toBeHex } from "ethers";
import { artifacts, network } from "hardhat";
import { marketId } from "../../sdk/marketId.ts";
import { packAccount } from "../../sdk/math/Account.ts";
import { createMarket, forcedTrades } from "../../sdk/math/ClearingHouse.ts";
import { ContractError } from "../../sdk/math/ContractError.ts";
import { accountOf } from "../../sdk/math/Entry.ts";
import { store, storeForced } from "../../sdk/math/Market.ts";
import { packMarketParams } from "../../sdk/math/MarketParams.ts";
import { type MarketState, type Moment, unmade } from "../../sdk/math/Venue.ts";
import type { Terms } from "./operations/terms.ts";

export const coder = AbiCoder.defaultAbiCoder();

/** Calls for itself. */
export const DRIVER = 2n ** 256n - 1n;

export interface Call {
  target: string;
  data: string;
}

/** What one of the actors does, in which market, and what is asked afterwards. */
export interface Step extends Call {
  actor: bigint;
  state: MarketState;
  probes?: Call[];
}

/** Success, output and state as the driver tells them; answers begin with 01 or 00. */
export interface Stepped {
  success: boolean;
  output: string;
  state: string;
  answers: string[];
}

export const abiOf = async (name: string) => new Interface((await artifacts.readArtifact(name)).abi);

const ERROR_SOURCES = ["IClearingHouse", "ILeveragedToken", "ILiquidityPool", "SimpleToken"];

/** Every error that a call may end with. */
async function errorsOf(): Promise<Interface> {
  const found = new Map<string, unknown>();
  for (const name of ERROR_SOURCES) {
    const { abi } = await artifacts.readArtifact(name);
    for (const item of abi as { type: string; name: string }[]) {
      if (item.type === "error") found.set(item.name, item);
    }
  }
  return new Interface([...(found.values() as Iterable<never>), "error Panic(uint256)"]);
}

/** A chain with `count` actors, whose pools are real ones or actors. */
export async function driverChain(count: number, makesPools: boolean) {
  const { provider } = await network.create({
    override: { allowUnlimitedContractSize: true, blockGasLimit: 1_000_000_000, hardfork: "cancun" },
  });
  const request = <T>(method: string, ...params: unknown[]) =>
    provider.request({ method, params }) as Promise<T>;
  const [from] = await request<string[]>("eth_accounts");
  const [house, driver, token, source, errors] = [
    await abiOf("ClearingHouse"),
    await abiOf("ClearingHouseDriver"),
    await abiOf("SimpleToken"),
    await abiOf("SimplePriceSource"),
    await errorsOf(),
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
    const { bytecode, linkReferences } = await artifacts.readArtifact(name);
    let linked: string = bytecode;
    for (const libraries of Object.values(linkReferences)) {
      for (const [library, places] of Object.entries(libraries as Record<string, { start: number }[]>)) {
        const address = (await deploy(library)).slice(2).toLowerCase();
        for (const { start } of places) {
          const at = 2 + 2 * start;
          linked = linked.slice(0, at) + address + linked.slice(at + 40);
        }
      }
    }
    const { contractAddress } = await send(undefined, linked + coder.encode(types, values).slice(2));
    // As the driver's answers are decoded: with a checksum.
    return coder.decode(["address"], coder.encode(["address"], [contractAddress]))[0];
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
  await send(driverAt, driver.encodeFunctionData("setUp", [houseAt, makesPools, count]));

  /** The elements of an array of addresses that the driver keeps. */
  async function listOf(name: "actors" | "owners", list: string[]): Promise<string[]> {
    for (;;) {
      const data = driver.encodeFunctionData(name, [list.length]);
      const output = await request<string>("eth_call", { to: driverAt, data }, "latest").catch(() => "");
      if (output === "") return list;
      list.push(driver.decodeFunctionResult(name, output)[0]);
    }
  }

  const actors: string[] = [];
  const owners: string[] = [];
  const spenders = [houseAt];

  /** Takes notice of new actors, gives them BaseToken, and of new owners. */
  async function refresh() {
    const known = actors.length;
    await listOf("actors", actors);
    await listOf("owners", owners);
    for (let i = known; i < actors.length; i++) {
      for (const base of Object.values(tokens)) {
        await send(base, token.encodeFunctionData("mint", [actors[i], 2n ** 200n]));
        for (const spender of spenders) {
          await send(driverAt, driver.encodeFunctionData("fund", [base, i, spender]));
        }
      }
    }
  }

  /** Lets a token or pool take what the actors have. */
  async function admit(vault: string) {
    spenders.push(vault);
    for (const i of actors.keys()) {
      for (const base of Object.values(tokens)) {
        await send(driverAt, driver.encodeFunctionData("fund", [base, i, vault]));
      }
    }
  }
  await refresh();

  /** Runs steps in one block and tells what each did. */
  async function run(steps: Step[], seconds: bigint): Promise<Stepped[]> {
    const encoded = steps.map(({ state, probes, ...step }) => ({
      ...step,
      params: packMarketParams(state.params),
      probes: probes ?? [],
    }));
    const { logs } = await send(driverAt, driver.encodeFunctionData("run", [encoded]), seconds);
    const stepped = driver.getEvent("Stepped")!;
    return logs
      .filter(({ address }) => address.toLowerCase() === driverAt.toLowerCase())
      .map(({ data }) => driver.decodeEventLog(stepped, data) as unknown as Stepped);
  }

  /** Makes a market on the chain and in the model. */
  async function make(terms: Terms): Promise<{ state: MarketState; pool: string }> {
    const { price, decimals, pricing, risk, seed } = terms;
    const priceSource = await deploy("SimplePriceSource");
    const params = { baseToken: tokens[decimals], priceSource, pricing, risk };
    const state = unmade(marketId(params), params);
    const answer = { price, halfSpread: 0n, updatedAt: now };
    await send(priceSource, source.encodeFunctionData("set", [price, 0n, now]));
    const data = house.encodeFunctionData("createMarket", [packMarketParams(params), seed]);
    const [made] = await run([{ actor: 0n, target: houseAt, data, state }], 1n);
    expect(made.success, `createMarket ${made.output}`).to.equal(true);
    const [id, pool] = house.decodeFunctionResult("createMarket", made.output);
    expect(id, "market id").to.equal(state.id);
    createMarket(state, seed, BigInt(decimals), pool, { time: now, read: () => answer });
    await refresh();
    if (makesPools) await admit(pool);
    return { state, pool };
  }

  /** Registers a token in the ClearingHouse; the model's part is the caller's. */
  async function register(state: MarketState, address: string): Promise<void> {
    const data = house.encodeFunctionData("registerToken", [packMarketParams(state.params), address]);
    const [registered] = await run([{ actor: DRIVER, target: houseAt, data, state }], 1n);
    expect(registered.success, "registerToken").to.equal(true);
  }

  /** Has the accounts of an owner belong to the state. */
  async function watch(owner: string): Promise<void> {
    await send(driverAt, driver.encodeFunctionData("watch", [owner]));
    await refresh();
    await admit(owner);
  }

  /** The state of a market as the driver tells it. */
  function words(state: MarketState, at: Moment): string {
    const { blockForced, budget } = forcedTrades(state, at);
    const market = house.encodeFunctionResult("market", [state.market]);
    const accounts = owners.map((owner) => packAccount(accountOf(state, owner)));
    const types = ["int256", "uint256", ...owners.map(() => "uint256")];
    return market + coder.encode(types, [blockForced, budget, ...accounts]).slice(2);
  }

  /** What a model says, as a call would return it. */
  function outcome(abi: Interface, name: string, act: () => unknown[]) {
    try {
      return { success: true, output: abi.encodeFunctionResult(name, act()), error: "" };
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      const output = errors.encodeErrorResult(error.errorName, error.values);
      return { success: false, output, error: error.errorName };
    }
  }

  /** The two steps that make the price source of a market answer this. */
  function setPrice(state: MarketState, { read, isDead }: Moment): Step[] {
    const { price, halfSpread, updatedAt } = read();
    const calls = [
      source.encodeFunctionData("set", [price, halfSpread, updatedAt]),
      source.encodeFunctionData("setDead", [isDead ?? false]),
    ];
    return calls.map((data) => ({ actor: DRIVER, target: state.params.priceSource, data, state }));
  }

  const load = async (slot: bigint) =>
    BigInt(
      await request<string>(
        "eth_getStorageAt",
        houseAt,
        `0x${slot.toString(16).padStart(64, "0")}`,
        "latest",
      ),
    );

  /** Compares the raw slots of a market with the words of the model. */
  async function expectSlots(state: MarketState): Promise<void> {
    // A market lies at its id, and behind its four words the mapping of its accounts.
    const first = BigInt(state.id);
    const { skew, pool, price } = store(state.market);
    for (const [i, word] of [skew, pool, price, storeForced(state.forced)].entries()) {
      expect(await load(first + BigInt(i)), `word ${i} of a market`).to.equal(word);
    }
    const accounts = toBeHex(first + 4n, 32);
    for (const owner of owners) {
      const slot = BigInt(keccak256(coder.encode(["address", "bytes32"], [owner, accounts])));
      expect(await load(slot), "word of an account").to.equal(packAccount(accountOf(state, owner)));
    }
  }

  return {
    house,
    houseAt,
    driverAt,
    actors,
    owners,
    now: () => now,
    deploy,
    run,
    make,
    register,
    watch,
    words,
    outcome,
    setPrice,
    expectSlots,
  };
}
