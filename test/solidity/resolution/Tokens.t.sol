// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Crisis} from "./Crisis.sol";

/// @notice Tokens that nobody rebalanced in time: a 5x long is liquidated from a fall of about 15 % on.
contract TokensTest is Crisis {
    ILeveragedToken private continuous;
    ILeveragedToken private daily;

    function setUp() public override {
        super.setUp();
        PolicyFields memory policy = Terms.continuous();
        policy.streamingFee = 0;
        continuous = createToken(thin, 5e18, Terms.pack(policy));
        policy = Terms.daily();
        policy.streamingFee = 0;
        daily = createToken(thin, 5e18, Terms.pack(policy));
        people.push(address(continuous));
        people.push(address(daily));
    }

    function test_liquidatedInPart_andRebalancedAfterwards() public {
        enter(daily, 10_000e18);
        move(423e18);
        (int256 amount, ) = liquidate(address(daily));
        assertLt(position(address(daily)), 50e18 - amount, "prepared");
        assertGt(position(address(daily)), 0, "in part");
        assertEq(daily.positionAmount(), position(address(daily)), "positionAmount");
        assertEq(daily.netAssetValue(), value(address(daily)), "netAssetValue");
        assertApproxEqAbs(daily.currentLeverage(), 10e18, 1e6, "at the market's most");
        checkViews(daily);
        skip(1);
        vm.prank(keeper);
        daily.rebalance();
        assertApproxEqAbs(daily.currentLeverage(), 5e18, 1e8, "on target");
        checkBooks();
        checkBurn(daily);
    }

    /// So small that all is closed: a token with value and without a position.
    function test_liquidatedWhole_withValueLeft() public {
        leaveWithoutPosition(daily);
        checkViews(daily);
        checkBurn(daily);
    }

    function test_liquidatedWhole_andMintedInto() public {
        leaveWithoutPosition(daily);
        uint256 shares = daily.previewDeposit(100e18);
        int256 worth = (daily.netAssetValue() * WAD) / int256(daily.totalSupply());
        assertEq(enter(daily, 100e18), shares, "as previewed");
        assertEq(position(address(daily)), 0, "a daily token opens nothing until its day");
        assertGe((daily.netAssetValue() * WAD) / int256(daily.totalSupply()), worth, "holders keep theirs");
        skip(1 days);
        feed.set(430e8);
        vm.prank(keeper);
        daily.rebalance();
        assertApproxEqAbs(daily.currentLeverage(), 5e18, 1e8, "and then it is on target");
        checkBurn(daily);
    }

    function test_liquidatedWhole_aMintBringsItBack() public {
        leaveWithoutPosition(continuous);
        checkViews(continuous);
        // Too little for a position of its own, which needs 4 of margin: only scaled.
        enter(continuous, 1e18);
        enter(continuous, 100e18);
        enter(continuous, 100e18);
        assertGt(position(address(continuous)), 0, "a position again");
        checkViews(continuous);
        checkBurn(continuous);
    }

    function test_liquidatedToNothing_isWipedOut() public {
        enter(daily, 10_000e18);
        move(350e18);
        liquidate(address(daily));
        assertEq(daily.netAssetValue(), 0, "nothing left");
        checkViews(daily);
        vm.expectPartialRevert(ILeveragedToken.LeveragedToken_WipedOut.selector);
        vm.prank(bob);
        daily.deposit(1e18, bob);
        vm.prank(keeper);
        daily.rebalance();
        assertTrue(daily.state().wipedOut(), "recorded");
        uint256 shares = daily.balanceOf(bob);
        vm.prank(bob);
        assertEq(daily.redeem(shares, bob, bob), 0, "burning pays what is left");
        checkBooks();
    }

    function test_settledMarket() public {
        enter(daily, 10_000e18);
        enter(continuous, 10_000e18);
        settleDead();
        checkQuiet(daily);
        conclude();
        checkViews(daily);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_AlreadySettled.selector);
        vm.prank(bob);
        daily.deposit(1e18, bob);
        vm.expectPartialRevert(ILeveragedToken.LeveragedToken_NothingToTrade.selector);
        daily.rebalance();
        vm.startPrank(bob);
        uint256 shares = daily.balanceOf(bob);
        uint256 previewed = daily.previewRedeem(shares / 3);
        assertEq(daily.redeem(shares / 3, bob, bob), previewed, "redeem");
        previewed = daily.previewWithdraw(100e18);
        assertEq(daily.withdraw(100e18, bob, bob), previewed, "withdraw");
        vm.stopPrank();
        checkBooks();
        checkBurn(daily);
        checkBurn(continuous);
    }

    // -------------------------------------------------------------------------------------------------- steps

    function enter(ILeveragedToken token, uint256 assets) private returns (uint256) {
        vm.prank(bob);
        return token.deposit(assets, bob);
    }

    function leaveWithoutPosition(ILeveragedToken token) private {
        enter(token, 12e18);
        move(423e18);
        liquidate(address(token));
        assertEq(position(address(token)), 0, "all of it");
        assertGt(cash(address(token)), 1e18, "with value left");
    }

    /// @dev Rule 7: max* never reverts and can be done, totalAssets and convertTo* never revert.
    function checkViews(ILeveragedToken token) private {
        token.totalAssets();
        token.convertToAssets(1e18);
        token.convertToShares(1e18);
        token.currentLeverage();
        token.positionAmountDelta();
        token.previewRebalance();
        uint256 most = token.maxDeposit(carol);
        uint256 shares = token.maxMint(carol);
        if (most != 0) {
            dai.mint(carol, 2 * most);
            uint256 state = vm.snapshotState();
            vm.startPrank(carol);
            token.deposit(most, carol);
            vm.revertToState(state);
            token.mint(shares, carol);
            vm.revertToState(state);
            vm.stopPrank();
        }
        most = token.maxWithdraw(bob);
        if (most != 0) {
            uint256 state = vm.snapshotState();
            vm.prank(bob);
            token.withdraw(most, bob, bob);
            vm.revertToState(state);
        }
        assertEq(token.maxRedeem(bob), token.balanceOf(bob), "all can be burnt");
    }

    /// @dev In the reckoning everything waits, and nothing reverts that must not.
    function checkQuiet(ILeveragedToken token) private view {
        assertGt(token.totalAssets(), 0, "totalAssets");
        assertGt(token.convertToAssets(1e18), 0, "convertToAssets");
        assertEq(token.maxDeposit(bob) + token.maxMint(bob), 0, "nothing comes in");
        assertEq(token.maxRedeem(bob) + token.maxWithdraw(bob), 0, "nothing goes out");
    }

    /// @dev Rule 6: a part and then the rest, as previewed.
    function checkBurn(ILeveragedToken token) private {
        uint256 shares = token.balanceOf(bob);
        vm.startPrank(bob);
        uint256 previewed = token.previewRedeem(shares / 2);
        assertEq(token.redeem(shares / 2, bob, bob), previewed, "half");
        shares = token.balanceOf(bob);
        previewed = token.previewRedeem(shares);
        assertEq(token.redeem(shares, bob, bob), previewed, "the rest");
        vm.stopPrank();
        assertEq(token.totalSupply(), 0, "nothing is left");
        assertEq(position(address(token)), 0, "no position");
        assertEq(cash(address(token)), 0, "no cash");
        checkBooks();
    }
}
