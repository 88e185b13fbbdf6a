import { AbiCoder, ZeroHash } from "ethers";
import { GUARDIAN, OWNER, OWNER_SELECTOR } from "../deploy/modules/Protocol.ts";
import { type chainWith, FOREVER, wad } from "./fixture.ts";

type World = Awaited<ReturnType<Awaited<ReturnType<typeof chainWith>>["load"]>>;

/** The AccessManager's role that gives out the others. */
export const ADMIN = 0n;

/** With what a caller would harm users, or gain, by each function. */
export async function attacks(
  world: World,
  caller: string,
  { alice, carol, owner, provider }: Record<"alice" | "carol" | "owner" | "provider", { address: string }>,
): Promise<Record<string, Record<string, unknown[]>>> {
  const { params, clearingHouse, pool, long } = world;
  const house = await clearingHouse.getAddress();
  const some = wad("1");
  const permit = [alice.address, caller, some, FOREVER, 27, ZeroHash, ZeroHash];
  const order = {
    ...{ forced: -some, amount: 0n, blockForced: 0n, emergency: true, closing: true },
    ...{ party: caller, transfer: -some, fee: some, reward: some },
  };
  const shares = {
    "approve(address,uint256)": [caller, some],
    "deposit(uint256,address)": [some, caller],
    "mint(uint256,address)": [some, caller],
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": permit,
    "transfer(address,uint256)": [caller, some],
  };
  const coder = AbiCoder.defaultAbiCoder();
  const numbers = coder.encode(["uint256[]"], [[0n, 1n, 2n]]);
  const watched = coder.encode(
    ["tuple(uint256 first, uint256 count, uint256[] numbers, uint256 minReward)"],
    [{ first: 0n, count: 3n, numbers: [], minReward: 0n }],
  );
  return {
    ClearingHouse: {
      close: [params, 0n, FOREVER],
      collectFees: [params],
      conclude: [params],
      createMarket: [params, some],
      deleverage: [params, alice.address],
      execute: [params, order],
      liquidate: [params, alice.address],
      movePoolCash: [params, -some, caller],
      reckon: [params, alice.address],
      registerToken: [params, caller],
      setAuthority: [caller],
      setFeeReceiver: [caller],
      setReduceOnly: [params, true],
      settle: [params],
      syncNow: [params, true],
      trade: [params, { amount: 0n, margin: -some, priceLimit: 0n, deadline: FOREVER }],
    },
    LiquidityPool: {
      ...shares,
      execute: [provider.address],
      redeem: [some, caller, provider.address],
      requestRedeem: [some],
      transferFrom: [provider.address, caller, some],
      withdraw: [some, caller, provider.address],
    },
    LeveragedToken: {
      ...shares,
      "deposit(uint256,address,uint256)": [some, caller, 0n],
      "mint(uint256,address,uint256)": [some, caller, wad("1000000")],
      rebalance: [],
      "redeem(uint256,address,address)": [some, caller, carol.address],
      "redeem(uint256,address,address,uint256)": [some, caller, carol.address, 0n],
      transferFrom: [carol.address, caller, some],
      "withdraw(uint256,address,address)": [some, caller, carol.address],
      "withdraw(uint256,address,address,uint256)": [some, caller, carol.address, wad("1000000")],
    },
    LeveragedTokenFactory: {
      createToken: [params, 2n * some, await long.policy()],
      initialize: [caller],
    },
    NetAssetValueFeedFactory: { createFeed: [caller] },
    ChainlinkSource: {},
    // A basket of one part; and an update that is none.
    IndexSource: { cancel: [], execute: [], propose: [[some, some, 0n, 0n]] },
    PythSource: { update: [[]] },
    Lens: {},
    TokenLens: {},
    Router: {
      // Whoever calls: what the victim approved is for the victim's own calls.
      exchange: [
        {
          ...{ token: await long.getAddress(), amount: some, receiver: caller, minimum: 0n },
          ...{ hops: [{ kind: 1n, token: params.baseToken, fee: 0n }], deadline: FOREVER },
        },
        { value: some, deadline: FOREVER, v: 27, r: ZeroHash, s: ZeroHash },
        [],
      ],
      uniswapV3SwapCallback: [some, 0n, AbiCoder.defaultAbiCoder().encode(["address"], [params.baseToken])],
    },
    RebalanceUpkeep: {
      checkUpkeep: [watched],
      collect: [params],
      performUpkeep: [numbers],
    },
    AccessManager: {
      cancel: [caller, house, OWNER_SELECTOR],
      consumeScheduledOp: [caller, OWNER_SELECTOR],
      execute: [house, clearingHouse.interface.encodeFunctionData("movePoolCash", [params, -some, caller])],
      grantRole: [OWNER, caller, 0],
      labelRole: [OWNER, "thief"],
      multicall: [[]],
      renounceRole: [GUARDIAN, caller],
      revokeRole: [OWNER, owner.address],
      schedule: [house, OWNER_SELECTOR, 0],
      setGrantDelay: [OWNER, 0],
      setRoleAdmin: [OWNER, GUARDIAN],
      setRoleGuardian: [OWNER, GUARDIAN],
      setTargetAdminDelay: [house, 0],
      setTargetClosed: [house, true],
      setTargetFunctionRole: [house, [OWNER_SELECTOR], ADMIN],
      updateAuthority: [house, await pool.getAddress()],
    },
  };
}
