// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Everything a LeveragedToken stores beside balances, in one word, of which a complete rebalance without a schedule changes nothing. When
/// it last operated is in its account: see Account.
/// | bits    | field        | meaning                                        |
/// |---------|--------------|------------------------------------------------|
/// | 0–127   | supply       | total supply with the locked part, 1e-18 tokens |
/// | 128–167 | rebalancedAt | last completed rebalance with a schedule, seconds |
/// | 168–175 | wipedOut     | 1 after a wipe-out                             |
/// | 176–255 | rewardLeft   | part of a reward that is left, WAD             |
type TokenState is uint256;

using {isLive, supply, rebalancedAt, wipedOut, rewardLeft} for TokenState global;

/// @notice Packs the state of a token. The caller has bounded the supply to 128 bits and rewardLeft to 1; times in seconds fit into
/// 40 bits.
function packTokenState(
    uint256 supply_,
    uint256 rebalancedAt_,
    bool wipedOut_,
    uint256 rewardLeft_
) pure returns (TokenState) {
    return
        TokenState.wrap(
            supply_ | (rebalancedAt_ << 128) | (SafeCast.toUint(wipedOut_) << 168) | (rewardLeft_ << 176)
        );
}

/// @notice Whether there is a supply that was not wiped out.
function isLive(TokenState state) pure returns (bool) {
    // What is in the way of a wipe-out makes it larger than any supply; 0 − 1 is larger too.
    unchecked {
        uint256 both = TokenState.unwrap(state) & ((uint256(type(uint8).max) << 168) | type(uint128).max);
        return both - 1 < type(uint128).max;
    }
}

/// @notice Total supply with the locked part, 1e-18 tokens.
function supply(TokenState state) pure returns (uint256) {
    return uint128(TokenState.unwrap(state));
}

/// @notice When the last rebalance of a token with a schedule was completed; 0 without one. Seconds since 1970.
function rebalancedAt(TokenState state) pure returns (uint256) {
    return uint40(TokenState.unwrap(state) >> 128);
}

/// @notice Whether the token was wiped out.
function wipedOut(TokenState state) pure returns (bool) {
    return uint8(TokenState.unwrap(state) >> 168) != 0;
}

/// @notice Part of a whole reward that parts of a rebalance had left at the last operation. WAD.
function rewardLeft(TokenState state) pure returns (uint256) {
    return TokenState.unwrap(state) >> 176;
}
