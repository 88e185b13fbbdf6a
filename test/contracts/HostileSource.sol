// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";

/// @notice A price source that does what it likes.
contract HostileSource is IPriceSource {
    enum Mood {
        Lying,
        Reverting,
        BurningGas,
        CallingBack
    }

    error HostileSource_No();

    Mood public mood;
    uint256 private _price = 500e18;
    address private _target;
    bytes private _data;

    function setPrice(uint256 price) external {
        _price = price;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @notice What it calls when it calls back; `read` is static, so whatever writes must fail.
    function setHook(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint256, uint256, uint256) {
        if (mood == Mood.Reverting) revert HostileSource_No();
        if (mood == Mood.BurningGas) {
            while (gasleft() > 0) {}
        }
        if (mood == Mood.CallingBack) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, bytes memory result) = _target.staticcall(_data);
            if (!success) {
                // solhint-disable-next-line no-inline-assembly
                assembly ("memory-safe") {
                    revert(add(result, 32), mload(result))
                }
            }
        }
        return (_price, 0, block.timestamp);
    }

    /// @inheritdoc IPriceSource
    function isDead() external view returns (bool) {
        return mood == Mood.Lying;
    }

    /// @inheritdoc IPriceSource
    function underlying() external pure returns (string memory) {
        return "BAD";
    }
}
