// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IClearingHouse, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {
    Account,
    AccountSlot,
    ROLE_POOL,
    ROLE_RESOLVED,
    ROLE_TOKEN,
    packAccount,
    tagAt
} from "../types/Account.sol";
import {packAmounts} from "../types/Amounts.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {
    FEE_STEP,
    MarketWords,
    STATUS_RECKONING,
    halfSpreadIn,
    marketAt,
    poolCashIn,
    priceIn,
    skewIn,
    statusIn,
    touchedAtIn,
    withMoreFees,
    withPoolCash
} from "../types/MarketWords.sol";
import {Checks} from "./Checks.sol";
import {Ledger} from "./Ledger.sol";
import {Orders} from "./Orders.sol";

/// @notice Orders of tokens, and the cash of pools: what holders pay for with every mint, burn and rebalance, so it works on the words of market and
/// account as they lie in storage, not on structs in memory. The formulas are those of the libraries, as for everybody.
library Execution {
    using FixedPoint for int256;
    using FixedPoint for uint256;
    using Ledger for MarketWords;

    /// @notice See IClearingHouse.execute. A token computes within the ranges of FixedPoint, and what comes in or goes out is bounded
    /// by what the market holds.
    ///
    /// What is traded is one netted trade, and what it leaves behind is checked once. Only a payment looks at what lies between
    /// its two parts: it must not raise the leverage that the rebalance leaves, if that opens; else that of the account before.
    /// It is one function since its twenty values lie on the stack and in fixed memory: parts of it would hand on fifteen of them.
    /// @return cash c after.
    // solhint-disable-next-line function-max-lines
    function execute(MarketParams calldata params, TokenOrder calldata order) internal returns (int256 cash) {
        MarketWords storage words = marketAt(params.idOf());
        AccountSlot storage slot = words.accounts[msg.sender];
        (uint256 skewWord, uint256 poolWord, uint256 priceWord) = (words.skew, words.pool, words.price);
        int256 position;
        uint256 role;
        {
            Account account = slot.word;
            (position, cash, role) = (account.position(), account.cash(), account.role());
        }
        if (role & ~uint256(ROLE_RESOLVED) != ROLE_TOKEN)
            revert IClearingHouse.ClearingHouse_WrongRole(msg.sender, uint8(role), ROLE_TOKEN);
        if (statusIn(skewWord) >= STATUS_RECKONING) {
            (position, cash, poolWord, role) = words.resolved(
                skewWord,
                poolWord,
                priceWord,
                position,
                cash,
                role
            );
            if (order.transfer > 0) revert IClearingHouse.ClearingHouse_AlreadySettled(words.marketId());
        } else if (touchedAtIn(poolWord) != block.timestamp) {
            // Tokens call `syncNow` first, which has read the price.
            (poolWord, priceWord) = Ledger.priced(skewWord, poolWord, priceWord, params);
            words.price = priceWord;
        }

        // No sum of what a token computes, or of what a market holds, reaches 2^255: see FixedPoint.
        unchecked {
            uint256 steps = Books.feeStepsDown(skewWord, order.fee);
            skewWord = withMoreFees(skewWord, steps);
            int256 margin = order.transfer - int256(steps * FEE_STEP + order.reward);
            cash += margin;
            (uint256 price, int256 positionPrice) = priceIn(priceWord);
            uint256 depth = params.pricing.depth();
            int256 skew = skewIn(skewWord);
            uint256 energy = Impact.energyUp(price, skew, depth);

            int256 own = order.forced;
            bool opened;
            if (own != 0) {
                words.force(params, own, own.abs(), order.emergency);
                opened = Checks.isOpened(position, position + own);
            }
            int256 before = position;
            int256 valueBefore;
            if (order.transfer < 0) {
                valueBefore = Margin.valueFloor(position, cash - order.transfer, positionPrice);
                if (opened) {
                    // Where the forced part leaves the account is what the payment is measured against: so it needs the margin of a
                    // trade of its own. The fee is taken off already, but whoever burns pays it, out of what is still to go out.
                    before += own;
                    uint256 energyOpened = Impact.energyUp(price, skew + own, depth);
                    valueBefore -= int256(energyOpened) - int256(energy);
                    uint256 rate = Books.costRate(halfSpreadIn(priceWord), params.pricing);
                    valueBefore -= int256(Impact.feeUp(price, own, rate));
                    int256 value = valueBefore + int256(steps * FEE_STEP);
                    if (!Margin.isAmple(before, value, price, params.risk))
                        Checks.sufficient(before, value, priceWord, skew + own, energyOpened, params);
                }
                poolWord = Books.payOut(poolWord, uint256(-order.transfer));
            } else {
                before += own;
                if (order.transfer != 0) poolWord = Books.bringIn(poolWord, uint256(order.transfer));
            }

            int256 total = own + order.amount;
            skew += total;
            uint256 energyAfter = Impact.energyUp(price, skew, depth);
            int256 impact = int256(energyAfter) - int256(energy);
            own += order.blockForced;
            uint256 surcharge;
            // A rebalance has no amount, and what only mints or burns mostly has no forced trades around it.
            if (own != 0 && order.amount != 0)
                surcharge = Impact.surchargeUp(price, depth, own, order.amount);
            int256 paid;
            uint256 fee;
            (skewWord, poolWord, paid, fee) = Books.book(
                skewWord,
                poolWord,
                priceWord,
                params.pricing,
                position,
                total,
                order.amount,
                impact,
                surcharge
            );
            position += total;
            cash -= paid;
            if (position != 0) {
                bool pays = order.transfer < 0;
                bool opens = Checks.isOpened(before, position);
                // "Or" without a jump.
                uint256 either = SafeCast.toUint(opens) | SafeCast.toUint(opened);
                if (either != 0)
                    Checks.openable(skewWord, poolWord, priceWord, energyAfter, position > 0, params);
                if (either | SafeCast.toUint(pays) != 0) {
                    int256 value = Margin.valueFloor(position, cash, positionPrice);
                    bool enough;
                    if (pays) {
                        if (!opens && position != before)
                            enough = Margin.isNotRaised(before, valueBefore, position, value);
                    }
                    if (!enough && !Margin.isAmple(position, value, price, params.risk))
                        Checks.sufficient(position, value, priceWord, skew, energyAfter, params);
                }
            } else if (cash < 0) {
                poolWord = words.cover(msg.sender, poolWord, cash);
                cash = 0;
            }
            if (order.closing && cash > 0) {
                // The pool keeps what is less than a step of the counter.
                steps = Books.feeStepsDown(skewWord, uint256(cash));
                skewWord = withMoreFees(skewWord, steps);
                poolWord = withPoolCash(poolWord, poolCashIn(poolWord) + cash - int256(steps * FEE_STEP));
                margin -= cash;
                cash = 0;
            }
            words.skew = skewWord;
            words.pool = poolWord;
            Account after_ = packAccount(position, cash, tagAt(role, block.timestamp));
            slot.word = after_;
            emit IClearingHouse.AccountUpdated(
                words.marketId(),
                msg.sender,
                after_,
                priceWord,
                packAmounts(total, margin),
                packAmounts(impact + int256(surcharge), int256(fee))
            );
            if (surcharge != 0) words.surcharged(msg.sender, surcharge, cash);
            if (order.reward != 0) words.credit(order.party, order.reward);
        }
    }

    /// @notice See IClearingHouse.movePoolCash.
    function movePoolCash(MarketParams calldata params, int256 amount) internal {
        MarketWords storage words = marketAt(params.idOf());
        uint8 role = words.accounts[msg.sender].word.role();
        if (role & ~ROLE_RESOLVED != ROLE_POOL)
            revert IClearingHouse.ClearingHouse_WrongRole(msg.sender, role, ROLE_POOL);
        (uint256 skewWord, uint256 poolWord, uint256 priceWord) = (words.skew, words.pool, words.price);
        uint256 status = statusIn(skewWord);
        if (status == STATUS_RECKONING) Ledger.revertReckoning(poolWord);
        if (status < STATUS_RECKONING && touchedAtIn(poolWord) != block.timestamp) {
            (poolWord, priceWord) = Ledger.priced(skewWord, poolWord, priceWord, params);
            words.price = priceWord;
        }
        int256 moved = Orders.toWad(params, amount);
        if (moved > 0) {
            if (status >= STATUS_RECKONING)
                revert IClearingHouse.ClearingHouse_AlreadySettled(words.marketId());
            poolWord = Books.bringIn(poolWord, uint256(moved));
        } else poolWord = Books.payOut(poolWord, uint256(-moved));
        int256 poolCash = poolCashIn(poolWord) + moved;
        words.pool = withPoolCash(poolWord, poolCash);
        emit IClearingHouse.PoolCashMoved(words.marketId(), moved, poolCash);
    }
}
