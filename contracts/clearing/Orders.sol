// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Amounts, packAmounts} from "../types/Amounts.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {MarketWords, STATUS_RECKONING, heldIn, priceIn, statusIn} from "../types/MarketWords.sol";
import {Checks} from "./Checks.sol";
import {Ledger} from "./Ledger.sol";

/// @notice Orders of traders, for their own account. All of it but the transfer of BaseToken, which comes last. They work on the words
/// of the market as they lie in storage, and on the Fill that they tell.
library Orders {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for MarketWords;

    /// @notice See IClearingHouse.trade.
    function trade(MarketParams calldata params, Order calldata order, Fill memory fill) internal {
        (
            MarketWords storage words,
            uint256 skewWord,
            uint256 poolWord,
            uint256 priceWord,
            uint256 tag,
            int256 margin
        ) = place(params, msg.sender, order, fill);
        Amounts moved = packAmounts(order.amount, margin);
        words.finish(msg.sender, skewWord, poolWord, priceWord, tag, fill, moved);
    }

    /// @notice All of an order of a trader but its consequences outside memory.
    /// @param fill What it does, and the account after it.
    /// @return words Where it lies.
    /// @return skewWord Its first word after.
    /// @return poolWord Its second word after.
    /// @return priceWord Its third word after.
    /// @return tag Of the account.
    /// @return margin BaseToken moved in (> 0) or out (< 0). WAD.
    function place(
        MarketParams calldata params,
        address owner,
        Order calldata order,
        Fill memory fill
    )
        internal
        view
        returns (
            MarketWords storage words,
            uint256 skewWord,
            uint256 poolWord,
            uint256 priceWord,
            uint256 tag,
            int256 margin
        )
    {
        bool touched;
        (words, skewWord, poolWord, priceWord, tag, touched) = Ledger.open(params, owner, fill);
        int256 amount = order.amount;
        if (amount == 0 && order.margin == 0) revert IClearingHouse.ClearingHouse_ZeroAmount();
        Checks.inTime(order.deadline);
        int256 position = fill.position;
        int256 valueBefore;
        margin = order.margin;
        if (margin != 0) {
            margin = toWad(params, margin);
            if (margin > 0) {
                if (statusIn(skewWord) >= STATUS_RECKONING)
                    revert IClearingHouse.ClearingHouse_AlreadySettled(words.marketId());
                poolWord = Books.bringIn(poolWord, uint256(margin));
                fill.cash += margin;
            } else {
                (, int256 positionPrice) = priceIn(priceWord);
                valueBefore = Margin.valueFloor(position, fill.cash, positionPrice);
            }
        }
        if (amount != 0) {
            int256 forced = words.blockForced(touched);
            (skewWord, poolWord) = _trade(
                skewWord,
                poolWord,
                priceWord,
                params,
                forced,
                amount,
                order.priceLimit,
                fill
            );
        }
        if (margin < 0) {
            if (fill.position == 0 && fill.cash < -margin)
                revert IClearingHouse.ClearingHouse_InsufficientCash(fill.cash, margin.abs());
            poolWord = Books.payOut(poolWord, uint256(-margin));
            fill.cash += margin;
        }
        Checks.margin(skewWord, poolWord, priceWord, params, fill, position, valueBefore, margin < 0);
    }

    /// @notice See IClearingHouse.close.
    function close(
        MarketParams calldata params,
        uint256 priceLimit,
        Fill memory fill
    ) internal returns (uint256 payout) {
        (
            MarketWords storage words,
            uint256 skewWord,
            uint256 poolWord,
            uint256 priceWord,
            uint256 tag,
            bool touched
        ) = Ledger.open(params, msg.sender, fill);
        int256 amount;
        // A position is below 2^96 in size.
        unchecked {
            amount = -fill.position;
        }
        if (amount == 0 && fill.cash == 0) revert IClearingHouse.ClearingHouse_ZeroAmount();
        if (amount != 0) {
            int256 forced = words.blockForced(touched);
            (skewWord, poolWord) = _trade(
                skewWord,
                poolWord,
                priceWord,
                params,
                forced,
                amount,
                priceLimit,
                fill
            );
        }
        // All cash of the account that the market holds is paid: closing is not refused for what it doesn't hold, as others owe it,
        // and which can be taken later.
        int256 paid;
        int256 cash = fill.cash;
        if (cash > 0) {
            (uint256 held, uint256 one) = (heldIn(poolWord), unit(params));
            payout = (uint256(cash) < held ? uint256(cash) : held).divDown(one);
            // At most the cash.
            unchecked {
                paid = int256(payout * one);
                fill.cash = cash - paid;
                poolWord = Books.payOut(poolWord, uint256(paid));
            }
        }
        Amounts moved = packAmounts(amount, -paid);
        words.finish(msg.sender, skewWord, poolWord, priceWord, tag, fill, moved);
    }

    /// @dev A voluntary trade of the account in `fill`.
    /// @param forced B.
    function _trade(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        MarketParams calldata params,
        int256 forced,
        int256 amount,
        uint256 priceLimit,
        Fill memory fill
    ) private pure returns (uint256, uint256) {
        if (amount.abs() > Books.MAX_POSITION * 2)
            revert IClearingHouse.ClearingHouse_AmountOutOfRange(amount.abs(), Books.MAX_POSITION * 2);
        (skewWord, poolWord) = Books.trade(
            skewWord,
            poolWord,
            priceWord,
            params.pricing,
            forced,
            0,
            amount,
            fill
        );
        (uint256 price, ) = priceIn(priceWord);
        // Both are below 2^255 by the ranges of FixedPoint.
        unchecked {
            price = Impact.fillPrice(price, fill.impact + int256(fill.surcharge), amount);
        }
        if (amount > 0 ? price > priceLimit : price < priceLimit)
            revert IClearingHouse.ClearingHouse_PriceLimit(price, priceLimit);
        fill.fillPrice = price;
        return (skewWord, poolWord);
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
