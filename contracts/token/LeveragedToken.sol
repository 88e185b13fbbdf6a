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
import {Rebalance} from "../libraries/Rebalance.sol";
import {heldIn} from "../types/Market.sol";
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
        View memory v;
        return _deposit(v, assets, receiver);
    }

    /// @inheritdoc ILeveragedToken
    function deposit(uint256 assets, address receiver, uint256 minShares) external returns (uint256) {
        View memory v;
        v.limit = minShares;
        return _deposit(v, assets, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256) {
        View memory v;
        v.limit = type(uint256).max;
        return _mint(v, shares, receiver);
    }

    /// @inheritdoc ILeveragedToken
    function mint(uint256 shares, address receiver, uint256 maxAssets) external returns (uint256) {
        View memory v;
        v.limit = maxAssets;
        return _mint(v, shares, receiver);
    }

    function _deposit(View memory v, uint256 assets, address receiver) private returns (uint256 shares) {
        TokenOrder memory order;
        MarketParams memory params;
        _sync(v, order, params, false);
        shares = _sharesFor(v, order, assets);
        if (shares < v.limit) revert LeveragedToken_BelowMinimum(shares, v.limit);
        _mint(v, order, params, receiver, shares, assets);
    }

    function _mint(View memory v, uint256 shares, address receiver) private returns (uint256 assets) {
        TokenOrder memory order;
        MarketParams memory params;
        _sync(v, order, params, false);
        assets = _costOf(v, order, shares);
        if (assets > v.limit) revert LeveragedToken_AboveMaximum(assets, v.limit);
        _mint(v, order, params, receiver, shares, assets);
    }

    function _mint(
        View memory v,
        TokenOrder memory order,
        MarketParams memory params,
        address receiver,
        uint256 shares,
        uint256 assets
    ) private {
        // No tokens are free: without assets there are no shares either.
        if (shares == 0) revert LeveragedToken_ZeroAmount();
        uint256 supply = v.state.supply();
        if (supply == 0) {
            supply = LOCKED;
            v.complete = true;
            _addBalance(NOBODY, LOCKED);
        }
        _addBalance(receiver, shares);
        // As in `_write`.
        unchecked {
            _write(v, supply + shares);
        }
        emit Deposit(msg.sender, receiver, assets, shares);
        // Within `_toWad`'s range, or within what a market can hold.
        unchecked {
            order.transfer = int256(assets * _unit);
        }
        _execute(v, order, params, shares);
        IERC20(_baseToken).safeTransferFrom(msg.sender, address(clearingHouse), assets);
    }

    // ---------------------------------------------------------------------------------------------- BURN

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256) {
        View memory v;
        return _redeem(v, shares, receiver, owner);
    }

    /// @inheritdoc ILeveragedToken
    function redeem(
        uint256 shares,
        address receiver,
        address owner,
        uint256 minAssets
    ) external returns (uint256) {
        View memory v;
        v.limit = minAssets;
        return _redeem(v, shares, receiver, owner);
    }

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256) {
        View memory v;
        v.limit = type(uint256).max;
        return _withdraw(v, assets, receiver, owner);
    }

    /// @inheritdoc ILeveragedToken
    function withdraw(
        uint256 assets,
        address receiver,
        address owner,
        uint256 maxShares
    ) external returns (uint256) {
        View memory v;
        v.limit = maxShares;
        return _withdraw(v, assets, receiver, owner);
    }

    function _redeem(
        View memory v,
        uint256 shares,
        address receiver,
        address owner
    ) private returns (uint256 assets) {
        TokenOrder memory order;
        MarketParams memory params;
        _sync(v, order, params, false);
        assets = _payoutOf(v, order, shares);
        if (assets < v.limit) revert LeveragedToken_BelowMinimum(assets, v.limit);
        _burn(v, order, params, receiver, owner, shares, assets);
    }

    function _withdraw(
        View memory v,
        uint256 assets,
        address receiver,
        address owner
    ) private returns (uint256 shares) {
        TokenOrder memory order;
        MarketParams memory params;
        _sync(v, order, params, false);
        shares = _sharesBurned(v, order, assets);
        if (shares > v.limit) revert LeveragedToken_AboveMaximum(shares, v.limit);
        _burn(v, order, params, receiver, owner, shares, assets);
    }

    function _burn(
        View memory v,
        TokenOrder memory order,
        MarketParams memory params,
        address receiver,
        address owner,
        uint256 shares,
        uint256 assets
    ) private {
        if (shares == 0) revert LeveragedToken_ZeroAmount();
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _removeBalance(owner, shares);
        // No balance is larger than the supply.
        uint256 supply;
        unchecked {
            supply = v.state.supply() - shares;
        }
        if (supply == LOCKED) {
            _removeBalance(NOBODY, LOCKED);
            supply = 0;
            order.closing = true;
        }
        _write(v, supply);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
        order.party = receiver;
        // Below 2^128.
        unchecked {
            order.transfer = -int256(assets * _unit);
        }
        _execute(v, order, params, shares);
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @inheritdoc ILeveragedToken
    function rebalance() external returns (int256 amount, uint256 reward) {
        View memory v;
        TokenOrder memory order;
        MarketParams memory params;
        uint256 forcedWord = _sync(v, order, params, true);
        if (v.wipedOut) {
            if (v.state.wipedOut()) revert LeveragedToken_WipedOut();
            amount = -v.position;
            order.emergency = true;
        } else {
            bool due;
            (due, order.emergency, amount, reward, v.complete) = _plan(v, forcedWord);
            if (!due) revert LeveragedToken_NotDue(v.distance, _nextAt());
            if (amount == 0 && !v.complete) revert LeveragedToken_NothingToTrade(_delta(v));
            order.reward = reward;
        }
        order.forced = amount;
        order.party = msg.sender;
        _write(v, v.state.supply());
        _execute(v, order, params, 0);
    }

    /// @inheritdoc ILeveragedToken
    function previewRebalance() external view returns (bool due, int256 amount, uint256 reward) {
        View memory v = _now();
        if (v.wipedOut) return (!v.state.wipedOut(), -v.position, 0);
        (due, , amount, reward, ) = _plan(v, _forcedWord());
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Writes the token's word. Supply fits: a token is worth at least 1e-9 of its first value or is wiped out, and
    /// what a market holds is below 2^96.
    function _write(View memory v, uint256 supply) private {
        TokenState before = v.state;
        bool complete = v.complete;
        uint256 rebalancedAt = complete ? block.timestamp : before.rebalancedAt();
        if (v.wipedOut && !before.wipedOut()) emit WipedOut(v.value, before.supply());
        uint256 left = complete ? FixedPoint.WAD : v.rewardLeft;
        _state = packTokenState(supply, block.timestamp, rebalancedAt, v.wipedOut, left);
    }

    /// @dev The order to the ClearingHouse, last of all. A rebalance without shares is told even if there was nothing to trade.
    /// The streaming fee alone needs no event: it is what the account paid beyond all that is told here. A closing account leaves
    /// something behind too, so there the two are told apart.
    function _execute(
        View memory v,
        TokenOrder memory order,
        MarketParams memory params,
        uint256 shares
    ) private {
        uint256 fee = order.fee;
        if (fee != 0 || order.closing) emit FeesCharged(fee, v.streamingFee);
        int256 forced = order.forced;
        if (shares == 0) {
            if (v.complete) emit Rebalanced(msg.sender, forced, order.reward);
            else emit PartlyRebalanced(msg.sender, forced, order.reward);
        } else if (forced != 0) {
            if (v.complete) emit RebalancedInPassing(forced);
            else emit PartlyRebalancedInPassing(forced);
        }
        // Both are below 2^128.
        unchecked {
            order.fee = fee + v.streamingFee;
        }
        clearingHouse.execute(params, order);
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
        uint256 supply = v.state.supply();
        if (supply == 0) return assets * _unit;
        return worth == 0 ? 0 : (assets * _unit).mulDivDown(supply, worth);
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        (View memory v, ) = _last();
        uint256 supply = v.state.supply();
        if (supply == 0) return shares.divDown(_unit);
        return shares.mulDivDown(_worth(v), supply).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) external view returns (uint256) {
        TokenOrder memory order;
        return _sharesFor(_now(), order, assets);
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) external view returns (uint256) {
        TokenOrder memory order;
        return _costOf(_now(), order, shares);
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) external view returns (uint256) {
        TokenOrder memory order;
        return _payoutOf(_now(), order, shares);
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) external view returns (uint256) {
        TokenOrder memory order;
        return _sharesBurned(_now(), order, assets);
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
        TokenOrder memory order;
        bool everybody = shares == _live(v);
        uint256 closing;
        if (everybody) {
            (int256 skew, uint256 energy, int256 forced) = (v.around.skew, v.around.energy, v.around.forced);
            closing = _payoutOf(v, order, shares);
            (v.around.skew, v.around.energy, v.around.forced) = (skew, energy, forced);
        }
        Holding memory held = Holding(v.position, _worth(v), v.state.supply());
        _own(v, order, held);
        BurnLimits memory limits = BurnLimits({
            shares: shares,
            everybody: everybody,
            closing: closing,
            custody: heldIn(v.poolWord),
            burnFee: policy.burnFee(),
            unit: _unit
        });
        return Quotes.mostBurnedDown(held, v.around, limits);
    }
}
