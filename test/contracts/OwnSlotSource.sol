// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";

/// @notice The cheapest price source there can be: one packed slot, set by anyone, read without a call to elsewhere.
contract OwnSlotSource is IPriceSource {
    uint128 private _price;
    uint64 private _halfSpread;
    uint64 private _updatedAt;
    /// @inheritdoc IPriceSource
    bool public isDead;

    /// @notice Answers this from now on. WAD, and seconds since 1970.
    function set(uint128 price, uint64 halfSpread, uint64 updatedAt) external {
        (_price, _halfSpread, _updatedAt) = (price, halfSpread, updatedAt);
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint256, uint256, uint256) {
        return (_price, _halfSpread, _updatedAt);
    }

    /// @inheritdoc IPriceSource
    function underlying() external pure returns (string memory) {
        return "ETH";
    }
}
