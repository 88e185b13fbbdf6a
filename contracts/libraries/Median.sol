// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPoint} from "./FixedPoint.sol";

/// @notice What several answers agree on. Prices are above 0 and below 2^96.
library Median {
    using FixedPoint for uint256;

    /// @notice The middle one of three.
    function middle(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        if (a > b) (a, b) = (b, a);
        if (b <= c) return b;
        return a > c ? a : c;
    }

    /// @notice ⌊(a + b)/2⌋. Down: mid, whoever trades.
    function meanDown(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a + b).divDown(2);
    }

    /// @notice How far two prices are from each other, as a part of the lower one. Up: refused a wei earlier. WAD.
    function divergenceUp(uint256 a, uint256 b) internal pure returns (uint256) {
        (uint256 low, uint256 high) = a < b ? (a, b) : (b, a);
        return (high - low).mulDivUp(FixedPoint.WAD, low);
    }

    /// @notice How far both prices are from their mean, as a part of it. Up: the pool gets the wei. WAD.
    function halfGapUp(uint256 a, uint256 b) internal pure returns (uint256) {
        uint256 gap = a < b ? b - a : a - b;
        return gap.mulDivUp(FixedPoint.WAD, a + b);
    }
}
