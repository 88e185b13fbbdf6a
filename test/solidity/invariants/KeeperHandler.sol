// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Conditions} from "../../../contracts/libraries/Impact.sol";
import {Rebalance} from "../../../contracts/libraries/Rebalance.sol";
import {Account} from "../../../contracts/types/Account.sol";
import {Market, PackedMarket} from "../../../contracts/types/Market.sol";
import {Handler} from "./Handler.sol";
import {Listing, Venue, World} from "./World.sol";

/// @notice Time, prices, keepers and whoever syncs or collects.
contract KeeperHandler is Handler {
    using FixedPoint for int256;
    using FixedPoint for uint256;

    constructor(World world_) Handler(world_) {}

    // ------------------------------------------------------------------------------------------- time and prices

    /// @notice A small move, one block to some hours later.
    function drift(uint256 where, uint256 change, uint256 duration) external {
        world.pass(bound(duration, 1, 12 hours));
        world.refresh(where % world.venueCount(), bound(change, 0.97e18, 1.03e18));
    }

    /// @notice A gap of up to 50 % either way, up to three weeks later.
    function gap(uint256 where, uint256 change, uint256 duration) external {
        world.pass(bound(duration, 1, 3 weeks));
        world.refresh(where % world.venueCount(), bound(change, 0.5e18, 1.5e18));
        world.count("gap");
    }

    /// @notice The feed answers anew within the block: whoever used the market before keeps the price.
    function again(uint256 where, uint256 change) external inWorld {
        Venue memory v = venueOf(where);
        uint256 price = synced(v.params, address(0)).market.price;
        world.refresh(where % world.venueCount(), bound(change, 0.8e18, 1.2e18));
        assertEq(synced(v.params, address(0)).market.price, price, "one price per block");
        world.count("again");
    }

    // -------------------------------------------------------------------------------------------------- keepers

    /// @notice Rebalances when it is due, and finds R5.
    function rebalance(uint256 who, uint256 which) external inWorld {
        Listing memory listed = listingOf(which);
        Venue memory v = world.venue(listed.venue);
        Quote memory q = synced(v.params, address(listed.token));
        (bool due, int256 amount, uint256 reward) = listed.token.previewRebalance();
        address keeper = trader(who);
        int256 cash = house.account(v.id, keeper).cash();
        bool wiped = isWipedOut(listed.token, netValue(listed.token, q));
        Conditions memory around = conditionsOf(v.params, q.market);
        int256 value = netValue(listed.token, q);
        vm.prank(keeper);
        try listed.token.rebalance() returns (int256 traded, uint256 paid) {
            assertTrue(due, "R7 rebalance happens only when previewRebalance says due");
            assertEq(traded, amount, "R7 rebalance trades what previewRebalance says");
            assertEq(paid, reward, "R7 rebalance pays what previewRebalance says");
            assertEq(house.account(v.id, keeper).cash(), cash + int256(paid), "the keeper gets the reward");
            if (wiped) {
                assertEq(listed.token.positionAmount(), 0, "a wipe-out closes the position");
                world.count("wipe-out");
                return;
            }
            _checkCloser(listed, v, q, value, traded);
            _checkLanding(listed, v, around, q.position, value - int256(paid), traded);
            world.count("rebalance");
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            if (selector == ILeveragedToken.LeveragedToken_NotDue.selector) {
                assertFalse(due, "R7 what previewRebalance calls due is not refused");
            } else if (selector != ILeveragedToken.LeveragedToken_WipedOut.selector) {
                assertEq(amount, 0, "R7 what previewRebalance would trade is not refused");
                expectOnly(reason, ILeveragedToken.LeveragedToken_NothingToTrade.selector, bytes4(0));
            }
        }
    }

    /// @dev R5b: strictly closer, unless nothing was traded.
    function _checkCloser(
        Listing memory listed,
        Venue memory v,
        Quote memory q,
        int256 value,
        int256 traded
    ) private view {
        if (traded == 0) return;
        int256 leverage = listed.token.targetLeverage();
        Quote memory then = house.quote(v.params, address(listed.token));
        (uint256 before, ) = Rebalance.offTarget(leverage, q.position, q.market.price, value);
        (uint256 off, ) = Rebalance.offTarget(leverage, then.position, then.market.price, valueOf(then));
        assertLt(off, before, "R5b |current'/target - 1| < |current/target - 1|");
    }

    /// @dev R5a: whatever was not cut by a limit lands on target.
    function _checkLanding(
        Listing memory listed,
        Venue memory v,
        Conditions memory around,
        int256 position,
        int256 value,
        int256 traded
    ) private {
        int256 leverage = listed.token.targetLeverage();
        int256 delta = Rebalance.preciseDelta(leverage, value, around.price, position);
        if (traded != Rebalance.landing(leverage, delta, around)) return;
        Quote memory then = house.quote(v.params, address(listed.token));
        uint256 missed = Rebalance.preciseDelta(leverage, valueOf(then), around.price, then.position).abs();
        // The wei that the trade is rounded by moves q' - L N'/p by b1 < 2 wei, a wei of N by L/p wei, and what the trade costs
        // is rounded to the wei three times: both E and the fee. For dust that is more than 1e-12.
        uint256 coarse = 2e18 + (3e18 * leverage.abs()) / around.price;
        assertLe(missed, then.position.abs() * 1e6 + coarse, "R5a q' = L N' / p to 1e-12, or what a wei is");
        world.count("landing");
    }

    // -------------------------------------------------------------------------------------------------- anybody

    function sync(uint256 where) external inWorld {
        Venue memory v = venueOf(where);
        Quote memory expected = house.quote(v.params, address(v.pool));
        Market memory found;
        {
            vm.prank(address(v.pool));
            (uint256 skew, uint256 pool, uint256 price, Account account, ) = house.syncNow(v.params, false);
            found = PackedMarket(skew, pool, price).unpack();
            assertEq(account.position(), expected.position, "R7 sync = quote: q");
            assertEq(account.cash(), expected.cash, "R7 sync = quote: c");
        }
        assertEq(
            keccak256(abi.encode(expected.market)),
            keccak256(abi.encode(found)),
            "R7 sync = quote: market"
        );
        assertEq(
            keccak256(abi.encode(house.market(v.id))),
            keccak256(abi.encode(found)),
            "what sync says is what is stored"
        );
        world.count("sync");
    }

    function collect(uint256 where) external inWorld {
        Venue memory v = venueOf(where);
        uint256 before = v.base.balanceOf(address(world));
        try house.collectFees(v.params) returns (uint256 amount) {
            assertEq(v.base.balanceOf(address(world)), before + amount, "fees go to the fee receiver");
            if (amount != 0) world.count("collect");
        } catch (bytes memory reason) {
            // At the price of now: what the market still has at its last one may be worth more.
            house.syncNow(v.params, false);
            expectBadDebt(reason, where % world.venueCount());
        }
    }
}
