// A deployment that stops in the middle goes on from there.
import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import { artifacts } from "hardhat";
import { openTerminal, type Terminal } from "./program.ts";

describe("A deployment", () => {
  const deployer = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
  let terminal: Terminal;
  let provider: JsonRpcProvider;

  before(async () => {
    terminal = await openTerminal("hardhat", "resume");
    provider = new JsonRpcProvider(terminal.node.url, undefined, { cacheTimeout: -1 });
  });

  after(async () => {
    provider?.destroy();
    await terminal?.close();
  });

  it("that stops for want of gas says so, and goes on when run again, doing nothing twice", async () => {
    await provider.send("hardhat_setBalance", [deployer, `0x${(2n * 10n ** 16n).toString(16)}`]);
    const first = await terminal.lt("deploy");
    expect(first.code, first.stdout).to.equal(1);
    expect(first.stderr).to.match(/ran out of ETH for gas.* run the same command again/);
    const halfway = await provider.getTransactionCount(deployer);
    expect(halfway, "some of it was done").to.be.greaterThan(0);

    await provider.send("hardhat_setBalance", [deployer, `0x${(10n ** 20n).toString(16)}`]);
    const second = await terminal.start(["deploy"]);
    expect(second.code, second.stderr).to.equal(0);
    expect(second.stdout).to.match(/✓ Checked: \d+ addresses/);
    const all = await provider.getTransactionCount(deployer);

    const third = await terminal.lt("deploy");
    expect(third.stdout).to.match(/everything was there already/);
    expect(await provider.getTransactionCount(deployer), "nothing twice").to.equal(all);
  });

  it("is read back, and what differs is told", async () => {
    const roles = await terminal.lt("check --json");
    expect(roles.code, roles.stderr).to.equal(0);
    const { findings } = JSON.parse(roles.stdout) as { findings: { what: string; ok: boolean }[] };
    for (const what of [
      "guardian",
      "owner",
      "admin",
      "ClearingHouse: feeReceiver",
      "token 5XLONG_ETHDAI: policy",
    ]) {
      expect(findings.find((finding) => finding.what === what)?.ok, what).to.equal(true);
    }
    const { clearingHouse } = JSON.parse((await terminal.lt("status --json")).stdout).book as {
      clearingHouse: string;
    };
    // setFeeReceiver(address), by the owner.
    const data = `0xefdcd974${"33".repeat(20).padStart(64, "0")}`;
    const signer = await provider.getSigner(0);
    await (await signer.sendTransaction({ to: clearingHouse, data })).wait();
    const changed = await terminal.lt("check");
    expect(changed.code).to.equal(1);
    expect(changed.stderr).to.match(
      /1 of \d+ things are not as they should be: ClearingHouse: feeReceiver is 0x3333/,
    );
  });

  it("is listed for Sourcify, each contract with its own constructor's arguments", async () => {
    const { code, stdout, stderr } = await terminal.lt("verify --dry-run --json");
    expect(code, stderr).to.equal(0);
    const list = JSON.parse(stdout) as { contract: string; address: string }[];
    const names = list.map(({ contract }) => contract.split(":")[1]);
    expect(names).to.include.members([
      "ClearingHouse",
      "Resolution",
      "LiquidityPool",
      "LeveragedToken",
      "Lens",
    ]);
    for (const { contract, address } of list) {
      await artifacts.readArtifact(contract);
      expect(await provider.getCode(address), contract).not.to.equal("0x");
    }
  });
});
