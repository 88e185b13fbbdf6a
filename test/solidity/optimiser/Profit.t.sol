// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {NEVER} from "../../../contracts/types/Policy.sol";
import {PolicyFields, Pricing, Risk, Terms} from "../Terms.sol";
import {Maker} from "./Maker.sol";
import {Action} from "./Optimiser.sol";

/// @notice Rule 4 of the design: within one block no sequence of calls profits someone who started and ended flat, by more
/// than the posted rewards for work that was due when the block began. Each scene is a block with something to be had;
/// the optimiser looks for who gets it.
contract ProfitTest is Maker {
    function search(uint256 seed) private {
        begin();
        int256 most = climb(seed, vm.envOr("OPTIMISER_PLANS", uint256(5_000)));
        assertNoProfit(most);
    }

    /// @dev Fees are what hides a profit: with next to none, every one shows. No budget either, as it is made of the fee.
    function freeMarket() private {
        Pricing memory pricing = Terms.standardPricing();
        (pricing.tradeFee, pricing.protocolShare) = (1e6, 0);
        openMarket(pricing, Terms.standardRisk(18), 0, 20_000_000);
    }

    function standardMarket() private {
        openMarket(Terms.standardPricing(), Terms.standardRisk(18), 0.0005e18, 20_000_000);
    }

    /// @dev Alice holds each of the tokens, and the market leans.
    function populate(int256[3] memory leverages, PolicyFields[3] memory fields, int256 lean) private {
        for (uint256 i = 0; i < 2; ++i) fund(i == 0 ? alice : carol, 1e9 * one);
        if (lean != 0) trade(carol, lean, int256(10_000_000 * one));
        for (uint256 i = 0; i < 3; ++i) {
            tokens[i] = openToken(leverages[i], fields[i]);
            vm.prank(alice);
            tokens[i].deposit(200_000 * one, alice);
        }
    }

    /// @dev Bob is the pool, but for a millionth, and has asked to leave with half of it.
    function bobIsThePool() private {
        uint256 all = pool.balanceOf(address(this));
        pool.transfer(bob, all);
        vm.prank(bob);
        pool.requestRedeem(all / 2);
    }

    /// @dev A token that pays the highest reward within the least bands that may bring it, both ways, and whose mints never rebalance.
    function generous() private pure returns (PolicyFields memory fields) {
        fields = Terms.continuous();
        (fields.upperBand, fields.lowerBand, fields.mintBurnBand) = (0.01e18, 0.01e18, NEVER);
        (fields.rewardBase, fields.rewardCap) = (1_000e18, 0.01e18);
    }

    /// @dev A token that rebalances at any distance, both ways, for nothing, and whose mints never do.
    function eager() private pure returns (PolicyFields memory fields) {
        fields = generous();
        (fields.upperBand, fields.lowerBand, fields.rewardCap) = (0, 0, 0);
    }

    function policies() private pure returns (PolicyFields[3] memory) {
        return [Terms.continuous(), Terms.daily(), generous()];
    }

    // ---------------------------------------------------------------------------------------------- SCENES

    function test_emergencyWithoutFees() public {
        freeMarket();
        populate([int256(5e18), -3e18, 2e18], policies(), 2_000e18);
        pass(2 days, 445e18);
        search(1);
    }

    function test_emergencyWithoutFees_asThePool() public {
        freeMarket();
        bobIsThePool();
        populate([int256(5e18), -3e18, 2e18], policies(), -4_000e18);
        pass(2 days, 445e18);
        search(2);
    }

    function test_shortEmergencyWithoutFees_asThePool() public {
        freeMarket();
        bobIsThePool();
        populate([int256(-5e18), -3e18, 3e18], policies(), -3_000e18);
        pass(2 days, 555e18);
        search(3);
    }

    function test_liquidationWithoutFees_asThePool() public {
        freeMarket();
        bobIsThePool();
        populate([int256(2e18), -3e18, 3e18], policies(), 0);
        trade(victim, 4_000e18, int256(250_000 * one));
        pass(2 days, 455e18);
        search(4);
    }

    /// @dev Nothing of what he pays goes to anybody else, but what the rules send to the protocol.
    function thePoolAlone() private {
        Pricing memory pricing = Terms.standardPricing();
        (pricing.depth, pricing.protocolShare) = (200_000e18, 0);
        openMarket(pricing, Terms.standardRisk(18), 0, 20_000_000);
        bobIsThePool();
    }

    function test_offTarget_asThePoolAlone() public {
        thePoolAlone();
        populate([int256(5e18), -3e18, 2e18], policies(), -3_000e18);
        pass(2 days, 480e18);
        search(13);
    }

    function test_liquidation_asThePoolAlone() public {
        thePoolAlone();
        populate([int256(2e18), -3e18, 3e18], policies(), 0);
        trade(victim, 3_000e18, int256(170_000 * one));
        pass(2 days, 470e18);
        search(14);
    }

    function test_offTargetWithFees() public {
        standardMarket();
        populate([int256(5e18), -3e18, 2e18], policies(), 8_000e18);
        pass(2 days, 520e18);
        search(5);
    }

    function test_offTargetWithFees_asThePool() public {
        standardMarket();
        bobIsThePool();
        populate([int256(5e18), -3e18, 2e18], policies(), -8_000e18);
        pass(2 days, 480e18);
        search(6);
    }

    function test_emergencyWithFees_asThePool() public {
        standardMarket();
        bobIsThePool();
        populate([int256(5e18), -3e18, 3e18], policies(), -8_000e18);
        pass(2 days, 440e18);
        search(7);
    }

    /// @dev A token of bob's own, far above its leverage but nearly empty: what rebalances is forced, and not surcharged.
    function ownToken(PolicyFields memory fields) private {
        standardMarket();
        populate([int256(5e18), -3e18, 5e18], [Terms.continuous(), Terms.daily(), fields], 2_000e18);
        vm.startPrank(alice);
        tokens[2].redeem(tokens[2].balanceOf(alice) - 20e18, alice, alice);
        vm.stopPrank();
        pass(2 days, 440e18);
    }

    function test_ownTokenBesideAnEmergency() public {
        ownToken(generous());
        search(8);
    }

    function test_ownTokenOfAnyDistanceBesideAnEmergency() public {
        ownToken(eager());
        search(15);
    }

    /// @dev What 100,000 plans of the scene before found, while a token without bands could pay a reward: the rounding of a mint against
    /// a forced trade brought a second one. It still makes a token without bands rebalance, for nothing.
    function test_whatAMintIsRoundedByEarnsNothing() public {
        for (uint256 i = 0; i < 2; ++i) {
            ownToken(i == 0 ? generous() : eager());
            begin();
            Action[] memory plan = new Action[](4);
            plan[0] = Action(14, 0);
            plan[1] = Action(8, 26423499701767314);
            plan[2] = Action(11, 288230880363685584);
            plan[3] = Action(14, 0);
            assertLe(score(plan), 100, "more than the posted reward");
        }
    }

    function test_mintsThatEarn() public {
        standardMarket();
        populate([int256(5e18), -3e18, 2e18], policies(), -15_000e18);
        pass(2 days, 500e18);
        search(9);
    }

    /// @dev Token 1 has its daily rebalance due, and must buy more than the market still lets anybody open: whoever opens and
    /// closes decides how much of it is done at a time.
    function nearlyFull() private {
        standardMarket();
        PolicyFields memory daily = Terms.daily();
        (daily.rewardBase, daily.rewardCap) = (1_000e18, 0.01e18);
        populate([int256(-3e18), 3e18, 2e18], [Terms.continuous(), daily, Terms.continuous()], 0);
        pass(2 days, 525e18);
        // Both sides, as a rebalance would not follow the skew so far from mid.
        trade(alice, -15_000e18, int256(5_000_000 * one));
        uint256 room = lens.market(params).longRoom;
        trade(carol, int256(room - 45e18), int256(5_000_000 * one));
        skip(12);
    }

    function test_marketNearlyFull() public {
        nearlyFull();
        search(11);
    }

    /// @dev Each part of a rebalance was paid as the part of what was left to do, so that halves of halves, made by opening
    /// and closing beside them, earned a whole reward every two.
    function test_partsOfARebalanceEarnNoMoreThanAllOfIt() public {
        nearlyFull();
        begin();
        Action[] memory plan = new Action[](10);
        // Room for half of what is due; then, each time, for half of what is left.
        plan[0] = Action(0, 12e18);
        plan[1] = Action(13, 0);
        for (uint256 i = 2; i < 10; i += 2) {
            plan[i] = Action(1, 6e18 >> ((i - 2) / 2));
            plan[i + 1] = Action(13, 0);
        }
        assertLe(score(plan), 100, "more than the posted reward");
    }

    /// @dev That there is something to find, and that it is found: the reward itself, when it isn't taken off.
    function test_findsTheRewardThatIsThere() public {
        nearlyFull();
        fund(bob, LOAN * one);
        fund(erin, LOAN * one);
        assertGt(climb(12, 200), 500e18, "the reward");
    }

    // ---------------------------------------------------------------------------------------------- BLOCKS

    /// @dev Over several blocks of one price, within one window of the budget, for somebody without pool shares.
    function test_window_aroundBudgetedRebalances() public {
        withBlocks = true;
        Pricing memory pricing = Terms.standardPricing();
        pricing.fundingVelocity = 0;
        Risk memory risk = Terms.standardRisk(18);
        openMarket(pricing, risk, 0, 20_000_000);
        populate([int256(5e18), -3e18, 2e18], policies(), 3_000e18);
        // What is due is four times the budget, so that all of it is stood around.
        vm.prank(alice);
        tokens[0].deposit(1_300_000 * one, alice);
        pass(2 hours, 485e18);
        search(10);
    }
}
