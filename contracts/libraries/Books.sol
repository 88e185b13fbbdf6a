// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse, Quote} from "../interfaces/IClearingHouse.sol";
import {FEE_STEP, ForcedTrades, MAX_PROTOCOL_FEES, Market, SPREAD_STEP} from "../types/Market.sol";
import {PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Funding} from "./Funding.sol";
import {Conditions, Impact} from "./Impact.sol";

/// @notice Double entry: whatever an account books, the pool books the opposite of, less the protocol's share.
/// After every function Σ c + poolCash + protocolFees has moved exactly as `held` has.
library Books {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @notice The most that a side, and thus a position, can be: 3e10 units. WAD.
    uint256 internal constant MAX_POSITION = 3e28;
    uint256 internal constant MIN_PRICE = 1e12;
    uint256 internal constant MAX_PRICE = 1e26;

    /// @notice Brings a market to `time` with a new price, in place: funding first, at the price and skew until now.
    /// Refuses a price outside 1e-6 to 1e8, from the future, or older than one used before.
    /// @param halfSpread Of the price; stored in SPREAD_STEPs, up, and just above maxHalfSpread if it is above.
    /// @param updatedAt When the price was made. Seconds since 1970.
    function advance(
        Market memory market,
        PricingTerms terms,
        uint256 time,
        uint256 price,
        uint256 halfSpread,
        uint256 updatedAt
    ) internal pure {
        if (price < MIN_PRICE || price > MAX_PRICE) {
            revert IClearingHouse.ClearingHouse_PriceOutOfRange(price, MIN_PRICE, MAX_PRICE);
        }
        if (updatedAt > time) revert IClearingHouse.ClearingHouse_PriceFromFuture(updatedAt, time);
        uint256 usedBefore = market.touchedAt - market.priceAge;
        if (updatedAt < usedBefore)
            revert IClearingHouse.ClearingHouse_PriceOlderThanUsed(updatedAt, usedBefore);
        uint256 age = time - updatedAt;
        if (age > type(uint24).max)
            revert IClearingHouse.ClearingHouse_PriceTooOld(updatedAt, type(uint24).max);

        Funding.accrue(market, terms, time);
        uint256 most = terms.maxHalfSpread();
        market.halfSpread = halfSpread > most ? most + SPREAD_STEP : halfSpread.stepUp(SPREAD_STEP);
        market.price = price;
        market.priceAge = age;
        market.touchedAt = time;
    }

    /// @notice φ: the trade fee and the half-spread that is charged, at most maxHalfSpread. WAD.
    function costRate(uint256 halfSpread, PricingTerms terms) internal pure returns (uint256) {
        unchecked {
            uint256 most = terms.maxHalfSpread();
            return terms.tradeFee() + (halfSpread < most ? halfSpread : most);
        }
    }

    /// @notice Writes into `around` what surrounds a trade in this market now, with `forced` the forced trades of this
    /// block.
    function surround(
        Conditions memory around,
        Market memory market,
        PricingTerms terms,
        int256 forced
    ) internal pure {
        around.price = market.price;
        around.depth = terms.depth();
        around.costRate = costRate(market.halfSpread, terms);
        around.skew = market.skew();
        around.energy = Impact.energyUp(around.price, around.skew, around.depth);
        around.forced = forced;
    }

    /// @notice Trades Δr (forced) and Δ (voluntary, after it) as one for the account in `q`, in place.
    /// c −= x·(Δr + Δ) + I + fee, rounded up once, and the pool takes the opposite less the protocol's share of the
    /// trade fee (down, to a FEE_STEP) and the surcharge; where there is a surcharge, less the whole fee of Δ. Fees that the
    /// counter cannot hold stay in the pool.
    /// @param fill Where impact, fee and surcharge are written to. The fee is what was charged: what the rounding adds to
    /// x·Δ is part of it.
    /// @param blockForced B before this trade.
    function trade(
        Quote memory q,
        PricingTerms terms,
        Fill memory fill,
        int256 forced,
        int256 amount,
        int256 blockForced
    ) internal pure {
        unchecked {
            Market memory market = q.market;
            int256 total = forced + amount;
            Conditions memory around;
            surround(around, market, terms, blockForced + forced);
            fill.impact = Impact.impact(around, total);
            fill.surcharge = Impact.surchargeUp(around, amount);

            int256 moved = total * market.positionPrice();
            uint256 notional = around.price * total.abs();
            int256 withFee = (moved * FixedPoint.IWAD + int256(notional * around.costRate)).divCeil(
                FixedPoint.SQUARE_WAD
            );
            fill.fee = uint256(withFee - moved.divFloor(FixedPoint.WAD));
            int256 paid = withFee + fill.impact + int256(fill.surcharge);

            uint256 share = ((notional * terms.tradeFee()).divDown(FixedPoint.WAD) * terms.protocolShare())
                .divDown(FixedPoint.SQUARE_WAD);
            if (fill.surcharge != 0) share = opposedShareDown(fill.fee, share, amount, total);
            uint256 toProtocol = chargeProtocolFee(market, share + fill.surcharge);

            int256 position = q.position;
            q.position = position + total;
            q.cash -= paid;
            market.poolCash += paid - int256(toProtocol);
            moveOpenInterest(market, position, position + total);
        }
    }

    /// @notice The protocol's part of the fee on Δr + Δ when Δ goes against the block's forced trades: the whole fee of Δ, as
    /// far as it was charged, and of the rest its share. Else whoever is the pool could push the skew to make a forced trade
    /// larger, and get back what the way back costs. Down. BaseToken, WAD.
    /// @param share The protocol's share of all of it.
    function opposedShareDown(
        uint256 fee,
        uint256 share,
        int256 amount,
        int256 total
    ) internal pure returns (uint256) {
        (uint256 size, uint256 traded) = (amount.abs(), total.abs());
        return size >= traded ? fee : share + (fee - share).mulDivDown(size, traded);
    }

    /// @notice Counts BaseToken that came into custody. WAD.
    function bringIn(Market memory market, uint256 amount) internal pure {
        uint256 held = market.held + amount;
        if (held > type(uint96).max)
            revert IClearingHouse.ClearingHouse_CustodyOutOfRange(held, type(uint96).max);
        market.held = held;
    }

    /// @notice Counts BaseToken that leaves custody: a market pays out of `held` and of nothing else. WAD.
    function payOut(Market memory market, uint256 amount) internal pure {
        if (amount > market.held)
            revert IClearingHouse.ClearingHouse_InsufficientCustody(market.held, amount);
        market.held -= amount;
    }

    /// @notice Charges the pool with what a closed account could not pay.
    /// @return shortfall −c of the account, which has none afterwards. BaseToken, WAD.
    function coverShortfall(Market memory market, int256 cash) internal pure returns (uint256 shortfall) {
        market.poolCash += cash;
        return uint256(-cash);
    }

    /// @notice Adds to protocolFees what of `amount` makes whole FEE_STEPs and fits. Down.
    /// @return taken What was added: the caller takes it out of the cash of whoever pays.
    function chargeProtocolFee(Market memory market, uint256 amount) internal pure returns (uint256 taken) {
        unchecked {
            uint256 room = MAX_PROTOCOL_FEES - market.protocolFees;
            taken = amount > room ? room : amount.stepDown(FEE_STEP);
            market.protocolFees += taken;
        }
    }

    /// @notice Replaces a position by another in the open interest of its side.
    function moveOpenInterest(Market memory market, int256 position, int256 positionAfter) internal pure {
        unchecked {
            if (position > 0) market.longs -= uint256(position);
            else market.shorts -= uint256(-position);
            if (positionAfter > 0) market.longs += uint256(positionAfter);
            else market.shorts += uint256(-positionAfter);
        }
    }

    /// @notice What of the budget f·K is spent now: it refills linearly over rebalanceWindow. Up. WAD units.
    function spentUp(
        ForcedTrades memory trades,
        PricingTerms pricing,
        RiskTerms risk,
        uint256 time
    ) internal pure returns (uint256) {
        unchecked {
            if (trades.spent == 0) return 0;
            uint256 refilled = budgetDown(pricing).mulDivDown(time - trades.forcedAt, risk.rebalanceWindow());
            return trades.spent > refilled ? trades.spent - refilled : 0;
        }
    }

    /// @notice What of the budget f·K is left now. Down. WAD units.
    function budgetLeftDown(
        ForcedTrades memory trades,
        PricingTerms pricing,
        RiskTerms risk,
        uint256 time
    ) internal pure returns (uint256) {
        // Never more is spent than there is.
        unchecked {
            return budgetDown(pricing) - spentUp(trades, pricing, risk, time);
        }
    }

    /// @notice f·K: the size of the rebalance budget. Down. WAD units.
    function budgetDown(PricingTerms terms) internal pure returns (uint256) {
        return terms.depth().mulWadDown(terms.tradeFee());
    }
}
