// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Attack} from "./Attack.sol";

/// @notice Two accounts of one person: one moves the skew so that the other would leave above mid, takes its margin out
/// on that, and abandons it. Payments are measured at the lower of mid and exit value.
contract ExitValueTest is Attack {
    function testFuzz_robbingThePoolAtExitValue(uint256 size, uint256 push) public {
        int256 q = int256(bound(size, 1e18, 300e18));
        int256 p = int256(bound(push, 1e18, 480e18));
        int256 before = wealth(mallory) + wealth(accomplice);
        int256 pool = equity();

        int256 margin = q * 100;
        trade(mallory, q, margin);
        trade(accomplice, p, 100_000e18);
        // All that may be taken at mid, to the wei; a wei more is refused, whatever the exit is worth.
        int256 free = value(mallory) - int256((uint256(q) * 500) / 10);
        vm.prank(mallory);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        clearingHouse.trade(ethDai, Order(0, -(free + 1), 0, ANY_TIME));
        close(accomplice);
        close(mallory);

        assertLe(wealth(mallory) + wealth(accomplice), before, "the attacker is not richer");
        assertGe(equity(), pool, "the pool is not poorer");
    }
}
