// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {PackedMarket} from "../types/Market.sol";
import {PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {
    FEE_STEP,
    MAX_FEE_STEPS,
    SPREAD_STEP,
    feeStepsIn,
    forcedAtIn,
    halfSpreadIn,
    heldIn,
    longsIn,
    packPrice,
    poolCashIn,
    priceAgeIn,
    priceIn,
    shortsIn,
    skewIn,
    spentIn,
    touchedAtIn,
    withHeld,
    withMoreFees,
    withOpenInterest,
    withPoolCash,
    withTouchedAt
} from "../types/MarketWords.sol";
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
    /// @notice The most that an account may have after a reward, or owe after a surcharge: 2.7e18 BaseToken, an eighth of what its field holds. WAD.
    int256 internal constant MAX_CASH = 2 ** 121;
    /// @notice The most that the pool may have, or owe, before the protocol's share of a surcharge is taken off, and after a shortfall: 8.5e19 BaseToken,
    /// half of what its field holds. WAD.
    int256 internal constant MAX_POOL_CASH = 2 ** 126;
    uint256 internal constant MIN_PRICE = 1e12;
    uint256 internal constant MAX_PRICE = 1e26;

    /// @notice Brings a market to `time` with a new price: funding first, at the price and skew until now. Time and prices move its
    /// second and third word. Refuses a price outside 1e-6 to 1e8, from the future, or older than one used before.
    /// @param halfSpread Of the price; stored in SPREAD_STEPs, up, and just above maxHalfSpread if it is above.
    /// @param updatedAt When the price was made. Seconds since 1970.
    /// @return The second word after.
    /// @return The third word after.
    function advance(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        PricingTerms terms,
        uint256 time,
        uint256 price,
        uint256 halfSpread,
        uint256 updatedAt
    ) internal pure returns (uint256, uint256) {
        // A price in use was never older than 1970. A price below the least, less that, and the age of one from the future are around 2^256.
        unchecked {
            if (price - MIN_PRICE > MAX_PRICE - MIN_PRICE)
                revert IClearingHouse.ClearingHouse_PriceOutOfRange(price, MIN_PRICE, MAX_PRICE);
            uint256 usedBefore = touchedAtIn(poolWord) - priceAgeIn(priceWord);
            uint256 age = time - updatedAt;
            if (updatedAt < usedBefore)
                revert IClearingHouse.ClearingHouse_PriceOlderThanUsed(updatedAt, usedBefore);
            if (age > type(uint24).max) {
                if (updatedAt > time) revert IClearingHouse.ClearingHouse_PriceFromFuture(updatedAt, time);
                revert IClearingHouse.ClearingHouse_PriceTooOld(updatedAt, type(uint24).max);
            }
            uint256 most = terms.maxHalfSpread() + SPREAD_STEP;
            uint256 steps = (halfSpread < most ? halfSpread : most).divUp(SPREAD_STEP);
            (int256 index, int256 rate) = Funding.accrued(skewWord, poolWord, priceWord, terms, time);
            return (withTouchedAt(poolWord, time), packPrice(price, steps, age, index, rate));
        }
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
        PackedMarket memory market,
        PricingTerms terms,
        int256 forced
    ) internal pure {
        uint256 priceWord = market.priceWord;
        (uint256 price, ) = priceIn(priceWord);
        (uint256 depth, int256 skew) = (terms.depth(), market.skew());
        around.price = price;
        around.depth = depth;
        around.costRate = costRate(halfSpreadIn(priceWord), terms);
        around.skew = skew;
        around.energy = Impact.energyUp(price, skew, depth);
        around.forced = forced;
    }

    /// @notice Trades Δr (forced) and Δ (voluntary, after it) as one for the account in `fill`, in place: see `book`.
    /// @param blockForced B before it.
    /// @return The first word of the market after.
    /// @return The second word of the market after.
    function trade(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        PricingTerms terms,
        int256 blockForced,
        int256 forced,
        int256 amount,
        Fill memory fill
    ) internal pure returns (uint256, uint256) {
        unchecked {
            (uint256 price, ) = priceIn(priceWord);
            (uint256 depth, int256 skew) = (terms.depth(), skewIn(skewWord));
            int256 total = forced + amount;
            int256 impact =
                int256(Impact.energyUp(price, skew + total, depth)) -
                    int256(Impact.energyUp(price, skew, depth));
            forced += blockForced;
            uint256 surcharge = Impact.surchargeUp(price, depth, forced, amount);
            int256 paid;
            (skewWord, poolWord, paid, fill.fee) = book(
                skewWord,
                poolWord,
                priceWord,
                terms,
                fill.position,
                total,
                amount,
                impact,
                surcharge
            );
            (fill.impact, fill.surcharge) = (impact, surcharge);
            (fill.position, fill.cash) = (fill.position + total, fill.cash - paid);
        }
        return (skewWord, poolWord);
    }

    /// @notice Books a trade of Δr + Δ of an account on the words of its market: c −= x·(Δr + Δ) + I + fee, rounded up once, and the
    /// pool takes the opposite less the protocol's share of the trade fee (down, to a FEE_STEP) and the surcharge; where there is a
    /// surcharge, less the whole fee of Δ. Fees that the counter cannot hold stay in the pool.
    /// @param position q before.
    /// @param total Δr + Δ.
    /// @param amount Δ.
    /// @param impact I(s, Δr + Δ).
    /// @param surcharge What Δ pays for the block's forced trades, a multiple of FEE_STEP.
    /// @return skewWordAfter The first word after.
    /// @return poolWordAfter The second word after.
    /// @return paid What comes off c. BaseToken, signed, WAD.
    /// @return fee The fee in it, with what the rounding adds. BaseToken, WAD.
    function book(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        PricingTerms terms,
        int256 position,
        int256 total,
        int256 amount,
        int256 impact,
        uint256 surcharge
    ) internal pure returns (uint256 skewWordAfter, uint256 poolWordAfter, int256 paid, uint256 fee) {
        unchecked {
            (uint256 price, int256 positionPrice) = priceIn(priceWord);
            uint256 notional = price * total.abs();
            int256 moved = total * positionPrice;
            uint256 rate = costRate(halfSpreadIn(priceWord), terms);
            paid = (moved * FixedPoint.IWAD + int256(notional * rate)).divCeil(FixedPoint.SQUARE_WAD);
            fee = uint256(paid - moved.divFloor(FixedPoint.WAD));
            paid += impact + int256(surcharge);

            uint256 share = ((notional * terms.tradeFee()).divDown(FixedPoint.WAD) * terms.protocolShare())
                .divDown(FixedPoint.SQUARE_WAD);
            if (surcharge != 0) {
                share = opposedShareDown(fee, share, amount, total) + surcharge;
                requireCountable(poolCashIn(poolWord) + paid);
            }
            uint256 steps = feeStepsDown(skewWord, share);
            poolWordAfter = withPoolCash(poolWord, poolCashIn(poolWord) + paid - int256(steps * FEE_STEP));
            skewWordAfter = withMoreFees(skewWord, steps);
            // On the same side as before, a change of less than 2^94 fits: the side was at most MAX_POSITION, below 2^95.
            if ((uint256(position ^ (position + total)) >> 255) | (uint256(total + 2 ** 94) >> 95) == 0) {
                skewWordAfter =
                    position < 0 ? skewWordAfter - (uint256(total) << 96) : skewWordAfter + uint256(total);
            } else skewWordAfter = moveOpenInterest(skewWordAfter, position, position + total);
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

    /// @notice Counts BaseToken that came into custody, in the second word of a market. WAD.
    function bringIn(uint256 poolWord, uint256 amount) internal pure returns (uint256) {
        uint256 held = heldIn(poolWord) + amount;
        if (held > type(uint96).max)
            revert IClearingHouse.ClearingHouse_CustodyOutOfRange(held, type(uint96).max);
        return withHeld(poolWord, held);
    }

    /// @notice Counts BaseToken that leaves custody, in the second word of a market, which pays out of `held` and of nothing else. WAD.
    function payOut(uint256 poolWord, uint256 amount) internal pure returns (uint256) {
        uint256 held = heldIn(poolWord);
        if (amount > held) revert IClearingHouse.ClearingHouse_InsufficientCustody(held, amount);
        unchecked {
            return withHeld(poolWord, held - amount);
        }
    }

    /// @notice Moves cash of an account, of which it has that much less afterwards, to the pool, in the second word of a market: below 0
    /// what a closed account could not pay, above 0 what a settled market can't. BaseToken, WAD. Refuses more than the pool may have, or owe.
    function takeOver(uint256 poolWord, int256 cash) internal pure returns (uint256) {
        // A sum of two fields, of 125 and 128 bits.
        unchecked {
            int256 poolCash = poolCashIn(poolWord) + cash;
            // Only what leads further out is refused: a settled market takes over what leads back to 0 from anywhere.
            if ((poolCash ^ cash) >= 0 && cash != 0) requireCountable(poolCash);
            return withPoolCash(poolWord, poolCash);
        }
    }

    /// @notice Reverts when the pool has, or owes, more than MAX_POOL_CASH: after what moves its cash without a bound.
    function requireCountable(int256 poolCash) internal pure {
        // It is below 2^254 in size.
        unchecked {
            if (uint256(poolCash + MAX_POOL_CASH) > 2 * uint256(MAX_POOL_CASH))
                revert IClearingHouse.ClearingHouse_PoolCashOutOfRange(poolCash, uint256(MAX_POOL_CASH));
        }
    }

    /// @notice How many whole FEE_STEPs of `amount` fit into protocolFees in the first word of a market: what whoever pays is charged.
    /// Down.
    function feeStepsDown(uint256 skewWord, uint256 amount) internal pure returns (uint256 steps) {
        unchecked {
            uint256 room = MAX_FEE_STEPS - feeStepsIn(skewWord);
            steps = amount.divDown(FEE_STEP);
            if (steps > room) steps = room;
        }
    }

    /// @notice Replaces a position by another in the open interest of its side, in the first word of a market.
    function moveOpenInterest(
        uint256 skewWord,
        int256 position,
        int256 positionAfter
    ) internal pure returns (uint256) {
        unchecked {
            (uint256 longs, uint256 shorts) = (longsIn(skewWord), shortsIn(skewWord));
            if (position > 0) longs -= uint256(position);
            else shorts -= uint256(-position);
            if (positionAfter > 0) longs += uint256(positionAfter);
            else shorts += uint256(-positionAfter);
            return withOpenInterest(skewWord, longs, shorts);
        }
    }

    /// @notice What of the budget f·K is spent now: it refills linearly over rebalanceWindow. Up. WAD units.
    /// @param word The fourth word of the market.
    /// @param budget f·K, as from `budgetDown`.
    function spentUp(
        uint256 word,
        uint256 budget,
        RiskTerms risk,
        uint256 time
    ) internal pure returns (uint256) {
        // The budget is below 2^109, and what has passed below 2^32 seconds.
        unchecked {
            uint256 spent = spentIn(word);
            if (spent == 0) return 0;
            uint256 refilled = (budget * (time - forcedAtIn(word))).divDown(risk.rebalanceWindow());
            return spent > refilled ? spent - refilled : 0;
        }
    }

    /// @notice What of the budget f·K is left now. Down. WAD units.
    /// @param word The fourth word of the market.
    /// @param budget f·K, as from `budgetDown`.
    function budgetLeftDown(
        uint256 word,
        uint256 budget,
        RiskTerms risk,
        uint256 time
    ) internal pure returns (uint256) {
        // Never more is spent than there is.
        unchecked {
            return budget - spentUp(word, budget, risk, time);
        }
    }

    /// @notice f·K: the size of the rebalance budget. Down. WAD units.
    function budgetDown(PricingTerms terms) internal pure returns (uint256) {
        return terms.depth().mulWadDown(terms.tradeFee());
    }
}
