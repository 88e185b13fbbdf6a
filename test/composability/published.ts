// Uniswap v3 as it was published: bytecode from its npm packages.
import { createRequire } from "node:module";
import {
  type AddressLike,
  Contract,
  type ContractRunner,
  type InterfaceAbi,
  MaxUint256,
  resolveAddress,
} from "ethers";
import type { chainWith } from "../fixture.ts";

const require = createRequire(import.meta.url);
interface Published {
  abi: InterfaceAbi;
  bytecode: string;
}
const CORE = "@uniswap/v3-core/artifacts/contracts";
const PERIPHERY = "@uniswap/v3-periphery/artifacts/contracts";
const published = (path: string) => require(path) as Published;

const FACTORY = published(`${CORE}/UniswapV3Factory.sol/UniswapV3Factory.json`);
const POOL = published(`${CORE}/UniswapV3Pool.sol/UniswapV3Pool.json`);
const POSITIONS = published(`${PERIPHERY}/NonfungiblePositionManager.sol/NonfungiblePositionManager.json`);
const SWAP_ROUTER = published(`${PERIPHERY}/SwapRouter.sol/SwapRouter.json`);

/** The widest range of ticks that the spacing of each fee allows. */
const WIDEST: Record<string, number> = { 500: 887_270, 3000: 887_220 };

type Chain = Awaited<ReturnType<typeof chainWith>>;
export type Uniswap = Awaited<ReturnType<typeof deployUniswap>>;

/** Deploys factory, position manager and Uniswap's own router. Nobody here has wrapped ETH, so that is left out. */
export async function deployUniswap({ ethers, deployer }: Chain) {
  const make = async ({ abi, bytecode }: Published, ...args: unknown[]) => {
    const contract = await new ethers.ContractFactory(abi, bytecode, deployer).deploy(...args);
    return contract.waitForDeployment() as Promise<Contract>;
  };
  const factory = await make(FACTORY);
  const none = ethers.ZeroAddress;
  return {
    factory,
    positions: await make(POSITIONS, factory, none, none),
    swapRouter: await make(SWAP_ROUTER, factory, none),
  };
}

export const poolAt = (address: string, runner: ContractRunner) => new Contract(address, POOL.abi, runner);

/** Makes a pool at the price of these amounts and provides them over the whole range. */
export async function providePool(
  { factory, positions }: Uniswap,
  provider: ContractRunner & AddressLike,
  fee: bigint,
  ...offers: [token: AddressLike, amount: bigint][]
) {
  const named = await Promise.all(
    offers.map(async ([token, amount]) => [await resolveAddress(token), amount] as const),
  );
  const [[token0, amount0], [token1, amount1]] = named.sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const manager = positions.connect(provider) as Contract;
  for (const token of [token0, token1]) {
    const erc20 = new Contract(token, ["function approve(address,uint256) returns (bool)"], provider);
    await erc20.approve(manager, MaxUint256);
  }
  await manager.createAndInitializePoolIfNecessary(token0, token1, fee, sqrt((amount1 << 192n) / amount0));
  const tick = WIDEST[String(fee)];
  await manager.mint({
    ...{ token0, token1, fee, tickLower: -tick, tickUpper: tick },
    ...{ amount0Desired: amount0, amount1Desired: amount1, amount0Min: 0n, amount1Min: 0n },
    ...{ recipient: provider, deadline: MaxUint256 },
  });
  return poolAt(await factory.getPool(token0, token1, fee), provider);
}

/** What one token of `token` costs in the pool, in wei of the other per 1e18 wei. */
export async function poolPrice(pool: Contract, token: AddressLike): Promise<bigint> {
  const [{ sqrtPriceX96 }, token0] = await Promise.all([pool.slot0(), pool.token0()]);
  const square = (sqrtPriceX96 as bigint) ** 2n;
  return (await resolveAddress(token)) === token0
    ? (square * 10n ** 18n) >> 192n
    : ((10n ** 18n) << 192n) / square;
}

function sqrt(value: bigint): bigint {
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (let next = (root + value / root) >> 1n; next < root; next = (root + value / root) >> 1n) root = next;
  return root;
}
