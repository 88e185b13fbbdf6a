// Measures everything, on a chain in this process.
import { network } from "hardhat";
import { deployLocal } from "../../deploy/index.ts";
import { deployedContracts } from "./contracts.ts";
import { createMarket } from "./market.ts";
import { profileOf } from "./profile.ts";
import { measureMarket } from "./scene.ts";
import { FEEDS, type Measured, type Measurement } from "./snapshot.ts";

/** The BaseTokens, and what sets a measurement with them apart. */
const BASES = { DAI: "", USDC: "6 decimals" } as const;

/** Measures every operation on every feed, each a transaction of its own. */
export async function measure(): Promise<Measured> {
  // At a fixed time, so that every run measures the same numbers.
  const chain = await network.create({ override: { initialDate: "2026-01-01T00:00:00Z" } });
  const deployment = await deployLocal(chain);
  const deployed = await deployedContracts(chain, deployment);
  const measured: Measured = { operations: [], variants: [], contracts: [], profiles: [] };
  for (const base of ["DAI", "USDC"] as const) {
    for (const feed of FEEDS) {
      const market = await createMarket(chain, deployment, feed, base);
      if (measured.contracts.length === 0) {
        const made: Record<string, number> = market.gas;
        measured.contracts = deployed.map(({ contract, bytes, gas }) => ({
          contract,
          bytes,
          gas: gas ?? made[contract],
        }));
      }
      for (const sent of await measureMarket(chain, deployment, market)) {
        const { operation, state, gas } = sent;
        const measurement: Measurement = { operation, feed, state, gas };
        const variant = [sent.variant, BASES[base]].filter((part) => part !== "").join(", ");
        if (variant !== "") measured.variants.push({ ...measurement, variant });
        else measured.operations.push(measurement);
        if (variant === "" && state === "steady") {
          measured.profiles.push(await profileOf(chain, deployment, market, feed, sent));
        }
      }
    }
  }
  return measured;
}
