import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

const NONE = `0x${"00".repeat(20)}`;

/** The roles of the AccessManager: all that anyone can be given. */
export const GUARDIAN = 1n;
export const OWNER = 2n;

/** What the roles are for: `setReduceOnly(MarketParams,bool)` and `setFeeReceiver(address)`. */
export const GUARDIAN_SELECTOR = "0xa84dc222";
export const OWNER_SELECTOR = "0xefdcd974";

/**
 * The venue and the factory, without any market.
 *
 * The deployer stays the AccessManager's admin, who gives out the roles, until the module Handover.
 */
export default buildModule("Protocol", (m) => {
  const deployer = m.getAccount(0);
  const guardian = m.getParameter("guardian", deployer);
  const owner = m.getParameter("owner", deployer);
  const feeReceiver = m.getParameter("feeReceiver", deployer);
  // Without Uniswap the router mints and burns, and refuses to swap.
  const uniswapFactory = m.getParameter("uniswapFactory", NONE);

  const accessManager = m.contract("AccessManager", [deployer]);
  const poolDeployer = m.contract("LiquidityPoolDeployer");
  const tokenDeployer = m.contract("LeveragedTokenDeployer", [], {
    libraries: { Quotes: m.library("Quotes") },
  });
  const factory = m.contract("LeveragedTokenFactory", [tokenDeployer]);
  const clearingHouse = m.contract("ClearingHouse", [accessManager, feeReceiver, factory, poolDeployer], {
    libraries: {
      Creation: m.library("Creation"),
      Resolution: m.library("Resolution"),
      Views: m.library("Views"),
    },
  });
  m.call(factory, "initialize", [clearingHouse]);
  const lens = m.contract("Lens", [clearingHouse]);
  const tokenLens = m.contract("TokenLens", [factory]);
  const feedFactory = m.contract("NetAssetValueFeedFactory", [clearingHouse]);
  const router = m.contract("Router", [clearingHouse, uniswapFactory]);
  const priceLens = m.contract("PriceLens");

  m.call(accessManager, "setTargetFunctionRole", [clearingHouse, [GUARDIAN_SELECTOR], GUARDIAN], {
    id: "allowGuardian",
  });
  m.call(accessManager, "setTargetFunctionRole", [clearingHouse, [OWNER_SELECTOR], OWNER], {
    id: "allowOwner",
  });
  m.call(accessManager, "grantRole", [GUARDIAN, guardian, 0], { id: "grantGuardian" });
  m.call(accessManager, "grantRole", [OWNER, owner, 0], { id: "grantOwner" });

  return {
    ...{ accessManager, poolDeployer, factory, clearingHouse },
    ...{ lens, tokenLens, priceLens, feedFactory, router },
  };
});
