// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice WAD (1e18) arithmetic. Every function names its rounding: unsigned `Up`/`Down`, signed `Floor`/`Ceil`.
library FixedPoint {
    uint256 internal constant WAD = 1e18;
    int256 internal constant IWAD = 1e18;

    /// @notice ⌊a·b/d⌋ over 512 bits. Panics when d is 0 or the result exceeds 256 bits.
    function mulDivDown(uint256 a, uint256 b, uint256 d) internal pure returns (uint256) {
        return Math.mulDiv(a, b, d);
    }

    /// @notice ⌈a·b/d⌉ over 512 bits. Panics when d is 0 or the result exceeds 256 bits.
    function mulDivUp(uint256 a, uint256 b, uint256 d) internal pure returns (uint256) {
        uint256 quotient = Math.mulDiv(a, b, d);
        return mulmod(a, b, d) == 0 ? quotient : quotient + 1;
    }

    /// @notice ⌊a/d⌋ of a signed a.
    function divFloor(int256 a, int256 d) internal pure returns (int256 quotient) {
        quotient = a / d;
        // A quotient with a remainder is at least one away from both ends.
        unchecked {
            if (a % d != 0 && (a < 0) != (d < 0)) --quotient;
        }
    }

    /// @notice ⌈a/d⌉ of a signed a.
    function divCeil(int256 a, int256 d) internal pure returns (int256 quotient) {
        quotient = a / d;
        // A quotient with a remainder is at least one away from both ends.
        unchecked {
            if (a % d != 0 && (a < 0) == (d < 0)) ++quotient;
        }
    }

    /// @notice ⌊a/d⌋.
    function divDown(uint256 a, uint256 d) internal pure returns (uint256) {
        return a / d;
    }

    /// @notice ⌈a/d⌉.
    function divUp(uint256 a, uint256 d) internal pure returns (uint256) {
        return Math.ceilDiv(a, d);
    }

    /// @notice ⌊a·b⌋ of two WADs whose product fits into 256 bits.
    function mulWadDown(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a * b) / WAD;
    }

    /// @notice ⌈a·b⌉ of two WADs whose product fits into 256 bits.
    function mulWadUp(uint256 a, uint256 b) internal pure returns (uint256) {
        return divUp(a * b, WAD);
    }

    /// @notice ⌊a·b⌋ of two signed WADs whose product fits into 256 bits.
    function mulWadFloor(int256 a, int256 b) internal pure returns (int256) {
        return divFloor(a * b, IWAD);
    }

    /// @notice ⌈a·b⌉ of two signed WADs whose product fits into 256 bits.
    function mulWadCeil(int256 a, int256 b) internal pure returns (int256) {
        return divCeil(a * b, IWAD);
    }

    /// @notice The largest multiple of `step` that is at most a.
    function stepDown(uint256 a, uint256 step) internal pure returns (uint256) {
        // The remainder is at most a.
        unchecked {
            return a - (a % step);
        }
    }

    /// @notice The smallest multiple of `step` that is at least a.
    function stepUp(uint256 a, uint256 step) internal pure returns (uint256) {
        return divUp(a, step) * step;
    }

    /// @notice ⌈√a⌉.
    function sqrtUp(uint256 a) internal pure returns (uint256) {
        return Math.sqrt(a, Math.Rounding.Ceil);
    }

    /// @notice |a|. The least int256, which no amount here reaches, panics.
    function abs(int256 a) internal pure returns (uint256) {
        return uint256(a < 0 ? -a : a);
    }

    /// @notice |a| with the sign of `like`.
    function withSign(uint256 a, int256 like) internal pure returns (int256) {
        return like < 0 ? -int256(a) : int256(a);
    }
}
