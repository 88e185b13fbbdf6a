// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Scene} from "../Scene.sol";
import {Terms} from "../Terms.sol";

/// @notice Being paid for one scheduled rebalance again and again. In a market whose long side is full nobody can complete a daily token's
/// opening. Who has a position beside it closes a little less than what is due, has that much rebalanced for nearly the whole
/// reward, and leaves the rest: the slot stays due, a window later all of the reward has come back, and it has grown with the time overdue.
contract ScheduledPartsTest is Scene {
    ILeveragedToken private token;

    function setUp() public {
        openMarket(Terms.standardPricing(), Terms.standardRisk(18), 0.0005e18, 100_000_000);
        token = openToken(3e18, Terms.daily());
        admit(base, address(token));
        address[4] memory people = [alice, bob, carol, dave];
        for (uint256 i = 0; i < 4; ++i) fund(people[i], 10_000_000e18);
        vm.prank(alice);
        token.deposit(200_000e18, alice);
        // Both sides are full: no funding. bob has a small part of the longs.
        trade(dave, -40_000e18, 5_000_000e18);
        trade(bob, 400e18, 100_000e18);
        trade(carol, 40_000e18 - int256(marketNow().longs), 5_000_000e18);
        uint256 now_ = vm.getBlockTimestamp();
        skip(1 days - ((now_ - 2 minutes) % 1 days));
    }

    /// @dev What a rebalance would do if there were room.
    function whole() private returns (int256 due) {
        uint256 snapshot = vm.snapshotState();
        trade(bob, -100e18, 0);
        (, due, ) = token.previewRebalance();
        vm.revertToState(snapshot);
    }

    /// @dev Leaves room for most of what is due. Says what bob is paid.
    function part() private returns (uint256 paid) {
        int256 due = whole();
        trade(bob, -(due * 98) / 100, 0);
        vm.prank(bob);
        (, paid) = token.rebalance();
    }

    /// @dev A price that rises each hour by `rise`, and a part of what is due in each hour.
    /// @return paid In all.
    function run(uint256 rise, uint256 times) private returns (uint256 paid) {
        uint256 price = 505e18;
        setPrice(price);
        for (uint256 i = 0; i < times; ++i) {
            if (i != 0) {
                price += (price * rise) / WAD;
                pass(1 hours, price);
            }
            (, int256 possible, ) = token.previewRebalance();
            assertEq(possible, int256(0), "nobody else can do anything");
            paid += part();
        }
    }

    /// @dev A reward of 0.5 DAI, and 10 DAI more a day: 124 DAI were paid before the next slot began.
    function test_oneRewardInASlot() public {
        uint256 paid = run(0.002e18, 24);
        assertLe(paid, 10.5e18, "all of a slot");
        assertGt(paid, 0.5e18, "and its parts were paid");
    }

    /// @dev In ten days 11,832 DAI were paid, 5.9 % of what holders had.
    function test_oneRewardInEachSlot() public {
        uint256 paid = run(0.0003e18, 240);
        uint256 most;
        for (uint256 i = 1; i <= 10; ++i) most += 0.5e18 + i * 10e18;
        assertLe(paid, most, "one for each slot, as late as it ends");
        assertGt(paid, 10 * 0.5e18, "and each slot's parts were paid");
    }
}
