// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice Trading at two prices in one block: a price that arrives after the first use is not used before the next block.
contract TwoPricesTest is Attack {
    function testFuzz_twoPricesInOneBlock(uint256 first, uint256 second, int256 size) public {
        int256 amount = bound(size, -700e18, 700e18);
        if (amount == 0) return;
        tick(500, 12);
        feed.set(int256(bound(first, 480e8, 520e8)));
        int256 before = wealth(mallory);
        int256 pool = equity();
        trade(mallory, amount, 200_000e18);
        feed.set(int256(bound(second, 250e8, 1000e8)));
        close(mallory);

        assertLe(wealth(mallory), before, "the attacker is not richer");
        assertGe(equity(), pool, "the pool is not poorer");
    }

    function testFuzz_mintAndBurnAtTwoPrices(uint256 second, uint256 assets) public {
        tick(500, 12);
        deposit(long5EthDai, alice, 10_000e18);
        int256 worth = perToken(long5EthDai);
        uint256 before = dai.balanceOf(mallory);
        deposit(long5EthDai, mallory, bound(assets, 1e18, 40_000e18));
        feed.set(int256(bound(second, 250e8, 1000e8)));
        redeem(long5EthDai, mallory);

        assertLe(dai.balanceOf(mallory), before, "the attacker is not richer");
        assertGe(perToken(long5EthDai) + 1, worth, "holders are not poorer");
    }
}
