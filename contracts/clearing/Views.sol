// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, Quote} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {Funding} from "../libraries/Funding.sol";
import {Account, packAccount} from "../types/Account.sol";
import {
    MarketWords,
    PackedMarket,
    STATUS_RECKONING,
    forcedAtTime,
    statusIn,
    touchedAtIn
} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Ledger, Slots} from "./Ledger.sol";
import {Orders} from "./Orders.sol";

/// @notice What the ClearingHouse tells beyond what it stores, linked to it and run on its storage: a call for a view is no matter
/// where nobody pays for it, and its code leaves the room to what everybody pays for.
library Views {
    using Ledger for Slots;

    /// @notice See IClearingHouse.previewTrade.
    function previewTrade(
        Slots storage slots,
        MarketParams calldata params,
        address owner,
        Order calldata order
    ) external view returns (Fill memory filled, Quote memory q) {
        PackedMarket memory m;
        (, , m.skewWord, m.poolWord, m.priceWord, , ) = Orders.place(slots, params, owner, order, filled);
        q = Quote(m.unpack(), filled.position, filled.cash, _touched(slots, params), true);
    }

    /// @notice See IClearingHouse.forcedTrades.
    function forcedTrades(
        Slots storage slots,
        MarketParams calldata params
    ) external view returns (int256 blockForced, uint256 budget) {
        MarketWords storage words = slots.markets[params.idOf()];
        if (statusIn(words.skew) >= STATUS_RECKONING) return (0, 0);
        uint256 word = words.forced;
        blockForced = forcedAtTime(word, block.timestamp);
        budget = Books.budgetLeftDown(word, params.pricing, params.risk, block.timestamp);
    }

    /// @notice See IClearingHouse.quote.
    function quote(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external view returns (Quote memory) {
        (PackedMarket memory m, int256 position, int256 cash) = _now(slots, params, owner);
        return Quote(m.unpack(), position, cash, _touched(slots, params), true);
    }

    /// @notice See IClearingHouse.lastQuote.
    function lastQuote(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external view returns (Quote memory) {
        (PackedMarket memory m, int256 position, int256 cash, bool fresh) = _last(slots, params, owner);
        return Quote(m.unpack(), position, cash, _touched(slots, params), fresh);
    }

    /// @notice See IClearingHouse.peek.
    function peek(
        Slots storage slots,
        MarketParams calldata params,
        address owner,
        bool last
    )
        external
        view
        returns (uint256 skew, uint256 pool, uint256 price, Account account, uint256 forced, bool fresh)
    {
        PackedMarket memory m;
        int256 position;
        int256 cash;
        fresh = true;
        if (last) (m, position, cash, fresh) = _last(slots, params, owner);
        else (m, position, cash) = _now(slots, params, owner);
        (skew, pool, price) = (m.skewWord, m.poolWord, m.priceWord);
        account = packAccount(position, cash, 0);
        if (m.status() < STATUS_RECKONING && _touched(slots, params))
            forced = slots.markets[params.idOf()].forced;
    }

    /// @dev Market and account in this block.
    function _now(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) private view returns (PackedMarket memory m, int256 position, int256 cash) {
        Fill memory fill;
        (, , m.skewWord, m.poolWord, m.priceWord, , ) = slots.open(params, owner, fill);
        return (m, fill.position, fill.cash);
    }

    /// @dev Market and account as `peek` tells them; where it would revert, at the last price used.
    function _last(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) private view returns (PackedMarket memory m, int256 position, int256 cash, bool fresh) {
        MarketId id = params.idOf();
        MarketWords storage words = slots.markets[id];
        words.load(m);
        if (m.status() == 0) revert IClearingHouse.ClearingHouse_UnknownMarket(id);
        Account account = words.accounts[owner].word;
        // In a call of its own, whose revert can be caught.
        try IClearingHouse(address(this)).peek(params, owner, false) returns (
            uint256 skew,
            uint256 pool,
            uint256 price,
            Account now_,
            uint256,
            bool
        ) {
            (m.skewWord, m.poolWord, m.priceWord) = (skew, pool, price);
            (account, fresh) = (now_, true);
        } catch {
            (int256 index, int256 rate) = Funding.accrued(
                m.skewWord,
                m.poolWord,
                m.priceWord,
                params.pricing,
                block.timestamp
            );
            m.setFunding(index, rate);
        }
        (position, cash) = (account.position(), account.cash());
    }

    /// @dev Whether the market has been used in this block: only then can it have forced trades.
    function _touched(Slots storage slots, MarketParams calldata params) private view returns (bool) {
        return touchedAtIn(slots.markets[params.idOf()].pool) == block.timestamp;
    }
}
