// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice Everybody on one side closes, so that the other side is the whole skew: each may, the skew stays within its
/// bound, and whoever holds both sides has gained nothing.
contract OneSideTest is Attack {
    function testFuzz_everyoneClosesOneSide(uint256 size, uint256 pause) public {
        int256 amount = int256(bound(size, 1e18, 795e18));
        int256 before = wealth(mallory) + wealth(accomplice);
        int256 pool = equity();
        trade(mallory, amount / 2, 200_000e18);
        trade(accomplice, -amount, 400_000e18);
        trade(mallory, amount - amount / 2, 200_000e18);
        tick(500, bound(pause, 1, 12 hours));
        close(mallory);
        int256 skew = clearingHouse.market(ethDai.toId()).shorts == 0 ? int256(0) : -amount;
        assertEq(clearingHouse.quote(ethDai, address(0)).market.skew(), skew, "one side is left");
        assertLe(uint256(-skew), 800e18, "|s| <= sigma K");
        close(accomplice);

        assertLe(wealth(mallory) + wealth(accomplice), before, "the attacker is not richer");
        assertGe(equity(), pool, "the pool is not poorer");
    }
}
