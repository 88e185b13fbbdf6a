// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {
    STATUS_OPEN,
    halfSpreadIn,
    longsIn,
    priceIn,
    shortsIn,
    skewIn,
    statusIn
} from "../types/MarketWords.sol";

/// @notice What an operation may leave behind, each with its error.
library Checks {
    /// @notice Reverts after the deadline.
    function inTime(uint256 deadline) internal view {
        if (block.timestamp > deadline)
            revert IClearingHouse.ClearingHouse_Expired(deadline, block.timestamp);
    }

    /// @notice Measured against (position, value) before: an opening trade needs an open market, room and margin; a payment
    /// from an account that keeps a position needs margin, or a reduction that does not raise leverage; a reduction alone
    /// needs nothing.
    /// @param skewWord The words of the market after the trade.
    /// @param fill The account after the trade.
    function margin(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        MarketParams calldata params,
        Fill memory fill,
        int256 position,
        int256 valueBefore,
        bool pays
    ) internal pure {
        int256 positionAfter = fill.position;
        if (positionAfter == 0) return;
        bool opens = isOpened(position, positionAfter);
        if (!opens && !pays) return;
        (uint256 price, int256 positionPrice) = priceIn(priceWord);
        (uint256 depth, int256 skew) = (params.pricing.depth(), skewIn(skewWord));
        uint256 energy = Impact.energyUp(price, skew, depth);
        if (opens) openable(skewWord, poolWord, priceWord, energy, positionAfter > 0, params);
        int256 value = Margin.valueFloor(positionAfter, fill.cash, positionPrice);
        bool reduces = !opens && positionAfter != position;
        if (reduces && Margin.isNotRaised(position, valueBefore, positionAfter, value)) return;
        if (!Margin.isAmple(positionAfter, value, price, params.risk))
            sufficient(positionAfter, value, priceWord, skew, energy, params);
    }

    /// @notice Whether a position is on the other side afterwards, or larger.
    function isOpened(int256 position, int256 positionAfter) internal pure returns (bool) {
        // What is traded has the sign of what it leaves. Orders are below 2^126 in size: a token mints for less than 2^96.
        unchecked {
            return (positionAfter - position) * positionAfter > 0;
        }
    }

    /// @notice Reverts unless the account may be left as it is after an opening trade or a payment, where that is not plain by
    /// Margin.isAmple.
    /// @param skew s after the trade.
    /// @param energy E(s) after the trade.
    function sufficient(
        int256 position,
        int256 value_,
        uint256 priceWord,
        int256 skew,
        uint256 energy,
        MarketParams calldata params
    ) internal pure {
        unchecked {
            (uint256 price, ) = priceIn(priceWord);
            uint256 required = Margin.requirementUp(position, price, params.risk);
            uint256 rate = Books.costRate(halfSpreadIn(priceWord), params.pricing);
            int256 exit =
                value_ - Impact.exitCostUp(price, params.pricing.depth(), rate, skew, energy, position);
            if (value_ < exit) exit = value_;
            if (exit < int256(required))
                revert IClearingHouse.ClearingHouse_InsufficientMargin(exit, required);
            if (value_ > Margin.MAX_WORTH)
                revert IClearingHouse.ClearingHouse_WorthOutOfRange(value_, uint256(Margin.MAX_WORTH));
        }
    }

    /// @notice Reverts unless the account's side of the market may be as it is after an opening trade.
    /// @param energy E(s) after the trade.
    /// @param long Which side it is.
    function openable(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        uint256 energy,
        bool long,
        MarketParams calldata params
    ) internal pure {
        if (statusIn(skewWord) != STATUS_OPEN) revert IClearingHouse.ClearingHouse_ReduceOnly(params.idOf());
        (uint256 halfSpread, uint256 widest) = (halfSpreadIn(priceWord), params.pricing.maxHalfSpread());
        if (halfSpread > widest) revert IClearingHouse.ClearingHouse_SpreadTooWide(halfSpread, widest);
        uint256 side = long ? longsIn(skewWord) : shortsIn(skewWord);
        uint256 cap = Pool.mostSkewDown(params.pricing.depth(), params.risk);
        if (side > cap) revert IClearingHouse.ClearingHouse_OpenInterestAboveCap(side, cap);
        // Only of what the skew cap lets through does the pool's cash fit into its field.
        (uint256 price, ) = priceIn(priceWord);
        int256 equity = Pool.equityFloor(skewWord, poolWord, priceWord, energy);
        cap = Pool.coveredDown(equity, price, params.risk, Margin.MAX_WORTH);
        if (side > cap) revert IClearingHouse.ClearingHouse_OpenInterestAboveCap(side, cap);
    }
}
