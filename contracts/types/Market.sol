// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    FEE_STEP,
    MarketWords,
    RATE_STEP,
    SPREAD_STEP,
    feeStepsIn,
    fundingIndexIn,
    fundingRateIn,
    halfSpreadIn,
    heldIn,
    longsIn,
    packPrice,
    poolCashIn,
    priceAgeIn,
    priceIn,
    shortsIn,
    skewIn,
    statusIn,
    touchedAtIn,
    withHeld,
    withOpenInterest,
    withPoolCash,
    withStatus,
    withTouchedAt
} from "./MarketWords.sol";

/// @notice A market as views tell it. Amounts are WAD.
/// @param longs Σ q over long accounts, in units of underlying.
/// @param shorts Σ |q| over short accounts, in units of underlying.
/// @param fundingRate r, per day; > 0: longs pay.
/// @param halfSpread Of the price in use; one step above `maxHalfSpread` stands for anything wider.
/// @param status One of the STATUS constants; 0: there is no such market.
/// @param poolCash Cash of the pool, the other side of every account; signed.
/// @param held BaseToken that the market has in custody: what it pays comes out of this.
/// @param touchedAt Time of the block in which the market was last used.
/// @param fundingIndex F, cumulative BaseToken that one unit long has paid.
/// @param price p, mid, of the price in use.
/// @param protocolFees Fees waiting to be collected; a multiple of FEE_STEP.
/// @param priceAge Seconds by which the price in use was older than touchedAt.
struct Market {
    uint256 longs;
    uint256 shorts;
    int256 fundingRate;
    uint256 halfSpread;
    uint256 status;
    int256 poolCash;
    uint256 held;
    uint256 touchedAt;
    int256 fundingIndex;
    uint256 price;
    uint256 protocolFees;
    uint256 priceAge;
}

/// @notice The first three words of a market in memory: what every operation works on. Functions read its fields, in the units
/// of `Market`, and write those that operations change.
struct PackedMarket {
    uint256 skewWord;
    uint256 poolWord;
    uint256 priceWord;
}

using Markets for Market global;
using PackedMarkets for PackedMarket global;

/// @notice What follows from the fields of a market.
library Markets {
    /// @notice s = Σ q, in units of underlying. WAD.
    function skew(Market memory market) internal pure returns (int256) {
        // Each side is below 2^96.
        unchecked {
            return int256(market.longs) - int256(market.shorts);
        }
    }

    /// @notice x = p − F: what a unit of position adds to the value of an account. BaseToken, WAD.
    function positionPrice(Market memory market) internal pure returns (int256) {
        // Both are below 2^88 in size.
        unchecked {
            return int256(market.price) - market.fundingIndex;
        }
    }

    /// @notice The words of a market that was unpacked.
    function pack(Market memory market) internal pure returns (PackedMarket memory packed) {
        packed.setOpenInterest(market.longs, market.shorts);
        packed.setStatus(market.status);
        packed.setPoolCash(market.poolCash);
        packed.setHeld(market.held);
        packed.poolWord = withTouchedAt(packed.poolWord, market.touchedAt);
        packed.priceWord = packPrice(
            market.price,
            market.halfSpread / SPREAD_STEP,
            market.priceAge,
            market.fundingIndex,
            market.fundingRate
        );
        packed.setFeeSteps(market.protocolFees / FEE_STEP);
    }
}

/// @notice Reads and writes the fields of a packed market.
library PackedMarkets {
    /// @notice Reads the three words of a market: filling what the caller has saves clearing it again.
    function load(PackedMarket memory market, MarketWords storage words) internal view {
        market.skewWord = words.skew;
        market.poolWord = words.pool;
        market.priceWord = words.price;
    }

    /// @notice Writes the three words of a market.
    function store(PackedMarket memory market, MarketWords storage words) internal {
        words.skew = market.skewWord;
        words.pool = market.poolWord;
        words.price = market.priceWord;
    }

    // ---------------------------------------------------------------------------------- FIRST WORD

    /// @notice Σ q over long accounts, in units of underlying. WAD.
    function longs(PackedMarket memory market) internal pure returns (uint256) {
        return longsIn(market.skewWord);
    }

    /// @notice Σ |q| over short accounts, in units of underlying. WAD.
    function shorts(PackedMarket memory market) internal pure returns (uint256) {
        return shortsIn(market.skewWord);
    }

    /// @notice s = Σ q, in units of underlying. WAD.
    function skew(PackedMarket memory market) internal pure returns (int256) {
        return skewIn(market.skewWord);
    }

    /// @notice Fees waiting to be collected; a multiple of FEE_STEP. BaseToken, WAD.
    function protocolFees(PackedMarket memory market) internal pure returns (uint256) {
        // The product is below 2^90.
        unchecked {
            return feeSteps(market) * FEE_STEP;
        }
    }

    /// @notice The same in FEE_STEPs.
    function feeSteps(PackedMarket memory market) internal pure returns (uint256) {
        return feeStepsIn(market.skewWord);
    }

    /// @notice One of the STATUS constants; 0: there is no such market.
    function status(PackedMarket memory market) internal pure returns (uint256) {
        return statusIn(market.skewWord);
    }

    /// @notice Writes the open interest, as `withOpenInterest`.
    function setOpenInterest(PackedMarket memory market, uint256 longs_, uint256 shorts_) internal pure {
        market.skewWord = withOpenInterest(market.skewWord, longs_, shorts_);
    }

    /// @notice Writes protocolFees, in FEE_STEPs: at most MAX_FEE_STEPS.
    function setFeeSteps(PackedMarket memory market, uint256 steps) internal pure {
        market.skewWord = (market.skewWord & ~(uint256(type(uint56).max) << 192)) | (steps << 192);
    }

    /// @notice Writes the status: one of the constants.
    function setStatus(PackedMarket memory market, uint256 status_) internal pure {
        market.skewWord = withStatus(market.skewWord, status_);
    }

    // --------------------------------------------------------------------------------- SECOND WORD

    /// @notice Cash of the pool, signed. BaseToken, WAD.
    function poolCash(PackedMarket memory market) internal pure returns (int256) {
        return poolCashIn(market.poolWord);
    }

    /// @notice BaseToken that the market has in custody. WAD.
    function held(PackedMarket memory market) internal pure returns (uint256) {
        return heldIn(market.poolWord);
    }

    /// @notice Time of the block in which the market was last used. Seconds since 1970.
    function touchedAt(PackedMarket memory market) internal pure returns (uint256) {
        return touchedAtIn(market.poolWord);
    }

    /// @notice Writes the pool's cash, as `withPoolCash`.
    function setPoolCash(PackedMarket memory market, int256 cash) internal pure {
        market.poolWord = withPoolCash(market.poolWord, cash);
    }

    /// @notice Writes what is in custody, as `withHeld`.
    function setHeld(PackedMarket memory market, uint256 amount) internal pure {
        market.poolWord = withHeld(market.poolWord, amount);
    }

    // ---------------------------------------------------------------------------------- THIRD WORD

    /// @notice F, cumulative BaseToken that one unit long has paid. WAD.
    function fundingIndex(PackedMarket memory market) internal pure returns (int256) {
        return fundingIndexIn(market.priceWord);
    }

    /// @notice p, mid, of the price in use. BaseToken, WAD.
    function price(PackedMarket memory market) internal pure returns (uint256) {
        return uint88(market.priceWord >> 88);
    }

    /// @notice x = p − F: what a unit of position adds to the value of an account. BaseToken, WAD.
    function positionPrice(PackedMarket memory market) internal pure returns (int256 x) {
        (, x) = priceIn(market.priceWord);
    }

    /// @notice r, per day; > 0: longs pay. WAD.
    function fundingRate(PackedMarket memory market) internal pure returns (int256) {
        return fundingRateIn(market.priceWord);
    }

    /// @notice Half-spread of the price in use. WAD.
    function halfSpread(PackedMarket memory market) internal pure returns (uint256) {
        return halfSpreadIn(market.priceWord);
    }

    /// @notice Seconds by which the price in use was older than touchedAt.
    function priceAge(PackedMarket memory market) internal pure returns (uint256) {
        return priceAgeIn(market.priceWord);
    }

    // ------------------------------------------------------------------------------- SEVERAL WORDS

    /// @notice Writes index and rate. Both fit by Funding: the index is below 2^87 in size, and the rate at most maxFundingRate.
    function setFunding(PackedMarket memory market, int256 index, int256 rate) internal pure {
        unchecked {
            uint256 others = market.priceWord & ~((uint256(type(uint40).max) << 176) | type(uint88).max);
            market.priceWord =
                others |
                uint88(uint256(index)) |
                (uint256(uint40(uint256(rate / RATE_STEP))) << 176);
        }
    }

    /// @notice Writes that the market was used at `time`, at a price of that time.
    function setTouched(PackedMarket memory market, uint256 time) internal pure {
        market.poolWord = withTouchedAt(market.poolWord, time);
        market.priceWord = (market.priceWord << 24) >> 24;
    }

    /// @notice Writes that the market ended at `price_`, below 2^88 by Settlement: nothing is open, and nothing moves any more.
    function setSettled(PackedMarket memory market, uint256 price_, int256 poolCash_) internal pure {
        market.skewWord = (market.skewWord >> 192) << 192;
        market.priceWord =
            (market.priceWord & (type(uint88).max | (uint256(type(uint24).max) << 232))) | (price_ << 88);
        setPoolCash(market, poolCash_);
    }

    // --------------------------------------------------------------------------------------- VIEWS

    /// @notice All fields of a market, for those who look at it.
    function unpack(PackedMarket memory market) internal pure returns (Market memory) {
        return
            Market({
                longs: longs(market),
                shorts: shorts(market),
                fundingRate: fundingRate(market),
                halfSpread: halfSpread(market),
                status: status(market),
                poolCash: poolCash(market),
                held: held(market),
                touchedAt: touchedAt(market),
                fundingIndex: fundingIndex(market),
                price: price(market),
                protocolFees: protocolFees(market),
                priceAge: priceAge(market)
            });
    }
}
