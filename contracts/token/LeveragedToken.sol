// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions} from "../libraries/Impact.sol";
import {Rebalance} from "../libraries/Rebalance.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Operation, newOperation} from "../types/Operation.sol";
import {Policy} from "../types/Policy.sol";
import {TokenState, packTokenState} from "../types/TokenState.sol";
import {TokenViews} from "./TokenViews.sol";

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
/// Each call begins with the ClearingHouse's `syncNow`, which refuses to run inside another call; then everything is
/// computed; then the token's own state is written; then `execute` writes the market's. BaseToken moves last: out of the
/// ClearingHouse, or straight into it from the caller, who has approved the token as with any ERC-4626 vault. The
/// ClearingHouse takes the token's word for what comes in, and what is promised is brought in the same call or all is undone.
///
/// SUPPLY
/// Zero, or at least 1e6 wei: the first mint locks 1e6. A burn of all live tokens burns the locked ones too, what is left
/// goes to protocolFees, and the next mint is a first.
contract LeveragedToken is TokenViews {
    using SafeERC20 for IERC20;

    constructor(
        IClearingHouse clearingHouse_,
        MarketParams memory params,
        int256 leverage,
        Policy policy_,
        string memory name_
    ) TokenViews(clearingHouse_, params, leverage, policy_, name_) {}

    // ---------------------------------------------------------------------------------------------- MINT

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) external returns (uint256) {
        return _deposit(newOperation(), assets, receiver);
    }

    /// @inheritdoc ILeveragedToken
    function deposit(uint256 assets, address receiver, uint256 minShares) external returns (uint256) {
        Operation op = newOperation();
        op.setLimit(minShares);
        return _deposit(op, assets, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256) {
        Operation op = newOperation();
        op.setLimit(type(uint256).max);
        return _mint(op, shares, receiver);
    }

    /// @inheritdoc ILeveragedToken
    function mint(uint256 shares, address receiver, uint256 maxAssets) external returns (uint256) {
        Operation op = newOperation();
        op.setLimit(maxAssets);
        return _mint(op, shares, receiver);
    }

    function _deposit(Operation op, uint256 assets, address receiver) private returns (uint256 shares) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(op, around, false);
        shares = _sharesFor(op, around, assets);
        if (shares < op.limit()) revert LeveragedToken_BelowMinimum(shares, op.limit());
        _mint(op, receiver, shares, assets);
    }

    function _mint(Operation op, uint256 shares, address receiver) private returns (uint256 assets) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(op, around, false);
        assets = _costOf(op, around, shares);
        if (assets > op.limit()) revert LeveragedToken_AboveMaximum(assets, op.limit());
        _mint(op, receiver, shares, assets);
    }

    function _mint(Operation op, address receiver, uint256 shares, uint256 assets) private {
        // No tokens are free: without assets there are no shares either.
        if (shares == 0) revert LeveragedToken_ZeroAmount();
        uint256 supply = op.state().supply();
        if (supply == 0) {
            supply = LOCKED;
            op.setComplete(true);
            _addBalance(NOBODY, LOCKED);
        }
        _addBalance(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
        // As in `_finish`; and within `_toWad`'s range, or within what a market can hold.
        unchecked {
            op.setTransfer(int256(assets * _unit));
            _finish(op, supply + shares);
        }
        IERC20(_baseToken).safeTransferFrom(msg.sender, address(clearingHouse), assets);
    }

    // ---------------------------------------------------------------------------------------------- BURN

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256) {
        return _redeem(newOperation(), shares, receiver, owner);
    }

    /// @inheritdoc ILeveragedToken
    function redeem(
        uint256 shares,
        address receiver,
        address owner,
        uint256 minAssets
    ) external returns (uint256) {
        Operation op = newOperation();
        op.setLimit(minAssets);
        return _redeem(op, shares, receiver, owner);
    }

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256) {
        Operation op = newOperation();
        op.setLimit(type(uint256).max);
        return _withdraw(op, assets, receiver, owner);
    }

    /// @inheritdoc ILeveragedToken
    function withdraw(
        uint256 assets,
        address receiver,
        address owner,
        uint256 maxShares
    ) external returns (uint256) {
        Operation op = newOperation();
        op.setLimit(maxShares);
        return _withdraw(op, assets, receiver, owner);
    }

    function _redeem(
        Operation op,
        uint256 shares,
        address receiver,
        address owner
    ) private returns (uint256 assets) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(op, around, false);
        assets = _payoutOf(op, around, shares);
        if (assets < op.limit()) revert LeveragedToken_BelowMinimum(assets, op.limit());
        _burn(op, receiver, owner, shares, assets);
    }

    function _withdraw(
        Operation op,
        uint256 assets,
        address receiver,
        address owner
    ) private returns (uint256 shares) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(op, around, false);
        shares = _sharesBurned(op, around, assets);
        if (shares > op.limit()) revert LeveragedToken_AboveMaximum(shares, op.limit());
        _burn(op, receiver, owner, shares, assets);
    }

    function _burn(Operation op, address receiver, address owner, uint256 shares, uint256 assets) private {
        if (shares == 0) revert LeveragedToken_ZeroAmount();
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _removeBalance(owner, shares);
        // No balance is larger than the supply.
        uint256 supply;
        unchecked {
            supply = op.state().supply() - shares;
        }
        if (supply == LOCKED) {
            _removeBalance(NOBODY, LOCKED);
            supply = 0;
            op.setClosing(true);
        }
        _tellWipeOut(op);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
        op.setParty(receiver);
        // Below 2^128.
        unchecked {
            op.setTransfer(-int256(assets * _unit));
        }
        _finish(op, supply);
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @inheritdoc ILeveragedToken
    function rebalance() external returns (int256 amount, uint256 reward) {
        Operation op = newOperation();
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(op, around, true);
        TokenState before = op.state();
        uint256 left;
        if (_isWipedOut(op)) {
            if (before.wipedOut()) revert LeveragedToken_WipedOut();
            amount = -op.position();
            left = _rewardLeft(before);
            op.setForced(amount);
            op.setEmergency(true);
            emit WipedOut(op.value(), before.supply());
        } else {
            bool due;
            (due, left) = _plan(op, around);
            if (!due) revert LeveragedToken_NotDue(op.distance(), _nextAt());
            (amount, reward) = (op.forced(), op.reward());
            if (amount == 0) {
                if (!op.complete()) revert LeveragedToken_NothingToTrade(_delta(op, around));
            }
        }
        op.setParty(msg.sender);
        uint256 rebalancedAt = block.timestamp;
        // Told even if there was nothing to trade.
        if (op.complete()) {
            emit Rebalanced(msg.sender, amount, reward);
        } else {
            rebalancedAt = before.rebalancedAt();
            emit PartlyRebalanced(msg.sender, amount, reward);
        }
        _send(op, before.supply(), rebalancedAt, left);
    }

    /// @inheritdoc ILeveragedToken
    function previewRebalance() external view returns (bool due, int256 amount, uint256 reward) {
        Conditions memory around;
        Operation op = _now(around);
        if (_isWipedOut(op)) return (!op.state().wipedOut(), -op.position(), 0);
        _readForced(op);
        (due, ) = _plan(op, around);
        (amount, reward) = (op.forced(), op.reward());
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Tells a wipe-out that nobody has recorded.
    function _tellWipeOut(Operation op) private {
        if (_isWipedOut(op)) {
            TokenState before = op.state();
            if (!before.wipedOut()) emit WipedOut(op.value(), before.supply());
        }
    }

    /// @dev The end of a mint or burn. What it rebalanced in passing is told. The streaming fee alone needs no event: it is what the
    /// account paid beyond all that is told here. A closing account leaves something behind too, so there the two are told apart.
    function _finish(Operation op, uint256 supply) private {
        TokenState before = op.state();
        (uint256 rebalancedAt, uint256 left) = (before.rebalancedAt(), before.rewardLeft());
        bool complete = op.complete();
        // What is complete has all of a reward again.
        if (complete) (rebalancedAt, left) = (block.timestamp, FixedPoint.WAD);
        else if (left < FixedPoint.WAD) left = _rewardLeft(before);
        if (op.fee() != 0 || op.closing()) emit FeesCharged(op.fee(), op.streamingFee());
        int256 forced = op.forced();
        if (forced != 0) {
            if (complete) emit RebalancedInPassing(forced);
            else emit PartlyRebalancedInPassing(forced);
        }
        _send(op, supply, rebalancedAt, left);
    }

    /// @dev Writes the token's word and sends its order to the ClearingHouse, last of all. Supply fits: a token is worth at least 1e-9
    /// of its first value or is wiped out, and what a market holds is below 2^96.
    function _send(Operation op, uint256 supply, uint256 rebalancedAt, uint256 left) private {
        _state = packTokenState(supply, block.timestamp, rebalancedAt, _isWipedOut(op), left);
        // Both are below 2^128.
        unchecked {
            op.setFee(op.fee() + op.streamingFee());
        }
        op.execute(address(clearingHouse), IClearingHouse.execute.selector);
    }

    /// @dev Start of the next schedule slot, or 0 when there is no schedule.
    function _nextAt() private view returns (uint256) {
        uint256 interval = policy.interval();
        if (interval == 0) return 0;
        return Rebalance.slotStart(block.timestamp, interval, policy.offset()) + interval;
    }
}
