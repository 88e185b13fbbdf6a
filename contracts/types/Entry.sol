// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedMarket} from "./Market.sol";

/// @notice What an operation works on: a market and an account of it in memory, and what its trade cost.
/// @param market The market, packed.
/// @param position q of the account. Units, signed, WAD.
/// @param cash c of the account. BaseToken, signed, WAD.
/// @param role What the ClearingHouse trusts the account's owner to be.
/// @param touched Whether the market had been used in this block before: only then can it have forced trades.
/// @param impact What moving the skew cost, without the surcharge. BaseToken, signed, WAD.
/// @param fee Trade fee and half-spread, as charged: what the rounding adds is part of it. BaseToken, WAD.
/// @param surcharge What filling as if this block's forced trades had not happened cost more. BaseToken, WAD.
struct Entry {
    PackedMarket market;
    int256 position;
    int256 cash;
    uint8 role;
    bool touched;
    int256 impact;
    uint256 fee;
    uint256 surcharge;
}
