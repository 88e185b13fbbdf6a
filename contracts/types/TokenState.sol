// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Everything a LeveragedToken stores beside balances, in one word, of which a complete rebalance changes nothing: when the token last
/// operated is in its account (see Account), and is when it was completed, if this word was not written then.
/// | bits    | field        | meaning                                        |
/// |---------|--------------|------------------------------------------------|
/// | 0–127   | supply       | total supply with the locked part, 1e-18 tokens |
/// | 128–159 | rebalancedAt | with a schedule: last rebalance that was completed until writtenAt, seconds |
/// | 160–191 | writtenAt    | with a schedule: when this was last written but by a complete rebalance alone, seconds |
/// | 192     | wipedOut     | 1 after a wipe-out                             |
/// | 193–255 | rewardLeft   | part of a reward that is left, WAD             |
type TokenState is uint256;

using {
    isLive,
    supply,
    rebalancedAt,
    writtenAt,
    completedAt,
    wipedOut,
    rewardLeft,
    withRewardLeft
} for TokenState global;

/// @notice Packs the state of a token. The caller has bounded the supply to 128 bits and rewardLeft to 1; times in seconds fit into
/// 32 bits, as everywhere.
function packTokenState(
    uint256 supply_,
    uint256 rebalancedAt_,
    uint256 writtenAt_,
    bool wipedOut_,
    uint256 rewardLeft_
) pure returns (TokenState) {
    return
        TokenState.wrap(
            supply_ |
                (rebalancedAt_ << 128) |
                (writtenAt_ << 160) |
                (SafeCast.toUint(wipedOut_) << 192) |
                (rewardLeft_ << 193)
        );
}

/// @notice Whether there is a supply that was not wiped out.
function isLive(TokenState state) pure returns (bool) {
    // What is in the way of a wipe-out makes it larger than any supply; 0 − 1 is larger too.
    unchecked {
        uint256 both = TokenState.unwrap(state) & ((uint256(1) << 192) | type(uint128).max);
        return both - 1 < type(uint128).max;
    }
}

/// @notice Total supply with the locked part, 1e-18 tokens.
function supply(TokenState state) pure returns (uint256) {
    return uint128(TokenState.unwrap(state));
}

/// @notice When the last rebalance of a token with a schedule was completed, as far as its word knows; 0 without one. Seconds since 1970.
function rebalancedAt(TokenState state) pure returns (uint256) {
    return uint32(TokenState.unwrap(state) >> 128);
}

/// @notice When the word of a token with a schedule was last written but by a complete rebalance alone; 0 without one. Seconds since 1970.
function writtenAt(TokenState state) pure returns (uint256) {
    return uint32(TokenState.unwrap(state) >> 160);
}

/// @notice When the last rebalance of a token with a schedule was completed. Seconds since 1970.
/// @param operatedAt When the token last operated, as its account tells.
function completedAt(TokenState state, uint256 operatedAt) pure returns (uint256) {
    return operatedAt == state.writtenAt() ? state.rebalancedAt() : operatedAt;
}

/// @notice Whether the token was wiped out.
function wipedOut(TokenState state) pure returns (bool) {
    return (TokenState.unwrap(state) >> 192) & 1 != 0;
}

/// @notice Part of a whole reward that parts of a rebalance had left at the last operation. WAD.
function rewardLeft(TokenState state) pure returns (uint256) {
    return TokenState.unwrap(state) >> 193;
}

/// @notice The state with another part of a reward left, in the range of `packTokenState`.
function withRewardLeft(TokenState state, uint256 left) pure returns (TokenState) {
    return TokenState.wrap((TokenState.unwrap(state) & ((uint256(1) << 193) - 1)) | (left << 193));
}
