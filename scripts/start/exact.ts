// The worked example, on contracts with the smallest fees and the largest depth that a market can have.
import { parseUnits } from "ethers";
import { network } from "hardhat";
import { deployLocal, FRICTIONLESS } from "../../deploy/index.ts";
import { eventsOf } from "./events.ts";
import { bold, check, heading, rounded, say, table } from "./output.ts";

/** An exact value: a fraction, and how one gets there by hand. */
interface Exact {
  by: string;
  value: [numerator: bigint, denominator: bigint];
}

const WAD = 10n ** 18n;
const dai = (amount: string) => parseUnits(amount, 18);

/** Whether a WAD is within 1e-9 of an exact value, relative to it. */
function isClose(wad: bigint, [numerator, denominator]: Exact["value"]): boolean {
  const distance = wad * denominator - numerator * WAD;
  return (distance < 0n ? -distance : distance) * 10n ** 9n <= numerator * WAD;
}

function compare(rows: [quantity: string, onChain: bigint, exact: Exact][]): void {
  table(
    [
      ["", "on chain", "by hand"],
      ...rows.map(([quantity, onChain, { by }]) => [quantity, rounded(onChain), by]),
    ],
    [1],
  );
  const good = rows.every(([, onChain, { value }]) => isClose(onChain, value));
  check(good, "on chain as by hand, to 1e-9");
  say();
}

/** 100 DAI at 5x, the price rises by 5 %, and the next mint rebalances. */
export async function workedExample(): Promise<void> {
  heading("1. The worked example: 5XLONG_ETHDAI at 500 and 525 DAI");
  say("  positionAmountDelta = leverage · netAssetValue / positionPrice − positionAmount");
  say("  Contracts deployed with the smallest fee and the largest depth that a market can have.");
  say();
  const connection = await network.create();
  const { baseTokens, feeds, tokens } = await deployLocal(connection, {
    ...FRICTIONLESS,
    markets: { ETHUSDC: undefined },
    tokens: { "3XSHORT_ETHDAI": undefined, "3XLONG_ETHUSDC": undefined },
  });
  const token = tokens["5XLONG_ETHDAI"];
  const [, alice, bob] = await connection.ethers.getSigners();
  const deposit = async (holder: typeof alice, amount: string) => {
    await baseTokens.DAI.mint(holder, dai(amount));
    await baseTokens.DAI.connect(holder).approve(token, dai(amount));
    const sent = await token.connect(holder)["deposit(uint256,address)"](dai(amount), holder);
    return eventsOf((await sent.wait())!);
  };

  say(bold("  Alice deposits 100 DAI at a price of 500 DAI"));
  const first = await deposit(alice, "100");
  compare([
    ["netAssetValue", await token.netAssetValue(), { by: "100", value: [100n, 1n] }],
    ["positionAmountDelta", first.updates[0].amount, { by: "5 · 100 / 500 − 0 = 1", value: [1n, 1n] }],
    ["positionAmount", await token.positionAmount(), { by: "1", value: [1n, 1n] }],
  ]);

  say(bold("  The price rises by 5 %, to 525 DAI"));
  await feeds.ETH.set(parseUnits("525", 8));
  const value = await token.netAssetValue();
  const delta = await token.positionAmountDelta();
  compare([
    ["netAssetValue", value, { by: "100 · (25 / 500 · 5 + 1) = 125", value: [125n, 1n] }],
    ["positionAmountDelta", delta, { by: "5 · 125 / 525 − 1 = 4/21 ≈ 0.190476", value: [4n, 21n] }],
    ["positionAmount", await token.positionAmount(), { by: "1, as nobody has traded yet", value: [1n, 1n] }],
  ]);

  say(
    bold("  Bob deposits 125 DAI: the token first rebalances what Alice has, then grows by what he brings"),
  );
  const { rebalances, updates } = await deposit(bob, "125");
  const rebalanced = rebalances[0].amount;
  compare([
    ["positionAmountDelta", rebalanced, { by: "4/21, bought within Bob's deposit", value: [4n, 21n] }],
    [
      "Alice's position",
      updates[0].position - updates[0].amount + rebalanced,
      { by: "1 + 4/21 = 25/21", value: [25n, 21n] },
    ],
    [
      "Bob's position",
      updates[0].amount - rebalanced,
      { by: "5 · 125 / 525 = 25/21 ≈ 1.190476", value: [25n, 21n] },
    ],
    ["netAssetValue", await token.netAssetValue(), { by: "125 + 125 = 250", value: [250n, 1n] }],
    ["Alice's tokens", await token.balanceOf(alice), { by: "100", value: [100n, 1n] }],
    ["Bob's tokens", await token.balanceOf(bob), { by: "125 / 1.25 = 100", value: [100n, 1n] }],
    ["currentLeverage", await token.currentLeverage(), { by: "5", value: [5n, 1n] }],
  ]);
  await connection.close();
}
