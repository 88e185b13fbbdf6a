// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attribution, Holding} from "../../contracts/libraries/Attribution.sol";
import {FixedPoint} from "../../contracts/libraries/FixedPoint.sol";
import {Conditions} from "../../contracts/libraries/Impact.sol";
import {Rebalance, RebalanceLimits} from "../../contracts/libraries/Rebalance.sol";
import {TokenAdmission} from "../../contracts/libraries/TokenAdmission.sol";
import {RiskTerms} from "../../contracts/types/MarketParams.sol";
import {Policy} from "../../contracts/types/Policy.sol";
import {Replayer} from "./Replayer.sol";

/// @notice The same for the libraries of a token, and for the arithmetic under all of them.
contract TokenHarness is Replayer {
    // ---------------------------------------------------------------------------------------- FixedPoint
    function FixedPoint_mulDivDown(uint256 a, uint256 b, uint256 d) external pure returns (uint256) {
        return FixedPoint.mulDivDown(a, b, d);
    }
    function FixedPoint_mulDivUp(uint256 a, uint256 b, uint256 d) external pure returns (uint256) {
        return FixedPoint.mulDivUp(a, b, d);
    }
    function FixedPoint_divFloor(int256 a, uint256 d) external pure returns (int256 quotient) {
        return FixedPoint.divFloor(a, d);
    }
    function FixedPoint_divCeil(int256 a, uint256 d) external pure returns (int256 quotient) {
        return FixedPoint.divCeil(a, d);
    }
    function FixedPoint_divDown(uint256 a, uint256 d) external pure returns (uint256) {
        return FixedPoint.divDown(a, d);
    }
    function FixedPoint_divUp(uint256 a, uint256 d) external pure returns (uint256) {
        return FixedPoint.divUp(a, d);
    }
    function FixedPoint_mulWadDown(uint256 a, uint256 b) external pure returns (uint256) {
        return FixedPoint.mulWadDown(a, b);
    }
    function FixedPoint_mulWadUp(uint256 a, uint256 b) external pure returns (uint256) {
        return FixedPoint.mulWadUp(a, b);
    }
    function FixedPoint_mulWadFloor(int256 a, int256 b) external pure returns (int256) {
        return FixedPoint.mulWadFloor(a, b);
    }
    function FixedPoint_mulWadCeil(int256 a, int256 b) external pure returns (int256) {
        return FixedPoint.mulWadCeil(a, b);
    }
    function FixedPoint_stepDown(uint256 a, uint256 step) external pure returns (uint256) {
        return FixedPoint.stepDown(a, step);
    }
    function FixedPoint_stepUp(uint256 a, uint256 step) external pure returns (uint256) {
        return FixedPoint.stepUp(a, step);
    }
    function FixedPoint_sqrtDown(uint256 a) external pure returns (uint256) {
        return FixedPoint.sqrtDown(a);
    }
    function FixedPoint_sqrtUp(uint256 a) external pure returns (uint256) {
        return FixedPoint.sqrtUp(a);
    }
    function FixedPoint_rootUp(uint256 b, int256 growth) external pure returns (uint256 root) {
        return FixedPoint.rootUp(b, growth);
    }
    function FixedPoint_abs(int256 a) external pure returns (uint256) {
        return FixedPoint.abs(a);
    }
    function FixedPoint_withSign(uint256 a, int256 like) external pure returns (int256) {
        return FixedPoint.withSign(a, like);
    }

    // ----------------------------------------------------------------------------------------- Rebalance
    function Rebalance_targetPosition(
        int256 leverage,
        uint256 value,
        uint256 price
    ) external pure returns (int256) {
        return Rebalance.targetPosition(leverage, value, price);
    }
    function Rebalance_positionAmountDelta(
        int256 leverage,
        int256 value,
        uint256 price,
        int256 position
    ) external pure returns (int256) {
        return Rebalance.positionAmountDelta(leverage, value, price, position);
    }
    function Rebalance_preciseDelta(
        int256 leverage,
        int256 value,
        uint256 price,
        int256 position
    ) external pure returns (int256) {
        return Rebalance.preciseDelta(leverage, value, price, position);
    }
    function Rebalance_landing(
        int256 leverage,
        int256 delta,
        Conditions memory around
    ) external pure returns (int256) {
        return Rebalance.landing(leverage, delta, around);
    }
    function Rebalance_reachDown(Policy policy, uint256 depth) external pure returns (uint256) {
        return Rebalance.reachDown(policy, depth);
    }
    function Rebalance_limited(
        int256 amount,
        Conditions memory around,
        RebalanceLimits memory limits
    ) external pure returns (int256) {
        return Rebalance.limited(amount, around, limits);
    }
    function Rebalance_valueAfterFloor(
        int256 value,
        int256 amount,
        Conditions memory around
    ) external pure returns (int256) {
        return Rebalance.valueAfterFloor(value, amount, around);
    }
    function Rebalance_offTarget(
        int256 leverage,
        int256 position,
        uint256 price,
        int256 value
    ) external pure returns (uint256 distance, bool above) {
        return Rebalance.offTarget(leverage, position, price, value);
    }
    function Rebalance_isCloser(
        int256 leverage,
        uint256 price,
        int256 positionAfter,
        int256 valueAfter,
        uint256 distance
    ) external pure returns (bool) {
        return Rebalance.isCloser(leverage, price, positionAfter, valueAfter, distance);
    }
    function Rebalance_slotStart(
        uint256 time,
        uint256 interval,
        uint256 offset
    ) external pure returns (uint256) {
        return Rebalance.slotStart(time, interval, offset);
    }
    function Rebalance_trigger(
        Policy policy,
        uint256 distance,
        bool above,
        uint256 rebalancedAt,
        uint256 time
    ) external pure returns (bool due, bool emergency, uint256 excess) {
        return Rebalance.trigger(policy, distance, above, rebalancedAt, time);
    }
    function Rebalance_triggerBy(
        uint256 band,
        uint256 distance,
        uint256 interval,
        uint256 offset,
        uint256 rebalancedAt,
        uint256 time
    ) external pure returns (bool due, uint256 excess) {
        return Rebalance.triggerBy(band, distance, interval, offset, rebalancedAt, time);
    }
    function Rebalance_rewardDown(
        Policy policy,
        uint256 excess,
        uint256 value
    ) external pure returns (uint256) {
        return
            Rebalance.rewardDown(
                policy.rewardBase(),
                policy.rewardSlope(),
                policy.rewardCap(),
                excess,
                value
            );
    }
    function Rebalance_refill(uint256 window, uint256 interval) external pure returns (uint256) {
        return Rebalance.refill(window, interval);
    }
    function Rebalance_rewardLeftDown(
        uint256 left,
        uint256 elapsed,
        uint256 window
    ) external pure returns (uint256) {
        return Rebalance.rewardLeftDown(left, elapsed, window);
    }
    function Rebalance_rewardLeftAfterDown(
        uint256 left,
        uint256 reward,
        uint256 spent
    ) external pure returns (uint256) {
        return Rebalance.rewardLeftAfterDown(left, reward, spent);
    }
    function Rebalance_plan(
        int256 leverage,
        int256 position,
        int256 value,
        uint256 distance,
        Conditions memory around,
        RebalanceLimits memory limits,
        uint256 reward
    ) external pure returns (int256 amount, uint256 paid, bool complete, int256 impact, int256 valueAfter) {
        return Rebalance.plan(leverage, position, value, distance, around, limits, reward);
    }

    // --------------------------------------------------------------------------------------- Attribution
    function Attribution_fillFirst(
        int256 leverage,
        uint256 price
    ) external pure returns (Holding memory held) {
        (held.position, held.value, held.supply) = Attribution.fillFirst(leverage, price);
    }
    function Attribution_scaledUp(Holding memory held, uint256 value) external pure returns (int256) {
        return Attribution.scaledUp(held, value);
    }
    function Attribution_deposit(
        Holding memory held,
        Conditions memory around,
        uint256 assets
    ) external pure returns (uint256 tokens, int256 amount) {
        return Attribution.deposit(held, around, assets);
    }
    function Attribution_mint(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) external pure returns (uint256 assets, int256 amount) {
        return Attribution.mint(held, around, tokens);
    }
    function Attribution_redeem(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) external pure returns (int256 assets, int256 amount) {
        return Attribution.redeem(held, around, tokens);
    }
    function Attribution_withdraw(
        Holding memory held,
        Conditions memory around,
        uint256 assets
    ) external pure returns (uint256 tokens) {
        return Attribution.withdraw(held, around, assets);
    }
    function Attribution_leverageOf(Holding memory held, uint256 price) external pure returns (int256) {
        return Attribution.leverageOf(held, price);
    }
    function Attribution_isWipedOut(int256 value, uint256 supply) external pure returns (bool) {
        return Attribution.isWipedOut(value, supply);
    }
    function Attribution_streamingFeeDown(
        uint256 value,
        uint256 rate,
        uint256 elapsed
    ) external pure returns (uint256) {
        return Attribution.streamingFeeDown(value, rate, elapsed);
    }
    function Attribution_feeUp(uint256 assets, uint256 rate) external pure returns (uint256) {
        return Attribution.feeUp(assets, rate);
    }
    function Attribution_beforeFeeUp(uint256 assets, uint256 rate) external pure returns (uint256) {
        return Attribution.beforeFeeUp(assets, rate);
    }

    // ------------------------------------------------------------------------------------ TokenAdmission
    function TokenAdmission_check(RiskTerms risk, int256 leverage, Policy policy) external pure {
        TokenAdmission.check(risk, leverage, policy);
    }
    function TokenAdmission_tenths(int256 leverage) external pure returns (uint256 whole, uint256 tenth) {
        return TokenAdmission.tenths(leverage);
    }
    function TokenAdmission_between(uint256 value, uint256 least, uint256 most) external pure {
        TokenAdmission.between("value", value, least, most);
    }
}
