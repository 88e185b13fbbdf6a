// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {AccountSlot, ROLE_POOL, ROLE_RESOLVED, ROLE_TOKEN} from "../types/Account.sol";
import {packAmounts} from "../types/Amounts.sol";
import {Entry} from "../types/Entry.sol";
import {MarketWords, PackedMarket} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Checks} from "./Checks.sol";
import {Ledger, Slots} from "./Ledger.sol";

/// @notice What is done for the account of the caller: orders of traders and of tokens, and the cash of pools. All of it but the
/// transfer of BaseToken, which comes last.
library Orders {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for MarketWords;
    using Ledger for Slots;

    // ---------------------------------------------------------------------------------------------- TRADERS

    /// @notice See IClearingHouse.trade.
    function trade(
        Slots storage slots,
        MarketParams calldata params,
        Order calldata order,
        Fill memory fill
    ) internal {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, AccountSlot storage slot) = slots.enter(
            e,
            params,
            msg.sender
        );
        int256 margin = place(e, params, words, fill, order);
        Ledger.finish(e, id, words, slot, msg.sender, packAmounts(order.amount, margin));
        tell(fill, e);
    }

    /// @notice See IClearingHouse.close.
    function close(
        Slots storage slots,
        MarketParams calldata params,
        uint256 priceLimit,
        Fill memory fill
    ) internal returns (uint256 payout) {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, AccountSlot storage slot) = slots.enter(
            e,
            params,
            msg.sender
        );
        int256 amount;
        // A position is below 2^96 in size.
        unchecked {
            amount = -e.position;
        }
        if (amount == 0 && e.cash == 0) revert IClearingHouse.ClearingHouse_ZeroAmount();
        if (amount != 0) {
            Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
            Books.surround(around, e.market, params.pricing, words.blockForced(e.touched));
            _trade(e, around, params, fill, amount, priceLimit);
        }
        uint256 paid;
        (payout, paid) = _payOut(e, params);
        Ledger.finish(e, id, words, slot, msg.sender, packAmounts(amount, -int256(paid)));
        tell(fill, e);
    }

    /// @notice All of an order of a trader but its consequences outside memory.
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
        if (margin > 0) _moveMargin(e, params, margin);
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        Books.surround(around, e.market, params.pricing, words.blockForced(e.touched));
        if (amount != 0) _trade(e, around, params, fill, amount, order.priceLimit);
        if (margin < 0) {
            if (e.position == 0 && e.cash < -margin)
                revert IClearingHouse.ClearingHouse_InsufficientCash(e.cash, margin.abs());
            _moveMargin(e, params, margin);
        }
        Checks.margin(e, around, params, position, value, margin < 0);
    }

    /// @notice Writes what a trade did, as it is told.
    function tell(Fill memory fill, Entry memory e) internal pure {
        (fill.impact, fill.fee, fill.surcharge) = (e.impact, e.fee, e.surcharge);
        (fill.position, fill.cash) = (e.position, e.cash);
    }

    /// @dev Pays out all cash of the account that the market holds: closing is not refused for what it doesn't hold, as others owe
    /// it, and which can be taken later.
    /// @return payout In the BaseToken's own decimals.
    /// @return paid The same. WAD.
    function _payOut(
        Entry memory e,
        MarketParams calldata params
    ) private pure returns (uint256 payout, uint256 paid) {
        int256 cash = e.cash;
        if (cash <= 0) return (0, 0);
        uint256 held = e.market.held();
        uint256 one = unit(params);
        payout = (uint256(cash) < held ? uint256(cash) : held).divDown(one);
        // At most the cash.
        unchecked {
            paid = payout * one;
            e.cash = cash - int256(paid);
        }
        Books.payOut(e.market, paid);
    }

    /// @dev A voluntary trade of the account.
    function _trade(
        Entry memory e,
        Conditions memory around,
        MarketParams calldata params,
        Fill memory fill,
        int256 amount,
        uint256 priceLimit
    ) private pure {
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

    // ---------------------------------------------------------------------------------------------- TOKENS, POOLS

    /// @notice See IClearingHouse.movePoolCash.
    function movePoolCash(Slots storage slots, MarketParams calldata params, int256 amount) internal {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, ) = slots.enter(e, params, msg.sender);
        _requireRole(e, ROLE_POOL);
        int256 moved = toWad(params, amount);
        _moveMargin(e, params, moved);
        int256 poolCash = e.market.poolCash() + moved;
        e.market.setPoolCash(poolCash);
        words.storeMoved(e.market);
        emit IClearingHouse.PoolCashMoved(id, moved, poolCash);
    }

    function _requireRole(Entry memory e, uint8 required) private view {
        if (e.role & ~ROLE_RESOLVED != required)
            revert IClearingHouse.ClearingHouse_WrongRole(msg.sender, e.role, required);
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Books BaseToken that comes in (> 0) or goes out (< 0). WAD.
    function _moveMargin(Entry memory e, MarketParams calldata params, int256 moved) private pure {
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
