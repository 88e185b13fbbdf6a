// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPool} from "../interfaces/ILiquidityPool.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Pool} from "../libraries/Pool.sol";
import {PackedMarket} from "../types/Market.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Request, RequestSlot, packRequest} from "../types/Request.sol";
import {PoolViews} from "./PoolViews.sol";

/// @title LiquidityPool
/// @notice The other side of every position in one market, as an ERC-4626 vault of its BaseToken. Its cash is in the
/// ClearingHouse.
///
/// ENTERING
/// `deposit` and `mint` at the pool's equity at mid. Refused when equity per share is below 1e-6 of its first.
///
/// LEAVING
/// `requestRedeem` moves shares into this contract, for good. After the market's withdrawalDelay anyone may `execute` the
/// request, or its owner may `redeem` or `withdraw`, at the pool's equity then, less an exit fee that stays in the pool,
/// and never more than open positions can spare. What can't be paid stays queued; requests don't wait for each other.
///
/// FIRST SHARES
/// The seed of the market is at par; 1e6 wei of its shares belong to nobody.
contract LiquidityPool is PoolViews {
    using FixedPoint for uint256;
    using SafeERC20 for IERC20;

    /// @param provider Who brought the seed.
    /// @param seed BaseToken, WAD.
    constructor(
        IClearingHouse clearingHouse_,
        MarketParams memory params,
        address provider,
        uint256 seed
    ) PoolViews(clearingHouse_, params, provider, seed) {}

    // ---------------------------------------------------------------------------------------------- ENTERING

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        (uint256 skew, uint256 pool, uint256 price, , ) = clearingHouse.syncNow(params, false);
        shares = _sharesForDeposit(PackedMarket(skew, pool, price), assets);
        _join(params, assets, shares, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256 assets) {
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        (uint256 skew, uint256 pool, uint256 price, , ) = clearingHouse.syncNow(params, false);
        assets = _assetsForMint(PackedMarket(skew, pool, price), shares);
        _join(params, assets, shares, receiver);
    }

    function _join(MarketParams memory params, uint256 assets, uint256 shares, address receiver) private {
        if (assets == 0 || shares == 0) revert LiquidityPool_ZeroAmount();
        uint256 most = type(uint96).max;
        // What comes in is a signed number from here on.
        if (assets > most) revert LiquidityPool_AmountOutOfRange(assets, most);
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
        clearingHouse.movePoolCash(params, int256(assets), address(0));
        // Last, and straight into custody: the ClearingHouse counts what the pool says that it brings.
        IERC20(_baseToken).safeTransferFrom(msg.sender, address(clearingHouse), assets);
    }

    // ---------------------------------------------------------------------------------------------- LEAVING

    /// @inheritdoc ILiquidityPool
    function requestRedeem(uint256 shares) external returns (uint256 executableAt) {
        if (shares == 0) revert LiquidityPool_ZeroAmount();
        _transfer(msg.sender, address(this), shares);
        executableAt = block.timestamp + _pricing.withdrawalDelay();
        RequestSlot storage slot = _requests[msg.sender];
        // Shares are bounded by what the market's `held` has counted, far below 2^128.
        uint256 total = slot.word.shares() + shares;
        slot.word = packRequest(total, executableAt);
        emit RedeemRequested(msg.sender, shares, total, executableAt);
    }

    /// @inheritdoc ILiquidityPool
    function execute(address owner) external returns (uint256 shares, uint256 assets) {
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        (uint256 skew, uint256 pool, uint256 price, , ) = clearingHouse.syncNow(params, false);
        PackedMarket memory market = PackedMarket(skew, pool, price);
        RequestSlot storage slot = _requests[owner];
        Request requested = slot.word;
        uint256 worth;
        (shares, worth) = _redeemable(market, _worth(market), totalSupply(), requested);
        if (shares == 0) revert LiquidityPool_NotRedeemable(1, 0, requested.executableAt());
        slot.word = requested.less(shares);
        assets = _afterFee(worth);
        _leave(params, owner, owner, shares, assets, worth);
    }

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        if (shares == 0) revert LiquidityPool_ZeroAmount();
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        (uint256 skew, uint256 pool, uint256 price, , ) = clearingHouse.syncNow(params, false);
        PackedMarket memory market = PackedMarket(skew, pool, price);
        uint256 poolWorth = _worth(market);
        uint256 supply = totalSupply();
        _spendRequest(market, poolWorth, supply, owner, shares);
        uint256 worth = Pool.assetsDown(shares, poolWorth, supply);
        assets = _afterFee(worth);
        _leave(params, owner, receiver, shares, assets, worth);
    }

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256 shares) {
        if (assets == 0) revert LiquidityPool_ZeroAmount();
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        (uint256 skew, uint256 pool, uint256 price, , ) = clearingHouse.syncNow(params, false);
        PackedMarket memory market = PackedMarket(skew, pool, price);
        uint256 poolWorth = _worth(market);
        uint256 supply = totalSupply();
        shares = _sharesForWithdraw(poolWorth, supply, assets);
        _spendRequest(market, poolWorth, supply, owner, shares);
        _leave(params, owner, receiver, shares, assets, Pool.assetsDown(shares, poolWorth, supply));
    }

    /// @dev Takes shares off what their owner has requested, and off the allowance of anybody else who calls.
    function _spendRequest(
        PackedMarket memory market,
        uint256 poolWorth,
        uint256 supply,
        address owner,
        uint256 shares
    ) private {
        RequestSlot storage slot = _requests[owner];
        Request requested = slot.word;
        (uint256 redeemable, ) = _redeemable(market, poolWorth, supply, requested);
        if (shares > redeemable) {
            revert LiquidityPool_NotRedeemable(shares, redeemable, requested.executableAt());
        }
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        slot.word = requested.less(shares);
    }

    /// @param worth Of the shares, WAD: what of it isn't paid is the exit fee.
    function _leave(
        MarketParams memory params,
        address owner,
        address receiver,
        uint256 shares,
        uint256 assets,
        uint256 worth
    ) private {
        if (assets == 0) revert LiquidityPool_NothingWithdrawable(shares);
        _burn(address(this), shares);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
        // What is paid is at most what the shares are worth, and that is below 2^128.
        unchecked {
            emit RequestExecuted(owner, worth - assets * _unit);
            clearingHouse.movePoolCash(params, -int256(assets), receiver);
        }
    }
}
