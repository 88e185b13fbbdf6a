// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A BaseToken with any number of decimals that anyone may mint.
contract SimpleToken is ERC20 {
    uint8 private immutable places;

    constructor(uint8 decimals_) ERC20("Simple", "SIMPLE") {
        places = decimals_;
    }

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function decimals() public view override returns (uint8) {
        return places;
    }
}
