// Rule 9 for what a library computes that tokens are linked to: the most that can be burned, wherever a market holds too little,
// which random paths hardly reach. FUZZ_SEED chooses another sequence, MATH_RUNS how long it is.
import { expect } from "chai";
import { AbiCoder, Interface, id } from "ethers";
import { artifacts, network } from "hardhat";
import { redeem } from "../../sdk/math/Attribution.ts";
import { mulDivDown } from "../../sdk/math/FixedPoint.ts";
import { type BurnLimits, mostBurnedDown } from "../../sdk/math/Quotes.ts";
import { Random } from "./random.ts";

const RUNS = Number(process.env.MATH_RUNS ?? 1_000);
/** Functions of a library are called by the names of its types. */
const SELECTOR = id("mostBurnedDown(Holding,Conditions,BurnLimits)").slice(0, 10);

function burn(random: Random) {
  const around = random.conditions();
  const held = random.holding(around.price);
  if (held.value === 0n) held.value = 1n;
  if (held.supply < 2n * 10n ** 6n) held.supply += 2n * 10n ** 6n;
  const live = held.supply - 10n ** 6n;
  const everybody = random.chance(4);
  const shares = everybody ? live : 1n + random.log(0n, live - 1n);
  const unit = random.pick(1n, 10n ** 12n);
  const most = redeem(held, around, shares).assets;
  const held_ =
    most > 0n ? mulDivDown(most, random.log(1n, 10n ** 12n), 10n ** 11n) : random.log(0n, 2n ** 90n);
  const custody = random.pick(0n, random.log(0n, 2n ** 95n), held_ < 2n ** 96n ? held_ : 0n);
  const closing = (most > 0n ? most : 0n) / unit;
  const burnFee = random.pick(0n, random.log(0n, 10n ** 16n));
  const limits: BurnLimits = {
    shares,
    everybody,
    closing,
    custody: custody - (custody % unit),
    burnFee,
    unit,
  };
  return { held, around, limits };
}

describe("Quotes: library and twin agree to the wei", () => {
  it("on the most that can be burned, and whether it can be told", async () => {
    const { ethers } = await network.create({ override: { hardfork: "cancun" } });
    const { abi, bytecode } = await artifacts.readArtifact("Quotes");
    const [signer] = await ethers.getSigners();
    const library = await new ethers.ContractFactory(abi, bytecode, signer).deploy();
    const inputs = new Interface(abi).getFunction("mostBurnedDown")?.inputs ?? [];
    const coder = AbiCoder.defaultAbiCoder();
    const random = new Random("quotes");
    let [capped, reverted] = [0, 0];
    for (let i = 0; i < RUNS; i++) {
      const { held, around, limits } = burn(random);
      const data = SELECTOR + coder.encode(inputs, [held, around, limits]).slice(2);
      const answer = await ethers.provider.call({ to: await library.getAddress(), data }).then(
        (result) => coder.decode(["uint256", "uint256"], result).toArray(),
        () => "reverted",
      );
      let expected: unknown = "reverted";
      try {
        const { assets, shares } = mostBurnedDown(held, around, limits);
        expected = [assets, shares];
        if (shares < limits.shares) capped++;
      } catch {
        reverted++;
      }
      expect(answer, `run ${i}`).to.deep.equal(expected);
    }
    expect(capped, "custody limited").to.be.greaterThan(RUNS / 10);
    expect(reverted, "beyond what a market can hold").to.be.lessThan(RUNS / 10);
  });
});
