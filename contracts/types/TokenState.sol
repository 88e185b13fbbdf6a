// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Everything a LeveragedToken stores beside balances, in one word.
/// | bits    | field        | meaning                                        |
/// |---------|--------------|------------------------------------------------|
/// | 0–127   | supply       | total supply with the locked part, 1e-18 tokens |
/// | 128–167 | accruedAt    | until when the streaming fee is paid, seconds   |
/// | 168–207 | rebalancedAt | last completed rebalance, seconds               |
/// | 208–215 | wipedOut     | 1 after a wipe-out                             |
/// | 216–255 | rewardLeft   | part of a reward that is left, 1e-12            |
type TokenState is uint256;

/// @dev Step of the stored part of a reward, WAD.
uint256 constant REWARD_STEP = 1e6;

using {isLive, supply, accruedAt, rebalancedAt, wipedOut, rewardLeft} for TokenState global;

/// @notice Packs the state of a token. The caller has bounded the supply to 128 bits and rewardLeft to 1; times in seconds fit into
/// 40 bits.
function packTokenState(
    uint256 supply_,
    uint256 accruedAt_,
    uint256 rebalancedAt_,
    bool wipedOut_,
    uint256 rewardLeft_
) pure returns (TokenState) {
    return
        TokenState.wrap(
            supply_ |
                (accruedAt_ << 128) |
                (rebalancedAt_ << 168) |
                (SafeCast.toUint(wipedOut_) << 208) |
                ((rewardLeft_ / REWARD_STEP) << 216)
        );
}

/// @notice Whether there is a supply that was not wiped out.
function isLive(TokenState state) pure returns (bool) {
    // What is in the way of a wipe-out makes it larger than any supply; 0 − 1 is larger too.
    unchecked {
        uint256 both = TokenState.unwrap(state) & ((uint256(type(uint8).max) << 208) | type(uint128).max);
        return both - 1 < type(uint128).max;
    }
}

/// @notice Total supply with the locked part, 1e-18 tokens.
function supply(TokenState state) pure returns (uint256) {
    return uint128(TokenState.unwrap(state));
}

/// @notice Until when the streaming fee is paid. Seconds since 1970.
function accruedAt(TokenState state) pure returns (uint256) {
    return uint40(TokenState.unwrap(state) >> 128);
}

/// @notice When the last rebalance was completed. Seconds since 1970.
function rebalancedAt(TokenState state) pure returns (uint256) {
    return uint40(TokenState.unwrap(state) >> 168);
}

/// @notice Whether the token was wiped out.
function wipedOut(TokenState state) pure returns (bool) {
    return uint8(TokenState.unwrap(state) >> 208) != 0;
}

/// @notice Part of a whole reward that parts of a rebalance had left at `accruedAt`. WAD.
function rewardLeft(TokenState state) pure returns (uint256) {
    // The product is below 2^60.
    unchecked {
        return (TokenState.unwrap(state) >> 216) * REWARD_STEP;
    }
}
