// A vault of vaults on OpenZeppelin's ERC4626, that holds two LeveragedTokens and knows them as IERC4626 alone.
import { expect } from "chai";
import { MaxUint256, parseUnits } from "ethers";
import { BasketVault__factory } from "../../typechain-types/index.js";
import { chainWith, expectNear, TIMELESS, WAD, wad } from "../fixture.ts";
import { SECOND_MARKET } from "./world.ts";

const chain = await chainWith();
const { alice, bob, carol, deployer, ethers, loadFixture } = chain;

/** A basket of 5XLONG_ETHDAI and 2XLONG_BTCDAI, of markets that don't move each other. */
async function basket() {
  const world = await chain.load({ ...TIMELESS, ...SECOND_MARKET });
  const { dai, long, tokens } = world;
  const btc = tokens["2XLONG_BTCDAI"];
  const vault = await new BasketVault__factory(deployer).deploy(dai, long, btc);
  for (const actor of [alice, bob, carol]) {
    await dai.connect(actor).approve(vault, MaxUint256);
    await world.deposit(actor, "500");
    await world.deposit(actor, "700", btc);
  }
  const prices = async (eth: string, bitcoin: string) => {
    await world.setPrice(eth);
    await world.feeds.BTC.set(parseUnits(bitcoin, 8));
  };
  return { ...world, btc, vault, prices };
}
type World = Awaited<ReturnType<typeof basket>>;

const MOVES = {
  deposit: ({ vault }: World, amount: bigint) => ({
    preview: () => vault.previewDeposit(amount),
    call: vault.connect(bob).deposit,
    args: [amount, bob] as const,
  }),
  mint: ({ vault }: World, amount: bigint) => ({
    preview: () => vault.previewMint(amount),
    call: vault.connect(bob).mint,
    args: [amount, bob] as const,
  }),
  redeem: ({ vault }: World, amount: bigint) => ({
    preview: () => vault.previewRedeem(amount),
    call: vault.connect(bob).redeem,
    args: [amount, bob, bob] as const,
  }),
  withdraw: ({ vault }: World, amount: bigint) => ({
    preview: () => vault.previewWithdraw(amount),
    call: vault.connect(bob).withdraw,
    args: [amount, bob, bob] as const,
  }),
};

describe("A vault of two LeveragedTokens that knows ERC-4626 alone", () => {
  for (const [eth, bitcoin] of [
    ["500", "40000"],
    ["515", "39000"],
    ["487.13", "43210.99"],
  ]) {
    it(`previews exactly what it does, at ${eth} and ${bitcoin}`, async () => {
      const world = await loadFixture(basket);
      const { vault, prices } = world;
      await vault.connect(alice).deposit(wad("2000"), alice);
      await vault.connect(bob).deposit(wad("1000"), bob);
      await prices(eth, bitcoin);
      for (const amount of [10n ** 13n + 7n, wad("0.7"), wad("123.456789")]) {
        for (const [name, move] of Object.entries(MOVES)) {
          const { preview, call, args } = move(world, amount);
          const previewed = await preview();
          const returned = await (call.staticCall as (...args: readonly unknown[]) => Promise<bigint>)(
            ...args,
          );
          expect(returned, `${name} of ${amount}`).to.equal(previewed);
          await (call as unknown as (...args: readonly unknown[]) => Promise<unknown>)(...args);
        }
      }
    });
  }

  it("pays what it previews, to the wei", async () => {
    const { vault, dai, prices } = await loadFixture(basket);
    await vault.connect(alice).deposit(wad("2000"), alice);
    await prices("520", "41000");
    const shares = (await vault.balanceOf(alice)) / 3n;
    const assets = await vault.previewRedeem(shares);
    await expect(vault.connect(alice).redeem(shares, bob, alice)).to.changeTokenBalances(
      ethers,
      dai,
      [bob, vault],
      [assets, 0n],
    );
  });

  it("is worth what its tokens are, with the leverage of both", async () => {
    const { vault, long, btc, prices } = await loadFixture(basket);
    await vault.connect(alice).deposit(wad("2000"), alice);
    const before = await vault.totalAssets();
    expectNear(before, wad("1992"), "less 0.5 % and 0.2 % of the halves", "0.002");
    await prices("510", "40400");
    expectNear(
      await vault.totalAssets(),
      before + wad("120"),
      "2 % · 5 on a half, 1 % · 2 on the other",
      "0.002",
    );
    for (const token of [long, btc]) expect(await token.balanceOf(vault)).to.be.greaterThan(wad("900"));
  });

  it("takes nothing from who stays when others come and go", async () => {
    const { vault, prices } = await loadFixture(basket);
    await vault.connect(alice).deposit(wad("2000"), alice);
    await prices("505", "40100");
    const perShare = async () => ((await vault.totalAssets()) * WAD) / (await vault.totalSupply());
    // The first mint of each token in a while rebalances it; from then on nothing is due.
    await vault.connect(bob).deposit(wad("10"), bob);
    for (const amount of ["500", "33.3", "1200"]) {
      const before = await perShare();
      await vault.connect(carol).deposit(wad(amount), carol);
      const between = await perShare();
      expect(between >= before - 2n, `after ${amount} came`).to.equal(true);
      await vault.connect(carol).redeem(await vault.balanceOf(carol), carol, carol);
      expect((await perShare()) >= between - 2n, `after ${amount} left`).to.equal(true);
    }
  });

  it("asks for no more than the tokens take", async () => {
    const { vault, dai } = await loadFixture(basket);
    await vault.connect(alice).deposit(wad("2000"), alice);
    const most = await vault.maxDeposit(bob);
    expect(most).to.be.greaterThan(wad("100000"));
    await dai.mint(bob, most);
    await vault.connect(bob).deposit(most, bob);
  });
});
