// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Calls one of its functions many times, so that a test needs one call for all of them.
abstract contract Replayer {
    /// @notice Calls one function once for each `size` bytes of `inputs`. A result is 1 and what was returned, or 0 and
    /// what the call reverted with.
    function replay(
        bytes4 selector,
        uint256 size,
        bytes calldata inputs
    ) external returns (bytes[] memory results) {
        results = new bytes[](inputs.length / size);
        for (uint256 i = 0; i < results.length; ++i) {
            bytes calldata input = inputs[i * size:(i + 1) * size];
            (bool success, bytes memory output) = address(this).call(bytes.concat(selector, input));
            results[i] = bytes.concat(bytes1(success ? 1 : 0), output);
        }
    }
}
