// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Rebalance} from "../libraries/Rebalance.sol";
import {Entry} from "../types/Entry.sol";
import {PackedMarket, STATUS_OPEN, STATUS_RECKONING} from "../types/Market.sol";
import {MarketParams} from "../types/MarketParams.sol";

/// @notice What an operation may leave behind, each with its error.
library Checks {
    using FixedPoint for int256;

    /// @notice N of the account at mid.
    function value(Entry memory e) internal pure returns (int256) {
        return Margin.valueFloor(e.position, e.cash, e.market.positionPrice());
    }

    /// @notice Reverts when the market is settled: nothing comes in any more.
    function alive(PackedMarket memory market, MarketParams calldata params) internal pure {
        if (market.status() >= STATUS_RECKONING)
            revert IClearingHouse.ClearingHouse_AlreadySettled(params.idOf());
    }

    /// @notice Reverts after the deadline.
    function inTime(uint256 deadline) internal view {
        if (block.timestamp > deadline)
            revert IClearingHouse.ClearingHouse_Expired(deadline, block.timestamp);
    }

    /// @notice Measured against (position, value) before: an opening trade needs an open market, room and margin; a payment
    /// from an account that keeps a position needs margin, or a reduction that does not raise leverage; a reduction alone
    /// needs nothing.
    /// @param around As after the trade.
    /// @param opened Whether the order opened before `position` already.
    function margin(
        Entry memory e,
        Conditions memory around,
        MarketParams calldata params,
        int256 position,
        int256 valueBefore,
        bool opened,
        bool pays
    ) internal pure {
        int256 positionAfter = e.position;
        if (positionAfter == 0) return;
        // What opened before is not looked at again, unless it is a payment that may follow a reduction.
        bool opens = (opened && !pays) || isOpened(position, positionAfter);
        if (opens || opened) openable(e, around, params);
        else if (!pays) return;
        int256 valueAfter = value(e);
        bool reduces = pays && !opens && positionAfter != position;
        if (reduces && Margin.isNotRaised(position, valueBefore, positionAfter, valueAfter)) return;
        sufficient(positionAfter, valueAfter, around, params);
    }

    /// @notice Whether a position is on the other side afterwards, or larger.
    function isOpened(int256 position, int256 positionAfter) internal pure returns (bool) {
        // What is traded has the sign of what it leaves. Orders are below 2^126 in size: a token mints for less than 2^96.
        unchecked {
            return (positionAfter - position) * positionAfter > 0;
        }
    }

    /// @notice Where the forced part of an order that opens and then pays leaves the account, which is what the payment is measured
    /// against: so it needs the margin of a trade of its own. `fee` is taken off the value already, but whoever burns pays it, out
    /// of what is still to go out.
    function forced(
        Entry memory e,
        Conditions memory around,
        MarketParams calldata params,
        int256 amount,
        int256 fee
    ) internal pure returns (int256 positionAfter, int256 valueAfter) {
        positionAfter = e.position + amount;
        valueAfter = Rebalance.valueAfterFloor(value(e), amount, around);
        int256 impact = Impact.impact(around, amount);
        Impact.move(around, amount, impact);
        sufficient(positionAfter, valueAfter + fee, around, params);
        Impact.move(around, -amount, -impact);
    }

    /// @notice Reverts unless the account may be left as it is after an opening trade or a payment.
    function sufficient(
        int256 position,
        int256 value_,
        Conditions memory around,
        MarketParams calldata params
    ) internal pure {
        uint256 required = Margin.requirementUp(position, around.price, params.risk);
        int256 exit = Margin.exitValueFloor(value_, position, around);
        if (value_ < exit) exit = value_;
        if (exit < int256(required)) revert IClearingHouse.ClearingHouse_InsufficientMargin(exit, required);
    }

    /// @notice Reverts unless the account's side of the market may be as it is after an opening trade.
    /// @param around As after the trade.
    function openable(Entry memory e, Conditions memory around, MarketParams calldata params) internal pure {
        PackedMarket memory m = e.market;
        if (m.status() != STATUS_OPEN) revert IClearingHouse.ClearingHouse_ReduceOnly(params.idOf());
        (uint256 halfSpread, uint256 widest) = (m.halfSpread(), params.pricing.maxHalfSpread());
        if (halfSpread > widest) revert IClearingHouse.ClearingHouse_SpreadTooWide(halfSpread, widest);
        uint256 side = e.position > 0 ? m.longs() : m.shorts();
        uint256 cap = Pool.mostSkewDown(around.depth, params.risk);
        if (side > cap) revert IClearingHouse.ClearingHouse_OpenInterestAboveCap(side, cap);
        // Only of what the skew cap lets through does the pool's cash fit into its field.
        cap = Pool.coveredDown(m, around.energy, params.risk);
        if (side > cap) revert IClearingHouse.ClearingHouse_OpenInterestAboveCap(side, cap);
    }
}
