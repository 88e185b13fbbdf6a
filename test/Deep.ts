import { readdirSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { expect } from "chai";

/** What says how, not how long. */
const OTHERS = ["FUZZ_SEED", "OPTIMISER_SHOW", "PRICE_DATA"];

describe("npm run test:deep", () => {
  it("sets every number that a test, or what is made for it, reads from the environment", () => {
    const files = readdirSync("test", { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|sol)$/.test(file))
      .map((file) => `test/${file}`);
    const read = [...files, "hardhat.config.ts", "tools/vectors.ts"].flatMap((file) =>
      [
        ...readFileSync(file, "utf8").matchAll(
          /(?:process\.env\.|envOr\("|environmentNumber\(")([A-Z][A-Z0-9_]*)/g,
        ),
      ].map((found) => found[1]),
    );
    const wanted = [...new Set(read)].filter((name) => !OTHERS.includes(name)).sort();
    const set = Object.keys(parseEnv(readFileSync("test/deep.env", "utf8"))).sort();
    expect(set, "in test/deep.env").to.deep.equal(wanted);
  });
});
