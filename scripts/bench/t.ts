import { network } from "hardhat";
import { ChainlinkAggregator__factory, ChainlinkProxy__factory } from "../../typechain-types/index.js";

const { ethers } = await network.create();
const [me] = await ethers.getSigners();
const a = await new ChainlinkAggregator__factory(me).deploy();
const p = await new ChainlinkProxy__factory(me).deploy(a);
await a.addAccess(p);
await a.transmit(500n * 10n ** 8n);
const r = await (
  await me.sendTransaction({
    to: await p.getAddress(),
    data: p.interface.encodeFunctionData("latestRoundData"),
  })
).wait();
console.log(Number(r!.gasUsed) - 21064 + 2600);
