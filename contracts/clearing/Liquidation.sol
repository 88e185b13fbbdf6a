// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Amounts, packAmounts} from "../types/Amounts.sol";
import {MarketParams, RiskTerms} from "../types/MarketParams.sol";
import {MarketWords, halfSpreadIn, priceIn, skewIn} from "../types/MarketWords.sol";
import {Ledger} from "./Ledger.sol";

/// @notice Closing of what an account can no longer carry: by anyone, for a reward.
library Liquidation {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for MarketWords;

    /// @notice See IClearingHouse.liquidate.
    function liquidate(
        MarketParams calldata params,
        address owner,
        Fill memory fill
    ) internal returns (int256 amount, uint256 reward) {
        (
            MarketWords storage words,
            uint256 skewWord,
            uint256 poolWord,
            uint256 priceWord,
            uint256 tag,
            bool touched
        ) = Ledger.open(params, owner, fill);
        int256 position = fill.position;
        {
            (uint256 price, int256 positionPrice) = priceIn(priceWord);
            int256 value = Margin.valueFloor(position, fill.cash, positionPrice);
            if (!Margin.isLiquidatable(position, value, price, params.risk)) {
                revert IClearingHouse.ClearingHouse_NotLiquidatable(
                    value,
                    Margin.maintenanceUp(position, price, params.risk)
                );
            }
            // The amount depends on the skew, but not on E.
            uint256 rate = Books.costRate(halfSpreadIn(priceWord), params.pricing);
            Conditions memory around = Conditions(
                price,
                params.pricing.depth(),
                rate,
                skewIn(skewWord),
                0,
                0
            );
            (uint256 size, uint256 rewarded) = _sizes(position, value, around, params.risk, touched);
            // A position is below 2^96 in size.
            unchecked {
                amount = -size.withSign(position);
            }
            reward = Margin.liquidationRewardDown(position, rewarded, price, params.risk);
        }
        words.force(params, amount, amount.abs(), true);
        (skewWord, poolWord) = Books.trade(skewWord, poolWord, priceWord, params.pricing, 0, amount, 0, fill);
        // Paid even from an account with nothing left: then it is the pool's. At most the maintenance margin.
        unchecked {
            fill.cash -= int256(reward);
        }
        Amounts moved = packAmounts(amount, -int256(reward));
        words.finish(owner, skewWord, poolWord, priceWord, tag, fill, moved);
        words.credit(msg.sender, reward);
        emit IClearingHouse.Liquidated(words.marketId(), owner, msg.sender, amount, reward);
    }

    /// @dev What a liquidation closes, and for what of it there is a reward. In a block in which the market was used before, that
    /// is what would be closed at the skew that is best for the account: nobody is paid for what a push of the skew adds.
    function _sizes(
        int256 position,
        int256 value,
        Conditions memory around,
        RiskTerms risk,
        bool touched
    ) private pure returns (uint256 size, uint256 rewarded) {
        size = rewarded = Margin.liquidationUp(position, value, around, risk);
        if (touched) {
            around.skew = Pool.mostSkewDown(around.depth, risk).withSign(position);
            uint256 least = Margin.liquidationUp(position, value, around, risk);
            if (least < size) rewarded = least;
        }
    }
}
