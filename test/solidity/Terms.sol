// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PricingTerms, RiskTerms} from "../../contracts/types/MarketParams.sol";
import {NEVER, Policy} from "../../contracts/types/Policy.sol";

/// @notice PricingTerms in words one can read: amounts, fractions and rates are WAD, times seconds.
struct Pricing {
    uint256 depth;
    uint256 tradeFee;
    uint256 maxHalfSpread;
    uint256 protocolShare;
    uint256 fundingVelocity;
    uint256 maxFundingRate;
    uint256 withdrawalDelay;
}

/// @notice RiskTerms in words one can read: amounts and fractions are WAD, times seconds.
struct Risk {
    uint256 minMargin;
    uint256 liquidationReward;
    uint256 maxLeverage;
    uint256 maintenanceMargin;
    uint256 skewCap;
    uint256 openShare;
    uint256 deleverageShare;
    uint256 rewardRate;
    uint256 exitFee;
    uint256 rebalanceWindow;
    uint256 baseDecimals;
}

/// @notice A Policy in words one can read: bands, fees and amounts are WAD, times seconds.
struct PolicyFields {
    uint256 mintBurnBand;
    uint256 upperBand;
    uint256 lowerBand;
    uint256 emergencyBand;
    uint256 maxImpact;
    uint256 interval;
    uint256 offset;
    uint256 rewardBase;
    uint256 rewardSlope;
    uint256 rewardCap;
    uint256 mintFee;
    uint256 burnFee;
    uint256 streamingFee;
}

/// @notice The parameters of deploy/parameters/local.json5, which test/Deployment.ts compares them with, and packing.
library Terms {
    function standardPricing() internal pure returns (Pricing memory) {
        return
            Pricing({
                depth: 1_000_000e18,
                tradeFee: 0.0005e18,
                maxHalfSpread: 0.005e18,
                protocolShare: 0.1e18,
                fundingVelocity: 9e18,
                maxFundingRate: 0.05e18,
                withdrawalDelay: 2 days
            });
    }

    function standardRisk(uint256 baseDecimals) internal pure returns (Risk memory) {
        return
            Risk({
                minMargin: 4e18,
                liquidationReward: 1e18,
                maxLeverage: 10e18,
                maintenanceMargin: 0.06e18,
                skewCap: 0.04e18,
                openShare: 0.5e18,
                deleverageShare: 0.8e18,
                rewardRate: 0.002e18,
                exitFee: 0.001e18,
                rebalanceWindow: 1 hours,
                baseDecimals: baseDecimals
            });
    }

    /// @notice Of a market of an index.
    function indexPricing() internal pure returns (Pricing memory) {
        return
            Pricing({
                depth: 50_000e18,
                tradeFee: 0.001e18,
                maxHalfSpread: 0.02e18,
                protocolShare: 0.1e18,
                fundingVelocity: 1e18,
                maxFundingRate: 0.01e18,
                withdrawalDelay: 2 days
            });
    }

    /// @notice Of a market of an index in a BaseToken of 18 decimals.
    function indexRisk() internal pure returns (Risk memory) {
        return
            Risk({
                minMargin: 4e18,
                liquidationReward: 1e18,
                maxLeverage: 5e18,
                maintenanceMargin: 0.12e18,
                skewCap: 0.06e18,
                openShare: 0.4e18,
                deleverageShare: 0.7e18,
                rewardRate: 0.005e18,
                exitFee: 0.002e18,
                rebalanceWindow: 1 hours,
                baseDecimals: 18
            });
    }

    /// @notice The smallest fee, the largest depth and no funding: FRICTIONLESS of deploy/overrides.ts.
    function frictionless(
        Pricing memory pricing,
        Risk memory risk
    ) internal pure returns (Pricing memory, Risk memory) {
        pricing.depth = type(uint112).max;
        pricing.tradeFee = 1e6;
        pricing.fundingVelocity = 0;
        risk.skewCap = 5e12;
        return (pricing, risk);
    }

    function continuous() internal pure returns (PolicyFields memory) {
        return
            PolicyFields({
                mintBurnBand: 0.01e18,
                upperBand: 0.1e18,
                lowerBand: 0.1e18,
                emergencyBand: 0.6e18,
                maxImpact: 0.01e18,
                interval: 0,
                offset: 0,
                rewardBase: 0.5e18,
                rewardSlope: 10e18,
                rewardCap: 0.001e18,
                mintFee: 0,
                burnFee: 0,
                streamingFee: 0.01e18
            });
    }

    function daily() internal pure returns (PolicyFields memory fields) {
        fields = continuous();
        fields.mintBurnBand = NEVER;
        fields.upperBand = 0.33e18;
        fields.lowerBand = NEVER;
        fields.interval = 1 days;
        fields.offset = 2 minutes;
    }

    function pack(Pricing memory pricing) internal pure returns (PricingTerms) {
        uint256 word = field("depth", pricing.depth, 1, 112, 0);
        word |= field("tradeFee", pricing.tradeFee, 1e6, 40, 112);
        word |= field("maxHalfSpread", pricing.maxHalfSpread, 1e12, 16, 152);
        word |= field("protocolShare", pricing.protocolShare, 1e14, 16, 168);
        word |= field("fundingVelocity", pricing.fundingVelocity, 1e12, 24, 184);
        word |= field("maxFundingRate", pricing.maxFundingRate, 1e12, 24, 208);
        word |= field("withdrawalDelay", pricing.withdrawalDelay, 1, 24, 232);
        return PricingTerms.wrap(word);
    }

    function pack(Risk memory risk) internal pure returns (RiskTerms) {
        uint256 word = field("minMargin", risk.minMargin, 1e12, 40, 0);
        word |= field("liquidationReward", risk.liquidationReward, 1e12, 40, 40);
        word |= field("maxLeverage", risk.maxLeverage, 1e16, 16, 80);
        word |= field("maintenanceMargin", risk.maintenanceMargin, 1e12, 24, 96);
        word |= field("skewCap", risk.skewCap, 1e12, 24, 120);
        word |= field("openShare", risk.openShare, 1e14, 16, 144);
        word |= field("deleverageShare", risk.deleverageShare, 1e14, 16, 160);
        word |= field("rewardRate", risk.rewardRate, 1e12, 24, 176);
        word |= field("exitFee", risk.exitFee, 1e12, 24, 200);
        word |= field("rebalanceWindow", risk.rebalanceWindow, 1, 24, 224);
        word |= field("baseDecimals", risk.baseDecimals, 1, 8, 248);
        return RiskTerms.wrap(word);
    }

    function pack(PolicyFields memory policy) internal pure returns (Policy) {
        uint256 word = band("mintBurnBand", policy.mintBurnBand, 0);
        word |= band("upperBand", policy.upperBand, 16);
        word |= band("lowerBand", policy.lowerBand, 32);
        word |= field("emergencyBand", policy.emergencyBand, 1e14, 16, 48);
        word |= field("maxImpact", policy.maxImpact, 1e14, 16, 64);
        word |= field("interval", policy.interval, 1, 24, 80);
        word |= field("offset", policy.offset, 1, 24, 104);
        word |= field("rewardBase", policy.rewardBase, 1e14, 32, 128);
        word |= field("rewardSlope", policy.rewardSlope, 1e14, 32, 160);
        word |= field("rewardCap", policy.rewardCap, 1e12, 16, 192);
        word |= field("mintFee", policy.mintFee, 1e12, 16, 208);
        word |= field("burnFee", policy.burnFee, 1e12, 16, 224);
        word |= field("streamingFee", policy.streamingFee, 1e12, 16, 240);
        return Policy.wrap(word);
    }

    function band(string memory name, uint256 value, uint256 shift) private pure returns (uint256) {
        return value == NEVER ? uint256(type(uint16).max) << shift : field(name, value, 1e14, 16, shift);
    }

    /// @dev Refuses what a field can't hold exactly: a test that asks for something else than it gets is none.
    function field(
        string memory name,
        uint256 value,
        uint256 unit,
        uint256 bits,
        uint256 shift
    ) private pure returns (uint256) {
        uint256 raw = value / unit;
        require(
            raw * unit == value && raw >> bits == 0,
            string.concat("Terms: the word can't hold this ", name)
        );
        return raw << shift;
    }
}
