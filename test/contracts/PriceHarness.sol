// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Basket} from "../../contracts/libraries/Basket.sol";
import {Feed} from "../../contracts/libraries/Feed.sol";
import {Median} from "../../contracts/libraries/Median.sol";
import {Replayer} from "./Replayer.sol";

/// @notice Every function of the libraries of the price sources as `Library_function`.
contract PriceHarness is Replayer {
    // -------------------------------------------------------------------------------------------- Basket
    function Basket_levelDown(uint256 total, uint256 divisor) external pure returns (uint256) {
        return Basket.levelDown(total, divisor);
    }
    function Basket_halfSpreadUp(uint256 spreads, uint256 total) external pure returns (uint256) {
        return Basket.halfSpreadUp(spreads, total);
    }
    function Basket_weightUp(uint256 value, uint256 total) external pure returns (uint256) {
        return Basket.weightUp(value, total);
    }
    function Basket_divisorDown(uint256 total, uint256 level) external pure returns (uint256) {
        return Basket.divisorDown(total, level);
    }
    function Basket_rebasedDown(
        uint256 divisor,
        uint256 totalAfter,
        uint256 totalBefore
    ) external pure returns (uint256) {
        return Basket.rebasedDown(divisor, totalAfter, totalBefore);
    }

    // -------------------------------------------------------------------------------------------- Feed
    function Feed_scaleOf(uint256 decimals) external pure returns (uint256 factor, uint256 divisor) {
        return Feed.scaleOf(decimals);
    }
    function Feed_scaledDown(
        uint256 answer,
        uint256 factor,
        uint256 divisor
    ) external pure returns (uint256) {
        return Feed.scaledDown(answer, factor, divisor);
    }

    function Feed_toWadDown(uint256 answer, uint256 decimals) external pure returns (uint256) {
        return Feed.toWadDown(answer, decimals);
    }
    function Feed_fromExponentDown(uint256 value, int256 exponent) external pure returns (uint256) {
        return Feed.fromExponentDown(value, exponent);
    }
    function Feed_spreadUp(uint256 deviation, uint256 value) external pure returns (uint256) {
        return Feed.spreadUp(deviation, value);
    }

    // -------------------------------------------------------------------------------------------- Median
    function Median_middle(uint256 a, uint256 b, uint256 c) external pure returns (uint256) {
        return Median.middle(a, b, c);
    }
    function Median_meanDown(uint256 a, uint256 b) external pure returns (uint256) {
        return Median.meanDown(a, b);
    }
    function Median_divergenceUp(uint256 a, uint256 b) external pure returns (uint256) {
        return Median.divergenceUp(a, b);
    }
    function Median_halfGapUp(uint256 a, uint256 b) external pure returns (uint256) {
        return Median.halfGapUp(a, b);
    }
}
