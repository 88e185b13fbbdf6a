// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IClearingHouse, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {Holding} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Margin} from "../libraries/Margin.sol";
import {Rebalance, RebalancePlan, Trigger} from "../libraries/Rebalance.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
import {TokenState, packTokenState} from "../types/TokenState.sol";
import {BurnLimits, Quotes} from "./Quotes.sol";
import {Valuation} from "./Valuation.sol";

/// @title LeveragedToken
/// @notice Holds one position in the ClearingHouse and keeps its leverage on target by
/// `positionAmountDelta = leverage · netAssetValue / positionPrice − positionAmount`.
///
/// A MINT OR BURN
/// First the token's own rebalance Δr, if leverage is off target by more than the policy's band: holders pay for it, and
/// what is left is N_r. Then the account is scaled: a mint of value v trades δ = (q + Δr)·v/N_r and gets supply·v/N_r
/// tokens, and whoever mints or burns pays the cost of δ. Both are executed as one trade; the fee that netting saves
/// stays with the holders. Scaling at one price leaves holders untouched even when that price is out of date.
///
/// ORDER OF THINGS
/// Each call begins with the ClearingHouse's `sync`, which refuses to run inside another call; then everything is
/// computed; then the token's own state is written; then `execute` writes the market's. BaseToken moves last: out of the
/// ClearingHouse, or straight into it from the caller, who has approved the token as with any ERC-4626 vault. The
/// ClearingHouse takes the token's word for what comes in, and what is promised is brought in the same call or all is undone.
///
/// SUPPLY
/// Zero, or at least 1e6 wei: the first mint locks 1e6. A burn of all live tokens burns the locked ones too, what is left
/// goes to protocolFees, and the next mint is a first.
contract LeveragedToken is Valuation {
    using FixedPoint for uint256;
    using FixedPoint for int256;
    using SafeERC20 for IERC20;

    constructor(
        IClearingHouse clearingHouse_,
        MarketParams memory params,
        int256 leverage,
        Policy policy_,
        string memory name_
    ) Valuation(clearingHouse_, params, leverage, policy_, name_) {}

    // ---------------------------------------------------------------------------------------------- MINT

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) external returns (uint256) {
        Change memory c;
        return _deposit(c, assets, receiver);
    }

    /// @inheritdoc ILeveragedToken
    function deposit(uint256 assets, address receiver, uint256 minShares) external returns (uint256) {
        Change memory c;
        c.limit = minShares;
        return _deposit(c, assets, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256) {
        Change memory c;
        c.limit = type(uint256).max;
        return _mint(c, shares, receiver);
    }

    /// @inheritdoc ILeveragedToken
    function mint(uint256 shares, address receiver, uint256 maxAssets) external returns (uint256) {
        Change memory c;
        c.limit = maxAssets;
        return _mint(c, shares, receiver);
    }

    function _deposit(Change memory c, uint256 assets, address receiver) private returns (uint256) {
        MarketParams memory params = marketParams();
        View memory v;
        _sync(v, params);
        _deposit(v, c, assets);
        if (c.shares < c.limit) revert LeveragedToken_BelowMinimum(c.shares, c.limit);
        _mint(v, c, params, receiver);
        return c.shares;
    }

    function _mint(Change memory c, uint256 shares, address receiver) private returns (uint256) {
        MarketParams memory params = marketParams();
        View memory v;
        _sync(v, params);
        _mintExact(v, c, shares);
        if (c.assets > c.limit) revert LeveragedToken_AboveMaximum(c.assets, c.limit);
        _mint(v, c, params, receiver);
        return c.assets;
    }

    function _mint(View memory v, Change memory c, MarketParams memory params, address receiver) private {
        if (c.shares == 0 || c.assets == 0) revert LeveragedToken_ZeroAmount();
        uint256 supply = v.supply + c.shares;
        if (v.supply == 0) {
            supply += LOCKED;
            c.complete = true;
            _addBalance(NOBODY, LOCKED);
        }
        _addBalance(receiver, c.shares);
        _write(v, c.complete, supply);
        emit Deposit(msg.sender, receiver, c.assets, c.shares);
        c.transfer = int256(c.assets);
        _execute(v, c, params);
        IERC20(_baseToken).safeTransferFrom(msg.sender, address(clearingHouse), c.assets);
    }

    // ---------------------------------------------------------------------------------------------- BURN

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256) {
        Change memory c;
        return _redeem(c, shares, receiver, owner);
    }

    /// @inheritdoc ILeveragedToken
    function redeem(
        uint256 shares,
        address receiver,
        address owner,
        uint256 minAssets
    ) external returns (uint256) {
        Change memory c;
        c.limit = minAssets;
        return _redeem(c, shares, receiver, owner);
    }

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256) {
        Change memory c;
        c.limit = type(uint256).max;
        return _withdraw(c, assets, receiver, owner);
    }

    /// @inheritdoc ILeveragedToken
    function withdraw(
        uint256 assets,
        address receiver,
        address owner,
        uint256 maxShares
    ) external returns (uint256) {
        Change memory c;
        c.limit = maxShares;
        return _withdraw(c, assets, receiver, owner);
    }

    function _redeem(
        Change memory c,
        uint256 shares,
        address receiver,
        address owner
    ) private returns (uint256) {
        MarketParams memory params = marketParams();
        View memory v;
        _sync(v, params);
        _redeem(v, c, shares);
        if (c.assets < c.limit) revert LeveragedToken_BelowMinimum(c.assets, c.limit);
        _burn(v, c, params, receiver, owner);
        return c.assets;
    }

    function _withdraw(
        Change memory c,
        uint256 assets,
        address receiver,
        address owner
    ) private returns (uint256) {
        MarketParams memory params = marketParams();
        View memory v;
        _sync(v, params);
        _withdraw(v, c, assets);
        if (c.shares > c.limit) revert LeveragedToken_AboveMaximum(c.shares, c.limit);
        _burn(v, c, params, receiver, owner);
        return c.shares;
    }

    function _burn(
        View memory v,
        Change memory c,
        MarketParams memory params,
        address receiver,
        address owner
    ) private {
        if (c.shares == 0) revert LeveragedToken_ZeroAmount();
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, c.shares);
        _removeBalance(owner, c.shares);
        uint256 supply = v.supply - c.shares;
        if (supply == LOCKED) {
            _removeBalance(NOBODY, LOCKED);
            supply = 0;
            c.closing = true;
        }
        _write(v, c.complete, supply);
        emit Withdraw(msg.sender, receiver, owner, c.assets, c.shares);
        c.party = receiver;
        c.transfer = -int256(c.assets);
        _execute(v, c, params);
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @inheritdoc ILeveragedToken
    function rebalance() external returns (int256 amount, uint256 reward) {
        MarketParams memory params = marketParams();
        View memory v;
        _sync(v, params);
        Change memory c;
        if (v.wipedOut) {
            if (v.state.wipedOut()) revert LeveragedToken_WipedOut();
            (c.forced, c.emergency) = (-v.position, true);
        } else {
            (Trigger memory found, RebalancePlan memory plan) = _plan(v);
            if (!found.due) revert LeveragedToken_NotDue(v.distance, _nextAt());
            if (plan.amount == 0 && !plan.complete) revert LeveragedToken_NothingToTrade(_delta(v));
            (c.forced, c.complete, c.emergency) = (plan.amount, plan.complete, found.emergency);
            c.reward = plan.reward;
        }
        _write(v, c.complete, v.supply);
        c.party = msg.sender;
        _execute(v, c, params);
        (amount, reward) = (c.forced, c.reward);
    }

    /// @inheritdoc ILeveragedToken
    function previewRebalance() external view returns (bool due, int256 amount, uint256 reward) {
        View memory v = _now();
        if (v.wipedOut) return (!v.state.wipedOut(), -v.position, 0);
        (Trigger memory found, RebalancePlan memory plan) = _plan(v);
        return (found.due, plan.amount, plan.reward);
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Writes the token's word. Supply fits: a token is worth at least 1e-9 of its first value or is wiped out, and
    /// what a market holds is below 2^96.
    function _write(View memory v, bool complete, uint256 supply) private {
        uint256 rebalancedAt = complete ? block.timestamp : v.state.rebalancedAt();
        if (v.wipedOut && !v.state.wipedOut()) emit WipedOut(v.value, v.supply);
        uint256 left = complete ? FixedPoint.WAD : v.rewardLeft;
        _state = packTokenState(supply, block.timestamp, rebalancedAt, v.wipedOut, left);
    }

    /// @dev The order to the ClearingHouse, last of all. A rebalance without shares is told even if there was nothing to trade.
    /// The streaming fee alone needs no event: it is what the account paid beyond all that is told here. A closing account leaves
    /// something behind too, so there the two are told apart.
    function _execute(View memory v, Change memory c, MarketParams memory params) private {
        if (c.fee != 0 || c.closing) emit FeesCharged(c.fee, v.streamingFee);
        if (c.forced != 0 || c.shares == 0) emit Rebalanced(msg.sender, c.forced, c.reward, c.complete);
        clearingHouse.execute(
            params,
            TokenOrder({
                forced: c.forced,
                amount: c.amount,
                blockForced: c.blockForced,
                fee: c.fee + v.streamingFee,
                reward: c.reward,
                party: c.party,
                transfer: c.transfer,
                emergency: c.emergency,
                closing: c.closing
            })
        );
    }

    /// @dev Start of the next schedule slot, or 0 when there is no schedule.
    function _nextAt() private view returns (uint256) {
        uint256 interval = policy.interval();
        if (interval == 0) return 0;
        return Rebalance.slotStart(block.timestamp, interval, policy.offset()) + interval;
    }

    // ---------------------------------------------------------------------------------------------- DOMAIN VIEWS

    /// @inheritdoc ILeveragedToken
    function netAssetValue() external view returns (int256) {
        return _now().value;
    }

    /// @inheritdoc ILeveragedToken
    function positionPrice() external view returns (uint256) {
        return _now().around.price;
    }

    /// @inheritdoc ILeveragedToken
    function positionAmount() external view returns (int256) {
        (View memory v, ) = _last();
        return v.position;
    }

    /// @inheritdoc ILeveragedToken
    function positionAmountDelta() external view returns (int256) {
        return _delta(_now());
    }

    /// @inheritdoc ILeveragedToken
    function currentLeverage() external view returns (int256) {
        View memory v = _now();
        uint256 size = Margin.leverageDown(v.position, v.around.price, v.value);
        return size > uint256(type(int256).max) ? type(int256).max : size.withSign(v.position);
    }

    /// @inheritdoc ILeveragedToken
    function marketId() external view returns (MarketId) {
        return _marketId;
    }

    /// @inheritdoc ILeveragedToken
    function state() external view returns (TokenState) {
        return _state;
    }

    // ---------------------------------------------------------------------------------------------- ERC-4626 VIEWS

    /// @inheritdoc IERC4626
    function asset() external view returns (address) {
        return _baseToken;
    }

    /// @inheritdoc IERC4626
    function totalAssets() external view returns (uint256) {
        (View memory v, ) = _last();
        return _worth(v).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) external view returns (uint256) {
        (View memory v, ) = _last();
        uint256 worth = _worth(v);
        if (v.supply == 0) return assets * _unit;
        return worth == 0 ? 0 : (assets * _unit).mulDivDown(v.supply, worth);
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        (View memory v, ) = _last();
        if (v.supply == 0) return shares.divDown(_unit);
        return shares.mulDivDown(_worth(v), v.supply).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) external view returns (uint256) {
        Change memory c;
        _deposit(_now(), c, assets);
        return c.shares;
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) external view returns (uint256) {
        Change memory c;
        _mintExact(_now(), c, shares);
        return c.assets;
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) external view returns (uint256) {
        Change memory c;
        _redeem(_now(), c, shares);
        return c.assets;
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) external view returns (uint256) {
        Change memory c;
        _withdraw(_now(), c, assets);
        return c.shares;
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) external view returns (uint256 assets) {
        (View memory v, bool fresh) = _last();
        if (fresh) (assets, ) = _most(v);
    }

    /// @inheritdoc IERC4626
    function maxMint(address) external view returns (uint256 shares) {
        (View memory v, bool fresh) = _last();
        if (fresh) (, shares) = _most(v);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) external view returns (uint256 shares) {
        (View memory v, bool fresh) = _last();
        if (fresh) (, shares) = _mostBurned(v, balanceOf(owner));
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) external view returns (uint256 assets) {
        (View memory v, bool fresh) = _last();
        if (fresh) (assets, ) = _mostBurned(v, balanceOf(owner));
    }

    /// @dev The most that can be burned of `shares`, and withdrawn for them.
    function _mostBurned(View memory v, uint256 shares) private view returns (uint256, uint256) {
        if (shares == 0) return (0, 0);
        Change memory c;
        Holding memory held;
        bool everybody = shares == _live(v);
        if (everybody) {
            (int256 skew, int256 blockForced) = (v.around.skew, v.around.forced);
            _redeem(v, c, shares);
            (v.around.skew, v.around.forced) = (skew, blockForced);
        }
        _own(v, c, held);
        BurnLimits memory limits = BurnLimits({
            shares: shares,
            everybody: everybody,
            closing: c.assets,
            custody: uint96(v.poolWord >> 128),
            burnFee: policy.burnFee(),
            unit: _unit
        });
        return Quotes.mostBurnedDown(held, v.around, limits);
    }
}
