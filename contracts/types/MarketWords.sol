// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountSlot} from "./Account.sol";
import {MarketId} from "./MarketId.sol";

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
uint256 constant MAX_PROTOCOL_FEES = MAX_FEE_STEPS * FEE_STEP;
/// @dev The same in FEE_STEPs.
uint256 constant MAX_FEE_STEPS = type(uint56).max;
/// @dev Step of the stored half-spread, WAD.
uint256 constant SPREAD_STEP = 1e12;
/// @dev Step of the stored funding rate, WAD per day.
int256 constant RATE_STEP = 1e6;

/// @notice A market in storage: three words for every operation, the fourth for forced trades. Trades alone write the first: what
/// time and prices move is in the second and third.
/// | word   | bits    | field        | stored in units of           |
/// |--------|---------|--------------|------------------------------|
/// | skew   | 0–95    | longs        | 1e-18 units of underlying    |
/// |        | 96–191  | shorts       | 1e-18 units of underlying    |
/// |        | 192–247 | protocolFees | 1e-8 BaseToken               |
/// |        | 248–255 | status       |                              |
/// | pool   | 0–127   | poolCash     | 1e-18 BaseToken, signed      |
/// |        | 128–223 | held         | 1e-18 BaseToken              |
/// |        | 224–255 | touchedAt    | seconds since 1970           |
/// | price  | 0–87    | fundingIndex | 1e-18 BaseToken, signed      |
/// |        | 88–175  | price        | 1e-18 BaseToken              |
/// |        | 176–215 | fundingRate  | 1e-12 per day, signed        |
/// |        | 216–231 | halfSpread   | 1e-6                         |
/// |        | 232–255 | priceAge     | seconds before touchedAt     |
/// | forced | 0–111   | forced       | 1e-18 units, signed          |
/// |        | 112–223 | spent        | 1e-18 units                  |
/// |        | 224–255 | forcedAt     | seconds since 1970           |
struct MarketWords {
    uint256 skew;
    uint256 pool;
    uint256 price;
    uint256 forced;
    mapping(address owner => AccountSlot) accounts;
}

using {marketId} for MarketWords global;

/// @notice Where a market lies in the ClearingHouse: at its id, which is a hash as where a value of a mapping lies is one, so no two things
/// lie in the same place, and no second hash is needed. Whoever writes there has hashed the parameters: an id that somebody hands in may be any
/// place in storage, and is good for views only.
function marketAt(MarketId id) pure returns (MarketWords storage words) {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        words.slot := id
    }
}

/// @notice The id of a market that lies here: see `marketAt`.
function marketId(MarketWords storage words) pure returns (MarketId id) {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        id := words.slot
    }
}

/// @notice The status in the first word of a market.
function statusIn(uint256 skewWord) pure returns (uint256) {
    return skewWord >> 248;
}

/// @notice The first word of a market with another status: one of the constants.
function withStatus(uint256 skewWord, uint256 status) pure returns (uint256) {
    return ((skewWord << 8) >> 8) | (status << 248);
}

/// @notice s in the first word of a market. WAD.
function skewIn(uint256 skewWord) pure returns (int256) {
    // Each side is below 2^96.
    unchecked {
        return int256(uint256(uint96(skewWord))) - int256(uint256(uint96(skewWord >> 96)));
    }
}

/// @notice Σ q over long accounts in the first word of a market. WAD.
function longsIn(uint256 skewWord) pure returns (uint256) {
    return uint96(skewWord);
}

/// @notice Σ |q| over short accounts in the first word of a market. WAD.
function shortsIn(uint256 skewWord) pure returns (uint256) {
    return uint96(skewWord >> 96);
}

/// @notice protocolFees in the first word of a market, in FEE_STEPs.
function feeStepsIn(uint256 skewWord) pure returns (uint256) {
    return uint56(skewWord >> 192);
}

/// @notice The first word of a market with other open interest. A side that does not fit is written as the largest that does: it is
/// above every cap, as far as a market may go (Books.MAX_POSITION), and what opened it is refused.
function withOpenInterest(uint256 skewWord, uint256 longs_, uint256 shorts_) pure returns (uint256) {
    if (longs_ > type(uint96).max) longs_ = type(uint96).max;
    if (shorts_ > type(uint96).max) shorts_ = type(uint96).max;
    return ((skewWord >> 192) << 192) | (shorts_ << 96) | longs_;
}

/// @notice The first word of a market with `steps` FEE_STEPs more of protocolFees: they come to at most MAX_FEE_STEPS.
function withMoreFees(uint256 skewWord, uint256 steps) pure returns (uint256) {
    // The field doesn't run over.
    unchecked {
        return skewWord + (steps << 192);
    }
}

/// @notice Cash of the pool in the second word of a market, signed. BaseToken, WAD.
function poolCashIn(uint256 poolWord) pure returns (int256) {
    return int128(int256(poolWord));
}

/// @notice Time of the block in which the market was last used, in its second word. Seconds since 1970.
function touchedAtIn(uint256 poolWord) pure returns (uint256) {
    return poolWord >> 224;
}

/// @notice The second word of a market with other cash of the pool, below 2^127 in size by what may be open; see docs/storage.md.
function withPoolCash(uint256 poolWord, int256 cash) pure returns (uint256) {
    return ((poolWord >> 128) << 128) | uint128(uint256(cash));
}

/// @notice The second word of a market with other custody: below 2^96 by Books.bringIn.
function withHeld(uint256 poolWord, uint256 amount) pure returns (uint256) {
    return (poolWord & ~(uint256(type(uint96).max) << 128)) | (amount << 128);
}

/// @notice The half-spread in the third word of a market. WAD.
function halfSpreadIn(uint256 priceWord) pure returns (uint256) {
    // The product is below 2^56.
    unchecked {
        return uint256(uint16(priceWord >> 216)) * SPREAD_STEP;
    }
}

/// @notice Σ |q| over the accounts on the side of `sign`, in the first word of a market. WAD.
function sideIn(uint256 skewWord, int256 sign) pure returns (uint256) {
    // The shorts are 96 bits further up; a sign below 0 is all ones.
    return uint96(skewWord >> (uint256(sign >> 255) & 96));
}

/// @notice What a market has in custody, in its second word. BaseToken, WAD.
function heldIn(uint256 poolWord) pure returns (uint256) {
    return uint96(poolWord >> 128);
}

/// @notice F in the third word of a market. BaseToken, WAD.
function fundingIndexIn(uint256 priceWord) pure returns (int256) {
    return int88(int256(priceWord));
}

/// @notice r in the third word of a market, per day. WAD.
function fundingRateIn(uint256 priceWord) pure returns (int256) {
    // The product is below 2^60.
    unchecked {
        return int256(int40(int256(priceWord >> 176))) * RATE_STEP;
    }
}

/// @notice Seconds by which the price in use was older than touchedAt, in the third word of a market.
function priceAgeIn(uint256 priceWord) pure returns (uint256) {
    return priceWord >> 232;
}

/// @notice The third word of a market. It fits: a price is below 2^87 and its age below 2^24 by Books.advance, a half-spread at most a
/// step above maxHalfSpread, an index below 2^87 in size and a rate at most maxFundingRate by Funding.
/// @param spreadSteps The half-spread in SPREAD_STEPs.
function packPrice(
    uint256 price,
    uint256 spreadSteps,
    uint256 age,
    int256 index,
    int256 rate
) pure returns (uint256) {
    unchecked {
        return
            uint88(uint256(index)) |
            (price << 88) |
            (uint256(uint40(uint256(rate / RATE_STEP))) << 176) |
            (spreadSteps << 216) |
            (age << 232);
    }
}

/// @notice The second word of a market that was used at `time`.
function withTouchedAt(uint256 poolWord, uint256 time) pure returns (uint256) {
    return ((poolWord << 32) >> 32) | (time << 224);
}

/// @notice p and x = p − F in the third word of a market.
function priceIn(uint256 priceWord) pure returns (uint256 mid, int256 positionPrice_) {
    // Both are below 2^88 in size.
    unchecked {
        mid = uint88(priceWord >> 88);
        positionPrice_ = int256(mid) - int88(int256(priceWord));
    }
}

/// @notice Packs the fourth word. Sums of forced trades within a block stay below 2^111, as each moves a skew that is below 2^96
/// in size and 2^15 of them do not fit into a block; what is spent is below the budget, thus the depth.
/// @param forced B: the signed sum of the forced trades of the block at `time`, in units of underlying. WAD.
/// @param spent What was taken from the rebalance budget and had not yet refilled at `time`. WAD.
/// @param time Time of the block of the last forced trade.
function packForced(int256 forced, uint256 spent, uint256 time) pure returns (uint256) {
    return uint256(uint112(uint256(forced))) | (spent << 112) | (time << 224);
}

/// @notice B in the fourth word: the forced trades of the block at `time`.
function forcedAtTime(uint256 word, uint256 time) pure returns (int256) {
    return forcedAtIn(word) == time ? int256(int112(int256(word))) : int256(0);
}

/// @notice What is spent of the budget in the fourth word, as it was at its time. WAD.
function spentIn(uint256 word) pure returns (uint256) {
    return uint112(word >> 112);
}

/// @notice Time of the block of the last forced trade in the fourth word.
function forcedAtIn(uint256 word) pure returns (uint256) {
    return word >> 224;
}
