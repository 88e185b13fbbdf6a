// 25 tokens that an upkeep watches, and what they are watched with.
import { expect } from "chai";
import { AbiCoder } from "ethers";
import upkeepModule from "../../deploy/modules/Upkeep.ts";
import { readParameters } from "../../deploy/parameters.ts";
import {
  HostileSource__factory,
  LeveragedToken__factory,
  RebalanceUpkeep__factory,
} from "../../typechain-types/index.js";
import { chainWith, DAY, policyWord, TIMELESS, WAD, wad } from "../fixture.ts";

const connection = await chainWith(TIMELESS);
const { alice, bob, deployer, keeper, load, networkHelpers, now, treasury } = connection;

/** Tokens of the local deployment come first in the factory's list. */
export const LOCAL = 3;
export const DAILY = 22;
/** What HostileSource can be up to. */
export const [REVERTING, BURNING_GAS] = [1, 2];

const coder = AbiCoder.defaultAbiCoder();
export const watch = (terms: {
  first?: number;
  count?: bigint | number;
  numbers?: number[];
  minReward?: bigint;
}) =>
  coder.encode(
    ["tuple(uint256 first, uint256 count, uint256[] numbers, uint256 minReward)"],
    [{ first: 0, count: 0, numbers: [], minReward: 0n, ...terms }],
  );
export const encode = (numbers: number[]) => coder.encode(["uint256[]"], [numbers]);
const decode = (data: string) => [...coder.decode(["uint256[]"], data)[0]].map(Number);

/** 25 tokens with holders, 22 of them daily, and an upkeep whose rewards are the treasury's. */
export async function many() {
  const world = await load();
  const { factory, params } = world;
  const daily = policyWord({ ...readParameters("local").policies.daily });
  const tokens = await Promise.all(
    Array.from({ length: DAILY }, async (_, i) => {
      const leverage = BigInt(i % 2 === 0 ? 20 + i : -20 - i) * 10n ** 17n;
      await factory.createToken(params, leverage, daily);
    }),
  ).then(async () => {
    const addresses = await factory.tokens(0, 100);
    return addresses.map((at) => LeveragedToken__factory.connect(at, deployer));
  });
  // One of the local ones is paid in another BaseToken, and stays empty.
  for (const token of tokens) {
    if ((await token.asset()) !== params.baseToken) continue;
    await world.dai.connect(alice).approve(token, 2n ** 255n);
    await world.deposit(alice, "1000", token);
  }
  const five = tokens.findIndex(({ target }) => target === world.long.target);
  const { upkeep: deployed } = await connection.ignition.deploy(upkeepModule, {
    parameters: { Upkeep: { factory: await factory.getAddress(), beneficiary: treasury.address } },
  });
  const upkeep = RebalanceUpkeep__factory.connect(await deployed.getAddress(), keeper);
  const check = async (data: string) => {
    const { upkeepNeeded, performData } = await upkeep.checkUpkeep.staticCall(data);
    expect(upkeepNeeded, "needed when there is any").to.equal(decode(performData).length > 0);
    return decode(performData);
  };
  /** On to just after the next daily slot, with this price. */
  const nextDay = async (price: string) => {
    const slot = (Math.floor(((await now()) - 120) / DAY) + 1) * DAY + 120;
    await networkHelpers.time.increaseTo(slot + 10);
    await world.setPrice(price);
  };
  await nextDay("500");
  return {
    ...world,
    tokens,
    five,
    upkeep,
    check,
    nextDay,
    perform: (numbers: number[]) => upkeep.performUpkeep(encode(numbers)),
  };
}

/** A token of a market whose source is somebody's own, with a holder. */
export async function withHostile(world: Awaited<ReturnType<typeof many>>) {
  const { clearingHouse, dai, factory, params, tokens } = world;
  const hostile = await new HostileSource__factory(deployer).deploy();
  const bad = { ...params, priceSource: await hostile.getAddress() };
  await clearingHouse.connect(bob).createMarket(bad, wad("100000"));
  await factory.createToken(bad, 2n * WAD, await tokens[LOCAL].policy());
  const token = LeveragedToken__factory.connect((await factory.tokens(LOCAL + DAILY, 1))[0], deployer);
  await dai.connect(alice).approve(token, 2n ** 255n);
  await token.connect(alice)["deposit(uint256,address)"](wad("1000"), alice);
  return { hostile, token, number: LOCAL + DAILY };
}

/** Performs what is due until nothing is, and says how many were rebalanced and with how much gas each time. */
export async function rounds({ check, perform }: Awaited<ReturnType<typeof many>>, data: string) {
  const done: number[] = [];
  const gas: bigint[] = [];
  for (let due = await check(data); due.length > 0; due = await check(data)) {
    const receipt = (await (await perform(due)).wait())!;
    done.push(...due);
    gas.push(receipt.gasUsed);
  }
  return { done, gas };
}
