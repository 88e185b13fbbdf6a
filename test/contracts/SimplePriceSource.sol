// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";

/// @notice Answers with whatever it was told.
contract SimplePriceSource is IPriceSource {
    uint256 private price;
    uint256 private halfSpread;
    uint256 private updatedAt;
    bool public isDead;

    function set(uint256 price_, uint256 halfSpread_, uint256 updatedAt_) external {
        price = price_;
        halfSpread = halfSpread_;
        updatedAt = updatedAt_;
    }

    function setDead(bool dead) external {
        isDead = dead;
    }

    function read() external view returns (uint256, uint256, uint256) {
        return (price, halfSpread, updatedAt);
    }

    function underlying() external pure returns (string memory) {
        return "TEST";
    }
}
