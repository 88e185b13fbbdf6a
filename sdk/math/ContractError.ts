/** What a contract would have reverted with: the name and the values of its custom error, or `Panic` and its code. */
export class ContractError extends Error {
  readonly errorName: string;
  readonly values: readonly unknown[];

  constructor(errorName: string, values: readonly unknown[] = []) {
    super(`${errorName}(${values.map(String).join(", ")})`);
    this.name = "ContractError";
    this.errorName = errorName;
    this.values = values;
  }
}

/** Solidity's panic when a result leaves its type. */
export const overflow = () => new ContractError("Panic", [0x11n]);

/** Solidity's panic at a division by zero. */
export const divisionByZero = () => new ContractError("Panic", [0x12n]);
