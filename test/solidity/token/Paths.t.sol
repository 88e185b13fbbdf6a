// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Scene} from "../Scene.sol";
import {PolicyFields, Pricing, Risk, Terms} from "../Terms.sol";

/// @notice What a token returns along a path, in a market where trading is nearly free: Cheng and Madhavan's notional of
/// each rebalance, and the paths that FTX published for its tokens.
contract PathsTest is Scene {
    using FixedPoint for int256;

    function setUp() public {
        (Pricing memory pricing, Risk memory risk) = Terms.frictionless(
            Terms.standardPricing(),
            Terms.standardRisk(18)
        );
        openMarket(pricing, risk, 0, 100_000_000);
        fund(alice, 1e9 * one);
    }

    /// @dev A policy that rebalances at the least distance, for nothing, without limit.
    function unlimited(PolicyFields memory fields) private pure returns (PolicyFields memory) {
        (fields.maxImpact, fields.rewardBase, fields.rewardSlope, fields.rewardCap) = (1e18, 0, 0, 0);
        fields.streamingFee = 0;
        return fields;
    }

    function test_rebalanceNotional_isLSquaredMinusLTimesReturnTimesValue(uint256 seed) public {
        PolicyFields memory fields = unlimited(Terms.continuous());
        // The market must carry leverage up to the emergency band.
        (fields.upperBand, fields.lowerBand, fields.emergencyBand) = (0, 0, 0.1e18);
        uint256 tenths = random(seed, "leverage", 10, 90);
        bool isShort = tenths == 10 || random(seed, "side") % 2 == 0;
        int256 leverage = int256(tenths * 0.1e18) * (isShort ? -1 : int256(1));
        ILeveragedToken token = openToken(leverage, fields);
        vm.prank(alice);
        token.deposit(1_000 * one, alice);
        int256 value = token.netAssetValue();

        // Up to nine tenths of what would wipe it out, and at most 50 %.
        uint256 most = 0.9e36 / leverage.abs();
        if (most > 0.5e18) most = 0.5e18;
        int256 rise = int256(random(seed, "return", 0, 2 * most)) - int256(most);
        if (rise.abs() < 1e12) return;
        pass(1 hours, uint256(500 * (1e18 + rise)));
        (int256 amount, uint256 reward) = token.rebalance();

        int256 square = (leverage * leverage) / 1e18 - leverage;
        int256 expected = (((square * rise) / 1e18) * value) / 1e18;
        int256 notional = (amount * int256(token.positionPrice())) / 1e18;
        assertApproxEqAbs(notional, expected, expected.abs() / 1e8 + 1e9, "(L^2 - L) * r * N");
        assertEq(reward, 0, "for nothing");
    }

    /// @dev After `first` and `second` from 10,000, in tenths of basis points of what was paid in.
    function returnAlong(uint256 first, uint256 second) private returns (int256) {
        pass(1, 10_000e18);
        ILeveragedToken token = openToken(3e18, unlimited(Terms.daily()));
        // Made and bought right after a slot of the schedule.
        uint256 time = vm.getBlockTimestamp();
        pass(1 days - (time % 1 days) + 2 minutes, 10_000e18);
        vm.prank(alice);
        token.deposit(10_000 * one, alice);
        int256 paid = token.netAssetValue();
        pass(1 days, first * 1e18);
        token.rebalance();
        pass(1 days, second * 1e18);
        return ((token.netAssetValue() - paid) * 100_000) / paid;
    }

    function test_ftx_10000To11000To10000_loses5Point45Percent() public {
        assertEq(returnAlong(11_000, 10_000), -5_454, "-5.45 %");
    }

    function test_ftx_10000To11000To12100_gains69Percent() public {
        assertApproxEqAbs(returnAlong(11_000, 12_100), 69_000, 1, "+69 %");
    }

    function test_ftx_10000To9500To9000_loses28Point4Percent() public {
        assertEq(returnAlong(9_500, 9_000), -28_421, "-28.4 %");
    }
}
