// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Quote} from "../interfaces/IClearingHouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Books} from "../libraries/Books.sol";
import {Settlement} from "../libraries/Settlement.sol";
import {Account, ROLE_RESOLVED, packAccount} from "../types/Account.sol";
import {ForcedTrades, Market, MarketWords, STATUS_RECKONING, forcedAtTime} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";

/// @notice All that the ClearingHouse stores of markets.
struct Slots {
    mapping(MarketId id => MarketWords) markets;
    mapping(MarketId id => mapping(address owner => Account)) accounts;
}

/// @notice How every operation begins and ends: what is read, brought to this block, written and told. In between it
/// works on a Quote in memory. Structs are filled where they are, since returning one costs clearing it first.
library Ledger {
    /// @notice Reads market and account as they are stored.
    function find(
        Slots storage slots,
        Quote memory q,
        MarketParams calldata params,
        address owner
    ) internal view returns (MarketId id, uint8 role) {
        id = params.idOf();
        slots.markets[id].load(q.market);
        if (q.market.status == 0) revert IClearingHouse.ClearingHouse_UnknownMarket(id);
        Account account = slots.accounts[id][owner];
        q.position = account.position();
        q.cash = account.cash();
        q.touched = q.market.touchedAt == block.timestamp;
        q.fresh = true;
        role = account.role();
    }

    /// @notice Reads market and account, and brings the market to this block. The first use in a block asks the source;
    /// the rest of the block uses what it said. A settled market has its last price, and its accounts are closed at it.
    function enter(
        Slots storage slots,
        Quote memory q,
        MarketParams calldata params,
        address owner
    ) internal view returns (MarketId id, uint8 role) {
        (id, role) = find(slots, q, params, owner);
        if (q.market.status >= STATUS_RECKONING) role = _resolve(slots, q, id, role);
        else if (!q.touched) readPrice(q.market, params);
    }

    /// @notice Brings a market to this block at the price of its source.
    function readPrice(Market memory market, MarketParams calldata params) internal view {
        (uint256 price, uint256 halfSpread, uint256 updatedAt) = IPriceSource(params.priceSource).read();
        Books.advance(market, params.pricing, block.timestamp, price, halfSpread, updatedAt);
    }

    /// @dev During the reckoning nothing is done but reckon and conclude. After it each account is closed at the settlement
    /// price when it is first touched, and keeps the share of its cash that the market can pay.
    function _resolve(
        Slots storage slots,
        Quote memory q,
        MarketId id,
        uint8 role
    ) private view returns (uint8) {
        if (q.market.status == STATUS_RECKONING) {
            revert IClearingHouse.ClearingHouse_Reckoning(q.market.touchedAt + Settlement.RECKONING);
        }
        if (role & ROLE_RESOLVED != 0) return role;
        Settlement.close(q);
        Settlement.withhold(q, slots.markets[id].loadForced().spent);
        return role | ROLE_RESOLVED;
    }

    /// @notice B: the forced trades of this block. Only a market that was used before in this block can have any.
    function blockForced(Slots storage slots, MarketId id, bool touched) internal view returns (int256) {
        return touched ? forcedAtTime(slots.markets[id].forced, block.timestamp) : int256(0);
    }

    /// @notice Records a forced trade. Within the budget, or exempt from it.
    function force(
        Slots storage slots,
        MarketId id,
        MarketParams calldata params,
        int256 amount,
        uint256 size,
        bool exempt
    ) internal {
        ForcedTrades memory trades = slots.markets[id].loadForced();
        uint256 spent = Books.spentUp(trades, params.pricing, params.risk, block.timestamp);
        if (!exempt) {
            uint256 left = Books.budgetDown(params.pricing) - spent;
            if (size > left) revert IClearingHouse.ClearingHouse_BudgetExceeded(size, left);
            spent += size;
        }
        trades.forced = trades.forcedAt == block.timestamp ? trades.forced + amount : amount;
        trades.spent = spent;
        trades.forcedAt = block.timestamp;
        slots.markets[id].storeForced(trades);
    }

    /// @notice Stores market and account, and tells. A closed account owes nothing: the pool covers what it could not
    /// pay.
    /// @param amount Units that were traded.
    /// @param margin BaseToken that came in (> 0) or went out (< 0). WAD.
    function finish(
        Slots storage slots,
        Quote memory q,
        MarketId id,
        address owner,
        uint8 role,
        Fill memory fill,
        int256 amount,
        int256 margin
    ) internal {
        Market memory market = q.market;
        if (q.position == 0 && q.cash < 0) {
            emit IClearingHouse.ShortfallCovered(id, owner, Books.coverShortfall(market, q.cash));
            q.cash = 0;
        }
        slots.markets[id].store(market);
        slots.accounts[id][owner] = packAccount(q.position, q.cash, role);
        fill.position = q.position;
        fill.cash = q.cash;
        int256 impact = fill.impact + int256(fill.surcharge);
        emit IClearingHouse.AccountUpdated(
            id,
            owner,
            amount,
            margin,
            market.price,
            market.fundingIndex,
            impact,
            fill.fee,
            q.position,
            q.cash
        );
        if (fill.surcharge != 0) emit IClearingHouse.SurchargePaid(id, owner, fill.surcharge);
    }

    /// @notice Pays a reward into an account of the market. WAD.
    function credit(Slots storage slots, MarketId id, address receiver, uint256 reward) internal {
        Account account = slots.accounts[id][receiver];
        int256 position = account.position();
        int256 cash = account.cash() + int256(reward);
        slots.accounts[id][receiver] = packAccount(position, cash, account.role());
        emit IClearingHouse.RewardCredited(id, receiver, reward, position, cash);
    }
}
