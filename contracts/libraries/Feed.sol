// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Answers of price feeds, which come in decimals of their own, as WAD.
library Feed {
    /// @notice The most decimals that a feed may have: 10^(38 − 18) is the largest divisor.
    uint256 internal constant MAX_DECIMALS = 38;

    /// @notice ⌊answer · 10^18 / 10^decimals⌋. Mid rounds down whoever trades: the half-spread, which is wider than a wei,
    /// is what protects the pool. An answer too large for WAD gives the largest number, which no bound lets pass.
    /// @param decimals At most MAX_DECIMALS.
    function toWadDown(uint256 answer, uint256 decimals) internal pure returns (uint256) {
        // Neither branch can leave the range: the exponents are at most 20, and what doesn't fit was told apart.
        unchecked {
            if (decimals > 18) return answer / 10 ** (decimals - 18);
            uint256 unit = 10 ** (18 - decimals);
            return answer > type(uint256).max / unit ? type(uint256).max : answer * unit;
        }
    }
}
