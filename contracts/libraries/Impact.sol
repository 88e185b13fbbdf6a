// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FEE_STEP} from "../types/MarketWords.sol";
import {FixedPoint} from "./FixedPoint.sol";

/// @notice What surrounds a trade: price, depth and cost rate, the skew just before it, and the forced trades of this
/// block.
/// @param price p, mid. BaseToken, WAD.
/// @param depth K, units of underlying. WAD.
/// @param costRate φ = trade fee + half-spread. WAD.
/// @param skew s, units of underlying, signed. WAD.
/// @param energy E(s): what the skew would pay back. It moves with the skew, by `Impact.move` alone. BaseToken, WAD.
/// @param forced B, units of underlying, signed. WAD.
struct Conditions {
    uint256 price;
    uint256 depth;
    uint256 costRate;
    int256 skew;
    uint256 energy;
    int256 forced;
}

/// @notice The price of moving the skew: fill price p·(1 + (s + Δ/2)/K), so I(s, Δ) = E(s+Δ) − E(s) with
/// E(s) = p·s²/(2K).
library Impact {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @notice E(s): what closing the whole skew would pay back to traders. Up: the pool keeps the wei.
    function energyUp(uint256 price, int256 skew, uint256 depth) internal pure returns (uint256) {
        unchecked {
            uint256 square = uint256(skew * skew);
            uint256 divisor = 2 * depth * FixedPoint.WAD;
            // p < 2^87: below 2^84 units the product fits, with a divisor below 2^173 more; what it has more rounds up.
            if (square >> 168 == 0) return (price * square + (divisor - 1)).divDown(divisor);
            return square.mulDivUp(price, divisor);
        }
    }

    /// @notice I(s, Δ): the part of the price of Δ that comes from moving the skew; < 0 when it narrows it. Exact as
    /// a difference of two rounded E, so the impacts of a path add up to the impact of its ends.
    function impact(Conditions memory around, int256 amount) internal pure returns (int256) {
        unchecked {
            return int256(energyUp(around.price, around.skew + amount, around.depth)) - int256(around.energy);
        }
    }

    /// @notice Moves the skew by a trade of Δ, in place.
    /// @param impact_ I(s, Δ).
    function move(Conditions memory around, int256 amount, int256 impact_) internal pure {
        unchecked {
            around.skew += amount;
            around.energy = uint256(int256(around.energy) + impact_);
        }
    }

    /// @notice I*(Δ) − I(s, Δ) = max(0, −p·B·Δ/K): what a voluntary trade pays for filling as if the block's forced
    /// trades had not yet happened. Up, to a whole FEE_STEP, since all of it goes to protocolFees.
    function surchargeUp(Conditions memory around, int256 amount) internal pure returns (uint256) {
        return surchargeUp(around.price, around.depth, around.forced, amount);
    }

    /// @notice The same, with p, K and B.
    function surchargeUp(
        uint256 price,
        uint256 depth,
        int256 forced,
        int256 amount
    ) internal pure returns (uint256 surcharge) {
        unchecked {
            // One `if` within the other, as mostly nothing was forced.
            if (forced != 0) {
                if (amount != 0 && (forced ^ amount) < 0) {
                    surcharge = (price * forced.abs()).mulDivUp(amount.abs(), depth * FixedPoint.WAD).stepUp(
                        FEE_STEP
                    );
                }
            }
        }
    }

    /// @notice p + (I + surcharge)/Δ: the price per unit at which Δ fills, fee excluded. Ceil when buying and Floor when
    /// selling: never better than what is paid. Δ isn't 0.
    function fillPrice(uint256 price, int256 cost, int256 amount) internal pure returns (uint256) {
        unchecked {
            int256 scaled = cost * FixedPoint.IWAD;
            int256 filled =
                int256(price) +
                    (amount > 0 ? scaled.divCeil(uint256(amount)) : (-scaled).divFloor(uint256(-amount)));
            return filled > 0 ? uint256(filled) : 0;
        }
    }

    /// @notice rate·p·|Δ|. Up: the trader pays the wei.
    function feeUp(uint256 price, int256 amount, uint256 rate) internal pure returns (uint256) {
        unchecked {
            // The product is below 2^247; what it has more rounds up.
            return (price * amount.abs() * rate + (FixedPoint.SQUARE_WAD - 1)).divDown(FixedPoint.SQUARE_WAD);
        }
    }

    /// @notice I(s, −q) + φ·p·|q|: what closing a position at once would cost, without a surcharge. Up, but for a wei of E(s).
    /// @param energy E(s).
    function exitCostUp(
        uint256 price,
        uint256 depth,
        uint256 rate,
        int256 skew,
        uint256 energy,
        int256 position
    ) internal pure returns (int256) {
        unchecked {
            return
                int256(energyUp(price, skew - position, depth)) -
                int256(energy) +
                int256(feeUp(price, position, rate));
        }
    }

    /// @notice I*(Δ) + φ·p·|Δ|: what a voluntary trade of Δ costs beyond mid; < 0 when narrowing the skew earns more
    /// than the fee.
    function costUp(Conditions memory around, int256 amount) internal pure returns (int256) {
        unchecked {
            uint256 price = around.price;
            // `impact`, as it is here that it is asked for most.
            int256 moved =
                int256(energyUp(price, around.skew + amount, around.depth)) - int256(around.energy);
            return
                moved + int256(surchargeUp(around, amount)) + int256(feeUp(price, amount, around.costRate));
        }
    }
}
