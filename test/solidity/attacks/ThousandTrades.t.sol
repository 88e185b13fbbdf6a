// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice A thousand trades of one wei, each of which might round in the maker's favour.
contract ThousandTradesTest is Attack {
    function test_aThousandTradesOfOneWei() public {
        trade(alice, 123.456789e18 + 7, 50_000e18);
        tick(499, 1 hours);
        int256 pool = equity();
        int256 before = wealth(mallory);
        trade(mallory, 0, 10e18);
        for (uint256 i = 0; i < 500; ++i) {
            this.thereAndBack();
        }
        close(mallory);

        assertLe(wealth(mallory), before, "the attacker is not richer");
        assertGe(equity() + 1, pool, "the pool is not poorer");
    }

    /// @notice External, so that its memory is freed.
    function thereAndBack() external {
        trade(mallory, 1, 0);
        trade(mallory, -1, 0);
    }
}
