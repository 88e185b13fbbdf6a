// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPoint} from "../../contracts/libraries/FixedPoint.sol";
import {Margin} from "../../contracts/libraries/Margin.sol";
import {Rebalance} from "../../contracts/libraries/Rebalance.sol";
import {Base} from "./Base.sol";

/// @notice The worked examples of section 6 of the design, exact where trading is free (the same as in
/// test/math/examples.ts).
contract WorkedExamplesTest is Base {
    int256 private constant WAD = 1e18;

    function test_5xLong_of100At500_andAfterARiseOf5Percent() public pure {
        int256 first = Rebalance.positionAmountDelta(5 * WAD, 100 * WAD, 500e18, 0);
        assertEq(first, WAD, "5 * 100 / 500 - 0");
        (int256 position, int256 cash) = traded(500e18, 0, 100 * WAD, first);

        int256 value = Margin.valueFloor(position, cash, 525 * WAD);
        assertEq(value, 125 * WAD, "100 * (25 / 500 * 5 + 1)");
        int256 delta = Rebalance.positionAmountDelta(5 * WAD, value, 525e18, position);
        assertEq(delta, (4 * WAD) / 21, "4 / 21");
        assertEq(position + delta, (25 * WAD) / 21, "25 / 21");
    }

    function test_3xLongDaily_10000To11000To10000() public pure {
        int256 opening = Rebalance.positionAmountDelta(3 * WAD, WAD, 10_000e18, 0);
        (int256 position, int256 cash) = traded(10_000e18, 0, WAD, opening);
        int256 risen = Margin.valueFloor(position, cash, 11_000 * WAD);
        assertEq(risen, 1.3e18, "1.3");

        int256 delta = Rebalance.positionAmountDelta(3 * WAD, risen, 11_000e18, position);
        (position, cash) = traded(11_000e18, position, cash, delta);
        int256 fallen = Margin.valueFloor(position, cash, 10_000 * WAD);
        int256 exact = (13 * 8 * WAD) / 110;
        // The position is rounded down by less than a wei, which is worth at most the 1,000 that the price falls by.
        assertGe(fallen, exact, "0.9454..., at least");
        assertLe(fallen, exact + 1_000, "0.9454..., at most");
    }

    function test_rebalanceTradesLSquaredMinusLTimesReturn() public pure {
        int8[8] memory tenths = [-100, -30, -11, -10, 11, 20, 50, 100];
        for (uint256 i = 0; i < 16; ++i) {
            int256 leverage = (int256(tenths[i / 2]) * WAD) / 10;
            int256 rise = i % 2 == 0 ? -0.05e18 : int256(0.05e18);
            int256 position = Rebalance.positionAmountDelta(leverage, 1_000 * WAD, 1_000e18, 0);
            int256 price = 1_000 * (WAD + rise);
            int256 value = 1_000 * WAD + (position * (price - 1_000 * WAD)) / WAD;
            int256 delta = Rebalance.positionAmountDelta(leverage, value, uint256(price), position);
            int256 expected = (((leverage * leverage) / WAD - leverage) * rise * 1_000) / WAD;
            assertApproxEqAbs((delta * price) / WAD, expected, 1_100, "(L^2 - L) * r * N");
        }
    }

    /// @dev An account after a trade at mid, with a cost rate of 0 and no impact.
    function traded(
        uint256 price,
        int256 position,
        int256 cash,
        int256 amount
    ) private pure returns (int256 positionAfter, int256 cashAfter) {
        return (position + amount, cash - FixedPoint.mulWadCeil(amount, int256(price)));
    }
}
