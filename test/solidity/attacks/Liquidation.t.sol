// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Crisis} from "../resolution/Crisis.sol";
import {PolicyFields, Terms} from "../Terms.sol";

/// @notice Attacks on liquidation: they end with the attackers not richer.
contract LiquidationAttacks is Crisis {
    address private mallory;
    address[] private gang;

    function setUp() public override {
        super.setUp();
        mallory = person("mallory");
        gang.push(mallory);
    }

    // ---------------------------------------------------------------------------------------------- for the reward

    /// Accounts on both sides at the market's most leverage, and whichever loses is liquidated by its owner.
    function test_selfLiquidationForTheReward() public {
        for (uint256 i = 0; i < 10; ++i) {
            address one = member(i);
            trade(one, i % 2 == 0 ? int256(0.08e18) : -0.08e18, 4.2e18);
        }
        int256 before = 11 * int256(PURSE);
        move(526e18);
        liquidateAll();
        move(474e18);
        liquidateAll();
        leaveAll();
        assertLe(wealth(), before, "not richer");
    }

    /// The same with accounts that were made small afterwards, by taking out with a proportional close.
    function test_dustAccountsForTheReward() public {
        for (uint256 i = 0; i < 10; ++i) shrink(member(i), i % 2 == 0 ? int256(1) : -1);
        int256 before = 11 * int256(PURSE);
        move(526e18);
        uint256 found = liquidateAll();
        move(474e18);
        found += liquidateAll();
        assertEq(found, 10, "prepared");
        leaveAll();
        assertLe(wealth(), before, "not richer");
    }

    /// The same with tokens, which may be burnt to almost nothing.
    function test_dustTokensForTheReward() public {
        PolicyFields memory policy = Terms.daily();
        (policy.emergencyBand, policy.upperBand) = (0.1e18, 0.1e18);
        int256 before = int256(PURSE);
        for (uint256 i = 0; i < 6; ++i) {
            policy.offset = i;
            ILeveragedToken token = createToken(thin, i % 2 == 0 ? int256(9e18) : -9e18, Terms.pack(policy));
            people.push(address(token));
            vm.startPrank(mallory);
            uint256 shares = token.deposit(5e18, mallory);
            token.redeem((shares * 999) / 1000, mallory, mallory);
            vm.stopPrank();
            gang.push(address(token));
        }
        move(530e18);
        uint256 found = liquidateAll();
        move(470e18);
        found += liquidateAll();
        assertEq(found, 6, "prepared");
        close(mallory);
        assertLe(int256(dai.balanceOf(mallory)), before, "not richer");
        checkBooks();
    }

    /// Dust that is negative when its market is reckoned.
    function test_dustAccountsForTheRewardOfTheReckoning() public {
        trade(alice, 400e18, 100_000e18);
        trade(bob, 390e18, 100_000e18);
        for (uint256 i = 0; i < 10; ++i) shrink(member(i), -1);
        move(2_000e18);
        clearingHouse.settle(thin);
        vm.startPrank(mallory);
        for (uint256 i = 1; i < gang.length; ++i) {
            assertLt(value(gang[i]), 0, "prepared");
            clearingHouse.reckon(thin, gang[i]);
        }
        vm.stopPrank();
        conclude();
        close(mallory);
        assertLe(wealth(), 11 * int256(PURSE), "not richer");
        checkBooks();
    }

    // ---------------------------------------------------------------------------------------------- by the skew

    /// N at mid knows no skew: whatever is traded, who was healthy stays so.
    function testFuzz_pushingTheSkew(int256 amount, int256 second) public {
        trade(alice, 100e18, 5_600e18);
        move(470e18);
        trade(alice, 0, 2_820e18 - value(alice));
        int256 before = wealth();
        trade(mallory, bound(amount, -700e18, 600e18), 200_000e18);
        refuse(alice);
        second = -position(mallory) + bound(second, -700e18, 600e18);
        if (second != 0) trade(mallory, second, 0);
        refuse(alice);
        leaveAll();
        refuse(alice);
        assertLe(wealth(), before, "not richer");
        checkBooks();
    }

    // ---------------------------------------------------------------------------------------------- standing around

    /// As a trader before and after liquidations in their block, and as the pool's only provider too: no better than
    /// without having traded, though a push makes them close more.
    function testFuzz_sandwich(int256 first, bool long, bool liquidates) public {
        trade(alice, long ? int256(150e18) : -150e18, 9_000e18);
        trade(bob, long ? int256(100e18) : -100e18, 5_700e18);
        move(long ? 469e18 : 531e18);
        clearingHouse.syncNow(thin, false);

        uint256 state = vm.snapshotState();
        int256 start = wealth();
        int256 pooled = equity();
        attack(liquidates);
        int256 idleTrader = wealth() - start;
        int256 idleBoth = idleTrader + equity() - pooled;
        vm.revertToState(state);

        first = bound(first, -500e18, 500e18);
        if (first != 0) trade(mallory, first, 100_000e18);
        attack(liquidates);
        leaveAll();
        int256 gained = wealth() - start;
        assertLe(gained, idleTrader + 2, "not richer as a trader");
        // protocolFees are counted in steps of 1e-8, and what is less than one stays in the pool.
        assertLe(gained + equity() - pooled, idleBoth + 2e10, "nor as the only provider");
        checkBooks();
    }

    function attack(bool self) private {
        address[2] memory victims = [alice, bob];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(self ? mallory : keeper);
            clearingHouse.liquidate(thin, victims[i]);
        }
    }

    // -------------------------------------------------------------------------------------------------- steps

    function member(uint256 i) private returns (address one) {
        one = person(string.concat("gang", vm.toString(i)));
        gang.push(one);
    }

    /// @dev Opens the least at the most leverage and takes out all but an eighthundredth, leverage unchanged.
    function shrink(address one, int256 side) private {
        trade(one, side * 0.08e18, 4.1e18);
        int256 kept = value(one) / 400;
        int256 amount = -side * 0.0798e18;
        (, Quote memory q) = clearingHouse.previewTrade(thin, one, order(amount, 0));
        int256 worth = Margin.valueFloor(q.position, q.cash, q.market.positionPrice());
        trade(one, amount, -(worth - kept - 1e6));
        assertLt(value(one), 0.02e18, "dust");
    }

    /// @dev By mallory, who collects the rewards.
    function liquidateAll() private returns (uint256 found) {
        for (uint256 i = 1; i < gang.length; ++i) {
            vm.prank(mallory);
            // solhint-disable-next-line no-empty-blocks
            try clearingHouse.liquidate(thin, gang[i]) {
                ++found;
            } catch (bytes memory reason) {
                bytes4 selector = IClearingHouse.ClearingHouse_NotLiquidatable.selector;
                assertTrue(bytes4(reason) == selector, "refused by name");
            }
        }
        checkBooks();
    }

    function leaveAll() private {
        for (uint256 i = 0; i < gang.length; ++i) {
            if (position(gang[i]) != 0 || cash(gang[i]) != 0) close(gang[i]);
        }
    }

    /// @dev What the gang has in its purses and accounts, at mid.
    function wealth() private view returns (int256 sum) {
        for (uint256 i = 0; i < gang.length; ++i) sum += int256(dai.balanceOf(gang[i])) + value(gang[i]);
    }

    function refuse(address who) private {
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotLiquidatable.selector);
        clearingHouse.liquidate(thin, who);
    }
}
