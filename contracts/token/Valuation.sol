// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IClearingHouse, TokenOrder} from "../interfaces/IClearingHouse.sol";
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
    PackedMarket,
    STATUS_OPEN,
    STATUS_RECKONING,
    forcedAtTime,
    halfSpreadIn,
    priceIn,
    skewIn,
    statusIn
} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
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

    /// @dev The token's account and what surrounds it, at one moment. The market stays packed: few calls need all of it. With it,
    /// what the caller has set as its limit, and whether the call lands on target.
    struct View {
        uint256 limit;
        uint256 skewWord;
        uint256 poolWord;
        uint256 priceWord;
        TokenState state;
        Conditions around;
        int256 position;
        int256 value;
        uint256 streamingFee;
        uint256 distance;
        uint256 reward;
        uint256 rewardLeft;
        bool above;
        bool wipedOut;
        bool complete;
    }

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
    }

    // ---------------------------------------------------------------------------------------------- MOMENT

    // Structs are filled where they are, since returning one costs clearing it first.

    /// @param forcing Whether the fourth word is told in any case, and not only when it may have forced trades of this block.
    function _sync(
        View memory v,
        TokenOrder memory order,
        MarketParams memory params,
        bool forcing
    ) internal returns (uint256 forcedWord) {
        params.baseToken = _baseToken;
        params.priceSource = _priceSource;
        params.pricing = _pricing;
        params.risk = _risk;
        (uint256 skew, uint256 pool, uint256 price, Account account, uint256 forced) = forcing
            ? clearingHouse.syncForced(params)
            : clearingHouse.sync(params);
        _fill(v, skew, pool, price, account, forced);
        order.blockForced = v.around.forced;
        return forced;
    }

    function _now() internal view returns (View memory v) {
        _peek(v, false);
    }

    function _last() internal view returns (View memory v, bool fresh) {
        fresh = _peek(v, true);
    }

    function _peek(View memory v, bool last) private view returns (bool) {
        (
            uint256 skew,
            uint256 pool,
            uint256 price,
            Account account,
            uint256 forced,
            bool fresh
        ) = clearingHouse.peek(marketParams(), address(this), last);
        _fill(v, skew, pool, price, account, forced);
        return fresh;
    }

    /// @param forced The fourth word of a market that was used before in this block: only then can it have forced trades.
    function _fill(
        View memory v,
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        Account account,
        uint256 forced
    ) private view {
        // q·x and cash are below 2^127, and time goes on.
        unchecked {
            (v.skewWord, v.poolWord, v.priceWord) = (skewWord, poolWord, priceWord);
            Conditions memory around = v.around;
            (int256 skew, uint256 halfSpread) = (skewIn(skewWord), halfSpreadIn(priceWord));
            (uint256 price, int256 positionPrice_) = priceIn(priceWord);
            uint256 depth = _pricing.depth();
            around.price = price;
            around.depth = depth;
            around.costRate = Books.costRate(halfSpread, _pricing);
            around.skew = skew;
            around.energy = Impact.energyUp(price, skew, depth);
            around.forced = forcedAtTime(forced, block.timestamp);
            int256 position = account.position();
            int256 value = Margin.valueFloor(position, account.cash(), positionPrice_);
            v.position = position;
            v.value = value;
            TokenState state = _state;
            v.state = state;
            uint256 supply = state.supply();
            bool wipedOut = state.wipedOut();
            v.wipedOut = wipedOut;
            if (supply == 0) return;
            uint256 elapsed = block.timestamp - state.accruedAt();
            if (value > 0 && !wipedOut) {
                uint256 fee = Attribution.streamingFeeDown(uint256(value), policy.streamingFee(), elapsed);
                value -= int256(fee);
                v.streamingFee = fee;
                v.value = value;
            }
            v.rewardLeft = Rebalance.rewardLeftDown(state.rewardLeft(), elapsed, _risk.rebalanceWindow());
            if (Attribution.isWipedOut(value, supply)) v.wipedOut = true;
            (v.distance, v.above) = Rebalance.offTarget(targetLeverage, position, price, value);
        }
    }

    /// @inheritdoc ILeveragedToken
    function marketParams() public view returns (MarketParams memory) {
        return
            MarketParams({baseToken: _baseToken, priceSource: _priceSource, pricing: _pricing, risk: _risk});
    }

    /// @dev What no market can hold is refused here, before arithmetic that counts on it.
    function _toWad(uint256 assets) internal view returns (uint256) {
        uint256 most = MAX_AMOUNT.divDown(_unit);
        if (assets > most) revert LeveragedToken_AmountOutOfRange(assets, most);
        unchecked {
            return assets * _unit;
        }
    }

    function _worth(View memory v) internal pure returns (uint256) {
        return v.value > 0 ? uint256(v.value) : 0;
    }

    function _delta(View memory v) internal view returns (int256) {
        return Rebalance.positionAmountDelta(targetLeverage, v.value, v.around.price, v.position);
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @dev The rebalance that anyone may call for, with its reward; none when it is not due. Moves what is left of the reward.
    function _plan(
        View memory v,
        uint256 forcedWord
    ) internal view returns (bool due, bool emergency, int256 amount, uint256 paid, bool complete) {
        uint256 excess;
        (due, emergency, excess) = Rebalance.trigger(
            policy,
            v.distance,
            v.above,
            v.state.rebalancedAt(),
            block.timestamp
        );
        if (v.state.supply() == 0) due = false;
        uint256 reward = due ? Rebalance.rewardDown(policy, excess, uint256(v.value)) : 0;
        reward = reward.mulWadDown(v.rewardLeft);
        v.reward = reward;
        RebalanceLimits memory limits = RebalanceLimits(emergency, true, policy.maxImpact(), 0, 0, _risk);
        (amount, paid, complete, , ) = _planWithin(v, limits, forcedWord);
        // What is complete has all of it again.
        if (!complete) v.rewardLeft = Rebalance.rewardLeftAfterDown(v.rewardLeft, reward, paid);
    }

    /// @dev The rebalance, for `v.reward`, within what market and policy allow.
    function _planWithin(
        View memory v,
        RebalanceLimits memory limits,
        uint256 forcedWord
    ) private view returns (int256 amount, uint256 paid, bool complete, int256 impact, int256 valueAfter) {
        if (statusIn(v.skewWord) < STATUS_RECKONING) {
            limits.budget = Books.budgetLeftDown(forcedWord, _pricing, _risk, block.timestamp);
        }
        // Above target the rebalance reduces: |q|·p/N > |L| leaves |L|·N/p below |q|.
        if (!v.above) limits.room = _room(PackedMarket(v.skewWord, v.poolWord, v.priceWord), v.around.energy);
        return Rebalance.plan(targetLeverage, v.position, v.value, v.distance, v.around, limits, v.reward);
    }

    /// @dev The fourth word of the market.
    function _forcedWord() internal view returns (uint256) {
        return clearingHouse.forced(_marketId);
    }

    /// @dev Units that the market would let the token open.
    function _room(PackedMarket memory m, uint256 energy) internal view returns (uint256) {
        if (m.status() != STATUS_OPEN || m.halfSpread() > _pricing.maxHalfSpread()) return 0;
        uint256 side = targetLeverage > 0 ? m.longs() : m.shorts();
        return Pool.openRoomDown(m, side, energy, _pricing.depth(), _risk);
    }

    // ---------------------------------------------------------------------------------------------- MINT, BURN

    /// @dev The token's own rebalance within a mint or burn. Writes what it trades into `order`, what the account is after it
    /// into `held`, which comes with what it was, and moves what surrounds it. A wipe-out that nobody has recorded closes the
    /// position.
    function _own(View memory v, TokenOrder memory order, Holding memory held) internal view {
        if (!v.wipedOut && v.distance <= policy.mintBurnBand()) return;
        Conditions memory around = v.around;
        int256 forced;
        int256 impact;
        int256 valueAfter;
        if (v.wipedOut) {
            forced = -v.position;
            impact = Impact.impact(around, forced);
            valueAfter = Margin.exitValueWithFloor(v.value, v.position, impact, around);
            order.emergency = true;
        } else {
            bool emergency = v.above && v.distance > policy.emergencyBand();
            RebalanceLimits memory limits = RebalanceLimits(
                emergency,
                false,
                policy.maxImpact(),
                0,
                0,
                _risk
            );
            (forced, , v.complete, impact, valueAfter) = _planWithin(v, limits, _forcedWord());
            order.emergency = emergency;
        }
        if (forced == 0) return;
        order.forced = forced;
        Impact.move(around, forced, impact);
        // Below 2^97 and 2^112.
        unchecked {
            held.position += forced;
            around.forced += forced;
        }
        held.value = valueAfter > 0 ? uint256(valueAfter) : 0;
    }

    /// @dev What a mint scales. Nothing is minted by a token that is wiped out, far above its leverage, or that would lose
    /// half of its value to its own rebalance.
    function _forMint(View memory v, TokenOrder memory order, Holding memory held) internal view {
        if (v.wipedOut) revert LeveragedToken_WipedOut();
        if (held.supply == 0) {
            Attribution.fillFirst(held, targetLeverage, v.around.price);
            return;
        }
        _own(v, order, held);
        if (_isSuspended(v, held)) revert LeveragedToken_MintingSuspended(v.value, int256(held.value));
    }

    function _isSuspended(View memory v, Holding memory held) internal view returns (bool) {
        // N < 2^128.
        unchecked {
            return
                held.value * 2 < uint256(v.value) ||
                held.value == 0 ||
                (v.above && v.distance > policy.emergencyBand());
        }
    }

    /// @dev The tokens for `assets`.
    function _sharesFor(
        View memory v,
        TokenOrder memory order,
        uint256 assets
    ) internal view returns (uint256 shares) {
        Holding memory held = Holding(v.position, _worth(v), v.state.supply());
        bool first = held.supply == 0;
        _forMint(v, order, held);
        uint256 brought = _toWad(assets);
        uint256 fee = Attribution.feeUp(brought, policy.mintFee());
        order.fee = fee;
        (shares, order.amount) = Attribution.deposit(held, v.around, brought - fee);
        if (first) {
            if (shares <= LOCKED) revert LeveragedToken_FirstMintTooSmall(shares, LOCKED);
            shares -= LOCKED;
        }
    }

    /// @dev What `shares` cost. Both in their own units.
    function _costOf(
        View memory v,
        TokenOrder memory order,
        uint256 shares
    ) internal view returns (uint256 assets) {
        Holding memory held = Holding(v.position, _worth(v), v.state.supply());
        bool first = held.supply == 0;
        _forMint(v, order, held);
        if (shares > MAX_AMOUNT) revert LeveragedToken_AmountOutOfRange(shares, MAX_AMOUNT);
        uint256 brought;
        (brought, order.amount) = Quotes.mint(held, v.around, first ? shares + LOCKED : shares);
        assets = Attribution.beforeFeeUp(brought, policy.mintFee()).divUp(_unit);
        order.fee = Attribution.feeUp(assets * _unit, policy.mintFee());
    }

    /// @dev What burning `shares` pays.
    function _payoutOf(
        View memory v,
        TokenOrder memory order,
        uint256 shares
    ) internal view returns (uint256 assets) {
        if (shares == 0) return 0;
        Holding memory held = Holding(v.position, _worth(v), v.state.supply());
        uint256 live = _live(v);
        if (shares > live) revert ERC20InsufficientBalance(msg.sender, live, shares);
        // A burn of all live tokens closes the account: the locked ones go with them, and nothing is rebalanced.
        bool everybody = shares == live;
        if (!everybody || v.wipedOut) _own(v, order, held);
        return _pay(v, order, held, everybody ? held.supply : shares);
    }

    /// @dev Tokens that somebody owns.
    function _live(View memory v) internal pure returns (uint256) {
        uint256 supply = v.state.supply();
        unchecked {
            return supply > LOCKED ? supply - LOCKED : 0;
        }
    }

    /// @dev What `shares` of `held` pay.
    function _pay(
        View memory v,
        TokenOrder memory order,
        Holding memory held,
        uint256 shares
    ) internal view returns (uint256) {
        int256 payout;
        (payout, order.amount) = Attribution.redeem(held, v.around, shares);
        uint256 worth = payout > 0 ? uint256(payout) : 0;
        uint256 fee = Attribution.feeUp(worth, policy.burnFee());
        order.fee = fee;
        // The fee is a part of it.
        unchecked {
            return (worth - fee).divDown(_unit);
        }
    }

    /// @dev The tokens that must be burned for `assets`.
    function _sharesBurned(
        View memory v,
        TokenOrder memory order,
        uint256 assets
    ) internal view returns (uint256 shares) {
        uint256 wanted = Attribution.beforeFeeUp(_toWad(assets), policy.burnFee());
        Holding memory held = Holding(v.position, _worth(v), v.state.supply());
        (int256 skew, uint256 energy) = (v.around.skew, v.around.energy);
        int256 blockForced = v.around.forced;
        _own(v, order, held);
        shares = held.value == 0 ? type(uint256).max : Quotes.withdraw(held, v.around, wanted);
        uint256 live = _live(v);
        if (shares < live) {
            _pay(v, order, held, shares);
        } else {
            // Only everybody together may reach it, and then nothing is rebalanced.
            (v.around.skew, v.around.energy, v.around.forced) = (skew, energy, blockForced);
            (order.forced, v.complete, order.emergency) = (0, false, false);
            shares = live;
            if (_payoutOf(v, order, live) < assets) revert LeveragedToken_UnreachablePayout(assets);
        }
    }

    /// @dev The mint that fills what the market can open; (0, 0) when there is none.
    function _most(View memory v) internal view returns (uint256 assets, uint256 shares) {
        if (v.wipedOut) return (0, 0);
        TokenOrder memory order;
        Conditions memory around = v.around;
        uint256 energy = around.energy;
        Holding memory held = Holding(v.position, _worth(v), v.state.supply());
        bool first = held.supply == 0;
        if (first) {
            Attribution.fillFirst(held, targetLeverage, around.price);
        } else {
            _own(v, order, held);
            if (_isSuspended(v, held)) return (0, 0);
        }
        // The token's own trade leaves the pool's equity as it is or higher, but rounding may take two wei; what it opens
        // comes off the room.
        PackedMarket memory m = PackedMarket(v.skewWord, v.poolWord, v.priceWord);
        m.setPoolCash(m.poolCash() - 2);
        int256 room = int256(_room(m, energy));
        if (room == 0) return (0, 0);
        room += int256(v.position.abs()) - int256((v.position + order.forced).abs());
        if (room < 2) return (0, 0);
        MintLimits memory limits = MintLimits({
            room: uint256(room),
            custody: type(uint96).max - m.held(),
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
