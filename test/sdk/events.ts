// What the SDK reads from the events of a transaction, and that their words are those that are stored.
import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { eventsOf } from "../../sdk/events.ts";
import { unpackPrice } from "../../sdk/math/Market.ts";
import { chainWith, HOUR, wad } from "../fixture.ts";

const { alice, bob, carol, keeper, load } = await chainWith({});

const eventsIn = async (sent: Promise<ContractTransactionResponse>) => eventsOf((await (await sent).wait())!);

describe("Events", () => {
  it("have account and price in the words that the ClearingHouse stores", async () => {
    const { trade, pass, clearingHouse, id } = await load();
    await trade(alice, { amount: "10", margin: "1000" });
    await pass(HOUR, "505");
    await trade(carol, { amount: "-300", margin: "30000" });
    await pass(HOUR, "495");
    for (const [who, order] of [
      [alice, { amount: "-3" }],
      [carol, { margin: "-100" }],
    ] as const) {
      const { blockNumber } = (await (await trade(who, order)).wait())!;
      const told = clearingHouse.filters.AccountUpdated(id, who);
      const [{ args }] = await clearingHouse.queryFilter(told, blockNumber);
      expect(args.after_, "the account").to.equal(await clearingHouse.account(id, who));
      const { price, fundingIndex, fundingRate, halfSpread, priceAge } = await clearingHouse.market(id);
      expect(fundingIndex < 0n && fundingRate < 0n, "shorts pay").to.equal(true);
      const stored = { fundingIndex, price, fundingRate, halfSpread, priceAge };
      expect(unpackPrice(args.price), "the price").to.deep.equal(stored);
    }
  });

  it("tell a rebalance with its keeper and what was added to the keeper's cash", async () => {
    const { deposit, setPrice, long, accountOf } = await load();
    await deposit(alice, "10000");
    await setPrice("485");
    const { updates, rebalances, liquidations, changes } = await eventsIn(long.connect(keeper).rebalance());
    const { cash } = await accountOf(keeper);
    expect(cash > 0n).to.equal(true);
    const [{ account, amount }] = updates;
    const token = await long.getAddress();
    expect(account).to.equal(token);
    expect(amount < 0n, "it sold").to.equal(true);
    expect(rebalances).to.deep.equal([
      { token, keeper: keeper.address, amount, reward: cash, complete: true },
    ]);
    expect([updates.length, liquidations, changes]).to.deep.equal([1, [], []]);
  });

  it("tell a rebalance within a mint, which is nobody's and pays nothing", async () => {
    const { deposit, setPrice, long } = await load();
    await deposit(alice, "10000");
    await setPrice("505");
    const { updates, rebalances, changes } = await eventsIn(deposit(bob, "1000"));
    const [told] = await long.queryFilter(long.filters.RebalancedInPassing());
    const { amount } = told.args;
    const token = await long.getAddress();
    expect(rebalances).to.deep.equal([{ token, amount, reward: 0n, complete: true }]);
    expect(updates[0].amount > amount && amount > 0n, "and bought for bob").to.equal(true);
    expect(changes.map(({ assets }) => assets)).to.deep.equal([wad("1000")]);
  });

  it("tell a liquidation with what was added to the liquidator's cash", async () => {
    const { trade, setPrice, clearingHouse, params, accountOf } = await load();
    await trade(alice, { amount: "10", margin: "600" });
    await setPrice("455");
    const liquidated = clearingHouse.connect(keeper).liquidate(params, alice);
    const { logs } = (await (await liquidated).wait())!;
    expect(logs.map((log) => clearingHouse.interface.parseLog(log)!.name)).to.deep.equal([
      "AccountUpdated",
      "Liquidated",
    ]);
    const { updates, liquidations, rebalances } = eventsOf({ logs });
    const { cash: reward, ...rest } = await accountOf(keeper);
    expect(rest).to.deep.equal({ position: 0n });
    expect(reward > 0n).to.equal(true);
    const [{ account, amount, margin, position, cash }] = updates;
    expect([updates.length, account, margin]).to.deep.equal([1, alice.address, -reward]);
    expect(amount, "closed in part").to.equal(position - wad("10"));
    expect(await accountOf(alice)).to.deep.equal({ position, cash });
    expect(liquidations).to.deep.equal([{ account, liquidator: keeper.address, amount, reward }]);
    expect(rebalances).to.deep.equal([]);
  });
});
