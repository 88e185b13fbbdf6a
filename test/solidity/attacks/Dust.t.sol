// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Attack} from "./Attack.sol";

/// @notice Positions of a few wei, left behind where nobody is paid enough to close them, and rounding gained on them.
contract DustTest is Attack {
    function testFuzz_dustCannotBeLeftWithoutMargin(uint256 size) public {
        int256 amount = int256(bound(size, 1, 1e9));
        int256 before = wealth(mallory);
        vm.prank(mallory);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        clearingHouse.trade(ethDai, Order(amount, 3.99e18, type(uint256).max, ANY_TIME));
        trade(mallory, amount, 5e18);
        vm.prank(mallory);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        clearingHouse.trade(ethDai, Order(0, -2e18, 0, ANY_TIME));
        close(mallory);

        assertLe(wealth(mallory), before, "the attacker is not richer");
    }

    function testFuzz_dustOfTokens(uint256 shares) public {
        deposit(long5EthDai, alice, 1_000e18);
        int256 worth = perToken(long5EthDai);
        uint256 before = dai.balanceOf(mallory);
        shares = bound(shares, 1, 1000);
        vm.startPrank(mallory);
        for (uint256 i = 0; i < 20; ++i) {
            long5EthDai.mint(shares, mallory);
            long5EthDai.redeem(shares, mallory, mallory);
        }
        vm.stopPrank();

        assertLe(dai.balanceOf(mallory), before, "the attacker is not richer");
        assertGe(perToken(long5EthDai) + 1, worth, "holders are not poorer");
    }
}
