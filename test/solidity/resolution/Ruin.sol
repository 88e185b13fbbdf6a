// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Terms} from "../Terms.sol";
import {Crisis} from "./Crisis.sol";

/// @notice A market with longs and shorts, with a long and a short token, and what ends it. At 2,400 its pool is
/// insolvent, bob and the short token are far below zero, and longs are owed more than there is.
abstract contract Ruin is Crisis {
    ILeveragedToken internal long5;
    ILeveragedToken internal short3;
    address internal dave;
    address internal erin;

    function setUp() public virtual override {
        super.setUp();
        (dave, erin) = (person("dave"), person("erin"));
        long5 = createToken(thin, 5e18, Terms.pack(Terms.continuous()));
        short3 = createToken(thin, -3e18, Terms.pack(Terms.daily()));
        people.push(address(long5));
        people.push(address(short3));
        trade(alice, 400e18, 100_000e18);
        trade(bob, -150e18, 40_000e18);
        trade(carol, 250e18, 70_000e18);
        vm.prank(dave);
        long5.deposit(10_000e18, dave);
        vm.prank(erin);
        short3.deposit(5_000e18, erin);
    }

    /// @notice Insolvent, settled, all that owe something found, and concluded.
    function ruin() internal returns (uint256 share) {
        move(2_400e18);
        clearingHouse.settle(thin);
        reckonAll();
        return conclude();
    }

    /// @notice Finds what is negative at 2,400.
    function reckonAll() internal {
        vm.startPrank(keeper);
        clearingHouse.reckon(thin, bob);
        clearingHouse.reckon(thin, address(short3));
        vm.stopPrank();
    }

    /// @notice Burns all that somebody has.
    function burn(ILeveragedToken token, address who) internal returns (uint256) {
        uint256 shares = token.balanceOf(who);
        vm.prank(who);
        return token.redeem(shares, who, who);
    }
}
