// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RATE_STEP, fundingIndexIn, fundingRateIn, priceIn, skewIn, touchedAtIn} from "../types/Market.sol";
import {PricingTerms} from "../types/MarketParams.sol";
import {FixedPoint} from "./FixedPoint.sol";

/// @notice Funding in closed form: the rate moves at slope a = v·clamp(s/K, −1, 1) per day until it meets ±r_max, and
/// the index grows by p times the integral of the rate.
library Funding {
    using FixedPoint for int256;
    using FixedPoint for uint256;

    int256 internal constant DAY = 1 days;
    /// @notice Where the index stops, so that q·(p − F) stays in range: 1.5e8 BaseToken per unit.
    int256 internal constant MAX_INDEX = 1.5e26;

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
            int256 elapsed = int256(time - touchedAtIn(poolWord));
            int256 a = slope(skewIn(skewWord), terms);
            int256 bound = int256(terms.maxFundingRate());
            rate = fundingRateIn(priceWord);
            (uint256 price, ) = priceIn(priceWord);
            index = fundingIndexIn(priceWord) + growthFloor(price, rate, a, bound, elapsed);
            if (index > MAX_INDEX) index = MAX_INDEX;
            else if (index < -MAX_INDEX) index = -MAX_INDEX;
            rate = rateAfter(rate, a, bound, elapsed);
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

    /// @notice The rate after `elapsed` seconds, WAD per day, in whole RATE_STEPs. Toward zero.
    function rateAfter(int256 rate, int256 a, int256 bound, int256 elapsed) internal pure returns (int256) {
        unchecked {
            int256 moved = rate + (a * elapsed) / DAY;
            if (moved > bound) moved = bound;
            else if (moved < -bound) moved = -bound;
            return moved - (moved % RATE_STEP);
        }
    }

    /// @notice p·∫ rate over `elapsed` seconds: p·(r·t + a·t²/2) until the rate meets R = ±r_max, and with u = R − r
    /// altogether p·(R·t − u²/(2a)) once it has. BaseToken per unit, WAD. Floor: longs keep the fraction of a wei.
    /// In range: p < 2^88, a < 2^64, R < 2^59, t < 2^32.
    function growthFloor(
        uint256 price,
        int256 rate,
        int256 a,
        int256 bound,
        int256 elapsed
    ) internal pure returns (int256) {
        unchecked {
            int256 p = int256(price);
            if (a < 0) bound = -bound;
            int256 toBound = (bound - rate) * DAY;
            bool meets = a != 0 && (a > 0 ? a * elapsed >= toBound : a * elapsed <= toBound);
            if (!meets) {
                return
                    (p * (2 * DAY * rate * elapsed + a * elapsed * elapsed)).divFloor(
                        uint256(2 * DAY * DAY) * FixedPoint.WAD
                    );
            }
            int256 u = bound - rate;
            // R and a have the same sign, and both halves of the fraction take it.
            int256 part = 2 * a * bound * elapsed - u * u * DAY;
            return (p * (a < 0 ? -part : part)).divFloor(2 * a.abs() * uint256(DAY) * FixedPoint.WAD);
        }
    }
}
