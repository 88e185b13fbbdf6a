import { type ErrorFragment, Interface, isError, isHexString } from "ethers";
import {
  AccessManager__factory,
  ChainlinkSource__factory,
  ClearingHouse__factory,
  FaucetToken__factory,
  IndexSource__factory,
  LeveragedToken__factory,
  LeveragedTokenFactory__factory,
  LiquidityPool__factory,
  MedianSource__factory,
  NetAssetValueFeed__factory,
  NetAssetValueFeedFactory__factory,
  PythSource__factory,
  RebalanceUpkeep__factory,
  Router__factory,
  SettableFeed__factory,
  SourceFeed__factory,
} from "../typechain-types/index.js";
import { PACKAGE_SENTENCES } from "./packageSentences.ts";
import { PRICE_SENTENCES } from "./priceSentences.ts";
import { ROUTER_SENTENCES } from "./routerSentences.ts";
import type { Sentence, Unit } from "./sentence.ts";
import { SENTENCES } from "./sentences.ts";
import { UserError } from "./UserError.ts";

export type { Unit } from "./sentence.ts";
export { UserError } from "./UserError.ts";

const ABIS = [
  ClearingHouse__factory.abi,
  LeveragedToken__factory.abi,
  LeveragedTokenFactory__factory.abi,
  LiquidityPool__factory.abi,
  RebalanceUpkeep__factory.abi,
  Router__factory.abi,
  ChainlinkSource__factory.abi,
  NetAssetValueFeed__factory.abi,
  NetAssetValueFeedFactory__factory.abi,
  IndexSource__factory.abi,
  MedianSource__factory.abi,
  PythSource__factory.abi,
  SourceFeed__factory.abi,
  AccessManager__factory.abi,
  FaucetToken__factory.abi,
  SettableFeed__factory.abi,
];

/** Every custom error that a call of ours can end with. */
const errors = new Map<string, ErrorFragment>();
for (const abi of ABIS)
  new Interface(abi).forEachError((fragment) => errors.set(fragment.selector, fragment));
const decoder = new Interface([...errors.values()]);

const WAD: Unit = { symbol: "BaseToken", decimals: 18 };

/** The data that a contract reverted with, wherever the node and ethers put it. */
export function revertData(error: unknown): string | undefined {
  for (let depth = 0, inner = error; depth < 6 && typeof inner === "object" && inner !== null; depth++) {
    const { data, info, error: next, cause, payload } = inner as Record<string, unknown>;
    if (typeof data === "string" && isHexString(data) && data.length >= 10) return data;
    const nested = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : undefined;
    if (typeof nested === "string" && isHexString(nested)) return nested;
    inner = info ?? next ?? cause ?? payload;
  }
  return undefined;
}

/** The name of the custom error that a contract reverted with. */
export function revertName(error: unknown): string | undefined {
  const data = revertData(error);
  return data === undefined ? undefined : (decoder.parseError(data)?.name ?? undefined);
}

/** A contract's refusal in a sentence with a remedy; undefined when it is something else. */
export function explainRevert(error: unknown, unit: Unit = WAD): UserError | undefined {
  const data = revertData(error);
  const found = data === undefined ? null : decoder.parseError(data);
  if (found !== null) {
    const [message, remedy] = sentence(found.name)(found.args, unit);
    return new UserError(message, remedy, error);
  }
  if (isError(error, "CALL_EXCEPTION")) {
    const reason = error.reason ?? data?.slice(0, 10) ?? "no reason given";
    return new UserError(
      `The contract refused: ${reason}.`,
      "Is the deployment of this version? `check` reads it back and says.",
      error,
    );
  }
  return undefined;
}

/** The sentence for a custom error. */
function sentence(name: string): Sentence {
  return (
    SENTENCES[name] ??
    PRICE_SENTENCES[name] ??
    ROUTER_SENTENCES[name] ??
    PACKAGE_SENTENCES[name] ??
    (() => [`The contract refused: ${name}.`, "See the error's comment in contracts/interfaces."])
  );
}

/** Names of errors that have a sentence. */
export const explained = (): string[] =>
  [SENTENCES, PRICE_SENTENCES, ROUTER_SENTENCES, PACKAGE_SENTENCES].flatMap((table) => Object.keys(table));
