// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Order, Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Books} from "../../../contracts/libraries/Books.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Pool} from "../../../contracts/libraries/Pool.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {FEE_STEP} from "../../../contracts/types/MarketWords.sol";
import {Handler} from "./Handler.sol";
import {Listing, Venue, World} from "./World.sol";

/// @notice Margin traders: open, flip, reduce, close, margin in and out, and there and back at one price. Each trade is
/// checked against R2.
contract TraderHandler is Handler {
    using FixedPoint for int256;
    using FixedPoint for uint256;

    constructor(World world_) Handler(world_) {}

    /// @notice Brings margin and goes to a leverage between −8 and 8: opens, adds, reduces or flips.
    function open(uint256 who, uint256 where, int256 leverage, uint256 margin) external inWorld {
        Venue memory v = venueOf(where);
        address person = trader(who);
        Quote memory q = synced(v.params, person);
        margin = bound(margin, 10e18, 20_000e18) / v.unit;
        int256 value = valueOf(q) + int256(margin * v.unit);
        if (value <= 0) return;
        leverage = bound(leverage, -8e18, 8e18);
        int256 target = (int256(uint256(value).mulDivDown(leverage.abs(), q.market.price))).abs().withSign(
            leverage
        );
        target = _withinRoom(v, q, target);
        int256 amount = target - q.position;
        if (amount == 0) return;
        v.base.mint(person, margin);
        vm.prank(person);
        try house.trade(v.params, Order(amount, int256(margin), _any(amount), type(uint256).max)) returns (
            Fill memory fill
        ) {
            _checkTrade(v, q, fill, amount);
            bool flips = q.position != 0 && (q.position < 0) != (target < 0) && target != 0;
            world.count(flips ? bytes32("flip") : bytes32("open"));
        } catch (bytes memory reason) {
            expectOnly(
                reason,
                IClearingHouse.ClearingHouse_InsufficientMargin.selector,
                IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector
            );
        }
    }

    /// @notice Closes a part: never refused.
    function reduce(uint256 who, uint256 where, uint256 part) external inWorld {
        Venue memory v = venueOf(where);
        address person = trader(who);
        Quote memory q = synced(v.params, person);
        int256 amount = -(q.position * int256(bound(part, 1, 999))) / 1000;
        if (amount == 0) return;
        vm.prank(person);
        Fill memory fill = house.trade(v.params, Order(amount, 0, _any(amount), type(uint256).max));
        _checkTrade(v, q, fill, amount);
        world.count("reduce");
    }

    /// @notice Closes all and takes the cash: never refused. Where somebody owes, custody may not pay all of it.
    function close(uint256 who, uint256 where) external inWorld {
        Venue memory v = venueOf(where);
        address person = trader(who);
        Quote memory q = synced(v.params, person);
        if (q.position == 0 && q.cash == 0) return;
        uint256 before = v.base.balanceOf(person);
        vm.prank(person);
        (Fill memory fill, uint256 payout) = house.close(v.params, _any(-q.position), type(uint256).max);
        assertEq(v.base.balanceOf(person), before + payout, "payout is what arrives");
        assertEq(fill.position, 0, "close leaves q = 0");
        assertGe(fill.cash, 0, "close leaves c >= 0");
        if (fill.cash >= int256(v.unit)) {
            assertEq(house.market(v.id).held, 0, "close leaves c < one unit, or nothing in custody");
            assertTrue(world.hasBadDebt(where % world.venueCount()), "only where somebody owes");
        }
        world.count("close");
    }

    /// @notice Brings margin without a trade.
    function bring(uint256 who, uint256 where, uint256 margin) external inWorld {
        Venue memory v = venueOf(where);
        address person = trader(who);
        margin = bound(margin, 1, 1_000e18 / v.unit);
        v.base.mint(person, margin);
        vm.prank(person);
        house.trade(v.params, Order(0, int256(margin), 0, type(uint256).max));
        world.count("bring");
    }

    /// @notice Takes as much margin as may be taken, or less: never refused but where custody cannot pay.
    function take(uint256 who, uint256 where, uint256 part) external inWorld {
        Venue memory v = venueOf(where);
        address person = trader(who);
        Quote memory q = synced(v.params, person);
        int256 free = q.cash;
        if (q.position != 0) {
            Conditions memory around = conditionsOf(v.params, q.market);
            int256 value = valueOf(q);
            int256 exit = Margin.exitValueFloor(value, q.position, around);
            free = (exit < value ? exit : value);
            free -= int256(Margin.requirementUp(q.position, q.market.price, v.params.risk));
        }
        if (free < int256(v.unit)) return;
        uint256 amount = ((uint256(free) / v.unit) * bound(part, 1, 1000)) / 1000;
        if (amount == 0) return;
        vm.prank(person);
        try house.trade(v.params, Order(0, -int256(amount), 0, type(uint256).max)) {
            world.count("take");
        } catch (bytes memory reason) {
            expectBadDebt(reason, where % world.venueCount());
        }
    }

    /// @notice There and back at once: the impacts cancel, the fees are what it costs.
    function roundTrip(uint256 who, uint256 where, int256 amount) external inWorld {
        Venue memory v = venueOf(where);
        address person = trader(who);
        Quote memory q = synced(v.params, person);
        if (q.position != 0) return;
        amount = _withinRoom(v, q, bound(amount, -1e28, 1e28));
        if (amount == 0) return;
        (int256 forced, ) = house.forcedTrades(v.params);
        // Enough for any skew and fee, and for the least margin.
        uint256 margin = (amount.abs().mulDivUp(q.market.price, 1e18) + 10e18) / v.unit + 1;
        v.base.mint(person, margin);
        vm.startPrank(person);
        Fill memory there = house.trade(
            v.params,
            Order(amount, int256(margin), _any(amount), type(uint256).max)
        );
        Fill memory back = house.trade(v.params, Order(-amount, 0, _any(-amount), type(uint256).max));
        vm.stopPrank();
        assertEq(there.impact + back.impact, 0, "R2b I(s, D) + I(s + D, -D) = 0");
        uint256 rate = Books.costRate(q.market.halfSpread, v.params.pricing);
        uint256 fees = (2 * q.market.price * amount.abs() * rate) / 1e36;
        int256 cost = q.cash + int256(margin * v.unit) - back.cash;
        int256 beyond = cost - int256(fees + there.surcharge + back.surcharge);
        assertTrue(beyond >= 0 && beyond <= 2, "R2b cost of a round trip = 2 phi p |D|, up by at most 2 wei");
        if (forced == 0) assertEq(there.surcharge + back.surcharge, 0, "R2b B = 0 => no surcharge");
        world.count("roundTrip");
    }

    /// @notice A rebalance, if one is due, and a trade against whatever was forced in this block.
    function oppose(uint256 who, uint256 which, uint256 size) external inWorld {
        Listing memory listed = listingOf(which);
        Venue memory v = world.venue(listed.venue);
        address person = trader(who);
        vm.prank(person);
        // solhint-disable-next-line no-empty-blocks
        try listed.token.rebalance() {} catch {}
        (int256 forced, ) = house.forcedTrades(v.params);
        Quote memory q = synced(v.params, person);
        if (forced == 0 || q.position != 0) return;
        int256 amount = _withinRoom(v, q, -int256(bound(size, 1e9, 1e22)).abs().withSign(forced));
        if (amount == 0) return;
        uint256 margin = (amount.abs().mulDivUp(q.market.price, 1e18) + 10e18) / v.unit + 1;
        v.base.mint(person, margin);
        vm.prank(person);
        Fill memory fill = house.trade(
            v.params,
            Order(amount, int256(margin), _any(amount), type(uint256).max)
        );
        assertGt(fill.surcharge, 0, "a trade against forced trades pays a surcharge");
        _checkTrade(v, q, fill, amount);
    }

    // -------------------------------------------------------------------------------------------------- checks

    /// @dev R2 for a trade of `amount` that found the market as in `q`. What a closed account could not pay is the pool's.
    function _checkTrade(Venue memory v, Quote memory q, Fill memory fill, int256 amount) private {
        Market memory m = house.market(v.id);
        assertEq(m.price, q.market.price, "one price per block");
        if (fill.position == 0 && fill.cash == 0) return;
        uint256 depth = v.params.pricing.depth();
        int256 grown = Pool.equityFloor(m.pack(), depth) - Pool.equityFloor(q.market.pack(), depth);
        uint256 fee = (q.market.price * amount.abs() * Books.costRate(q.market.halfSpread, v.params.pricing))
            .divUp(1e36);
        int256 stays = int256(fee + fill.surcharge) - int256(m.protocolFees - q.market.protocolFees);
        assertApproxEqAbs(grown, stays, 1, "R2a pool equity grows by the fee that stays, +- 1 wei");
        uint256 share = (fee * v.params.pricing.tradeFee()).mulDivDown(
            v.params.pricing.protocolShare(),
            1e18
        );
        share =
            Books.costRate(q.market.halfSpread, v.params.pricing) == 0
                ? 0
                : share / Books.costRate(q.market.halfSpread, v.params.pricing);
        uint256 taken = m.protocolFees - q.market.protocolFees;
        if (fill.surcharge == 0) {
            assertLe(taken, share + 1, "R2a protocolFees get at most their share of the trade fee");
            return;
        }
        // What goes against forced trades leaves nothing in the pool but less than a step of the counter.
        assertLe(taken, fill.fee + fill.surcharge, "R2a protocolFees get at most the fee and the surcharge");
        assertLt(fill.fee + fill.surcharge - taken, FEE_STEP, "R2a and no less");
        world.count("opposed");
    }

    /// @dev Cuts a position to what its side may hold, fees of the trade aside.
    function _withinRoom(Venue memory v, Quote memory q, int256 target) private pure returns (int256) {
        Market memory m = q.market;
        uint256 others = target > 0 ? m.longs : m.shorts;
        if (q.position != 0 && (q.position > 0) == (target > 0)) others -= q.position.abs();
        uint256 depth = v.params.pricing.depth();
        uint256 energy = Impact.energyUp(m.price, m.skew(), depth);
        int256 equity = Pool.equityFloor(m.poolCash, m.skew(), m.positionPrice(), energy);
        uint256 cap = Pool.openCapDown(
            equity,
            m.price,
            Pool.mostSkewDown(depth, v.params.risk),
            v.params.risk
        );
        uint256 room = cap > others ? ((cap - others) * 999) / 1000 : 0;
        return target.abs() > room ? room.withSign(target) : target;
    }

    function _any(int256 amount) private pure returns (uint256) {
        return amount > 0 ? type(uint256).max : 0;
    }
}
