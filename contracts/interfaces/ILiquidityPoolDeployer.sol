// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketParams} from "../types/MarketParams.sol";

/// @notice Makes the LiquidityPool of a market for the ClearingHouse that calls it.
interface ILiquidityPoolDeployer {
    /// @notice Deploys the pool of a market whose seed of `seed` (BaseToken, WAD) was brought by `provider`.
    function deploy(
        MarketParams calldata params,
        address provider,
        uint256 seed
    ) external returns (address pool);
}
