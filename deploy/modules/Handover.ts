import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import Protocol from "./Protocol.ts";

/** Makes another account the AccessManager's admin in place of the deployer, who can do nothing special from then on. */
export default buildModule("Handover", (m) => {
  const { accessManager } = m.useModule(Protocol);
  const deployer = m.getAccount(0);
  const ADMIN = 0n;
  const granted = m.call(accessManager, "grantRole", [ADMIN, m.getParameter("admin"), 0], {
    id: "grantAdmin",
  });
  m.call(accessManager, "renounceRole", [ADMIN, deployer], { id: "renounceAdmin", after: [granted] });
  return { accessManager };
});
