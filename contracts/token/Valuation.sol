// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {Attribution} from "../libraries/Attribution.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Rebalance, RebalanceLimits} from "../libraries/Rebalance.sol";
import {Account} from "../types/Account.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {
    STATUS_OPEN,
    STATUS_RECKONING,
    forcedAtTime,
    halfSpreadIn,
    poolCashIn,
    priceIn,
    sideIn,
    skewIn,
    statusIn
} from "../types/MarketWords.sol";
import {OP} from "../types/Operation.sol";
import {NEVER, Policy} from "../types/Policy.sol";
import {TokenState} from "../types/TokenState.sol";
import {ShareToken} from "./ShareToken.sol";

/// @notice What a LeveragedToken is worth, how far from target, and what a rebalance would do.
abstract contract Valuation is ShareToken, ILeveragedToken {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @dev Tokens of the first mint that nobody owns, and their owner.
    uint256 internal constant LOCKED = 1e6;
    address internal constant NOBODY = address(0xdEaD);

    /// @dev The most BaseToken that a market can hold, and the most tokens that can be asked for at once. WAD.
    uint256 internal constant MAX_AMOUNT = type(uint96).max;

    /// @inheritdoc ILeveragedToken
    IClearingHouse public immutable clearingHouse;
    /// @inheritdoc ILeveragedToken
    int256 public immutable targetLeverage;
    /// @inheritdoc ILeveragedToken
    Policy public immutable policy;
    MarketId internal immutable _marketId;
    address internal immutable _baseToken;
    address internal immutable _priceSource;
    PricingTerms internal immutable _pricing;
    RiskTerms internal immutable _risk;
    /// @dev One unit of the BaseToken as WAD.
    uint256 internal immutable _unit;
    /// @dev MAX_AMOUNT in the BaseToken's own units.
    uint256 internal immutable _mostAssets;
    /// @dev The policy's bands: off target by more than the first, a mint or burn rebalances; above target by more than the second,
    /// nothing is minted; neither happens within the third.
    uint256 internal immutable _mintBurnBand;
    uint256 internal immutable _emergencyBand;
    uint256 internal immutable _quietBand;
    /// @dev The policy's fees. WAD.
    uint256 internal immutable _mintFee;
    uint256 internal immutable _burnFee;
    uint256 private immutable _streamingFee;
    /// @dev The bands beyond which anyone may rebalance, and the schedule.
    uint256 private immutable _upperBand;
    uint256 private immutable _lowerBand;
    uint256 private immutable _interval;
    uint256 private immutable _offset;
    /// @dev w₀, slope and cap of the reward. BaseToken, per day or per 100 % of target, and a part of N. WAD.
    uint256 private immutable _rewardBase;
    uint256 private immutable _rewardSlope;
    uint256 private immutable _rewardCap;
    /// @dev What of the terms and the policy is the same at any moment: σK, the market's budget f·K, and maxImpact·K. Units, WAD.
    uint256 private immutable _mostSkew;
    uint256 private immutable _budget;
    uint256 private immutable _reach;
    /// @dev All ones with a schedule, else 0.
    uint256 internal immutable _scheduled;
    /// @dev Within which all of a reward comes back, that parts of a rebalance have spent: rebalanceWindow, but not before a schedule's next slot
    /// would bring it anyway. Seconds.
    uint256 private immutable _refill;
    /// @dev Stands for the distance of what is wiped out: beyond every band, also one that never triggers.
    uint256 internal constant WIPED_OUT = type(uint256).max;

    constructor(
        IClearingHouse clearingHouse_,
        MarketParams memory params,
        int256 leverage,
        Policy policy_,
        string memory name_
    ) ShareToken(name_) {
        clearingHouse = clearingHouse_;
        targetLeverage = leverage;
        policy = policy_;
        _marketId = params.toId();
        _baseToken = params.baseToken;
        _priceSource = params.priceSource;
        _pricing = params.pricing;
        _risk = params.risk;
        uint256 unit;
        // Decimals are 6 to 18: Admission.
        unchecked {
            unit = 10 ** (18 - params.risk.baseDecimals());
        }
        _unit = unit;
        _mostAssets = MAX_AMOUNT.divDown(unit);
        uint256 band = policy_.mintBurnBand();
        if (band == NEVER) band = WIPED_OUT - 1;
        uint256 emergencyBand = policy_.emergencyBand();
        (_mintFee, _burnFee, _streamingFee) = (policy_.mintFee(), policy_.burnFee(), policy_.streamingFee());
        uint256 interval = policy_.interval();
        _scheduled = interval == 0 ? 0 : type(uint256).max;
        (_upperBand, _lowerBand) = (policy_.upperBand(), policy_.lowerBand());
        (_interval, _offset) = (interval, policy_.offset());
        _rewardBase = policy_.rewardBase();
        _rewardSlope = policy_.rewardSlope();
        _rewardCap = policy_.rewardCap();
        uint256 depth = params.pricing.depth();
        _mostSkew = Pool.mostSkewDown(depth, params.risk);
        _budget = Books.budgetDown(params.pricing);
        _reach = Rebalance.reachDown(policy_, depth);
        _refill = Rebalance.refill(params.risk.rebalanceWindow(), interval);
        _mintBurnBand = band;
        _emergencyBand = emergencyBand;
        _quietBand = band < emergencyBand ? band : emergencyBand;
    }

    // ---------------------------------------------------------------------------------------------- MOMENT

    // Structs are filled where they are, since returning one costs clearing it first.

    /// @param forcing Whether the fourth word is told in any case, and not only when it may have forced trades of this block.
    function _sync(Conditions memory around, bool forcing) internal {
        OP.begin();
        OP.setMarket(_baseToken, _priceSource, _pricing, _risk);
        OP.sync(address(clearingHouse), IClearingHouse.syncNow.selector, forcing);
        _fill(around);
    }

    function _now() internal view returns (Conditions memory around) {
        OP.begin();
        _peek(around, false);
    }

    function _last() internal view returns (Conditions memory around, bool fresh) {
        OP.begin();
        fresh = _peek(around, true);
    }

    function _peek(Conditions memory around, bool last) private view returns (bool) {
        (
            uint256 skew,
            uint256 pool,
            uint256 price,
            Account account,
            uint256 forced,
            bool fresh
        ) = clearingHouse.peek(marketParams(), address(this), last);
        OP.setAnswer(skew, pool, price, account, forced);
        _fill(around);
        return fresh;
    }

    /// @dev What follows from the market's answer, and what surrounds a trade, into an empty `around`. The fourth word in it is that of a market that was
    /// used before in this block: only then can it have forced trades.
    function _fill(Conditions memory around) private view {
        // q·x and cash are below 2^127, and time goes on.
        unchecked {
            uint256 priceWord = OP.priceWord();
            (uint256 price, int256 positionPrice_) = priceIn(priceWord);
            int256 skew = skewIn(OP.skewWord());
            PricingTerms pricing = _pricing;
            uint256 depth = pricing.depth();
            around.price = price;
            around.depth = depth;
            around.costRate = Books.costRate(halfSpreadIn(priceWord), pricing);
            around.skew = skew;
            around.energy = Impact.energyUp(price, skew, depth);
            uint256 forcedWord = OP.forcedWord();
            // Mostly the market was not used before in this block.
            if (forcedWord != 0) {
                int256 forced = forcedAtTime(forcedWord, block.timestamp);
                around.forced = forced;
                OP.setBlockForced(forced);
            }
            Account account = OP.account();
            int256 position = account.position();
            int256 value = Margin.valueFloor(position, account.cash(), positionPrice_);
            TokenState state = _state;
            OP.setPosition(position);
            OP.setState(state);
            if (state.isLive()) {
                if (value > 0) {
                    uint256 elapsed = block.timestamp - account.operatedAt();
                    uint256 fee = Attribution.streamingFeeDown(uint256(value), _streamingFee, elapsed);
                    value -= int256(fee);
                    OP.setFee(fee);
                }
                if (Attribution.isWipedOut(value, state.supply())) {
                    OP.setDistance(WIPED_OUT, true);
                } else {
                    (uint256 distance, bool above) = Rebalance.offTarget(
                        targetLeverage,
                        position,
                        price,
                        value
                    );
                    OP.setDistance(distance, above);
                }
            } else if (state.wipedOut()) {
                OP.setDistance(WIPED_OUT, true);
            }
            OP.setValue(value);
        }
    }

    /// @dev The part of a reward that is left now.
    function _rewardLeft(TokenState before) internal view returns (uint256) {
        uint256 left = before.rewardLeft();
        // Mostly all of it.
        if (left >= FixedPoint.WAD) return FixedPoint.WAD;
        // Time goes on.
        unchecked {
            return Rebalance.rewardLeftDown(left, block.timestamp - OP.account().operatedAt(), _refill);
        }
    }

    /// @dev When the last rebalance was completed, if there is a schedule, which alone asks. Seconds.
    function _completedAt(TokenState before) internal pure returns (uint256) {
        return before.completedAt(OP.account().operatedAt());
    }

    /// @inheritdoc ILeveragedToken
    function marketParams() public view returns (MarketParams memory) {
        return
            MarketParams({baseToken: _baseToken, priceSource: _priceSource, pricing: _pricing, risk: _risk});
    }

    /// @dev Whether the token is wiped out, also if nobody has recorded it.
    function _isWipedOut() internal pure returns (bool) {
        return OP.distance() == WIPED_OUT;
    }

    function _worth() internal pure returns (uint256) {
        return _atLeast0(OP.value());
    }

    function _atLeast0(int256 value) internal pure returns (uint256) {
        // A value below 0 is masked by its sign.
        return uint256(value & ~(value >> 255));
    }

    function _delta(Conditions memory around) internal view returns (int256) {
        return Rebalance.positionAmountDelta(targetLeverage, OP.value(), around.price, OP.position());
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @dev The rebalance that anyone may call for, with its reward, written into OP; none when it is not due.
    /// @return due Whether it is.
    /// @return left The part of a reward that is left afterwards. WAD.
    function _plan(Conditions memory around) internal view returns (bool due, uint256 left) {
        TokenState before = OP.state();
        bool emergency;
        uint256 excess;
        {
            (uint256 distance, uint256 band) = (OP.distance(), _lowerBand);
            if (OP.above()) {
                band = _upperBand;
                emergency = distance > _emergencyBand;
            }
            (due, excess) = Rebalance.triggerBy(
                band,
                distance,
                _interval,
                _offset,
                _completedAt(before),
                block.timestamp
            );
            if (emergency) due = true;
        }
        if (before.supply() == 0) due = false;
        left = _rewardLeft(before);
        uint256 reward;
        if (due) {
            reward = Rebalance
                .rewardDown(_rewardBase, _rewardSlope, _rewardCap, excess, uint256(OP.value()))
                .mulWadDown(left);
        }
        _planWithin(around, emergency, true, reward);
        // What is complete has all of it again.
        left = OP.complete() ? FixedPoint.WAD : Rebalance.rewardLeftAfterDown(left, reward, OP.reward());
    }

    /// @dev The rebalance, for `reward`, within what market and policy allow, written into OP.
    /// @return impact I(s, Δr).
    /// @return valueAfter N_r, if there is something to trade.
    function _planWithin(
        Conditions memory around,
        bool emergency,
        bool partialOpening,
        uint256 reward
    ) internal view returns (int256 impact, int256 valueAfter) {
        uint256 budget;
        uint256 room;
        if (statusIn(OP.skewWord()) < STATUS_RECKONING) {
            budget = Books.budgetLeftDown(OP.forcedWord(), _budget, _risk, block.timestamp);
        }
        // Above target the rebalance reduces: |q|·p/N > |L| leaves |L|·N/p below |q|.
        if (!OP.above()) room = _room(around, 0);
        int256 amount;
        uint256 paid;
        bool complete;
        (amount, paid, complete, impact, valueAfter) = Rebalance.plan(
            targetLeverage,
            OP.position(),
            OP.value(),
            OP.distance(),
            around,
            RebalanceLimits(emergency, partialOpening, _reach, budget, room, _risk),
            reward
        );
        OP.setEmergency(emergency);
        OP.setForced(amount);
        OP.setReward(paid);
        OP.setComplete(complete);
    }

    /// @dev Brings in the fourth word of the market, where it matters whether or not the market was used before in this block.
    function _readForced() internal view {
        OP.readForced(address(clearingHouse), IClearingHouse.forced.selector, _marketId);
    }

    /// @dev Units that the market would let the token open, if its pool had so much less.
    function _room(Conditions memory around, int256 less) internal view returns (uint256 room) {
        uint256 skewWord = OP.skewWord();
        uint256 priceWord = OP.priceWord();
        if (statusIn(skewWord) == STATUS_OPEN && halfSpreadIn(priceWord) <= _pricing.maxHalfSpread()) {
            (uint256 price, int256 positionPrice_) = priceIn(priceWord);
            // Below 2^128, as in Pool.
            unchecked {
                int256 equity = Pool.equityFloor(
                    poolCashIn(OP.poolWord()) - less,
                    around.skew,
                    positionPrice_,
                    around.energy
                );
                uint256 side = sideIn(skewWord, targetLeverage);
                uint256 cap = Pool.openCapDown(equity, price, _mostSkew, _risk);
                if (cap > side) room = cap - side;
            }
        }
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ShareToken, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }
}
