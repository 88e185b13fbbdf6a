// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, Quote} from "../../contracts/interfaces/IClearingHouse.sol";
import {Admission} from "../../contracts/libraries/Admission.sol";
import {Books} from "../../contracts/libraries/Books.sol";
import {Funding} from "../../contracts/libraries/Funding.sol";
import {Conditions, Impact} from "../../contracts/libraries/Impact.sol";
import {Margin} from "../../contracts/libraries/Margin.sol";
import {Pool} from "../../contracts/libraries/Pool.sol";
import {Settlement} from "../../contracts/libraries/Settlement.sol";
import {Market, PackedMarket} from "../../contracts/types/Market.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../../contracts/types/MarketParams.sol";
import {FEE_STEP, packForced, poolCashIn, withMoreFees} from "../../contracts/types/MarketWords.sol";
import {Replayer} from "./Replayer.sol";

/// @notice Every function of the libraries of a market as `Library_function`, so that the TypeScript twins can be compared with
/// them. A function that changes a struct returns it first.
contract MarketHarness is Replayer {
    // -------------------------------------------------------------------------------------------- Impact
    function Impact_energyUp(uint256 price, int256 skew, uint256 depth) external pure returns (uint256) {
        return Impact.energyUp(price, skew, depth);
    }
    function Impact_impact(Conditions memory around, int256 amount) external pure returns (int256) {
        return Impact.impact(around, amount);
    }
    function Impact_move(
        Conditions memory around,
        int256 amount,
        int256 impact
    ) external pure returns (Conditions memory result) {
        Impact.move(around, amount, impact);
        result = around;
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

    function Impact_exitCostUp(Conditions memory around, int256 position) external pure returns (int256) {
        return
            Impact.exitCostUp(
                around.price,
                around.depth,
                around.costRate,
                around.skew,
                around.energy,
                position
            );
    }

    // ------------------------------------------------------------------------------------------- Funding
    function Funding_accrue(
        Market memory market,
        PricingTerms terms,
        uint256 time
    ) external pure returns (Market memory result) {
        PackedMarket memory packed = market.pack();
        (int256 index, int256 rate) = Funding.accrued(
            packed.skewWord,
            packed.poolWord,
            packed.priceWord,
            terms,
            time
        );
        packed.setFunding(index, rate);
        result = packed.unpack();
    }
    function Funding_accrued(
        Market memory market,
        PricingTerms terms,
        uint256 time
    ) external pure returns (int256 index, int256 rate) {
        PackedMarket memory m = market.pack();
        return Funding.accrued(m.skewWord, m.poolWord, m.priceWord, terms, time);
    }
    function Funding_slope(int256 skew, PricingTerms terms) external pure returns (int256) {
        return Funding.slope(skew, terms);
    }
    function Funding_driftFloor(
        uint256 price,
        int256 rate,
        int256 a,
        uint256 bound,
        int256 elapsed
    ) external pure returns (int256 growth, int256 rateAfter) {
        return Funding.driftFloor(price, rate, a, bound, elapsed);
    }

    // -------------------------------------------------------------------------------------------- Margin
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
    function Margin_exitValueWithFloor(
        int256 value,
        int256 position,
        int256 exitImpact,
        Conditions memory around
    ) external pure returns (int256) {
        return Margin.exitValueWithFloor(value, position, exitImpact, around);
    }
    function Margin_isSufficientWith(
        int256 position,
        int256 value,
        int256 exitImpact,
        Conditions memory around,
        RiskTerms risk
    ) external pure returns (bool) {
        return Margin.isSufficientWith(position, value, exitImpact, around, risk);
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
    function Margin_isAmple(
        int256 position,
        int256 value,
        uint256 price,
        RiskTerms risk
    ) external pure returns (bool) {
        return Margin.isAmple(position, value, price, risk);
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
    function Margin_maintenanceUp(
        int256 position,
        uint256 price,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Margin.maintenanceUp(position, price, risk);
    }
    function Margin_liquidationUp(
        int256 position,
        int256 value,
        Conditions memory around,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Margin.liquidationUp(position, value, around, risk);
    }
    function Margin_liquidationRewardDown(
        int256 position,
        uint256 amount,
        uint256 price,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Margin.liquidationRewardDown(position, amount, price, risk);
    }
    function Margin_liquidationPrice(
        int256 position,
        int256 cash,
        int256 fundingIndex,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Margin.liquidationPrice(position, cash, fundingIndex, risk);
    }
    function Margin_isLiquidatable(
        int256 position,
        int256 value,
        uint256 price,
        RiskTerms risk
    ) external pure returns (bool) {
        return Margin.isLiquidatable(position, value, price, risk);
    }

    // ---------------------------------------------------------------------------------------------- Pool
    function Pool_equityFloor(Market memory market, uint256 depth) external pure returns (int256) {
        return Pool.equityFloor(market.pack(), depth);
    }
    function Pool_equityCeil(Market memory market, uint256 depth) external pure returns (int256) {
        return Pool.equityCeil(market.pack(), depth);
    }
    function Pool_claimsFloor(Market memory market) external pure returns (int256) {
        return Pool.claimsFloor(market.pack());
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
        uint256 worth,
        RiskTerms risk
    ) external pure returns (uint256) {
        return Pool.withdrawableDown(market.pack(), worth, risk);
    }
    function Pool_openRoomDown(
        Market memory market,
        uint256 side,
        uint256 depth,
        RiskTerms risk
    ) external pure returns (uint256) {
        uint256 energy = Impact.energyUp(market.price, market.skew(), depth);
        return Pool.openRoomDown(market.pack(), side, energy, depth, risk);
    }
    function Pool_mostSkewDown(uint256 depth, RiskTerms risk) external pure returns (uint256) {
        return Pool.mostSkewDown(depth, risk);
    }
    function Pool_openCapDown(
        Market memory market,
        uint256 depth,
        RiskTerms risk
    ) external pure returns (uint256) {
        uint256 energy = Impact.energyUp(market.price, market.skew(), depth);
        PackedMarket memory m = market.pack();
        int256 equity = Pool.equityFloor(m.skewWord, m.poolWord, m.priceWord, energy);
        return Pool.openCapDown(equity, market.price, Pool.mostSkewDown(depth, risk), risk);
    }

    function Pool_coveredDown(
        Market memory market,
        uint256 depth,
        RiskTerms risk,
        int256 most
    ) external pure returns (uint256) {
        uint256 energy = Impact.energyUp(market.price, market.skew(), depth);
        PackedMarket memory m = market.pack();
        int256 equity = Pool.equityFloor(m.skewWord, m.poolWord, m.priceWord, energy);
        return Pool.coveredDown(equity, market.price, risk, most);
    }
    function Pool_excessSkewDown(
        Market memory market,
        uint256 depth,
        RiskTerms risk,
        bool token
    ) external pure returns (uint256) {
        return Pool.excessSkewDown(market.pack(), depth, risk, token);
    }

    // ------------------------------------------------------------------------------------------ Settlement
    function Settlement_priceFloor(Market memory market, uint256 depth) external pure returns (uint256) {
        return Settlement.priceFloor(market.pack(), depth);
    }
    function Settlement_settle(
        Market memory market,
        uint256 price
    ) external pure returns (Market memory result) {
        PackedMarket memory packed = market.pack();
        Settlement.settle(packed, price);
        result = packed.unpack();
    }
    function Settlement_close(Quote memory q) external pure returns (Quote memory result) {
        result = q;
        result.cash = Settlement.closeFloor(q.position, q.cash, q.market.positionPrice());
        result.position = 0;
    }
    function Settlement_closeFloor(
        int256 position,
        int256 cash,
        int256 positionPrice
    ) external pure returns (int256) {
        return Settlement.closeFloor(position, cash, positionPrice);
    }
    function Settlement_keptDown(int256 cash, uint256 share) external pure returns (int256) {
        return Settlement.keptDown(cash, share);
    }
    function Settlement_shareDown(Market memory market) external pure returns (uint256) {
        return Settlement.shareDown(market.pack());
    }
    function Settlement_withhold(Quote memory q, uint256 share) external pure returns (Quote memory result) {
        result = q;
        int256 kept = Settlement.keptDown(q.cash, share);
        result.market.poolCash = poolCashIn(Books.takeOver(q.market.pack().poolWord, q.cash - kept));
        result.cash = kept;
    }

    // --------------------------------------------------------------------------------------------- Books
    function Books_advance(
        Market memory market,
        PricingTerms terms,
        uint256 time,
        uint256 price,
        uint256 halfSpread,
        uint256 updatedAt
    ) external pure returns (Market memory result) {
        PackedMarket memory m = market.pack();
        (m.poolWord, m.priceWord) = Books.advance(
            m.skewWord,
            m.poolWord,
            m.priceWord,
            terms,
            time,
            price,
            halfSpread,
            updatedAt
        );
        result = m.unpack();
    }
    function Books_costRate(uint256 halfSpread, PricingTerms terms) external pure returns (uint256) {
        return Books.costRate(halfSpread, terms);
    }
    function Books_surround(
        Market memory market,
        PricingTerms terms,
        int256 forced
    ) external pure returns (Conditions memory around) {
        Books.surround(around, market.pack(), terms, forced);
    }
    function Books_trade(
        Quote memory q,
        PricingTerms terms,
        int256 forced,
        int256 amount,
        int256 blockForced
    ) external pure returns (Quote memory result, Fill memory fill) {
        PackedMarket memory m = q.market.pack();
        (fill.position, fill.cash) = (q.position, q.cash);
        (m.skewWord, m.poolWord) = Books.trade(
            m.skewWord,
            m.poolWord,
            m.priceWord,
            terms,
            blockForced,
            forced,
            amount,
            fill
        );
        result = Quote(m.unpack(), fill.position, fill.cash, q.touched, q.fresh);
        (fill.position, fill.cash) = (0, 0);
    }
    function Books_book(
        Market memory market,
        PricingTerms terms,
        int256 position,
        Costs memory costs
    ) external pure returns (Market memory result, int256 paid, uint256 fee) {
        PackedMarket memory m = market.pack();
        (m.skewWord, m.poolWord, paid, fee) = Books.book(
            m.skewWord,
            m.poolWord,
            m.priceWord,
            terms,
            position,
            costs.total,
            costs.amount,
            costs.impact,
            costs.surcharge
        );
        result = m.unpack();
    }
    function Books_feeStepsDown(Market memory market, uint256 amount) external pure returns (uint256) {
        return Books.feeStepsDown(market.pack().skewWord, amount);
    }
    function Books_bringIn(
        Market memory market,
        uint256 amount
    ) external pure returns (Market memory result) {
        PackedMarket memory m = market.pack();
        m.poolWord = Books.bringIn(m.poolWord, amount);
        result = m.unpack();
    }
    function Books_payOut(Market memory market, uint256 amount) external pure returns (Market memory result) {
        PackedMarket memory m = market.pack();
        m.poolWord = Books.payOut(m.poolWord, amount);
        result = m.unpack();
    }
    function Books_takeOver(Market memory market, int256 cash) external pure returns (Market memory result) {
        PackedMarket memory m = market.pack();
        m.poolWord = Books.takeOver(m.poolWord, cash);
        result = m.unpack();
    }
    function Books_requireCountable(int256 poolCash) external pure {
        Books.requireCountable(poolCash);
    }
    function Books_chargeProtocolFee(
        Market memory market,
        uint256 amount
    ) external pure returns (Market memory result, uint256 taken) {
        PackedMarket memory m = market.pack();
        uint256 steps = Books.feeStepsDown(m.skewWord, amount);
        m.skewWord = withMoreFees(m.skewWord, steps);
        (result, taken) = (m.unpack(), steps * FEE_STEP);
    }
    function Books_opposedShareDown(
        uint256 fee,
        uint256 share,
        int256 amount,
        int256 total
    ) external pure returns (uint256) {
        return Books.opposedShareDown(fee, share, amount, total);
    }
    function Books_moveOpenInterest(
        Market memory market,
        int256 position,
        int256 positionAfter
    ) external pure returns (Market memory result) {
        PackedMarket memory m = market.pack();
        m.skewWord = Books.moveOpenInterest(m.skewWord, position, positionAfter);
        result = m.unpack();
    }
    function Books_spentUp(
        ForcedTrades memory trades,
        PricingTerms pricing,
        RiskTerms risk,
        uint256 time
    ) external pure returns (uint256) {
        return Books.spentUp(wordOf(trades), Books.budgetDown(pricing), risk, time);
    }
    function Books_budgetLeftDown(
        ForcedTrades memory trades,
        PricingTerms pricing,
        RiskTerms risk,
        uint256 time
    ) external pure returns (uint256) {
        return Books.budgetLeftDown(wordOf(trades), Books.budgetDown(pricing), risk, time);
    }
    function Books_budgetDown(PricingTerms terms) external pure returns (uint256) {
        return Books.budgetDown(terms);
    }

    // ----------------------------------------------------------------------------------------- Admission
    function Admission_check(MarketParams memory params, uint256 decimals) external pure {
        Admission.check(params, decimals);
    }
    function Admission_between(uint256 value, uint256 least, uint256 most) external pure {
        Admission.between("value", value, least, most);
    }

    // -------------------------------------------------------------------------------------- packed and back
    /// @dev What a trade that is booked trades and costs.
    struct Costs {
        int256 total;
        int256 amount;
        int256 impact;
        uint256 surcharge;
    }

    /// @dev The fourth word of a market, unpacked.
    struct ForcedTrades {
        int256 forced;
        uint256 spent;
        uint256 forcedAt;
    }

    function wordOf(ForcedTrades memory trades) private pure returns (uint256) {
        return packForced(trades.forced, trades.spent, trades.forcedAt);
    }
}
