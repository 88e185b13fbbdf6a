// Calls, results and words as the chain has them, as hexadecimal without 0x.
import { AbiCoder, id } from "ethers";
import { packAccount } from "../../../sdk/math/Account.ts";
import { ContractError } from "../../../sdk/math/ContractError.ts";
import { canonical, ERRORS, fieldsOf, HOUSE, type Signature } from "./sources.ts";

const cached = <T>(compute: (name: string) => T) => {
  const known = new Map<string, T>();
  return (name: string): T => {
    const value = known.get(name) ?? compute(name);
    known.set(name, value);
    return value;
  };
};

function houseFunction(name: string): Signature {
  const found = HOUSE.get(name);
  if (found === undefined) throw new Error(`IClearingHouse has no function ${name}`);
  return found;
}

const isWhole = (name: string) => name.includes("(");

/** Of a function with its types, or of one of the ClearingHouse by name alone. */
export const selectorOf = cached((name) => {
  if (isWhole(name)) return id(name).slice(2, 10);
  const types = houseFunction(name).parameters.map(({ type }) => canonical(type));
  return id(`${name}(${types.join(",")})`).slice(2, 10);
});

/** What a call that reverts with this returns. */
export function failure({ errorName, values }: ContractError): string {
  const types = ERRORS.get(errorName);
  if (types === undefined) throw new Error(`No interface declares the error ${errorName}`);
  const selector = selectorOf(`${errorName}(${types.join(",")})`);
  if (!types.includes("string")) return selector + values.map(word).join("");
  return selector + AbiCoder.defaultAbiCoder().encode(types, values).slice(2);
}

/** Fields in the order of the struct. */
function encodeAs(type: string, value: unknown): string {
  const fields = fieldsOf(type);
  if (value === undefined) throw new Error(`a model leaves out a ${type} that the ClearingHouse has`);
  if (fields === undefined) return word(value);
  return fields.map((field) => encodeAs(field.type, (value as Record<string, unknown>)[field.name])).join("");
}

/** What a function takes, in words. */
export const argumentsOf = (name: string, values: unknown[]): string =>
  isWhole(name)
    ? values.map(word).join("")
    : houseFunction(name)
        .parameters.map(({ type }, i) => encodeAs(type, values[i]))
        .join("");

/** What it returns. */
const resultsOf = (name: string, values: unknown[]): string =>
  isWhole(name)
    ? values.map(word).join("")
    : houseFunction(name)
        .returns.map(({ type }, i) => encodeAs(type, values[i]))
        .join("");

/** A value of one word, or several of them. */
export function word(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return BigInt.asUintN(256, value).toString(16).padStart(64, "0");
    case "boolean":
      return (value ? "1" : "0").padStart(64, "0");
    case "string":
      return value.slice(2).toLowerCase().padStart(64, "0");
    default:
      return Object.values(value as object)
        .map(word)
        .join("");
  }
}

/** An unsigned number of so many bytes. */
export const bytes = (value: bigint | number, size: number): string => {
  const hex = value.toString(16).padStart(2 * size, "0");
  if (hex.length !== 2 * size) throw new Error(`${value} doesn't fit into ${size} bytes`);
  return hex;
};

const EMPTY = "0".repeat(64);
const packed = new WeakMap<object, string>();

/** The word of an account. Models replace an account rather than change it. */
export function accountWord(account: Parameters<typeof packAccount>[0] | undefined): string {
  if (account === undefined) return EMPTY;
  const known = packed.get(account) ?? word(packAccount(account));
  packed.set(account, known);
  return known;
}

/** Success and what a function returns when a model does this. */
export function outcome(
  name: string,
  act: () => unknown[],
): { success: boolean; output: string; error: string } {
  try {
    return { success: true, output: resultsOf(name, act()), error: "" };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return { success: false, output: failure(error), error: error.errorName };
  }
}
