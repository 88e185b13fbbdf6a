// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RiskTerms} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Conditions, Impact} from "./Impact.sol";
import {Margin} from "./Margin.sol";

/// @notice What a rebalance may do.
/// @param emergency Lifts budget and maxImpact.
/// @param partialOpening Whether an opening that exceeds the room is cut to it instead of being dropped.
/// @param reach maxImpact·K: units by which a skew moves the price by the furthest that a fill may be from mid. WAD.
/// @param budget Units that the market's budget has left. WAD.
/// @param room Units that the market lets the token open. WAD.
/// @param risk The market's margin rules.
struct RebalanceLimits {
    bool emergency;
    bool partialOpening;
    uint256 reach;
    uint256 budget;
    uint256 room;
    RiskTerms risk;
}

/// @notice The formula positionAmountDelta = leverage·netAssetValue/positionPrice − positionAmount, the trade that
/// lands on target after its own cost, and when it is due.
library Rebalance {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @dev A distance from target, 1e-12, that is not worth a trade. WAD.
    uint256 private constant ON_TARGET = 1e6;

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
    /// Toward zero. N < 2^128.
    function preciseDelta(
        int256 leverage,
        int256 value,
        uint256 price,
        int256 position
    ) internal pure returns (int256 delta) {
        // L·N·1e18 < 2^64·2^128·2^60; what is returned is below 2^188.
        unchecked {
            delta = -position * FixedPoint.IWAD;
            if (value > 0) {
                uint256 target = (leverage.abs() * uint256(value) * FixedPoint.WAD).divDown(price);
                delta += target.withSign(leverage);
                // |Δ₀| ≥ 2^187
                if (uint256(delta + (2 ** 187 - 1)) > 2 ** 188 - 2) delta = 0;
            }
        }
    }

    /// @notice The trade that lands on target after its own cost: Δ = 2Δ₀ / (b₁ + √(b₁² + 4AΔ₀)), A = L/(2K),
    /// b₁ = 1 + L·(s/K + φ·sgn Δ₀). Toward zero. 0 when there is no such trade.
    /// @param delta Δ₀ in units of 1e-36, as from `preciseDelta`.
    function landing(int256 leverage, int256 delta, Conditions memory around) internal pure returns (int256) {
        // L·Δ₀ < 2^64·2^188.
        unchecked {
            uint256 depth = around.depth;
            int256 b =
                FixedPoint.IWAD +
                    (leverage * around.skew).divCeil(depth) +
                    leverage.mulWadCeil(around.costRate.withSign(delta));
            if (b <= 0) return 0;
            int256 growth = (2 * leverage * delta).divCeil(depth);
            if (b * b + growth < 0) return 0;
            uint256 denominator = uint256(b) + uint256(b).rootUp(growth);
            return (2 * delta.abs()).divDown(denominator).withSign(delta);
        }
    }

    /// @notice maxImpact·K: what `limited` asks for. Down. Units, WAD.
    function reachDown(Policy policy, uint256 depth) internal pure returns (uint256) {
        return depth.mulWadDown(policy.maxImpact());
    }

    /// @notice Cuts a rebalance to the budget, and to a fill that is dearer than mid by at most maxImpact:
    /// |Δ| ≤ 2·(maxImpact·K − s·sgn Δ). Toward zero.
    function limited(
        int256 amount,
        Conditions memory around,
        RebalanceLimits memory limits
    ) internal pure returns (int256 allowed) {
        unchecked {
            allowed = amount;
            if (!limits.emergency) {
                uint256 size = amount.abs();
                // s·sgn Δ
                int256 mask = amount >> 255;
                int256 dear = (around.skew ^ mask) - mask;
                int256 most = 2 * (int256(limits.reach) - dear);
                uint256 budget = limits.budget;
                if (size > budget) size = budget;
                if (int256(size) > most) size = most > 0 ? uint256(most) : 0;
                allowed = size.withSign(amount);
            }
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
    /// @param leverage The target, which isn't 0.
    function offTarget(
        int256 leverage,
        int256 position,
        uint256 price,
        int256 value
    ) internal pure returns (uint256 distance, bool above) {
        // |q|·p·1e18 < 2^97·2^87·2^60.
        unchecked {
            if (value <= 0) return (type(uint256).max, true);
            uint256 target = leverage.abs();
            int256 beyond = int256((position.abs() * price).divDown(uint256(value)) - target);
            above = beyond > 0;
            distance = (beyond.abs() * FixedPoint.WAD).divDown(target);
        }
    }

    /// @notice Whether (q′, N′) is strictly closer to target leverage than `distance`, with the sign of the target.
    function isCloser(
        int256 leverage,
        uint256 price,
        int256 positionAfter,
        int256 valueAfter,
        uint256 distance
    ) internal pure returns (bool closer) {
        if (valueAfter > 0) {
            (uint256 then, ) = offTarget(leverage, positionAfter, price, valueAfter);
            closer = then < distance;
            if ((positionAfter ^ leverage) < 0) {
                if (positionAfter != 0) closer = false;
            }
        }
    }

    /// @notice Start of the schedule slot that `time` is in. Seconds.
    /// @param interval Above 0.
    function slotStart(uint256 time, uint256 interval, uint256 offset) internal pure returns (uint256) {
        unchecked {
            return time < offset ? 0 : offset + (time - offset).stepDown(interval);
        }
    }

    /// @notice Whether anyone may rebalance a token with this policy, and why.
    /// @param distance |current/target − 1|. WAD.
    /// @param above Whether current leverage is above target.
    /// @param rebalancedAt When the last rebalance was completed. Seconds.
    /// @return due Whether anyone may rebalance.
    /// @return emergency Whether budget and maxImpact are lifted.
    /// @return excess Days overdue, or distance beyond the band as a part of target, whichever is larger. WAD.
    function trigger(
        Policy policy,
        uint256 distance,
        bool above,
        uint256 rebalancedAt,
        uint256 time
    ) internal pure returns (bool due, bool emergency, uint256 excess) {
        uint256 band = above ? policy.upperBand() : policy.lowerBand();
        (due, excess) = triggerBy(band, distance, policy.interval(), policy.offset(), rebalancedAt, time);
        if (above) {
            if (distance > policy.emergencyBand()) (due, emergency) = (true, true);
        }
    }

    /// @notice The same for one band, emergencies aside.
    /// @param band Of the side that leverage is on. WAD, or NEVER.
    /// @param interval Between scheduled rebalances; 0 for none. Seconds.
    /// @param offset Of the schedule, below the interval. Seconds.
    function triggerBy(
        uint256 band,
        uint256 distance,
        uint256 interval,
        uint256 offset,
        uint256 rebalancedAt,
        uint256 time
    ) internal pure returns (bool due, uint256 excess) {
        // Times in seconds are below 2^40. No distance is above NEVER.
        unchecked {
            if (interval != 0) {
                uint256 start = slotStart(time, interval, offset);
                if (rebalancedAt < start) {
                    due = true;
                    // Overdue since the first slot that was missed; mostly that is this one.
                    if (rebalancedAt + interval < start)
                        start = slotStart(rebalancedAt, interval, offset) + interval;
                    excess = ((time - start) * FixedPoint.WAD).divDown(1 days);
                }
            }
            if (distance > band) {
                due = true;
                if (distance - band > excess) excess = distance - band;
            }
        }
    }

    /// @notice min(w₀ + slope·x, cap·N): the reward of a complete rebalance. Down. BaseToken, WAD.
    /// @param base w₀.
    /// @param excess x, as from `trigger`.
    /// @param value N.
    function rewardDown(
        uint256 base,
        uint256 slope,
        uint256 cap,
        uint256 excess,
        uint256 value
    ) internal pure returns (uint256) {
        // N < 2^128, and the slope is below 2^79.
        unchecked {
            uint256 most = value.mulWadDown(cap);
            // An excess beyond the largest uint128 has a reward beyond any cap.
            if (excess > type(uint128).max) return most;
            uint256 reward = base + slope.mulWadDown(excess);
            return reward < most ? reward : most;
        }
    }

    /// @notice Within which all of a reward comes back: the market's rebalanceWindow, or the interval of a schedule, if that is longer. Else whoever
    /// leaves a wei of a scheduled rebalance undone would earn it each window, until its slot is over. Seconds.
    function refill(uint256 window, uint256 interval) internal pure returns (uint256) {
        return interval > window ? interval : window;
    }

    /// @notice The part of a reward that is left: what it was, and what has come back in `elapsed` seconds, at most all. All of
    /// it comes back within `window`. Down. WAD.
    function rewardLeftDown(uint256 left, uint256 elapsed, uint256 window) internal pure returns (uint256) {
        if (left >= FixedPoint.WAD) return FixedPoint.WAD;
        // A time in seconds is below 2^40.
        unchecked {
            left += (elapsed * FixedPoint.WAD).divDown(window);
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
        // Never more is spent than there was, and a reward is below 2^128.
        unchecked {
            return reward == 0 ? left : (left * (reward - spent)).divDown(reward);
        }
    }

    /// @notice The rebalance of an account (q, N): lands on target, the reward taken off N first, as far as `limits`
    /// allow; nothing when N_exit ≤ 0 (which only an emergency can have), when there is no root, when less than 1e-5 of what is traded would be left, when it
    /// would not end strictly closer to target, or when it would open with less margin than the market demands.
    /// @param distance |current/target − 1| of the account, as from `offTarget`. WAD.
    /// @param reward The reward of a complete rebalance; paid in proportion to what is traded. BaseToken, WAD.
    /// @return amount Δ to trade; 0 for nothing.
    /// @return paid What the keeper gets for it. BaseToken, WAD.
    /// @return complete Whether it lands on target, with nothing left for later.
    /// @return impact I(s, Δ). BaseToken, WAD.
    /// @return valueAfter N after reward and costs, if there is something to trade. BaseToken, WAD.
    function plan(
        int256 leverage,
        int256 position,
        int256 value,
        uint256 distance,
        Conditions memory around,
        RebalanceLimits memory limits,
        uint256 reward
    ) internal pure returns (int256 amount, uint256 paid, bool complete, int256 impact, int256 valueAfter) {
        // A reward is below N where it counts.
        unchecked {
            if (value <= int256(reward)) return (0, 0, false, 0, 0);
            // Within the emergency band N is above the maintenance margin, and closing never costs more than that: see Admission.
            if (limits.emergency && Margin.exitValueFloor(value, position, around) <= 0) {
                return (0, 0, false, 0, 0);
            }
            // On target already, to 1e-12: done, for nothing.
            if (distance <= ON_TARGET) return (0, 0, true, 0, 0);
            int256 due;
            (due, amount) = _allowed(leverage, position, value - int256(reward), around, limits);
            if (amount == 0) return (0, 0, false, 0, 0);
            complete = amount == due;
            paid = complete ? reward : reward.mulDivDown(amount.abs(), due.abs());
            impact = Impact.impact(around, amount);
            valueAfter = value - int256(paid) - impact;
            valueAfter -= int256(Impact.feeUp(around.price, amount, around.costRate));
            if (!_isAcceptable(leverage, position, valueAfter, distance, around, limits, amount, impact))
                return (0, 0, false, 0, 0);
        }
    }

    /// @dev What lands on target, and what of it the limits allow.
    function _allowed(
        int256 leverage,
        int256 position,
        int256 value,
        Conditions memory around,
        RebalanceLimits memory limits
    ) private pure returns (int256 due, int256 amount) {
        due = landing(leverage, preciseDelta(leverage, value, around.price, position), around);
        amount = limited(due, around, limits);
        if ((due ^ leverage) >= 0) {
            uint256 room = limits.room;
            if (amount.abs() > room) amount = limits.partialOpening ? room.withSign(due) : int256(0);
        }
    }

    /// @dev Whether a rebalance of `amount` that leaves (q′, N′) leaves a position worth the trade, ends strictly closer to target,
    /// and, when it opens, with the margin that the market demands.
    function _isAcceptable(
        int256 leverage,
        int256 position,
        int256 valueAfter,
        uint256 distance,
        Conditions memory around,
        RebalanceLimits memory limits,
        int256 amount,
        int256 impact
    ) private pure returns (bool) {
        // Positions and trades are below 2^97, and impacts below 2^125.
        unchecked {
            int256 positionAfter = position + amount;
            if (positionAfter.abs() * HOPELESS < amount.abs()) return false;
            if (!isCloser(leverage, around.price, positionAfter, valueAfter, distance)) return false;
            bool opens = (amount < 0) == (leverage < 0);
            if (!opens) return true;
            if (Margin.isAmple(positionAfter, valueAfter, around.price, limits.risk)) return true;
            // Closing afterwards leads to s − q as it did before: what it takes is what the trade has not moved yet.
            int256 exitImpact = Impact.impact(around, -position) - impact;
            return Margin.isSufficientWith(positionAfter, valueAfter, exitImpact, around, limits.risk);
        }
    }
}
