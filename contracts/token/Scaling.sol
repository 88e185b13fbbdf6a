// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {Attribution, Holding} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {heldIn} from "../types/MarketWords.sol";
import {OP} from "../types/Operation.sol";
import {Policy} from "../types/Policy.sol";
import {MintLimits, Quotes} from "./Quotes.sol";
import {Valuation} from "./Valuation.sol";

/// @notice What a mint or burn of a LeveragedToken scales and what it trades for it.
abstract contract Scaling is Valuation {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    constructor(
        IClearingHouse clearingHouse_,
        MarketParams memory params,
        int256 leverage,
        Policy policy_,
        string memory name_
    ) Valuation(clearingHouse_, params, leverage, policy_, name_) {}

    /// @dev Whether a mint or burn rebalances first. A wipe-out that nobody has recorded closes the position.
    function _isOwnDue() internal view returns (bool) {
        return OP.distance() > _mintBurnBand;
    }

    /// @dev The token's own rebalance within a mint or burn, which is due. Writes what it trades into OP, and moves what surrounds
    /// it.
    /// @return position q + Δr.
    /// @return value N_r, at least 0.
    function _own(Conditions memory around) internal view returns (int256 position, uint256 value) {
        int256 impact;
        int256 valueAfter;
        position = OP.position();
        if (_isWipedOut()) {
            impact = Impact.impact(around, -position);
            valueAfter = Margin.exitValueWithFloor(OP.value(), position, impact, around);
            OP.setForced(-position);
            OP.setEmergency(true);
        } else {
            bool emergency = OP.above() && OP.distance() > _emergencyBand;
            _readForced();
            (impact, valueAfter) = _planWithin(around, emergency, false, 0);
        }
        int256 forced = OP.forced();
        if (forced == 0) return (position, _worth());
        Impact.move(around, forced, impact);
        // Below 2^97 and 2^112.
        unchecked {
            position += forced;
            around.forced += forced;
        }
        value = _atLeast0(valueAfter);
    }

    /// @dev What a burn scales.
    function _forBurn(Conditions memory around) internal view returns (Holding memory held) {
        held = Holding(OP.position(), _worth(), OP.state().supply());
        if (_isOwnDue()) (held.position, held.value) = _own(around);
    }

    /// @dev What a mint scales. Nothing is minted by a token that is wiped out, far above its leverage, or that would lose
    /// half of its value to its own rebalance.
    function _forMint(
        Conditions memory around
    ) private view returns (int256 position, uint256 value, uint256 supply) {
        if (_isWipedOut()) revert LeveragedToken_WipedOut();
        supply = OP.state().supply();
        if (supply == 0) return Attribution.fillFirst(targetLeverage, around.price);
        bool suspended;
        (position, value, suspended) = _beforeMint(around);
        if (suspended) revert LeveragedToken_MintingSuspended(OP.value(), int256(value));
    }

    /// @dev The token's own rebalance before a mint, if it is due; with a supply and not wiped out.
    function _beforeMint(
        Conditions memory around
    ) internal view returns (int256 position, uint256 value, bool suspended) {
        uint256 before = uint256(OP.value());
        suspended = OP.above() && OP.distance() > _emergencyBand;
        (position, value) = (OP.position(), before);
        if (_isOwnDue()) {
            (position, value) = _own(around);
            // N < 2^128.
            unchecked {
                if (value * 2 < before || value == 0) suspended = true;
            }
        }
    }

    /// @dev The tokens for `assets`.
    function _sharesFor(Conditions memory around, uint256 assets) internal view returns (uint256 shares) {
        uint256 supply = OP.state().supply();
        (int256 position, uint256 value) = (OP.position(), uint256(OP.value()));
        if (OP.distance() > _quietBand || supply == 0) {
            (position, value, supply) = _forMint(around);
        }
        uint256 brought = _toWad(assets);
        uint256 rate = _mintFee;
        // The fee is a part of what is brought, and of the first tokens some are locked.
        unchecked {
            if (rate != 0) {
                uint256 fee = Attribution.feeUp(brought, rate);
                OP.charge(fee);
                brought -= fee;
            }
            int256 amount;
            (shares, amount) = Attribution.deposit(position, value, supply, around, brought);
            OP.setAmount(amount);
            if (OP.state().supply() == 0) {
                if (shares <= LOCKED) revert LeveragedToken_FirstMintTooSmall(shares, LOCKED);
                shares -= LOCKED;
            }
        }
    }

    /// @dev What `shares` cost. Both in their own units.
    function _costOf(Conditions memory around, uint256 shares) internal view returns (uint256 assets) {
        bool first = OP.state().supply() == 0;
        (int256 position, uint256 value, uint256 supply) = _forMint(around);
        if (shares > MAX_AMOUNT) revert LeveragedToken_AmountOutOfRange(shares, MAX_AMOUNT);
        (uint256 brought, int256 amount) = Quotes.mint(
            Holding(position, value, supply),
            around,
            first ? shares + LOCKED : shares
        );
        OP.setAmount(amount);
        assets = Attribution.beforeFeeUp(brought, _mintFee).divUp(_unit);
        OP.charge(Attribution.feeUp(assets * _unit, _mintFee));
    }

    /// @dev What burning `shares` pays.
    function _payoutOf(Conditions memory around, uint256 shares) internal view returns (uint256 assets) {
        if (shares == 0) return 0;
        uint256 supply = OP.state().supply();
        uint256 live = _live();
        if (shares > live) revert ERC20InsufficientBalance(msg.sender, live, shares);
        // A burn of all live tokens closes the account: the locked ones go with them, and nothing is rebalanced.
        bool everybody = shares == live;
        (int256 position, uint256 value) = (OP.position(), _worth());
        if (_isOwnDue() && (!everybody || _isWipedOut())) (position, value) = _own(around);
        return _pay(around, position, value, supply, everybody ? supply : shares);
    }

    /// @dev Tokens that somebody owns.
    function _live() internal pure returns (uint256) {
        return Math.saturatingSub(OP.state().supply(), LOCKED);
    }

    /// @dev What `shares` pay, of what `_own` leaves.
    function _pay(
        Conditions memory around,
        int256 position,
        uint256 value,
        uint256 supply,
        uint256 shares
    ) private view returns (uint256) {
        (int256 payout, int256 amount) = Attribution.redeem(position, value, supply, around, shares);
        OP.setAmount(amount);
        uint256 worth = _atLeast0(payout);
        uint256 rate = _burnFee;
        if (rate != 0) {
            uint256 fee = Attribution.feeUp(worth, rate);
            OP.charge(fee);
            // The fee is a part of it.
            unchecked {
                worth -= fee;
            }
        }
        return worth.divDown(_unit);
    }

    /// @dev The tokens that must be burned for `assets`.
    function _sharesBurned(Conditions memory around, uint256 assets) internal view returns (uint256 shares) {
        uint256 wanted = Attribution.beforeFeeUp(_toWad(assets), _burnFee);
        (int256 skew, uint256 energy) = (around.skew, around.energy);
        int256 blockForced = around.forced;
        Holding memory held = _forBurn(around);
        shares = held.value == 0 ? type(uint256).max : Quotes.withdraw(held, around, wanted);
        uint256 live = _live();
        if (shares < live) {
            _pay(around, held.position, held.value, held.supply, shares);
        } else {
            // Only everybody together may reach it, and then nothing is rebalanced.
            (around.skew, around.energy, around.forced) = (skew, energy, blockForced);
            OP.setForced(0);
            OP.setComplete(false);
            OP.setEmergency(false);
            shares = live;
            if (_payoutOf(around, live) < assets) revert LeveragedToken_UnreachablePayout(assets);
        }
    }

    /// @dev The mint that fills what the market can open; (0, 0) when there is none.
    function _most(Conditions memory around) internal view returns (uint256 assets, uint256 shares) {
        if (_isWipedOut()) return (0, 0);
        // The token's own trade leaves the pool's equity as it is or higher, but rounding may take two wei; what it opens
        // comes off the room.
        int256 room = int256(_room(around, 2));
        Holding memory held;
        held.supply = OP.state().supply();
        bool first = held.supply == 0;
        if (first) {
            (held.position, held.value, held.supply) = Attribution.fillFirst(targetLeverage, around.price);
        } else {
            bool suspended;
            (held.position, held.value, suspended) = _beforeMint(around);
            if (suspended) return (0, 0);
        }
        if (room == 0) return (0, 0);
        room += int256(OP.position().abs()) - int256((OP.position() + OP.forced()).abs());
        if (room < 2) return (0, 0);
        MintLimits memory limits = MintLimits({
            room: uint256(room),
            custody: type(uint96).max - heldIn(OP.poolWord()),
            mintFee: _mintFee,
            unit: _unit,
            most: MAX_AMOUNT,
            risk: _risk
        });
        return Quotes.mostDown(held, around, limits, first ? LOCKED : 0);
    }

    /// @dev What no market can hold is refused here, before arithmetic that counts on it.
    function _toWad(uint256 assets) internal view returns (uint256) {
        if (assets > _mostAssets) revert LeveragedToken_AmountOutOfRange(assets, _mostAssets);
        unchecked {
            return assets * _unit;
        }
    }
}
