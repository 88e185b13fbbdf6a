// One case for each function of the harnesses in test/contracts: its TypeScript twin, and what to call both with.
import { arithmetic } from "./arithmetic.ts";
import type { Case } from "./case.ts";
import { costs } from "./costs.ts";
import { market } from "./market.ts";
import { prices } from "./prices.ts";
import { token } from "./token.ts";
import { words } from "./words.ts";

export type { Case };

export const CASES: Case[] = [...arithmetic, ...costs, ...market, ...prices, ...token, ...words];
