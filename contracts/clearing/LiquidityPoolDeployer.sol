// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPoolDeployer} from "../interfaces/ILiquidityPoolDeployer.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {LiquidityPool} from "./LiquidityPool.sol";

/// @title LiquidityPoolDeployer
/// @notice Carries the pool's creation code, so that the ClearingHouse needn't. A pool made for anybody but the real
/// ClearingHouse has no role there.
contract LiquidityPoolDeployer is ILiquidityPoolDeployer {
    /// @inheritdoc ILiquidityPoolDeployer
    function deploy(
        MarketParams calldata params,
        address provider,
        uint256 seed
    ) external returns (address pool) {
        return address(new LiquidityPool(IClearingHouse(msg.sender), params, provider, seed));
    }
}
