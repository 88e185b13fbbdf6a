// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ruin} from "./Ruin.sol";

contract OrderIndependenceTest is Ruin {
    uint256 private constant ORDERS = 100;

    /// An insolvent market pays everybody the same in whatever order they come: accounts, and tokens by their holders.
    function test_insolventMarket() public {
        uint256 share = ruin();
        assertTrue(share > 0 && share < 1e18, "insolvent");
        check();
    }

    /// So does a market whose source died, where all is paid in full.
    function test_deadMarket() public {
        settleDead();
        clearingHouse.reckon(thin, bob);
        conclude();
        check();
    }

    function check() private {
        // Four accounts and the holders of two tokens.
        uint256[6] memory first = payOut(uint256(0));
        uint256 total;
        for (uint256 i = 0; i < 6; ++i) total += first[i];
        assertGt(total, 100_000e18, "something is paid");
        for (uint256 seed = 1; seed <= ORDERS; ++seed) {
            uint256[6] memory paid = payOut(seed);
            for (uint256 i = 0; i < 6; ++i) assertEq(paid[i], first[i], "the same in any order");
        }
    }

    function payOut(uint256 seed) private returns (uint256[6] memory paid) {
        uint256 state = vm.snapshotState();
        uint256[6] memory turns = shuffled(seed);
        for (uint256 i = 0; i < 6; ++i) {
            uint256 turn = turns[i];
            if (turn == 0) paid[0] = close(alice);
            else if (turn == 1) paid[1] = cash(bob) == 0 && position(bob) == 0 ? 0 : close(bob);
            else if (turn == 2) paid[2] = close(carol);
            else if (turn == 3) paid[3] = cash(keeper) == 0 ? 0 : close(keeper);
            else if (turn == 4) paid[4] = burn(long5, dave);
            else paid[5] = burn(short3, erin);
        }
        checkBooks();
        vm.revertToState(state);
    }

    function shuffled(uint256 seed) private pure returns (uint256[6] memory turns) {
        for (uint256 i = 0; i < 6; ++i) turns[i] = i;
        if (seed == 0) return turns;
        for (uint256 i = 5; i > 0; --i) {
            uint256 j = uint256(keccak256(abi.encode(seed, i))) % (i + 1);
            (turns[i], turns[j]) = (turns[j], turns[i]);
        }
    }
}
