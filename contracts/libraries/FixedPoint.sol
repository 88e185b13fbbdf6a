// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice WAD (1e18) arithmetic. Every function names its rounding: unsigned `Up`/`Down`, signed `Floor`/`Ceil`.
///
/// RANGES
/// The libraries compute unchecked where these bounds keep every product within 256 bits, and say so where it is close:
/// a price p < 2^87 (Books.advance), an index |F| < 2^87 and so |x| < 2^88 (Funding), a position or skew < 2^96 (3e10
/// units a side, Admission), an order < 2^96 (ClearingHouse), a depth < 2^112, held, and so what a deposit brings, < 2^96
/// (Books.bringIn), cash < 2^127, a token's supply < 2^128, leverage |L| < 2^64, a rate or part < 2^63, WAD < 2^60.
library FixedPoint {
    uint256 internal constant WAD = 1e18;
    int256 internal constant IWAD = 1e18;
    uint256 internal constant SQUARE_WAD = 1e36;
    int256 internal constant ISQUARE_WAD = 1e36;

    /// @notice ⌊a·b/d⌋ over 512 bits. Panics when d is 0 or the result exceeds 256 bits.
    function mulDivDown(uint256 a, uint256 b, uint256 d) internal pure returns (uint256) {
        (bool fits, uint256 product) = Math.tryMul(a, b);
        return fits ? product / d : Math.mulDiv(a, b, d);
    }

    /// @notice ⌈a·b/d⌉ over 512 bits. Panics when d is 0 or the result exceeds 256 bits.
    function mulDivUp(uint256 a, uint256 b, uint256 d) internal pure returns (uint256) {
        (bool fits, uint256 product) = Math.tryMul(a, b);
        if (fits) return divUp(product, d);
        uint256 quotient = Math.mulDiv(a, b, d);
        return mulmod(a, b, d) == 0 ? quotient : quotient + 1;
    }

    /// @notice ⌊a/d⌋ of a signed a. d is below 2^255.
    function divFloor(int256 a, uint256 d) internal pure returns (int256 quotient) {
        // By a positive number no quotient leaves the range, and a remainder has the sign of a.
        unchecked {
            quotient = a / int256(d);
            if (a % int256(d) < 0) --quotient;
        }
    }

    /// @notice ⌈a/d⌉ of a signed a. d is below 2^255.
    function divCeil(int256 a, uint256 d) internal pure returns (int256 quotient) {
        // By a positive number no quotient leaves the range, and a remainder has the sign of a.
        unchecked {
            quotient = a / int256(d);
            if (a % int256(d) > 0) ++quotient;
        }
    }

    /// @notice ⌊a/d⌋.
    function divDown(uint256 a, uint256 d) internal pure returns (uint256) {
        return a / d;
    }

    /// @notice ⌈a/d⌉.
    function divUp(uint256 a, uint256 d) internal pure returns (uint256) {
        // Of a positive a, ⌊(a − 1)/d⌋ is below the largest number unless d is 1, and then it is a − 1.
        unchecked {
            return a == 0 ? a / d : (a - 1) / d + 1;
        }
    }

    /// @notice ⌊a·b⌋ of two WADs whose product fits into 256 bits.
    function mulWadDown(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a * b) / WAD;
    }

    /// @notice ⌈a·b⌉ of two WADs whose product fits into 256 bits.
    function mulWadUp(uint256 a, uint256 b) internal pure returns (uint256) {
        return divUp(a * b, WAD);
    }

    /// @notice ⌊a·b⌋ of two signed WADs, their product in range.
    function mulWadFloor(int256 a, int256 b) internal pure returns (int256) {
        unchecked {
            return divFloor(a * b, WAD);
        }
    }

    /// @notice ⌈a·b⌉ of two signed WADs, their product in range.
    function mulWadCeil(int256 a, int256 b) internal pure returns (int256) {
        unchecked {
            return divCeil(a * b, WAD);
        }
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

    /// @notice ⌊√a⌋.
    function sqrtDown(uint256 a) internal pure returns (uint256) {
        return Math.sqrt(a);
    }

    /// @notice ⌈√a⌉.
    function sqrtUp(uint256 a) internal pure returns (uint256) {
        return Math.sqrt(a, Math.Rounding.Ceil);
    }

    /// @notice ⌈√(b² + growth)⌉ of a sum that is at least 0 and fits into 256 bits. Newton's method comes down to the root from
    /// b + growth/(2b), which is never below it, and close where growth is small beside b², as it is in the closed forms here.
    function rootUp(uint256 b, int256 growth) internal pure returns (uint256 root) {
        unchecked {
            uint256 square = uint256(int256(b * b) + growth);
            if (square == 0) return 0;
            root = b;
            if (growth > 0) root += uint256(growth) / (2 * b) + 1;
            for (;;) {
                // The root of what is above 0 is above 0, so this division needs no check.
                (, uint256 closer) = Math.tryDiv(square, root);
                closer = (root + closer) >> 1;
                if (closer >= root) break;
                root = closer;
            }
            if (root * root < square) ++root;
        }
    }

    /// @notice |a|.
    function abs(int256 a) internal pure returns (uint256) {
        // With a mask of ones for a negative a, (a ^ mask) − mask is −a. Right for the least int256 too, which wraps to itself.
        unchecked {
            int256 mask = a >> 255;
            return uint256((a ^ mask) - mask);
        }
    }

    /// @notice |a| with the sign of `like`. a is below 2^255.
    function withSign(uint256 a, int256 like) internal pure returns (int256) {
        // As in `abs`.
        unchecked {
            int256 mask = like >> 255;
            return (int256(a) ^ mask) - mask;
        }
    }
}
