// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Impact} from "../libraries/Impact.sol";
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
        if (order.amount == 0 && order.margin == 0) revert IClearingHouse.ClearingHouse_ZeroAmount();
        Checks.inTime(order.deadline);
        margin = toWad(params, order.margin);
        int256 position = e.position;
        int256 value = margin < 0 ? Checks.value(e) : int256(0);
        if (margin > 0) moveMargin(e, params, margin);
        if (order.amount != 0) trade(e, params, words, fill, order.amount, order.priceLimit);
        if (margin < 0) {
            if (e.position == 0 && e.cash < -margin)
                revert IClearingHouse.ClearingHouse_InsufficientCash(e.cash, margin.abs());
            moveMargin(e, params, margin);
        }
        Checks.margin(e, params, position, value, margin < 0);
    }

    /// @notice A voluntary trade of the account.
    function trade(
        Entry memory e,
        MarketParams calldata params,
        MarketWords storage words,
        Fill memory fill,
        int256 amount,
        uint256 priceLimit
    ) internal view {
        if (amount.abs() > Books.MAX_POSITION * 2) {
            revert IClearingHouse.ClearingHouse_AmountOutOfRange(amount.abs(), Books.MAX_POSITION * 2);
        }
        int256 blockForced = words.blockForced(e.touched);
        (fill.impact, fill.fee, fill.surcharge) = Books.trade(e, params.pricing, 0, amount, blockForced);
        uint256 price = Impact.fillPrice(e.market.price(), fill.impact + int256(fill.surcharge), amount);
        if (amount > 0 ? price > priceLimit : price < priceLimit)
            revert IClearingHouse.ClearingHouse_PriceLimit(price, priceLimit);
        fill.fillPrice = price;
    }

    /// @notice An order of a token. A token computes within the ranges of FixedPoint, and what comes in or goes out is bounded by
    /// what the market holds.
    /// @return margin BaseToken moved in (> 0) or out (< 0), with what was paid in fees and rewards. WAD.
    /// @return impact As Books.trade tells it, with fee and surcharge.
    function execute(
        Entry memory e,
        MarketParams calldata params,
        MarketWords storage words,
        TokenOrder calldata order
    ) internal returns (int256 margin, int256 impact, uint256 fee, uint256 surcharge) {
        PackedMarket memory m = e.market;
        int256 transfer = order.transfer;
        int256 moved = transfer == 0 ? int256(0) : toWad(params, transfer);
        uint256 taken = Books.chargeProtocolFee(m, order.fee);
        unchecked {
            margin = -int256(taken) - int256(order.reward);
            e.cash += margin;
            margin += moved;
        }
        int256 own = order.forced;
        int256 position = e.position;
        int256 value;
        bool forcedOpens;
        if (own != 0) {
            words.force(params, own, own.abs(), order.emergency);
            forcedOpens = (position + own).abs() > position.abs();
            (position, value) = Checks.forced(e, params, own, int256(taken), forcedOpens);
        } else if (transfer < 0) {
            value = Checks.value(e);
        }
        moveMargin(e, params, moved);
        if (own != 0 || order.amount != 0) {
            (impact, fee, surcharge) = Books.trade(e, params.pricing, own, order.amount, order.blockForced);
        }
        if (forcedOpens) Checks.openable(e, params);
        Checks.margin(e, params, position, value, transfer < 0);
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
