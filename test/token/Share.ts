import { expect } from "chai";
import { MaxUint256, Signature, ZeroAddress } from "ethers";
import { chainWith, LOCKED, TIMELESS, wad } from "../fixture.ts";

const { alice, bob, carol, ethers, load, stranger } = await chainWith(TIMELESS);

/** Alice holds 5XLONG_ETHDAI. */
async function minted() {
  const world = await load();
  await world.deposit(alice, "1000");
  return world;
}

const TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** What alice signs to let bob have 7 tokens. */
async function permitted(deadline: bigint, signer = alice) {
  const world = await minted();
  const domain = {
    name: "5XLONG_ETHDAI",
    version: "1",
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await world.long.getAddress(),
  };
  const content = { owner: alice.address, spender: bob.address, value: wad("7"), nonce: 0n, deadline };
  const { v, r, s } = Signature.from(await signer.signTypedData(domain, TYPES, content));
  const permit = () => world.long.connect(stranger).permit(alice, bob, wad("7"), deadline, v, r, s);
  return { ...world, domain, permit };
}

describe("LeveragedToken as an ERC-20", () => {
  it("is sent", async () => {
    const { long } = await minted();
    const tx = long.connect(alice).transfer(bob, wad("100"));
    await expect(tx).to.changeTokenBalances(ethers, long, [alice, bob], [-wad("100"), wad("100")]);
    await expect(tx).to.emit(long, "Transfer").withArgs(alice, bob, wad("100"));
    await expect(long.connect(alice).transfer(alice, wad("100"))).to.changeTokenBalance(
      ethers,
      long,
      alice,
      0n,
    );
  });

  it("is not sent to nobody, nor beyond the balance", async () => {
    const { long } = await minted();
    await expect(long.connect(alice).transfer(ZeroAddress, 1n))
      .to.be.revertedWithCustomError(long, "ERC20InvalidReceiver")
      .withArgs(ZeroAddress);
    await expect(long.connect(bob).transfer(alice, 1n))
      .to.be.revertedWithCustomError(long, "ERC20InsufficientBalance")
      .withArgs(bob, 0n, 1n);
  });

  it("is sent by others within their allowance", async () => {
    const { long } = await minted();
    await expect(long.connect(alice).approve(bob, wad("10")))
      .to.emit(long, "Approval")
      .withArgs(alice, bob, wad("10"));
    await long.connect(bob).transferFrom(alice, carol, wad("4"));
    expect(await long.balanceOf(carol)).to.equal(wad("4"));
    expect(await long.allowance(alice, bob)).to.equal(wad("6"));
    await expect(long.connect(bob).transferFrom(alice, carol, wad("7")))
      .to.be.revertedWithCustomError(long, "ERC20InsufficientAllowance")
      .withArgs(bob, wad("6"), wad("7"));
    await long.connect(alice).approve(bob, MaxUint256);
    await long.connect(bob).transferFrom(alice, carol, wad("7"));
    expect(await long.allowance(alice, bob), "an infinite one").to.equal(MaxUint256);
    await expect(long.connect(alice).approve(ZeroAddress, 1n))
      .to.be.revertedWithCustomError(long, "ERC20InvalidSpender")
      .withArgs(ZeroAddress);
  });

  it("adds up to its supply", async () => {
    const { long, deposit } = await minted();
    await deposit(bob, "500");
    const sum = (await long.balanceOf(alice)) + (await long.balanceOf(bob)) + LOCKED;
    expect(await long.totalSupply()).to.equal(sum);
  });
});

describe("LeveragedToken.permit", () => {
  it("approves with a signature, which anyone may bring", async () => {
    const { long, permit, domain } = await permitted(MaxUint256);
    expect(await long.DOMAIN_SEPARATOR()).to.equal(ethers.TypedDataEncoder.hashDomain(domain));
    await expect(permit()).to.emit(long, "Approval").withArgs(alice, bob, wad("7"));
    expect(await long.allowance(alice, bob)).to.equal(wad("7"));
    expect(await long.nonces(alice)).to.equal(1n);
  });

  it("counts once", async () => {
    const { long, permit } = await permitted(MaxUint256);
    await permit();
    await expect(permit())
      .to.be.revertedWithCustomError(long, "LeveragedToken_WrongSigner")
      .withArgs((signer: string) => signer !== alice.address, alice);
  });

  it("is refused after its deadline", async () => {
    const { long, permit } = await permitted(1n);
    await expect(permit()).to.be.revertedWithCustomError(long, "LeveragedToken_ExpiredPermit").withArgs(1n);
  });

  it("is refused from another signer", async () => {
    const { long, permit } = await permitted(MaxUint256, bob);
    await expect(permit())
      .to.be.revertedWithCustomError(long, "LeveragedToken_WrongSigner")
      .withArgs(bob, alice);
  });
});
