import { expect } from "chai";
import { Signature } from "ethers";
import { network } from "hardhat";
import { FaucetToken__factory, SettableFeed__factory } from "../typechain-types/index.js";

const { ethers, networkHelpers } = await network.create();
const [deployer, alice, bob] = await ethers.getSigners();

async function fixture() {
  const feed = await new SettableFeed__factory(deployer).deploy(8, "ETH / USD", 500n);
  const token = await new FaucetToken__factory(deployer).deploy("USD Coin", "USDC", 6);
  return { feed, token };
}

describe("SettableFeed", () => {
  it("begins with a first round", async () => {
    const { feed } = await networkHelpers.loadFixture(fixture);
    const now = BigInt((await feed.deploymentTransaction()!.getBlock())!.timestamp);
    expect(await feed.latestRoundData()).to.deep.equal([1n, 500n, now, now, 1n]);
    expect(await feed.decimals()).to.equal(8n);
    expect(await feed.description()).to.equal("ETH / USD");
  });

  it("answers what anyone tells it, as made now", async () => {
    const { feed } = await networkHelpers.loadFixture(fixture);
    await expect(feed.connect(alice).set(-7n)).to.emit(feed, "AnswerUpdated");
    const now = BigInt(await networkHelpers.time.latest());
    expect(await feed.latestRoundData()).to.deep.equal([2n, -7n, now, now, 2n]);
    expect(await feed.getRoundData(2n)).to.deep.equal(await feed.latestRoundData());
  });

  it("answers as made at any time", async () => {
    const { feed } = await networkHelpers.loadFixture(fixture);
    await expect(feed.connect(alice).setAt(9n, 0n)).to.emit(feed, "AnswerUpdated").withArgs(9n, 2n, 0n);
    expect(await feed.latestRoundData()).to.deep.equal([2n, 9n, 0n, 0n, 2n]);
  });

  it("keeps the newest round only", async () => {
    const { feed } = await networkHelpers.loadFixture(fixture);
    await feed.set(1n);
    await expect(feed.getRoundData(1n))
      .to.be.revertedWithCustomError(feed, "SettableFeed_UnknownRound")
      .withArgs(1n, 2n);
  });

  it("keeps all of it in one slot, and refuses what doesn't fit", async () => {
    const { feed } = await networkHelpers.loadFixture(fixture);
    await feed.setAt(-1n, 3n);
    const slot = BigInt(await ethers.provider.getStorage(feed, 0));
    expect(slot).to.equal((2n << 208n) + (3n << 160n) + (2n ** 160n - 1n));
    await expect(feed.set(2n ** 159n)).to.be.revertedWithCustomError(feed, "SafeCastOverflowedIntDowncast");
  });
});

describe("FaucetToken", () => {
  it("has the name, symbol and decimals that it was made with", async () => {
    const { token } = await networkHelpers.loadFixture(fixture);
    expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal([
      "USD Coin",
      "USDC",
      6n,
    ]);
  });

  it("gives itself to anyone", async () => {
    const { token } = await networkHelpers.loadFixture(fixture);
    await expect(token.connect(alice).mint(bob, 5n)).to.changeTokenBalance(ethers, token, bob, 5n);
  });

  it("takes permits", async () => {
    const { token } = await networkHelpers.loadFixture(fixture);
    const domain = {
      name: "USD Coin",
      version: "1",
      chainId: (await ethers.provider.getNetwork()).chainId,
      verifyingContract: await token.getAddress(),
    };
    const Permit = [
      "owner address",
      "spender address",
      "value uint256",
      "nonce uint256",
      "deadline uint256",
    ].map((field) => ({ name: field.split(" ")[0], type: field.split(" ")[1] }));
    const permit = { owner: alice.address, spender: bob.address, value: 7n, nonce: 0n, deadline: 2n ** 64n };
    const { v, r, s } = Signature.from(await alice.signTypedData(domain, { Permit }, permit));
    await token.permit(alice, bob, 7n, permit.deadline, v, r, s);
    expect(await token.allowance(alice, bob)).to.equal(7n);
  });
});
