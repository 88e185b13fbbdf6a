// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Suite} from "./Suite.sol";
import {ExtremeWorld, StandardWorld} from "./World.sol";

/// @notice Two markets in DAI and one in USDC, with terms that a deployer would choose.
contract StandardBooksTest is Suite {
    function setUp() public {
        start(new StandardWorld());
    }

    /// hardhat-config: invariant.failOnRevert = true
    function invariant_books() public {
        world.check();
    }

    function test_everyHandlerDoesItsWork() public {
        walk(2500, 3);
        assertAllCounted();
    }
}

/// @notice The same with terms at the ends of what Admission lets pass.
contract ExtremeBooksTest is Suite {
    function setUp() public {
        start(new ExtremeWorld());
    }

    /// hardhat-config: invariant.failOnRevert = true
    function invariant_books() public {
        world.check();
    }

    function test_everyHandlerDoesItsWork() public {
        walk(1500, 2);
        assertAllCounted();
    }
}
