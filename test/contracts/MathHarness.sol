// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Admission} from "../../contracts/libraries/Admission.sol";
import {Attribution, Holding} from "../../contracts/libraries/Attribution.sol";
import {Books, TradeCost} from "../../contracts/libraries/Books.sol";
import {FixedPoint} from "../../contracts/libraries/FixedPoint.sol";
import {Funding} from "../../contracts/libraries/Funding.sol";
import {Conditions, Impact} from "../../contracts/libraries/Impact.sol";
import {Margin} from "../../contracts/libraries/Margin.sol";
import {Pool} from "../../contracts/libraries/Pool.sol";
import {Rebalance, RebalanceLimits, RebalancePlan, Trigger} from "../../contracts/libraries/Rebalance.sol";
import {Account, packAccount} from "../../contracts/types/Account.sol";
import {ForcedTrades, Market, MarketWords} from "../../contracts/types/Market.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../../contracts/types/MarketParams.sol";
import {Policy} from "../../contracts/types/Policy.sol";
import {TokenState, packTokenState} from "../../contracts/types/TokenState.sol";

/// @notice Every function of the libraries and every reader of a packed word, as `Library_function`, so that the
/// TypeScript twins can be compared with them. A function that changes a market returns the market first.
contract MathHarness {
    MarketWords private words;

    /// @notice Calls one function once for each `size` bytes of `inputs`. A result is 1 and what was returned, or 0 and
    /// what the call reverted with.
    function replay(
        bytes4 selector,
        uint256 size,
        bytes calldata inputs
    ) external returns (bytes[] memory results) {
        results = new bytes[](inputs.length / size);
        for (uint256 i = 0; i < results.length; ++i) {
            bytes calldata input = inputs[i * size:(i + 1) * size];
            (bool success, bytes memory output) = address(this).call(bytes.concat(selector, input));
            results[i] = bytes.concat(bytes1(success ? 1 : 0), output);
        }
    }

    // ------------------------------------------------------------------------------------------ FixedPoint
    function FixedPoint_mulDivDown(uint256 a, uint256 b, uint256 d) external pure returns (uint256) {
        return FixedPoint.mulDivDown(a, b, d);
    }
    function FixedPoint_mulDivUp(uint256 a, uint256 b, uint256 d) external pure returns (uint256) {
        return FixedPoint.mulDivUp(a, b, d);
    }
    function FixedPoint_divFloor(int256 a, int256 d) external pure returns (int256 quotient) {
        return FixedPoint.divFloor(a, d);
    }
    function FixedPoint_divCeil(int256 a, int256 d) external pure returns (int256 quotient) {
        return FixedPoint.divCeil(a, d);
    }
    function FixedPoint_divDown(uint256 a, uint256 d) external pure returns (uint256) {
        return FixedPoint.divDown(a, d);
    }
    function FixedPoint_divUp(uint256 a, uint256 d) external pure returns (uint256) {
        return FixedPoint.divUp(a, d);
    }
    function FixedPoint_mulWadDown(uint256 a, uint256 b) external pure returns (uint256) {
        return FixedPoint.mulWadDown(a, b);
    }
    function FixedPoint_mulWadUp(uint256 a, uint256 b) external pure returns (uint256) {
        return FixedPoint.mulWadUp(a, b);
    }
    function FixedPoint_mulWadFloor(int256 a, int256 b) external pure returns (int256) {
        return FixedPoint.mulWadFloor(a, b);
    }
    function FixedPoint_mulWadCeil(int256 a, int256 b) external pure returns (int256) {
        return FixedPoint.mulWadCeil(a, b);
    }
    function FixedPoint_stepDown(uint256 a, uint256 step) external pure returns (uint256) {
        return FixedPoint.stepDown(a, step);
    }
    function FixedPoint_stepUp(uint256 a, uint256 step) external pure returns (uint256) {
        return FixedPoint.stepUp(a, step);
    }
    function FixedPoint_sqrtUp(uint256 a) external pure returns (uint256) {
        return FixedPoint.sqrtUp(a);
    }
    function FixedPoint_abs(int256 a) external pure returns (uint256) {
        return FixedPoint.abs(a);
    }
    function FixedPoint_withSign(uint256 a, int256 like) external pure returns (int256) {
        return FixedPoint.withSign(a, like);
    }

    // ---------------------------------------------------------------------------------------------- Impact
    function Impact_energyUp(uint256 price, int256 skew, uint256 depth) external pure returns (uint256) {
        return Impact.energyUp(price, skew, depth);
    }
    function Impact_impact(
        uint256 price,
        int256 skew,
        int256 amount,
        uint256 depth
    ) external pure returns (int256) {
        return Impact.impact(price, skew, amount, depth);
    }
    function Impact_surchargeUp(Conditions memory around, int256 amount) external pure returns (uint256) {
        return Impact.surchargeUp(around, amount);
    }
    function Impact_fillPrice(uint256 price, int256 cost, int256 amount) external pure returns (uint256) {
        return Impact.fillPrice(price, cost, amount);
    }
    function Impact_feeUp(uint256 price, int256 amount, uint256 rate) external pure returns (uint256) {
        return Impact.feeUp(price, amount, rate);
    }
    function Impact_costUp(Conditions memory around, int256 amount) external pure returns (int256) {
        return Impact.costUp(around, amount);
    }

    // --------------------------------------------------------------------------------------------- Funding
    function Funding_accrue(
        Market memory market,
        PricingTerms terms,
        uint256 time
    ) external pure returns (Market memory result) {
        Funding.accrue(market, terms, time);
        result = market;
    }
    function Funding_slope(int256 skew, PricingTerms terms) external pure returns (int256) {
        return Funding.slope(skew, terms);
    }
    function Funding_rateAfter(
        int256 rate,
        int256 a,
        int256 bound,
        int256 elapsed
    ) external pure returns (int256) {
        return Funding.rateAfter(rate, a, bound, elapsed);
    }
    function Funding_growthFloor(
        uint256 price,
        int256 rate,
        int256 a,
        int256 bound,
        int256 elapsed
    ) external pure returns (int256) {
        return Funding.growthFloor(price, rate, a, bound, elapsed);
    }

    // ---------------------------------------------------------------------------------------------- Margin
    function Margin_valueFloor(
        int256 position,
        int256 cash,
        int256 positionPrice
    ) external pure returns (int256) {
        return Margin.valueFloor(position, cash, positionPrice);
    }
    function Margin_exitValueFloor(
        int256 value,
        int256 position,
        Conditions memory around
    ) external pure returns (int256) {
        return Margin.exitValueFloor(value, position, around);
    }
    function Margin_requirementUp(
        int256 position,
        uint256 price,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Margin.requirementUp(position, price, risk);
    }
    function Margin_isSufficient(
        int256 position,
        int256 value,
        Conditions memory around,
        RiskTerms risk
    ) external pure returns (bool) {
        return Margin.isSufficient(position, value, around, risk);
    }
    function Margin_isNotRaised(
        int256 position,
        int256 value,
        int256 positionAfter,
        int256 valueAfter
    ) external pure returns (bool) {
        return Margin.isNotRaised(position, value, positionAfter, valueAfter);
    }
    function Margin_leverageDown(
        int256 position,
        uint256 price,
        int256 value
    ) external pure returns (uint256) {
        return Margin.leverageDown(position, price, value);
    }
    function Margin_isLiquidatable(
        int256 position,
        int256 value,
        uint256 price,
        RiskTerms risk
    ) external pure returns (bool) {
        return Margin.isLiquidatable(position, value, price, risk);
    }

    // ------------------------------------------------------------------------------------------------ Pool
    function Pool_equityFloor(Market memory market, uint256 depth) external pure returns (int256) {
        return Pool.equityFloor(market, depth);
    }
    function Pool_equityCeil(Market memory market, uint256 depth) external pure returns (int256) {
        return Pool.equityCeil(market, depth);
    }
    function Pool_claimsFloor(Market memory market) external pure returns (int256) {
        return Pool.claimsFloor(market);
    }
    function Pool_sharesDown(uint256 assets, uint256 equity, uint256 supply) external pure returns (uint256) {
        return Pool.sharesDown(assets, equity, supply);
    }
    function Pool_assetsUp(uint256 shares, uint256 equity, uint256 supply) external pure returns (uint256) {
        return Pool.assetsUp(shares, equity, supply);
    }
    function Pool_assetsDown(uint256 shares, uint256 equity, uint256 supply) external pure returns (uint256) {
        return Pool.assetsDown(shares, equity, supply);
    }
    function Pool_withdrawableDown(
        Market memory market,
        uint256 depth,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Pool.withdrawableDown(market, depth, risk);
    }
    function Pool_openRoomDown(
        Market memory market,
        uint256 side,
        uint256 depth,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Pool.openRoomDown(market, side, depth, risk);
    }
    function Pool_openCapDown(
        Market memory market,
        uint256 depth,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Pool.openCapDown(market, depth, risk);
    }

    // ----------------------------------------------------------------------------------------------- Books
    function Books_advance(
        Market memory market,
        PricingTerms terms,
        uint256 time,
        uint256 price,
        uint256 halfSpread,
        uint256 updatedAt
    ) external pure returns (Market memory result) {
        Books.advance(market, terms, time, price, halfSpread, updatedAt);
        result = market;
    }
    function Books_costRate(Market memory market, PricingTerms terms) external pure returns (uint256) {
        return Books.costRate(market, terms);
    }
    function Books_conditions(
        Market memory market,
        PricingTerms terms,
        int256 forced
    ) external pure returns (Conditions memory) {
        return Books.conditions(market, terms, forced);
    }
    function Books_trade(
        Market memory market,
        PricingTerms terms,
        int256 position,
        int256 cash,
        int256 forcedAmount,
        int256 amount,
        int256 blockForced
    )
        external
        pure
        returns (Market memory result, int256 positionAfter, int256 cashAfter, TradeCost memory cost)
    {
        (positionAfter, cashAfter, cost) = Books.trade(
            market,
            terms,
            position,
            cash,
            forcedAmount,
            amount,
            blockForced
        );
        result = market;
    }
    function Books_bringIn(
        Market memory market,
        uint256 amount
    ) external pure returns (Market memory result) {
        Books.bringIn(market, amount);
        result = market;
    }
    function Books_payOut(Market memory market, uint256 amount) external pure returns (Market memory result) {
        Books.payOut(market, amount);
        result = market;
    }
    function Books_coverShortfall(
        Market memory market,
        int256 cash
    ) external pure returns (Market memory result, uint256 shortfall) {
        shortfall = Books.coverShortfall(market, cash);
        result = market;
    }
    function Books_chargeProtocolFee(
        Market memory market,
        uint256 amount
    ) external pure returns (Market memory result, uint256 taken) {
        taken = Books.chargeProtocolFee(market, amount);
        result = market;
    }
    function Books_moveOpenInterest(
        Market memory market,
        int256 position,
        int256 positionAfter
    ) external pure returns (Market memory result) {
        Books.moveOpenInterest(market, position, positionAfter);
        result = market;
    }
    function Books_spentUp(
        ForcedTrades memory trades,
        MarketParams memory params,
        uint256 time
    ) external pure returns (uint256) {
        return Books.spentUp(trades, params, time);
    }
    function Books_budgetDown(PricingTerms terms) external pure returns (uint256) {
        return Books.budgetDown(terms);
    }

    // ------------------------------------------------------------------------------------------- Rebalance
    function Rebalance_targetPosition(
        int256 leverage,
        uint256 value,
        uint256 price
    ) external pure returns (int256) {
        return Rebalance.targetPosition(leverage, value, price);
    }
    function Rebalance_positionAmountDelta(
        int256 leverage,
        int256 value,
        uint256 price,
        int256 position
    ) external pure returns (int256) {
        return Rebalance.positionAmountDelta(leverage, value, price, position);
    }
    function Rebalance_landing(
        int256 leverage,
        int256 delta,
        Conditions memory around
    ) external pure returns (int256) {
        return Rebalance.landing(leverage, delta, around);
    }
    function Rebalance_limited(
        int256 amount,
        Conditions memory around,
        RebalanceLimits memory limits
    ) external pure returns (int256) {
        return Rebalance.limited(amount, around, limits);
    }
    function Rebalance_valueAfterFloor(
        int256 value,
        int256 amount,
        Conditions memory around
    ) external pure returns (int256) {
        return Rebalance.valueAfterFloor(value, amount, around);
    }
    function Rebalance_offTarget(
        int256 leverage,
        int256 position,
        uint256 price,
        int256 value
    ) external pure returns (uint256 distance, bool above) {
        return Rebalance.offTarget(leverage, position, price, value);
    }
    function Rebalance_isCloser(
        int256 leverage,
        uint256 price,
        int256 position,
        int256 value,
        int256 positionAfter,
        int256 valueAfter
    ) external pure returns (bool) {
        return Rebalance.isCloser(leverage, price, position, value, positionAfter, valueAfter);
    }
    function Rebalance_slotStart(
        uint256 time,
        uint256 interval,
        uint256 offset
    ) external pure returns (uint256) {
        return Rebalance.slotStart(time, interval, offset);
    }
    function Rebalance_trigger(
        Policy policy,
        uint256 distance,
        bool above,
        uint256 rebalancedAt,
        uint256 time
    ) external pure returns (Trigger memory found) {
        return Rebalance.trigger(policy, distance, above, rebalancedAt, time);
    }
    function Rebalance_rewardDown(
        Policy policy,
        uint256 excess,
        uint256 value
    ) external pure returns (uint256) {
        return Rebalance.rewardDown(policy, excess, value);
    }
    function Rebalance_plan(
        int256 leverage,
        int256 position,
        int256 value,
        Conditions memory around,
        RebalanceLimits memory limits,
        uint256 reward
    ) external pure returns (RebalancePlan memory planned) {
        return Rebalance.plan(leverage, position, value, around, limits, reward);
    }
    function Rebalance_isSufficientAfter(
        int256 positionAfter,
        int256 valueAfter,
        Conditions memory around,
        int256 amount,
        RiskTerms risk
    ) external pure returns (bool) {
        return Rebalance.isSufficientAfter(positionAfter, valueAfter, around, amount, risk);
    }

    // ----------------------------------------------------------------------------------------- Attribution
    function Attribution_firstHolding(int256 leverage, uint256 price) external pure returns (Holding memory) {
        return Attribution.firstHolding(leverage, price);
    }
    function Attribution_scaledUp(Holding memory held, uint256 value) external pure returns (int256) {
        return Attribution.scaledUp(held, value);
    }
    function Attribution_deposit(
        Holding memory held,
        Conditions memory around,
        uint256 assets
    ) external pure returns (uint256 tokens, int256 amount) {
        return Attribution.deposit(held, around, assets);
    }
    function Attribution_mint(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) external pure returns (uint256 assets, int256 amount) {
        return Attribution.mint(held, around, tokens);
    }
    function Attribution_redeem(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) external pure returns (int256 assets, int256 amount) {
        return Attribution.redeem(held, around, tokens);
    }
    function Attribution_withdraw(
        Holding memory held,
        Conditions memory around,
        uint256 assets
    ) external pure returns (uint256 tokens) {
        return Attribution.withdraw(held, around, assets);
    }
    function Attribution_leverageOf(Holding memory held, uint256 price) external pure returns (int256) {
        return Attribution.leverageOf(held, price);
    }
    function Attribution_streamingFeeDown(
        uint256 value,
        uint256 rate,
        uint256 elapsed
    ) external pure returns (uint256) {
        return Attribution.streamingFeeDown(value, rate, elapsed);
    }
    function Attribution_feeUp(uint256 assets, uint256 rate) external pure returns (uint256) {
        return Attribution.feeUp(assets, rate);
    }
    function Attribution_beforeFeeUp(uint256 assets, uint256 rate) external pure returns (uint256) {
        return Attribution.beforeFeeUp(assets, rate);
    }

    // ------------------------------------------------------------------------------------------- Admission
    function Admission_check(MarketParams memory params, uint256 decimals) external pure {
        Admission.check(params, decimals);
    }
    function Admission_between(uint256 value, uint256 least, uint256 most) external pure {
        Admission.between("value", value, least, most);
    }

    // ------------------------------------------------------------------------------------------------ types

    struct Pricing {
        uint256 depth;
        uint256 tradeFee;
        uint256 maxHalfSpread;
        uint256 protocolShare;
        uint256 fundingVelocity;
        uint256 maxFundingRate;
        uint256 withdrawalDelay;
    }

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

    struct AccountFields {
        int256 position;
        int256 cash;
        uint8 role;
    }

    struct TokenStateFields {
        uint256 supply;
        uint256 accruedAt;
        uint256 rebalancedAt;
        bool wipedOut;
    }

    function Types_unpackPricing(PricingTerms t) external pure returns (Pricing memory) {
        return
            Pricing(
                t.depth(),
                t.tradeFee(),
                t.maxHalfSpread(),
                t.protocolShare(),
                t.fundingVelocity(),
                t.maxFundingRate(),
                t.withdrawalDelay()
            );
    }

    function Types_unpackRisk(RiskTerms t) external pure returns (Risk memory) {
        return
            Risk(
                t.minMargin(),
                t.liquidationReward(),
                t.maxLeverage(),
                t.maintenanceMargin(),
                t.skewCap(),
                t.openShare(),
                t.deleverageShare(),
                t.rewardRate(),
                t.exitFee(),
                t.rebalanceWindow(),
                t.baseDecimals()
            );
    }

    function Types_unpackPolicy(Policy p) external pure returns (PolicyFields memory fields) {
        fields.mintBurnBand = p.mintBurnBand();
        fields.upperBand = p.upperBand();
        fields.lowerBand = p.lowerBand();
        fields.emergencyBand = p.emergencyBand();
        fields.maxImpact = p.maxImpact();
        fields.interval = p.interval();
        fields.offset = p.offset();
        fields.rewardBase = p.rewardBase();
        fields.rewardSlope = p.rewardSlope();
        fields.rewardCap = p.rewardCap();
        fields.mintFee = p.mintFee();
        fields.burnFee = p.burnFee();
        fields.streamingFee = p.streamingFee();
    }

    function Types_unpackAccount(Account a) external pure returns (AccountFields memory) {
        return AccountFields(a.position(), a.cash(), a.role());
    }

    function Types_packAccount(AccountFields memory a) external pure returns (Account) {
        return packAccount(a.position, a.cash, a.role);
    }

    function Types_unpackTokenState(TokenState s) external pure returns (TokenStateFields memory) {
        return TokenStateFields(s.supply(), s.accruedAt(), s.rebalancedAt(), s.wipedOut());
    }

    function Types_packTokenState(TokenStateFields memory s) external pure returns (TokenState) {
        return packTokenState(s.supply, s.accruedAt, s.rebalancedAt, s.wipedOut);
    }

    function Types_toId(MarketParams memory params) external pure returns (MarketId) {
        return params.toId();
    }

    function Types_skew(Market memory market) external pure returns (int256) {
        return market.skew();
    }

    function Types_positionPrice(Market memory market) external pure returns (int256) {
        return market.positionPrice();
    }

    /// @notice Writes a market and its forced trades, and returns the words and what is read from them.
    function Types_store(
        Market memory market,
        ForcedTrades memory trades
    )
        external
        returns (MarketWords memory written, Market memory marketRead, ForcedTrades memory tradesRead)
    {
        words.store(market);
        words.storeForced(trades);
        return (words, words.unpack(), words.unpackForced());
    }
}
