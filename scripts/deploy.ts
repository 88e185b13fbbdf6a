// Deploys what deploy/parameters/<network>.json5 says, or goes on where a deployment stopped:
//   npx hardhat run scripts/deploy.ts --network sepolia
// A chain of one's own, `npx hardhat node`, is the network `localhost` and takes deploy/parameters/local.json5.
import { network } from "hardhat";
import { deploy, readParameters } from "../deploy/index.ts";

const connection = await network.create();
const { chainId } = await connection.ethers.provider.getNetwork();
const named = ["default", "localhost", "node"].includes(connection.networkName)
  ? "local"
  : connection.networkName;
console.log(`Deploying ${named}.json5 to chain ${chainId}`);
const deployment = await deploy(connection, readParameters(named), `chain-${chainId}`);

const say = async (name: string, contract: { getAddress(): Promise<string> }) =>
  console.log(`  ${name.padEnd(24)}${await contract.getAddress()}`);
const { clearingHouse, factory, accessManager, baseTokens, feeds, markets, tokens } = deployment;
await say("ClearingHouse", clearingHouse);
await say("LeveragedTokenFactory", factory);
await say("AccessManager", accessManager);
for (const [name, contract] of Object.entries(baseTokens)) await say(name, contract);
for (const [name, contract] of Object.entries(feeds)) await say(`feed of ${name}`, contract);
for (const [name, { pool }] of Object.entries(markets)) await say(`pool of ${name}`, pool);
for (const [name, contract] of Object.entries(tokens)) await say(name, contract);
