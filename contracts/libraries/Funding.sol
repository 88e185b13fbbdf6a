// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PricingTerms} from "../types/MarketParams.sol";
import {
    RATE_STEP,
    fundingIndexIn,
    fundingRateIn,
    priceIn,
    skewIn,
    touchedAtIn
} from "../types/MarketWords.sol";
import {FixedPoint} from "./FixedPoint.sol";

/// @notice Funding in closed form: the rate moves at slope a = v·clamp(s/K, −1, 1) per day until it meets ±r_max, and
/// the index grows by p times the integral of the rate.
library Funding {
    using FixedPoint for int256;
    using FixedPoint for uint256;

    int256 internal constant DAY = 1 days;
    /// @notice Where the index stops, so that q·(p − F) stays in range: 1.5e8 BaseToken per unit.
    uint256 internal constant MAX_INDEX = 1.5e26;

    /// @notice Brings rate and index of a market of these words from touchedAt to `time`, at its price and skew.
    /// @return index BaseToken per unit, WAD.
    /// @return rate Per day, WAD.
    function accrued(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        PricingTerms terms,
        uint256 time
    ) internal pure returns (int256 index, int256 rate) {
        unchecked {
            (uint256 price, ) = priceIn(priceWord);
            (index, rate) = driftFloor(
                price,
                fundingRateIn(priceWord),
                slope(skewIn(skewWord), terms),
                terms.maxFundingRate(),
                int256(time - touchedAtIn(poolWord))
            );
            index += fundingIndexIn(priceWord);
            if (index.abs() > MAX_INDEX) index = MAX_INDEX.withSign(index);
        }
    }

    /// @notice a = v·clamp(s/K, −1, 1), WAD per day per day. Toward zero: the rate moves no faster than it should.
    function slope(int256 skew, PricingTerms terms) internal pure returns (int256) {
        unchecked {
            uint256 depth = terms.depth();
            uint256 size = skew.abs();
            if (size > depth) size = depth;
            return (terms.fundingVelocity() * size).divDown(depth).withSign(skew);
        }
    }

    /// @notice p·∫ rate over `elapsed` seconds, and the rate after them. With t in days: while r′ = r + a·t is within ±r_max, the integral
    /// is t·(r + r′)/2; once it has met R = ±r_max it stays there, and with u = R − r the integral is R·t − u²/(2a).
    /// In range: p < 2^88, a < 2^64, r_max < 2^59, 2^32 seconds, and r is within ±r_max.
    /// @param maxRate r_max, a multiple of RATE_STEP.
    /// @return growth BaseToken per unit, WAD. Floor: longs keep the fraction of a wei.
    /// @return rateAfter In whole RATE_STEPs. Toward zero.
    function driftFloor(
        uint256 price,
        int256 rate,
        int256 a,
        uint256 maxRate,
        int256 elapsed
    ) internal pure returns (int256 growth, int256 rateAfter) {
        unchecked {
            int256 p = int256(price);
            // r and r′, each times the seconds of a day.
            int256 before = rate * DAY;
            int256 moved = before + a * elapsed;
            if (moved.abs() <= maxRate * uint256(DAY)) {
                growth = (p * elapsed * (before + moved)).divFloor(uint256(2 * DAY * DAY) * FixedPoint.WAD);
                rateAfter = (moved / (DAY * RATE_STEP)) * RATE_STEP;
            } else {
                // It moved past the bound whose sign is that of a, and so is that of both halves of the fraction.
                rateAfter = maxRate.withSign(a);
                int256 u = rateAfter - rate;
                int256 part = 2 * a * rateAfter * elapsed - u * u * DAY;
                growth = (p * (a < 0 ? -part : part)).divFloor(2 * a.abs() * uint256(DAY) * FixedPoint.WAD);
            }
        }
    }
}
