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
import {AccountSlot, ROLE_TOKEN} from "../types/Account.sol";
import {packAmounts} from "../types/Amounts.sol";
import {Entry} from "../types/Entry.sol";
import {MarketWords, PackedMarket, STATUS_RECKONING, STATUS_SETTLED, packForced} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {Checks} from "./Checks.sol";
import {Ledger, Slots} from "./Ledger.sol";

/// @notice The rare paths, linked to the ClearingHouse and run in its storage: liquidation, deleveraging, and the end of a
/// market. Anyone may start each of them; none moves BaseToken, only cash between accounts and the pool.
library Resolution {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for MarketWords;
    using Ledger for Slots;

    /// @notice See IClearingHouse.liquidate.
    function liquidate(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external returns (int256 amount, uint256 reward) {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, AccountSlot storage slot) = slots.enter(e, params, owner);
        int256 value = Checks.value(e);
        uint256 price = e.market.price();
        if (!Margin.isLiquidatable(e.position, value, price, params.risk)) {
            revert IClearingHouse.ClearingHouse_NotLiquidatable(
                value,
                Margin.maintenanceUp(e.position, price, params.risk)
            );
        }
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        Books.surround(around, e.market, params.pricing, 0);
        (uint256 size, uint256 rewarded) = _sizes(e, around, params.risk, value);
        // A position is below 2^96 in size, and a reward at most the maintenance margin.
        unchecked {
            amount = -size.withSign(e.position);
        }
        reward = Margin.liquidationRewardDown(e.position, rewarded, price, params.risk);
        _forcedTrade(e, around, params, words, amount, params.pricing);
        // Paid even from an account with nothing left: then it is the pool's.
        unchecked {
            e.cash -= int256(reward);
        }
        Ledger.finish(e, id, words, slot, owner, packAmounts(amount, -int256(reward)));
        slots.credit(id, msg.sender, reward);
        emit IClearingHouse.Liquidated(id, owner, msg.sender, amount, reward);
    }

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
        _forcedTrade(e, around, params, words, amount, free);
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
        if (reward != 0) slots.payReward(id, msg.sender, reward);
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

    /// @dev What a liquidation closes, and for what of it there is a reward. In a block in which the market was used before, that
    /// is what would be closed at the skew that is best for the account: nobody is paid for what a push of the skew adds.
    function _sizes(
        Entry memory e,
        Conditions memory around,
        RiskTerms risk,
        int256 value
    ) private pure returns (uint256 size, uint256 rewarded) {
        int256 position = e.position;
        size = rewarded = Margin.liquidationUp(position, value, around, risk);
        if (e.touched) {
            // The amount depends on the skew, but not on E.
            int256 skew = around.skew;
            around.skew = Pool.mostSkewDown(around.depth, risk).withSign(position);
            uint256 least = Margin.liquidationUp(position, value, around, risk);
            if (least < size) rewarded = least;
            around.skew = skew;
        }
    }

    /// @dev Trades for the account of somebody else: exempt from the budget. No surcharge, as nothing of it is voluntary.
    function _forcedTrade(
        Entry memory e,
        Conditions memory around,
        MarketParams calldata params,
        MarketWords storage words,
        int256 amount,
        PricingTerms terms
    ) private {
        words.force(params, amount, amount.abs(), true);
        Books.trade(e, around, terms, amount, 0);
    }
}
