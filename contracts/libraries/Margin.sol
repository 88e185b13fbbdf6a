// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {RiskTerms} from "../types/MarketParams.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Conditions, Impact} from "./Impact.sol";

/// @notice What an account is worth, and what the market demands of it.
library Margin {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @notice The most that an account may be worth when it opens or is paid, and the pool when anybody opens: 2.7e18 BaseToken, far beyond
    /// what markets hold. Then what is open can be closed at any price, and no cash grows out of its field (docs/storage.md). WAD.
    int256 internal constant MAX_WORTH = 2 ** 121;
    /// @notice Up to which opening is planned and told of: half as much, so that what a plan does not know yet, the fee that its trade
    /// leaves in the pool and a streaming fee that is added again, is never what it is refused for. WAD.
    int256 internal constant PLANNED_WORTH = 2 ** 120;

    /// @notice N = q·x + c at mid. Floor: the market keeps the wei.
    function valueFloor(int256 position, int256 cash, int256 positionPrice) internal pure returns (int256) {
        unchecked {
            return position.mulWadFloor(positionPrice) + cash;
        }
    }

    /// @notice N_exit = N − I(s, −q) − φ·p·|q|: what closing at once would leave, without a surcharge.
    function exitValueFloor(
        int256 value,
        int256 position,
        Conditions memory around
    ) internal pure returns (int256) {
        unchecked {
            return exitValueWithFloor(value, position, Impact.impact(around, -position), around);
        }
    }

    /// @notice The same for an I(s, −q) that is known already.
    function exitValueWithFloor(
        int256 value,
        int256 position,
        int256 exitImpact,
        Conditions memory around
    ) internal pure returns (int256) {
        unchecked {
            return value - exitImpact - int256(Impact.feeUp(around.price, position, around.costRate));
        }
    }

    /// @notice What `min(N, N_exit)` of an account with a position must reach after an opening trade or a payment:
    /// |q|·p/maxLeverage, and at least minMargin. Up.
    function requirementUp(int256 position, uint256 price, RiskTerms risk) internal pure returns (uint256) {
        unchecked {
            return Math.max((position.abs() * price).divUp(risk.maxLeverage()), risk.minMargin());
        }
    }

    /// @notice Whether an account may be left as it is after an opening trade or a payment: `min(N, N_exit)` is what `requirementUp` asks for,
    /// and N at most PLANNED_WORTH.
    function isSufficient(
        int256 position,
        int256 value,
        Conditions memory around,
        RiskTerms risk
    ) internal pure returns (bool) {
        unchecked {
            return isSufficientWith(position, value, Impact.impact(around, -position), around, risk);
        }
    }

    /// @notice The same for an I(s, −q) that is known already.
    function isSufficientWith(
        int256 position,
        int256 value,
        int256 exitImpact,
        Conditions memory around,
        RiskTerms risk
    ) internal pure returns (bool) {
        int256 exit = exitValueWithFloor(value, position, exitImpact, around);
        return
            SignedMath.min(value, exit) >= int256(requirementUp(position, around.price, risk)) &&
            value <= PLANNED_WORTH;
    }

    /// @notice Whether N is so much that closing could cost all that it ever does, and `min(N, N_exit)` would still reach what
    /// `requirementUp` asks for, so that nobody needs to look closer: N > |q|·p·(1/maxLeverage + maintenance) + minMargin, and at most PLANNED_WORTH. Closing takes at
    /// most the maintenance margin, since that is at least σ + φ_max (Admission) and the skew is at most σK on both ways, and two wei
    /// that E(s) and the fee are rounded up by.
    function isAmple(
        int256 position,
        int256 value,
        uint256 price,
        RiskTerms risk
    ) internal pure returns (bool) {
        // |q|·p·rate < 2^97·2^87·2^61. The rate is rounded up, and what is left of the division is less than one of the four wei.
        unchecked {
            uint256 rate = FixedPoint.SQUARE_WAD.divDown(risk.maxLeverage()) + risk.maintenanceMargin() + 1;
            uint256 most = (position.abs() * price * rate).divDown(FixedPoint.SQUARE_WAD);
            if (value > PLANNED_WORTH) return false;
            return value > int256(most + risk.minMargin() + 4);
        }
    }

    /// @notice Whether |q|·p/N has not risen from (q, N) to (q′, N′), one wei of each allowed for rounding: the
    /// condition of a payment that comes with a proportional close.
    function isNotRaised(
        int256 position,
        int256 value,
        int256 positionAfter,
        int256 valueAfter
    ) internal pure returns (bool) {
        unchecked {
            // Below 0 if N ≤ 0, N′ < 0, or q and q′ are on different sides.
            if (((value - 1) | valueAfter | (position ^ positionAfter)) < 0) return false;
            // (|q′| − 1)·N ≤ |q|·(N′ + 1). |q| < 2^120 and N < 2^134, so products and sum fit.
            return
                positionAfter.abs() * uint256(value) <=
                position.abs() * (uint256(valueAfter) + 1) + uint256(value);
        }
    }

    /// @notice |q|·p/N as a WAD; the largest uint256 for N ≤ 0. Down.
    function leverageDown(int256 position, uint256 price, int256 value) internal pure returns (uint256) {
        unchecked {
            if (value <= 0) return type(uint256).max;
            return (position.abs() * price).divDown(uint256(value));
        }
    }

    /// @notice maintenance·|q|·p: an account worth less than this can be liquidated. Up. BaseToken, WAD.
    function maintenanceUp(int256 position, uint256 price, RiskTerms risk) internal pure returns (uint256) {
        unchecked {
            return (position.abs() * price * risk.maintenanceMargin()).divUp(FixedPoint.SQUARE_WAD);
        }
    }

    /// @notice Whether anyone may liquidate: N < maintenance·|q|·p at mid.
    function isLiquidatable(
        int256 position,
        int256 value,
        uint256 price,
        RiskTerms risk
    ) internal pure returns (bool) {
        return position != 0 && value < int256(maintenanceUp(position, price, risk));
    }

    /// @notice The least amount that a liquidation must close to restore the initial margin m = 1/maxLeverage after the
    /// trade's cost and the reward: 2C/(b₁ + √(b₁² − 4AC)) with A = 1/(2K), b₁ = m + d·s/K − φ − ρ, d = sgn q,
    /// C = m|q| − (N − R₀)/p; all of |q| when b₁ ≤ 0, there is no root, it reaches |q|, or the rest would be worth less
    /// than minMargin. Up: the account ends at the initial margin or above. Units, WAD.
    function liquidationUp(
        int256 position,
        int256 value,
        Conditions memory around,
        RiskTerms risk
    ) internal pure returns (uint256) {
        // m·|q| < 2^60·2^96, and C < 2^98 where it is used: the discriminant is below 2^220.
        unchecked {
            uint256 size = position.abs();
            int256 initial = int256(FixedPoint.SQUARE_WAD.divUp(risk.maxLeverage()));
            uint256 depth = around.depth;
            int256 b =
                initial +
                    ((position < 0 ? -around.skew : around.skew) * FixedPoint.IWAD).divFloor(depth) -
                    int256(around.costRate + risk.rewardRate());
            if (b <= 0) return size;
            int256 left = value - int256(risk.liquidationReward());
            int256 missing =
                int256((uint256(initial) * size).divUp(FixedPoint.WAD)) -
                    (left * FixedPoint.IWAD).divFloor(around.price);
            if (missing <= 0) return 0;
            // b₁ is at most 2, so the amount is at least C/2.
            if (missing >= int256(2 * size)) return size;
            int256 discriminant = b * b - (2 * missing * FixedPoint.ISQUARE_WAD).divCeil(depth);
            if (discriminant < 0) return size;
            uint256 amount = (2 * uint256(missing) * FixedPoint.WAD).divUp(
                uint256(b) + uint256(discriminant).sqrtDown()
            );
            if (amount >= size) return size;
            // What is left has the initial margin: m·p·(|q| − amount) of value.
            uint256 rest = ((size - amount) * around.price * uint256(initial)).divDown(FixedPoint.SQUARE_WAD);
            return rest < risk.minMargin() ? size : amount;
        }
    }

    /// @notice min(R₀ + ρ·p·amount, maintenance·p·|q|): what a liquidator gets for `amount` of a position. The bound is what
    /// an account found in time still has: else accounts of dust, liquidated by their owners, would be paid R₀ each by the
    /// pool. It binds only when all is closed. Down. BaseToken, WAD.
    function liquidationRewardDown(
        int256 position,
        uint256 amount,
        uint256 price,
        RiskTerms risk
    ) internal pure returns (uint256) {
        unchecked {
            uint256 reward =
                risk.liquidationReward() +
                    (amount * price * risk.rewardRate()).divDown(FixedPoint.SQUARE_WAD);
            uint256 most = (position.abs() * price * risk.maintenanceMargin()).divDown(FixedPoint.SQUARE_WAD);
            return reward < most ? reward : most;
        }
    }

    /// @notice The mid price from which on, for an unchanged funding index, anyone may liquidate: q·(p − F) + c =
    /// maintenance·|q|·p solved for p. Rounded to the side that is not liquidatable yet: Up for a long, Down for a short.
    /// 0 when no price does it. BaseToken, WAD.
    function liquidationPrice(
        int256 position,
        int256 cash,
        int256 fundingIndex,
        RiskTerms risk
    ) internal pure returns (uint256) {
        if (position == 0) return 0;
        // q·F − c, of which a long owes and a short is owed. WAD².
        int256 owed = position * fundingIndex - cash * FixedPoint.IWAD;
        uint256 maintenance = risk.maintenanceMargin();
        if (position > 0) {
            if (owed <= 0) return 0;
            return uint256(owed).mulDivUp(FixedPoint.WAD, uint256(position) * (FixedPoint.WAD - maintenance));
        }
        if (owed >= 0) return 0;
        return uint256(-owed).mulDivDown(FixedPoint.WAD, position.abs() * (FixedPoint.WAD + maintenance));
    }
}
