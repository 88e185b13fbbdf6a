// The least compute of an operation: what any code must take that comes to the same by the same arithmetic.
//
// Values are followed through stack and memory, from where they come from to what the transaction does with them: what it writes, logs,
// hands to calls, returns, and decides by. Of the operations on the way
//
//   - each counts once for the same operands, however often it was run, and not at all where nothing comes of it;
//   - what follows from constants and immutables counts as a constant;
//   - moves count only where memory must have something: for a hash, a log, a call or an answer;
//   - functions, loops and the growth of memory cost nothing, and a selector is found at once;
//   - an operand must be on the stack: the result of an operation is there once, all else has been pushed or copied, for 3 gas each.
//
// No stack is too deep here, and nothing has to be swapped, so no compiler comes as low. Other formulas could.
import type { Step, StructLog } from "./trace.ts";

/** How many words an opcode takes from the stack; all of these leave one. */
const OPERANDS: Record<string, number> = {};
for (const [operands, names] of [
  [0, "ADDRESS CALLER CALLVALUE CALLDATASIZE TIMESTAMP RETURNDATASIZE GAS CHAINID CODESIZE"],
  [1, "ISZERO NOT CALLDATALOAD EXTCODESIZE"],
  [2, "ADD MUL SUB DIV SDIV MOD SMOD SIGNEXTEND EXP LT GT SLT SGT EQ AND OR XOR BYTE SHL SHR SAR"],
  [3, "ADDMOD MULMOD"],
] as const) {
  for (const name of names.split(" ")) OPERANDS[name] = operands;
}

const COMMUTATIVE = new Set(["ADD", "MUL", "AND", "OR", "XOR", "EQ"]);
/** What these say depends on the call that they are run in. */
const OF_CALL = new Set(["CALLDATALOAD", "CALLER", "ADDRESS", "CALLVALUE", "CALLDATASIZE"]);
/** How many words a call takes, and where among them its input and its output are. */
const CALLS: Record<string, { words: number; input: number }> = {
  CALL: { words: 7, input: 3 },
  STATICCALL: { words: 6, input: 2 },
  DELEGATECALL: { words: 6, input: 2 },
};

/** Something on the stack or in memory, or done with what is there. */
interface Node {
  /** Whose code it is in. */
  code: string;
  op: string;
  gas: number;
  operands: Node[];
  /** What it reads of memory. */
  memory: Node[];
  /** Whether it leaves a word on the stack. */
  leaves: boolean;
  constant?: bigint;
}

interface Frame {
  id: number;
  /** Unless it isn't ours. */
  code: string | undefined;
  stack: Node[];
  /** By where it begins. */
  memory: Map<number, { size: number; node: Node }>;
}

/**
 * The least gas of all steps in our own contracts, by contract: without cold accounts and slots, writes, logs and transient storage.
 *
 * @param ours Names our contracts.
 */
export function leastCompute(
  logs: StructLog[],
  steps: Step[],
  ours: (address: string) => string | undefined,
): Record<string, number> {
  const known = new Map<string, Node>();
  const ids = new Map<Node, number>();
  const effects: Node[] = [];
  const decided = new Set<string>();
  const frames: Frame[] = [];
  let calls = 0;
  let code = "";

  const idOf = (node: Node) => {
    const id = ids.get(node) ?? ids.size;
    ids.set(node, id);
    return id;
  };
  const node = (
    op: string,
    gas: number,
    operands: Node[] = [],
    memory: Node[] = [],
    leaves = true,
  ): Node => ({ code, op, gas, operands, memory, leaves });
  /** The same node for the same key. */
  const once = (key: string, make: () => Node): Node => {
    const found = known.get(key) ?? make();
    known.set(key, found);
    return found;
  };
  const constant = (value: bigint) =>
    once(`constant ${value}`, () => ({ ...node("PUSH", 0), constant: value }));

  logs.forEach((log, i) => {
    while (frames.length > log.depth) frames.pop();
    if (frames.length < log.depth) {
      frames.push({ id: calls++, code: ours(steps[i].code), stack: [], memory: new Map() });
    }
    const frame = frames[log.depth - 1];
    if (frame.code === undefined) return;
    code = frame.code;
    const { stack, memory } = frame;
    const { op } = log;
    // What a call or copy has left there.
    while (stack.length > log.stack.length) stack.pop();
    while (stack.length < log.stack.length) stack.push(node("FROM OUTSIDE", 0));
    const word = (n: number) => BigInt(log.stack[log.stack.length - 1 - n]);
    const at = (n: number) => Number(word(n));
    const take = (count: number) => Array.from({ length: count }, () => stack.pop()!);
    const result = () => BigInt(logs[i + 1].stack[logs[i + 1].stack.length - 1]);
    const read = (from: number, size: number) =>
      [...memory]
        .filter(([start, each]) => start < from + size && start + each.size > from)
        .map(([, each]) => each.node);
    const put = (from: number, size: number, what: Node) => {
      if (size === 0) return;
      for (const [start, each] of [...memory]) {
        if (start >= from && start + each.size <= from + size) memory.delete(start);
      }
      memory.set(from, { size, node: what });
    };
    const words = (size: number) => Math.ceil(size / 32);

    if (op.startsWith("PUSH")) stack.push(constant(result()));
    else if (op.startsWith("DUP")) stack.push(stack[stack.length - Number(op.slice(3))]);
    else if (op.startsWith("SWAP")) {
      const [top, other] = [stack.length - 1, stack.length - 1 - Number(op.slice(4))];
      [stack[top], stack[other]] = [stack[other], stack[top]];
    } else if (op === "POP" || op === "JUMP") stack.pop();
    else if (op === "JUMPI") {
      let [destination, condition] = take(2);
      while (condition.op === "ISZERO") [condition] = condition.operands;
      if (condition.constant !== undefined) return;
      const selector = condition.op === "EQ" && condition.operands.some(isSelector);
      const key = `${frame.id} ${selector ? "selector" : idOf(condition)}`;
      if (decided.has(key)) return;
      decided.add(key);
      effects.push(node(op, 10, [destination, condition], [], false));
    } else if (op === "MSTORE") {
      const from = at(0);
      put(from, 32, node(op, 3, take(2), [], false));
    } else if (op === "MLOAD") {
      const from = at(0);
      const [offset] = take(1);
      const found = memory.get(from);
      const here = read(from, 32);
      if (from === 0x40 || here.length === 0) stack.push(constant(result()));
      else if (found?.node.op === "MSTORE") stack.push(found.node.operands[1]);
      else stack.push(once(`${op} ${here.map(idOf)} ${from}`, () => node(op, 3, [offset], here)));
    } else if (op.endsWith("COPY")) {
      const [to, size] = [at(0), at(2)];
      put(to, size, node(op, 3 + 3 * words(size), take(3), [], false));
    } else if (op === "KECCAK256") {
      const [from, size] = [at(0), at(1)];
      const here = read(from, size);
      const of = here.map((each) => (each.op === "MSTORE" ? `of ${idOf(each.operands[1])}` : idOf(each)));
      const operands = take(2);
      stack.push(once(`${op} ${frame.id} ${of}`, () => node(op, 30 + 6 * words(size), operands, here)));
    } else if (op.startsWith("LOG") || op === "RETURN" || op === "REVERT") {
      const here = read(at(0), at(1));
      effects.push(node(op, 0, take(op.startsWith("LOG") ? Number(op.slice(3)) + 2 : 2), here, false));
    } else if (op === "SSTORE" || op === "TSTORE") {
      effects.push(node(op, 0, take(2), [], false));
    } else if (op === "SLOAD" || op === "TLOAD") {
      const gas = steps[i].slot?.cold === false ? 100 : 0;
      const [slot] = take(1);
      stack.push(once(`${op} ${frame.id} ${idOf(slot)}`, () => node(op, gas, [slot])));
    } else if (op in CALLS) {
      const { words: count, input } = CALLS[op];
      const here = read(at(input), at(input + 1));
      const [to, size] = [at(input + 2), at(input + 3)];
      const call = node(op, steps[i].account!.cold ? 0 : 100, take(count), here);
      effects.push(call);
      put(to, size, call);
      stack.push(call);
    } else if (op in OPERANDS) {
      const operands = take(OPERANDS[op]);
      const fixed = operands.length > 0 && operands.every((each) => each.constant !== undefined);
      const order = operands.map(idOf);
      if (COMMUTATIVE.has(op)) order.sort((a, b) => a - b);
      const where = OF_CALL.has(op) ? frame.id : op === "RETURNDATASIZE" || op === "GAS" ? i : "";
      const same = () => once(`${op} ${where} ${order}`, () => node(op, steps[i].gas, operands));
      stack.push(fixed && !OF_CALL.has(op) ? constant(result()) : same());
    } else if (op !== "JUMPDEST" && op !== "STOP" && op !== "INVALID") {
      throw new Error(`${op} is not known to the count of what is least`);
    }
  });
  return gasOf(effects);
}

/** What is shifted out of the first word of calldata. */
const isSelector = ({ op, operands }: Node) => op === "SHR" && operands[1]?.op === "CALLDATALOAD";

/** Of the effects, and of all that they need. */
function gasOf(effects: Node[]): Record<string, number> {
  const needed = new Set(effects);
  for (const { operands, memory } of needed) {
    for (const each of [...operands, ...memory]) needed.add(each);
  }
  const gas: Record<string, number> = {};
  for (const each of needed) {
    if (each.constant !== undefined) continue;
    const missing = each.operands.length - (each.leaves ? 1 : 0);
    gas[each.code] = (gas[each.code] ?? 0) + each.gas + 3 * missing;
  }
  return gas;
}
