// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Count, MarketLife} from "./MarketLife.sol";

/// @notice Whole lives of markets, with the rules checked after every step.
contract MarketLifeTest is MarketLife {
    /// Other lives, as many more as FUZZ_RUNS says.
    function testFuzz_life(uint256 seed) public {
        // A life is a thousand calls, so that of the runs one in eight is one.
        if (seed % 8 != 0) return;
        Count memory count;
        live(seed, 60, count);
    }

    /// The same lives each time, long ones: everything that can happen does, and a fair share of them ends insolvent.
    function test_lives() public {
        uint256 lives = vm.envOr("LIVES", uint256(40));
        Count memory count;
        uint256 state = vm.snapshotState();
        for (uint256 seed = 0; seed < lives; ++seed) {
            // A frame of its own, whose memory is free again afterwards.
            count = this.life(seed, count);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
        string memory all = told(count);
        assertGt(count.opened, lives, string.concat("opened", all));
        assertGt(count.left, lives, string.concat("left", all));
        assertGt(count.liquidated, lives, string.concat("liquidated", all));
        assertGt(count.shortfalls, lives / 4, string.concat("shortfalls", all));
        assertGt(count.deleveraged, lives / 10, string.concat("deleveraged", all));
        assertGt(count.minted, lives / 2, string.concat("minted", all));
        assertGt(count.burnt, lives / 4, string.concat("burnt", all));
        assertGt(count.rebalanced, lives / 4, string.concat("rebalanced", all));
        assertGt(count.joined, lives / 2, string.concat("joined", all));
        assertGt(count.distrusted, lives / 4, string.concat("distrusted", all));
        assertGt(count.revived, lives / 4, string.concat("revived", all));
        assertGt(count.insolvent, lives / 5, string.concat("insolvent", all));
        assertGt(count.dead, lives / 5, string.concat("dead", all));
        assertGt(count.shared, lives / 10, string.concat("ended by a share", all));
    }

    /// @notice One life; called by this contract alone.
    function life(uint256 seed, Count memory count) external returns (Count memory) {
        live(seed, 100, count);
        return count;
    }

    /// @dev All of them in order, for the message of a failure.
    function told(Count memory c) private pure returns (string memory text) {
        uint256[14] memory all = [
            c.opened,
            c.liquidated,
            c.shortfalls,
            c.deleveraged,
            c.minted,
            c.burnt,
            c.rebalanced,
            c.joined,
            c.left,
            c.distrusted,
            c.revived,
            c.insolvent,
            c.dead,
            c.shared
        ];
        for (uint256 i = 0; i < 14; ++i) text = string.concat(text, " ", vm.toString(all[i]));
    }
}
