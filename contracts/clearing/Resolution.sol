// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Quote} from "../interfaces/IClearingHouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Settlement} from "../libraries/Settlement.sol";
import {ROLE_TOKEN} from "../types/Account.sol";
import {ForcedTrades, Market, STATUS_RECKONING, STATUS_SETTLED} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Checks} from "./Checks.sol";
import {Ledger, Slots} from "./Ledger.sol";

/// @notice The rare paths, linked to the ClearingHouse and run in its storage: liquidation, deleveraging, and the end of a
/// market. Anyone may start each of them; none moves BaseToken, only cash between accounts and the pool.
library Resolution {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for Slots;

    /// @notice See IClearingHouse.liquidate.
    function liquidate(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external returns (int256 amount, uint256 reward) {
        Quote memory q;
        (MarketId id, uint8 role) = slots.enter(q, params, owner);
        Market memory m = q.market;
        int256 value = Checks.value(q);
        if (!Margin.isLiquidatable(q.position, value, m.price, params.risk)) {
            revert IClearingHouse.ClearingHouse_NotLiquidatable(
                value,
                Margin.maintenanceUp(q.position, m.price, params.risk)
            );
        }
        (amount, reward) = _liquidation(q, params, value);
        Fill memory fill;
        _forcedTrade(slots, q, params, id, fill, amount, false);
        // Paid even from an account with nothing left: then it is the pool's.
        q.cash -= int256(reward);
        slots.finish(q, id, owner, role, fill, amount, -int256(reward));
        slots.credit(id, msg.sender, reward);
        emit IClearingHouse.Liquidated(id, owner, msg.sender, amount, reward);
    }

    /// @notice See IClearingHouse.deleverage.
    function deleverage(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external returns (int256 amount) {
        Quote memory q;
        (MarketId id, uint8 role) = slots.enter(q, params, owner);
        Market memory m = q.market;
        uint256 excess = Pool.excessSkewDown(m, params.pricing.depth(), params.risk, role == ROLE_TOKEN);
        int256 skew = m.skew();
        if (excess == 0 || q.position == 0 || (q.position < 0) != (skew < 0)) {
            revert IClearingHouse.ClearingHouse_NotDeleverageable(q.position, skew, excess);
        }
        uint256 size = q.position.abs();
        amount = -(size < excess ? size : excess).withSign(q.position);
        Fill memory fill;
        _forcedTrade(slots, q, params, id, fill, amount, true);
        slots.finish(q, id, owner, role, fill, amount, 0);
        emit IClearingHouse.Deleveraged(id, owner, msg.sender, amount);
    }

    /// @notice See IClearingHouse.settle.
    function settle(Slots storage slots, MarketParams calldata params) external returns (uint256 price) {
        Quote memory q;
        (MarketId id, ) = slots.find(q, params, address(0));
        Market memory m = q.market;
        if (m.status >= STATUS_RECKONING) revert IClearingHouse.ClearingHouse_AlreadySettled(id);
        uint256 depth = params.pricing.depth();
        // With a dead source the last price used is final, and funding stopped with it.
        if (!IPriceSource(params.priceSource).isDead()) {
            if (!q.touched) Ledger.readPrice(m, params);
            int256 equity = Pool.equityFloor(m, depth);
            if (equity >= 0) revert IClearingHouse.ClearingHouse_NotSettleable(equity);
        }
        price = Settlement.priceFloor(m, depth);
        Settlement.settle(m, price);
        m.status = STATUS_RECKONING;
        m.priceAge = 0;
        m.touchedAt = block.timestamp;
        slots.markets[id].store(m);
        emit IClearingHouse.Settled(id, price, m.fundingIndex, m.poolCash);
    }

    /// @notice See IClearingHouse.reckon.
    function reckon(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) external returns (uint256 reward) {
        Quote memory q;
        (MarketId id, uint8 role) = slots.find(q, params, owner);
        if (q.market.status != STATUS_RECKONING) revert IClearingHouse.ClearingHouse_NotReckoning(id);
        int256 amount = -q.position;
        Settlement.close(q);
        if (q.cash < 0) {
            reward = Margin.liquidationRewardDown(amount, 0, q.market.price, params.risk);
            q.market.poolCash -= int256(reward);
        }
        Fill memory fill;
        slots.finish(q, id, owner, role, fill, amount, 0);
        if (reward != 0) slots.credit(id, msg.sender, reward);
    }

    /// @notice See IClearingHouse.conclude.
    function conclude(Slots storage slots, MarketParams calldata params) external returns (uint256 share) {
        Quote memory q;
        (MarketId id, ) = slots.find(q, params, address(0));
        Market memory m = q.market;
        if (m.status != STATUS_RECKONING) revert IClearingHouse.ClearingHouse_NotReckoning(id);
        uint256 until = m.touchedAt + Settlement.RECKONING;
        if (block.timestamp < until) revert IClearingHouse.ClearingHouse_Reckoning(until);
        share = Settlement.shareDown(m);
        m.status = STATUS_SETTLED;
        slots.markets[id].store(m);
        slots.markets[id].storeForced(ForcedTrades({forced: 0, spent: share, forcedAt: 0}));
        emit IClearingHouse.Concluded(id, share);
    }

    /// @dev What a liquidation trades, and its reward. In a block in which the market was used before, the reward is for what
    /// would be closed at the skew that is best for the account: nobody is paid for what a push of the skew adds.
    function _liquidation(
        Quote memory q,
        MarketParams calldata params,
        int256 value
    ) private pure returns (int256 amount, uint256 reward) {
        Conditions memory around;
        Books.surround(around, q.market, params.pricing, 0);
        uint256 size = Margin.liquidationUp(q.position, value, around, params.risk);
        amount = -size.withSign(q.position);
        if (q.touched) {
            int256 worst = Pool.mostSkewDown(around.depth, params.risk).withSign(q.position) - around.skew;
            Impact.move(around, worst, Impact.impact(around, worst));
            uint256 least = Margin.liquidationUp(q.position, value, around, params.risk);
            if (least < size) size = least;
        }
        reward = Margin.liquidationRewardDown(q.position, size, around.price, params.risk);
    }

    /// @dev Trades for the account of somebody else: exempt from the budget, and from fees when it is not the account's
    /// fault.
    function _forcedTrade(
        Slots storage slots,
        Quote memory q,
        MarketParams calldata params,
        MarketId id,
        Fill memory fill,
        int256 amount,
        bool free
    ) private {
        slots.force(id, params, amount, amount.abs(), true);
        Books.trade(q, free ? params.pricing.withoutFees() : params.pricing, fill, amount, 0, 0);
    }
}
