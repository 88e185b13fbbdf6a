// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Entry} from "../types/Entry.sol";
import {MarketWords, PackedMarket} from "../types/Market.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Checks} from "./Checks.sol";
import {Ledger} from "./Ledger.sol";

/// @notice What orders of traders and of tokens do to an entry: all of them but their consequences outside memory.
library Orders {
    using FixedPoint for int256;
    using Ledger for MarketWords;

    /// @notice An order of a trader.
    /// @return margin BaseToken moved in (> 0) or out (< 0). WAD.
    function place(
        Entry memory e,
        MarketParams calldata params,
        MarketWords storage words,
        Fill memory fill,
        Order calldata order
    ) internal view returns (int256 margin) {
        int256 amount = order.amount;
        if (amount == 0 && order.margin == 0) revert IClearingHouse.ClearingHouse_ZeroAmount();
        Checks.inTime(order.deadline);
        margin = order.margin == 0 ? int256(0) : toWad(params, order.margin);
        int256 position = e.position;
        int256 value = margin < 0 ? Checks.value(e) : int256(0);
        if (margin > 0) moveMargin(e, params, margin);
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        Books.surround(around, e.market, params.pricing, words.blockForced(e.touched));
        if (amount != 0) trade(e, around, params, fill, amount, order.priceLimit);
        if (margin < 0) {
            if (e.position == 0 && e.cash < -margin)
                revert IClearingHouse.ClearingHouse_InsufficientCash(e.cash, margin.abs());
            moveMargin(e, params, margin);
        }
        Checks.margin(e, around, params, position, value, false, margin < 0);
    }

    /// @notice Closes the whole position of a trader.
    function close(
        Entry memory e,
        MarketParams calldata params,
        MarketWords storage words,
        Fill memory fill,
        uint256 priceLimit
    ) internal view {
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        Books.surround(around, e.market, params.pricing, words.blockForced(e.touched));
        trade(e, around, params, fill, -e.position, priceLimit);
    }

    /// @notice A voluntary trade of the account.
    function trade(
        Entry memory e,
        Conditions memory around,
        MarketParams calldata params,
        Fill memory fill,
        int256 amount,
        uint256 priceLimit
    ) internal pure {
        if (amount.abs() > Books.MAX_POSITION * 2) {
            revert IClearingHouse.ClearingHouse_AmountOutOfRange(amount.abs(), Books.MAX_POSITION * 2);
        }
        Books.trade(e, around, params.pricing, 0, amount);
        uint256 price;
        // Both are below 2^255 by the ranges of FixedPoint.
        unchecked {
            price = Impact.fillPrice(around.price, e.impact + int256(e.surcharge), amount);
        }
        if (amount > 0 ? price > priceLimit : price < priceLimit)
            revert IClearingHouse.ClearingHouse_PriceLimit(price, priceLimit);
        fill.fillPrice = price;
    }

    /// @notice An order of a token. A token computes within the ranges of FixedPoint, and what comes in or goes out is bounded by
    /// what the market holds.
    ///
    /// What is traded is one netted trade, and what it leaves behind is checked once. Only a payment looks at what lies between
    /// its two parts: it must not raise the leverage that the rebalance leaves, if that opens; else that of the account before.
    /// @return margin BaseToken moved in (> 0) or out (< 0), with what was paid in fees and rewards. WAD.
    function execute(
        Entry memory e,
        MarketParams calldata params,
        MarketWords storage words,
        TokenOrder calldata order
    ) internal returns (int256 margin) {
        PackedMarket memory m = e.market;
        int256 transfer = order.transfer;
        bool pays = transfer < 0;
        uint256 taken = Books.chargeProtocolFee(m, order.fee);
        int256 own = order.forced;
        int256 position = e.position;
        int256 value;
        bool opened;
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        Books.surround(around, m, params.pricing, order.blockForced);
        unchecked {
            margin = -int256(taken) - int256(order.reward);
            e.cash += margin;
            if (own != 0) {
                words.force(params, own, own.abs(), order.emergency);
                opened = Checks.isOpened(position, position + own);
            }
            if (pays) {
                if (opened) (position, value) = Checks.forced(e, around, params, own, int256(taken));
                else value = Checks.value(e);
            } else {
                position += own;
            }
            if (transfer != 0) {
                int256 moved = transfer * int256(unit(params));
                margin += moved;
                moveMargin(e, params, moved);
            }
        }
        if (own != 0 || order.amount != 0) {
            Books.trade(e, around, params.pricing, own, order.amount);
        }
        Checks.margin(e, around, params, position, value, opened, pays);
        if (order.closing && e.cash > 0) {
            // The pool keeps what is less than a step of the counter.
            int256 left = e.cash;
            m.setPoolCash(m.poolCash() + left - int256(Books.chargeProtocolFee(m, uint256(left))));
            margin -= left;
            e.cash = 0;
        }
    }

    /// @notice Books BaseToken that comes in (> 0) or goes out (< 0). WAD.
    function moveMargin(Entry memory e, MarketParams calldata params, int256 moved) internal pure {
        if (moved == 0) return;
        PackedMarket memory m = e.market;
        unchecked {
            if (moved > 0) {
                Checks.alive(m, params);
                Books.bringIn(m, uint256(moved));
            } else {
                Books.payOut(m, uint256(-moved));
            }
            e.cash += moved;
        }
    }

    /// @notice One unit of the BaseToken as WAD.
    function unit(MarketParams calldata params) internal pure returns (uint256) {
        // Decimals are 6 to 18: Admission.
        unchecked {
            return 10 ** (18 - params.risk.baseDecimals());
        }
    }

    /// @notice An amount in the BaseToken's own decimals as WAD.
    function toWad(MarketParams calldata params, int256 amount) internal pure returns (int256) {
        return amount * int256(unit(params));
    }
}
