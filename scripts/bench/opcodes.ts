// What opcodes do: what the remainder of an operation, its compute, is made of.

const GROUPS: Record<string, RegExp> = {
  "stack: push, dup, swap, pop": /^(?:PUSH|DUP|SWAP|POP)/,
  "memory: loads, stores, copies, growth":
    /^(?:MLOAD|MSTORE|MCOPY|MSIZE|CALLDATACOPY|CODECOPY|RETURNDATACOPY)/,
  "arithmetic: add, multiply, divide": /^(?:ADD|SUB|MUL|S?DIV|S?MOD|ADDMOD|MULMOD|EXP|SIGNEXTEND)/,
  "comparison and bits": /^(?:S?LT|S?GT|EQ|ISZERO|AND|OR|XOR|NOT|SHL|SHR|SAR|BYTE)$/,
  "jumps: functions, branches, loops": /^JUMP/,
  "hashes: market ids, mapping slots": /^KECCAK256$/,
  "calls and slots that are warm": /^(?:CALL|STATICCALL|DELEGATECALL|SLOAD|EXTCODESIZE)$/,
};

export const OTHERS = "the rest: calldata, environment, return";

/** In the order in which they are told. */
export const OPCODE_GROUPS = [...Object.keys(GROUPS), OTHERS];

export const groupOf = (op: string): string =>
  Object.keys(GROUPS).find((group) => GROUPS[group].test(op)) ?? OTHERS;
