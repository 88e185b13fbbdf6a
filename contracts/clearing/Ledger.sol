// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Books} from "../libraries/Books.sol";
import {Settlement} from "../libraries/Settlement.sol";
import {Account, AccountSlot, ROLE_RESOLVED, packAccount} from "../types/Account.sol";
import {Amounts, packAmounts} from "../types/Amounts.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {
    MarketWords,
    STATUS_RECKONING,
    forcedAtTime,
    marketAt,
    packForced,
    priceIn,
    spentIn,
    statusIn,
    touchedAtIn
} from "../types/MarketWords.sol";

/// @notice How every operation begins and ends: what is read, brought to this block, written and told. In between it works on the
/// three words of the market, and on a Fill that has the account.
library Ledger {
    /// @notice Reads market and account, and brings the market to this block. The first use in a block asks the source; the rest of the
    /// block uses what it said. A settled market has its last price, and its accounts are closed at it.
    /// @param fill Gets the account.
    /// @return words Where it lies.
    /// @return skewWord Its first word.
    /// @return poolWord Its second word.
    /// @return priceWord Its third word.
    /// @return tag Of the account.
    /// @return touched Whether the market had been used in this block before: only then can it have forced trades.
    function open(
        MarketParams calldata params,
        address owner,
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
            bool touched
        )
    {
        words = marketAt(params.idOf());
        (skewWord, poolWord, priceWord) = (words.skew, words.pool, words.price);
        uint256 status = statusIn(skewWord);
        if (status == 0) revert IClearingHouse.ClearingHouse_UnknownMarket(words.marketId());
        Account account = words.accounts[owner].word;
        tag = account.tag();
        (int256 position, int256 cash) = (account.position(), account.cash());
        touched = touchedAtIn(poolWord) == block.timestamp;
        if (status >= STATUS_RECKONING) {
            (position, cash, poolWord, tag) = resolved(
                words,
                skewWord,
                poolWord,
                priceWord,
                position,
                cash,
                tag
            );
        } else if (!touched) (poolWord, priceWord) = priced(skewWord, poolWord, priceWord, params);
        (fill.position, fill.cash) = (position, cash);
    }

    /// @notice Stores market and account, the latter as it is in `fill`, and tells. A closed account owes nothing: the pool covers what
    /// it could not pay.
    /// @param moved Units that were traded, and BaseToken that came in (> 0) or went out (< 0). WAD.
    function finish(
        MarketWords storage words,
        address owner,
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        uint256 tag,
        Fill memory fill,
        Amounts moved
    ) internal {
        if (fill.position == 0 && fill.cash < 0) {
            poolWord = cover(words, owner, poolWord, fill.cash);
            fill.cash = 0;
        }
        (words.skew, words.pool, words.price) = (skewWord, poolWord, priceWord);
        Account after_ = packAccount(fill.position, fill.cash, tag);
        words.accounts[owner].word = after_;
        uint256 surcharge = fill.surcharge;
        Amounts cost;
        // Both are cash that was paid.
        unchecked {
            cost = packAmounts(fill.impact + int256(surcharge), int256(fill.fee));
        }
        emit IClearingHouse.AccountUpdated(words.marketId(), owner, after_, priceWord, moved, cost);
        if (surcharge != 0) surcharged(words, owner, surcharge, fill.cash);
    }

    /// @notice Tells of a surcharge. It has no bound but the forced trades of a block, so the trade is refused where the account
    /// would owe so much that a later trade might not fit into its field; in another block it is taken.
    /// @param cash c after.
    function surcharged(MarketWords storage words, address owner, uint256 surcharge, int256 cash) internal {
        if (cash < -Books.MAX_CASH)
            revert IClearingHouse.ClearingHouse_CashOutOfRange(cash, uint256(Books.MAX_CASH));
        emit IClearingHouse.SurchargePaid(words.marketId(), owner, surcharge);
    }

    /// @notice The pool covers what a closed account could not pay, `cash` < 0.
    /// @return The second word of the market after.
    function cover(
        MarketWords storage words,
        address owner,
        uint256 poolWord,
        int256 cash
    ) internal returns (uint256) {
        emit IClearingHouse.ShortfallCovered(words.marketId(), owner, uint256(-cash));
        return Books.takeOver(poolWord, cash);
    }

    /// @notice The second and the third word of a market, brought to this block at the price of its source.
    function priced(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        MarketParams calldata params
    ) internal view returns (uint256, uint256) {
        (uint256 price, uint256 halfSpread, uint256 updatedAt) = IPriceSource(params.priceSource).read();
        return
            Books.advance(
                skewWord,
                poolWord,
                priceWord,
                params.pricing,
                block.timestamp,
                price,
                halfSpread,
                updatedAt
            );
    }

    /// @notice An account of a settled market. During the reckoning nothing is done but reckon and conclude. After it each account is
    /// closed at the settlement price when it is first touched, and keeps the share of its cash that the market can pay.
    /// @return q after: none.
    /// @return c after.
    /// @return The second word of the market after.
    /// @return Its tag after.
    function resolved(
        MarketWords storage words,
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        int256 position,
        int256 cash,
        uint256 tag
    ) internal view returns (int256, int256, uint256, uint256) {
        if (statusIn(skewWord) == STATUS_RECKONING) revertReckoning(poolWord);
        if (tag & ROLE_RESOLVED != 0) return (position, cash, poolWord, tag);
        (, int256 positionPrice) = priceIn(priceWord);
        cash = Settlement.closeFloor(position, cash, positionPrice);
        int256 kept = Settlement.keptDown(cash, spentIn(words.forced));
        return (0, kept, Books.takeOver(poolWord, cash - kept), tag | ROLE_RESOLVED);
    }

    /// @notice Refuses what must wait for the end of the reckoning.
    function revertReckoning(uint256 poolWord) internal pure {
        revert IClearingHouse.ClearingHouse_Reckoning(touchedAtIn(poolWord) + Settlement.RECKONING);
    }

    /// @notice B: the forced trades of this block. Only a market that was used before in this block can have any.
    function blockForced(MarketWords storage words, bool touched) internal view returns (int256) {
        return touched ? forcedAtTime(words.forced, block.timestamp) : int256(0);
    }

    /// @notice Records a forced trade. Within the budget, or exempt from it.
    function force(
        MarketWords storage words,
        MarketParams calldata params,
        int256 amount,
        uint256 size,
        bool exempt
    ) internal {
        uint256 word = words.forced;
        uint256 budget = Books.budgetDown(params.pricing);
        uint256 spent = Books.spentUp(word, budget, params.risk, block.timestamp);
        // Never more is spent than there is, and the sums fit: see `packForced`.
        unchecked {
            if (!exempt) {
                uint256 left = budget - spent;
                if (size > left) revert IClearingHouse.ClearingHouse_BudgetExceeded(size, left);
                spent += size;
            }
            words.forced = packForced(forcedAtTime(word, block.timestamp) + amount, spent, block.timestamp);
        }
    }

    /// @notice Pays into an account of the market without telling: whoever pays the reward tells of it. WAD. Not into one that would have
    /// more than MAX_CASH.
    /// @return account As it is after.
    function credit(
        MarketWords storage words,
        address receiver,
        uint256 amount
    ) internal returns (Account account) {
        AccountSlot storage slot = words.accounts[receiver];
        account = slot.word;
        // What a token pays as a reward, and what Margin gives, is in the ranges of FixedPoint.
        unchecked {
            int256 cash = account.cash() + int256(amount);
            if (cash > Books.MAX_CASH)
                revert IClearingHouse.ClearingHouse_CashOutOfRange(cash, uint256(Books.MAX_CASH));
            account = account.withCash(cash);
        }
        slot.word = account;
    }
}
