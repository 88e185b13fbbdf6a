// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketId} from "./MarketId.sol";

/// @notice How a market prices and funds: one packed word.
/// | bits      | field            | stored in units of        |
/// |-----------|------------------|---------------------------|
/// | 0–111     | depth            | 1e-18 units of underlying |
/// | 112–151   | tradeFee         | 1e-12                     |
/// | 152–167   | maxHalfSpread    | 1e-6                      |
/// | 168–183   | protocolShare    | 1e-4                      |
/// | 184–207   | fundingVelocity  | 1e-6 per day²             |
/// | 208–231   | maxFundingRate   | 1e-6 per day              |
/// | 232–255   | withdrawalDelay  | seconds                   |
type PricingTerms is uint256;

/// @notice What a market demands of its accounts and of its pool: one packed word.
/// | bits      | field               | stored in units of   |
/// |-----------|---------------------|----------------------|
/// | 0–39      | minMargin           | 1e-6 BaseToken       |
/// | 40–79     | liquidationReward   | 1e-6 BaseToken       |
/// | 80–95     | maxLeverage         | 1e-2                 |
/// | 96–119    | maintenanceMargin   | 1e-6                 |
/// | 120–143   | skewCap             | 1e-6 of depth        |
/// | 144–159   | openShare           | 1e-4 of pool equity  |
/// | 160–175   | deleverageShare     | 1e-4 of pool equity  |
/// | 176–199   | rewardRate          | 1e-6 of notional     |
/// | 200–223   | exitFee             | 1e-6                 |
/// | 224–247   | rebalanceWindow     | seconds              |
/// | 248–255   | baseDecimals        | decimals             |
type RiskTerms is uint256;

/// @notice Everything that defines a market. It never changes, its hash is the market's id, and it travels in calldata.
/// @param baseToken The ERC-20 that is deposited and in which everything is valued.
/// @param priceSource The IPriceSource of the underlying, in BaseToken.
/// @param pricing Depth, fees and funding.
/// @param risk Margin, limits, rewards and delays.
struct MarketParams {
    address baseToken;
    address priceSource;
    PricingTerms pricing;
    RiskTerms risk;
}

using {
    withoutFees,
    depth,
    tradeFee,
    maxHalfSpread,
    protocolShare,
    fundingVelocity,
    maxFundingRate,
    withdrawalDelay
} for PricingTerms global;
using {
    minMargin,
    liquidationReward,
    maxLeverage,
    maintenanceMargin,
    skewCap,
    openShare,
    deleverageShare,
    rewardRate,
    exitFee,
    rebalanceWindow,
    baseDecimals
} for RiskTerms global;
using {toId, idOf} for MarketParams global;

/// @notice The market's id: keccak256 of the four words.
function toId(MarketParams memory params) pure returns (MarketId) {
    return MarketId.wrap(keccak256(abi.encode(params)));
}

/// @notice The same as `toId` of parameters in calldata, hashed as they lie there: a call hashes them first of all.
function idOf(MarketParams calldata params) pure returns (MarketId id) {
    // Four static words in a row, as abi.encode would lay them out. An address with dirty bits makes another hash, thus no market.
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        let words := mload(0x40)
        calldatacopy(words, params, 128)
        id := keccak256(words, 128)
    }
}

/// @notice The same terms with a trade fee and a half-spread of nothing: the fields at 112–167 cleared.
function withoutFees(PricingTerms terms) pure returns (PricingTerms) {
    return PricingTerms.wrap(PricingTerms.unwrap(terms) & ~(uint256(type(uint56).max) << 112));
}

/// @notice K: units of underlying by which the skew must grow for the fill price to move by 100 %. WAD.
function depth(PricingTerms terms) pure returns (uint256) {
    return uint112(PricingTerms.unwrap(terms));
}

/// @notice f: fee on the notional of a trade at mid. WAD.
function tradeFee(PricingTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint40(PricingTerms.unwrap(terms) >> 112)) * 1e6;
    }
}

/// @notice Half-spread above which nothing is opened, and the most that anybody is charged for it. WAD.
function maxHalfSpread(PricingTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint16(PricingTerms.unwrap(terms) >> 152)) * 1e12;
    }
}

/// @notice Part of the trade fee that goes to protocolFees instead of the pool. WAD.
function protocolShare(PricingTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint16(PricingTerms.unwrap(terms) >> 168)) * 1e14;
    }
}

/// @notice v: how fast the funding rate moves when the skew equals the depth. WAD per day per day.
function fundingVelocity(PricingTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint24(PricingTerms.unwrap(terms) >> 184)) * 1e12;
    }
}

/// @notice r_max: the bound of the funding rate on both sides. WAD per day.
function maxFundingRate(PricingTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint24(PricingTerms.unwrap(terms) >> 208)) * 1e12;
    }
}

/// @notice How long liquidity that wants to leave must wait. Seconds.
function withdrawalDelay(PricingTerms terms) pure returns (uint256) {
    return uint24(PricingTerms.unwrap(terms) >> 232);
}

/// @notice The least an account with a position may be left with by its owner. BaseToken, WAD.
function minMargin(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint40(RiskTerms.unwrap(terms))) * 1e12;
    }
}

/// @notice R₀: the fixed part of a liquidator's reward. BaseToken, WAD.
function liquidationReward(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint40(RiskTerms.unwrap(terms) >> 40)) * 1e12;
    }
}

/// @notice The most leverage an opening trade may leave. WAD.
function maxLeverage(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint16(RiskTerms.unwrap(terms) >> 80)) * 1e16;
    }
}

/// @notice An account worth less than this part of its notional can be liquidated. WAD.
function maintenanceMargin(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint24(RiskTerms.unwrap(terms) >> 96)) * 1e12;
    }
}

/// @notice σ: bound of each side's open interest as a part of the depth. WAD.
function skewCap(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint24(RiskTerms.unwrap(terms) >> 120)) * 1e12;
    }
}

/// @notice Bound of each side's open value as a part of pool equity. WAD.
function openShare(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint16(RiskTerms.unwrap(terms) >> 144)) * 1e14;
    }
}

/// @notice κ: the part of pool equity above which the value of the skew is deleveraged. WAD.
function deleverageShare(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint16(RiskTerms.unwrap(terms) >> 160)) * 1e14;
    }
}

/// @notice ρ: the part of a liquidated notional that rewards the liquidator. WAD.
function rewardRate(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint24(RiskTerms.unwrap(terms) >> 176)) * 1e12;
    }
}

/// @notice The part that leaving liquidity gives to the liquidity that stays. WAD.
function exitFee(RiskTerms terms) pure returns (uint256) {
    unchecked {
        return uint256(uint24(RiskTerms.unwrap(terms) >> 200)) * 1e12;
    }
}

/// @notice Time in which the budget of forced rebalances refills from empty to full. Seconds.
function rebalanceWindow(RiskTerms terms) pure returns (uint256) {
    return uint24(RiskTerms.unwrap(terms) >> 224);
}

/// @notice Decimals of the BaseToken, 6 to 18.
function baseDecimals(RiskTerms terms) pure returns (uint256) {
    return uint8(RiskTerms.unwrap(terms) >> 248);
}
