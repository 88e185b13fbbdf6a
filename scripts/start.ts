// `npm start`: what a LeveragedToken does, on contracts deployed to a chain within this process.

import { costs } from "./start/costs.ts";
import { workedExample } from "./start/exact.ts";
import { dim, failures, say } from "./start/output.ts";
import { thousandDays } from "./start/report.ts";

const started = performance.now();
await workedExample();
await costs();
await thousandDays();
say();
say(dim(`${((performance.now() - started) / 1000).toFixed(1)} s`));
if (failures() > 0) process.exitCode = 1;
