// The SDK has a sentence with a remedy for every custom error that the contracts can end a call with.
import { expect } from "chai";
import { AbiCoder, concat, Interface, id, type ParamType } from "ethers";
import { artifacts } from "hardhat";
import { explained, explainRevert } from "../../sdk/errors.ts";

const UNIT = { symbol: "DAI", decimals: 18 };

/** Every custom error of what is deployed, with one ABI that has it. */
async function allErrors() {
  const found = new Map<string, Interface>();
  for (const name of await artifacts.getAllFullyQualifiedNames()) {
    if (!name.startsWith("contracts/") && !name.includes("AccessManager.sol")) continue;
    const { abi } = await artifacts.readArtifact(name);
    const parsed = new Interface(abi);
    parsed.forEachError((error) => found.set(error.name, parsed));
  }
  return found;
}

const sample = ({ baseType, type }: ParamType) => {
  if (baseType === "address") return `0x${"11".repeat(20)}`;
  if (baseType === "string") return "depth";
  if (baseType.startsWith("bytes")) return `0x${"22".repeat(Number(type.slice(5)))}`;
  return 7n;
};

describe("Errors of the contracts", () => {
  it("each have a sentence, and no sentence is for an error that isn't there", async () => {
    const names = [...(await allErrors()).keys()].sort();
    expect(names.length).to.be.greaterThan(80);
    expect(explained().sort()).to.deep.equal(names);
  });

  it("come as a sentence with their values and a remedy", async () => {
    for (const [name, parsed] of await allErrors()) {
      const { inputs, selector } = parsed.getError(name)!;
      const data = concat([selector, AbiCoder.defaultAbiCoder().encode(inputs, inputs.map(sample))]);
      const told = explainRevert({ data }, UNIT);
      expect(told?.message, name).to.match(/^[A-Z0-9].*\.$/);
      expect(told?.remedy, name).to.match(/^[A-Z].*[^.]\.?$/);
      expect(told?.message, name).not.to.match(/undefined|NaN|_/);
      expect(told?.remedy, name).not.to.match(/undefined|NaN/);
    }
  });

  it("are found wherever a node puts them", () => {
    const data = id("ClearingHouse_ZeroAmount()").slice(0, 10);
    for (const error of [
      { data },
      { info: { error: { data } } },
      { error: { data: { data } } },
      { cause: { data } },
    ]) {
      expect(explainRevert(error, UNIT), JSON.stringify(error)).not.to.equal(undefined);
    }
    expect(explainRevert(new Error("no revert"), UNIT)).to.equal(undefined);
  });
});
