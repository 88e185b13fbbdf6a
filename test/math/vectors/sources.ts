// What calls and errors look like in the ABI, from the sources: vectors are made before anything is built.
import { readFileSync } from "node:fs";

/** A parameter, a return value or a field. */
interface Item {
  type: string;
  name: string;
}

/** A function of the ClearingHouse. */
export interface Signature {
  parameters: Item[];
  returns: Item[];
}

const read = (path: string) =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8").replace(/\/\/.*$/gm, "");

const INTERFACES = ["IClearingHouse", "ILeveragedToken", "ILiquidityPool"].map((name) =>
  read(`contracts/interfaces/${name}.sol`),
);
const TYPES = ["Account", "Market", "MarketId", "MarketParams"].map((name) =>
  read(`contracts/types/${name}.sol`),
);
const ERC20 = read("node_modules/@openzeppelin/contracts/interfaces/draft-IERC6093.sol");

/** Of a list such as `MarketParams calldata params, uint256`; fields end with semicolons. */
const itemsOf = (list: string): Item[] =>
  list
    .split(/[,;]/)
    .map((item) => item.trim().split(/\s+/))
    .filter(([type]) => type !== "")
    .map((words) => ({ type: words[0], name: words.length > 1 ? words[words.length - 1] : "" }));

const all = [...INTERFACES, ...TYPES].join("\n");

/** Fields of structs, and what user-defined types are made of, by name. */
const structs = new Map(
  [...all.matchAll(/\bstruct (\w+) \{([^}]*)\}/g)].map(([, name, fields]) => [name, itemsOf(fields)]),
);
const underlying = new Map(
  [...all.matchAll(/\btype (\w+) is (\w+);/g)].map(([, name, type]) => [name, type]),
);

/** A type as a selector has it. */
export function canonical(type: string): string {
  const fields = structs.get(type);
  if (fields) return `(${fields.map((field) => canonical(field.type)).join(",")})`;
  return underlying.get(type) ?? type;
}

/** The functions of the ClearingHouse by name. None is overloaded. */
export const HOUSE: Map<string, Signature> = new Map(
  [
    ...INTERFACES[0].matchAll(/\bfunction (\w+)\(([^)]*)\)\s*external[\w\s]*(?:returns\s*\(([^)]*)\))?;/g),
  ].map(([, name, parameters, returns]) => [
    name,
    { parameters: itemsOf(parameters), returns: itemsOf(returns ?? "") },
  ]),
);

/** The types of what errors carry, by name. */
export const ERRORS: Map<string, string[]> = new Map([
  ["Panic", ["uint256"]],
  ...[...INTERFACES, ERC20].flatMap((source) =>
    [...source.matchAll(/\berror (\w+)\(([^)]*)\);/g)].map(
      ([, name, list]) => [name, itemsOf(list).map(({ type }) => canonical(type))] as [string, string[]],
    ),
  ),
]);

/** The fields of a struct, or nothing for another type. */
export const fieldsOf = (type: string): Item[] | undefined => structs.get(type);
