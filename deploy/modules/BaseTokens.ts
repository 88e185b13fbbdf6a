import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** A token that is there already, or one to be deployed that anyone may mint. */
export type BaseTokenPlan = { address: string; decimals: number } | { name: string; decimals: number };

/** The BaseTokens by symbol. */
export const baseTokens = (plans: Record<string, BaseTokenPlan>) =>
  buildModule("BaseTokens", (m) =>
    Object.fromEntries(
      Object.entries(plans).map(([symbol, plan]) => [
        symbol,
        "address" in plan
          ? m.contractAt("IERC20Metadata", plan.address, { id: symbol })
          : m.contract("FaucetToken", [plan.name, symbol, plan.decimals], { id: symbol }),
      ]),
    ),
  );
