// Twin of contracts/libraries/Impact.sol.
import { abs, divCeil, divFloor, divUp, int, mulDivUp, stepUp, uint, WAD } from "./FixedPoint.ts";
import { FEE_STEP } from "./Market.ts";

/** What surrounds a trade: p, K, φ, the skew just before it with its E(s), and the forced trades of this block. WAD. */
export interface Conditions {
  price: bigint;
  depth: bigint;
  costRate: bigint;
  skew: bigint;
  energy: bigint;
  forced: bigint;
}

/** E(s) = p·s²/(2K). Up. BaseToken, WAD. */
export function energyUp(price: bigint, skew: bigint, depth: bigint): bigint {
  const size = abs(skew);
  return mulDivUp(uint(price * size), size, uint(2n * depth * WAD));
}

/** I(s, Δ) = E(s+Δ) − E(s): exact as a difference of rounded E. BaseToken, WAD, signed. */
export function impact({ price, skew, depth, energy }: Conditions, amount: bigint): bigint {
  return int(energyUp(price, int(skew + amount), depth) - energy);
}

/** Moves the skew by a trade of Δ whose impact is I(s, Δ), in place. */
export function move(around: Conditions, amount: bigint, impact: bigint): void {
  around.skew = int(around.skew + amount);
  around.energy = uint(around.energy + impact);
}

/** What surrounds the trade after one of Δ, as a new object. */
export function moved(around: Conditions, amount: bigint): Conditions {
  const after = { ...around };
  move(after, amount, impact(around, amount));
  return after;
}

/** I*(Δ) − I(s, Δ) = max(0, −p·B·Δ/K). Up, to a whole FEE_STEP. BaseToken, WAD. */
export function surchargeUp(around: Conditions, amount: bigint): bigint {
  const { price, depth, forced } = around;
  if (forced === 0n || amount === 0n || forced < 0n === amount < 0n) return 0n;
  return stepUp(mulDivUp(uint(price * abs(forced)), abs(amount), uint(depth * WAD)), FEE_STEP);
}

/** p + (I + surcharge)/Δ. Ceil when buying, Floor when selling, and at least 0. BaseToken per unit, WAD. */
export function fillPrice(price: bigint, cost: bigint, amount: bigint): bigint {
  const scaled = int(cost * WAD);
  const filled = int(price + (amount > 0n ? divCeil(scaled, amount) : divFloor(scaled, amount)));
  return filled > 0n ? filled : 0n;
}

/** rate·p·|Δ|. Up. BaseToken, WAD. */
export function feeUp(price: bigint, amount: bigint, rate: bigint): bigint {
  return divUp(uint(price * abs(amount) * rate), WAD * WAD);
}

/** I*(Δ) + φ·p·|Δ|. BaseToken, WAD, signed. */
export function costUp(around: Conditions, amount: bigint): bigint {
  return int(
    impact(around, amount) + surchargeUp(around, amount) + feeUp(around.price, amount, around.costRate),
  );
}

/** I(s, −q) + φ·p·|q|: what closing a position at once would cost, without a surcharge. BaseToken, signed, WAD. */
export function exitCostUp({ price, depth, costRate, skew, energy }: Conditions, position: bigint): bigint {
  return int(energyUp(price, skew - position, depth) - energy + feeUp(price, position, costRate));
}
