// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {Attribution, Holding} from "../libraries/Attribution.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Rebalance, RebalanceLimits} from "../libraries/Rebalance.sol";
import {Account} from "../types/Account.sol";
import {
    STATUS_OPEN,
    STATUS_RECKONING,
    forcedAtTime,
    halfSpreadIn,
    heldIn,
    poolCashIn,
    priceIn,
    sideIn,
    skewIn,
    statusIn
} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {Operation, newOperation} from "../types/Operation.sol";
import {NEVER, Policy} from "../types/Policy.sol";
import {TokenState} from "../types/TokenState.sol";
import {MintLimits, Quotes} from "./Quotes.sol";
import {ShareToken} from "./ShareToken.sol";

/// @notice What a LeveragedToken is worth, and what a mint, burn or rebalance would do: everything that is computed before
/// anything is written.
abstract contract Valuation is ShareToken, ILeveragedToken {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @dev Tokens of the first mint that nobody owns, and their owner.
    uint256 internal constant LOCKED = 1e6;
    address internal constant NOBODY = address(0xdEaD);

    /// @dev The most BaseToken that a market can hold, and the most tokens that can be asked for at once. WAD.
    uint256 private constant MAX_AMOUNT = type(uint96).max;

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
    uint256 private immutable _mostAssets;
    /// @dev The policy's bands: off target by more than the first, a mint or burn rebalances; above target by more than the second,
    /// nothing is minted; neither happens within the third.
    uint256 private immutable _mintBurnBand;
    uint256 private immutable _emergencyBand;
    uint256 private immutable _quietBand;
    /// @dev Stands for the distance of what is wiped out: beyond every band, also one that never triggers.
    uint256 private constant WIPED_OUT = type(uint256).max;

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
        _unit = 10 ** (18 - params.risk.baseDecimals());
        _mostAssets = MAX_AMOUNT.divDown(10 ** (18 - params.risk.baseDecimals()));
        uint256 band = policy_.mintBurnBand();
        if (band == NEVER) band = WIPED_OUT - 1;
        uint256 emergencyBand = policy_.emergencyBand();
        _mintBurnBand = band;
        _emergencyBand = emergencyBand;
        _quietBand = band < emergencyBand ? band : emergencyBand;
    }

    // ---------------------------------------------------------------------------------------------- MOMENT

    // Structs are filled where they are, since returning one costs clearing it first.

    /// @param selector That of the ClearingHouse's `sync`, or of `syncForced`, which tells the fourth word in any case, and not only
    /// when it may have forced trades of this block.
    function _sync(Operation op, Conditions memory around, bytes4 selector) internal {
        op.setMarket(_baseToken, _priceSource, _pricing, _risk);
        op.sync(address(clearingHouse), selector);
        _fill(op, around);
    }

    function _now(Conditions memory around) internal view returns (Operation op) {
        op = newOperation();
        _peek(op, around, false);
    }

    function _last(Conditions memory around) internal view returns (Operation op, bool fresh) {
        op = newOperation();
        fresh = _peek(op, around, true);
    }

    function _peek(Operation op, Conditions memory around, bool last) private view returns (bool) {
        (
            uint256 skew,
            uint256 pool,
            uint256 price,
            Account account,
            uint256 forced,
            bool fresh
        ) = clearingHouse.peek(marketParams(), address(this), last);
        op.setAnswer(skew, pool, price, account, forced);
        _fill(op, around);
        return fresh;
    }

    /// @dev What follows from the market's answer, and what surrounds a trade, into an empty `around`. The fourth word in it is that of a market that was
    /// used before in this block: only then can it have forced trades.
    function _fill(Operation op, Conditions memory around) private view {
        // q·x and cash are below 2^127, and time goes on.
        unchecked {
            uint256 priceWord = op.priceWord();
            (uint256 price, int256 positionPrice_) = priceIn(priceWord);
            int256 skew = skewIn(op.skewWord());
            PricingTerms pricing = _pricing;
            uint256 depth = pricing.depth();
            around.price = price;
            around.depth = depth;
            around.costRate = Books.costRate(halfSpreadIn(priceWord), pricing);
            around.skew = skew;
            around.energy = Impact.energyUp(price, skew, depth);
            uint256 forcedWord = op.forcedWord();
            // Mostly the market was not used before in this block.
            if (forcedWord != 0) {
                int256 forced = forcedAtTime(forcedWord, block.timestamp);
                around.forced = forced;
                op.setBlockForced(forced);
            }
            Account account = op.account();
            int256 position = account.position();
            int256 value = Margin.valueFloor(position, account.cash(), positionPrice_);
            TokenState state = _state;
            op.setPosition(position);
            op.setState(state);
            if (state.isLive()) {
                if (value > 0) {
                    uint256 elapsed = block.timestamp - state.accruedAt();
                    uint256 fee = Attribution.streamingFeeDown(uint256(value), policy.streamingFee(), elapsed);
                    value -= int256(fee);
                    op.setStreamingFee(fee);
                }
                if (Attribution.isWipedOut(value, state.supply())) {
                    op.setDistance(WIPED_OUT, true);
                } else {
                    (uint256 distance, bool above) = Rebalance.offTarget(
                        targetLeverage,
                        position,
                        price,
                        value
                    );
                    op.setDistance(distance, above);
                }
            } else if (state.wipedOut()) {
                op.setDistance(WIPED_OUT, true);
            }
            op.setValue(value);
        }
    }

    /// @dev The part of a reward that is left now.
    function _rewardLeft(TokenState before) internal view returns (uint256) {
        uint256 left = before.rewardLeft();
        // Mostly all of it.
        if (left >= FixedPoint.WAD) return FixedPoint.WAD;
        // Time goes on.
        unchecked {
            return
                Rebalance.rewardLeftDown(
                    left,
                    block.timestamp - before.accruedAt(),
                    _risk.rebalanceWindow()
                );
        }
    }

    /// @inheritdoc ILeveragedToken
    function marketParams() public view returns (MarketParams memory) {
        return
            MarketParams({baseToken: _baseToken, priceSource: _priceSource, pricing: _pricing, risk: _risk});
    }

    /// @dev What no market can hold is refused here, before arithmetic that counts on it.
    function _toWad(uint256 assets) internal view returns (uint256) {
        if (assets > _mostAssets) revert LeveragedToken_AmountOutOfRange(assets, _mostAssets);
        unchecked {
            return assets * _unit;
        }
    }

    function _worth(Operation op) internal pure returns (uint256) {
        return _atLeast0(op.value());
    }

    function _atLeast0(int256 value) internal pure returns (uint256) {
        // A value below 0 is masked by its sign.
        return uint256(value & ~(value >> 255));
    }

    function _delta(Operation op, Conditions memory around) internal view returns (int256) {
        return Rebalance.positionAmountDelta(targetLeverage, op.value(), around.price, op.position());
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @dev The rebalance that anyone may call for, with its reward, written into `op`; none when it is not due.
    /// @return due Whether it is.
    /// @return left The part of a reward that is left afterwards. WAD.
    function _plan(Operation op, Conditions memory around) internal view returns (bool due, uint256 left) {
        TokenState before = op.state();
        bool emergency;
        uint256 excess;
        (due, emergency, excess) = Rebalance.trigger(
            policy,
            op.distance(),
            op.above(),
            before.rebalancedAt(),
            block.timestamp
        );
        if (before.supply() == 0) due = false;
        left = _rewardLeft(before);
        uint256 reward;
        if (due) reward = Rebalance.rewardDown(policy, excess, uint256(op.value())).mulWadDown(left);
        _planWithin(op, around, emergency, true, reward);
        // What is complete has all of it again.
        left = op.complete() ? FixedPoint.WAD : Rebalance.rewardLeftAfterDown(left, reward, op.reward());
    }

    /// @dev The rebalance, for `reward`, within what market and policy allow, written into `op`.
    /// @return impact I(s, Δr).
    /// @return valueAfter N_r, if there is something to trade.
    function _planWithin(
        Operation op,
        Conditions memory around,
        bool emergency,
        bool partialOpening,
        uint256 reward
    ) private view returns (int256 impact, int256 valueAfter) {
        uint256 budget;
        uint256 room;
        if (statusIn(op.skewWord()) < STATUS_RECKONING) {
            budget = Books.budgetLeftDown(op.forcedWord(), _pricing, _risk, block.timestamp);
        }
        // Above target the rebalance reduces: |q|·p/N > |L| leaves |L|·N/p below |q|.
        if (!op.above()) room = _room(op, around, 0);
        int256 amount;
        uint256 paid;
        bool complete;
        (amount, paid, complete, impact, valueAfter) = Rebalance.plan(
            targetLeverage,
            op.position(),
            op.value(),
            op.distance(),
            around,
            RebalanceLimits(emergency, partialOpening, policy.maxImpact(), budget, room, _risk),
            reward
        );
        op.setEmergency(emergency);
        op.setForced(amount);
        op.setReward(paid);
        op.setComplete(complete);
    }

    /// @dev Brings in the fourth word of the market, where it matters whether or not the market was used before in this block.
    function _readForced(Operation op) internal view {
        op.readForced(address(clearingHouse), IClearingHouse.forced.selector, _marketId);
    }

    /// @dev Units that the market would let the token open, if its pool had so much less.
    function _room(
        Operation op,
        Conditions memory around,
        int256 less
    ) internal view returns (uint256 room) {
        uint256 skewWord = op.skewWord();
        uint256 priceWord = op.priceWord();
        if (statusIn(skewWord) == STATUS_OPEN && halfSpreadIn(priceWord) <= _pricing.maxHalfSpread()) {
            (uint256 price, int256 positionPrice_) = priceIn(priceWord);
            // Below 2^128, as in Pool.
            unchecked {
                int256 equity = Pool.equityFloor(
                    poolCashIn(op.poolWord()) - less,
                    around.skew,
                    positionPrice_,
                    around.energy
                );
                uint256 side = sideIn(skewWord, targetLeverage);
                uint256 cap = Pool.openCapDown(equity, price, around.depth, _risk);
                if (cap > side) room = cap - side;
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- MINT, BURN

    /// @dev Whether the token is wiped out, also if nobody has recorded it.
    function _isWipedOut(Operation op) internal pure returns (bool) {
        return op.distance() == WIPED_OUT;
    }

    /// @dev Whether a mint or burn rebalances first. A wipe-out that nobody has recorded closes the position.
    function _isOwnDue(Operation op) internal view returns (bool) {
        return op.distance() > _mintBurnBand;
    }

    /// @dev The token's own rebalance within a mint or burn, which is due. Writes what it trades into `op`, and moves what surrounds
    /// it.
    /// @return position q + Δr.
    /// @return value N_r, at least 0.
    function _own(
        Operation op,
        Conditions memory around
    ) internal view returns (int256 position, uint256 value) {
        int256 impact;
        int256 valueAfter;
        position = op.position();
        if (_isWipedOut(op)) {
            impact = Impact.impact(around, -position);
            valueAfter = Margin.exitValueWithFloor(op.value(), position, impact, around);
            op.setForced(-position);
            op.setEmergency(true);
        } else {
            bool emergency = op.above() && op.distance() > _emergencyBand;
            _readForced(op);
            (impact, valueAfter) = _planWithin(op, around, emergency, false, 0);
        }
        int256 forced = op.forced();
        if (forced == 0) return (position, _worth(op));
        Impact.move(around, forced, impact);
        // Below 2^97 and 2^112.
        unchecked {
            position += forced;
            around.forced += forced;
        }
        value = _atLeast0(valueAfter);
    }

    /// @dev What a burn scales.
    function _forBurn(Operation op, Conditions memory around) internal view returns (Holding memory held) {
        held = Holding(op.position(), _worth(op), op.state().supply());
        if (_isOwnDue(op)) (held.position, held.value) = _own(op, around);
    }

    /// @dev What a mint scales. Nothing is minted by a token that is wiped out, far above its leverage, or that would lose
    /// half of its value to its own rebalance.
    function _forMint(
        Operation op,
        Conditions memory around
    ) private view returns (int256 position, uint256 value, uint256 supply) {
        if (_isWipedOut(op)) revert LeveragedToken_WipedOut();
        supply = op.state().supply();
        if (supply == 0) return Attribution.fillFirst(targetLeverage, around.price);
        bool suspended;
        (position, value, suspended) = _beforeMint(op, around);
        if (suspended) revert LeveragedToken_MintingSuspended(op.value(), int256(value));
    }

    /// @dev The token's own rebalance before a mint, if it is due; with a supply and not wiped out.
    function _beforeMint(
        Operation op,
        Conditions memory around
    ) internal view returns (int256 position, uint256 value, bool suspended) {
        uint256 before = uint256(op.value());
        suspended = op.above() && op.distance() > _emergencyBand;
        (position, value) = (op.position(), before);
        if (_isOwnDue(op)) {
            (position, value) = _own(op, around);
            // N < 2^128.
            unchecked {
                if (value * 2 < before || value == 0) suspended = true;
            }
        }
    }

    /// @dev The tokens for `assets`.
    function _sharesFor(
        Operation op,
        Conditions memory around,
        uint256 assets
    ) internal view returns (uint256 shares) {
        uint256 supply = op.state().supply();
        (int256 position, uint256 value) = (op.position(), uint256(op.value()));
        if (op.distance() > _quietBand || supply == 0) {
            (position, value, supply) = _forMint(op, around);
        }
        uint256 brought = _toWad(assets);
        uint256 rate = policy.mintFee();
        // The fee is a part of what is brought, and of the first tokens some are locked.
        unchecked {
            if (rate != 0) {
                uint256 fee = Attribution.feeUp(brought, rate);
                op.setFee(fee);
                brought -= fee;
            }
            int256 amount;
            (shares, amount) = Attribution.deposit(position, value, supply, around, brought);
            op.setAmount(amount);
            if (op.state().supply() == 0) {
                if (shares <= LOCKED) revert LeveragedToken_FirstMintTooSmall(shares, LOCKED);
                shares -= LOCKED;
            }
        }
    }

    /// @dev What `shares` cost. Both in their own units.
    function _costOf(
        Operation op,
        Conditions memory around,
        uint256 shares
    ) internal view returns (uint256 assets) {
        bool first = op.state().supply() == 0;
        (int256 position, uint256 value, uint256 supply) = _forMint(op, around);
        if (shares > MAX_AMOUNT) revert LeveragedToken_AmountOutOfRange(shares, MAX_AMOUNT);
        (uint256 brought, int256 amount) = Quotes.mint(
            Holding(position, value, supply),
            around,
            first ? shares + LOCKED : shares
        );
        op.setAmount(amount);
        assets = Attribution.beforeFeeUp(brought, policy.mintFee()).divUp(_unit);
        op.setFee(Attribution.feeUp(assets * _unit, policy.mintFee()));
    }

    /// @dev What burning `shares` pays.
    function _payoutOf(
        Operation op,
        Conditions memory around,
        uint256 shares
    ) internal view returns (uint256 assets) {
        if (shares == 0) return 0;
        uint256 supply = op.state().supply();
        uint256 live = _live(op);
        if (shares > live) revert ERC20InsufficientBalance(msg.sender, live, shares);
        // A burn of all live tokens closes the account: the locked ones go with them, and nothing is rebalanced.
        bool everybody = shares == live;
        (int256 position, uint256 value) = (op.position(), _worth(op));
        if (_isOwnDue(op) && (!everybody || _isWipedOut(op))) (position, value) = _own(op, around);
        return _pay(op, around, position, value, supply, everybody ? supply : shares);
    }

    /// @dev Tokens that somebody owns.
    function _live(Operation op) internal pure returns (uint256) {
        return Math.saturatingSub(op.state().supply(), LOCKED);
    }

    /// @dev What `shares` pay, of what `_own` leaves.
    function _pay(
        Operation op,
        Conditions memory around,
        int256 position,
        uint256 value,
        uint256 supply,
        uint256 shares
    ) private view returns (uint256) {
        (int256 payout, int256 amount) = Attribution.redeem(position, value, supply, around, shares);
        op.setAmount(amount);
        uint256 worth = _atLeast0(payout);
        uint256 rate = policy.burnFee();
        if (rate != 0) {
            uint256 fee = Attribution.feeUp(worth, rate);
            op.setFee(fee);
            // The fee is a part of it.
            unchecked {
                worth -= fee;
            }
        }
        return worth.divDown(_unit);
    }

    /// @dev The tokens that must be burned for `assets`.
    function _sharesBurned(
        Operation op,
        Conditions memory around,
        uint256 assets
    ) internal view returns (uint256 shares) {
        uint256 wanted = Attribution.beforeFeeUp(_toWad(assets), policy.burnFee());
        (int256 skew, uint256 energy) = (around.skew, around.energy);
        int256 blockForced = around.forced;
        Holding memory held = _forBurn(op, around);
        shares = held.value == 0 ? type(uint256).max : Quotes.withdraw(held, around, wanted);
        uint256 live = _live(op);
        if (shares < live) {
            _pay(op, around, held.position, held.value, held.supply, shares);
        } else {
            // Only everybody together may reach it, and then nothing is rebalanced.
            (around.skew, around.energy, around.forced) = (skew, energy, blockForced);
            op.setForced(0);
            op.setComplete(false);
            op.setEmergency(false);
            shares = live;
            if (_payoutOf(op, around, live) < assets) revert LeveragedToken_UnreachablePayout(assets);
        }
    }

    /// @dev The mint that fills what the market can open; (0, 0) when there is none.
    function _most(Operation op, Conditions memory around) internal view returns (uint256 assets, uint256 shares) {
        if (_isWipedOut(op)) return (0, 0);
        // The token's own trade leaves the pool's equity as it is or higher, but rounding may take two wei; what it opens
        // comes off the room.
        int256 room = int256(_room(op, around, 2));
        Holding memory held;
        held.supply = op.state().supply();
        bool first = held.supply == 0;
        if (first) {
            (held.position, held.value, held.supply) = Attribution.fillFirst(targetLeverage, around.price);
        } else {
            bool suspended;
            (held.position, held.value, suspended) = _beforeMint(op, around);
            if (suspended) return (0, 0);
        }
        if (room == 0) return (0, 0);
        room += int256(op.position().abs()) - int256((op.position() + op.forced()).abs());
        if (room < 2) return (0, 0);
        MintLimits memory limits = MintLimits({
            room: uint256(room),
            custody: type(uint96).max - heldIn(op.poolWord()),
            mintFee: policy.mintFee(),
            unit: _unit,
            most: MAX_AMOUNT,
            risk: _risk
        });
        return Quotes.mostDown(held, around, limits, first ? LOCKED : 0);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ShareToken, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }
}
