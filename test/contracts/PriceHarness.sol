// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Basket} from "../../contracts/libraries/Basket.sol";
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
}
