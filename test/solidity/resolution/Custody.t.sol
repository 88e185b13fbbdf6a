// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Crisis} from "./Crisis.sol";

/// @notice A market that holds less than it owes, since somebody in it is worth less than nothing: nobody is paid what isn't
/// there, everybody can still end his risk, and views know of it.
contract CustodyTest is Crisis {
    ILeveragedToken private continuous;
    ILeveragedToken private daily;
    ILeveragedToken private doomed;
    address private dave;

    /// @dev Alice owes some 100,000; bob, carol and the holders of short tokens won that. A long token has lost everything.
    function setUp() public override {
        super.setUp();
        dave = person("dave");
        PolicyFields memory policy = Terms.continuous();
        (policy.burnFee, policy.streamingFee) = (0.01e18, 0.05e18);
        continuous = token(-3e18, policy);
        daily = token(-3e18, Terms.daily());
        doomed = token(3e18, Terms.daily());
        trade(alice, 302e18, 18_000e18);
        trade(bob, -200e18, 12_000e18);
        trade(carol, -100e18, 6_000e18);
        ask(pool.balanceOf(address(this)));
        skip(2 days + 1);
        feed.set(100e8);
        assertLt(value(alice), -100_000e18, "prepared");
    }

    function token(int256 leverage, PolicyFields memory policy) private returns (ILeveragedToken made) {
        made = createToken(thin, leverage, Terms.pack(policy));
        people.push(address(made));
        vm.prank(dave);
        made.deposit(3_000e18, dave);
        vm.prank(keeper);
        made.deposit(1_000e18, keeper);
    }

    function ask(uint256 shares) private {
        pool.requestRedeem(shares);
    }

    /// Rule 7: the pool's equity counts what alice can't pay, but nobody can be paid with that.
    function test_maxRedeemKnowsWhatIsHeld() public {
        close(bob);
        close(carol);
        uint256 worth = uint256(equity());
        assertGt(worth - 100e18 * 302 * 2, market().held, "equity alone would let more leave");
        uint256 shares = pool.maxRedeem(address(this));
        uint256 assets = pool.maxWithdraw(address(this));
        assertLe(assets, market().held, "maxWithdraw <= held");
        assertLe(pool.withdrawable(), market().held, "withdrawable <= held");
        uint256 state = vm.snapshotState();
        assertEq(pool.redeem(shares, address(this), address(this)), assets, "redeem of maxRedeem");
        checkBooks();
        vm.revertToState(state);
        pool.withdraw(assets, address(this), address(this));
        vm.revertToState(state);
        (, uint256 paid) = pool.execute(address(this));
        assertEq(paid, assets, "execute pays as much");
        checkBooks();
    }

    /// Closing is refused only when the price can't be trusted: what isn't there stays the account's.
    function test_closePaysWhatIsHeld() public {
        close(bob);
        pool.execute(address(this));
        uint256 held = market().held;
        int256 owed = value(carol);
        assertGt(owed, int256(held), "prepared");
        uint256 before = dai.balanceOf(carol);
        assertEq(close(carol), held, "all there is");
        assertEq(dai.balanceOf(carol), before + held, "paid");
        assertEq(position(carol), 0, "closed");
        assertGt(cash(carol), 0, "the rest is hers");
        checkBooks();
        assertEq(close(carol), 0, "nothing more, for now");

        // Whoever brings liquidity or margin brings custody.
        trade(alice, 0, 100_000e18);
        uint256 rest = uint256(cash(carol));
        assertEq(close(carol), rest, "and then the rest");
        assertEq(cash(carol), 0, "nothing is left");
        checkBooks();
    }

    // ------------------------------------------------------------------------------------------------ tokens

    function test_tokensKnowWhatIsHeld() public {
        drainTo(1_000e18);
        checkMost(continuous, dave);
        checkMost(continuous, keeper);
        checkMost(daily, dave);
        checkMost(daily, keeper);
    }

    /// Who has all live tokens closes the account when all are burned.
    function test_tokensOfOneHolderKnowWhatIsHeld() public {
        drainTo(1_000e18);
        give(continuous);
        give(daily);
        checkMost(continuous, dave);
        checkMost(daily, dave);
    }

    /// What pays nothing needs nothing.
    function test_nothingIsHeld() public {
        drainTo(0);
        assertEq(daily.maxWithdraw(dave), 0, "nothing to withdraw");
        checkMost(daily, dave);
        checkMost(continuous, dave);
        assertEq(doomed.maxRedeem(dave), doomed.balanceOf(dave), "what is worth nothing can be burned");
        checkBurns(doomed, dave);
    }

    /// With enough in custody it is all of it, as ever.
    function test_enoughIsHeld() public {
        assertEq(continuous.maxRedeem(dave), continuous.balanceOf(dave), "continuous");
        assertEq(daily.maxRedeem(dave), daily.balanceOf(dave), "daily");
        checkBurns(continuous, dave);
        checkBurns(daily, dave);
    }

    function testFuzz_tokensKnowWhatIsHeld(uint256 left, uint256 price, bool forced, bool alone) public {
        move(bound(price, 40e18, 300e18));
        if (alone) give(daily);
        if (forced) {
            vm.prank(keeper);
            continuous.rebalance();
        }
        drainTo(bound(left, 0, 30_000e18));
        checkBurns(continuous, dave);
        checkBurns(daily, dave);
        checkBurns(doomed, dave);
    }

    // ------------------------------------------------------------------------------------------------ steps

    /// @dev Others are paid first, until about this is left.
    function drainTo(uint256 left) private {
        pool.execute(address(this));
        address[2] memory winners = [bob, carol];
        for (uint256 i = 0; i < winners.length; ++i) {
            uint256 held = market().held;
            // What it keeps is enough for its position.
            int256 notional = (-position(winners[i]) * int256(market().price)) / WAD;
            int256 spare = value(winners[i]) - notional / 8 - 100e18;
            if (held <= left || spare <= 0) continue;
            uint256 taken = held - left;
            trade(winners[i], 0, -(taken < uint256(spare) ? int256(taken) : spare));
        }
    }

    function give(ILeveragedToken t) private {
        uint256 shares = t.balanceOf(keeper);
        vm.prank(keeper);
        t.transfer(dave, shares);
    }

    /// @dev Rule 7 where custody is what limits: about all that is held can be burned for, and withdrawn.
    function checkMost(ILeveragedToken t, address who) private {
        uint256 held = market().held;
        uint256 most = t.maxRedeem(who);
        assertLt(most, t.balanceOf(who), "custody limits");
        assertLe(t.previewRedeem(most), held, "no more than is held");
        assertGe(t.previewRedeem(most) + 2e10, held, "and hardly less");
        assertGe(t.maxWithdraw(who) + 2e10, held, "maxWithdraw too");
        uint256 beyond = most + most / 1e6 + 1e12;
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_InsufficientCustody.selector);
        vm.prank(who);
        t.redeem(beyond, who, who);
        checkBurns(t, who);
    }

    /// @dev Rules 6 and 7: burns of up to the most work, and do what their previews say, whatever is held.
    function checkBurns(ILeveragedToken t, address who) private {
        (uint256 most, uint256 assets) = (t.maxRedeem(who), t.maxWithdraw(who));
        assertLe(most, t.balanceOf(who), "maxRedeem <= balanceOf");
        assertLe(assets, market().held, "maxWithdraw <= held");
        uint256 state = vm.snapshotState();
        vm.startPrank(who);
        for (uint256 parts = 1; parts < 9; ++parts) {
            uint256 shares = (most * parts) / 8;
            uint256 preview = t.previewRedeem(shares);
            if (shares != 0) assertEq(t.redeem(shares, who, who), preview, "redeem");
            vm.revertToState(state);
            uint256 part = (assets * parts) / 8;
            preview = t.previewWithdraw(part);
            if (part != 0) assertEq(t.withdraw(part, who, who), preview, "withdraw");
            if (parts == 8) checkBooks();
            vm.revertToState(state);
        }
        vm.stopPrank();
    }
}
