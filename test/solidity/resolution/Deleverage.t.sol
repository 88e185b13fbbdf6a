// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {Pool} from "../../../contracts/libraries/Pool.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Crisis} from "./Crisis.sol";

/// @notice Longs of 750 units at 500 against a pool of a million: at 850 it covers too little of them for accounts, at
/// 1,000 for tokens too.
contract DeleverageTest is Crisis {
    ILeveragedToken private token;

    function setUp() public override {
        super.setUp();
        PolicyFields memory policy = Terms.daily();
        policy.streamingFee = 0;
        token = createToken(thin, 5e18, Terms.pack(policy));
        people.push(address(token));
        trade(alice, 400e18, 100_000e18);
        trade(bob, 250e18, 60_000e18);
        vm.prank(carol);
        token.deposit(10_000e18, carol);
    }

    function test_closesAsMuchAsNeeded_ratherThanAll() public {
        trade(carol, -10e18, 5_000e18);
        move(850e18);
        uint256 excess = excessOf(false);
        assertTrue(excess > 0 && excess < 400e18, "prepared");
        int256 worth = value(alice);
        int256 pooled = equity();
        uint256 fees = market().protocolFees;
        Conditions memory around = conditions();

        vm.expectEmit(address(clearingHouse));
        emit IClearingHouse.Deleveraged(id, alice, keeper, -int256(excess));
        vm.prank(keeper);
        int256 amount = clearingHouse.deleverage(thin, alice);

        assertEq(amount, -int256(excess), "|s| - kappa * equity / p");
        assertEq(position(alice), 400e18 + amount, "only that is closed");
        int256 impact = Impact.impact(around, amount);
        assertLt(impact, 0, "closing the skewed side earns");
        assertApproxEqAbs(value(alice), worth - impact, 2, "at the fill price, without fee");
        assertEq(market().protocolFees, fees, "without fee");
        assertApproxEqAbs(equity(), pooled, 2, "the pool's equity is what it was");
        assertLe(excessOf(false), 2, "the skew is covered");
        (int256 forced, ) = clearingHouse.forcedTrades(thin);
        assertEq(forced, amount, "a forced trade");
        checkBooks();
    }

    function test_takesFromSeveral_togetherAsMuchAsNeeded() public {
        move(1_100e18);
        uint256 excess = excessOf(false);
        assertGt(excess, 250e18, "more than bob has");
        int256 first = clearingHouse.deleverage(thin, bob);
        assertEq(first, -250e18, "all of the one");
        assertEq(position(bob), 0, "q = 0");
        assertGt(cash(bob), 60_000e18 + 250 * 600e18, "what it was worth is cash");
        int256 second = clearingHouse.deleverage(thin, alice);
        assertApproxEqAbs(uint256(-first - second), excess, 2, "together as much as needed");
        close(bob);
        checkBooks();
    }

    function test_refuses_whileThePoolCovers() public {
        refuse(alice);
        move(700e18);
        refuse(alice);
    }

    function test_refusesTheOtherSide() public {
        trade(carol, -10e18, 10_000e18);
        move(900e18);
        refuse(carol);
        refuse(keeper);
        refuse(address(pool));
    }

    function test_refuses_onceInsolvent() public {
        move(2_500e18);
        assertLt(equity(), 0, "insolvent");
        refuse(alice);
    }

    function test_tokensComeLast() public {
        move(850e18);
        refuse(address(token));
        move(1_000e18);
        uint256 excess = excessOf(true);
        assertTrue(excess > 0 && excess < excessOf(false), "prepared");
        int256 held = position(address(token));
        int256 amount = clearingHouse.deleverage(thin, address(token));
        assertEq(-amount, held < int256(excess) ? held : int256(excess), "as much as needed");
        checkBooks();
    }

    /// A token that was deleveraged is a token with less exposure: burning it works, and its views say so.
    function test_aDeleveragedTokenCanBeBurnt() public {
        move(1_000e18);
        clearingHouse.deleverage(thin, address(token));
        assertEq(token.positionAmount(), position(address(token)), "positionAmount");
        assertEq(token.netAssetValue(), value(address(token)), "netAssetValue");
        assertLe(token.maxDeposit(carol), 0, "nothing more can be opened");
        uint256 shares = token.balanceOf(carol);
        uint256 half = token.previewRedeem(shares / 2);
        vm.startPrank(carol);
        assertEq(token.redeem(shares / 2, carol, carol), half, "half of it, as previewed");
        assertGt(token.redeem(token.balanceOf(carol), carol, carol), half, "and all that is left");
        checkBooks();
    }

    /// Whoever is taken from, in whatever amounts: never more than needed altogether.
    function testFuzz_neverMoreThanNeeded(uint256 price, uint256 order_) public {
        price = bound(price, 600e18, 1_500e18);
        move(price);
        uint256 excess = excessOf(false);
        int256 skew = market().skew();
        address[3] memory longs = [alice, bob, address(token)];
        for (uint256 i = 0; i < 9; ++i) {
            address who = longs[(order_ >> (2 * i)) % 3];
            // solhint-disable-next-line no-empty-blocks
            try clearingHouse.deleverage(thin, who) {} catch (bytes memory reason) {
                bytes4 selector = IClearingHouse.ClearingHouse_NotDeleverageable.selector;
                assertTrue(bytes4(reason) == selector, "refused by name");
            }
        }
        uint256 taken = uint256(skew - market().skew());
        assertLe(taken, excess + 9, "at most |s| - kappa * equity / p");
        checkBooks();
    }

    function refuse(address who) private {
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_NotDeleverageable.selector);
        clearingHouse.deleverage(thin, who);
    }

    function excessOf(bool token_) private view returns (uint256) {
        return
            Pool.excessSkewDown(
                clearingHouse.quote(thin, address(0)).market.pack(),
                thin.pricing.depth(),
                thin.risk,
                token_
            );
    }
}
