// A token that calls back while it moves, in pools of the router's path.
import { MaxUint256 } from "ethers";
import { HookedToken__factory } from "../../../typechain-types/index.js";
import { providePool } from "../../composability/published.ts";
import { chainWithUniswap, LOW, MEDIUM } from "../../composability/world.ts";
import { usdc, wad } from "../../fixture.ts";

const { alice, load, provider, uniswap } = await chainWithUniswap();

/** A world with a token that calls back, and pools of it with DAI and USDC. */
export async function hooked() {
  const world = await load();
  const hook = await new HookedToken__factory(provider).deploy();
  await hook.mint(provider, wad("100000"));
  await hook.mint(alice, wad("1000"));
  await hook.connect(alice).approve(world.router, MaxUint256);
  await providePool(uniswap, provider, MEDIUM, [hook, wad("10000")], [world.dai, wad("10000")]);
  await providePool(uniswap, provider, LOW, [hook, wad("10000")], [world.usd, usdc("10000")]);
  return { ...world, hook };
}
