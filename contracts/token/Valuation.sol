// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {Attribution, Holding} from "../libraries/Attribution.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Rebalance, RebalanceLimits, RebalancePlan, Trigger} from "../libraries/Rebalance.sol";
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

    /// @dev The token's account and what surrounds it, at one moment. The market stays packed: few calls need all of it.
    struct View {
        uint256 skewWord;
        uint256 poolWord;
        uint256 priceWord;
        TokenState state;
        Conditions around;
        int256 position;
        int256 value;
        uint256 streamingFee;
        uint256 supply;
        uint256 distance;
        uint256 reward;
        uint256 rewardLeft;
        bool above;
        bool wipedOut;
    }

    /// @dev What a call does: after the token's own rebalance `forced`, trade `amount` for `shares` and `assets`; who pays or is
    /// paid, and what the caller has set as its limit.
    struct Change {
        int256 blockForced;
        int256 forced;
        bool complete;
        bool emergency;
        int256 amount;
        uint256 shares;
        uint256 assets;
        uint256 fee;
        uint256 limit;
        uint256 reward;
        address party;
        int256 transfer;
        bool closing;
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

    function _sync(View memory v, MarketParams memory params) internal {
        (uint256 skew, uint256 pool, uint256 price, Account account, uint256 forced) = clearingHouse.sync(
            params
        );
        _fill(v, skew, pool, price, account, forced);
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
        uint256 skew,
        uint256 pool,
        uint256 price,
        Account account,
        uint256 forced
    ) private view {
        (v.skewWord, v.poolWord, v.priceWord) = (skew, pool, price);
        Conditions memory around = v.around;
        int256 positionPrice_;
        uint256 halfSpread;
        (around.skew, halfSpread) = (skewIn(skew), halfSpreadIn(skew));
        (around.price, positionPrice_) = priceIn(price);
        around.depth = _pricing.depth();
        around.costRate = Books.costRate(halfSpread, _pricing);
        around.energy = Impact.energyUp(around.price, around.skew, around.depth);
        around.forced = forcedAtTime(forced, block.timestamp);
        v.position = account.position();
        v.value = Margin.valueFloor(v.position, account.cash(), positionPrice_);
        TokenState current = _state;
        v.state = current;
        v.supply = current.supply();
        v.wipedOut = current.wipedOut();
        if (v.supply == 0) return;
        uint256 elapsed = block.timestamp - current.accruedAt();
        if (v.value > 0 && !v.wipedOut) {
            v.streamingFee = Attribution.streamingFeeDown(uint256(v.value), policy.streamingFee(), elapsed);
            v.value -= int256(v.streamingFee);
        }
        v.rewardLeft = Rebalance.rewardLeftDown(current.rewardLeft(), elapsed, _risk.rebalanceWindow());
        if (Attribution.isWipedOut(v.value, v.supply)) v.wipedOut = true;
        (v.distance, v.above) = Rebalance.offTarget(targetLeverage, v.position, v.around.price, v.value);
    }

    /// @inheritdoc ILeveragedToken
    function marketParams() public view returns (MarketParams memory) {
        return
            MarketParams({baseToken: _baseToken, priceSource: _priceSource, pricing: _pricing, risk: _risk});
    }

    /// @dev What no market can hold is refused here, before arithmetic that counts on it.
    function _toWad(uint256 assets) internal view returns (uint256 amount) {
        amount = assets * _unit;
        if (amount > MAX_AMOUNT) revert LeveragedToken_AmountOutOfRange(assets, MAX_AMOUNT.divDown(_unit));
    }

    function _worth(View memory v) internal pure returns (uint256) {
        return v.value > 0 ? uint256(v.value) : 0;
    }

    function _delta(View memory v) internal view returns (int256) {
        return Rebalance.positionAmountDelta(targetLeverage, v.value, v.around.price, v.position);
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @dev The rebalance that anyone may call for, with its reward; none when it is not due. Moves what is left of it.
    function _plan(View memory v) internal view returns (Trigger memory found, RebalancePlan memory plan) {
        found = Rebalance.trigger(policy, v.distance, v.above, v.state.rebalancedAt(), block.timestamp);
        if (v.supply == 0) found.due = false;
        uint256 reward = found.due ? Rebalance.rewardDown(policy, found.excess, uint256(v.value)) : 0;
        reward = reward.mulWadDown(v.rewardLeft);
        RebalanceLimits memory limits;
        limits.emergency = found.emergency;
        limits.partialOpening = true;
        v.reward = reward;
        _planWithin(v, limits, plan);
        v.rewardLeft = Rebalance.rewardLeftAfterDown(v.rewardLeft, reward, plan.reward);
    }

    /// @dev The rebalance, for `v.reward`, within what market and policy allow.
    function _planWithin(
        View memory v,
        RebalanceLimits memory limits,
        RebalancePlan memory plan
    ) private view {
        limits.maxImpact = policy.maxImpact();
        if (statusIn(v.skewWord) < STATUS_RECKONING) {
            uint256 word = clearingHouse.forced(_marketId);
            limits.budget = Books.budgetLeftDown(word, _pricing, _risk, block.timestamp);
        }
        // Above target the rebalance reduces: |q|·p/N > |L| leaves |L|·N/p below |q|.
        if (!v.above) limits.room = _room(_market(v), v.around.energy);
        limits.risk = _risk;
        Rebalance.plan(targetLeverage, v.position, v.value, v.around, limits, v.reward, plan);
    }

    function _market(View memory v) private pure returns (PackedMarket memory) {
        return PackedMarket({skewWord: v.skewWord, poolWord: v.poolWord, priceWord: v.priceWord});
    }

    /// @dev Units that the market would let the token open.
    function _room(PackedMarket memory m, uint256 energy) internal view returns (uint256) {
        if (m.status() != STATUS_OPEN || m.halfSpread() > _pricing.maxHalfSpread()) return 0;
        uint256 side = targetLeverage > 0 ? m.longs() : m.shorts();
        return Pool.openRoomDown(m, side, energy, _pricing.depth(), _risk);
    }

    // ---------------------------------------------------------------------------------------------- MINT, BURN

    /// @dev The token's own rebalance within a mint or burn. Writes what it trades into `c`, what the account is after it
    /// into `held`, and moves what surrounds it. A wipe-out that nobody has recorded closes the position.
    function _own(View memory v, Change memory c, Holding memory held) internal view {
        Conditions memory around = v.around;
        int256 value = v.value;
        int256 position = v.position;
        c.blockForced = around.forced;
        if (v.wipedOut) {
            (c.forced, c.emergency) = (-position, true);
        } else if (v.supply != 0) {
            uint256 band = policy.mintBurnBand();
            if (v.distance > band) {
                c.emergency = v.above && v.distance > policy.emergencyBand();
                RebalanceLimits memory limits;
                limits.emergency = c.emergency;
                RebalancePlan memory plan;
                _planWithin(v, limits, plan);
                (c.forced, c.complete) = (plan.amount, plan.complete);
            }
        }
        if (c.forced != 0) {
            value = Rebalance.valueAfterFloor(value, c.forced, around);
            position += c.forced;
            Impact.move(around, c.forced, Impact.impact(around, c.forced));
            around.forced += c.forced;
        }
        held.position = position;
        held.value = value > 0 ? uint256(value) : 0;
        held.supply = v.supply;
    }

    /// @dev What a mint scales. Nothing is minted by a token that is wiped out, far above its leverage, or that would lose
    /// half of its value to its own rebalance.
    function _forMint(View memory v, Change memory c, Holding memory held) internal view {
        if (v.wipedOut) revert LeveragedToken_WipedOut();
        _own(v, c, held);
        if (v.supply == 0) {
            Attribution.fillFirst(held, targetLeverage, v.around.price);
        } else if (_isSuspended(v, held)) {
            revert LeveragedToken_MintingSuspended(v.value, int256(held.value));
        }
    }

    function _isSuspended(View memory v, Holding memory held) internal view returns (bool) {
        return
            held.value * 2 < uint256(v.value) ||
            held.value == 0 ||
            (v.above && v.distance > policy.emergencyBand());
    }

    function _deposit(View memory v, Change memory c, uint256 assets) internal view {
        Holding memory held;
        _forMint(v, c, held);
        uint256 brought = _toWad(assets);
        c.assets = assets;
        c.fee = Attribution.feeUp(brought, policy.mintFee());
        (c.shares, c.amount) = Attribution.deposit(held, v.around, brought - c.fee);
        if (v.supply == 0) {
            if (c.shares <= LOCKED) revert LeveragedToken_FirstMintTooSmall(c.shares, LOCKED);
            c.shares -= LOCKED;
        }
    }

    function _mintExact(View memory v, Change memory c, uint256 shares) internal view {
        Holding memory held;
        _forMint(v, c, held);
        c.shares = shares;
        if (shares > MAX_AMOUNT) revert LeveragedToken_AmountOutOfRange(shares, MAX_AMOUNT);
        uint256 brought;
        (brought, c.amount) = Quotes.mint(held, v.around, v.supply == 0 ? shares + LOCKED : shares);
        c.assets = Attribution.beforeFeeUp(brought, policy.mintFee()).divUp(_unit);
        c.fee = Attribution.feeUp(c.assets * _unit, policy.mintFee());
    }

    function _redeem(View memory v, Change memory c, uint256 shares) internal view {
        if (shares == 0) return;
        _requireLive(v, shares);
        Holding memory held;
        // A burn of all live tokens closes the account: the locked ones go with them, and nothing is rebalanced.
        bool everybody = shares + LOCKED == v.supply;
        c.blockForced = v.around.forced;
        if (everybody && !v.wipedOut)
            (held.position, held.value, held.supply) = (v.position, _worth(v), v.supply);
        else _own(v, c, held);
        _pay(v, c, held, everybody, shares);
    }

    function _requireLive(View memory v, uint256 shares) internal view {
        uint256 live = _live(v);
        if (shares > live) revert ERC20InsufficientBalance(msg.sender, live, shares);
    }

    /// @dev Tokens that somebody owns.
    function _live(View memory v) internal pure returns (uint256) {
        return v.supply > LOCKED ? v.supply - LOCKED : 0;
    }

    /// @dev What `shares` pay.
    function _pay(
        View memory v,
        Change memory c,
        Holding memory held,
        bool everybody,
        uint256 shares
    ) internal view {
        int256 payout;
        (payout, c.amount) = Attribution.redeem(held, v.around, everybody ? v.supply : shares);
        c.shares = shares;
        uint256 worth = payout > 0 ? uint256(payout) : 0;
        c.fee = Attribution.feeUp(worth, policy.burnFee());
        c.assets = (worth - c.fee).divDown(_unit);
    }

    function _withdraw(View memory v, Change memory c, uint256 assets) internal view {
        uint256 wanted = Attribution.beforeFeeUp(_toWad(assets), policy.burnFee());
        Holding memory held;
        (int256 skew, uint256 energy) = (v.around.skew, v.around.energy);
        int256 blockForced = v.around.forced;
        _own(v, c, held);
        uint256 shares = held.value == 0 ? type(uint256).max : Quotes.withdraw(held, v.around, wanted);
        uint256 live = _live(v);
        if (shares < live) {
            _pay(v, c, held, false, shares);
        } else {
            // Only everybody together may reach it, and then nothing is rebalanced.
            (v.around.skew, v.around.energy, v.around.forced) = (skew, energy, blockForced);
            (c.forced, c.complete, c.emergency) = (0, false, false);
            _redeem(v, c, live);
            if (c.assets < assets) revert LeveragedToken_UnreachablePayout(assets);
        }
        c.assets = assets;
    }

    /// @dev The mint that fills what the market can open; (0, 0) when there is none.
    function _most(View memory v) internal view returns (uint256 assets, uint256 shares) {
        if (v.wipedOut) return (0, 0);
        Change memory c;
        Holding memory held;
        Conditions memory around = v.around;
        uint256 energy = around.energy;
        _own(v, c, held);
        if (v.supply == 0) Attribution.fillFirst(held, targetLeverage, around.price);
        else if (_isSuspended(v, held)) return (0, 0);
        // The token's own trade leaves the pool's equity as it is or higher, but rounding may take two wei; what it opens
        // comes off the room.
        PackedMarket memory m = _market(v);
        m.setPoolCash(m.poolCash() - 2);
        int256 room = int256(_room(m, energy));
        if (room == 0) return (0, 0);
        room += int256(v.position.abs()) - int256((v.position + c.forced).abs());
        if (room < 2) return (0, 0);
        MintLimits memory limits = MintLimits({
            room: uint256(room),
            custody: type(uint96).max - m.held(),
            mintFee: policy.mintFee(),
            unit: _unit,
            most: MAX_AMOUNT,
            risk: _risk
        });
        return Quotes.mostDown(held, around, limits, v.supply == 0 ? LOCKED : 0);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ShareToken, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }
}
