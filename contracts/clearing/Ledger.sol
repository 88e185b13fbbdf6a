// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions} from "../libraries/Impact.sol";
import {Settlement} from "../libraries/Settlement.sol";
import {Account, AccountSlot, ROLE_RESOLVED, packAccount} from "../types/Account.sol";
import {Amounts, packAmounts} from "../types/Amounts.sol";
import {Entry} from "../types/Entry.sol";
import {
    MarketWords,
    PackedMarket,
    STATUS_RECKONING,
    forcedAtTime,
    packForced,
    poolCashIn,
    spentIn,
    statusIn,
    touchedAtIn,
    withPoolCash
} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, PricingTerms} from "../types/MarketParams.sol";

/// @notice All that the ClearingHouse stores of markets.
struct Slots {
    mapping(MarketId id => MarketWords) markets;
}

/// @notice How every operation begins and ends: what is read, brought to this block, written and told. In between it
/// works on an Entry in memory. Structs are filled where they are, since returning one costs clearing it first; where things lie
/// in storage is computed once.
library Ledger {
    using FixedPoint for int256;

    /// @notice Reads market and account as they are stored.
    function find(
        Slots storage slots,
        Entry memory e,
        MarketParams calldata params,
        address owner
    ) internal view returns (MarketId id, MarketWords storage words, AccountSlot storage slot) {
        id = params.idOf();
        words = slots.markets[id];
        words.load(e.market);
        if (e.market.status() == 0) revert IClearingHouse.ClearingHouse_UnknownMarket(id);
        slot = words.accounts[owner];
        Account account = slot.word;
        e.position = account.position();
        e.cash = account.cash();
        e.role = account.role();
        e.touched = e.market.touchedAt() == block.timestamp;
    }

    /// @notice Reads market and account, and brings the market to this block. The first use in a block asks the source;
    /// the rest of the block uses what it said. A settled market has its last price, and its accounts are closed at it.
    function enter(
        Slots storage slots,
        Entry memory e,
        MarketParams calldata params,
        address owner
    ) internal view returns (MarketId id, MarketWords storage words, AccountSlot storage slot) {
        (id, words, slot) = find(slots, e, params, owner);
        if (e.market.status() >= STATUS_RECKONING) _resolve(e, words);
        else if (!e.touched) readPrice(e.market, params);
    }

    /// @notice Reads market and account, and brings the market to this block, as `enter`: in words, and with the account in `fill`.
    /// @return id Which market.
    /// @return words Where it lies.
    /// @return skewWord Its first word.
    /// @return poolWord Its second word.
    /// @return priceWord Its third word.
    /// @return role What the ClearingHouse trusts the owner to be.
    /// @return touched Whether the market had been used in this block before: only then can it have forced trades.
    function open(
        Slots storage slots,
        MarketParams calldata params,
        address owner,
        Fill memory fill
    )
        internal
        view
        returns (
            MarketId id,
            MarketWords storage words,
            uint256 skewWord,
            uint256 poolWord,
            uint256 priceWord,
            uint8 role,
            bool touched
        )
    {
        id = params.idOf();
        words = slots.markets[id];
        (skewWord, poolWord, priceWord) = (words.skew, words.pool, words.price);
        uint256 status = statusIn(skewWord);
        if (status == 0) revert IClearingHouse.ClearingHouse_UnknownMarket(id);
        Account account = words.accounts[owner].word;
        role = account.role();
        (int256 position, int256 cash) = (account.position(), account.cash());
        touched = touchedAtIn(poolWord) == block.timestamp;
        if (status >= STATUS_RECKONING) {
            (position, cash, poolWord, role) = resolved(
                words,
                skewWord,
                poolWord,
                priceWord,
                position,
                cash,
                role
            );
        } else if (!touched) (poolWord, priceWord) = priced(skewWord, poolWord, priceWord, params);
        (fill.position, fill.cash) = (position, cash);
    }

    /// @notice Stores the account of the caller as it is in `fill`, and tells.
    /// @param amount Units that were traded.
    /// @param margin BaseToken that came in (> 0) or went out (< 0). WAD.
    function tell(
        MarketWords storage words,
        MarketId id,
        uint256 priceWord,
        uint8 role,
        Fill memory fill,
        int256 amount,
        int256 margin
    ) internal {
        Account after_ = packAccount(fill.position, fill.cash, role);
        words.accounts[msg.sender].word = after_;
        uint256 surcharge = fill.surcharge;
        Amounts cost;
        // Both are cash that was paid.
        unchecked {
            cost = packAmounts(fill.impact + int256(surcharge), int256(fill.fee));
        }
        emit IClearingHouse.AccountUpdated(
            id,
            msg.sender,
            after_,
            priceWord,
            packAmounts(amount, margin),
            cost
        );
        if (surcharge != 0) emit IClearingHouse.SurchargePaid(id, msg.sender, surcharge);
    }

    /// @notice A closed account owes nothing: the pool covers what it could not pay, `cash` < 0.
    /// @return The second word of the market after.
    function cover(MarketId id, address owner, uint256 poolWord, int256 cash) internal returns (uint256) {
        emit IClearingHouse.ShortfallCovered(id, owner, uint256(-cash));
        return withPoolCash(poolWord, poolCashIn(poolWord) + cash);
    }

    /// @notice Brings a market to this block at the price of its source.
    function readPrice(PackedMarket memory market, MarketParams calldata params) internal view {
        (market.poolWord, market.priceWord) = priced(
            market.skewWord,
            market.poolWord,
            market.priceWord,
            params
        );
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
            Books.advanced(
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

    /// @notice An account of a settled market, in place of what is stored of it: as `_resolve`.
    function resolved(
        MarketWords storage words,
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        int256 position,
        int256 cash,
        uint8 role
    ) internal view returns (int256, int256, uint256, uint8) {
        PackedMarket memory market = PackedMarket(skewWord, poolWord, priceWord);
        Entry memory e = Entry(market, position, cash, role, true, 0, 0, 0);
        _resolve(e, words);
        return (e.position, e.cash, market.poolWord, e.role);
    }

    /// @notice Refuses what must wait for the end of the reckoning.
    function revertReckoning(uint256 poolWord) internal pure {
        revert IClearingHouse.ClearingHouse_Reckoning(touchedAtIn(poolWord) + Settlement.RECKONING);
    }

    /// @dev During the reckoning nothing is done but reckon and conclude. After it each account is closed at the settlement
    /// price when it is first touched, and keeps the share of its cash that the market can pay.
    function _resolve(Entry memory e, MarketWords storage words) private view {
        if (e.market.status() == STATUS_RECKONING) revertReckoning(e.market.poolWord);
        if (e.role & ROLE_RESOLVED != 0) return;
        Settlement.close(e);
        Settlement.withhold(e, spentIn(words.forced));
        e.role |= ROLE_RESOLVED;
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

    /// @notice Trades for the account of somebody else: exempt from the budget. No surcharge, as nothing of it is voluntary.
    function forcedTrade(
        Entry memory e,
        Conditions memory around,
        MarketParams calldata params,
        MarketWords storage words,
        int256 amount,
        PricingTerms terms
    ) internal {
        force(words, params, amount, amount.abs(), true);
        Books.trade(e, around, terms, amount, 0);
    }

    /// @notice Stores market and account, and tells. A closed account owes nothing: the pool covers what it could not
    /// pay.
    /// @param moved Units that were traded, and BaseToken that came in (> 0) or went out (< 0). WAD.
    function finish(
        Entry memory e,
        MarketId id,
        MarketWords storage words,
        AccountSlot storage slot,
        address owner,
        Amounts moved
    ) internal {
        PackedMarket memory market = e.market;
        if (e.position == 0 && e.cash < 0) {
            emit IClearingHouse.ShortfallCovered(id, owner, Books.coverShortfall(market, e.cash));
            e.cash = 0;
        }
        words.store(market);
        Account after_ = packAccount(e.position, e.cash, e.role);
        slot.word = after_;
        uint256 surcharge = e.surcharge;
        Amounts cost;
        // All are cash that was paid.
        unchecked {
            cost = packAmounts(e.impact + int256(surcharge), int256(e.fee));
        }
        emit IClearingHouse.AccountUpdated(id, owner, after_, market.priceWord, moved, cost);
        if (surcharge != 0) emit IClearingHouse.SurchargePaid(id, owner, surcharge);
    }

    /// @notice Pays into an account of the market without telling: whoever pays the reward tells of it. WAD.
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
            account = account.withCash(account.cash() + int256(amount));
        }
        slot.word = account;
    }
}
