// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Count, MarketLife} from "./MarketLife.sol";

/// @notice Whole lives of markets, with the rules checked after every step.
contract MarketLifeTest is MarketLife {
    uint256 private constant LIVES = 40;

    /// hardhat-config: fuzz.runs = 32
    function testFuzz_life(uint256 seed) public {
        Count memory count;
        live(seed, 60, count);
    }

    /// The same lives each time, long ones: everything that can happen does, and a fair share of them ends insolvent.
    function test_lives() public {
        Count memory count;
        uint256 state = vm.snapshotState();
        for (uint256 seed = 0; seed < LIVES; ++seed) {
            // A frame of its own, whose memory is free again afterwards.
            count = this.life(seed, count);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
        string memory all = told(count);
        assertGt(count.opened, LIVES, string.concat("opened", all));
        assertGt(count.left, LIVES, string.concat("left", all));
        assertGt(count.liquidated, LIVES, string.concat("liquidated", all));
        assertGt(count.shortfalls, LIVES / 4, string.concat("shortfalls", all));
        assertGt(count.deleveraged, LIVES / 10, string.concat("deleveraged", all));
        assertGt(count.minted, LIVES / 2, string.concat("minted", all));
        assertGt(count.burnt, LIVES / 4, string.concat("burnt", all));
        assertGt(count.rebalanced, LIVES / 4, string.concat("rebalanced", all));
        assertGt(count.joined, LIVES / 2, string.concat("joined", all));
        assertGt(count.distrusted, LIVES / 4, string.concat("distrusted", all));
        assertGt(count.revived, LIVES / 4, string.concat("revived", all));
        assertGt(count.insolvent, LIVES / 5, string.concat("insolvent", all));
        assertGt(count.dead, LIVES / 5, string.concat("dead", all));
        assertGt(count.shared, LIVES / 10, string.concat("ended by a share", all));
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
