// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChainlinkSource} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {Fill, IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {Crisis} from "./Crisis.sol";

contract LiquidateTest is Crisis {
    // ---------------------------------------------------------------------------------------------- how much

    /// Whatever the skew, the side and the fall: what is left has the initial margin, to a few wei.
    function testFuzz_restoresTheInitialMargin(
        uint256 size,
        int256 other,
        uint256 beyond,
        bool short
    ) public {
        size = bound(size, 1e18, 400e18);
        int256 d = short ? -WAD : WAD;
        trade(bob, bound(other, -350e18, 350e18), 250_000e18);
        trade(alice, (int256(size) * d) / WAD, int256((size * 500 * 16) / 100));
        // Down to between 6 % and 3.5 % of notional.
        move(_priceAt(alice, bound(beyond, 0.035e18, 0.0599e18)));

        uint256 reserve = uint256(position(alice) < 0 ? -position(alice) : position(alice));
        (int256 amount, uint256 reward) = liquidate(alice);
        Market memory m = market();
        uint256 closed = uint256(amount * -d) / 1e18;
        assertEq(reward, 1e18 + (closed * m.price * 2) / 1e21, "R0 + rho * p * amount");
        assertEq(cash(keeper), int256(reward), "credited");
        checkBooks();
        if (closed == reserve) return;

        int256 demanded = int256(((reserve - closed) * m.price) / 1e19);
        assertEq(position(alice), (int256(reserve - closed) * d) / WAD, "only this is closed");
        assertGe(value(alice), demanded - 2, "N = m * p * |q|, at least");
        assertLe(value(alice), demanded + demanded / 1e15 + 1e6, "N = m * p * |q|, at most");
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotLiquidatable.selector);
        clearingHouse.liquidate(thin, alice);
    }

    function test_closesPart_byTheClosedForm() public {
        // Without skew of others: s = q, so b1 = m + |q|/K - phi - rho, C = m|q| - (N - R0)/p.
        trade(alice, 100e18, 6_000e18);
        move(469e18);
        int256 n = value(alice);
        int256 b = 0.1e18 + (100e18 * WAD) / 20_000e18 - 0.001e18 - 0.002e18;
        int256 c = 10e18 - ((n - WAD) * WAD) / 469e18;
        // The root by bisection: b * a - a^2 / 2K = C.
        int256 low;
        int256 high = 100e18;
        for (uint256 i = 0; i < 100; ++i) {
            int256 a = (low + high) / 2;
            if ((b * a) / WAD - (a * a) / 40_000e18 < c) low = a;
            else high = a;
        }
        (int256 amount, ) = liquidate(alice);
        assertApproxEqAbs(-amount, low, 100, "the root");
    }

    function test_closesAll_whenTheRestIsBelowMinMargin() public {
        trade(alice, 0.1e18, 5.1e18);
        move(476e18);
        (int256 amount, uint256 reward) = liquidate(alice);
        assertEq(amount, -0.1e18, "all of it");
        assertEq(position(alice), 0, "q = 0");
        assertGt(cash(alice), 0, "what is left is the owner's");
        assertEq(reward, 1e18 + 0.0952e18, "R0 + rho * p * amount");
        uint256 before = dai.balanceOf(alice);
        uint256 payout = close(alice);
        assertEq(dai.balanceOf(alice) - before, payout, "and can be taken");
        checkBooks();
    }

    function test_closesAll_whenNothingWouldRestoreIt() public {
        trade(alice, 100e18, 6_000e18);
        move(441.8e18);
        assertGt(value(alice), 0, "above zero");
        (int256 amount, ) = liquidate(alice);
        assertEq(amount, -100e18, "all of it");
        checkBooks();
    }

    function test_refusesHealthyAccounts_toTheWei() public {
        trade(alice, 100e18, 5_600e18);
        move(470e18);
        // 6 % of 47,000 is 2,820: first a wei less, then exactly that.
        trade(alice, 0, 2_820e18 - value(alice) - 1);
        uint256 state = vm.snapshotState();
        liquidate(alice);
        vm.revertToState(state);
        trade(alice, 0, 1);
        bytes memory refusal = abi.encodeWithSelector(
            IClearingHouse.ClearingHouse_NotLiquidatable.selector,
            int256(2_820e18),
            uint256(2_820e18)
        );
        vm.expectRevert(refusal);
        clearingHouse.liquidate(thin, alice);
    }

    function test_refusesEmptyAccountsAndThePool() public {
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotLiquidatable.selector);
        clearingHouse.liquidate(thin, bob);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotLiquidatable.selector);
        clearingHouse.liquidate(thin, address(pool));
    }

    // ------------------------------------------------------------------------------------------- who pays what

    function test_shortfallIsThePools_andRecorded() public {
        trade(alice, 100e18, 6_000e18);
        move(400e18);
        int256 n = value(alice);
        assertLt(n, 0, "below zero");
        int256 pooled = equity();
        Conditions memory around = conditions();
        int256 fee = int256(Impact.feeUp(400e18, 100e18, around.costRate));
        int256 impact = impactOf(400e18, around.skew, -100e18);
        int256 reward = 1e18 + 80e18;
        // After the fill and the reward; c is rounded once.
        uint256 shortfall = uint256(-(n - impact - fee - reward));
        vm.expectEmit(address(clearingHouse));
        emit IClearingHouse.ShortfallCovered(id, alice, shortfall);
        vm.expectEmit(address(clearingHouse));
        emit IClearingHouse.Liquidated(id, alice, keeper, -100e18, uint256(reward));
        vm.prank(keeper);
        clearingHouse.liquidate(thin, alice);

        assertEq(cash(alice), 0, "a closed account owes nothing");
        assertEq(cash(keeper), reward, "paid from an account with nothing left");
        // The fee that stays: all but a tenth of the trade fee.
        int256 stays = fee - 2e18;
        assertApproxEqAbs(equity() - pooled, stays - int256(shortfall), 2, "the pool bears the shortfall");
        checkBooks();
    }

    function test_ownerMayLiquidateItself() public {
        trade(alice, 100e18, 6_000e18);
        move(469e18);
        int256 before = value(alice);
        vm.prank(alice);
        (int256 amount, uint256 reward) = clearingHouse.liquidate(thin, alice);
        assertEq(position(alice), 100e18 + amount, "closed in part");
        int256 fee = (-amount * 469 * 1e15) / WAD;
        int256 gained = -impactOf(469e18, 100e18, amount);
        assertApproxEqAbs(value(alice), before - fee + gained, 2, "the reward came out of its own account");
        assertGt(reward, 1e18, "which was paid");
        checkBooks();
    }

    function test_rewardCanBeTakenOut() public {
        trade(alice, 100e18, 6_000e18);
        move(469e18);
        (, uint256 reward) = liquidate(alice);
        uint256 before = dai.balanceOf(keeper);
        assertEq(close(keeper), reward, "all of it");
        assertEq(dai.balanceOf(keeper) - before, reward, "in DAI");
        checkBooks();
    }

    // ------------------------------------------------------------------------------------- a forced trade under I*

    function test_isForced_withoutSpendingTheBudget() public {
        trade(alice, 100e18, 6_000e18);
        move(469e18);
        (, uint256 budget) = clearingHouse.forcedTrades(thin);
        (int256 amount, ) = liquidate(alice);
        (int256 forced, uint256 left) = clearingHouse.forcedTrades(thin);
        assertEq(forced, amount, "B");
        assertEq(left, budget, "exempt from the budget");
        // Who buys what the liquidation sold pays as if it had not been sold.
        Fill memory fill = trade(bob, -amount, 30_000e18);
        uint256 expected = (((469e18 * uint256(-amount)) / 1e18) * uint256(-amount)) / 20_000e18;
        assertApproxEqAbs(fill.surcharge, expected, 2e10, "p * B * amount / K");
        checkBooks();
    }

    // ------------------------------------------------------------------------------------------------ conditions

    function test_worksInAReduceOnlyMarket() public {
        trade(alice, 100e18, 6_000e18);
        clearingHouse.setReduceOnly(ethDai, true);
        move(469e18);
        liquidate(alice);
    }

    function test_needsAPriceThatCanBeTrusted() public {
        trade(alice, 100e18, 6_000e18);
        move(469e18);
        skip(1 days + 1);
        vm.expectPartialRevert(IChainlinkSource.ChainlinkSource_Stale.selector);
        clearingHouse.liquidate(thin, alice);
    }

    // -------------------------------------------------------------------------------------------------- steps

    /// @dev The price at which an account is worth this part of its notional: q(p - F) + c = part * |q| * p.
    function _priceAt(address who, uint256 part) private view returns (uint256) {
        int256 q = position(who);
        int256 f = market().fundingIndex;
        int256 rate = q > 0 ? WAD - int256(part) : WAD + int256(part);
        return uint256((((q * f - cash(who) * WAD) / rate) * WAD) / q);
    }
}
