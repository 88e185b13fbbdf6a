// Every state that a token can be in, reached by what happens in a market, and what holds in each: burning works or waits
// (rule 6), previews are what is then done, what must not revert doesn't, and no maximum is too high (rule 7).
import { expect } from "chai";
import type { BaseContract, ContractTransactionResponse } from "ethers";
import { revertName } from "../../sdk/errors.ts";
import { type REBALANCE_REASONS, reasonOf, statusOf, type TOKEN_STATUSES } from "../../sdk/tokenView.ts";
import { type LeveragedToken, NetAssetValueFeed__factory } from "../../typechain-types/index.js";
import { chainWith, DAY, HOUR, LOCKED, named, TIMELESS, WAD, wad } from "../fixture.ts";

const { alice, bob, carol, ethers, guardian, keeper, load, networkHelpers } = await chainWith(TIMELESS);

type World = Awaited<ReturnType<typeof load>>;
type Overrides = NonNullable<Parameters<typeof load>[0]>;

/** A pool so small that a rise of the price takes it to its limits. */
const SMALL_POOL = { ...TIMELESS, markets: { ETHDAI: { seed: "20000" } } } satisfies Overrides;
const DAILY = {
  ...TIMELESS,
  tokens: { "3XLONG_ETHDAI": { market: "ETHDAI", leverage: "3", policy: "daily" } },
} satisfies Overrides;

/** What a call would do in the block to come: in the newest one the forced trades of that block count. */
const PENDING = { blockTag: "pending" };

interface State {
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

const STATES: State[] = [
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
    status: "emergency",
    reason: "emergency",
    mint: "LeveragedToken_MintingSuspended",
  },
  {
    name: "in a reduce-only market",
    reach: ({ clearingHouse, id }) => clearingHouse.connect(guardian).setReduceOnly(id, true),
    status: "reduce-only",
    mint: "ClearingHouse_ReduceOnly",
  },
  {
    name: "in a reduce-only market, and beyond its emergency band",
    reach: async ({ clearingHouse, id, setPrice }) => {
      await clearingHouse.connect(guardian).setReduceOnly(id, true);
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
    status: "emergency",
    reason: "emergency",
    mint: "LeveragedToken_MintingSuspended",
  },
  {
    name: "liquidated to nothing",
    reach: async ({ setPrice, clearingHouse, params }, token) => {
      await setPrice("395");
      await clearingHouse.connect(keeper).liquidate(params, token);
    },
    status: "wiped out",
    reason: "wipe-out",
    mint: "LeveragedToken_WipedOut",
    feed: "NetAssetValueFeed_WipedOut",
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
    status: "wiped out",
    reason: "wipe-out",
    mint: "LeveragedToken_WipedOut",
    feed: "NetAssetValueFeed_WipedOut",
  },
  {
    name: "wiped out by less than 1e-9 of its first value",
    reach: ({ setPrice }) => setPrice("400.00000001"),
    status: "wiped out",
    reason: "wipe-out",
    mint: "LeveragedToken_WipedOut",
    feed: "NetAssetValueFeed_WipedOut",
  },
  {
    name: "wiped out, recorded by a rebalance",
    reach: async ({ setPrice }, token) => {
      await setPrice("395");
      await token.connect(keeper).rebalance();
      await setPrice("500");
    },
    status: "wiped out",
    mint: "LeveragedToken_WipedOut",
    feed: "NetAssetValueFeed_WipedOut",
  },
  {
    name: "wiped out, recorded by a burn",
    reach: async ({ setPrice, redeem }, token) => {
      await setPrice("395");
      await redeem(alice, wad("1"), token);
    },
    status: "wiped out",
    mint: "LeveragedToken_WipedOut",
    feed: "NetAssetValueFeed_WipedOut",
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
    status: "wiped out",
    mint: "LeveragedToken_WipedOut",
    feed: "NetAssetValueFeed_WipedOut",
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
async function reached({ overrides, token: name = "5XLONG_ETHDAI", held, reach }: State) {
  const world = await load(overrides);
  const token = world.tokens[name];
  if (held !== false) for (const holder of [alice, bob]) await world.deposit(holder, "900", token);
  await reach(world, token);
  const feed = NetAssetValueFeed__factory.connect(await world.feedFactory.feedOf(token), alice);
  return { world, token, feed };
}

/** What a call ends with: its result, or the name of its error. */
const outcome = async <T>(call: Promise<T>): Promise<T | string> =>
  call.catch((error: unknown) => {
    const name = revertName(error);
    if (name === undefined) throw error;
    return name;
  });

/** What a transaction changes in a balance, or the name of its error; taken back afterwards. */
async function change(
  asset: BaseContract & { balanceOf(who: string): Promise<bigint> },
  who: string,
  send: () => Promise<ContractTransactionResponse>,
) {
  const snapshot = await networkHelpers.takeSnapshot();
  const before = await asset.balanceOf(who);
  const done = await outcome(send());
  const after = await asset.balanceOf(who);
  await snapshot.restore();
  return typeof done === "string" ? done : after > before ? after - before : before - after;
}

for (const state of STATES) {
  const { name, status, reason = "none", mint, burn, feed: refusal, stale } = state;

  describe(`A token ${name}`, () => {
    it(`is ${status}${reason === "none" ? "" : `, and due: ${reason}`}, by one call`, async () => {
      const { world, token, feed } = await reached(state);
      const seen = await world.tokenLens.token(token);
      expect([statusOf(seen), reasonOf(seen)]).to.deep.equal([status, reason]);
      expect(seen.fresh).to.equal(stale === undefined);
      expect([seen.name, seen.supply]).to.deep.equal([await token.name(), await token.totalSupply()]);
      expect(seen.positionAmount).to.equal(await token.positionAmount());
      expect(seen.netAssetValue > 0n ? seen.netAssetValue : 0n, "DAI are WAD").to.equal(
        await token.totalAssets(),
      );
      expect(seen.maxDeposit).to.equal(await token.maxDeposit(alice));
      if (seen.supply !== 0n) {
        const worth = await token.convertToAssets(WAD);
        expect(seen.tokenPrice, "a token is worth").to.equal(worth);
      }
      if (stale === undefined) {
        expect(seen.netAssetValue).to.equal(await token.netAssetValue());
        expect(seen.price).to.equal(await token.positionPrice());
        expect(seen.positionAmountDelta).to.equal(await token.positionAmountDelta());
        if (seen.supply !== 0n) expect(seen.currentLeverage).to.equal(await token.currentLeverage());
        const { due, amount, reward } = await token.previewRebalance();
        if (status !== "settled") expect(due).to.equal(reason !== "none");
        if (reason !== "none") expect([seen.rebalanceAmount, seen.reward]).to.deep.equal([amount, reward]);
      }
      expect(await outcome(feed.latestRoundData().then(({ answer }) => answer))).to.equal(
        refusal ?? seen.tokenPrice,
      );
      const page = await world.tokenLens.tokens(0, 10);
      const index = page.findIndex((entry) => entry.token === seen.token);
      expect(named(page[index]), "as one of all").to.deep.equal(named(seen));
    });

    it(
      burn === undefined ? "is burned as previewed, in parts and to the last" : "waits to be burned",
      async () => {
        const { world, token } = await reached(state);
        const { dai } = world;
        const held = await token.balanceOf(alice);
        const shares = held === 0n ? wad("1") : held / 3n;
        const burned = () => world.redeem(alice, shares, token);
        const previewed = await outcome(token.previewRedeem(shares, PENDING));
        expect(await change(dai, alice.address, burned), "redeem").to.equal(previewed);
        if (burn !== undefined) {
          expect(previewed).to.equal(burn);
          return;
        }
        const assets = (previewed as bigint) / 2n;
        if (assets !== 0n) {
          const withdrawn = () =>
            token.connect(alice)["withdraw(uint256,address,address)"](assets, alice, alice);
          expect(await change(token as never, alice.address, withdrawn), "withdraw").to.equal(
            await token.previewWithdraw(assets, PENDING),
          );
        }
        await burned();
        for (const holder of [alice, bob]) {
          const left = await token.balanceOf(holder);
          const paid = await token.previewRedeem(left, PENDING);
          await expect(world.redeem(holder, left, token)).to.changeTokenBalance(ethers, dai, holder, paid);
        }
        expect(await token.totalSupply(), "the locked tokens go with the last").to.equal(0n);
        expect((await world.accountOf(token)).position, "no position is left").to.equal(0n);
      },
    );

    it(mint === undefined ? "is minted as previewed" : "is not minted", async () => {
      const { world, token } = await reached(state);
      const previewed = await outcome(token.previewDeposit(wad("100"), PENDING));
      const deposited = await change(token as never, bob.address, () => world.deposit(bob, "100", token));
      if (mint === undefined) expect(deposited, "deposit").to.equal(previewed);
      else expect(deposited).to.equal(mint);
      const cost = await outcome(token.previewMint(wad("50"), PENDING));
      const minted = await change(world.dai, bob.address, () =>
        token.connect(bob)["mint(uint256,address)"](wad("50"), bob),
      );
      if (mint === undefined) expect(minted, "mint").to.equal(cost);
      else expect(minted).to.equal(mint);
    });

    it("answers what must always be answered, with no maximum too high", async () => {
      const { world, token } = await reached(state);
      for (const assets of [0n, 1n, wad("1"), 2n ** 96n]) {
        await token.convertToShares(assets);
        await token.convertToAssets(assets);
      }
      await token.totalAssets();
      const [deposit, shares] = [await token.maxDeposit(carol), await token.maxMint(carol)];
      if (mint !== undefined || stale) expect([deposit, shares]).to.deep.equal([0n, 0n]);
      await world.dai.mint(carol, 4n * deposit);
      const by = token.connect(carol);
      if (deposit !== 0n) {
        const got = await change(token as never, carol.address, () =>
          by["deposit(uint256,address)"](deposit, carol),
        );
        expect(got, "all that may be deposited").to.be.a("bigint");
        const paid = await change(world.dai, carol.address, () => by["mint(uint256,address)"](shares, carol));
        expect(paid, "all that may be minted").to.be.a("bigint");
      }
      const [most, all] = [await token.maxWithdraw(alice), await token.maxRedeem(alice)];
      expect(all).to.equal(stale ? 0n : await token.balanceOf(alice));
      if (stale) expect(most).to.equal(0n);
      if (all === 0n) return;
      const mine = token.connect(alice);
      expect(
        await change(world.dai, alice.address, () =>
          mine["redeem(uint256,address,address)"](all, alice, alice),
        ),
        "all that may be redeemed",
      ).to.be.a("bigint");
      if (most === 0n) return;
      expect(
        await change(world.dai, alice.address, () =>
          mine["withdraw(uint256,address,address)"](most, alice, alice),
        ),
        "all that may be withdrawn",
      ).to.equal(most);
    });
  });
}

describe("The states of a token", () => {
  it("are all reached above", () => {
    const all = new Set(STATES.map(({ status }) => status));
    expect([...all].sort()).to.deep.equal([
      "emergency",
      "empty",
      "open",
      "reckoning",
      "reduce-only",
      "settled",
      "wiped out",
    ]);
    const reasons = new Set(STATES.map(({ reason = "none" }) => reason));
    expect(reasons.size, "and every reason").to.equal(6);
  });

  it("end with an empty account: what the last burn leaves goes to protocolFees", async () => {
    const { deposit, redeem, setPrice, long, clearingHouse, id, accountOf } = await load();
    await deposit(alice, "900");
    await setPrice("505.12345678");
    await redeem(alice, (await long.balanceOf(alice)) - 1n);
    expect(await long.totalSupply(), "one wei and the locked ones").to.equal(LOCKED + 1n);
    const before = (await clearingHouse.market(id)).protocolFees;
    await redeem(alice, 1n);
    expect(await accountOf(long)).to.deep.equal({ position: 0n, cash: 0n });
    expect((await clearingHouse.market(id)).protocolFees >= before).to.equal(true);
  });
});
