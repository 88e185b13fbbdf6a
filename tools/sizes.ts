// Prints the size of every contract, and fails on one that comes too near the limit of the chain.
import { readFileSync } from "node:fs";
import { type Artifact, artifactPaths, fail, root } from "./files.ts";

/** The chain's limit (EIP-170), of which a tenth is kept in hand. */
const LARGEST = Math.floor(24_576 * 0.9);

/** The factory carries the token's creation code within its own. */
const LARGEST_CREATION: Record<string, number> = { LeveragedToken: 21_000 };

const EXPECTED = ["ClearingHouse", "LeveragedToken", "LeveragedTokenFactory"];

/** A library of internal functions alone leaves a shell of some 50 bytes, which nobody deploys. */
const SHELL = 100;

const bytes = (code: string) => (code.length - 2) / 2;

const sizes = artifactPaths()
  .map((path) => JSON.parse(readFileSync(root + path, "utf8")) as Artifact)
  .map(({ contractName, deployedBytecode, bytecode }) => ({
    name: contractName,
    deployed: bytes(deployedBytecode),
    creation: bytes(bytecode),
  }))
  .filter(({ deployed }) => deployed > SHELL)
  .sort((a, b) => b.deployed - a.deployed);

const problems = EXPECTED.filter((name) => !sizes.some((size) => size.name === name)).map(
  (name) => `${name} is missing`,
);
console.log(
  `${"contract".padEnd(32)}${"deployed".padStart(10)}${"spare".padStart(10)}${"creation".padStart(10)}`,
);
for (const { name, deployed, creation } of sizes) {
  const numbers = [deployed, LARGEST - deployed, creation].map((n) => n.toLocaleString("en").padStart(10));
  console.log(name.padEnd(32) + numbers.join(""));
  const limit = LARGEST_CREATION[name] ?? Number.POSITIVE_INFINITY;
  if (deployed > LARGEST) problems.push(`${name}: ${deployed} bytes deployed, over ${LARGEST}`);
  if (creation > limit) problems.push(`${name}: ${creation} bytes of creation code, over ${limit}`);
}

if (problems.length > 0) fail("Sizes:", ...problems.map((problem) => `  ${problem}`));
console.log(`${sizes.length} contracts, none over ${LARGEST.toLocaleString("en")} bytes.`);
