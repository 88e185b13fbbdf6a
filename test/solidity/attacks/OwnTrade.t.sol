// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice A provider who pays the premium of his own trade into the pool, of which he owns nearly all, and takes it out
/// again as income. E, what closing the skew would pay back, is no part of the pool's equity.
contract OwnTradeTest is Attack {
    function testFuzz_harvestingOnesOwnPremium(int256 size, uint256 stake, bool joinsAfter) public {
        int256 amount = bound(size, -790e18, 790e18);
        if (amount == 0) return;
        uint256 assets = bound(stake, 1e18, 9_000_000e18);
        int256 before = wealth(mallory) + wealth(accomplice);
        int256 others =
            (equity() * int256(ethDaiPool.balanceOf(address(this)))) / int256(ethDaiPool.totalSupply());

        if (!joinsAfter) join(ethDaiPool, mallory, assets);
        if (equity() / 2 < (amount < 0 ? -amount : amount) * 500) return;
        trade(accomplice, amount, 200_000e18);
        if (joinsAfter) join(ethDaiPool, mallory, assets);
        close(accomplice);

        assertLe(wealth(mallory) + wealth(accomplice), before, "the attacker is not richer");
        int256 then =
            (equity() * int256(ethDaiPool.balanceOf(address(this)))) / int256(ethDaiPool.totalSupply());
        assertGe(then + 1, others, "other providers are not poorer");
    }
}
