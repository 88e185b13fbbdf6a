// The words for what TokenLens says of a LeveragedToken. Their order is that of the enums in ITokenLens.sol.

/** What a token lets one do: TokenStatus. */
export const TOKEN_STATUSES = [
  "reckoning",
  "wiped out",
  "settled",
  "reduce-only",
  "empty",
  "emergency",
  "open",
] as const;

/** Why anyone may rebalance: RebalanceReason. */
export const REBALANCE_REASONS = [
  "none",
  "interval",
  "lower band",
  "upper band",
  "emergency",
  "wipe-out",
] as const;

export const statusOf = ({ status }: { status: bigint }) => TOKEN_STATUSES[Number(status)];

export const reasonOf = ({ reason }: { reason: bigint }) => REBALANCE_REASONS[Number(reason)];
