// Reads the steps of a transaction: what each took by itself, in which contract, and what was touched for the first time.

/** A step as debug_traceTransaction tells it. */
export interface StructLog {
  op: string;
  gas: number;
  gasCost: number;
  depth: number;
  stack: string[];
  memory: string[];
}

/** A step with what it took apart from what it called, and what it touched. */
export interface Step {
  op: string;
  gas: number;
  /** Whose code runs, and whose storage it works on. */
  code: string;
  storage: string;
  /** Accounts that were called down to here, the innermost last. */
  path: string[];
  /** The account that was touched, and whether for the first time in the transaction. */
  account?: { address: string; cold: boolean };
  slot?: { key: bigint; cold: boolean };
  /** A mapping's key and slot, of a hash of two words, and the hash. */
  hashed?: { key: bigint; slot: bigint; hash: bigint };
  /** The id of a market, of a hash of its four words. */
  marketId?: bigint;
}

const CALLS = new Set(["CALL", "STATICCALL", "DELEGATECALL", "CALLCODE"]);
const TOUCHES = new Set(["EXTCODESIZE", "EXTCODEHASH", "EXTCODECOPY", "BALANCE"]);

const addressOf = (word: string) => `0x${BigInt(word).toString(16).padStart(40, "0").slice(-40)}`;

interface Frame {
  code: string;
  storage: string;
  path: string[];
}

/** All steps of a transaction from `from` to `to`. */
export function stepsOf(logs: StructLog[], from: string, to: string): Step[] {
  const owns = ownGas(logs);
  const warm = new Set([from.toLowerCase(), to.toLowerCase()]);
  const frames: Frame[] = [{ code: to.toLowerCase(), storage: to.toLowerCase(), path: [to.toLowerCase()] }];
  return logs.map((log, i) => {
    frames.length = log.depth;
    const frame = frames[log.depth - 1];
    const { op, stack } = log;
    const top = (n: number) => stack[stack.length - 1 - n];
    const step: Step = { op, gas: owns[i], ...frame };
    const touch = (key: string) => {
      const cold = !warm.has(key);
      warm.add(key);
      return cold;
    };
    if (op === "SLOAD" || op === "SSTORE") {
      const key = BigInt(top(0));
      step.slot = { key, cold: touch(`${frame.storage}/${key}`) };
    } else if (CALLS.has(op)) {
      const address = addressOf(top(1));
      // Precompiles are never cold.
      step.account = { address, cold: BigInt(address) > 0x100n && touch(address) };
      const storage = op === "DELEGATECALL" ? frame.storage : address;
      frames.push({ code: address, storage, path: [...frame.path, address] });
    } else if (TOUCHES.has(op)) {
      const address = addressOf(top(0));
      step.account = { address, cold: touch(address) };
    } else if (op === "KECCAK256") {
      const after = logs[i + 1].stack;
      const hash = BigInt(after[after.length - 1]);
      if (BigInt(top(1)) === 64n) {
        const memory = log.memory.map((word) => word.slice(2)).join("");
        const at = 2 * Number(BigInt(top(0)));
        const [key, slot] = [memory.slice(at, at + 64), memory.slice(at + 64, at + 128)];
        step.hashed = { key: BigInt(`0x${key}`), slot: BigInt(`0x${slot}`), hash };
      } else if (BigInt(top(1)) === 128n) step.marketId = hash;
    }
    return step;
  });
}

/** What each step took, without what ran below it. */
function ownGas(logs: StructLog[]): number[] {
  const owns: number[] = [];
  /** The steps that called what runs now. */
  const calls: number[] = [];
  logs.forEach((log, i) => {
    const next = logs[i + 1];
    if (next === undefined || next.depth < log.depth) {
      owns[i] = log.gasCost;
      for (let depth = log.depth; next !== undefined && depth > next.depth; depth--) {
        const call = calls.pop()!;
        // What the callee used is no part of what the call took.
        const used = logs[call + 1].gas - (log.gas - log.gasCost);
        owns[call] = logs[call].gas - next.gas - used;
      }
    } else if (next.depth > log.depth) calls.push(i);
    else owns[i] = log.gas - next.gas;
  });
  return owns;
}
