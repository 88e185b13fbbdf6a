// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
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
    function margin(
        Entry memory e,
        MarketParams calldata params,
        int256 position,
        int256 valueBefore,
        bool pays
    ) internal pure {
        int256 positionAfter = e.position;
        if (positionAfter == 0) return;
        bool flips = position != 0 && (positionAfter < 0) != (position < 0);
        bool opens = flips || positionAfter.abs() > position.abs();
        if (opens) openable(e, params);
        else if (!pays) return;
        int256 valueAfter = value(e);
        bool reduces = !opens && positionAfter != position;
        if (reduces && Margin.isNotRaised(position, valueBefore, positionAfter, valueAfter)) return;
        Conditions memory around;
        Books.surround(around, e.market, params.pricing, 0);
        sufficient(positionAfter, valueAfter, around, params);
    }

    /// @notice Where the forced part of an order leaves the account; when it opens, its margin is checked as for a trade of
    /// its own. `fee` is taken off the value already, but whoever mints or burns pays it, out of what is still to come in or
    /// to go out.
    function forced(
        Entry memory e,
        MarketParams calldata params,
        int256 amount,
        int256 fee,
        bool opens
    ) internal pure returns (int256 positionAfter, int256 valueAfter) {
        Conditions memory around;
        Books.surround(around, e.market, params.pricing, 0);
        positionAfter = e.position + amount;
        valueAfter = Rebalance.valueAfterFloor(value(e), amount, around);
        if (opens) {
            Impact.move(around, amount, Impact.impact(around, amount));
            sufficient(positionAfter, valueAfter + fee, around, params);
        }
    }

    /// @notice Reverts unless the account may be left as it is after an opening trade or a payment.
    function sufficient(
        int256 position,
        int256 value_,
        Conditions memory around,
        MarketParams calldata params
    ) internal pure {
        if (Margin.isSufficient(position, value_, around, params.risk)) return;
        int256 exit = Margin.exitValueFloor(value_, position, around);
        revert IClearingHouse.ClearingHouse_InsufficientMargin(
            exit < value_ ? exit : value_,
            Margin.requirementUp(position, around.price, params.risk)
        );
    }

    /// @notice Reverts unless the account's side of the market may be as it is after an opening trade.
    function openable(Entry memory e, MarketParams calldata params) internal pure {
        PackedMarket memory m = e.market;
        if (m.status() != STATUS_OPEN) revert IClearingHouse.ClearingHouse_ReduceOnly(params.idOf());
        uint256 widest = params.pricing.maxHalfSpread();
        if (m.halfSpread() > widest)
            revert IClearingHouse.ClearingHouse_SpreadTooWide(m.halfSpread(), widest);
        uint256 side = e.position > 0 ? m.longs() : m.shorts();
        uint256 cap = Pool.openCapDown(m, params.pricing.depth(), params.risk);
        if (side > cap) revert IClearingHouse.ClearingHouse_OpenInterestAboveCap(side, cap);
    }
}
