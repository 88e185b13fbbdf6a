// Every state that a token can be in, and how what happens in a market takes it there: for States.ts.
import type { REBALANCE_REASONS, TOKEN_STATUSES } from "../../sdk/tokenView.ts";
import { type LeveragedToken, NetAssetValueFeed__factory } from "../../typechain-types/index.js";
import { chainWith, DAY, HOUR, TIMELESS, wad } from "../fixture.ts";

export const chain = await chainWith(TIMELESS);
const { alice, bob, guardian, keeper, load, networkHelpers } = chain;

type World = Awaited<ReturnType<typeof load>>;
type Overrides = NonNullable<Parameters<typeof load>[0]>;

/** A pool so small that a rise of the price takes it to its limits. */
const SMALL_POOL = { ...TIMELESS, markets: { ETHDAI: { seed: "20000" } } } satisfies Overrides;
const DAILY = {
  ...TIMELESS,
  tokens: { "3XLONG_ETHDAI": { market: "ETHDAI", leverage: "3", policy: "daily" } },
} satisfies Overrides;

export interface State {
  name: string;
  overrides?: Overrides;
  /** Takes the token there, which alice and bob hold unless said otherwise. */
  reach: (world: World, token: LeveragedToken) => Promise<unknown>;
  held?: false;
  token?: string;
  status: (typeof TOKEN_STATUSES)[number];
  reason?: (typeof REBALANCE_REASONS)[number];
  /** What a deposit of 100 ends with, if not with tokens. */
  mint?: string;
  /** What a burn ends with, if not with BaseToken. */
  burn?: string;
  /** What the feed ends with, if not with an answer. */
  feed?: string;
  /** Whether the price can't be trusted, or the market can't be used. */
  stale?: true;
}

const dead = async ({ clearingHouse, params }: World) => {
  await networkHelpers.time.increase(3 * DAY + HOUR);
  await clearingHouse.settle(params);
};
const conclude = async ({ clearingHouse, params }: World) => {
  await networkHelpers.time.increase(HOUR);
  await clearingHouse.conclude(params);
};

const WIPED_OUT = {
  status: "wiped out",
  mint: "LeveragedToken_WipedOut",
  feed: "NetAssetValueFeed_WipedOut",
} as const;
const EMERGENCY = {
  status: "emergency",
  reason: "emergency",
  mint: "LeveragedToken_MintingSuspended",
} as const;

export const STATES: State[] = [
  {
    name: "never minted",
    held: false,
    reach: async () => {},
    status: "empty",
    feed: "NetAssetValueFeed_NoSupply",
    burn: "ERC20InsufficientBalance",
  },
  { name: "on target", reach: async () => {}, status: "open" },
  { name: "within its bands", reach: ({ setPrice }) => setPrice("495"), status: "open" },
  {
    name: "above its upper band",
    reach: ({ setPrice }) => setPrice("485"),
    status: "open",
    reason: "upper band",
  },
  {
    name: "below its lower band",
    reach: ({ setPrice }) => setPrice("520"),
    status: "open",
    reason: "lower band",
  },
  {
    name: "a day overdue",
    overrides: DAILY,
    token: "3XLONG_ETHDAI",
    reach: ({ pass }) => pass(DAY, "505"),
    status: "open",
    reason: "interval",
  },
  {
    name: "rebalanced by a keeper",
    reach: async ({ setPrice }, token) => {
      await setPrice("485");
      await token.connect(keeper).rebalance();
    },
    status: "open",
  },
  {
    name: "beyond its emergency band",
    reach: ({ setPrice }) => setPrice("440"),
    ...EMERGENCY,
  },
  {
    name: "in a reduce-only market",
    reach: ({ clearingHouse, params }) => clearingHouse.connect(guardian).setReduceOnly(params, true),
    status: "reduce-only",
    mint: "ClearingHouse_ReduceOnly",
  },
  {
    name: "in a reduce-only market, and beyond its emergency band",
    reach: async ({ clearingHouse, params, setPrice }) => {
      await clearingHouse.connect(guardian).setReduceOnly(params, true);
      await setPrice("440");
    },
    status: "reduce-only",
    reason: "emergency",
    mint: "LeveragedToken_MintingSuspended",
  },
  {
    name: "liquidated in part",
    reach: async ({ setPrice, clearingHouse, params }, token) => {
      await setPrice("423");
      await clearingHouse.connect(keeper).liquidate(params, token);
    },
    ...EMERGENCY,
  },
  {
    name: "liquidated to nothing",
    reach: async ({ setPrice, clearingHouse, params }, token) => {
      await setPrice("395");
      await clearingHouse.connect(keeper).liquidate(params, token);
    },
    ...WIPED_OUT,
    reason: "wipe-out",
  },
  {
    name: "deleveraged",
    overrides: SMALL_POOL,
    reach: async ({ setPrice, clearingHouse, params }, token) => {
      await setPrice("830");
      await clearingHouse.connect(keeper).deleverage(params, token);
    },
    status: "open",
    reason: "lower band",
    mint: "ClearingHouse_OpenInterestAboveCap",
  },
  {
    name: "wiped out, recorded by nobody",
    reach: ({ setPrice }) => setPrice("395"),
    ...WIPED_OUT,
    reason: "wipe-out",
  },
  {
    name: "wiped out by less than 1e-9 of its first value",
    reach: ({ setPrice }) => setPrice("400.00000001"),
    ...WIPED_OUT,
    reason: "wipe-out",
  },
  {
    name: "wiped out, recorded by a rebalance",
    reach: async ({ setPrice }, token) => {
      await setPrice("395");
      await token.connect(keeper).rebalance();
      await setPrice("500");
    },
    ...WIPED_OUT,
  },
  {
    name: "wiped out, recorded by a burn",
    reach: async ({ setPrice, redeem }, token) => {
      await setPrice("395");
      await redeem(alice, wad("1"), token);
    },
    ...WIPED_OUT,
  },
  {
    name: "that is short, beyond its emergency band",
    token: "3XSHORT_ETHDAI",
    reach: ({ setPrice }) => setPrice("590"),
    ...EMERGENCY,
  },
  {
    name: "that is short, liquidated in part",
    token: "3XSHORT_ETHDAI",
    reach: async ({ setPrice, clearingHouse, params }, token) => {
      await setPrice("632");
      await clearingHouse.connect(keeper).liquidate(params, token);
    },
    ...EMERGENCY,
  },
  {
    name: "that is short, wiped out",
    token: "3XSHORT_ETHDAI",
    reach: ({ setPrice }) => setPrice("680"),
    ...WIPED_OUT,
    reason: "wipe-out",
  },
  {
    name: "with a price that is too old",
    reach: () => networkHelpers.time.increase(DAY + HOUR),
    status: "open",
    stale: true,
    mint: "ChainlinkSource_Stale",
    burn: "ChainlinkSource_Stale",
    feed: "ChainlinkSource_Stale",
  },
  {
    name: "in the hour of reckoning",
    reach: dead,
    status: "reckoning",
    stale: true,
    mint: "ClearingHouse_Reckoning",
    burn: "ClearingHouse_Reckoning",
    feed: "ClearingHouse_Reckoning",
  },
  {
    name: "settled by a dead source",
    reach: async (world) => {
      await dead(world);
      await conclude(world);
    },
    status: "settled",
    mint: "ClearingHouse_AlreadySettled",
  },
  {
    name: "settled by an insolvent pool, for a share",
    overrides: SMALL_POOL,
    reach: async (world) => {
      await world.setPrice("2400");
      await world.clearingHouse.settle(world.params);
      await conclude(world);
    },
    status: "settled",
    mint: "ClearingHouse_AlreadySettled",
  },
  {
    name: "wiped out and settled",
    reach: async (world, token) => {
      await world.setPrice("395");
      await token.connect(keeper).rebalance();
      await dead(world);
      await conclude(world);
    },
    ...WIPED_OUT,
  },
  {
    name: "burned to the last",
    reach: async ({ redeem }, token) => {
      for (const holder of [alice, bob]) await redeem(holder, await token.balanceOf(holder), token);
    },
    status: "empty",
    feed: "NetAssetValueFeed_NoSupply",
    burn: "ERC20InsufficientBalance",
  },
  {
    name: "minted anew after its last burn",
    reach: async ({ redeem, deposit, setPrice }, token) => {
      await setPrice("480");
      for (const holder of [alice, bob]) await redeem(holder, await token.balanceOf(holder), token);
      for (const holder of [alice, bob]) await deposit(holder, "900", token);
    },
    status: "open",
  },
];

/** The state, with the token in it and its feed. */
export async function reached({ overrides, token: name = "5XLONG_ETHDAI", held, reach }: State) {
  const world = await load(overrides);
  const token = world.tokens[name];
  if (held !== false) for (const holder of [alice, bob]) await world.deposit(holder, "900", token);
  await reach(world, token);
  const feed = NetAssetValueFeed__factory.connect(await world.feedFactory.feedOf(token), alice);
  return { world, token, feed };
}
