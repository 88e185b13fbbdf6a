// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What an owner of pool shares has asked to be paid for, in one word.
/// | bits    | field        | meaning                                       |
/// |---------|--------------|-----------------------------------------------|
/// | 0–127   | shares       | shares that are locked until they are paid     |
/// | 128–167 | executableAt | from when on they can be paid, seconds          |
type Request is uint256;

/// @dev A request in storage: a struct, so that where it lies is computed once a call.
struct RequestSlot {
    Request word;
}

using {shares, executableAt, less} for Request global;

/// @notice Packs a request. The caller has bounded the shares to 128 bits.
function packRequest(uint256 shares_, uint256 executableAt_) pure returns (Request) {
    return Request.wrap(uint256(uint128(shares_)) | (executableAt_ << 128));
}

/// @notice Shares that are locked until they are paid.
function shares(Request request) pure returns (uint256) {
    return uint128(Request.unwrap(request));
}

/// @notice From when on they can be paid. Seconds since 1970.
function executableAt(Request request) pure returns (uint256) {
    return Request.unwrap(request) >> 128;
}

/// @notice The request without shares that were paid, of which it has as many.
function less(Request request, uint256 paid) pure returns (Request) {
    // The shares are the lowest bits.
    unchecked {
        return Request.wrap(Request.unwrap(request) - paid);
    }
}
