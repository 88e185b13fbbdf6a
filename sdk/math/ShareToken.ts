// Twin of contracts/token/ShareToken.sol, and of what LiquidityPool takes from OpenZeppelin's ERC20: balances and
// allowances. The supply is kept by whoever has them.
import { ContractError } from "./ContractError.ts";
import { MAX_UINT256 } from "./FixedPoint.ts";
import type { MarketState } from "./Venue.ts";

export interface Shares {
  balances: Map<string, bigint>;
  /** By owner, then spender. */
  allowances: Map<string, bigint>;
}

export const ZERO_ADDRESS = `0x${"0".repeat(40)}`;

const pair = (owner: string, spender: string) => `${owner}/${spender}`;

export const balanceOf = (shares: Shares, owner: string): bigint => shares.balances.get(owner) ?? 0n;

export const allowance = (shares: Shares, owner: string, spender: string): bigint =>
  shares.allowances.get(pair(owner, spender)) ?? 0n;

export function approve(shares: Shares, caller: string, spender: string, value: bigint): void {
  if (spender === ZERO_ADDRESS) throw new ContractError("ERC20InvalidSpender", [spender]);
  shares.allowances.set(pair(caller, spender), value);
}

export function transfer(shares: Shares, caller: string, receiver: string, value: bigint): void {
  if (receiver === ZERO_ADDRESS) throw new ContractError("ERC20InvalidReceiver", [receiver]);
  removeBalance(shares, caller, value);
  addBalance(shares, receiver, value);
}

export function transferFrom(
  shares: Shares,
  caller: string,
  owner: string,
  receiver: string,
  value: bigint,
): void {
  atomically(shares, () => {
    spendAllowance(shares, owner, caller, value);
    transfer(shares, owner, receiver, value);
  });
}

/** An allowance of the largest uint256 is not used up. */
export function spendAllowance(shares: Shares, owner: string, spender: string, value: bigint): void {
  const allowed = allowance(shares, owner, spender);
  if (allowed === MAX_UINT256) return;
  if (allowed < value) throw new ContractError("ERC20InsufficientAllowance", [spender, allowed, value]);
  shares.allowances.set(pair(owner, spender), allowed - value);
}

export function addBalance(shares: Shares, receiver: string, value: bigint): void {
  if (receiver === ZERO_ADDRESS) throw new ContractError("ERC20InvalidReceiver", [receiver]);
  shares.balances.set(receiver, balanceOf(shares, receiver) + value);
}

export function removeBalance(shares: Shares, owner: string, value: bigint): void {
  const balance = balanceOf(shares, owner);
  if (balance < value) throw new ContractError("ERC20InsufficientBalance", [owner, balance, value]);
  shares.balances.set(owner, balance - value);
}

const copyOf = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, part instanceof Map ? new Map(part) : part]),
  ) as Partial<T>;

/** Does all of `act`, or nothing when it is refused, to shares and the market that they are of. */
export function atomically<T>(shares: Shares & { readonly market?: MarketState }, act: () => T): T {
  const { market } = shares;
  const before = copyOf(shares);
  const marketBefore = market && copyOf(market);
  try {
    return act();
  } catch (error) {
    Object.assign(shares, before);
    if (market) Object.assign(market, marketBefore);
    throw error;
  }
}
