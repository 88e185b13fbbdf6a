// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {AccountSlot} from "../types/Account.sol";
import {packAmounts} from "../types/Amounts.sol";
import {Entry} from "../types/Entry.sol";
import {MarketWords, PackedMarket} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, RiskTerms} from "../types/MarketParams.sol";
import {Ledger, Slots} from "./Ledger.sol";

/// @notice Closing of what an account can no longer carry: by anyone, for a reward.
library Liquidation {
    using FixedPoint for uint256;
    using Ledger for MarketWords;
    using Ledger for Slots;

    /// @notice See IClearingHouse.liquidate.
    function liquidate(
        Slots storage slots,
        MarketParams calldata params,
        address owner
    ) internal returns (int256 amount, uint256 reward) {
        Entry memory e = Entry(PackedMarket(0, 0, 0), 0, 0, 0, false, 0, 0, 0);
        (MarketId id, MarketWords storage words, AccountSlot storage slot) = slots.enter(e, params, owner);
        int256 value = Margin.valueFloor(e.position, e.cash, e.market.positionPrice());
        uint256 price = e.market.price();
        if (!Margin.isLiquidatable(e.position, value, price, params.risk)) {
            revert IClearingHouse.ClearingHouse_NotLiquidatable(
                value,
                Margin.maintenanceUp(e.position, price, params.risk)
            );
        }
        Conditions memory around = Conditions(0, 0, 0, 0, 0, 0);
        Books.surround(around, e.market, params.pricing, 0);
        (uint256 size, uint256 rewarded) = _sizes(e, around, params.risk, value);
        // A position is below 2^96 in size, and a reward at most the maintenance margin.
        unchecked {
            amount = -size.withSign(e.position);
        }
        reward = Margin.liquidationRewardDown(e.position, rewarded, price, params.risk);
        Ledger.forcedTrade(e, around, params, words, amount, params.pricing);
        // Paid even from an account with nothing left: then it is the pool's.
        unchecked {
            e.cash -= int256(reward);
        }
        Ledger.finish(e, id, words, slot, owner, packAmounts(amount, -int256(reward)));
        words.credit(msg.sender, reward);
        emit IClearingHouse.Liquidated(id, owner, msg.sender, amount, reward);
    }

    /// @dev What a liquidation closes, and for what of it there is a reward. In a block in which the market was used before, that
    /// is what would be closed at the skew that is best for the account: nobody is paid for what a push of the skew adds.
    function _sizes(
        Entry memory e,
        Conditions memory around,
        RiskTerms risk,
        int256 value
    ) private pure returns (uint256 size, uint256 rewarded) {
        int256 position = e.position;
        size = rewarded = Margin.liquidationUp(position, value, around, risk);
        if (e.touched) {
            // The amount depends on the skew, but not on E.
            int256 skew = around.skew;
            around.skew = Pool.mostSkewDown(around.depth, risk).withSign(position);
            uint256 least = Margin.liquidationUp(position, value, around, risk);
            if (least < size) rewarded = least;
            around.skew = skew;
        }
    }
}
