// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IClearingHouse} from "./IClearingHouse.sol";
import {MarketParams} from "../types/MarketParams.sol";

/// @notice Liquidity of one market: the other side of every position, as an ERC-4626 vault of its BaseToken. Entering is
/// one step; leaving is two: `requestRedeem` locks shares, and after the market's withdrawalDelay anyone may `execute`
/// the request, or its owner `redeem` or `withdraw` it, at what the pool is worth then.
interface ILiquidityPool is IERC4626 {
    /// @notice `owner` asked to leave with `added` more shares, `shares` in all, from `executableAt` on.
    event RedeemRequested(address indexed owner, uint256 added, uint256 shares, uint256 executableAt);
    /// @notice Part of a request, or all of it, was paid, as ERC-4626's Withdraw just before it tells. `exitFee` stays in the
    /// pool. BaseToken, WAD.
    event RequestExecuted(address indexed owner, uint256 exitFee);

    /// @notice Nothing to do with an amount of zero, or one so small that nothing comes of it.
    error LiquidityPool_ZeroAmount();
    /// @notice More than a market can hold. BaseToken in its own decimals.
    error LiquidityPool_AmountOutOfRange(uint256 assets, uint256 most);
    /// @notice The pool has lost so much, per share, that nobody may enter. BaseToken and shares, WAD.
    error LiquidityPool_Depleted(int256 equity, uint256 supply);
    /// @notice More shares than the owner has requested and can take now.
    error LiquidityPool_NotRedeemable(uint256 shares, uint256 redeemable, uint256 executableAt);
    /// @notice A position needs what the pool still has; the request stays queued.
    error LiquidityPool_NothingWithdrawable(uint256 shares);

    /// @notice Locks shares of the caller until they are paid. It can't be withdrawn; a further request adds to it, and
    /// the delay begins again for the whole.
    function requestRedeem(uint256 shares) external returns (uint256 executableAt);

    /// @notice Pays what can be paid of a request that has waited long enough, to its owner. Anyone may.
    function execute(address owner) external returns (uint256 shares, uint256 assets);

    /// @notice The request of an owner.
    function request(address owner) external view returns (uint256 shares, uint256 executableAt);

    /// @notice What the pool is worth at mid: poolCash − s·x − E(s), at the last price if there is no fresh one. WAD.
    function equity() external view returns (int256);

    /// @notice What of it may leave now, as open positions need the rest: at most what the market holds. BaseToken, WAD.
    function withdrawable() external view returns (uint256);

    /// @notice The market.
    function marketParams() external view returns (MarketParams memory);

    /// @notice The ClearingHouse that holds the pool's cash.
    function clearingHouse() external view returns (IClearingHouse);
}
