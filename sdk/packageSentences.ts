// The custom errors of OpenZeppelin's contracts that ours contain, as sentences with remedies.
import { showAmount, showTime } from "./amounts.ts";
import { INTERNAL, type Sentence } from "./sentence.ts";

const PERMIT = "Sign the permit again, for this chain and token.";

const internal =
  (message: string): Sentence =>
  () => [message, INTERNAL];

const permit =
  (message: string): Sentence =>
  () => [message, PERMIT];

const admin =
  (message: string): Sentence =>
  () => [message, "Ask the AccessManager's admin; `status --roles` says who that is."];

export const PACKAGE_SENTENCES: Record<string, Sentence> = {
  ERC20InsufficientAllowance: ({ spender, allowance, needed }, { symbol, decimals }) => [
    `${spender} may take ${showAmount(allowance, decimals)} of your ${symbol}, and needs ${showAmount(needed, decimals)}.`,
    "Leave --no-approve away, so that the amount is approved first.",
  ],
  ERC20InsufficientBalance: ({ balance, needed }, { symbol, decimals }) => [
    `There are ${showAmount(balance, decimals)} ${symbol} where ${showAmount(needed, decimals)} are needed.`,
    "Type a smaller amount; on a local chain or testnet `faucet` gives BaseTokens.",
  ],
  ERC20InvalidApprover: internal("Nobody can approve for the zero address."),
  ERC20InvalidReceiver: () => ["Tokens can't be sent to that address.", "Name another receiver."],
  ERC20InvalidSender: internal("Tokens can't come from the zero address."),
  ERC20InvalidSpender: internal("The zero address can't be approved."),
  ERC2612ExpiredSignature: ({ deadline }) => [`The permit was good until ${showTime(deadline)}.`, PERMIT],
  ERC2612InvalidSigner: permit("The permit was signed by somebody else."),
  InvalidAccountNonce: permit("The permit was used already, or an earlier one is missing."),
  ECDSAInvalidSignature: permit("The signature is no signature."),
  ECDSAInvalidSignatureLength: permit("The signature has the wrong length."),
  ECDSAInvalidSignatureS: permit("The signature is not in its canonical form."),
  SafeERC20FailedOperation: ({ token }) => [
    `The BaseToken ${token} refused a transfer.`,
    "Check your balance and allowance of it, and whether it is paused.",
  ],
  ReentrancyGuardReentrantCall: internal("A call came from inside another call."),
  InvalidShortString: internal("A stored name is broken."),
  StringTooLong: ({ str }) => [`The name "${str}" is too long.`, "Use at most 31 bytes."],
  SafeCastOverflowedIntDowncast: () => [
    "That price is larger than a local feed can hold.",
    "Type a smaller one.",
  ],
  SafeCastOverflowedUintDowncast: () => [
    "That time is later than a local feed can hold.",
    "Type an earlier one.",
  ],
  SafeCastOverflowedUintToInt: () => ["That amount is larger than Uniswap can count.", "Exchange less."],
  AddressEmptyCode: ({ target }) => [
    `There is no contract at ${target}.`,
    "Check the address and the network.",
  ],
  FailedCall: internal("A call failed without saying why."),
  InsufficientBalance: () => ["The contract has less of the chain's coin than it would send.", "Send less."],
  AccessManagedInvalidAuthority: internal("The new authority has no code."),
  AccessManagedRequiredDelay: admin("This call must be scheduled first and wait."),
  AccessManagedUnauthorized: ({ caller }) => [
    `${caller} does not have the role for this.`,
    "Use the key of the guardian or owner.",
  ],
  AccessManagerAlreadyScheduled: admin("This call is scheduled already."),
  AccessManagerBadConfirmation: admin("A role can only be renounced by whoever holds it."),
  AccessManagerExpired: admin("The scheduled call has expired."),
  AccessManagerInvalidInitialAdmin: admin("The AccessManager needs an admin."),
  AccessManagerLockedFunction: admin("This function can't be given to a role."),
  AccessManagerLockedRole: admin("This role can't be changed."),
  AccessManagerNotReady: admin("The scheduled call must wait longer."),
  AccessManagerNotScheduled: admin("The call was not scheduled."),
  AccessManagerUnauthorizedAccount: admin("You don't have the role for this."),
  AccessManagerUnauthorizedCall: admin("You may not make this call."),
  AccessManagerUnauthorizedCancel: admin("You may not cancel this call."),
  AccessManagerUnauthorizedConsume: admin("Only the target may consume a scheduled call."),
};
