// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {FixedPoint} from "./FixedPoint.sol";

/// @notice Answers of price feeds, which come in decimals of their own, as WAD.
library Feed {
    /// @notice The most decimals that a feed may have: 10^(38 − 18) is the largest divisor.
    uint256 internal constant MAX_DECIMALS = 38;

    /// @notice ⌊answer · 10^18 / 10^decimals⌋. Mid rounds down whoever trades: the half-spread, which is wider than a wei,
    /// is what protects the pool. An answer too large for WAD gives the largest number, which no bound lets pass.
    /// @param decimals At most MAX_DECIMALS.
    function toWadDown(uint256 answer, uint256 decimals) internal pure returns (uint256) {
        (uint256 factor, uint256 divisor) = scaleOf(decimals);
        return scaledDown(answer, factor, divisor);
    }

    /// @notice What makes an answer WAD: one of the two is 1.
    /// @param decimals At most MAX_DECIMALS.
    function scaleOf(uint256 decimals) internal pure returns (uint256 factor, uint256 divisor) {
        // The exponents are at most 20.
        unchecked {
            return decimals > 18 ? (uint256(1), 10 ** (decimals - 18)) : (10 ** (18 - decimals), uint256(1));
        }
    }

    /// @notice ⌊answer · factor / divisor⌋ with a scale as from `scaleOf`. Down, as above; what is too large gives the largest number.
    function scaledDown(uint256 answer, uint256 factor, uint256 divisor) internal pure returns (uint256) {
        (bool fits, uint256 product) = Math.tryMul(answer, factor);
        return fits ? FixedPoint.divDown(product, divisor) : type(uint256).max;
    }

    /// @notice ⌊value · 10^(18 + exponent)⌋ of a price that comes with an exponent of its own. Down, as above; what is too
    /// large gives the largest number too.
    /// @param value Below 2^64.
    function fromExponentDown(uint256 value, int256 exponent) internal pure returns (uint256) {
        // 2^64 · 10^57 < 2^254; of 10^−38 nothing of 2^64 is left.
        unchecked {
            if (value == 0 || exponent < -56) return 0;
            if (exponent > 39) return type(uint256).max;
            int256 power = 18 + exponent;
            return power < 0 ? value / 10 ** uint256(-power) : value * 10 ** uint256(power);
        }
    }

    /// @notice ⌈deviation/value⌉: a confidence as a half-spread. Up: the pool gets the wei. WAD.
    /// @param deviation Below 2^64.
    /// @param value Above 0.
    function spreadUp(uint256 deviation, uint256 value) internal pure returns (uint256) {
        return FixedPoint.divUp(deviation * FixedPoint.WAD, value);
    }
}
