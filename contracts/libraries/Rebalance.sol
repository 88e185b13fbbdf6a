// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RiskTerms} from "../types/MarketParams.sol";
import {NEVER, Policy} from "../types/Policy.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Conditions, Impact} from "./Impact.sol";
import {Margin} from "./Margin.sol";

/// @notice Why a rebalance is due, and for how much longer than it had to be.
/// @param due Whether anyone may rebalance.
/// @param emergency Whether budget and maxImpact are lifted.
/// @param excess Days overdue, or distance beyond the band as a part of target, whichever is larger. WAD.
struct Trigger {
    bool due;
    bool emergency;
    uint256 excess;
}

/// @notice What a rebalance may do.
/// @param emergency Lifts budget and maxImpact.
/// @param partialOpening Whether an opening that exceeds the room is cut to it instead of being dropped.
/// @param maxImpact The furthest fill from mid. WAD.
/// @param budget Units that the market's budget has left. WAD.
/// @param room Units that the market lets the token open. WAD.
/// @param risk The market's margin rules.
struct RebalanceLimits {
    bool emergency;
    bool partialOpening;
    uint256 maxImpact;
    uint256 budget;
    uint256 room;
    RiskTerms risk;
}

/// @notice A rebalance as it would be done.
/// @param amount Δ to trade; 0 for nothing.
/// @param reward What the keeper gets for it. BaseToken, WAD.
/// @param complete Whether it lands on target, with nothing left for later.
struct RebalancePlan {
    int256 amount;
    uint256 reward;
    bool complete;
}

/// @notice The formula positionAmountDelta = leverage·netAssetValue/positionPrice − positionAmount, the trade that
/// lands on target after its own cost, and when it is due.
library Rebalance {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @dev A part of the position, 1/1e12, that is not worth a trade.
    uint256 private constant ON_TARGET = 1e12;

    /// @dev A trade this many times as large as the position that it would leave is not made: its costs eat nearly all of N,
    /// which is liquidation's case, and it would miss target by more than 1e-12, as `landing` computes it to some 2.4e-18.
    uint256 private constant HOPELESS = 1e5;

    /// @notice L·N/p, the position at target leverage. Toward zero: never more exposure than the target. WAD.
    function targetPosition(int256 leverage, uint256 value, uint256 price) internal pure returns (int256) {
        return (leverage.abs() * value).divDown(price).withSign(leverage);
    }

    /// @notice Δ₀ = L·N/p − q: what is missing to the target when trading is free. N ≤ 0 has the target 0.
    function positionAmountDelta(
        int256 leverage,
        int256 value,
        uint256 price,
        int256 position
    ) internal pure returns (int256) {
        return targetPosition(leverage, value > 0 ? uint256(value) : 0, price) - position;
    }

    /// @notice Δ₀ in units of 1e-36, so that what is traded is rounded only once; 0 for what no market can hold.
    /// Toward zero.
    function preciseDelta(
        int256 leverage,
        int256 value,
        uint256 price,
        int256 position
    ) internal pure returns (int256 delta) {
        // L·N·1e18 < 2^64·2^128·2^60; what is returned is below 2^188.
        unchecked {
            if (value <= 0) return -position * FixedPoint.IWAD;
            if (uint256(value) > type(uint128).max) return 0;
            uint256 target = (leverage.abs() * uint256(value) * FixedPoint.WAD).divDown(price);
            delta = target.withSign(leverage) - position * FixedPoint.IWAD;
            if (delta.abs() >> 187 != 0) return 0;
        }
    }

    /// @notice The trade that lands on target after its own cost: Δ = 2Δ₀ / (b₁ + √(b₁² + 4AΔ₀)), A = L/(2K),
    /// b₁ = 1 + L·(s/K + φ·sgn Δ₀). Toward zero. 0 when there is no such trade.
    /// @param delta Δ₀ in units of 1e-36, as from `preciseDelta`.
    function landing(int256 leverage, int256 delta, Conditions memory around) internal pure returns (int256) {
        // L·Δ₀ < 2^64·2^188.
        unchecked {
            if (delta == 0) return 0;
            uint256 depth = around.depth;
            int256 b =
                FixedPoint.IWAD +
                    (leverage * around.skew).divCeil(depth) +
                    leverage.mulWadCeil(delta < 0 ? -int256(around.costRate) : int256(around.costRate));
            if (b <= 0) return 0;
            int256 growth = (2 * leverage * delta).divCeil(depth);
            if (b * b + growth < 0) return 0;
            uint256 denominator = uint256(b) + uint256(b).rootUp(growth);
            return (2 * delta.abs()).divDown(denominator).withSign(delta);
        }
    }

    /// @notice Cuts a rebalance to the budget, and to a fill that is dearer than mid by at most maxImpact:
    /// |Δ| ≤ 2·(maxImpact·K − s·sgn Δ). Toward zero.
    function limited(
        int256 amount,
        Conditions memory around,
        RebalanceLimits memory limits
    ) internal pure returns (int256) {
        unchecked {
            if (limits.emergency) return amount;
            int256 dear = amount < 0 ? -around.skew : around.skew;
            int256 most = 2 * (int256(around.depth.mulWadDown(limits.maxImpact)) - dear);
            if (most <= 0) return 0;
            uint256 size = amount.abs();
            if (size > uint256(most)) size = uint256(most);
            if (size > limits.budget) size = limits.budget;
            return size.withSign(amount);
        }
    }

    /// @notice N after paying for the trade of Δ: N − I(s, Δ) − φ·p·|Δ|. Floor.
    function valueAfterFloor(
        int256 value,
        int256 amount,
        Conditions memory around
    ) internal pure returns (int256) {
        unchecked {
            return
                value -
                Impact.impact(around, amount) -
                int256(Impact.feeUp(around.price, amount, around.costRate));
        }
    }

    /// @notice |current/target − 1| and whether current leverage is above target. WAD; the largest uint256 for N ≤ 0.
    function offTarget(
        int256 leverage,
        int256 position,
        uint256 price,
        int256 value
    ) internal pure returns (uint256 distance, bool above) {
        unchecked {
            uint256 target = leverage.abs();
            uint256 current = Margin.leverageDown(position, price, value);
            if (current == type(uint256).max) return (current, true);
            above = current > target;
            distance = ((above ? current - target : target - current) * FixedPoint.WAD).divDown(target);
        }
    }

    /// @notice Whether (q′, N′) is strictly closer to target leverage than (q, N), with the sign of the target.
    function isCloser(
        int256 leverage,
        uint256 price,
        int256 position,
        int256 value,
        int256 positionAfter,
        int256 valueAfter
    ) internal pure returns (bool) {
        if (valueAfter <= 0 || (positionAfter != 0 && (positionAfter < 0) != (leverage < 0))) return false;
        (uint256 before, ) = offTarget(leverage, position, price, value);
        (uint256 then, ) = offTarget(leverage, positionAfter, price, valueAfter);
        return then < before;
    }

    /// @notice Start of the schedule slot that `time` is in. Seconds.
    function slotStart(uint256 time, uint256 interval, uint256 offset) internal pure returns (uint256) {
        unchecked {
            if (time < offset) return 0;
            return time - ((time - offset) % interval);
        }
    }

    /// @notice Whether anyone may rebalance a token with this policy, and why.
    /// @param distance |current/target − 1|. WAD.
    /// @param above Whether current leverage is above target.
    /// @param rebalancedAt When the last rebalance was completed. Seconds.
    function trigger(
        Policy policy,
        uint256 distance,
        bool above,
        uint256 rebalancedAt,
        uint256 time
    ) internal pure returns (Trigger memory found) {
        uint256 interval = policy.interval();
        if (interval != 0) {
            uint256 start = slotStart(time, interval, policy.offset());
            if (rebalancedAt < start) {
                found.due = true;
                // Overdue since the first slot that was missed.
                uint256 missed = slotStart(rebalancedAt, interval, policy.offset()) + interval;
                found.excess = (time - (missed < start ? missed : start)).mulDivDown(FixedPoint.WAD, 1 days);
            }
        }
        uint256 band = above ? policy.upperBand() : policy.lowerBand();
        if (band != NEVER && distance > band) {
            found.due = true;
            if (distance - band > found.excess) found.excess = distance - band;
        }
        if (above && distance > policy.emergencyBand()) {
            found.due = true;
            found.emergency = true;
        }
    }

    /// @notice min(w₀ + slope·x, cap·N): the reward of a complete rebalance. Down. BaseToken, WAD.
    function rewardDown(Policy policy, uint256 excess, uint256 value) internal pure returns (uint256) {
        uint256 cap = value.mulWadDown(policy.rewardCap());
        // An excess beyond the largest uint128 has a reward beyond any cap.
        if (excess > type(uint128).max) return cap;
        uint256 reward = policy.rewardBase() + policy.rewardSlope().mulWadDown(excess);
        return reward < cap ? reward : cap;
    }

    /// @notice The part of a reward that is left: what it was, and what has come back in `elapsed` seconds, at most all. All of
    /// it comes back within `window`. Down. WAD.
    function rewardLeftDown(uint256 left, uint256 elapsed, uint256 window) internal pure returns (uint256) {
        if (left >= FixedPoint.WAD) return FixedPoint.WAD;
        // A time in seconds is below 2^40.
        unchecked {
            left += elapsed.mulDivDown(FixedPoint.WAD, window);
            return left < FixedPoint.WAD ? left : FixedPoint.WAD;
        }
    }

    /// @notice The part of a reward that is left after `spent` of what it came to, `reward`: left·(1 − spent/reward), so that
    /// parts of a rebalance never earn more than all of it, however many they are. Down. WAD.
    function rewardLeftAfterDown(
        uint256 left,
        uint256 reward,
        uint256 spent
    ) internal pure returns (uint256) {
        // Never more is spent than there was.
        unchecked {
            return reward == 0 ? left : left.mulDivDown(reward - spent, reward);
        }
    }

    /// @notice The rebalance of an account (q, N): lands on target, the reward taken off N first, as far as `limits`
    /// allow; nothing when N_exit ≤ 0, when there is no root, when less than 1e-5 of what is traded would be left, when it
    /// would not end strictly closer to target, or when it would open with less margin than the market demands.
    /// @param reward The reward of a complete rebalance; paid in proportion to what is traded. BaseToken, WAD.
    /// @param planned Where the plan is written to; as it came when there is none.
    function plan(
        int256 leverage,
        int256 position,
        int256 value,
        Conditions memory around,
        RebalanceLimits memory limits,
        uint256 reward,
        RebalancePlan memory planned
    ) internal pure {
        if (value <= int256(reward) || Margin.exitValueFloor(value, position, around) <= 0) return;
        int256 delta = preciseDelta(leverage, value, around.price, position);
        // On target already, to 1e-12: done, for nothing.
        planned.complete = delta.abs() <= (position.abs() * FixedPoint.WAD).divDown(ON_TARGET);
        if (planned.complete) return;
        if (reward != 0) delta = preciseDelta(leverage, value - int256(reward), around.price, position);
        int256 due = landing(leverage, delta, around);
        if (due == 0) return;
        int256 amount = limited(due, around, limits);
        if ((due < 0) == (leverage < 0) && amount.abs() > limits.room) {
            amount = limits.partialOpening ? limits.room.withSign(due) : int256(0);
        }
        if (amount == 0) return;
        reward = reward.mulDivDown(amount.abs(), due.abs());
        if (!_isAcceptable(leverage, position, value - int256(reward), value, around, limits, amount)) return;
        planned.amount = amount;
        planned.reward = reward;
        planned.complete = amount == due;
    }

    /// @dev Whether a rebalance of `amount`, after which `left` is left but for its cost, leaves a position worth the trade,
    /// ends strictly closer to target, and, when it opens, with the margin that the market demands.
    function _isAcceptable(
        int256 leverage,
        int256 position,
        int256 left,
        int256 value,
        Conditions memory around,
        RebalanceLimits memory limits,
        int256 amount
    ) private pure returns (bool) {
        // Positions and trades are below 2^97.
        unchecked {
            if ((position + amount).abs() * HOPELESS < amount.abs()) return false;
        }
        int256 valueAfter = valueAfterFloor(left, amount, around);
        if (!isCloser(leverage, around.price, position, value, position + amount, valueAfter)) return false;
        bool opens = (amount < 0) == (leverage < 0);
        return !opens || isSufficientAfter(position + amount, valueAfter, around, amount, limits.risk);
    }

    /// @notice Whether the market's margin rule lets an opening rebalance of `amount` end at (q′, N′).
    function isSufficientAfter(
        int256 positionAfter,
        int256 valueAfter,
        Conditions memory around,
        int256 amount,
        RiskTerms risk
    ) internal pure returns (bool) {
        Conditions memory afterwards = Conditions({
            price: around.price,
            depth: around.depth,
            costRate: around.costRate,
            skew: around.skew,
            energy: around.energy,
            forced: around.forced
        });
        Impact.move(afterwards, amount, Impact.impact(around, amount));
        return Margin.isSufficient(positionAfter, valueAfter, afterwards, risk);
    }
}
