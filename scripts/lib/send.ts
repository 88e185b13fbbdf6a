import { type ContractTransaction, formatEther, isError, type TransactionReceipt } from "ethers";
import { showAmount } from "../../sdk/amounts.ts";
import { explainRevert, revertData, revertName, type Unit, UserError } from "../../sdk/errors.ts";
import type { BaseToken, SendingSession } from "./session.ts";
import * as ui from "./ui.ts";

/** One transaction. */
export interface Step {
  title: string;
  transaction: ContractTransaction;
  /** Gives an allowance that the next step needs. */
  approves?: boolean;
}

/** What is going to be sent, and what a person should know before it is. */
export interface Plan {
  title: string;
  facts: [name: string, value: string][];
  warnings?: string[];
  steps: Step[];
  /** What the contracts' own amounts are counted in. */
  unit: Unit;
}

export interface Sent {
  title: string;
  hash: string;
  gasUsed: bigint;
  receipt: TransactionReceipt;
}

/** Approval of exactly what is needed, or of everything; nothing when there is enough. */
export async function approval(
  session: SendingSession,
  base: BaseToken,
  amount: bigint,
  spender: { name: string; address: string },
  options: { approve?: boolean; approveMax?: boolean },
): Promise<Step[]> {
  const allowance = await base.contract.allowance(session.account, spender.address);
  if (allowance >= amount) return [];
  const shown = showAmount(amount, base.decimals);
  if (options.approve === false) {
    throw new UserError(
      `You let ${spender.name} take ${showAmount(allowance, base.decimals)} ${base.symbol}, and it needs ${shown}.`,
      "Leave --no-approve away: then exactly this amount is approved first.",
    );
  }
  const given = options.approveMax ? 2n ** 256n - 1n : amount;
  const title = `approve ${options.approveMax ? "any amount of" : shown} ${base.symbol}`;
  return [
    {
      title,
      transaction: await base.contract.approve.populateTransaction(spender.address, given),
      approves: true,
    },
  ];
}

/** Refuses what the account can't pay. */
export async function requireBalance(
  session: SendingSession,
  base: BaseToken,
  amount: bigint,
): Promise<void> {
  const balance = await base.contract.balanceOf(session.account);
  if (balance >= amount) return;
  throw new UserError(
    `You have ${showAmount(balance, base.decimals)} ${base.symbol}, not ${showAmount(amount, base.decimals)}.`,
    `Type a smaller amount, or get some: npm run lt -- faucet ${base.symbol}`,
  );
}

/**
 * Shows a plan, and sends it unless it is a dry run. Each transaction is simulated before it is sent, so none is sent that
 * would fail; those that wait for an approval are, too: payments are what contracts do last.
 */
export async function execute(session: SendingSession, plan: Plan): Promise<Sent[]> {
  const { options } = session;
  const { cost, known } = await simulateAll(session, plan);
  ui.title(plan.title);
  const gas = `${showAmount(cost)} ETH at most${known ? "" : ", and that of what follows the approval"}`;
  ui.facts([...plan.facts, ["gas", gas]]);
  for (const warning of plan.warnings ?? []) ui.warn(warning);
  if (options.dryRun) {
    ui.say("Nothing was sent (--dry-run).");
    return [];
  }
  if (!options.yes && !session.chain.local) await ui.confirm(`Send on ${session.chain.title}?`);
  const sent: Sent[] = [];
  for (const step of plan.steps) sent.push(await send(session, step, plan.unit));
  return sent;
}

async function simulateAll(session: SendingSession, { steps, unit }: Plan) {
  const price = await gasPrice(session);
  let [cost, known, approved] = [0n, true, false];
  for (const step of steps) {
    try {
      await simulate(session, step, unit);
      cost += (await estimate(session, step)) * price;
    } catch (error) {
      if (!approved || !isMissingAllowance(error)) throw error;
      known = false;
    }
    approved ||= step.approves === true;
  }
  await requireGas(session, cost);
  return { cost, known };
}

async function simulate(session: SendingSession, step: Step, unit: Unit): Promise<void> {
  try {
    await session.chain.provider.call({ ...step.transaction, from: session.account });
  } catch (error) {
    throw explainRevert(error, unit) ?? error;
  }
}

/** Whether a simulation got as far as the payment. */
function isMissingAllowance(error: unknown): boolean {
  const cause = error instanceof UserError ? error.cause : error;
  if (revertName(cause) === "ERC20InsufficientAllowance") return true;
  return (
    revertData(cause) !== undefined &&
    isError(cause, "CALL_EXCEPTION") &&
    /allowance/i.test(cause.reason ?? "")
  );
}

async function estimate(session: SendingSession, step: Step): Promise<bigint> {
  try {
    const gas = await session.chain.provider.estimateGas({ ...step.transaction, from: session.account });
    return (gas * 12n) / 10n;
  } catch (error) {
    if (isError(error, "INSUFFICIENT_FUNDS") || /insufficient funds|enough funds/i.test(String(error))) {
      throw await poor(session, undefined);
    }
    throw error;
  }
}

async function gasPrice({ chain }: SendingSession): Promise<bigint> {
  const { maxFeePerGas, gasPrice } = await chain.provider.getFeeData();
  return maxFeePerGas ?? gasPrice ?? 0n;
}

async function requireGas(session: SendingSession, cost: bigint): Promise<void> {
  const balance = await session.chain.provider.getBalance(session.account);
  if (balance < cost || balance === 0n) throw await poor(session, cost);
}

async function poor(session: SendingSession, cost: bigint | undefined): Promise<UserError> {
  const balance = await session.chain.provider.getBalance(session.account);
  const needs =
    cost === undefined ? "too little for the gas" : `and the gas may cost ${formatEther(cost)} ETH`;
  return new UserError(
    `${session.account} has ${formatEther(balance)} ETH, ${needs}.`,
    session.chain.local
      ? "Use another --account of the local node."
      : `Send it some ETH of ${session.chain.title}.`,
  );
}

async function send(session: SendingSession, step: Step, unit: Unit): Promise<Sent> {
  await simulate(session, step, unit);
  const gasLimit = await estimate(session, step);
  const response = await session.signer.sendTransaction({ ...step.transaction, gasLimit });
  const receipt = await ui.during(`${step.title}: ${response.hash}`, response.wait());
  if (receipt === null)
    throw new UserError(`${step.title}: the transaction was replaced.`, "Look at your account, then retry.");
  ui.good(`${step.title} (${receipt.gasUsed.toLocaleString("en")} gas, ${receipt.hash})`);
  return { title: step.title, hash: receipt.hash, gasUsed: receipt.gasUsed, receipt };
}

/** What was sent, for --json. */
export const sentJson = (sent: Sent[]) => sent.map(({ title, hash, gasUsed }) => ({ title, hash, gasUsed }));
