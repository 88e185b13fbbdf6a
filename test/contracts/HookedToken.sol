// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A BaseToken that calls back before every transfer between people, and may keep a part of it.
contract HookedToken is ERC20 {
    address private _target;
    bytes private _data;
    uint256 private _fee;
    /// @notice What the calls back ended with.
    bytes[] public outcomes;

    constructor() ERC20("Hooked", "HOOK") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Calls this at the next transfers; no target: nothing.
    function setHook(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    /// @notice Burns this part of what is transferred. WAD.
    function setFee(uint256 fee) external {
        _fee = fee;
    }

    function outcomeCount() external view returns (uint256) {
        return outcomes.length;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from != address(0) && to != address(0)) {
            if (_target != address(0)) {
                // solhint-disable-next-line avoid-low-level-calls
                (bool success, bytes memory result) = _target.call(_data);
                outcomes.push(success ? bytes("") : result);
            }
            uint256 fee = (value * _fee) / 1e18;
            if (fee != 0) super._update(from, address(0), fee);
            value -= fee;
        }
        super._update(from, to, value);
    }
}
