// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChainlinkSource} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {Ruin} from "../resolution/Ruin.sol";

/// @notice Attacks on the end of a market, and on its pool before it.
contract SettlementAttacks is Ruin {
    address private mallory;

    function setUp() public override {
        super.setUp();
        mallory = person("mallory");
    }

    // ------------------------------------------------------------------------------------- opening before settlement

    /// P is above mid while longs prevail: who could open a short just before would be paid the difference.
    function test_openingBeforeSettlement_ofAnInsolventMarket() public {
        move(2_400e18);
        vm.startPrank(mallory);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector);
        clearingHouse.trade(thin, order(-10e18, 10_000e18));
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector);
        clearingHouse.trade(thin, order(10e18, 10_000e18));
        vm.stopPrank();
    }

    function test_openingBeforeSettlement_ofADeadMarket() public {
        skip(1 days + 1);
        vm.startPrank(mallory);
        vm.expectPartialRevert(IChainlinkSource.ChainlinkSource_Stale.selector);
        clearingHouse.trade(thin, order(-10e18, 10_000e18));
        skip(2 days);
        clearingHouse.settle(thin);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_Reckoning.selector);
        clearingHouse.trade(thin, order(-10e18, 10_000e18));
        vm.stopPrank();
    }

    // ---------------------------------------------------------------------------------------------- the reckoning

    /// Whoever hides a negative account gains nothing by it; the market pays no more than it has, and the last to come
    /// can take what there is.
    function test_hidingANegativeAccount() public {
        move(2_400e18);
        clearingHouse.settle(thin);
        vm.prank(keeper);
        clearingHouse.reckon(thin, address(short3));
        uint256 share = conclude();
        assertLt(share, 1e18, "insolvent even without bob");
        close(carol);
        burn(long5, dave);
        close(keeper);
        uint256 owed = uint256(value(alice));
        uint256 held = market().held;
        assertGt(owed, held, "bob's debt is missing");
        vm.expectRevert(
            abi.encodeWithSelector(IClearingHouse.ClearingHouse_InsufficientCustody.selector, held, owed)
        );
        vm.prank(alice);
        clearingHouse.trade(thin, order(0, -int256(owed)));
        assertEq(close(alice), held, "all of it, and no more");
        assertEq(uint256(cash(alice)), owed - held, "the rest stays hers");
        assertEq(close(bob), 0, "bob gets nothing");
        checkBooks();
    }

    /// Nothing that anybody may call puts off the end of the hour.
    function test_blockingTheReckoning_byTouching() public {
        settleDead();
        uint256 until = vm.getBlockTimestamp() + 1 hours;
        for (uint256 i = 0; i < 6; ++i) {
            vm.startPrank(mallory);
            clearingHouse.reckon(thin, mallory);
            clearingHouse.reckon(thin, alice);
            clearingHouse.collectFees(thin);
            vm.expectPartialRevert(IClearingHouse.ClearingHouse_AlreadySettled.selector);
            clearingHouse.settle(thin);
            vm.stopPrank();
            vm.expectPartialRevert(IClearingHouse.ClearingHouse_UnknownMarket.selector);
            clearingHouse.setReduceOnly(thin, true);
            skip(10 minutes);
        }
        assertEq(vm.getBlockTimestamp(), until, "an hour");
        clearingHouse.conclude(thin);
        close(alice);
    }

    /// Who takes all there is out of a market before it is settled, fees that wait included, does not keep it from its end.
    function test_blockingTheReckoning_byEmptyingTheMarketFirst() public {
        move(2_400e18);
        close(alice);
        trade(carol, -250e18, -int256(market().held));
        assertEq(market().held, 0, "empty");
        assertGt(market().protocolFees, 0, "with fees that wait");
        clearingHouse.settle(thin);
        reckonAll();
        assertEq(conclude(), 0, "there is nothing to share");
        assertEq(burn(long5, dave), 0, "burning works, and pays what there is");
        vm.expectRevert(IClearingHouse.ClearingHouse_ZeroAmount.selector);
        vm.prank(carol);
        clearingHouse.close(thin, 0, type(uint256).max);
        checkBooks();
    }

    /// Nor is the share more than there is, when the fees are more than what is held.
    function test_emptiedToLessThanItsFees() public {
        move(2_400e18);
        close(alice);
        uint256 fees = market().protocolFees;
        trade(carol, -250e18, -int256(market().held - fees / 2));
        clearingHouse.settle(thin);
        reckonAll();
        assertEq(conclude(), 0, "there is nothing to share");
        checkBooks();
    }

    // ---------------------------------------------------------------------------------------------- as a provider

    /// A request that has matured could be kept for the day of a shortfall. Anyone can execute it instead.
    function test_leavingBeforeAShortfall() public {
        close(alice);
        close(carol);
        vm.startPrank(mallory);
        uint256 shares = pool.deposit(500_000e18, mallory);
        pool.requestRedeem(shares);
        vm.stopPrank();
        skip(2 days);
        feed.set(500e8);
        pool.execute(mallory);
        (uint256 queued, ) = pool.request(mallory);
        assertEq(queued, 0, "nothing is kept for later");

        vm.startPrank(mallory);
        pool.deposit(500_000e18, mallory);
        uint256 before = dai.balanceOf(mallory);
        pool.requestRedeem(pool.balanceOf(mallory));
        vm.stopPrank();
        skip(1 days);
        feed.set(900e8);
        vm.expectPartialRevert(ILiquidityPool.LiquidityPool_NotRedeemable.selector);
        pool.execute(mallory);
        // Meanwhile the shortfall is booked, and mallory bears her part of it.
        (uint256 asked, ) = pool.request(mallory);
        uint256 claim = pool.convertToAssets(asked);
        liquidate(bob);
        assertLt(pool.convertToAssets(asked) + 5_000e18, claim, "her part of the shortfall");
        skip(1 days);
        feed.set(900e8);
        pool.execute(mallory);
        assertLt(dai.balanceOf(mallory) - before, claim - 5_000e18, "which she can't escape");
        checkBooks();
    }
}
