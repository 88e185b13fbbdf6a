// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {Scene} from "../Scene.sol";
import {Pricing, Risk, Terms} from "../Terms.sol";

/// @notice How large an account's cash can get. One round, from the lowest price to the highest with both sides full, wins 2.9e36 of what
/// another account loses. Who lost keeps a wei of its position, so that nobody books a shortfall, and the pool stays solvent: the
/// next round begins at the lowest price again, with another loser. After eight rounds c would not fit into its field any more.
contract AccountWidthTest is Scene {
    int256 private constant SIZE = 2.9e28;
    int256 private constant MAX_CASH = 3 * 2 ** 122;

    address[] private losers;

    function _round() private {
        address loser = actor(string.concat("loser", vm.toString(losers.length)));
        losers.push(loser);
        fund(loser, 20_000e18);
        pass(1 hours, 1e12);
        trade(alice, SIZE, losers.length == 1 ? int256(10_000e18) : int256(0));
        trade(loser, -SIZE, 10_000e18);
        pass(1 hours, 1e26);
        trade(loser, SIZE - 1, 0);
    }

    function _checkBooks() private view {
        int256 sum = clearingHouse.account(id, alice).cash();
        for (uint256 i = 0; i < losers.length; ++i) sum += clearingHouse.account(id, losers[i]).cash();
        Market memory m = marketNow();
        assertEq(sum + m.poolCash + int256(m.protocolFees), int256(m.held), "custody");
    }

    function test_cashOfManyRounds() public {
        Pricing memory pricing = Terms.standardPricing();
        Risk memory risk = Terms.standardRisk(18);
        (pricing.depth, pricing.tradeFee, pricing.fundingVelocity) = (5e33, 1e6, 0);
        risk.skewCap = 6e12;
        openMarket(pricing, risk, 0, 1_000_000);
        fund(alice, 20_000e18);
        for (uint256 i = 0; i < 5; ++i) {
            _round();
            trade(alice, -SIZE, 0);
            _checkBooks();
        }
        int256 cash = clearingHouse.account(id, alice).cash();
        assertGt(cash, MAX_CASH - SIZE * 1e8, "the next round is one too many");
        _round();
        vm.prank(alice);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_CashOutOfRange.selector);
        clearingHouse.trade(params, order(-SIZE, 0));
        // Nothing is lost: she closes what fits, and keeps the rest.
        trade(alice, -SIZE / 10, 0);
        assertGt(clearingHouse.account(id, alice).cash(), -MAX_CASH, "less than all");
        _checkBooks();
    }
}
