// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Scene} from "../Scene.sol";
import {PolicyFields, Pricing, Terms} from "../Terms.sol";

/// @notice A 5x token in a market that goes nowhere: each rebalance sells low and buys high, until a token is worth 1e-8 of
/// its first value. It must still mint and burn as a new one does.
contract DecayTest is Scene {
    ILeveragedToken private old;
    ILeveragedToken private fresh;

    function setUp() public {
        Pricing memory pricing = Terms.standardPricing();
        pricing.fundingVelocity = 0;
        openMarket(pricing, Terms.standardRisk(18), 0.0005e18, 20_000_000);
        address[3] memory people = [alice, bob, carol];
        for (uint256 i = 0; i < 3; ++i) fund(people[i], 1e9 * one);
        PolicyFields memory policy = Terms.continuous();
        policy.streamingFee = 0;
        old = openToken(5e18, policy);
        // As good as the same: two tokens of one identity there are not.
        policy.rewardBase += 1e14;
        fresh = openToken(5e18, policy);
    }

    /// @dev Value of 1e18 tokens, in 1e-18 wei.
    function perToken(ILeveragedToken token) private view returns (uint256) {
        return (uint256(token.netAssetValue()) * 1e36) / token.totalSupply();
    }

    /// @dev Up and down by 6 % until a token is worth 1e-8; who comes on the way keeps the position above the least margin.
    function decay() private returns (uint256 rebalances) {
        uint256 price;
        vm.prank(alice);
        old.deposit(5_000 * one, alice);
        while (perToken(old) > 1e28) {
            price = rebalances % 2 == 0 ? 470e18 : 500e18;
            pass(1 hours, price);
            vm.prank(keeper);
            old.rebalance();
            ++rebalances;
            if (old.netAssetValue() < 3_000e18) {
                vm.prank(bob);
                old.deposit(3_000 * one, bob);
            }
            assertLt(rebalances, 2_000, "it decays");
        }
        assertFalse(old.state().wipedOut(), "it lives");
        // A new one beside it, of the same value, and both on target.
        vm.startPrank(alice);
        fresh.deposit(uint256(old.netAssetValue()), alice);
        vm.stopPrank();
        pass(1 hours, price);
    }

    /// @dev What carol has back after a deposit, and what her tokens were worth at mid in between.
    function roundTrip(
        ILeveragedToken token,
        uint256 assets
    ) private returns (uint256 back, uint256 worth, uint256 exactOut) {
        uint256 state = vm.snapshotState();
        vm.startPrank(carol);
        uint256 shares = token.deposit(assets, carol);
        worth = (shares * perToken(token)) / 1e36;
        exactOut = token.withdraw(assets / 2, carol, carol);
        exactOut = (exactOut * perToken(token)) / 1e36;
        back = token.redeem(token.balanceOf(carol), carol, carol) + assets / 2;
        vm.stopPrank();
        assertTrue(vm.revertToState(state), "back");
    }

    function test_atAHundredMillionthOfItsFirstValue_mintsAndBurnsAsANewOne() public {
        uint256 rebalances = decay();
        assertGt(rebalances, 300, "by rebalances, not by a crash");
        assertLe(perToken(old), 1e28, "1e-8 of its first value");
        uint256[5] memory amounts = [uint256(1e6), 1e12, 1e18, 123.456789e18, 10_000e18];
        for (uint256 i = 0; i < amounts.length; ++i) {
            (uint256 back, uint256 worth, uint256 exactOut) = roundTrip(old, amounts[i]);
            (uint256 back_, uint256 worth_, uint256 exactOut_) = roundTrip(fresh, amounts[i]);
            // Both are on target to 1e-12, of which half a percent of costs makes 1e-14; and a few wei.
            uint256 slack = amounts[i] / 1e13 + 10;
            assertApproxEqAbs(worth, worth_, slack, "what a deposit is worth");
            assertApproxEqAbs(exactOut, exactOut_, slack, "what a payout costs");
            assertApproxEqAbs(back, back_, slack, "what comes back");
        }
    }

    function test_atAHundredMillionth_previewsAndMaximaAreExact() public {
        decay();
        vm.startPrank(carol);
        uint256 shares = old.previewDeposit(100e18);
        assertEq(old.deposit(100e18, carol), shares, "deposit");
        uint256 assets = old.previewMint(shares);
        assertEq(old.mint(shares, carol), assets, "mint");
        assets = old.previewRedeem(shares);
        assertEq(old.redeem(shares, carol, carol), assets, "redeem");
        assets = old.maxWithdraw(carol);
        uint256 all = old.previewRedeem(old.balanceOf(carol));
        assertLe(assets, all, "never too high");
        assertGe(assets + all / 1e14, all, "nor less by more than its margin");
        shares = old.previewWithdraw(assets);
        assertEq(old.withdraw(assets, carol, carol), shares, "withdraw");
        vm.stopPrank();
    }
}
