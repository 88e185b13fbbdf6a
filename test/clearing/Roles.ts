import { expect } from "chai";
import { chainWith, FOREVER, marketWords, TIMELESS, usdc, wad } from "../fixture.ts";

const { alice, bob, ethers, guardian, load, networkHelpers, owner, stranger, treasury } =
  await chainWith(TIMELESS);

describe("ClearingHouse.setReduceOnly", () => {
  it("stops opening, and nothing else, until it is open again", async () => {
    const { clearingHouse, id, params, trade, close } = await load();
    await trade(alice, { amount: "10", margin: "2000" });
    await expect(clearingHouse.connect(guardian).setReduceOnly(params, true))
      .to.emit(clearingHouse, "ReduceOnlySet")
      .withArgs(id, true);
    expect((await clearingHouse.market(id)).status).to.equal(2n);
    for (const amount of ["1", "-11"]) {
      await expect(trade(alice, { amount }))
        .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_ReduceOnly")
        .withArgs(id);
    }
    await expect(trade(bob, { amount: "1", margin: "1000" })).to.be.revertedWithCustomError(
      clearingHouse,
      "ClearingHouse_ReduceOnly",
    );
    await trade(alice, { amount: "-1" });
    await trade(alice, { margin: "100" });
    await trade(alice, { margin: "-100" });
    await clearingHouse.connect(guardian).setReduceOnly(params, false);
    await trade(alice, { amount: "1" });
    await close(alice);
  });

  it("leaves other markets alone", async () => {
    const { clearingHouse, params, markets } = await load();
    await clearingHouse.connect(guardian).setReduceOnly(params, true);
    expect((await clearingHouse.market(markets.ETHUSDC.id)).status).to.equal(1n);
  });

  it("is for the guardian, and for markets that there are", async () => {
    const { clearingHouse, params } = await load();
    for (const caller of [owner, stranger]) {
      await expect(clearingHouse.connect(caller).setReduceOnly(params, true))
        .to.be.revertedWithCustomError(clearingHouse, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
    const nothing = { ...params, baseToken: ethers.ZeroAddress };
    await expect(clearingHouse.connect(guardian).setReduceOnly(nothing, true))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_UnknownMarket")
      .withArgs(ethers.solidityPackedKeccak256(["uint256[]"], [Object.values(nothing)]));
  });
});

describe("ClearingHouse.setFeeReceiver", () => {
  it("is for the owner", async () => {
    const { clearingHouse } = await load();
    expect(await clearingHouse.feeReceiver()).to.equal(treasury.address);
    await expect(clearingHouse.connect(owner).setFeeReceiver(bob))
      .to.emit(clearingHouse, "FeeReceiverSet")
      .withArgs(bob);
    expect(await clearingHouse.feeReceiver()).to.equal(bob.address);
    await expect(clearingHouse.connect(guardian).setFeeReceiver(stranger))
      .to.be.revertedWithCustomError(clearingHouse, "AccessManagedUnauthorized")
      .withArgs(guardian);
  });
});

describe("ClearingHouse.collectFees", () => {
  it("pays them to the receiver, whoever calls", async () => {
    const { clearingHouse, id, params, dai, trade } = await load();
    await trade(alice, { amount: "10", margin: "2000" });
    const { held } = await clearingHouse.market(id);
    const tx = clearingHouse.connect(stranger).collectFees(params);
    // A tenth of 0.05 % of 5,000.
    await expect(tx).to.changeTokenBalance(ethers, dai, treasury, wad("0.25"));
    await expect(tx).to.emit(clearingHouse, "FeesCollected").withArgs(id, treasury, wad("0.25"));
    const after = await clearingHouse.market(id);
    expect([after.protocolFees, after.held]).to.deep.equal([0n, held - wad("0.25")]);
  });

  it("pays whole units of a BaseToken of 6 decimals, and keeps the rest", async () => {
    const { clearingHouse, markets, usd } = await load();
    const { params, id } = markets.ETHUSDC;
    await clearingHouse.connect(alice).trade(params, {
      amount: wad("1.23456789"),
      margin: usdc("2000"),
      priceLimit: wad("501"),
      deadline: FOREVER,
    });
    // 1.23456789 · 500 · 0.0005 · 0.1 = 0.03086419725, of which 0.03086419 is counted and 0.030864 paid.
    const tx = clearingHouse.collectFees(params);
    await expect(tx).to.changeTokenBalance(ethers, usd, treasury, usdc("0.030864"));
    await expect(tx).to.emit(clearingHouse, "FeesCollected").withArgs(id, treasury, wad("0.030864"));
    expect((await clearingHouse.market(id)).protocolFees).to.equal(wad("0.00000019"));
  });

  it("pays nothing when there is nothing, even without a price", async () => {
    const { clearingHouse, params, feed, dai } = await load();
    await feed.set(0n);
    await expect(clearingHouse.collectFees(params)).to.changeTokenBalance(ethers, dai, treasury, 0n);
  });

  it("pays nothing out of a market that there isn't", async () => {
    const { clearingHouse, params, trade } = await load();
    await trade(alice, { amount: "10", margin: "2000" });
    const other = { ...params, ...marketWords({ exitFee: "0.002" }) };
    await expect(clearingHouse.collectFees(other)).to.be.revertedWithCustomError(
      clearingHouse,
      "ClearingHouse_UnknownMarket",
    );
  });
});

describe("What is for tokens and pools", () => {
  const order = {
    forced: 0n,
    amount: wad("1"),
    blockForced: 0n,
    fee: 0n,
    reward: 0n,
    party: ethers.ZeroAddress,
    transfer: 0n,
    emergency: false,
    closing: false,
  };

  it("is refused to anybody else", async () => {
    const { clearingHouse, params, long } = await load();
    await expect(clearingHouse.connect(alice).execute(params, { ...order, transfer: 1n }))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_WrongRole")
      .withArgs(alice, 0, 1);
    await expect(clearingHouse.connect(alice).movePoolCash(params, 1n, bob))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_WrongRole")
      .withArgs(alice, 0, 2);
    await expect(clearingHouse.connect(alice).registerToken(params, alice))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_WrongRole")
      .withArgs(alice, 0, 1);
    const token = await ethers.getImpersonatedSigner(await long.getAddress());
    await networkHelpers.setBalance(token.address, wad("1"));
    await expect(clearingHouse.connect(token).movePoolCash(params, -1n, bob))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_WrongRole")
      .withArgs(token, 1, 2);
  });

  it("is refused to a token of another market", async () => {
    const { clearingHouse, markets, long } = await load();
    const token = await ethers.getImpersonatedSigner(await long.getAddress());
    await networkHelpers.setBalance(token.address, wad("1"));
    await expect(clearingHouse.connect(token).execute(markets.ETHUSDC.params, order))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_WrongRole")
      .withArgs(token, 0, 1);
  });

  it("keeps a token within the budget of its market", async () => {
    const { clearingHouse, params, long, deposit } = await load();
    await deposit(alice, "100000");
    const token = await ethers.getImpersonatedSigner(await long.getAddress());
    await networkHelpers.setBalance(token.address, wad("1"));
    await expect(clearingHouse.connect(token).execute(params, { ...order, forced: wad("-501"), amount: 0n }))
      .to.be.revertedWithCustomError(clearingHouse, "ClearingHouse_BudgetExceeded")
      .withArgs(wad("501"), wad("500"));
  });
});
