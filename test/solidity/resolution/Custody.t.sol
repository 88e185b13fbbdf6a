// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Crisis} from "./Crisis.sol";

/// @notice A market that holds less than it owes, since somebody in it is worth less than nothing: nobody is paid what isn't
/// there, everybody can still end his risk, and views know of it.
contract CustodyTest is Crisis {
    /// @dev Alice owes some 100,000; bob and carol won that.
    function setUp() public override {
        super.setUp();
        trade(alice, 300e18, 18_000e18);
        trade(bob, -200e18, 12_000e18);
        trade(carol, -100e18, 6_000e18);
        ask(pool.balanceOf(address(this)));
        skip(2 days + 1);
        feed.set(100e8);
        assertLt(value(alice), -100_000e18, "prepared");
    }

    function ask(uint256 shares) private {
        pool.requestRedeem(shares);
    }

    /// Rule 7: the pool's equity counts what alice can't pay, but nobody can be paid with that.
    function test_maxRedeemKnowsWhatIsHeld() public {
        close(bob);
        close(carol);
        uint256 worth = uint256(equity());
        assertGt(worth - 100e18 * 300 * 2, market().held, "equity alone would let more leave");
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
}
