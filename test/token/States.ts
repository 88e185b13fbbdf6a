// Every state that a token can be in, reached by what happens in a market, and what holds in each: burning works or waits
// (rule 6), previews are what is then done, what must not revert doesn't, and no maximum is too high (rule 7).
import { expect } from "chai";
import type { BaseContract, ContractTransactionResponse } from "ethers";
import { revertName } from "../../sdk/errors.ts";
import { reasonOf, statusOf } from "../../sdk/tokenView.ts";
import { LOCKED, named, WAD, wad } from "../fixture.ts";
import { chain, reached, STATES } from "./allStates.ts";

const { alice, bob, carol, ethers, load, networkHelpers } = chain;

/** What a call would do in the block to come: in the newest one the forced trades of that block count. */
const PENDING = { blockTag: "pending" };

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
