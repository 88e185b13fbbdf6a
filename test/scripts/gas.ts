// The referee of gas: what its check lets through and what it doesn't, and that its stand-in for Chainlink costs what
// Chainlink costs.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { check } from "../../scripts/bench/check.ts";
import { staleDocuments } from "../../scripts/bench/documents.ts";
import { GOALS, type Operation } from "../../scripts/bench/goals.ts";
import { leastCompute } from "../../scripts/bench/least.ts";
import { CLASSES } from "../../scripts/bench/profile.ts";
import {
  boundsOf,
  FEEDS,
  isAboveAll,
  type Measurement,
  measurementsOf,
  nameOf,
  nextSnapshot,
  type Snapshot,
} from "../../scripts/bench/snapshot.ts";
import { type Step, type StructLog, stepsOf } from "../../scripts/bench/trace.ts";

const read = (): Snapshot =>
  JSON.parse(readFileSync(new URL("../../snapshots/gas.json", import.meta.url), "utf8"));

const find = (snapshot: Snapshot, operation: Operation): Measurement =>
  snapshot.operations.find((m) => m.operation === operation && m.feed === "own" && m.state === "steady")!;

describe("The check of gas", () => {
  const snapshot = read();
  /** What would be wrong if this had been measured. */
  const wrong = (change: (measured: Snapshot) => void, against = snapshot): string[] => {
    const measured = read();
    change(measured);
    return check(measured, against);
  };

  it("lets the snapshot pass", () => {
    expect(wrong(() => {})).to.deep.equal([]);
  });

  it("fails on a rise of 2 %, of any operation and variant, and not on one of 0.9 %", () => {
    for (const [i, { gas }] of measurementsOf(snapshot).entries()) {
      const name = nameOf(measurementsOf(snapshot)[i]);
      if (name in snapshot.aboveAll) continue;
      const [problem] = wrong((measured) => {
        measurementsOf(measured)[i].gas = Math.round(gas * 1.02);
      });
      expect(problem, name).to.include(name).and.include(String(gas));
    }
    const change = (measured: Snapshot) => {
      find(measured, "lpRequest").gas *= 1.009;
    };
    expect(wrong(change), "within 1 %").to.deep.equal([]);
  });

  it("fails on an operation above what it never may be, even where the snapshot has that figure", () => {
    for (const operation of Object.keys(GOALS) as Operation[]) {
      const above = read();
      const row = find(above, operation);
      row.gas = boundsOf(row)!.neverAbove + 1;
      delete above.aboveAll[nameOf(row)];
      expect(check(above, above)).to.have.lengthOf(1);
      expect(check(above, above)[0]).to.include(`must never be above ${boundsOf(row)!.neverAbove}`);
      row.gas--;
      expect(check(above, above), "at the bound").to.deep.equal([]);
    }
  });

  it("accepts an exception up to its figure, and not one that is no longer needed", () => {
    const accepting = read();
    const row = find(accepting, "open");
    row.gas = boundsOf(row)!.neverAbove + 100;
    accepting.aboveAll = { ...accepting.aboveAll, [nameOf(row)]: row.gas };
    const measure = (gas: number) => {
      const measured = structuredClone(accepting);
      find(measured, "open").gas = gas;
      return measured;
    };
    expect(check(measure(row.gas), accepting), "as accepted").to.deep.equal([]);
    expect(check(measure(row.gas + 1), accepting)[0]).to.include(`of which ${row.gas} are accepted`);
    expect(check(measure(row.gas - 100), accepting)[0]).to.include("needs no exception any more");

    const fallen = nextSnapshot(measure(row.gas - 50), accepting);
    expect(fallen.aboveAll[nameOf(row)], "a figure falls with the gas").to.equal(row.gas - 50);
    expect(nextSnapshot(measure(row.gas), fallen).aboveAll[nameOf(row)], "and stays").to.equal(row.gas - 50);
    const over = nextSnapshot(measure(row.gas - 100), fallen);
    expect(over.aboveAll, "and goes").not.to.have.property(nameOf(row));
    expect(nextSnapshot(measure(row.gas), over).aboveAll, "for good").not.to.have.property(nameOf(row));
  });

  it("fails on a contract that is 2 % larger or dearer to deploy", () => {
    for (const field of ["bytes", "gas"] as const) {
      const problems = wrong((measured) => {
        measured.contracts[0][field] = Math.round(measured.contracts[0][field] * 1.02);
      });
      expect(problems).to.have.lengthOf(1);
      expect(problems[0]).to.include(`${snapshot.contracts[0].contract}: `);
    }
  });

  it("fails on what is missing on either side", () => {
    expect(wrong((measured) => measured.operations.pop())[0]).to.include("no longer measured");
    expect(wrong((measured) => measured.contracts.pop())[0]).to.include("no longer deployed");
    const less = read();
    less.variants.pop();
    expect(wrong(() => {}, less)[0]).to.include("not in the snapshot");
    const more = { ...read(), aboveAll: { ...snapshot.aboveAll, nothing: 1 } };
    expect(wrong(() => {}, more)).to.deep.equal(["nothing: in aboveAll, but no longer measured"]);
  });
});

describe("The snapshot of gas", () => {
  const snapshot = read();

  it("has every operation on both feeds, steady and for the first time", () => {
    for (const feed of FEEDS) {
      const names = Object.keys(GOALS);
      for (const state of ["steady", "first"]) {
        const found = snapshot.operations.filter((m) => m.feed === feed && m.state === state);
        expect(
          found.map(({ operation }) => operation),
          `${feed}, ${state}`,
        ).to.have.members(names);
      }
    }
    for (const row of snapshot.operations) {
      expect(Object.keys(row)).to.deep.equal(["operation", "feed", "state", "gas"]);
    }
  });

  it("lists as above all exactly what is", () => {
    const above = measurementsOf(snapshot).filter(isAboveAll).map(nameOf);
    expect(Object.keys(snapshot.aboveAll)).to.have.members(above);
  });

  it("attributes all gas to classes, and compute to contracts", () => {
    expect(snapshot.profiles).to.have.lengthOf(FEEDS.length * Object.keys(GOALS).length);
    for (const { operation, gas, classes, compute, opcodes } of snapshot.profiles) {
      const sum = CLASSES.reduce((total, name) => total + classes[name], 0);
      expect(sum, operation).to.equal(gas);
      // What the steps took and the receipt doesn't say was refunded: nothing where no slot becomes zero.
      expect(classes.refund === 0 || classes.refund === -4_800, `refund of ${operation}`).to.equal(true);
      for (const parts of [compute, opcodes]) {
        const total = Object.values(parts).reduce((all, part) => all + part, 0);
        expect(total, `compute of ${operation}`).to.equal(classes.compute);
      }
    }
  });

  it("is what the tables of README.md and docs/gas.md say", () => {
    expect(staleDocuments(snapshot)).to.deep.equal([]);
    const other = read();
    find(other, "mint").gas++;
    expect(staleDocuments(other)).to.have.lengthOf(2);
  });
});

describe("The stand-in for Chainlink's proxy and aggregator", () => {
  it("touches two cold accounts and five cold slots, and takes 18.7k", async () => {
    const { ethers, provider } = await network.create();
    const [caller] = await ethers.getSigners();
    const aggregator = await ethers.deployContract("ChainlinkAggregator");
    const proxy = await ethers.deployContract("ChainlinkProxy", [aggregator]);
    await aggregator.addAccess(proxy);
    await aggregator.transmit(500n * 10n ** 8n);
    const source = await ethers.deployContract("ChainlinkSource", [
      {
        feed: proxy,
        underlying: "ETH",
        maxAge: 86_400,
        halfSpread: 10n ** 15n,
        minPrice: 10n ** 18n,
        maxPrice: 10n ** 24n,
        deadAfter: 259_200,
        sequencer: ZeroAddress,
        sequencerGrace: 0,
      },
    ]);
    const to = await source.getAddress();
    const data = source.interface.encodeFunctionData("read");
    const { hash } = await (await caller.sendTransaction({ to, data })).wait().then((receipt) => receipt!);
    const { structLogs } = (await provider.request({
      method: "debug_traceTransaction",
      params: [hash, { enableMemory: true }],
    })) as { structLogs: StructLog[] };
    const feed = (await proxy.getAddress()).toLowerCase();
    const steps = stepsOf(structLogs, caller.address, to).filter(
      ({ path, account }) => path.includes(feed) || account?.address === feed,
    );
    const cold = {
      accounts: steps.filter(({ account }) => account?.cold).length,
      slots: steps.filter(({ slot }) => slot?.cold).length,
    };
    expect(cold).to.deep.equal({ accounts: 2, slots: 5 });
    const gas = steps.reduce((sum, step) => sum + step.gas, 0);
    expect(gas).to.be.within(18_600, 18_800);
  });
});

describe("The least compute", () => {
  const OPCODES: Record<string, { takes: number; of?: (...words: bigint[]) => bigint }> = {
    ADD: { takes: 2, of: (a, b) => a + b },
    MUL: { takes: 2, of: (a, b) => a * b },
    GT: { takes: 2, of: (a, b) => (a > b ? 1n : 0n) },
    ISZERO: { takes: 1, of: (a) => (a === 0n ? 1n : 0n) },
    CALLDATALOAD: { takes: 1, of: (at) => at + 7n },
    MLOAD: { takes: 1, of: (at) => memory.get(at) ?? 0n },
    MSTORE: { takes: 2 },
    SSTORE: { takes: 2 },
    POP: { takes: 1 },
    JUMPI: { takes: 2 },
    STOP: { takes: 0 },
  };
  let memory = new Map<bigint, bigint>();

  /** The least of a program: opcodes, and numbers that are pushed. Each opcode takes 3. */
  function least(program: string): number {
    memory = new Map();
    let stack: bigint[] = [];
    const logs = [...program.split(" "), "STOP"].map((each): StructLog => {
      const op = /^\d/.test(each) ? "PUSH1" : each;
      const log = {
        op,
        gas: 0,
        gasCost: 3,
        depth: 1,
        stack: stack.map((word) => `0x${word.toString(16)}`),
        memory: [],
      };
      if (op === "PUSH1") stack = [...stack, BigInt(each)];
      else if (op.startsWith("DUP")) stack = [...stack, stack[stack.length - Number(op.slice(3))]];
      else {
        const { takes, of } = OPCODES[op];
        const taken = stack.slice(stack.length - takes).reverse();
        stack = stack.slice(0, stack.length - takes);
        if (op === "MSTORE") memory.set(taken[0], taken[1]);
        if (of) stack = [...stack, of(...taken)];
      }
      return log;
    });
    const steps = logs.map(({ op }): Step => ({ op, gas: 3, code: "", storage: "", path: [] }));
    return leastCompute(logs, steps, () => "ours").ours ?? 0;
  }

  it("counts what something comes of, with what it needs on the stack", () => {
    // Read for 3 and a push; written with a slot that is pushed too.
    expect(least("4 CALLDATALOAD 1 SSTORE")).to.equal(3 + 3 + 3);
    expect(least("4 CALLDATALOAD 36 CALLDATALOAD ADD 1 SSTORE")).to.equal(2 * (3 + 3) + 3 + 3);
  });

  it("counts nothing of which nothing comes, and no constants", () => {
    expect(least("4 CALLDATALOAD 36 CALLDATALOAD MUL POP")).to.equal(0);
    expect(least("2 3 ADD 1 SSTORE"), "two pushes").to.equal(6);
  });

  it("counts the same operation once, in any order of its operands, and a copy of its result", () => {
    const once = "4 CALLDATALOAD 36 CALLDATALOAD ADD 1 SSTORE";
    expect(least(`${once} 36 CALLDATALOAD 4 CALLDATALOAD ADD 2 SSTORE`)).to.equal(least(once) + 3 + 3);
    expect(least(`${once} 36 CALLDATALOAD 4 CALLDATALOAD MUL 2 SSTORE`)).to.equal(least(once) + 3 + 3 * 3);
  });

  it("doesn't count memory that is only a place to keep something", () => {
    const kept = "4 CALLDATALOAD 64 MSTORE 64 MLOAD 1 SSTORE";
    expect(least(kept.replaceAll("64", "128"))).to.equal(least("4 CALLDATALOAD 1 SSTORE"));
  });

  it("counts a decision once, and not that it is turned round", () => {
    const decided = "5 4 CALLDATALOAD GT 9 JUMPI";
    // A push for each: where to, with what to compare, where from.
    expect(least(decided)).to.equal(10 + 3 + 3 + 3 * 3);
    expect(least(`${decided} 5 4 CALLDATALOAD GT ISZERO 9 JUMPI`)).to.equal(least(decided));
  });

  it("is below what is taken, in every contract of every operation", () => {
    for (const { operation, compute, least: floor } of read().profiles) {
      for (const [name, gas] of Object.entries(floor)) {
        expect(gas, `${operation} in ${name}`).to.be.above(0).and.below(compute[name]);
      }
      expect(Object.keys(floor).sort(), operation).to.deep.equal(Object.keys(compute).sort());
    }
  });
});
