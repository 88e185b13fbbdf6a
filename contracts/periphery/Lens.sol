// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, Quote} from "../interfaces/IClearingHouse.sol";
import {AccountView, ILens, MarketView, PoolView, TradeView} from "../interfaces/ILens.sol";
import {ILiquidityPool} from "../interfaces/ILiquidityPool.sol";
import {Books} from "../libraries/Books.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {ROLE_RESOLVED} from "../types/Account.sol";
import {Market, PackedMarket} from "../types/Market.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {STATUS_OPEN} from "../types/MarketWords.sol";

/// @title Lens
/// @notice Derived views, from the same libraries that the ClearingHouse computes with. It stores nothing and nobody
/// trusts it.
contract Lens is ILens {
    /// @inheritdoc ILens
    IClearingHouse public immutable clearingHouse;

    constructor(IClearingHouse clearingHouse_) {
        clearingHouse = clearingHouse_;
    }

    /// @inheritdoc ILens
    function market(MarketParams calldata params) external view returns (MarketView memory seen) {
        Quote memory q = clearingHouse.lastQuote(params, address(0));
        Market memory m = q.market;
        PackedMarket memory packed = m.pack();
        uint256 depth = params.pricing.depth();
        seen.id = params.toId();
        seen.fresh = q.fresh;
        seen.priceAt = m.touchedAt - m.priceAge;
        seen.market = m;
        seen.skew = packed.skew();
        seen.costRate = Books.costRate(m.halfSpread, params.pricing);
        seen.energy = Impact.energyUp(m.price, seen.skew, depth);
        seen.poolEquity = Pool.equityFloor(packed, depth);
        seen.claims = Pool.claimsFloor(packed);
        if (q.fresh && m.status == STATUS_OPEN && m.halfSpread <= params.pricing.maxHalfSpread()) {
            seen.longRoom = Pool.openRoomDown(packed, m.longs, seen.energy, depth, params.risk);
            seen.shortRoom = Pool.openRoomDown(packed, m.shorts, seen.energy, depth, params.risk);
        }
        (seen.blockForced, seen.budget) = clearingHouse.forcedTrades(params);
    }

    /// @inheritdoc ILens
    function account(MarketParams calldata params, address owner) external view returns (AccountView memory) {
        return _account(params, owner, clearingHouse.lastQuote(params, owner));
    }

    /// @inheritdoc ILens
    function pool(ILiquidityPool pool_) external view returns (PoolView memory seen) {
        MarketParams memory params = pool_.marketParams();
        Quote memory q = clearingHouse.lastQuote(params, address(pool_));
        PackedMarket memory m = q.market.pack();
        seen.fresh = q.fresh;
        seen.equity = Pool.equityFloor(m, params.pricing.depth());
        seen.supply = pool_.totalSupply();
        // Shares that wait to leave are the pool's own.
        seen.queued = pool_.balanceOf(address(pool_));
        uint256 worth = seen.equity > 0 ? uint256(seen.equity) : 0;
        seen.withdrawable = Pool.withdrawableDown(m, worth, params.risk);
    }

    /// @inheritdoc ILens
    function previewTrade(
        MarketParams calldata params,
        address owner,
        Order calldata order
    ) external view returns (TradeView memory seen) {
        try clearingHouse.previewTrade(params, owner, order) returns (Fill memory filled, Quote memory q) {
            seen.filled = filled;
            seen.account = _account(params, owner, q);
        } catch (bytes memory refusal) {
            seen.refusal = refusal;
            seen.account = _account(params, owner, clearingHouse.lastQuote(params, owner));
        }
    }

    function _account(
        MarketParams calldata params,
        address owner,
        Quote memory q
    ) private view returns (AccountView memory seen) {
        PackedMarket memory m = q.market.pack();
        Conditions memory around;
        Books.surround(around, m, params.pricing, 0);
        seen.fresh = q.fresh;
        seen.position = q.position;
        seen.cash = q.cash;
        seen.value = Margin.valueFloor(q.position, q.cash, m.positionPrice());
        seen.exitValue = Margin.exitValueFloor(seen.value, q.position, around);
        if (q.position != 0) {
            seen.leverage = Margin.leverageDown(q.position, around.price, seen.value);
            seen.required = Margin.requirementUp(q.position, around.price, params.risk);
            seen.liquidatable = Margin.isLiquidatable(q.position, seen.value, around.price, params.risk);
            seen.liquidationPrice = Margin.liquidationPrice(
                q.position,
                q.cash,
                q.market.fundingIndex,
                params.risk
            );
        }
        seen.role = clearingHouse.account(params.toId(), owner).role() & ~ROLE_RESOLVED;
    }
}
