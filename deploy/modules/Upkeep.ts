import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Rebalances for a keeper network, whose rewards go to the beneficiary: the deployer unless another is named. */
export default buildModule("Upkeep", (m) => {
  const beneficiary = m.getParameter("beneficiary", m.getAccount(0));
  const upkeep = m.contract("RebalanceUpkeep", [m.getParameter("factory"), beneficiary]);
  return { upkeep };
});
