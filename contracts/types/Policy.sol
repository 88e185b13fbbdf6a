// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice When and how a LeveragedToken rebalances, and what it charges: one packed word, fixed at its creation.
/// | bits    | field           | stored in units of                               |
/// |---------|-----------------|--------------------------------------------------|
/// | 0–15    | mintBurnBand    | 1e-4 of target leverage, 65535: never              |
/// | 16–31   | upperBand       | 1e-4 of target leverage, 65535: never              |
/// | 32–47   | lowerBand       | 1e-4 of target leverage, 65535: never              |
/// | 48–63   | emergencyBand   | 1e-4 of target leverage                            |
/// | 64–79   | maxImpact       | 1e-4 of mid                                        |
/// | 80–103  | interval        | seconds, 0: none                                   |
/// | 104–127 | offset          | seconds                                            |
/// | 128–159 | rewardBase      | 1e-4 BaseToken                                     |
/// | 160–191 | rewardSlope     | 1e-4 BaseToken per day overdue, or per 100 % beyond a band |
/// | 192–207 | rewardCap       | 1e-6 of netAssetValue                              |
/// | 208–223 | mintFee         | 1e-6                                               |
/// | 224–239 | burnFee         | 1e-6                                               |
/// | 240–255 | streamingFee    | 1e-6 per year                                      |
type Policy is uint256;

/// @dev Stands for a band that never triggers.
uint256 constant NEVER = type(uint256).max;

using {
    mintBurnBand,
    upperBand,
    lowerBand,
    emergencyBand,
    maxImpact,
    interval,
    offset,
    rewardBase,
    rewardSlope,
    rewardCap,
    mintFee,
    burnFee,
    streamingFee
} for Policy global;

function _band(uint256 word) pure returns (uint256) {
    unchecked {
        uint256 raw = uint16(word);
        // All bits are set when it is the largest.
        return (raw * 1e14) | (0 - SafeCast.toUint(raw == type(uint16).max));
    }
}

/// @notice A mint or burn rebalances when leverage is off target by more than this. WAD, or NEVER.
function mintBurnBand(Policy policy) pure returns (uint256) {
    return _band(Policy.unwrap(policy));
}

/// @notice Anyone may rebalance when leverage is above target by more than this. WAD, or NEVER.
function upperBand(Policy policy) pure returns (uint256) {
    return _band(Policy.unwrap(policy) >> 16);
}

/// @notice Anyone may rebalance when leverage is below target by more than this. WAD, or NEVER.
function lowerBand(Policy policy) pure returns (uint256) {
    return _band(Policy.unwrap(policy) >> 32);
}

/// @notice Above target by more than this, a rebalance is not limited by budget or impact. WAD.
function emergencyBand(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint16(Policy.unwrap(policy) >> 48)) * 1e14;
    }
}

/// @notice The furthest that a rebalance may fill from mid, emergencies aside. WAD.
function maxImpact(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint16(Policy.unwrap(policy) >> 64)) * 1e14;
    }
}

/// @notice Time between scheduled rebalances; 0 for none. Seconds.
function interval(Policy policy) pure returns (uint256) {
    return uint24(Policy.unwrap(policy) >> 80);
}

/// @notice Shift of the schedule from multiples of the interval since 1970 UTC. Seconds.
function offset(Policy policy) pure returns (uint256) {
    return uint24(Policy.unwrap(policy) >> 104);
}

/// @notice w₀: what a keeper gets for a rebalance that has just come due. BaseToken, WAD.
function rewardBase(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint32(Policy.unwrap(policy) >> 128)) * 1e14;
    }
}

/// @notice What a keeper gets more per day overdue, or per 100 % of target beyond the band. BaseToken, WAD.
function rewardSlope(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint32(Policy.unwrap(policy) >> 160)) * 1e14;
    }
}

/// @notice The most a keeper gets, as a part of netAssetValue. WAD.
function rewardCap(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint16(Policy.unwrap(policy) >> 192)) * 1e12;
    }
}

/// @notice Fee on the BaseToken that a mint brings. WAD.
function mintFee(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint16(Policy.unwrap(policy) >> 208)) * 1e12;
    }
}

/// @notice Fee on the BaseToken that a burn pays. WAD.
function burnFee(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint16(Policy.unwrap(policy) >> 224)) * 1e12;
    }
}

/// @notice Fee on netAssetValue. WAD per year of 365 days.
function streamingFee(Policy policy) pure returns (uint256) {
    unchecked {
        return uint256(uint16(Policy.unwrap(policy) >> 240)) * 1e12;
    }
}
