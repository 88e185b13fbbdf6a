// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Scene} from "../Scene.sol";
import {PolicyFields, Terms} from "../Terms.sol";

/// @notice The most that a first mint may bring, where the room that is left carries about the least margin: what the limit tells is
/// taken, or it tells nothing. It looked at what fills the room, of which a mint fee and rounding come off.
contract FirstMintOfTheLeastTest is Scene {
    /// @dev At 2x, `room` units of 500 carry a margin of 250 times as much; the least is 4 DAI, and the mint fee 1 %.
    function _checkMost(uint256 room) private returns (uint256 most) {
        openMarket(Terms.standardPricing(), Terms.standardRisk(18), 0.0005e18, 1_000_000);
        PolicyFields memory fields = Terms.continuous();
        fields.mintFee = 0.01e18;
        ILeveragedToken token = openToken(2e18, fields);
        fund(carol, 200_000 * one);
        fund(bob, 10 * one);
        // All that may be long, but for the room.
        trade(carol, 900e18, int256(100_000 * one));
        for (int256 rest = 101e18; rest > 1e8;) {
            if (!tryTrade(carol, rest, 0)) rest /= 2;
        }
        trade(carol, -int256(room), 0);
        most = token.maxDeposit(bob);
        if (most == 0) return 0;
        vm.prank(bob);
        assertGt(token.deposit(most, bob), uint256(0), "what is told is taken");
    }

    function test_ofWhichTheFeeLeavesTooLittle() public {
        assertEq(_checkMost(0.01608e18), uint256(0), "nothing is told");
    }

    function test_ofWhichTheFeeLeavesEnough() public {
        assertGt(_checkMost(0.0164e18), uint256(4e18), "something is told");
    }
}
