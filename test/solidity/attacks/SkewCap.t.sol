// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Attack} from "./Attack.sol";

/// @notice The skew driven to its cap and back, to move what others' tokens are worth, or to leave with their premium.
contract SkewCapTest is Attack {
    function test_drivingTheSkewToTheCapAndBack() public {
        deposit(long5EthDai, alice, 10_000e18);
        int256 worth = perToken(long5EthDai);
        int256 pool = equity();
        int256 before = wealth(mallory) + wealth(accomplice);
        int256 room = 800e18 - clearingHouse.quote(ethDai, address(long5EthDai)).position;
        for (uint256 i = 0; i < 10; ++i) {
            trade(mallory, room, 500_000e18);
            vm.prank(accomplice);
            vm.expectPartialRevert(IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector);
            clearingHouse.trade(ethDai, Order(1, 10e18, type(uint256).max, ANY_TIME));
            trade(accomplice, -800e18, 500_000e18);
            close(mallory);
            close(accomplice);
        }

        assertLe(wealth(mallory) + wealth(accomplice), before, "the attacker is not richer");
        assertGe(perToken(long5EthDai), worth, "holders are not poorer");
        assertGe(equity(), pool, "the pool is not poorer");
    }
}
