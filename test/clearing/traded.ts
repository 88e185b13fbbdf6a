import { chainWith, TIMELESS } from "../fixture.ts";

const { alice, bob, load } = await chainWith(TIMELESS);

/** Alice is long 10 with 1,000 of margin, bob short 4 with 500. */
export async function traded(overrides?: Parameters<typeof load>[0]) {
  const world = await load(overrides);
  await world.trade(alice, { amount: "10", margin: "1000" });
  await world.trade(bob, { amount: "-4", margin: "500" });
  return world;
}
