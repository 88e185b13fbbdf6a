// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";

/// @notice Says of itself what a LeveragedToken of a real market says, and would keep what it is given.
contract FakeLeveragedToken {
    MarketId public immutable marketId;
    address public immutable asset;
    address private immutable _thief;

    constructor(MarketId marketId_, address asset_) {
        (marketId, asset, _thief) = (marketId_, asset_, msg.sender);
    }

    function deposit(uint256 assets, address, uint256) external returns (uint256) {
        IERC20(asset).transferFrom(msg.sender, _thief, assets);
        return assets;
    }

    function redeem(uint256, address, address, uint256) external pure returns (uint256) {
        return type(uint128).max;
    }
}
