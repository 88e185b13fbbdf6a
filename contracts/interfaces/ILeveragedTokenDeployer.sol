// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketParams} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
import {IClearingHouse} from "./IClearingHouse.sol";

/// @notice Makes the LeveragedTokens of the factory that calls it.
interface ILeveragedTokenDeployer {
    /// @notice Deploys a token by CREATE2. What one caller deploys is in nobody else's way: the salt contains the caller.
    /// @param predecessor The token of the same market, leverage and policy that was wiped out; 0 for a first series.
    function deploy(
        address predecessor,
        IClearingHouse clearingHouse,
        MarketParams calldata params,
        int256 leverage,
        Policy policy,
        string calldata name
    ) external returns (address token);

    /// @notice Where `deploy` would put a token for `caller`.
    function predict(
        address caller,
        address predecessor,
        IClearingHouse clearingHouse,
        MarketParams calldata params,
        int256 leverage,
        Policy policy,
        string calldata name
    ) external view returns (address);
}
