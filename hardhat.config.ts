import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { config as loadEnvironment } from "dotenv";
import { configVariable, defineConfig } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";
import type { CompilerOutputError } from "hardhat/types/solidity";

loadEnvironment({ quiet: true });

const require = createRequire(import.meta.url);
const environmentNumber = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);

/** How often the optimizer assumes that code runs: fewer makes smaller and dearer code. */
const OPTIMIZER_RUNS = 800;

/** Contracts that everybody pays for and that have room left within the limit of the chain, with their runs. */
const OFTEN_RUN = {
  "contracts/clearing/ClearingHouse.sol": 10_000,
  "contracts/oracle/ChainlinkSource.sol": 10_000,
};

/**
 * Solidity tests are compiled by the legacy pipeline and not optimized, forty times faster than what is deployed. What they
 * test is the same as ever: they get it by `vm.getCode`.
 */
const SOLIDITY_TESTS = readdirSync("test/solidity", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".sol"))
  .map((file) => `test/solidity/${file.replaceAll("\\", "/")}`);

// Compiler, settings and hardfork are the same everywhere: what is deployed is what was tested.
const compiler = (deployed = true, runs = OPTIMIZER_RUNS) => ({
  // Hardhat doesn't check the version against the compiler that it's given, so it's read from there.
  version: (require("solc/package.json") as { version: string }).version,
  path: require.resolve("solc/soljson.js"),
  settings: {
    viaIR: deployed,
    optimizer: { enabled: deployed, runs },
    evmVersion: "cancun",
    outputSelection: { "*": { "*": ["storageLayout"] } },
  },
});

/** For Morpho Blue, which insists on this version: a package that tests alone use, so how it is optimized is no matter. */
const morphoCompiler = {
  version: "0.8.19",
  path: require.resolve("solc-0.8.19/soljson.js"),
  settings: { optimizer: { enabled: true, runs: OPTIMIZER_RUNS }, evmVersion: "paris" },
};

/** Solc's warnings that a contract's code or init code is too large: no matter to a test, and `npm run check:sizes` knows. */
const SIZE_WARNINGS = ["5574", "3860"];

/**
 * Makes warnings about our own sources errors, and drops those about packages.
 *
 * At the compiler, since Hardhat's hook for a job's errors comes after the build was accepted and cached.
 */
const strictWarnings: HardhatPlugin = {
  id: "strict-warnings",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        invokeSolc: async (context, solc, input, solcConfig, next) => {
          const output = await next(context, solc, input, solcConfig);
          const found = (output.errors ?? []) as (CompilerOutputError & {
            sourceLocation?: { file: string };
          })[];
          const errors = found
            .filter((e) => e.severity === "error" || !e.sourceLocation?.file.startsWith("npm/"))
            .filter((e) => !SIZE_WARNINGS.includes(e.errorCode ?? ""))
            .map((e) =>
              e.severity === "warning" ? { ...e, type: "StrictWarning", severity: "error" as const } : e,
            );
          return { ...output, errors };
        },
      }),
    }),
  },
};

/**
 * Has all Solidity tests compiled in one job: Hardhat merges those whose compiler is the same object, and makes one for
 * each override.
 */
const oneJobForTests: HardhatPlugin = {
  id: "one-job-for-tests",
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        resolveUserConfig: async (userConfig, resolveVariable, next) => {
          const resolved = await next(userConfig, resolveVariable);
          const { overrides } = resolved.solidity.profiles.default;
          for (const source of SOLIDITY_TESTS) overrides[source] = overrides[SOLIDITY_TESTS[0]];
          return resolved;
        },
      }),
    }),
  },
};

const remote = (name: string) => ({
  type: "http" as const,
  chainType: "generic" as const,
  url: configVariable(`${name}_RPC_URL`),
  accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
});

export default defineConfig({
  plugins: [toolbox, strictWarnings, oneJobForTests],
  paths: {
    sources: ["./contracts", "./test/contracts"],
    tests: { mocha: "./test", solidity: "./test/solidity" },
    ignition: "./deploy",
  },
  solidity: {
    splitTestsCompilation: true,
    // The authority that knows guardian and owner, deployed as it is, what a BaseToken is at least, and what tests bring tokens
    // and prices to: a lending market, and Pyth.
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol",
      "@morpho-org/morpho-blue/src/Morpho.sol",
      "@pythnetwork/pyth-sdk-solidity/MockPyth.sol",
    ],
    profiles: {
      default: {
        compilers: [compiler(), morphoCompiler],
        overrides: Object.fromEntries([
          ...Object.entries(OFTEN_RUN).map(([source, runs]) => [source, compiler(true, runs)]),
          ...SOLIDITY_TESTS.map((source) => [source, compiler(false)]),
        ]),
      },
    },
  },
  typechain: { outDir: "typechain-types" },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" },
    node: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" },
    localhost: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    sepolia: { ...remote("SEPOLIA"), chainType: "l1" },
    baseSepolia: { ...remote("BASE_SEPOLIA"), chainType: "op" },
    arbitrumSepolia: remote("ARBITRUM_SEPOLIA"),
  },
  test: {
    // Two files at a time at least: those that run the scripts wait for other processes most of the time.
    mocha: { timeout: 120_000, parallel: true, jobs: Math.max(2, availableParallelism()) },
    solidity: {
      // A realistic clock: the default of 1 hides what happens to ages and intervals.
      blockTimestamp: 1_767_225_600n,
      fsPermissions: {
        readDirectory: [
          "./artifacts",
          "./cache",
          ...(process.env.PRICE_DATA ? [process.env.PRICE_DATA] : []),
        ],
      },
      fuzz: {
        runs: environmentNumber("FUZZ_RUNS", 256),
        seed: process.env.FUZZ_SEED,
        failurePersistDir: "./cache/fuzz",
      },
      invariant: {
        runs: environmentNumber("INVARIANT_RUNS", 64),
        depth: environmentNumber("INVARIANT_DEPTH", 100),
        failOnRevert: false,
        failurePersistDir: "./cache/invariant",
      },
    },
  },
});
