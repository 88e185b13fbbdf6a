// Rule 9, function by function: the libraries and their TypeScript twins agree to the wei, and refuse the same inputs
// with the same errors. FUZZ_SEED chooses another sequence, MATH_RUNS how long it is.
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { Interface, type ParamType } from "ethers";
import { artifacts, network } from "hardhat";
import { ContractError } from "../../sdk/math/ContractError.ts";
import { packPricing, packRisk } from "../../sdk/math/MarketParams.ts";
import { packPolicy } from "../../sdk/math/Policy.ts";
import { CASES, type Case } from "./cases/index.ts";
import { Random, seed } from "./random.ts";

const RUNS = Number(process.env.MATH_RUNS ?? 1_000);
const BATCH = 250;

const hex = (value: bigint) => BigInt.asUintN(256, value).toString(16).padStart(64, "0");

/** A value of one word; terms and policies are packed. */
function wordOf(value: unknown): string {
  if (typeof value === "bigint") return hex(value);
  if (typeof value === "boolean") return hex(value ? 1n : 0n);
  if (typeof value === "string") return hex(BigInt(value));
  if (typeof value === "object" && value !== null) {
    if ("tradeFee" in value) return hex(packPricing(value as never));
    if ("maxLeverage" in value) return hex(packRisk(value as never));
    if ("mintBurnBand" in value) return hex(packPolicy(value as never));
  }
  throw new TypeError(`no word: ${String(value)}`);
}

/** All types here are static, so an encoding is its words in order. */
function encode(type: ParamType, value: unknown): string {
  if (type.components === null) return wordOf(value);
  return type.components.map((part) => encode(part, (value as Record<string, unknown>)[part.name])).join("");
}

/** How many words a value of this type takes. */
const sizeOf = (type: ParamType): number =>
  type.components === null ? 1 : type.components.reduce((sum, part) => sum + sizeOf(part), 0);

/** The elements of an encoded `bytes[]`. */
function decodeBytesArray(encoded: string): string[] {
  const numberAt = (byte: number) => Number(`0x${encoded.slice(2 * byte, 2 * byte + 64)}`);
  return Array.from({ length: numberAt(32) }, (_, i) => {
    const start = 64 + numberAt(64 + 32 * i);
    return encoded.slice(2 * start + 64, 2 * (start + 32 + numberAt(start)));
  });
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, v) => (typeof v === "bigint" ? v.toString() : v), 1);
}

/** How a function is called many times at once. */
interface Replayed {
  inputs: readonly ParamType[];
  outputs: readonly ParamType[];
  replay: (size: bigint, inputs: string) => Promise<string[]>;
}

describe("Arithmetic: libraries and twins agree to the wei", () => {
  const functions = new Map<string, Replayed>();
  let errors: Interface;

  before(async () => {
    const { provider } = await network.create({
      override: { allowUnlimitedContractSize: true, blockGasLimit: 10_000_000_000, hardfork: "cancun" },
    });
    const [from] = (await provider.request({ method: "eth_accounts" })) as string[];
    const abi = async (name: string) => (await artifacts.readArtifact(name)).abi;
    errors = new Interface([
      ...(await abi("IClearingHouse")),
      ...(await abi("ILeveragedToken")),
      "error Panic(uint256)",
    ]);
    for (const name of ["MarketHarness", "PriceHarness", "TokenHarness", "WordsHarness"]) {
      const { bytecode } = await artifacts.readArtifact(name);
      const deployment = { from, data: bytecode, gas: "0x3000000" };
      const hash = await provider.request({ method: "eth_sendTransaction", params: [deployment] });
      const receipt = await provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
      const to = (receipt as { contractAddress: string }).contractAddress;
      const harness = new Interface(await abi(name));
      const replaySelector = harness.getFunction("replay")!.selector;
      harness.forEachFunction(({ name: of, selector, inputs, outputs }) => {
        const replay = async (size: bigint, data: string) => {
          // By hand, as an Interface takes as long for it as the calls do.
          const words = [
            selector.slice(2).padEnd(64, "0"),
            hex(size),
            hex(96n),
            hex(BigInt(data.length / 2)),
          ];
          const call = { from, to, data: `${replaySelector}${words.join("")}${data}`, gas: "0x80000000" };
          const output = (await provider.request({ method: "eth_call", params: [call, "latest"] })) as string;
          return decodeBytesArray(output.slice(2));
        };
        if (of !== "replay") functions.set(of, { inputs, outputs, replay });
      });
    }
  });

  /** What the twin says, as the harness would put it: 01 and the words, or 00 and the encoded error. */
  function expected(test: Case, outputs: readonly ParamType[], values: readonly unknown[]): string {
    try {
      const result: unknown = test.twin(...(values as never[]));
      const named = outputs.length === 1 && outputs[0].name !== "result" && outputs[0].name === "";
      const single =
        outputs.length === 1 && (named || typeof result !== "object" || !(outputs[0].name in result!));
      const words = outputs.map((type) =>
        encode(type, single ? result : (result as Record<string, unknown>)[type.name]),
      );
      return `01${words.join("")}`;
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      return `00${errors.encodeErrorResult(error.errorName, error.values).slice(2)}`;
    }
  }

  it("covers every function of every library, and every twin has its name", async () => {
    const names = new Set(CASES.map(({ name }) => name));
    expect(names.size, "no case is there twice").to.equal(CASES.length);
    for (const file of readdirSync("contracts/libraries")) {
      const library = file.replace(".sol", "");
      const twin = (await import(`../../sdk/math/${library}.ts`)) as Record<string, unknown>;
      const source = readFileSync(`contracts/libraries/${file}`, "utf8");
      for (const [, name] of source.matchAll(/\bfunction (\w+)\([^)]*\)\s+internal\b/g)) {
        expect(names, "has a case").to.include(`${library}_${name}`);
        expect(twin[name], `sdk/math/${library}.ts has ${name}`).to.be.a("function");
      }
    }
    expect([...functions.keys()], "harnesses and cases match").to.have.members([...names]);
  });

  for (const test of CASES) {
    it(`${test.name.replace("_", ".")}`, async () => {
      const random = new Random(test.name);
      const { inputs, outputs, replay } = functions.get(test.name)!;
      const size = BigInt(inputs.reduce((sum, type) => sum + 32 * sizeOf(type), 0));
      let accepted = 0;
      for (let done = 0; done < RUNS; done += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, RUNS - done) }, () => test.values(random));
        const words = batch.map((values) => inputs.map((type, i) => encode(type, values[i])).join(""));
        const results = await replay(size, words.join(""));
        batch.forEach((values, i) => {
          const twin = expected(test, outputs, values);
          if (twin !== results[i]) {
            throw new Error(
              `${test.name}, FUZZ_SEED=${seed()}, case ${done + i}\nfor      ${show(values)}\n` +
                `Solidity ${results[i]}\nTwin     ${twin}`,
            );
          }
          if (twin.startsWith("01")) accepted++;
        });
      }
      expect(accepted, "most inputs are such that both answer").to.be.greaterThan(RUNS / 10);
    });
  }

  after(() => console.log(`      ${CASES.length} functions, ${RUNS} cases each, FUZZ_SEED=${seed()}`));
});
