// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A contract that pays for calls, but takes nothing back.
contract MuteCaller {
    function call(address target, bytes calldata data) external payable {
        (bool success, bytes memory result) = target.call{value: msg.value}(data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(result, 32), mload(result))
        }
    }
}
