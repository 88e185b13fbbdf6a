// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Base} from "../Base.sol";
import {ExtremeWorld, StandardWorld, Venue, World} from "./World.sol";

/// @notice What the suites have found, one test for each.
contract CounterexamplesTest is Base {
    /// @notice The surcharge is a whole step, the closed form of a deposit knows none: maxDeposit was too high by what
    /// a step can open, whenever the market is full by its skew cap and others were rebalanced in this block.
    function test_maxDepositWithSurcharge() public {
        World world = new ExtremeWorld();
        Venue memory v = world.venue(1);
        ILeveragedToken long = world.listing(2).token;
        ILeveragedToken short = world.listing(3).token;
        address person = world.holders(0);
        v.base.mint(person, 1_000_000e18);
        vm.prank(person);
        short.deposit(1_000e18, person);
        world.pass(1 hours);
        world.refresh(1, 0.8e18);
        short.rebalance();

        uint256 most = long.maxDeposit(person);
        assertGt(most, 0, "there is room");
        vm.prank(person);
        long.deposit(most, person);
    }

    /// @notice The room was measured after the token's own rebalance had moved the skew but not the pool's cash: the pool
    /// seemed richer by what the token sold, and maxDeposit was too high whenever the pool's equity is what limits.
    function test_maxDepositThatRebalances() public {
        World world = new StandardWorld();
        Venue memory v = world.venue(0);
        ILeveragedToken long = world.listing(0).token;
        address person = world.holders(0);
        v.base.mint(person, 1_000_000e18);
        vm.prank(person);
        long.deposit(40_000e18, person);
        world.pass(1 hours);
        world.refresh(0, 0.97e18);

        uint256 most = long.maxDeposit(person);
        assertGt(most, 0, "there is room");
        vm.prank(person);
        long.deposit(most, person);
    }

    /// @notice The mint fee left the token's account before the margin of its own rebalance was checked, and the deposit
    /// came in after it: a large deposit into a small token was refused.
    function test_mintFeeLargerThanTheToken() public {
        World world = new StandardWorld();
        Venue memory v = world.venue(2);
        ILeveragedToken long = world.listing(5).token;
        address person = world.holders(0);
        v.base.mint(person, 1_000_000e6);
        vm.startPrank(person);
        long.deposit(6e6, person);
        world.pass(1 hours);
        world.refresh(2, 1.01e18);
        long.deposit(100_000e6, person);
        vm.stopPrank();
    }

    /// @notice The same with the burn fee: a token just above the least margin could not be burned.
    function test_burnFeeNearTheLeastMargin() public {
        World world = new StandardWorld();
        Venue memory v = world.venue(2);
        ILeveragedToken long = world.listing(5).token;
        address person = world.holders(0);
        v.base.mint(person, 100e6);
        vm.startPrank(person);
        uint256 shares = long.deposit(4.03e6, person);
        world.pass(12);
        world.refresh(2, 1.0005e18);
        (, int256 amount, ) = long.previewRebalance();
        assertGt(amount, 0, "the burn rebalances and thus opens");
        long.redeem((shares * 95) / 100, person, person);
        vm.stopPrank();
    }

    /// @notice The margin of maxWithdraw was smaller than what a surcharge is rounded up by: in a block with forced trades the
    /// other way it was 0, for everybody who had anything.
    function test_maxWithdrawWithSurcharge() public {
        World world = new ExtremeWorld();
        Venue memory v = world.venue(1);
        ILeveragedToken long = world.listing(2).token;
        ILeveragedToken short = world.listing(3).token;
        address[2] memory people = [world.holders(0), world.holders(1)];
        for (uint256 i = 0; i < 2; ++i) {
            v.base.mint(people[i], 1_000_000e18);
            vm.startPrank(people[i]);
            long.deposit(300e18, people[i]);
            short.deposit(300e18, people[i]);
            vm.stopPrank();
        }
        world.pass(1 hours);
        world.refresh(1, 1.2e18);
        // Buys, as a burn of the long sells.
        short.rebalance();
        for (uint256 i = 0; i < 2; ++i) _checkMaxWithdraw(i == 0 ? long : short, people[i]);
    }

    function _checkMaxWithdraw(ILeveragedToken token, address person) private {
        uint256 worth = token.previewRedeem(token.balanceOf(person));
        uint256 most = token.maxWithdraw(person);
        assertGe(most + 1e12, worth, "to a millionth of a BaseToken");
        // Less than the step is paid for with hardly more than it, where it took all live tokens.
        assertLt(token.previewWithdraw(9030), 1e12, "a withdrawal of dust");
        vm.startPrank(person);
        token.withdraw(9030, person, person);
        token.withdraw(token.maxWithdraw(person), person, person);
        vm.stopPrank();
    }
}
