// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attribution, Holding} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {FEE_STEP} from "../types/Market.sol";
import {RiskTerms} from "../types/MarketParams.sol";

/// @notice What a mint that fills a market is limited by.
/// @param room What the token may open, in units of underlying: at least 2. WAD.
/// @param custody What the market can still take into custody. BaseToken, WAD.
/// @param mintFee Of what is brought. WAD.
/// @param unit One unit of the BaseToken as WAD.
/// @param most The most tokens that can be asked for at once. WAD.
struct MintLimits {
    uint256 room;
    uint256 custody;
    uint256 mintFee;
    uint256 unit;
    uint256 most;
    RiskTerms risk;
}

/// @notice What is asked of a token less often than to deposit and to redeem, linked to every LeveragedToken since it is too
/// long to be a part of each: the exact-out forms, and the most that can be minted.
library Quotes {
    using FixedPoint for uint256;

    /// @notice See Attribution.mint.
    function mint(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) external pure returns (uint256 brought, int256 amount) {
        return Attribution.mint(held, around, tokens);
    }

    /// @notice See Attribution.withdraw.
    function withdraw(
        Holding memory held,
        Conditions memory around,
        uint256 payout
    ) external pure returns (uint256 shares) {
        return Attribution.withdraw(held, around, payout);
    }

    /// @notice The mint that fills what a market can open; (0, 0) when there is none. Down, and a little below where rounding
    /// could refuse it.
    /// @param locked Tokens of a first mint that nobody gets; 0 when it is not the first.
    function mostDown(
        Holding memory held,
        Conditions memory around,
        MintLimits memory limits,
        uint256 locked
    ) external pure returns (uint256 assets, uint256 shares) {
        // A market holds less than 2^96; leave what would not fit. Without a position a mint opens nothing.
        uint256 value = limits.custody.divDown(2);
        if (held.position != 0) {
            uint256 opened = (held.value * (limits.room - 1)).divDown(FixedPoint.abs(held.position));
            if (opened < value) value = opened;
        }
        int256 amount = Attribution.scaledUp(held, value);
        // A surcharge is rounded up to a whole step, which `deposit` would take for more value to open.
        int256 brought = int256(value) + Impact.costUp(around, amount) - int256(FEE_STEP);
        (int256 position, int256 worth) = locked != 0
            ? (amount, int256(value))
            : (held.position + amount, int256(held.value + value));
        if (brought <= 0 || uint256(brought) > limits.custody) return (0, 0);
        assets = uint256(brought).divDown(limits.unit);
        uint256 paid = assets * limits.unit;
        (shares, ) = Attribution.deposit(held, around, paid - Attribution.feeUp(paid, limits.mintFee));
        Impact.move(around, amount, Impact.impact(around, amount));
        if (!Margin.isSufficient(position, worth - 2, around, limits.risk)) return (0, 0);
        shares = shares > locked ? shares - locked : 0;
        if (shares == 0) assets = 0;
        if (shares > limits.most) shares = limits.most;
    }
}
