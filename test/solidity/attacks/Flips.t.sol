// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice Going through zero again and again: each flip is a close and an opening in one, and pays for both.
contract FlipsTest is Attack {
    function testFuzz_flips(int256[6] memory sizes, int256 others) public {
        int256 skew = bound(others, -200e18, 200e18);
        if (skew != 0) trade(alice, skew, 50_000e18);
        int256 before = wealth(mallory);
        int256 pool = equity();
        trade(mallory, 0, 200_000e18);
        int256 position;
        for (uint256 i = 0; i < 6; ++i) {
            int256 size = bound(sizes[i], 1, 400e18);
            int256 target = i % 2 == 0 ? size : -size;
            trade(mallory, target - position, 0);
            position = target;
        }
        close(mallory);

        assertLe(wealth(mallory), before, "the attacker is not richer");
        assertGe(equity(), pool, "the pool is not poorer");
    }
}
