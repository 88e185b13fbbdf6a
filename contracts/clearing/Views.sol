// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, Quote} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {Funding} from "../libraries/Funding.sol";
import {Account, packAccount} from "../types/Account.sol";
import {Entry} from "../types/Entry.sol";
import {MarketWords, PackedMarket, STATUS_RECKONING, forcedAtTime, statusIn, touchedAtIn} from "../types/Market.sol";
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
        Entry memory e;
        (, , e.market.skewWord, e.market.poolWord, e.market.priceWord, , ) = Orders.place(
            slots,
            params,
            owner,
            order,
            filled
        );
        (e.position, e.cash) = (filled.position, filled.cash);
        e.touched = touchedAtIn(slots.markets[params.idOf()].pool) == block.timestamp;
        q = _quote(e, true);
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
        Entry memory e;
        slots.enter(e, params, owner);
        return _quote(e, true);
    }

    /// @notice See IClearingHouse.lastQuote.
    function lastQuote(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external view returns (Quote memory) {
        (Entry memory e, bool fresh) = _last(slots, params, owner);
        return _quote(e, fresh);
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
        Entry memory e;
        fresh = true;
        if (last) (e, fresh) = _last(slots, params, owner);
        else slots.enter(e, params, owner);
        PackedMarket memory m = e.market;
        (skew, pool, price) = (m.skewWord, m.poolWord, m.priceWord);
        account = packAccount(e.position, e.cash, 0);
        if (e.touched && m.status() < STATUS_RECKONING) forced = slots.markets[params.idOf()].forced;
    }

    /// @dev Market and account as `peek` tells them; where it would revert, at the last price used.
    function _last(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) private view returns (Entry memory e, bool fresh) {
        slots.find(e, params, owner);
        // In a call of its own, whose revert can be caught.
        try IClearingHouse(address(this)).peek(params, owner, false) returns (
            uint256 skew,
            uint256 pool,
            uint256 price,
            Account account,
            uint256,
            bool
        ) {
            (e.market.skewWord, e.market.poolWord, e.market.priceWord) = (skew, pool, price);
            (e.position, e.cash) = (account.position(), account.cash());
            return (e, true);
        } catch {
            Funding.accrue(e.market, params.pricing, block.timestamp);
        }
    }

    /// @dev An entry as views tell it.
    function _quote(Entry memory e, bool fresh) private pure returns (Quote memory) {
        return
            Quote({
                market: e.market.unpack(),
                position: e.position,
                cash: e.cash,
                touched: e.touched,
                fresh: fresh
            });
    }
}
