// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RiskTerms} from "../types/MarketParams.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Conditions, Impact} from "./Impact.sol";

/// @notice What an account is worth, and what the market demands of it.
library Margin {
    using FixedPoint for uint256;
    using FixedPoint for int256;

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
            return
                value -
                Impact.impact(around.price, around.skew, -position, around.depth) -
                int256(Impact.feeUp(around.price, position, around.costRate));
        }
    }

    /// @notice What `min(N, N_exit)` of an account with a position must reach after an opening trade or a payment:
    /// |q|·p/maxLeverage, and at least minMargin. Up.
    function requirementUp(int256 position, uint256 price, RiskTerms risk) internal pure returns (uint256) {
        unchecked {
            uint256 initial = (position.abs() * price).divUp(risk.maxLeverage());
            uint256 least = risk.minMargin();
            return initial > least ? initial : least;
        }
    }

    /// @notice Whether an account may be left as it is after an opening trade or a payment.
    function isSufficient(
        int256 position,
        int256 value,
        Conditions memory around,
        RiskTerms risk
    ) internal pure returns (bool) {
        int256 exit = exitValueFloor(value, position, around);
        return (value < exit ? value : exit) >= int256(requirementUp(position, around.price, risk));
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
            if (value <= 0 || valueAfter < 0 || (position < 0) != (positionAfter < 0)) return false;
            uint256 size = positionAfter.abs();
            if (size == 0) return true;
            // |q| < 2^120 and N < 2^135, so the products fit.
            return (size - 1) * uint256(value) <= position.abs() * (uint256(valueAfter) + 1);
        }
    }

    /// @notice |q|·p/N as a WAD; the largest uint256 for N ≤ 0. Down.
    function leverageDown(int256 position, uint256 price, int256 value) internal pure returns (uint256) {
        unchecked {
            if (value <= 0) return type(uint256).max;
            return (position.abs() * price).divDown(uint256(value));
        }
    }

    /// @notice Whether anyone may liquidate: N < maintenance·|q|·p at mid.
    function isLiquidatable(
        int256 position,
        int256 value,
        uint256 price,
        RiskTerms risk
    ) internal pure returns (bool) {
        unchecked {
            uint256 required = (position.abs() * price).mulDivUp(
                risk.maintenanceMargin(),
                FixedPoint.WAD * FixedPoint.WAD
            );
            return position != 0 && value < int256(required);
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
