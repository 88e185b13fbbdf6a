// Twin of contracts/libraries/Attribution.sol, where the formulas are explained.

import { ContractError } from "./ContractError.ts";
import {
  abs,
  divCeil,
  divDown,
  divFloor,
  divUp,
  int,
  MAX_UINT256,
  mulDivDown,
  mulDivUp,
  mulWadUp,
  sqrtUp,
  stepDown,
  uint,
  WAD,
  withSign,
} from "./FixedPoint.ts";
import { type Conditions, costUp } from "./Impact.ts";
import { FEE_STEP } from "./Market.ts";

/** What a mint or burn scales: q + Δr (signed units), N_r (BaseToken) and the supply of tokens. WAD. */
export interface Holding {
  position: bigint;
  value: bigint;
  supply: bigint;
}

/** Seconds. */
export const YEAR = 365n * 86_400n;

/** Value per token, as a part of the first, below which it is wiped out: 1/1e9. */
const WIPED_OUT = 10n ** 9n;

/** Makes `held` stand for an empty token, in which v buys v tokens and L·v/p of position. */
export function fillFirst(held: Holding, leverage: bigint, price: bigint): void {
  held.position = leverage;
  held.value = price;
  held.supply = price;
}

/** δ = k·v. Away from zero. WAD. */
export function scaledUp(held: Holding, value: bigint): bigint {
  return withSign(divUp(uint(abs(held.position) * value), held.value), held.position);
}

/** Exact-in: tokens (down) and δ for a deposit of D; 0 when D cannot even pay its own cost. */
export function deposit(
  held: Holding,
  around: Conditions,
  assets: bigint,
): { tokens: bigint; amount: bigint } {
  const nothing = { tokens: 0n, amount: 0n };
  const opposes = around.forced < 0n !== held.position < 0n && around.forced !== 0n;
  const skew = opposes ? int(around.skew - around.forced) : around.skew;
  const leverage = leverageOf(held, around.price);
  const size = abs(leverage);
  const b = int(WAD + divCeil(int(leverage * skew), around.depth) + mulWadUp(size, around.costRate));
  if (b <= 0n) return nothing;
  const growth = mulDivUp(uint(2n * size * WAD), mulDivUp(size, assets, around.price), around.depth);
  let value = mulDivDown(uint(2n * assets), WAD, uint(b + sqrtUp(uint(uint(b * b) + growth))));
  const amount = scaledUp(held, value);
  const left = int(assets - costUp(around, amount));
  if (left < value) value = left > 0n ? left : 0n;
  if (value === 0n) return nothing;
  return { tokens: divDown(uint(held.supply * value), held.value), amount };
}

/** More than any trade can be. Units, WAD. */
const MAX_TRADE = (2n ** 96n - 1n) * 2n;

function requireWithin(amount: bigint, most: bigint): void {
  if (amount > most) throw new ContractError("LeveragedToken_AmountOutOfRange", [amount, most]);
}

/** Exact-out: the deposit D (up) that buys `tokens`, and δ. */
export function mint(held: Holding, around: Conditions, tokens: bigint): { assets: bigint; amount: bigint } {
  const value = mulDivUp(tokens, held.value, held.supply);
  requireWithin(value, 2n ** 128n - 1n);
  const amount = scaledUp(held, value);
  requireWithin(abs(amount), MAX_TRADE);
  const cost = int(value + costUp(around, amount));
  return { assets: cost > 0n ? cost : 1n, amount };
}

/** Exact-in: the payout (down) of a burn of `tokens`, and δ. A negative payout only when everybody burns. */
export function redeem(
  held: Holding,
  around: Conditions,
  tokens: bigint,
): { assets: bigint; amount: bigint } {
  const amount = -withSign(divUp(uint(abs(held.position) * tokens), held.supply), held.position);
  const assets = int(divDown(uint(held.value * tokens), held.supply) - costUp(around, amount));
  if (assets < 0n && tokens < held.supply) return { assets: 0n, amount: 0n };
  return { assets, amount };
}

/** Exact-out: tokens to burn (up) for a payout of w; MAX_UINT256 when no burn pays w. */
export function withdraw(held: Holding, around: Conditions, assets: bigint): bigint {
  const opposes = around.forced !== 0n && around.forced < 0n === held.position < 0n;
  const skew = opposes ? int(around.skew - around.forced) : around.skew;
  const leverage = leverageOf(held, around.price);
  const size = abs(leverage);
  const g = int(WAD + divFloor(int(leverage * skew), around.depth) - mulWadUp(size, around.costRate));
  if (g <= 0n) return MAX_UINT256;
  const growth = mulDivUp(uint(2n * size * WAD), mulDivUp(size, assets, around.price), around.depth);
  const square = uint(g * g);
  if (growth > square) return MAX_UINT256;
  const denominator = uint(g + sqrtUp(square - growth));
  let tokens = mulDivUp(uint(2n * assets), uint(WAD * held.supply), uint(held.value * denominator));
  for (let i = 0; i < 5 && tokens <= held.supply; i++) {
    let paid = redeem(held, around, tokens).assets;
    if (paid >= assets) return tokens;
    if (paid === 0n) paid -= FEE_STEP;
    tokens = uint(tokens + mulDivUp(int(assets - paid), uint(2n * held.supply), held.value));
  }
  return MAX_UINT256;
}

/** p·(q + Δr)/N_r, signed. Toward zero. WAD. */
export function leverageOf(held: Holding, price: bigint): bigint {
  return withSign(divDown(uint(abs(held.position) * price), held.value), held.position);
}

/** Whether a token with a supply is wiped out: N ≤ 0, or less than 1e-9 of its first value is left of a token. */
export function isWipedOut(value: bigint, supply: bigint): boolean {
  return value <= 0n || value * WIPED_OUT < supply;
}

/** f·N·t/year in whole FEE_STEPs. Down. BaseToken, WAD. */
export function streamingFeeDown(value: bigint, rate: bigint, elapsed: bigint): bigint {
  const fee = divDown(uint(value * rate * elapsed), WAD * YEAR);
  return stepDown(fee > value ? value : fee, FEE_STEP);
}

/** The fee on an amount. Up. BaseToken, WAD. */
export function feeUp(assets: bigint, rate: bigint): bigint {
  return mulWadUp(assets, rate);
}

/** What must be paid before the fee so that `assets` is left after it: assets/(1 − rate). Up. */
export function beforeFeeUp(assets: bigint, rate: bigint): bigint {
  return mulDivUp(assets, WAD, uint(WAD - rate));
}
