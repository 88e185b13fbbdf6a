// Rule 10: no owner, guardian, keeper, index manager or admin can move a user's funds. Every function that changes state, of every contract
// and by its ABI, is called by each of them with arguments that aim at users; a function without arguments here fails.
import { expect } from "chai";
import {
  type BaseContract,
  type ContractTransactionResponse,
  type FunctionFragment,
  MaxUint256,
} from "ethers";
import { artifacts } from "hardhat";
import { GUARDIAN_SELECTOR, OWNER_SELECTOR } from "../deploy/modules/Protocol.ts";
import upkeepModule from "../deploy/modules/Upkeep.ts";
import { ADMIN, attacks } from "./attacks.ts";
import { chainWith, DAY, named, TIMELESS, wad } from "./fixture.ts";
import { withIndex } from "./indexes.ts";
import { deployPyth } from "./pyth.ts";

const chain = await chainWith(TIMELESS);
const { alice, bob, carol, deployer, ethers, guardian, keeper, load, networkHelpers } = chain;
const { owner, provider, stranger, treasury } = chain;
// The deployer is an admin too, but has the seeds of the pools to lose.
const [manager, admin] = (await ethers.getSigners()).slice(14);

/** All that a role lets its holder do: the function, and what it changes. */
const PRIVILEGES: Record<string, Record<string, string[]>> = {
  guardian: { "ClearingHouse.setReduceOnly": ["status"] },
  owner: { "ClearingHouse.setFeeReceiver": ["feeReceiver"] },
  // Gives out the roles, but has none.
  admin: {},
  keeper: {},
  // Announces another basket; nothing of what users have changes by it.
  manager: { "IndexSource.propose": ["proposal"], "IndexSource.cancel": ["proposal"] },
};
/** How others are refused what a role may. */
const UNAUTHORIZED: Record<string, string> = { manager: "IndexSource_NotManager" };
/** What anyone may do, and what it changes: fees go to whom the owner chose. */
const PUBLIC: Record<string, string[]> = {
  "ClearingHouse.collectFees": ["held", "protocolFees", "balances"],
};

/** They make contracts and have nothing, or are code of the ClearingHouse. */
const MAKERS = [
  "LiquidityPoolDeployer",
  "LeveragedTokenDeployer",
  "Creation",
  "Resolution",
  "Views",
  "Quotes",
];

/** Everybody has something to lose: positions, cash, tokens, shares, a queued request, and allowances without end. */
async function prey() {
  const world = await load({ ...TIMELESS, ...withIndex({ manager: manager.address }) });
  const { source: pyth } = await deployPyth(deployer, await networkHelpers.time.latest());
  await world.indexes.IDX.connect(manager).propose(["0", "800", "5", "25"].map(wad));
  await world.trade(bob, { amount: "1", margin: "3000", params: world.markets.IDXDAI.params });
  await world.trade(alice, { amount: "20", margin: "5000" });
  await world.trade(bob, { amount: "-10", margin: "3000" });
  await world.deposit(carol, "2000");
  await world.pool.connect(provider).deposit(wad("10000"), provider);
  await world.pool.connect(provider).requestRedeem(wad("100"));
  await world.accessManager.grantRole(ADMIN, admin, 0);
  await world.dai.connect(alice).approve(world.router, MaxUint256);
  await world.long.connect(carol).approve(world.router, MaxUint256);
  const { upkeep } = await chain.ignition.deploy(upkeepModule, {
    parameters: { Upkeep: { factory: await world.factory.getAddress(), beneficiary: bob.address } },
  });
  return { ...world, pyth, upkeep };
}
type Prey = Awaited<ReturnType<typeof prey>>;

const contractsOf = (world: Prey) =>
  ({
    ...{ ClearingHouse: world.clearingHouse, LiquidityPool: world.pool, LeveragedToken: world.long },
    ...{ LeveragedTokenFactory: world.factory, ChainlinkSource: world.source, Lens: world.lens },
    ...{ IndexSource: world.indexes.IDX, PythSource: world.pyth },
    ...{ NetAssetValueFeedFactory: world.feedFactory, TokenLens: world.tokenLens },
    ...{ Router: world.router, AccessManager: world.accessManager },
    ...{ RebalanceUpkeep: world.upkeep },
  }) as Record<string, BaseContract>;

const functionsOf = (contract: BaseContract) =>
  contract.interface.fragments.filter(
    (f): f is FunctionFragment =>
      f.type === "function" && !["view", "pure"].includes((f as FunctionFragment).stateMutability),
  );

/** All that a user could lose, and what roles are about. */
async function watched(world: Prey) {
  const { clearingHouse, dai, usd, id, markets, pool, long, short, lens, indexes } = world;
  const everyone = [alice, bob, carol, provider, deployer, treasury, long, short, pool, lens, clearingHouse];
  const callers = [guardian, owner, admin, keeper, manager, stranger];
  const of = (read: (who: (typeof everyone)[0]) => Promise<bigint>) =>
    Promise.all([...everyone, ...callers].map(read));
  const { longs, shorts, poolCash, held, protocolFees, status } = named(await clearingHouse.market(id)) as {
    [field: string]: bigint;
  };
  return {
    ...{ longs, shorts, poolCash, held, protocolFees, status },
    other: named(await clearingHouse.market(markets.ETHUSDC.id)),
    index: named(await clearingHouse.market(markets.IDXDAI.id)),
    level: (await indexes.IDX.read()).price,
    units: (await indexes.IDX.parts()).map(({ units }) => units),
    proposal: [...(await indexes.IDX.proposal())],
    accounts: await of((who) => clearingHouse.account(id, who)),
    balances: [...(await of((who) => dai.balanceOf(who))), ...(await of((who) => usd.balanceOf(who)))],
    shares: [...(await of((who) => pool.balanceOf(who))), ...(await of((who) => long.balanceOf(who)))],
    request: [...(await pool.request(provider))],
    allowances: [await dai.allowance(alice, clearingHouse), await pool.allowance(provider, clearingHouse)],
    feeReceiver: await clearingHouse.feeReceiver(),
  };
}

const selectorOf = (error: { data?: string }) => {
  // An error without data is of the test, not of a contract.
  if (typeof error.data !== "string") throw error;
  return error.data.slice(0, 10);
};

const asText = (value: unknown) => JSON.stringify(value, (_, x) => (typeof x === "bigint" ? `${x}` : x));

/** Calls, tells what changed of what is watched and the selector of the error if it was refused, and takes it back. */
async function outcome(
  world: Prey,
  before: Awaited<ReturnType<typeof watched>>,
  send: () => Promise<ContractTransactionResponse>,
) {
  const snapshot = await networkHelpers.takeSnapshot();
  const refused = await send().then(() => "", selectorOf);
  if (refused !== "") return { refused, changed: [] };
  const after = await watched(world);
  await snapshot.restore();
  const keys = Object.keys(before) as (keyof typeof before)[];
  return { refused, changed: keys.filter((key) => asText(after[key]) !== asText(before[key])) };
}

/** Every function of every contract that changes state, with arguments for `caller`. */
async function everything(world: Prey, caller: string) {
  const table = await attacks(world, caller, chain);
  return Object.entries(contractsOf(world)).flatMap(([name, contract]) =>
    functionsOf(contract).map((fragment) => {
      const values = table[name][fragment.format()] ?? table[name][fragment.name];
      expect(values, `${name}.${fragment.format()} is new here: with what could it be abused?`).not.to.equal(
        undefined,
      );
      return { name, contract, fragment, values, key: `${name}.${fragment.name}` };
    }),
  );
}

describe("Rule 10: nobody can move a user's funds", () => {
  it("every contract that changes state is looked at", async () => {
    const listed = Object.keys(contractsOf(await prey()));
    const layers = ["oracle", "clearing", "token", "periphery"].map((layer) => `contracts/${layer}/`);
    for (const name of await artifacts.getAllFullyQualifiedNames()) {
      if (!layers.some((layer) => name.startsWith(layer))) continue;
      const { abi, bytecode, contractName } = await artifacts.readArtifact(name);
      if (bytecode === "0x") continue;
      const changes = functionsOf(new ethers.Contract(ethers.ZeroAddress, abi)).length > 0;
      if (changes && !MAKERS.includes(contractName)) expect(listed, "is new here").to.include(contractName);
    }
  });

  it("no call that writes takes the place of a market for granted: a market lies at its id", async () => {
    const { clearingHouse } = await prey();
    // Whoever may hand in an id may hand in the place of an account, as if a market lay there.
    for (const { name, inputs } of functionsOf(clearingHouse as unknown as BaseContract)) {
      const ids = inputs.filter(({ type }) => type === "bytes32").map((input) => input.name);
      expect(ids, `${name} hashes the parameters itself`).to.deep.equal([]);
    }
  });

  for (const [role, who] of Object.entries({ guardian, owner, admin, keeper, manager })) {
    it(`the ${role} can do nothing that a stranger can't, but for ${Object.keys(PRIVILEGES[role]).join() || "nothing"}`, async () => {
      const world = await prey();
      const before = await watched(world);
      const privileges = { ...PRIVILEGES[role] };
      const theirs = await everything(world, stranger.address);
      for (const [i, { name, contract, fragment, values, key }] of (
        await everything(world, who.address)
      ).entries()) {
        const call = (by: typeof who, given: unknown[]) => () =>
          (contract.connect(by) as BaseContract)
            .getFunction(fragment)
            .send(...given, { gasLimit: 9_000_000n });
        const mine = await outcome(world, before, call(who, values));
        const expected = privileges[key] ?? PUBLIC[key] ?? [];
        expect(mine.changed, `${key} by the ${role} changes`).to.deep.equal(expected);
        if (name === "AccessManager" && role === "admin") continue;
        const other = await outcome(world, before, call(stranger, theirs[i].values));
        if (privileges[key] === undefined) {
          expect(mine.refused, `${key} by the ${role} is refused as by a stranger`).to.equal(other.refused);
        } else {
          const unauthorized = contract.interface.getError(
            UNAUTHORIZED[role] ?? "AccessManagedUnauthorized",
          )!.selector;
          expect([mine.refused, other.refused], `${key} is the ${role}'s alone`).to.deep.equal([
            "",
            unauthorized,
          ]);
        }
        delete privileges[key];
      }
      expect(Object.keys(privileges), "privileges that there are not").to.deep.equal([]);
    });
  }

  it("nor can an admin who takes all roles, and acts as the AccessManager itself", async () => {
    const world = await prey();
    const { clearingHouse, accessManager } = world;
    const manager = accessManager.connect(admin);
    await manager.setTargetFunctionRole(clearingHouse, [GUARDIAN_SELECTOR, OWNER_SELECTOR], ADMIN);
    const before = await watched(world);
    const allowed = { ...PRIVILEGES.guardian, ...PRIVILEGES.owner, ...PUBLIC };
    for (const { contract, fragment, values, key } of await everything(world, admin.address)) {
      const data = contract.interface.encodeFunctionData(fragment, values);
      const { changed } = await outcome(world, before, async () =>
        manager.execute(await contract.getAddress(), data, { gasLimit: 9_000_000n }),
      );
      expect(changed, `${key} through the AccessManager changes`).to.deep.equal(allowed[key] ?? []);
    }
  });

  it("nor stop an exit, whatever they do together", async () => {
    const world = await prey();
    const { clearingHouse, accessManager, id, params, long, pool, close, redeem, dai } = world;
    await clearingHouse.connect(guardian).setReduceOnly(params, true);
    await clearingHouse.connect(owner).setFeeReceiver(clearingHouse);
    await accessManager.connect(admin).setTargetClosed(clearingHouse, true);
    await accessManager.connect(admin).updateAuthority(clearingHouse, pool);
    for (const who of [alice, bob]) {
      await close(who);
      expect(await clearingHouse.account(id, who), "all of it").to.equal(0n);
    }
    await redeem(carol, await long.balanceOf(carol));
    expect((await dai.balanceOf(carol)) > wad("999900"), "less costs").to.equal(true);
    await networkHelpers.time.increase(2 * DAY);
    await world.setPrice("500");
    await expect(pool.connect(stranger).execute(provider)).to.emit(pool, "RequestExecuted");
  });
});
