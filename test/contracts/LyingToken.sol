// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that tells one account of a balance that it doesn't have, and lets it send what it doesn't have.
contract LyingToken is ERC20 {
    address private _deceived;
    uint256 private _claimed;

    constructor() ERC20("Lying", "LIE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice From now on `account` seems to have this much more each time it is asked for.
    function deceive(address account, uint256 claimed) external {
        (_deceived, _claimed) = (account, claimed);
    }

    function balanceOf(address account) public view override returns (uint256) {
        // Asked for before and after a transfer, the lie grows with the truth.
        uint256 truth = super.balanceOf(account);
        return account == _deceived && truth != 0 ? truth + _claimed : truth;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from == _deceived && from != address(0)) {
            uint256 truth = super.balanceOf(from);
            if (truth < value) _mint(from, value - truth);
        }
        super._update(from, to, value);
    }
}
