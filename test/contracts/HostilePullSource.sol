// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {IPullSource} from "../../contracts/interfaces/IPullSource.sol";

/// @notice A pull source that asks for what it likes, and calls back while it is paid.
contract HostilePullSource is IPriceSource, IPullSource {
    uint256 private _fee;
    address private _target;
    bytes private _data;
    /// @notice What the call back ended with.
    bytes public outcome;
    /// @notice What it was paid at last.
    uint256 public paid;

    function setFee(uint256 fee) external {
        _fee = fee;
    }

    function setHook(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function updateFee(bytes[] calldata updates) external view returns (uint256) {
        return _fee * updates.length;
    }

    /// @dev Gives back half.
    function update(bytes[] calldata) external payable {
        paid = msg.value;
        (bool success, bytes memory result) = _target.call(_data);
        outcome = success ? bytes("") : result;
        if (msg.value != 0) Address.sendValue(payable(msg.sender), msg.value / 2);
    }

    function read() external view returns (uint256, uint256, uint256) {
        return (500e18, 0, block.timestamp);
    }

    function isDead() external pure returns (bool) {
        return false;
    }

    function underlying() external pure returns (string memory) {
        return "BAD";
    }
}
