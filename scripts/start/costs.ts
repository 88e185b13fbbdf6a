// The same token at ordinary terms: fees, a finite depth, and somebody who stands around its rebalance.
import { type ContractTransactionResponse, type Overrides, parseUnits } from "ethers";
import { network } from "hardhat";
import { type Deployment, deployLocal, readParameters, WITHOUT_AI } from "../../deploy/index.ts";
import { toPlan } from "../../deploy/parameters.ts";
import { Ledger } from "./ledger.ts";
import { bold, check, dim, exactly, heading, rounded, say, table } from "./output.ts";
import type { Rates } from "./value.ts";

const FOREVER = 2n ** 64n;
const NO_LIMIT = 2n ** 255n;
const TOKEN = "5XLONG_ETHDAI";
const dai = (amount: string) => parseUnits(amount, 18);

const NAMES = ["Alice", "Bob", "Mallory", "the keeper"];
const BROUGHT = ["20000", "10000", "10000", "0"].map(dai);

type Connection = Awaited<ReturnType<typeof network.create>>;
type Signer = Awaited<ReturnType<Connection["ethers"]["getSigners"]>>[number];
type Send = (overrides: Overrides) => Promise<ContractTransactionResponse>;

/** Everybody comes, trades, and leaves again; what each has paid ends with somebody else. */
export async function costs(): Promise<void> {
  heading("2. The same with costs: who pays what to whom");
  const parameters = readParameters("local");
  const { terms } = parameters;
  const [fee, halfSpread] = [
    parseUnits(terms.standard.tradeFee, 18),
    toPlan(parameters).sources.ETH.halfSpread,
  ];
  const rates = { depth: parseUnits(terms.standard.depth, 18), costRate: fee + halfSpread };
  say(
    `  A trade pays ${rounded(rates.costRate * 100n, 2)} % of its value as a fee, and the impact of moving the skew:`,
  );
  say(
    `  ${rounded(rates.depth, 0)} ETH of skew move it by 100 %. Who narrows the skew gets impact instead of paying it,`,
  );
  say(
    "  and pays a surcharge on what a rebalance in the same block made of it. The protocol gets a tenth of the",
  );
  say(
    "  trade fee and the pool the rest; of a trade with a surcharge the protocol gets all. In DAI, to the wei.",
  );
  const connection = await network.create();
  const deployment = await deployLocal(connection, WITHOUT_AI, {
    markets: { ETHUSDC: undefined },
    tokens: { "3XSHORT_ETHDAI": undefined, "3XLONG_ETHUSDC": undefined },
  });
  await tell(connection, deployment, rates);
  await connection.close();
}

/** Alice, Bob, Mallory and the keeper, with what they bring. */
async function gather(
  connection: Connection,
  { clearingHouse, baseTokens, tokens }: Deployment,
): Promise<Signer[]> {
  const actors = (await connection.ethers.getSigners()).slice(1, 1 + NAMES.length);
  for (const [i, actor] of actors.entries()) {
    await baseTokens.DAI.mint(actor, BROUGHT[i]);
    for (const spender of [clearingHouse, ...Object.values(tokens)]) {
      await baseTokens.DAI.connect(actor).approve(spender, NO_LIMIT);
    }
  }
  return actors;
}

async function tell(connection: Connection, deployment: Deployment, rates: Rates): Promise<void> {
  const { clearingHouse, baseTokens, feeds, markets, tokens } = deployment;
  const { params } = markets.ETHDAI;
  const token = tokens[TOKEN];
  const actors = await gather(connection, deployment);
  const [alice, bob, mallory, keeper] = actors;
  const names = new Map([
    [await token.getAddress(), TOKEN],
    ...actors.map(({ address }, i) => [address, NAMES[i]] as const),
  ]);
  const ledger = new Ledger(deployment, "ETHDAI", names, rates);
  const step = async (title: string, ...sends: Send[]) => {
    say();
    say(bold(`  ${title}`));
    await ledger.settle(await inOneBlock(connection, sends));
  };
  const setPrice = (price: string) => feeds.ETH.set(parseUnits(price, 8));
  const deposit = (signer: Signer, amount: bigint) => (overrides: Overrides) =>
    token.connect(signer)["deposit(uint256,address)"](amount, signer, overrides);
  const redeem = async (signer: Signer) => {
    const shares = await token.balanceOf(signer);
    return (overrides: Overrides) =>
      token.connect(signer)["redeem(uint256,address,address)"](shares, signer, signer, overrides);
  };
  const close = (signer: Signer) => (overrides: Overrides) =>
    clearingHouse.connect(signer).close(params, 0, FOREVER, overrides);

  await step("Alice deposits 20,000 DAI at 500", deposit(alice, BROUGHT[0]));

  await setPrice("525");
  const order = { amount: dai("100"), margin: BROUGHT[2], priceLimit: NO_LIMIT, deadline: FOREVER };
  await step(
    "The price is 525. Bob deposits 10,000 DAI, and in the same block Mallory buys before and sells after",
    (overrides) => clearingHouse.connect(mallory).trade(params, order, overrides),
    deposit(bob, BROUGHT[1]),
    close(mallory),
  );
  const lost = BROUGHT[2] - (await baseTokens.DAI.balanceOf(mallory));
  check(
    lost > 0n,
    `Mallory is poorer, by ${rounded(lost, 2)} DAI: what the rebalance gave, the surcharge took`,
  );

  await connection.networkHelpers.time.increase(3600);
  await setPrice("490");
  const leverage = rounded(await token.currentLeverage(), 2);
  await step(`An hour later the price is 490, leverage ${leverage}: a keeper rebalances`, (overrides) =>
    token.connect(keeper).rebalance(overrides),
  );

  await connection.networkHelpers.time.increase(86400);
  await setPrice("500");
  await step("A day later, at 500, Alice burns all of her tokens", await redeem(alice));
  await step("Bob burns his, the last", await redeem(bob));
  await step("The keeper takes the reward home", close(keeper));
  await reckon(deployment, actors);
}

/** Who brought what and has what, and that it adds up. */
async function reckon({ clearingHouse, baseTokens, markets }: Deployment, actors: Signer[]): Promise<void> {
  say();
  say(bold("  Everybody has left: what each has won or lost"));
  const results: [string, bigint][] = [];
  for (const [i, actor] of actors.entries()) {
    results.push([NAMES[i], (await baseTokens.DAI.balanceOf(actor)) - BROUGHT[i]]);
  }
  const { id, pool } = markets.ETHDAI;
  const { protocolFees } = await clearingHouse.market(id);
  results.push(["the pool", (await pool.equity()) - dai(readParameters("local").markets.ETHDAI.seed)]);
  results.push(["the protocol", protocolFees]);
  table(
    results.map(([name, result]) => [name, exactly(result)]),
    [1],
    false,
  );
  const total = results.reduce((sum, [, result]) => sum + result, 0n);
  check(total === 0n, "together nothing, to the wei");
  say(
    dim(
      "  The pool is the other side of every position, so it has what Alice and Bob have lost to the price.",
    ),
  );
}

/** Sends transactions so that they land in one block, in this order. */
async function inOneBlock(connection: Connection, sends: Send[]) {
  const { provider, networkHelpers } = connection;
  await provider.request({ method: "evm_setAutomine", params: [false] });
  const sent: ContractTransactionResponse[] = [];
  const maxFeePerGas = parseUnits("100", "gwei");
  for (const send of sends) {
    // A block takes those that tip most first.
    const maxPriorityFeePerGas = parseUnits(`${sends.length - sent.length}`, "gwei");
    sent.push(await send({ gasLimit: 3_000_000, maxFeePerGas, maxPriorityFeePerGas }));
  }
  await networkHelpers.mine();
  await provider.request({ method: "evm_setAutomine", params: [true] });
  return Promise.all(sent.map(async (transaction) => (await transaction.wait())!));
}
