// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {RiskTerms} from "../types/MarketParams.sol";
import {NEVER, Policy} from "../types/Policy.sol";
import {FixedPoint} from "./FixedPoint.sol";

/// @notice Which leverages and policies make a token.
library TokenAdmission {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    uint256 internal constant STEP = 0.1e18;

    /// @notice Reverts with what is out of bounds. The market must carry |L|·(1 + emergencyBand), and every regular
    /// trigger must come before the emergency.
    ///
    /// No reward is above a band that brings it. What mints and burns are rounded by stays in the account or goes to protocolFees, so it
    /// moves leverage: by x/N for an x that its maker loses. Off target by more than a band costs more than band·N, and earns at
    /// most cap·N. With bands of 0 a mint of one wei is enough to be paid for a rebalance, again and again, until nothing is left.
    function check(RiskTerms risk, int256 leverage, Policy policy) internal pure {
        uint256 size = leverage.abs();
        // Of any size yet: the product is checked.
        uint256 worst = (size * (FixedPoint.WAD + policy.emergencyBand())).divUp(FixedPoint.WAD);
        bool inSteps = (size >= 1.1e18 || leverage == -1e18) && size <= 10e18 && size % STEP == 0;
        if (!inSteps || worst > risk.maxLeverage()) {
            revert ILeveragedToken.LeveragedToken_LeverageOutOfBounds(leverage, worst, risk.maxLeverage());
        }
        uint256 emergency = policy.emergencyBand();
        between("emergencyBand", emergency, 0.1e18, 5e18);
        if (policy.upperBand() != NEVER) between("upperBand", policy.upperBand(), 0, emergency);
        if (policy.lowerBand() != NEVER) between("lowerBand", policy.lowerBand(), 0, 0.9e18);
        if (policy.mintBurnBand() != NEVER) between("mintBurnBand", policy.mintBurnBand(), 0, emergency);
        between("maxImpact", policy.maxImpact(), 1, 1e18);
        uint256 interval = policy.interval();
        if (interval != 0) between("interval", interval, 1 hours, 30 days);
        between("offset", policy.offset(), 0, interval == 0 ? 0 : interval - 1);
        // A band that never triggers is above any cap. The emergency band is too.
        uint256 cap = Math.min(0.01e18, Math.min(policy.upperBand(), policy.lowerBand()));
        between("rewardCap", policy.rewardCap(), 0, cap);
        between("mintFee", policy.mintFee(), 0, 0.01e18);
        between("burnFee", policy.burnFee(), 0, 0.01e18);
        between("streamingFee", policy.streamingFee(), 0, 0.05e18);
    }

    /// @notice Whole and tenth of |L|, for its name. Exact, as leverage comes in steps of a tenth.
    function tenths(int256 leverage) internal pure returns (uint256 whole, uint256 tenth) {
        uint256 size = leverage.abs();
        return (size.divDown(FixedPoint.WAD), (size % FixedPoint.WAD).divDown(STEP));
    }

    /// @notice Reverts when `value` is outside [least, most].
    function between(string memory name, uint256 value, uint256 least, uint256 most) internal pure {
        if (value < least || value > most) {
            revert ILeveragedToken.LeveragedToken_PolicyOutOfBounds(name, value, least, most);
        }
    }
}
