import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import Protocol from "./Protocol.ts";
import { type Plan, tokens } from "./Tokens.ts";

/**
 * Everything of a plan, and then another admin for the AccessManager in place of the deployer, who can do nothing special
 * from then on.
 */
export function handover(plan: Plan) {
  const tokensModule = tokens(plan);
  return buildModule("Handover", (m) => {
    const contracts = m.useModule(tokensModule);
    const { accessManager } = m.useModule(Protocol);
    const ADMIN = 0n;
    const granted = m.call(accessManager, "grantRole", [ADMIN, m.getParameter("admin"), 0], {
      id: "grantAdmin",
      after: [Protocol],
    });
    m.call(accessManager, "renounceRole", [ADMIN, m.getAccount(0)], {
      id: "renounceAdmin",
      after: [granted],
    });
    return contracts;
  });
}
