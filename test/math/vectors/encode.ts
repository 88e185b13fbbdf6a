// Calls, results and words as the chain has them, as hexadecimal without 0x.
import { readFileSync } from "node:fs";
import { AbiCoder, id } from "ethers";
import { packAccount } from "../../../sdk/math/Account.ts";
import { ContractError } from "../../../sdk/math/ContractError.ts";

const PARAMS = "(address,address,uint256,uint256)";
const ORDER = "(int256,int256,uint256,uint256)";
const TOKEN_ORDER =
  "(int256,int256,int256,bool,bool,address,uint256,address,uint256,uint256,address,uint256)";

/** What follows the market's parameters, or stands alone where a function takes none. */
const HOUSE: Record<string, string> = {
  createMarket: `(${PARAMS},uint256)`,
  sync: `(${PARAMS},address)`,
  quote: `(${PARAMS},address)`,
  lastQuote: `(${PARAMS},address)`,
  trade: `(${PARAMS},${ORDER})`,
  previewTrade: `(${PARAMS},address,${ORDER})`,
  close: `(${PARAMS},uint256,uint256)`,
  liquidate: `(${PARAMS},address)`,
  deleverage: `(${PARAMS},address)`,
  settle: `(${PARAMS})`,
  reckon: `(${PARAMS},address)`,
  conclude: `(${PARAMS})`,
  execute: `(${PARAMS},${TOKEN_ORDER})`,
  movePoolCash: `(${PARAMS},address,int256)`,
  collectFees: `(${PARAMS})`,
  setReduceOnly: "(bytes32,bool)",
};

const cached = <T>(compute: (name: string) => T) => {
  const known = new Map<string, T>();
  return (name: string): T => {
    const value = known.get(name) ?? compute(name);
    known.set(name, value);
    return value;
  };
};

/** Of a function with its types, or of one of the ClearingHouse by name alone. */
export const selectorOf = cached((name) =>
  id(name.includes("(") ? name : `${name}${HOUSE[name]}`).slice(2, 10),
);

const SOURCES = ["IClearingHouse", "ILeveragedToken", "ILiquidityPool"].map(
  (name) => `contracts/interfaces/${name}.sol`,
);
const ERC20 = "node_modules/@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/** The types of every error that a call may end with, from the sources: nothing needs to be built for it. */
function errorsOf(root: string): Map<string, string[]> {
  const found = new Map([["Panic", ["uint256"]]]);
  for (const path of [...SOURCES, ERC20]) {
    for (const [, name, list] of readFileSync(root + path, "utf8").matchAll(/\berror (\w+)\(([^)]*)\);/g)) {
      const types = list.split(",").map((parameter) => parameter.trim().split(" ")[0]);
      found.set(
        name,
        types.filter((type) => type !== "").map((type) => (type === "MarketId" ? "bytes32" : type)),
      );
    }
  }
  return found;
}

const ROOT = new URL("../../../", import.meta.url).pathname;
let errors: Map<string, string[]> | undefined;

/** What a call that reverts with this returns. */
export function failure({ errorName, values }: ContractError): string {
  errors ??= errorsOf(ROOT);
  const types = errors.get(errorName);
  if (types === undefined) throw new Error(`${errorName} is declared nowhere in ${SOURCES.join(", ")}`);
  const selector = selectorOf(`${errorName}(${types.join(",")})`);
  if (!types.includes("string")) return selector + values.map(word).join("");
  return selector + AbiCoder.defaultAbiCoder().encode(types, values).slice(2);
}

/** A value of one word, or an object or array of such. The fields of the models' objects are in the order of the structs. */
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

/** Success and what a call returns when a model does this. */
export function outcome(act: () => unknown[]): { success: boolean; output: string; error: string } {
  try {
    return { success: true, output: act().map(word).join(""), error: "" };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return { success: false, output: failure(error), error: error.errorName };
  }
}
