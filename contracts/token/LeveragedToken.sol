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
import {OP} from "../types/Operation.sol";
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
        return _deposit(assets, receiver, 0);
    }

    /// @inheritdoc ILeveragedToken
    function deposit(uint256 assets, address receiver, uint256 minShares) external returns (uint256) {
        return _deposit(assets, receiver, minShares);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256) {
        return _mint(shares, receiver, type(uint256).max);
    }

    /// @inheritdoc ILeveragedToken
    function mint(uint256 shares, address receiver, uint256 maxAssets) external returns (uint256) {
        return _mint(shares, receiver, maxAssets);
    }

    function _deposit(uint256 assets, address receiver, uint256 least) private returns (uint256 shares) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(around, false);
        shares = _sharesFor(around, assets);
        if (shares < least) revert LeveragedToken_BelowMinimum(shares, least);
        _finishMint(receiver, shares, assets);
    }

    function _mint(uint256 shares, address receiver, uint256 most) private returns (uint256 assets) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(around, false);
        assets = _costOf(around, shares);
        if (assets > most) revert LeveragedToken_AboveMaximum(assets, most);
        _finishMint(receiver, shares, assets);
    }

    function _finishMint(address receiver, uint256 shares, uint256 assets) private {
        // No tokens are free: without assets there are no shares either.
        if (shares == 0) revert LeveragedToken_ZeroAmount();
        uint256 supply = OP.state().supply();
        if (supply == 0) {
            supply = LOCKED;
            OP.setComplete(true);
            _addBalance(NOBODY, LOCKED);
        }
        _addBalance(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
        // As in `_finish`; and within `_toWad`'s range, or within what a market can hold.
        unchecked {
            OP.setTransfer(int256(assets * _unit));
            _finish(supply + shares);
        }
        IERC20(_baseToken).safeTransferFrom(msg.sender, address(clearingHouse), assets);
    }

    // ---------------------------------------------------------------------------------------------- BURN

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256) {
        return _redeem(shares, receiver, owner, 0);
    }

    /// @inheritdoc ILeveragedToken
    function redeem(
        uint256 shares,
        address receiver,
        address owner,
        uint256 minAssets
    ) external returns (uint256) {
        return _redeem(shares, receiver, owner, minAssets);
    }

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256) {
        return _withdraw(assets, receiver, owner, type(uint256).max);
    }

    /// @inheritdoc ILeveragedToken
    function withdraw(
        uint256 assets,
        address receiver,
        address owner,
        uint256 maxShares
    ) external returns (uint256) {
        return _withdraw(assets, receiver, owner, maxShares);
    }

    function _redeem(
        uint256 shares,
        address receiver,
        address owner,
        uint256 least
    ) private returns (uint256 assets) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(around, false);
        assets = _payoutOf(around, shares);
        if (assets < least) revert LeveragedToken_BelowMinimum(assets, least);
        _finishBurn(receiver, owner, shares, assets);
    }

    function _withdraw(
        uint256 assets,
        address receiver,
        address owner,
        uint256 most
    ) private returns (uint256 shares) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(around, false);
        shares = _sharesBurned(around, assets);
        if (shares > most) revert LeveragedToken_AboveMaximum(shares, most);
        _finishBurn(receiver, owner, shares, assets);
    }

    function _finishBurn(address receiver, address owner, uint256 shares, uint256 assets) private {
        if (shares == 0) revert LeveragedToken_ZeroAmount();
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _removeBalance(owner, shares);
        // No balance is larger than the supply.
        uint256 supply;
        unchecked {
            supply = OP.state().supply() - shares;
        }
        if (supply == LOCKED) {
            _removeBalance(NOBODY, LOCKED);
            supply = 0;
            OP.setClosing(true);
        }
        _tellWipeOut();
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
        OP.setParty(receiver);
        // Below 2^128.
        unchecked {
            OP.setTransfer(-int256(assets * _unit));
        }
        _finish(supply);
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @inheritdoc ILeveragedToken
    function rebalance() external returns (int256 amount, uint256 reward) {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        _sync(around, true);
        TokenState before = OP.state();
        uint256 left;
        if (_isWipedOut()) {
            if (before.wipedOut()) revert LeveragedToken_WipedOut();
            amount = -OP.position();
            left = _rewardLeft(before);
            OP.setForced(amount);
            OP.setEmergency(true);
            emit WipedOut(OP.value(), before.supply());
        } else {
            bool due;
            (due, left) = _plan(around);
            if (!due) revert LeveragedToken_NotDue(OP.distance(), _nextAt());
            (amount, reward) = (OP.forced(), OP.reward());
            if (amount == 0) {
                if (!OP.complete()) revert LeveragedToken_NothingToTrade(_delta(around));
            }
        }
        OP.setParty(msg.sender);
        if (OP.complete()) {
            // Told even if there was nothing to trade. When, its account tells, if nothing else happened in this block before.
            emit Rebalanced(msg.sender, amount, reward);
            if (before.writtenAt() == block.timestamp) _write(before.supply(), block.timestamp, left);
            else _state = before.withRewardLeft(left);
        } else {
            emit PartlyRebalanced(msg.sender, amount, reward);
            _write(before.supply(), _completedAt(before), left);
        }
        _send();
    }

    /// @inheritdoc ILeveragedToken
    function previewRebalance() external view returns (bool due, int256 amount, uint256 reward) {
        Conditions memory around = _now();
        if (_isWipedOut()) return (!OP.state().wipedOut(), -OP.position(), 0);
        _readForced();
        (due, ) = _plan(around);
        (amount, reward) = (OP.forced(), OP.reward());
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Tells a wipe-out that nobody has recorded.
    function _tellWipeOut() private {
        if (_isWipedOut()) {
            TokenState before = OP.state();
            if (!before.wipedOut()) emit WipedOut(OP.value(), before.supply());
        }
    }

    /// @dev The end of a mint or burn. What it rebalanced in passing is told. The streaming fee alone needs no event: it is what the
    /// account paid beyond all that is told here. A closing account leaves something behind too, so there the two are told apart.
    function _finish(uint256 supply) private {
        TokenState before = OP.state();
        bool complete = OP.complete();
        // What is complete has all of a reward again.
        if (complete) _write(supply, block.timestamp, FixedPoint.WAD);
        else _write(supply, _completedAt(before), _rewardLeft(before));
        uint256 charged = OP.charged();
        if (charged != 0 || OP.closing()) {
            // The rest is the streaming fee.
            unchecked {
                emit FeesCharged(charged, OP.fee() - charged);
            }
        }
        int256 forced = OP.forced();
        if (forced != 0) {
            if (complete) emit RebalancedInPassing(forced);
            else emit PartlyRebalancedInPassing(forced);
        }
        _send();
    }

    /// @dev Writes the token's word; times only with a schedule, as nobody else asks for them. Supply fits: a token is worth at least 1e-9
    /// of its first value or is wiped out, and what a market holds is below 2^96.
    function _write(uint256 supply, uint256 rebalancedAt, uint256 left) private {
        _state = packTokenState(
            supply,
            rebalancedAt & _scheduled,
            block.timestamp & _scheduled,
            _isWipedOut(),
            left
        );
    }

    /// @dev Sends the token's order to the ClearingHouse, last of all.
    function _send() private {
        OP.execute(address(clearingHouse), IClearingHouse.execute.selector);
    }

    /// @dev Start of the next schedule slot, or 0 when there is no schedule.
    function _nextAt() private view returns (uint256) {
        uint256 interval = policy.interval();
        if (interval == 0) return 0;
        return Rebalance.slotStart(block.timestamp, interval, policy.offset()) + interval;
    }
}
