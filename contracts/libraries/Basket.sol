// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPoint} from "./FixedPoint.sol";

/// @notice The arithmetic of an index: level = Σ unitsᵢ·priceᵢ / divisor. A value is units times price, both WAD, and is
/// not divided by anything before the sum is.
///
/// RANGES
/// Units and prices are below 2^96 and there are at most 12 parts, so a value is below 2^192, their sum below 2^196, and
/// the sum times a half-spread, which is below 1, within 256 bits. A divisor is below 2^128.
library Basket {
    using FixedPoint for uint256;

    /// @notice Σ unitsᵢ·priceᵢ / divisor. Mid rounds down whoever trades: the half-spread is wider than a wei. WAD.
    function levelDown(uint256 total, uint256 divisor) internal pure returns (uint256) {
        return total.divDown(divisor);
    }

    /// @notice The half-spread of all parts, each weighted by its value. Up: the pool gets the wei. WAD.
    /// @param spreads Σ valueᵢ·halfSpreadᵢ.
    function halfSpreadUp(uint256 spreads, uint256 total) internal pure returns (uint256) {
        return spreads.divUp(total);
    }

    /// @notice Which part of the total a value is. Up: at a cap, a wei earlier. WAD.
    function weightUp(uint256 value, uint256 total) internal pure returns (uint256) {
        return value.mulDivUp(FixedPoint.WAD, total);
    }

    /// @notice The divisor at which a total is a level. Down. WAD.
    function divisorDown(uint256 total, uint256 level) internal pure returns (uint256) {
        return total.divDown(level);
    }

    /// @notice The divisor after a reconstitution: divisor · totalAfter / totalBefore, at the same prices. Down, so the
    /// level after it is as before, or higher by less than level/divisor plus a wei: the divisor is less than one below
    /// its exact value.
    function rebasedDown(
        uint256 divisor,
        uint256 totalAfter,
        uint256 totalBefore
    ) internal pure returns (uint256) {
        return divisor.mulDivDown(totalAfter, totalBefore);
    }
}
