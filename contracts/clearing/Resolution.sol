// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Settlement} from "../libraries/Settlement.sol";
import {Account, ROLE_TOKEN, roleIn} from "../types/Account.sol";
import {Amounts, packAmounts} from "../types/Amounts.sol";
import {PackedMarket} from "../types/Market.sol";
import {MarketParams, PricingTerms} from "../types/MarketParams.sol";
import {MarketWords, STATUS_RECKONING, STATUS_SETTLED, marketAt, packForced} from "../types/MarketWords.sol";
import {Ledger} from "./Ledger.sol";

/// @notice The rare paths, linked to the ClearingHouse and run in its storage: deleveraging, and the end of a market. Anyone may start each of them; none moves BaseToken, only cash between accounts and the pool.
library Resolution {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for MarketWords;

    /// @notice See IClearingHouse.deleverage.
    function deleverage(MarketParams calldata params, address owner) external returns (int256 amount) {
        Fill memory fill;
        PackedMarket memory m;
        MarketWords storage words;
        uint256 tag;
        (words, m.skewWord, m.poolWord, m.priceWord, tag, ) = Ledger.open(params, owner, fill);
        bool token = roleIn(tag) == ROLE_TOKEN;
        uint256 excess = Pool.excessSkewDown(m, params.pricing.depth(), params.risk, token);
        (int256 skew, int256 position) = (m.skew(), fill.position);
        if (excess == 0 || position == 0 || (position < 0) != (skew < 0)) {
            revert IClearingHouse.ClearingHouse_NotDeleverageable(position, skew, excess);
        }
        uint256 size = position.abs();
        amount = -(size < excess ? size : excess).withSign(position);
        words.force(params, amount, amount.abs(), true);
        // Without fees: it is not the account's fault.
        PricingTerms free = params.pricing.withoutFees();
        (m.skewWord, m.poolWord) = Books.trade(m.skewWord, m.poolWord, m.priceWord, free, 0, amount, 0, fill);
        Amounts moved = packAmounts(amount, 0);
        words.finish(owner, m.skewWord, m.poolWord, m.priceWord, tag, fill, moved);
        emit IClearingHouse.Deleveraged(words.marketId(), owner, msg.sender, amount);
    }

    /// @notice See IClearingHouse.settle.
    function settle(MarketParams calldata params) external returns (uint256 price) {
        (MarketWords storage words, PackedMarket memory m) = _find(params);
        if (m.status() >= STATUS_RECKONING)
            revert IClearingHouse.ClearingHouse_AlreadySettled(words.marketId());
        uint256 depth = params.pricing.depth();
        // With a dead source the last price used is final, and funding stopped with it.
        if (!IPriceSource(params.priceSource).isDead()) {
            if (m.touchedAt() != block.timestamp) {
                (m.poolWord, m.priceWord) = Ledger.priced(m.skewWord, m.poolWord, m.priceWord, params);
            }
            int256 equity = Pool.equityFloor(m, depth);
            if (equity >= 0) revert IClearingHouse.ClearingHouse_NotSettleable(equity);
        }
        price = Settlement.priceFloor(m, depth);
        Settlement.settle(m, price);
        m.setStatus(STATUS_RECKONING);
        m.setTouched(block.timestamp);
        m.store(words);
        emit IClearingHouse.Settled(words.marketId(), price, m.fundingIndex(), m.poolCash());
    }

    /// @notice See IClearingHouse.reckon.
    function reckon(MarketParams calldata params, address owner) external returns (uint256 reward) {
        (MarketWords storage words, PackedMarket memory m) = _find(params);
        if (m.status() != STATUS_RECKONING)
            revert IClearingHouse.ClearingHouse_NotReckoning(words.marketId());
        Account account = words.accounts[owner].word;
        int256 amount = -account.position();
        Fill memory fill;
        fill.cash = Settlement.closeFloor(account.position(), account.cash(), m.positionPrice());
        if (fill.cash < 0) {
            reward = Margin.liquidationRewardDown(amount, 0, m.price(), params.risk);
            m.setPoolCash(m.poolCash() - int256(reward));
        }
        Amounts moved = packAmounts(amount, 0);
        words.finish(owner, m.skewWord, m.poolWord, m.priceWord, account.tag(), fill, moved);
        if (reward != 0) {
            Account paid = words.credit(msg.sender, reward);
            emit IClearingHouse.RewardCredited(
                words.marketId(),
                msg.sender,
                reward,
                paid.position(),
                paid.cash()
            );
        }
    }

    /// @notice See IClearingHouse.conclude.
    function conclude(MarketParams calldata params) external returns (uint256 share) {
        (MarketWords storage words, PackedMarket memory m) = _find(params);
        if (m.status() != STATUS_RECKONING)
            revert IClearingHouse.ClearingHouse_NotReckoning(words.marketId());
        uint256 until = m.touchedAt() + Settlement.RECKONING;
        if (block.timestamp < until) revert IClearingHouse.ClearingHouse_Reckoning(until);
        share = Settlement.shareDown(m);
        m.setStatus(STATUS_SETTLED);
        m.store(words);
        words.forced = packForced(0, share, 0);
        emit IClearingHouse.Concluded(words.marketId(), share);
    }

    /// @dev A market as it is stored.
    function _find(
        MarketParams calldata params
    ) private view returns (MarketWords storage words, PackedMarket memory m) {
        words = marketAt(params.idOf());
        m.load(words);
        if (m.status() == 0) revert IClearingHouse.ClearingHouse_UnknownMarket(words.marketId());
    }
}
