// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Open for everything.
uint8 constant STATUS_OPEN = 1;
/// @dev Set by the guardian: positions can only be reduced.
uint8 constant STATUS_REDUCE_ONLY = 2;
/// @dev Settled, and within the hour in which negative accounts are found.
uint8 constant STATUS_RECKONING = 3;
/// @dev Settled, and paying out.
uint8 constant STATUS_SETTLED = 4;

/// @dev protocolFees are counted in steps of 1e-8 BaseToken.
uint256 constant FEE_STEP = 1e10;
/// @dev The most protocolFees that wait to be collected. BaseToken, WAD.
uint256 constant MAX_PROTOCOL_FEES = uint256(type(uint56).max) * FEE_STEP;
/// @dev Step of the stored half-spread, WAD.
uint256 constant SPREAD_STEP = 1e12;
/// @dev Step of the stored funding rate, WAD per day.
int256 constant RATE_STEP = 1e6;

/// @notice A market in storage: three words for every operation, the fourth for forced trades.
/// | word   | bits    | field        | stored in units of           |
/// |--------|---------|--------------|------------------------------|
/// | skew   | 0–95    | longs        | 1e-18 units of underlying    |
/// |        | 96–191  | shorts       | 1e-18 units of underlying    |
/// |        | 192–231 | fundingRate  | 1e-12 per day, signed        |
/// |        | 232–247 | halfSpread   | 1e-6                         |
/// |        | 248–255 | status       |                              |
/// | pool   | 0–127   | poolCash     | 1e-18 BaseToken, signed      |
/// |        | 128–223 | held         | 1e-18 BaseToken              |
/// |        | 224–255 | touchedAt    | seconds since 1970           |
/// | price  | 0–87    | fundingIndex | 1e-18 BaseToken, signed      |
/// |        | 88–175  | price        | 1e-18 BaseToken              |
/// |        | 176–231 | protocolFees | 1e-8 BaseToken               |
/// |        | 232–255 | priceAge     | seconds before touchedAt     |
/// | forced | 0–111   | forced       | 1e-18 units, signed          |
/// |        | 112–223 | spent        | 1e-18 units                  |
/// |        | 224–255 | forcedAt     | seconds since 1970           |
struct MarketWords {
    uint256 skew;
    uint256 pool;
    uint256 price;
    uint256 forced;
}

/// @notice A market in memory. Amounts are WAD.
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

/// @notice Forced trades of a market in memory.
/// @param forced B: the signed sum of the forced trades of the block at `forcedAt`, in units of underlying. WAD.
/// @param spent What was taken from the rebalance budget and had not yet refilled at `forcedAt`. WAD.
/// @param forcedAt Time of the block of the last forced trade.
struct ForcedTrades {
    int256 forced;
    uint256 spent;
    uint256 forcedAt;
}

using {status, load, store, loadForced, storeForced} for MarketWords global;
using {skew, positionPrice, unpack} for Market global;

/// @notice s = Σ q, in units of underlying. WAD.
function skew(Market memory market) pure returns (int256) {
    // Each side is below 2^96.
    unchecked {
        return int256(market.longs) - int256(market.shorts);
    }
}

/// @notice x = p − F: what a unit of position adds to the value of an account. BaseToken, WAD.
function positionPrice(Market memory market) pure returns (int256) {
    // Both are below 2^88 in size.
    unchecked {
        return int256(market.price) - market.fundingIndex;
    }
}

/// @notice The status alone: one word is read.
function status(MarketWords storage words) view returns (uint256) {
    return words.skew >> 248;
}

/// @notice Reads the three words of a market into `market`: filling what the caller has saves clearing it again.
function load(MarketWords storage words, Market memory market) view {
    unpack(market, words.skew, words.pool, words.price);
}

/// @notice Unpacks the three words of a market into `market`.
function unpack(Market memory market, uint256 skew_, uint256 pool, uint256 price) pure {
    // Each product is below 2^64.
    unchecked {
        market.longs = uint96(skew_);
        market.shorts = uint96(skew_ >> 96);
        market.fundingRate = int256(int40(uint40(skew_ >> 192))) * RATE_STEP;
        market.halfSpread = uint256(uint16(skew_ >> 232)) * SPREAD_STEP;
        market.status = skew_ >> 248;
        market.poolCash = int128(uint128(pool));
        market.held = uint96(pool >> 128);
        market.touchedAt = pool >> 224;
        market.fundingIndex = int88(uint88(price));
        market.price = uint88(price >> 88);
        market.protocolFees = uint256(uint56(price >> 176)) * FEE_STEP;
        market.priceAge = price >> 232;
    }
}

/// @notice The status in the first word of a market.
function statusIn(uint256 skew_) pure returns (uint256) {
    return skew_ >> 248;
}

/// @notice s and the half-spread in the first word of a market.
function skewIn(uint256 skew_) pure returns (int256 amount, uint256 halfSpread) {
    // Each side is below 2^96.
    unchecked {
        amount = int256(uint256(uint96(skew_))) - int256(uint256(uint96(skew_ >> 96)));
        halfSpread = uint256(uint16(skew_ >> 232)) * SPREAD_STEP;
    }
}

/// @notice p and x = p − F in the third word of a market.
function priceIn(uint256 price) pure returns (uint256 mid, int256 positionPrice_) {
    // Both are below 2^88 in size.
    unchecked {
        mid = uint88(price >> 88);
        positionPrice_ = int256(mid) - int88(uint88(price));
    }
}

/// @notice Writes the three words of a market. Every field is in range: the sides by the open-interest bound and the
/// range of a position, the rate by maxFundingRate, poolCash and held by Books, the index by Funding, the rest by the
/// price that was accepted.
///
/// The words are also what is told, packed as they are.
function store(
    MarketWords storage words,
    Market memory market
) returns (uint256 skew_, uint256 pool, uint256 price) {
    (skew_, pool, price) = pack(market);
    words.skew = skew_;
    words.pool = pool;
    words.price = price;
}

/// @notice Packs the three words of a market.
function pack(Market memory market) pure returns (uint256 skew_, uint256 pool, uint256 price) {
    unchecked {
        skew_ =
            uint256(uint96(market.longs)) |
            (uint256(uint96(market.shorts)) << 96) |
            (uint256(uint40(int40(market.fundingRate / RATE_STEP))) << 192) |
            (uint256(uint16(market.halfSpread / SPREAD_STEP)) << 232) |
            (market.status << 248);
        pool =
            uint256(uint128(int128(market.poolCash))) |
            (uint256(uint96(market.held)) << 128) |
            (uint256(uint32(market.touchedAt)) << 224);
        price =
            uint256(uint88(int88(market.fundingIndex))) |
            (uint256(uint88(market.price)) << 88) |
            (uint256(uint56(market.protocolFees / FEE_STEP)) << 176) |
            (market.priceAge << 232);
    }
}

/// @notice Reads the fourth word.
function loadForced(MarketWords storage words) view returns (ForcedTrades memory) {
    return unpackForced(words.forced);
}

/// @notice Unpacks the fourth word.
function unpackForced(uint256 word) pure returns (ForcedTrades memory) {
    return
        ForcedTrades({
            forced: int112(uint112(word)),
            spent: uint112(word >> 112),
            forcedAt: uint32(word >> 224)
        });
}

/// @notice B in the fourth word: the forced trades of the block at `time`.
function forcedAtTime(uint256 word, uint256 time) pure returns (int256) {
    return word >> 224 == time ? int256(int112(uint112(word))) : int256(0);
}

/// @notice Writes the fourth word. Sums of forced trades within a block stay below 2^111, as each moves a skew that
/// is below 2^96 in size and 2^15 of them do not fit into a block; what is spent is below the budget, thus the depth.
function storeForced(MarketWords storage words, ForcedTrades memory trades) {
    words.forced =
        uint256(uint112(int112(trades.forced))) |
        (uint256(uint112(trades.spent)) << 112) |
        (uint256(uint32(trades.forcedAt)) << 224);
}
