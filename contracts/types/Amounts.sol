// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Two signed amounts beside each other, as events carry them: a word of an event costs 256 gas.
/// | bits    | field  |
/// |---------|--------|
/// | 0–127   | first  |
/// | 128–255 | second |
type Amounts is uint256;

using {first, second} for Amounts global;

/// @notice Packs two amounts, each below 2^127 in size.
function packAmounts(int256 first_, int256 second_) pure returns (Amounts) {
    return Amounts.wrap(uint256(uint128(uint256(first_))) | (uint256(second_) << 128));
}

/// @notice The first amount.
function first(Amounts amounts) pure returns (int256) {
    return int128(int256(Amounts.unwrap(amounts)));
}

/// @notice The second amount.
function second(Amounts amounts) pure returns (int256) {
    return int256(Amounts.unwrap(amounts)) >> 128;
}
