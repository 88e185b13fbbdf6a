// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Settlement} from "../libraries/Settlement.sol";
import {Account, AccountSlot, ROLE_TOKEN} from "../types/Account.sol";
import {packAmounts} from "../types/Amounts.sol";
import {Entry} from "../types/Entry.sol";
import {MarketWords, PackedMarket, STATUS_RECKONING, STATUS_SETTLED, packForced} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, PricingTerms} from "../types/MarketParams.sol";
import {Checks} from "./Checks.sol";
import {Ledger, Slots} from "./Ledger.sol";

/// @notice The rare paths, linked to the ClearingHouse and run in its storage: deleveraging, and the end of a market. Anyone may start each of them; none moves BaseToken, only cash between accounts and the pool.
library Resolution {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for MarketWords;
    using Ledger for Slots;

    /// @notice See IClearingHouse.deleverage.
    function deleverage(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external returns (int256 amount) {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, AccountSlot storage slot) = slots.enter(e, params, owner);
        PackedMarket memory m = e.market;
        uint256 excess = Pool.excessSkewDown(m, params.pricing.depth(), params.risk, e.role == ROLE_TOKEN);
        int256 skew = m.skew();
        if (excess == 0 || e.position == 0 || (e.position < 0) != (skew < 0)) {
            revert IClearingHouse.ClearingHouse_NotDeleverageable(e.position, skew, excess);
        }
        uint256 size = e.position.abs();
        amount = -(size < excess ? size : excess).withSign(e.position);
        // Without fees: it is not the account's fault.
        PricingTerms free = params.pricing.withoutFees();
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        Books.surround(around, m, free, 0);
        Ledger.forcedTrade(e, around, params, words, amount, free);
        Ledger.finish(e, id, words, slot, owner, packAmounts(amount, 0));
        emit IClearingHouse.Deleveraged(id, owner, msg.sender, amount);
    }

    /// @notice See IClearingHouse.settle.
    function settle(Slots storage slots, MarketParams calldata params) external returns (uint256 price) {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, ) = slots.find(e, params, address(0));
        PackedMarket memory m = e.market;
        Checks.alive(m, params);
        uint256 depth = params.pricing.depth();
        // With a dead source the last price used is final, and funding stopped with it.
        if (!IPriceSource(params.priceSource).isDead()) {
            if (!e.touched) Ledger.readPrice(m, params);
            int256 equity = Pool.equityFloor(m, depth);
            if (equity >= 0) revert IClearingHouse.ClearingHouse_NotSettleable(equity);
        }
        price = Settlement.priceFloor(m, depth);
        Settlement.settle(m, price);
        m.setStatus(STATUS_RECKONING);
        m.setTouched(block.timestamp);
        words.store(m);
        emit IClearingHouse.Settled(id, price, m.fundingIndex(), m.poolCash());
    }

    /// @notice See IClearingHouse.reckon.
    function reckon(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external returns (uint256 reward) {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, AccountSlot storage slot) = slots.find(e, params, owner);
        PackedMarket memory m = e.market;
        if (m.status() != STATUS_RECKONING) revert IClearingHouse.ClearingHouse_NotReckoning(id);
        int256 amount = -e.position;
        Settlement.close(e);
        if (e.cash < 0) {
            reward = Margin.liquidationRewardDown(amount, 0, m.price(), params.risk);
            m.setPoolCash(m.poolCash() - int256(reward));
        }
        Ledger.finish(e, id, words, slot, owner, packAmounts(amount, 0));
        if (reward != 0) {
            Account paid = words.credit(msg.sender, reward);
            emit IClearingHouse.RewardCredited(id, msg.sender, reward, paid.position(), paid.cash());
        }
    }

    /// @notice See IClearingHouse.conclude.
    function conclude(Slots storage slots, MarketParams calldata params) external returns (uint256 share) {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, ) = slots.find(e, params, address(0));
        PackedMarket memory m = e.market;
        if (m.status() != STATUS_RECKONING) revert IClearingHouse.ClearingHouse_NotReckoning(id);
        uint256 until = m.touchedAt() + Settlement.RECKONING;
        if (block.timestamp < until) revert IClearingHouse.ClearingHouse_Reckoning(until);
        share = Settlement.shareDown(m);
        m.setStatus(STATUS_SETTLED);
        words.store(m);
        words.forced = packForced(0, share, 0);
        emit IClearingHouse.Concluded(id, share);
    }
}
