// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Rebalance, RebalanceLimits} from "../../../contracts/libraries/Rebalance.sol";
import {Base} from "../Base.sol";

/// @notice Rule 5 where it is hardest: costs eat nearly all of N, and what is traded is far larger than what is left.
contract LandingTest is Base {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @notice An account (q, N) with a target and what surrounds it.
    struct Sick {
        int256 leverage;
        int256 position;
        int256 value;
        Conditions around;
    }

    /// @notice A complete rebalance lands on target, or it isn't made.
    function testFuzz_landsWhateverItCosts(uint256 seed) public pure {
        Sick memory a = _sick(seed);
        (int256 amount, ) = _plan(a);
        if (amount != 0) _checkLanding(a, amount);
    }

    /// @notice What would be left is up to 3e8 times smaller than what is traded, and the trade as it is
    /// computed would miss it by 3e-10.
    function test_notMadeWhereItWouldMiss() public pure {
        int256[3] memory left = [int256(1e12), 1e13, 1e14];
        for (uint256 i = 0; i < left.length; ++i) {
            Sick memory a = _dear(left[i]);
            int256 delta = Rebalance.preciseDelta(a.leverage, a.value, a.around.price, a.position);
            (uint256 missed, uint256 rest) = _missed(a, Rebalance.landing(a.leverage, delta, a.around));
            assertGt(missed, rest * 1e6, "it would miss by more than 1e-12");
            (int256 amount, bool complete) = _plan(a);
            assertEq(amount, 0, "so nothing is traded");
            assertFalse(complete, "and nothing is done");
        }
    }

    /// @notice What is left may be up to 1e5 times smaller than what is traded, no more.
    function test_madeUpToTheBound() public pure {
        Sick memory a = _dear(4e15);
        (int256 amount, ) = _plan(a);
        (uint256 missed, uint256 rest) = _missed(a, amount);
        assertLe(amount.abs(), rest * 1e5, "within the bound");
        assertGt(amount.abs(), rest * 8e4, "and near it");
        assertLe(missed, rest * 1e6, "R5a to 1e-12");
        a.value -= 1e15;
        (amount, ) = _plan(a);
        assertEq(amount, 0, "beyond it");
    }

    /// @notice What a plan counts on when it looks at N_exit in emergencies alone: up to the leverage that a market admits, closing
    /// costs less than there is, wherever the sides may be.
    function testFuzz_exitIsWorthSomethingWithinTheBand(uint256 seed) public pure {
        uint256[8] memory r;
        for (uint256 i = 0; i < r.length; ++i) r[i] = uint256(keccak256(abi.encode(seed, i)));
        uint256 maxLeverage = bound(r[0], 1e18, 100e18);
        // skewCap and cost rate add up to the maintenance margin at most, and that is below 1/maxLeverage.
        uint256 maintenance = bound(r[1], 1e6, (1e36 / maxLeverage / 1000) * 999);
        uint256 skewCap = bound(r[2], 1, maintenance - 1);
        Conditions memory around;
        around.costRate = maintenance - skewCap;
        around.depth = 10 ** bound(r[3], 20, 30);
        around.price = 10 ** bound(r[4], 12, 25) * bound(r[4] >> 128, 1, 9);
        uint256 side = (around.depth * skewCap) / 1e18 + 1e13;
        uint256 size = bound(r[5], 1e13, side);
        // The other side is full at worst, and its own holds the position at least.
        int256 skew = bound(int256(r[6]), int256(size) - int256(side), int256(side));
        int256 position = size.withSign(r[7] % 2 == 0 ? int256(1) : int256(-1));
        around.skew = position > 0 ? skew : -skew;
        around.energy = Impact.energyUp(around.price, around.skew, around.depth);
        uint256 value = (size * around.price) / maxLeverage + 1;
        int256 exit = Margin.exitValueFloor(int256(value), position, around);
        // Of what the side is rounded up by, and of E and the fee.
        int256 rounding = int256((size * around.price) / around.depth / 1e5) + 3;
        assertGt(exit + rounding, 0, "N_exit > 0 at the leverage that the market admits");
    }

    // ------------------------------------------------------------------------------------------------ steps

    /// @dev An account whose N is hardly more than what closing it costs.
    function _sick(uint256 seed) private pure returns (Sick memory a) {
        uint256[7] memory r;
        for (uint256 i = 0; i < r.length; ++i) r[i] = uint256(keccak256(abi.encode(seed, i)));
        a.leverage = int256(bound(r[0], 11, 100) * 1e17) * (r[0] % 2 == 0 ? int256(1) : int256(-1));
        Conditions memory around = a.around;
        around.price = 10 ** bound(r[1], 12, 25) * bound(r[1] >> 128, 1, 9) + (r[1] >> 200);
        around.depth = 10 ** bound(r[2], 20, 28) * bound(r[2] >> 128, 1, 9);
        around.costRate = bound(r[3], 1, 0.07e18);
        around.skew = bound(int256(r[4]), -int256(around.depth / 10), int256(around.depth / 10));
        around.energy = Impact.energyUp(around.price, around.skew, around.depth);
        uint256 size = around.depth / 10 / 10 ** bound(r[5], 0, 9) + (r[5] >> 240);
        a.position = size.withSign(a.leverage);
        int256 cost =
            Impact.impact(around, -a.position) +
                int256(Impact.feeUp(around.price, a.position, around.costRate));
        if (cost < 0) cost = 0;
        uint256 left = (size * around.price) / 1e18 / 10 ** bound(r[6], 1, 12);
        a.value = cost + int256(left + (r[6] >> 250));
    }

    function _plan(Sick memory a) private pure returns (int256 amount, bool complete) {
        RebalanceLimits memory limits;
        limits.emergency = true;
        (uint256 distance, ) = Rebalance.offTarget(a.leverage, a.position, a.around.price, a.value);
        (amount, , complete, , ) = Rebalance.plan(
            a.leverage,
            a.position,
            a.value,
            distance,
            a.around,
            limits,
            0
        );
    }

    /// @dev R5a, measured at 1e-36. The wei that the trade is rounded by moves q' - L N'/p by b1 < 2 wei and what the trade costs
    /// is rounded three times, while a wei of N moves the target by L/p wei.
    function _checkLanding(Sick memory a, int256 amount) private pure {
        (uint256 missed, uint256 left) = _missed(a, amount);
        uint256 coarse = 2e18 + (3e18 * a.leverage.abs()) / a.around.price;
        assertLe(missed, left * 1e6 + coarse, "R5a q' = L N' / p to 1e-12, or what a wei is");
    }

    /// @return missed |q' - L N' / p| in units of 1e-36.
    /// @return left |q'|.
    function _missed(Sick memory a, int256 amount) private pure returns (uint256 missed, uint256 left) {
        int256 position = a.position + amount;
        int256 value = Rebalance.valueAfterFloor(a.value, amount, a.around);
        missed = Rebalance.preciseDelta(a.leverage, value, a.around.price, position).abs();
        left = position.abs();
    }

    /// @dev A 1x short in the dearest market of the invariant suite, which would cost 19.918 to close.
    function _dear(int256 left) private pure returns (Sick memory a) {
        (a.leverage, a.position, a.value) = (-1e18, -37e18, 19.918333333333333333e18 + left);
        a.around = Conditions({
            price: 10e18,
            depth: 3_000e18,
            costRate: 0.06e18,
            skew: -37e18,
            energy: Impact.energyUp(10e18, -37e18, 3_000e18),
            forced: 0
        });
    }
}
