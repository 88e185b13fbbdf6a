// `npm start`: what a LeveragedToken does, on contracts deployed to a chain within this process.
import { yearOfAi } from "./start/ai.ts";
import { costs } from "./start/costs.ts";
import { workedExample } from "./start/exact.ts";
import { finish } from "./start/output.ts";
import { thousandDays } from "./start/sp500.ts";

const started = performance.now();
await workedExample();
await costs();
await thousandDays();
await yearOfAi();
finish(performance.now() - started);
