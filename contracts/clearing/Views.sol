// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, Quote} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {Funding} from "../libraries/Funding.sol";
import {Account, packAccount} from "../types/Account.sol";
import {PackedMarket} from "../types/Market.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {
    MarketWords,
    STATUS_RECKONING,
    forcedAtTime,
    marketAt,
    statusIn,
    touchedAtIn
} from "../types/MarketWords.sol";
import {Ledger} from "./Ledger.sol";
import {Orders} from "./Orders.sol";

/// @notice What the ClearingHouse tells beyond what it stores, linked to it and run on its storage: a call for a view is no matter
/// where nobody pays for it, and its code leaves the room to what everybody pays for.
library Views {
    /// @notice See IClearingHouse.previewTrade.
    function previewTrade(
        MarketParams calldata params,
        address owner,
        Order calldata order
    ) external view returns (Fill memory filled, Quote memory q) {
        PackedMarket memory m;
        (, m.skewWord, m.poolWord, m.priceWord, , ) = Orders.place(params, owner, order, filled);
        q = Quote(m.unpack(), filled.position, filled.cash, _touched(params), true);
    }

    /// @notice See IClearingHouse.forcedTrades.
    function forcedTrades(
        MarketParams calldata params
    ) external view returns (int256 blockForced, uint256 budget) {
        MarketWords storage words = marketAt(params.idOf());
        if (statusIn(words.skew) >= STATUS_RECKONING) return (0, 0);
        uint256 word = words.forced;
        blockForced = forcedAtTime(word, block.timestamp);
        budget = Books.budgetLeftDown(word, Books.budgetDown(params.pricing), params.risk, block.timestamp);
    }

    /// @notice See IClearingHouse.quote.
    function quote(MarketParams calldata params, address owner) external view returns (Quote memory) {
        (PackedMarket memory m, Account account) = _now(params, owner);
        return Quote(m.unpack(), account.position(), account.cash(), _touched(params), true);
    }

    /// @notice See IClearingHouse.lastQuote.
    function lastQuote(MarketParams calldata params, address owner) external view returns (Quote memory) {
        (PackedMarket memory m, Account account, bool fresh) = _last(params, owner);
        return Quote(m.unpack(), account.position(), account.cash(), _touched(params), fresh);
    }

    /// @notice See IClearingHouse.peek.
    function peek(
        MarketParams calldata params,
        address owner,
        bool last
    )
        external
        view
        returns (uint256 skew, uint256 pool, uint256 price, Account account, uint256 forced, bool fresh)
    {
        PackedMarket memory m;
        fresh = true;
        if (last) (m, account, fresh) = _last(params, owner);
        else (m, account) = _now(params, owner);
        (skew, pool, price) = (m.skewWord, m.poolWord, m.priceWord);
        if (m.status() < STATUS_RECKONING && _touched(params)) forced = marketAt(params.idOf()).forced;
    }

    /// @dev Market and account in this block.
    function _now(
        MarketParams calldata params,
        address owner
    ) private view returns (PackedMarket memory m, Account account) {
        Fill memory fill;
        uint256 tag;
        (, m.skewWord, m.poolWord, m.priceWord, tag, ) = Ledger.open(params, owner, fill);
        account = packAccount(fill.position, fill.cash, tag);
    }

    /// @dev Market and account as `peek` tells them; where it would revert, at the last price used.
    function _last(
        MarketParams calldata params,
        address owner
    ) private view returns (PackedMarket memory m, Account account, bool fresh) {
        MarketWords storage words = marketAt(params.idOf());
        m.load(words);
        if (m.status() == 0) revert IClearingHouse.ClearingHouse_UnknownMarket(words.marketId());
        account = words.accounts[owner].word;
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
    }

    /// @dev Whether the market has been used in this block: only then can it have forced trades.
    function _touched(MarketParams calldata params) private view returns (bool) {
        return touchedAtIn(marketAt(params.idOf()).pool) == block.timestamp;
    }
}
