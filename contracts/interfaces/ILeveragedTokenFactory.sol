// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
import {IClearingHouse} from "./IClearingHouse.sol";

/// @notice Makes LeveragedTokens, for anyone. A token's identity is its market, leverage and policy; its name is only a
/// name.
interface ILeveragedTokenFactory {
    /// @notice A token was made.
    event TokenCreated(
        address indexed token,
        MarketId indexed id,
        int256 leverage,
        Policy policy,
        MarketParams params,
        string symbol
    );

    /// @notice The factory has its ClearingHouse, or the caller is not the one to give it.
    error LeveragedTokenFactory_CannotInitialize(address caller, address clearingHouse);
    /// @notice The token exists already, and was not wiped out.
    error LeveragedTokenFactory_TokenExists(address token);

    /// @notice Tells the factory its ClearingHouse. Once, by whoever deployed the factory; the ClearingHouse decides by
    /// itself whose tokens it registers.
    function initialize(IClearingHouse clearingHouse) external;

    /// @notice Makes the token of a market, leverage and policy, or its next series after a wipe-out that was recorded.
    /// Anyone may.
    /// @param leverage L: ±1.1e18 to ±10e18 in steps of 0.1e18, or −1e18.
    function createToken(
        MarketParams calldata params,
        int256 leverage,
        Policy policy
    ) external returns (address token);

    /// @notice The newest token of a market, leverage and policy; 0 if there is none.
    function tokenOf(MarketId id, int256 leverage, Policy policy) external view returns (address);

    /// @notice Where `createToken` will put a token, or where it is if there is one that was not wiped out.
    function predict(
        MarketParams calldata params,
        int256 leverage,
        Policy policy
    ) external view returns (address);

    /// @notice Tokens in order of their making, `count` of them from `first` on, or as many as there are.
    function tokens(uint256 first, uint256 count) external view returns (address[] memory);

    /// @notice How many tokens there are.
    function tokenCount() external view returns (uint256);

    /// @notice The ClearingHouse whose tokens these are.
    function clearingHouse() external view returns (IClearingHouse);
}
