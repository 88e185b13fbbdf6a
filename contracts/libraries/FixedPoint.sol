// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice WAD (1e18) arithmetic. Every function names its rounding: unsigned `Up`/`Down`, signed `Floor`/`Ceil`.
///
/// DIVISORS
/// mulDivDown and mulDivUp refuse a divisor of 0; all others are only given what is above 0, and say so instead of looking
/// again. Depth, maxLeverage, openShare and rebalanceWindow are bounded by Admission, a target by TokenAdmission, a price by
/// Books.advance and Settlement.priceFloor, a divisor of Basket by IndexSource; what an account is worth is looked at before.
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
        uint256 quotient = fits ? product / d : Math.mulDiv(a, b, d);
        // Of what fits, the product of 256 bits is all of it.
        unchecked {
            if (fits) return quotient + SafeCast.toUint(quotient * d != product);
        }
        return mulmod(a, b, d) == 0 ? quotient : quotient + 1;
    }

    /// @notice ⌊a/d⌋ of a signed a. d is above 0, and |a| + d fits into 255 bits.
    function divFloor(int256 a, uint256 d) internal pure returns (int256) {
        // Solidity divides toward zero: what is below zero goes down by d − 1 before. The mask of a negative a is all ones.
        unchecked {
            return (a - ((a >> 255) & int256(d - 1))) / int256(d);
        }
    }

    /// @notice ⌈a/d⌉ of a signed a. d is above 0, and |a| + d fits into 255 bits.
    function divCeil(int256 a, uint256 d) internal pure returns (int256) {
        // As in `divFloor`; here what isn't below zero goes up.
        unchecked {
            return (a + (~(a >> 255) & int256(d - 1))) / int256(d);
        }
    }

    /// @notice ⌊a/d⌋. d is above 0.
    function divDown(uint256 a, uint256 d) internal pure returns (uint256 quotient) {
        (, quotient) = Math.tryDiv(a, d);
    }

    /// @notice ⌈a/d⌉. d is above 0.
    function divUp(uint256 a, uint256 d) internal pure returns (uint256) {
        // What the quotient makes is at most a, and one is added where it is less.
        unchecked {
            uint256 quotient = divDown(a, d);
            return quotient + SafeCast.toUint(quotient * d != a);
        }
    }

    /// @notice ⌊a·b⌋ of two WADs, their product in range.
    function mulWadDown(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return divDown(a * b, WAD);
        }
    }

    /// @notice ⌈a·b⌉ of two WADs, their product in range.
    function mulWadUp(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return divUp(a * b, WAD);
        }
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

    /// @notice The largest multiple of `step` that is at most a. `step` is above 0.
    function stepDown(uint256 a, uint256 step) internal pure returns (uint256) {
        // At most a.
        unchecked {
            return divDown(a, step) * step;
        }
    }

    /// @notice The smallest multiple of `step` that is at least a. `step` is above 0.
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

    /// @notice ⌈√(b² + growth)⌉ of a sum that is at least 0 and fits into 256 bits. b is above 0. Newton's method comes down to
    /// the root from the tangent b + growth/(2b), which is never below it, and close where growth is small beside b², as it is
    /// in the closed forms here.
    function rootUp(uint256 b, int256 growth) internal pure returns (uint256 root) {
        unchecked {
            uint256 square = uint256(int256(b * b) + growth);
            if (square == 0) return 0;
            root = uint256(int256(b) + divCeil(growth, 2 * b));
            // Mostly two steps are needed: the first without looking.
            root = (root + divDown(square, root)) >> 1;
            for (;;) {
                // The root of what is above 0 is above 0. What is e above it comes to e²/(2·root) above it by a step of at
                // least e/2: to less than 1 by a step that is at most √(root/2).
                uint256 closer = (root + divDown(square, root)) >> 1;
                uint256 step = root - closer;
                root = closer;
                if (step <= divDown(closer + 1, 2 * step)) break;
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
