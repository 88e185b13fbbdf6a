// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Quote, TokenOrder} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {Deployment} from "../Deployment.sol";

/// @notice What the ClearingHouse checks of a token's order: what its one netted trade leaves behind, and, where it pays, what its
/// rebalance leaves. An address with the role of a token asks for what no LeveragedToken would ask for.
contract OrdersTest is Deployment {
    address private token;
    MarketId private id;

    /// @dev 10 units long with about 1,000 BaseToken, at 500: five times; the market allows ten.
    function setUp() public {
        deployLocal();
        token = actor("token");
        id = ethDai.toId();
        vm.prank(address(factory));
        clearingHouse.registerToken(ethDai, token);
        execute(0, 10e18, 1_000e18);
        assertEq(position(), 10e18, "at five times");
    }

    // --------------------------------------------------------------------------------------- a rebalance alone

    function test_rebalanceThatReducesNeedsNothing() public {
        // Worth next to nothing, and the market reduce-only.
        feed.set(401e8);
        clearingHouse.setReduceOnly(ethDai, true);
        execute(-1e18, 0, 0);
        assertEq(position(), 9e18, "reduced");
    }

    function test_rebalanceThatOpensNeedsMarginAndAnOpenMarket() public {
        execute(2e18, 0, 0);
        refuse(20e18, 0, 0, IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        clearingHouse.setReduceOnly(ethDai, true);
        refuse(1e18, 0, 0, IClearingHouse.ClearingHouse_ReduceOnly.selector);
    }

    function test_rebalanceToTheOtherSideOpens() public {
        clearingHouse.setReduceOnly(ethDai, true);
        refuse(-11e18, 0, 0, IClearingHouse.ClearingHouse_ReduceOnly.selector);
        execute(-10e18, 0, 0);
        assertEq(position(), 0, "closing is no opening");
    }

    function test_noOrderIsTooLargeToBeRefused() public {
        for (uint256 bits = 70; bits < 120; bits += 7) {
            refuse(int256(1 << bits), 0, 0, IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector);
            refuse(-int256(1 << bits), 0, 0, IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector);
            refuse(0, int256(1 << bits), 1e18, IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector);
        }
    }

    // -------------------------------------------------------------------------------------------------- mints

    function test_mintIsCheckedByWhatItLeaves() public {
        // The rebalance alone would be refused; with what is brought in there is margin for all of it.
        refuse(20e18, 0, 0, IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        execute(20e18, 1e18, 3_000e18);
        assertEq(position(), 31e18, "one netted trade");
        refuse(60e18, 1e18, 100e18, IClearingHouse.ClearingHouse_InsufficientMargin.selector);
    }

    function test_mintOpensEvenWhereItsRebalanceReducesMore() public {
        execute(-2e18, 1e18, 100e18);
        assertEq(position(), 9e18, "reduced on the whole");
        clearingHouse.setReduceOnly(ethDai, true);
        refuse(-2e18, 1e18, 100e18, IClearingHouse.ClearingHouse_ReduceOnly.selector);
    }

    // -------------------------------------------------------------------------------------------------- burns

    function test_burnCannotOpenBeyondTheRules() public {
        // What its rebalance leaves is what the payment is measured against: so that needs margin, and room.
        refuse(20e18, -27e18, -500e18, IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        execute(2e18, -6e18, -480e18);
        assertEq(position(), 6e18, "half of twelve");
        clearingHouse.setReduceOnly(ethDai, true);
        refuse(1e18, -2e18, -100e18, IClearingHouse.ClearingHouse_ReduceOnly.selector);
    }

    function test_burnWhoseRebalanceOpensMustNotRaiseLeverageBeyondIt() public {
        // After the rebalance 12 units and about 1,000: half of the position for nearly all of the value is too much.
        refuse(2e18, -6e18, -900e18, IClearingHouse.ClearingHouse_InsufficientMargin.selector);
    }

    function test_burnWhoseRebalanceReducesMustNotRaiseLeverage() public {
        // Above ten times, where the margin would not do: only leverage that is not raised lets a payment through.
        skip(1);
        feed.set(440e8);
        (int256 q, int256 n) = (position(), value());
        assertGt(q * 440e18, 10 * n * 1e18, "above ten times");
        refuse(-4e18, -3e18, -((n * 8) / 10), IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        execute(-4e18, -3e18, -(n / 2));
        assertTrue(Margin.isNotRaised(q, n, position(), value()), "not raised");
    }

    function test_burnInAReduceOnlyMarket() public {
        clearingHouse.setReduceOnly(ethDai, true);
        execute(-2e18, -4e18, -450e18);
        execute(-2e18, -2e18, -value());
        assertEq(position(), 0, "closed");
    }

    // -------------------------------------------------------------------------------------------------- actions

    function orderOf(int256 forced, int256 amount, int256 transfer) private view returns (TokenOrder memory) {
        return
            TokenOrder({
                party: token,
                transfer: transfer,
                forced: forced,
                amount: amount,
                blockForced: 0,
                fee: 0,
                reward: 0,
                emergency: true,
                closing: false
            });
    }

    /// @dev In a block of its own, and with what it says that it brings.
    function execute(int256 forced, int256 amount, int256 transfer) private {
        skip(1);
        feed.set(int256(price() / 1e10));
        if (transfer > 0) dai.mint(address(clearingHouse), uint256(transfer));
        vm.prank(token);
        clearingHouse.execute(ethDai, orderOf(forced, amount, transfer));
    }

    function refuse(int256 forced, int256 amount, int256 transfer, bytes4 selector) private {
        vm.prank(token);
        vm.expectPartialRevert(selector);
        clearingHouse.execute(ethDai, orderOf(forced, amount, transfer));
    }

    function price() private view returns (uint256) {
        (, int256 answer, , , ) = feed.latestRoundData();
        return uint256(answer) * 1e10;
    }

    function position() private view returns (int256) {
        return clearingHouse.account(id, token).position();
    }

    function value() private view returns (int256) {
        Quote memory q = clearingHouse.quote(ethDai, token);
        return Margin.valueFloor(q.position, q.cash, q.market.positionPrice());
    }
}
