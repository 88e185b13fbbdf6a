// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {IChainlinkSource} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {Impact} from "../../../contracts/libraries/Impact.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {STATUS_RECKONING, STATUS_SETTLED} from "../../../contracts/types/MarketWords.sol";
import {Ruin} from "./Ruin.sol";

contract SettleTest is Ruin {
    // -------------------------------------------------------------------------------------------- when, and at what

    function test_refuses_whileSolventAndAlive() public {
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotSettleable.selector);
        clearingHouse.settle(thin);
        move(2_000e18);
        int256 equity_ = equity();
        assertGt(equity_, 0, "solvent");
        vm.expectRevert(abi.encodeWithSelector(IClearingHouse.ClearingHouse_NotSettleable.selector, equity_));
        clearingHouse.settle(thin);
    }

    /// Untrusted is not dead: between the two nothing can be done but wait.
    function test_refuses_whileTheSourceIsOnlyLate() public {
        skip(1 days + 1);
        vm.expectPartialRevert(IChainlinkSource.ChainlinkSource_Stale.selector);
        clearingHouse.settle(thin);
        skip(2 days - 1);
        vm.expectPartialRevert(IChainlinkSource.ChainlinkSource_Stale.selector);
        clearingHouse.settle(thin);
        skip(1);
        clearingHouse.settle(thin);
    }

    function test_deadSource_atTheLastPriceUsed_withFundingStopped() public {
        move(510e18);
        clearingHouse.syncNow(thin, false);
        Market memory m = market();
        // An answer that nobody used, and then silence.
        move(900e18);
        uint256 price = settleDead();
        assertEq(price, floored(510e18, m.skew()), "p * (1 + s / 2K)");
        assertEq(market().fundingIndex, m.fundingIndex, "F stopped when it was last used");
        assertTrue(m.fundingIndex != 0, "there was funding");
        checkBooks();
    }

    function test_aSourceThatRevives_isTradedOn() public {
        skip(10 days);
        feed.set(500e8);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotSettleable.selector);
        clearingHouse.settle(thin);
        close(carol);
        checkBooks();
    }

    function test_insolvent_atThePriceOfThisBlock() public {
        move(2_400e18);
        Market memory m = clearingHouse.quote(thin, address(0)).market;
        int256 worth = equity();
        assertLt(worth, 0, "insolvent");
        uint256 price = floored(2_400e18, m.skew());
        vm.prank(keeper);
        assertEq(clearingHouse.settle(thin), price, "p * (1 + s / 2K)");

        Market memory after_ = market();
        assertEq(after_.price, price, "one price for everyone");
        assertEq(after_.longs + after_.shorts, 0, "no open interest");
        assertEq(after_.status, STATUS_RECKONING, "the reckoning begins");
        assertEq(after_.fundingIndex, m.fundingIndex, "F of this block");
        // Sum q * (P - p) = E: the pool has what its equity was, but for the rounding of P.
        assertApproxEqAbs(after_.poolCash, worth, 1_000, "poolCash is what the equity was");
        assertEq(equity(), after_.poolCash, "nothing is owed beyond it");
        checkBooks();
    }

    function test_insolvencyCanBeFoundLaterInTheBlock() public {
        move(2_200e18);
        assertGt(equity(), 0, "solvent as long as bob owes");
        liquidate(bob);
        assertLt(equity(), 0, "insolvent without him");
        clearingHouse.settle(thin);
        checkBooks();
    }

    function test_onlyOnce() public {
        settleDead();
        bytes memory refusal = abi.encodeWithSelector(
            IClearingHouse.ClearingHouse_AlreadySettled.selector,
            id
        );
        vm.expectRevert(refusal);
        clearingHouse.settle(thin);
        conclude();
        vm.expectRevert(refusal);
        clearingHouse.settle(thin);
    }

    // ------------------------------------------------------------------------------------------------ reckoning

    function test_nothingIsPaidDuringTheReckoning() public {
        vm.prank(deployer());
        pool.requestRedeem(1e18);
        settleDead();
        feed.set(500e8);
        bytes memory refusal = abi.encodeWithSelector(
            IClearingHouse.ClearingHouse_Reckoning.selector,
            vm.getBlockTimestamp() + 1 hours
        );
        vm.startPrank(alice);
        vm.expectRevert(refusal);
        clearingHouse.trade(thin, order(1e18, 1e18));
        vm.expectRevert(refusal);
        clearingHouse.close(thin, 0, type(uint256).max);
        vm.expectRevert(refusal);
        clearingHouse.liquidate(thin, bob);
        vm.expectRevert(refusal);
        clearingHouse.deleverage(thin, bob);
        vm.expectRevert(refusal);
        clearingHouse.syncNow(thin, false);
        vm.expectRevert(refusal);
        clearingHouse.quote(thin, alice);
        vm.expectRevert(refusal);
        clearingHouse.conclude(thin);
        vm.expectRevert(refusal);
        long5.rebalance();
        vm.expectRevert(refusal);
        long5.deposit(1e18, alice);
        vm.expectRevert(refusal);
        pool.deposit(1e18, alice);
        vm.expectRevert(refusal);
        pool.execute(deployer());
        vm.stopPrank();
        vm.prank(dave);
        vm.expectRevert(refusal);
        long5.redeem(1e18, dave, dave);
    }

    function test_viewsDuringTheReckoning() public {
        move(520e18);
        clearingHouse.syncNow(thin, false);
        settleDead();
        Quote memory q = clearingHouse.lastQuote(thin, alice);
        assertFalse(q.fresh, "nothing can be traded at it");
        assertEq(q.market.price, market().price, "the price it ended at");
        assertEq(q.position, 400e18, "not closed yet");
        assertEq(long5.totalAssets(), uint256(value(address(long5))) - streamed(), "totalAssets");
        assertEq(long5.maxDeposit(alice) + long5.maxMint(alice), 0, "nothing comes in");
        assertEq(long5.maxRedeem(dave) + long5.maxWithdraw(dave), 0, "nothing goes out");
        assertEq(pool.maxDeposit(alice) + pool.maxRedeem(deployer()), 0, "not even liquidity");
        assertEq(int256(pool.totalAssets()), market().poolCash, "the pool's assets");
    }

    function test_reckoning_findsWhatIsNegative_forAReward() public {
        move(2_400e18);
        clearingHouse.settle(thin);
        int256 worth = value(bob);
        int256 pooled = market().poolCash;
        vm.prank(keeper);
        assertEq(clearingHouse.reckon(thin, bob), 1e18, "R0");
        assertEq(cash(keeper), 1e18, "credited");
        assertEq(cash(bob), 0, "bob owes nothing any more");
        assertEq(market().poolCash, pooled + worth - 1e18, "the pool bears both");
        checkBooks();

        vm.prank(keeper);
        assertEq(clearingHouse.reckon(thin, bob), 0, "once");
        assertEq(clearingHouse.reckon(thin, alice), 0, "nothing for one that is positive");
        assertEq(position(alice), 0, "closed all the same");
        assertEq(clearingHouse.reckon(thin, address(pool)), 0, "nor for the pool");
        checkBooks();
    }

    function test_reckoning_onlyThen() public {
        bytes memory refusal = abi.encodeWithSelector(IClearingHouse.ClearingHouse_NotReckoning.selector, id);
        vm.expectRevert(refusal);
        clearingHouse.reckon(thin, bob);
        vm.expectRevert(refusal);
        clearingHouse.conclude(thin);
        settleDead();
        conclude();
        vm.expectRevert(refusal);
        clearingHouse.reckon(thin, bob);
        vm.expectRevert(refusal);
        clearingHouse.conclude(thin);
    }

    // ------------------------------------------------------------------------------------------------- the share

    function test_share_isOne_whenThePoolHasEnough() public {
        settleDead();
        int256 worth = value(alice);
        assertEq(conclude(), 1e18, "all of it");
        assertEq(close(alice), uint256(worth), "to the wei");
        checkBooks();
    }

    function test_share_whenItHasNot() public {
        move(2_400e18);
        clearingHouse.settle(thin);
        reckonAll();
        Market memory m = market();
        uint256 paid = m.held - m.protocolFees;
        int256 worth = value(alice);
        uint256 share = conclude();
        assertEq(share, (paid * 1e18) / (paid + uint256(-m.poolCash)), "what there is of what is owed");
        assertLt(share, 1e18, "less than all");
        assertEq(market().status, STATUS_SETTLED, "paying out");
        assertEq(value(alice), int256((uint256(worth) * share) / 1e18), "views tell it before it is paid");
        assertEq(close(alice), (uint256(worth) * share) / 1e18, "and it is paid");
        checkBooks();
        vm.expectRevert(IClearingHouse.ClearingHouse_ZeroAmount.selector);
        vm.prank(alice);
        clearingHouse.close(thin, 0, type(uint256).max);
    }

    function test_everybodyIsPaid_andLiquidityComesAfter() public {
        vm.prank(deployer());
        pool.requestRedeem(1_000e18);
        ruin();
        skip(2 days);
        vm.expectRevert();
        pool.execute(deployer());
        close(alice);
        close(carol);
        close(keeper);
        burn(long5, dave);
        checkBooks();
        Market memory m = market();
        assertLe(m.held - m.protocolFees, 2e6, "nothing is left but what the share rounds off");
        clearingHouse.collectFees(thin);
        assertLe(market().held, 2e6, "not even fees");
    }

    function test_liquidityIsPaidAllThatIsLeft_ofADeadMarket() public {
        settleDead();
        conclude();
        uint256 shares = pool.balanceOf(deployer());
        vm.prank(deployer());
        pool.requestRedeem(shares);
        skip(2 days);
        close(alice);
        close(bob);
        close(carol);
        burn(long5, dave);
        burn(short3, erin);
        int256 left = market().poolCash;
        (, uint256 assets) = pool.execute(deployer());
        // The exit fee and the locked shares stay.
        assertApproxEqAbs(int256(assets), (left * 999) / 1000, 1e7, "all but the exit fee");
        checkBooks();
    }

    function test_nothingComesIn_onceSettled() public {
        ruin();
        bytes memory refusal = abi.encodeWithSelector(
            IClearingHouse.ClearingHouse_AlreadySettled.selector,
            id
        );
        vm.startPrank(alice);
        vm.expectRevert(refusal);
        clearingHouse.trade(thin, order(0, 1e18));
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_ReduceOnly.selector);
        clearingHouse.trade(thin, order(1e18, 0));
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotLiquidatable.selector);
        clearingHouse.liquidate(thin, bob);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotDeleverageable.selector);
        clearingHouse.deleverage(thin, alice);
        vm.stopPrank();
    }

    /// A part first and the rest later is the same as all at once.
    function test_theShareIsTakenOnce() public {
        move(2_400e18);
        clearingHouse.settle(thin);
        reckonAll();
        uint256 worth = uint256(value(carol));
        uint256 share = conclude();
        uint256 part = (worth * share) / 1e18 / 3;
        trade(carol, 0, -int256(part));
        assertEq(close(carol), (worth * share) / 1e18 - part, "the rest of the same share");
        checkBooks();
    }

    // -------------------------------------------------------------------------------------------------- steps

    function floored(uint256 p, int256 skew) private pure returns (uint256) {
        // The same by another way: p + I(0, s)/s, from E rounded up, so a wei per unit off at most.
        int256 energy = int256(Impact.energyUp(p, skew, 20_000e18));
        uint256 price = uint256(int256(p) + ((int256(p) * skew) / 40_000e18));
        assertApproxEqAbs((skew * (int256(price) - int256(p))) / WAD, energy, 600, "sum q * (P - p) = E");
        return price;
    }

    function streamed() private view returns (uint256 fee) {
        uint256 elapsed =
            vm.getBlockTimestamp() - clearingHouse.account(thin.toId(), address(long5)).operatedAt();
        fee = (uint256(value(address(long5))) * elapsed) / 100 / 365 days;
        fee -= fee % 1e10;
    }
}
