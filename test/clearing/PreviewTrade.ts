import { expect } from "chai";
import { type ContractTransactionResponse, MaxUint256 } from "ethers";
import { chainWith, DAY, FOREVER, named, type OrderTerms, TIMELESS, wad } from "../fixture.ts";
import { traded } from "./traded.ts";

const { alice, bob, carol, ethers, guardian, keeper, load, networkHelpers, now, owner, stranger } =
  await chainWith(TIMELESS);

type World = Awaited<ReturnType<typeof load>>;
type Actor = typeof alice;

const orderOf = ({ amount, margin, priceLimit, deadline }: OrderTerms) => ({
  amount: wad(amount ?? "0"),
  margin: wad(margin ?? "0"),
  priceLimit: priceLimit !== undefined ? wad(priceLimit) : amount?.startsWith("-") ? 0n : MaxUint256,
  deadline: deadline ?? FOREVER,
});

describe("Lens.previewTrade", () => {
  /** What is previewed in a block, after the transactions before it, is what the trade then does in that block. */
  async function expectSame(
    { lens, clearingHouse, params, trade, updatesOf }: World,
    who: Actor,
    order: OrderTerms,
    before: ((options: object) => Promise<ContractTransactionResponse>)[] = [],
  ) {
    const { provider: chain } = ethers;
    const pending = { blockTag: "pending" } as const;
    const terms = orderOf(order);
    await chain.send("evm_setAutomine", [false]);
    try {
      await networkHelpers.time.setNextBlockTimestamp((await now()) + 12);
      for (const send of before) await send({ gasLimit: 2_000_000n });
      const preview = await lens.previewTrade(params, who, terms, pending);
      const fill = await clearingHouse.connect(who).trade.staticCall(params, terms, pending);
      const tx = await trade(who, order, { gasLimit: 2_000_000n });
      await networkHelpers.mine();

      expect(preview.refusal).to.equal("0x");
      expect(named(preview.filled), "what trade returns").to.deep.equal(named(fill));
      expect(named(preview.account), "the account afterwards").to.deep.equal(
        named(await lens.account(params, who)),
      );
      const [update] = await updatesOf(who, (await tx.wait())!.blockNumber);
      const { amount, margin, impact, fee, position, cash } = update;
      expect([amount, margin]).to.deep.equal([terms.amount, terms.margin]);
      expect([impact, fee, position, cash], "what was booked").to.deep.equal([
        preview.filled.impact + preview.filled.surcharge,
        preview.filled.fee,
        preview.filled.position,
        preview.filled.cash,
      ]);
      return preview;
    } finally {
      await chain.send("evm_setAutomine", [true]);
    }
  }

  for (const [what, order] of Object.entries<OrderTerms>({
    "opens a long": { amount: "3", margin: "1000" },
    "opens a short": { amount: "-3.000000000000000001", margin: "1000.000000000000000001" },
    "moves margin alone": { margin: "77" },
  })) {
    it(`of an order that ${what}`, async () => {
      await expectSame(await traded({}), carol, order);
    });
  }

  for (const [what, order] of Object.entries<OrderTerms>({
    "increases a position": { amount: "3.3" },
    "reduces it": { amount: "-3.7" },
    "reduces it and takes margin out": { amount: "-5", margin: "-400" },
    "turns it round": { amount: "-17", margin: "55" },
    "closes it and takes most of it out": { amount: "-10", margin: "-900" },
  })) {
    it(`of an order that ${what}`, async () => {
      await expectSame(await traded({}), alice, order);
    });
  }

  it("after funding and a new price", async () => {
    const world = await traded({ terms: { standard: { fundingVelocity: "16" } } });
    await world.pass(20 * DAY, "512.34");
    await expectSame(world, bob, { amount: "1.5", margin: "12" });
  });

  it("after a forced trade in the same block, with its surcharge", async () => {
    const world = await traded();
    await world.deposit(carol, "20000");
    await world.setPrice("487.5");
    const preview = await expectSame(world, alice, { amount: "2" }, [
      (options) => world.long.connect(keeper).rebalance(options),
    ]);
    expect(preview.filled.surcharge > 0n, "surcharge").to.equal(true);
  });

  it("of an account without BaseToken or allowance, which it does not look at", async () => {
    const { lens, params } = await load();
    const order = orderOf({ amount: "1", margin: "100" });
    const { refusal, filled } = await lens.previewTrade(params, stranger, order);
    expect([refusal, filled.position]).to.deep.equal(["0x", wad("1")]);
  });

  describe("refuses with the error of the call:", () => {
    async function expectRefusal(
      { lens, clearingHouse, params, source }: World,
      who: Actor,
      order: OrderTerms,
      error: string,
    ) {
      const terms = orderOf(order);
      const { refusal, filled, account } = await lens.previewTrade(params, who, terms);
      const thrown = await clearingHouse
        .connect(who)
        .trade.staticCall(params, terms)
        .then(
          () => "nothing",
          (e) => e.data,
        );
      expect(refusal).to.equal(thrown);
      const { name } = (clearingHouse.interface.parseError(refusal) ?? source.interface.parseError(refusal))!;
      expect(name).to.equal(error);
      expect(filled.fillPrice, "no fill").to.equal(0n);
      expect(named(account), "the account as it is").to.deep.equal(named(await lens.account(params, who)));
    }

    const ORDERS: Record<string, OrderTerms> = {
      ZeroAmount: {},
      Expired: { margin: "1", deadline: 1n },
      PriceLimit: { amount: "1", priceLimit: "499" },
      AmountOutOfRange: { amount: "60000000001" },
      OpenInterestAboveCap: { amount: "1000", margin: "100000" },
      InsufficientMargin: { amount: "11" },
      CustodyOutOfRange: { margin: "80000000000" },
      InsufficientCash: { amount: "-10", margin: "-1000" },
      InsufficientCustody: { margin: "-2000000" },
    };
    for (const [error, order] of Object.entries(ORDERS)) {
      it(error, async () => {
        await expectRefusal(await traded(), alice, order, `ClearingHouse_${error}`);
      });
    }

    it("InsufficientMargin, of a payment", async () => {
      await expectRefusal(await traded(), alice, { margin: "-491" }, "ClearingHouse_InsufficientMargin");
    });

    it("ReduceOnly", async () => {
      const world = await traded();
      await world.clearingHouse.connect(guardian).setReduceOnly(world.params, true);
      await expectRefusal(world, alice, { amount: "1" }, "ClearingHouse_ReduceOnly");
    });

    it("SpreadTooWide", async () => {
      const world = await load({ ...TIMELESS, sources: { ETH: { halfSpread: "0.006" } } });
      await expectRefusal(world, alice, { amount: "1", margin: "1000" }, "ClearingHouse_SpreadTooWide");
    });

    it("a price that can't be trusted", async () => {
      const world = await traded();
      await world.feed.set(0n);
      await expectRefusal(world, alice, { margin: "1" }, "ChainlinkSource_ZeroAnswer");
      await world.feed.set(-1n);
      await expectRefusal(world, alice, { margin: "1" }, "ChainlinkSource_NegativeAnswer");
      await world.setPrice("500");
      await networkHelpers.time.increase(DAY + 1);
      await expectRefusal(world, alice, { amount: "-1" }, "ChainlinkSource_Stale");
    });

    it("PriceOlderThanUsed", async () => {
      const world = await traded();
      await world.feed.setAt(500n * 10n ** 8n, BigInt(await now()) - 1000n);
      await expectRefusal(world, alice, { margin: "1" }, "ClearingHouse_PriceOlderThanUsed");
    });

    it("a market in its reckoning, and a settled one", async () => {
      const world = await traded();
      await networkHelpers.time.increase(4 * DAY);
      await world.clearingHouse.connect(stranger).settle(world.params);
      await expectRefusal(world, alice, { margin: "-1" }, "ClearingHouse_Reckoning");
      await networkHelpers.time.increase(3601);
      await world.clearingHouse.connect(owner).conclude(world.params);
      await expectRefusal(world, alice, { margin: "1" }, "ClearingHouse_AlreadySettled");
      await expectSame(world, alice, { margin: "-1" });
    });
  });
});
