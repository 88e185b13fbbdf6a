// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {Books} from "./Books.sol";
import {FixedPoint} from "./FixedPoint.sol";

/// @notice Which parameters make a market. Bounds that the width of a field gives already are not repeated.
library Admission {
    using FixedPoint for uint256;

    /// @notice Reverts with the name, the value and the bounds of the first parameter that is out of bounds.
    function check(MarketParams memory params, uint256 decimals) internal pure {
        PricingTerms pricing = params.pricing;
        RiskTerms risk = params.risk;
        between("baseDecimals", risk.baseDecimals(), 6, 18);
        between("baseDecimals", risk.baseDecimals(), decimals, decimals);
        between("depth", pricing.depth(), 1e15, type(uint112).max);
        between("tradeFee", pricing.tradeFee(), 1, 0.1e18);
        between("maxHalfSpread", pricing.maxHalfSpread(), 0, 0.065e18);
        between("protocolShare", pricing.protocolShare(), 0, 1e18);
        between("maxFundingRate", pricing.maxFundingRate(), 0, 0.5e18);
        between("withdrawalDelay", pricing.withdrawalDelay(), 1 minutes, type(uint24).max);
        between("minMargin", risk.minMargin(), 4 * risk.liquidationReward(), type(uint256).max);
        between("minMargin", risk.minMargin(), 1, type(uint256).max);
        between("maxLeverage", risk.maxLeverage(), 1e18, 100e18);
        between("skewCap", risk.skewCap(), 1, 1e18);
        between("maxPosition", pricing.depth().mulWadUp(risk.skewCap()), 1, Books.MAX_POSITION);
        between("openShare", risk.openShare(), 1, type(uint256).max);
        between("deleverageShare", risk.deleverageShare(), risk.openShare() + 1, type(uint256).max);
        between("exitFee", risk.exitFee(), 0, 0.05e18);
        between("rebalanceWindow", risk.rebalanceWindow(), 1, type(uint24).max);

        // Then no move of the skew alone makes bad debt: closing costs at most the skew cap and φ_max of the notional.
        uint256 sum = risk.skewCap() + pricing.tradeFee() + pricing.maxHalfSpread() + risk.rewardRate();
        uint256 initial = uint256(1e36).divDown(risk.maxLeverage());
        if (sum > risk.maintenanceMargin() || risk.maintenanceMargin() >= initial) {
            revert IClearingHouse.ClearingHouse_UnsafeMargins(sum, risk.maintenanceMargin(), initial);
        }
    }

    /// @notice Reverts when `value` is outside [least, most].
    function between(string memory name, uint256 value, uint256 least, uint256 most) internal pure {
        if (value < least || value > most) {
            revert IClearingHouse.ClearingHouse_ParameterOutOfBounds(name, value, least, most);
        }
    }
}
