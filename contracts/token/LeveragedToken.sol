// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IClearingHouse, Quote, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {Attribution, Holding} from "../libraries/Attribution.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Rebalance, RebalanceLimits, RebalancePlan, Trigger} from "../libraries/Rebalance.sol";
import {FEE_STEP, Market, STATUS_OPEN} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
import {TokenState, packTokenState} from "../types/TokenState.sol";
import {ShareToken} from "./ShareToken.sol";

/// @title LeveragedToken
/// @notice Holds one position in the ClearingHouse and keeps its leverage on target by
/// `positionAmountDelta = leverage · netAssetValue / positionPrice − positionAmount`.
///
/// A MINT OR BURN
/// First the token's own rebalance Δr, if leverage is off target by more than the policy's band: holders pay for it, and
/// what is left is N_r. Then the account is scaled: a mint of value v trades δ = (q + Δr)·v/N_r and gets supply·v/N_r
/// tokens, and whoever mints or burns pays the cost of δ. Both are executed as one trade; the fee that netting saves
/// stays with the holders. Scaling at one price leaves holders untouched even when that price is out of date.
///
/// ORDER OF THINGS
/// Each call begins with the ClearingHouse's `sync`, which refuses to run inside another call; then everything is
/// computed; then the token's own state is written; and `execute` is last, the only place where BaseToken moves.
/// BaseToken goes straight from the payer to the ClearingHouse, and the payer is always the caller.
///
/// SUPPLY
/// Zero, or at least 1e6 wei: the first mint locks 1e6. A burn of all live tokens burns the locked ones too, what is left
/// goes to protocolFees, and the next mint is a first.
contract LeveragedToken is ShareToken, ILeveragedToken {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @dev Tokens of the first mint that nobody owns, and their owner.
    uint256 private constant LOCKED = 1e6;
    address private constant NOBODY = address(0xdEaD);
    /// @dev Value per token, as a part of the first, below which the token is wiped out: 1/1e9.
    uint256 private constant WIPED_OUT = 1e9;

    /// @inheritdoc ILeveragedToken
    IClearingHouse public immutable clearingHouse;
    /// @inheritdoc ILeveragedToken
    int256 public immutable targetLeverage;
    /// @inheritdoc ILeveragedToken
    Policy public immutable policy;
    address private immutable _baseToken;
    address private immutable _priceSource;
    PricingTerms private immutable _pricing;
    RiskTerms private immutable _risk;
    /// @dev One unit of the BaseToken as WAD.
    uint256 private immutable _unit;

    /// @dev The token's account and what surrounds it, at one moment.
    struct View {
        Market market;
        Conditions around;
        int256 position;
        int256 value;
        uint256 streamingFee;
        uint256 supply;
        uint256 distance;
        bool above;
        bool touched;
        bool wipedOut;
    }

    /// @dev A mint or burn: after the token's own rebalance `forced`, trade `amount` for `shares` and `assets`.
    struct Change {
        int256 forced;
        bool complete;
        bool emergency;
        int256 amount;
        uint256 shares;
        uint256 assets;
        uint256 fee;
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
        _baseToken = params.baseToken;
        _priceSource = params.priceSource;
        _pricing = params.pricing;
        _risk = params.risk;
        _unit = 10 ** (18 - params.risk.baseDecimals());
    }

    // ---------------------------------------------------------------------------------------------- MINT

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) external returns (uint256) {
        return deposit(assets, receiver, 0);
    }

    /// @inheritdoc ILeveragedToken
    function deposit(uint256 assets, address receiver, uint256 minShares) public returns (uint256 shares) {
        View memory v;
        _sync(v);
        Change memory c;
        _deposit(v, c, assets);
        shares = c.shares;
        if (shares < minShares) revert LeveragedToken_BelowMinimum(shares, minShares);
        _mint(v, c, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256) {
        return mint(shares, receiver, type(uint256).max);
    }

    /// @inheritdoc ILeveragedToken
    function mint(uint256 shares, address receiver, uint256 maxAssets) public returns (uint256 assets) {
        View memory v;
        _sync(v);
        Change memory c;
        _mintExact(v, c, shares);
        assets = c.assets;
        if (assets > maxAssets) revert LeveragedToken_AboveMaximum(assets, maxAssets);
        _mint(v, c, receiver);
    }

    function _mint(View memory v, Change memory c, address receiver) private {
        if (c.shares == 0 || c.assets == 0) revert LeveragedToken_ZeroAmount();
        uint256 supply = v.supply + c.shares;
        if (v.supply == 0) {
            supply += LOCKED;
            c.complete = true;
            _addBalance(NOBODY, LOCKED);
        }
        _addBalance(receiver, c.shares);
        _write(v, c.complete, supply);
        emit Deposit(msg.sender, receiver, c.assets, c.shares);
        TokenOrder memory order = _order(v, c, 0);
        order.payer = msg.sender;
        order.deposit = c.assets;
        _execute(order);
    }

    // ---------------------------------------------------------------------------------------------- BURN

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256) {
        return redeem(shares, receiver, owner, 0);
    }

    /// @inheritdoc ILeveragedToken
    function redeem(
        uint256 shares,
        address receiver,
        address owner,
        uint256 minAssets
    ) public returns (uint256 assets) {
        View memory v;
        _sync(v);
        Change memory c;
        _redeem(v, c, shares);
        assets = c.assets;
        if (assets < minAssets) revert LeveragedToken_BelowMinimum(assets, minAssets);
        _burn(v, c, receiver, owner);
    }

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256) {
        return withdraw(assets, receiver, owner, type(uint256).max);
    }

    /// @inheritdoc ILeveragedToken
    function withdraw(
        uint256 assets,
        address receiver,
        address owner,
        uint256 maxShares
    ) public returns (uint256 shares) {
        View memory v;
        _sync(v);
        Change memory c;
        _withdraw(v, c, assets);
        shares = c.shares;
        if (shares > maxShares) revert LeveragedToken_AboveMaximum(shares, maxShares);
        _burn(v, c, receiver, owner);
    }

    function _burn(View memory v, Change memory c, address receiver, address owner) private {
        if (c.shares == 0) revert LeveragedToken_ZeroAmount();
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, c.shares);
        _removeBalance(owner, c.shares);
        TokenOrder memory order = _order(v, c, 0);
        uint256 supply = v.supply - c.shares;
        if (supply == LOCKED) {
            _removeBalance(NOBODY, LOCKED);
            supply = 0;
            order.closing = true;
        }
        _write(v, c.complete, supply);
        emit Withdraw(msg.sender, receiver, owner, c.assets, c.shares);
        order.receiver = receiver;
        order.payout = c.assets;
        _execute(order);
    }

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @inheritdoc ILeveragedToken
    function rebalance() external returns (int256 amount, uint256 reward) {
        View memory v;
        _sync(v);
        Change memory c;
        if (v.wipedOut) {
            if (_state.wipedOut()) revert LeveragedToken_WipedOut();
            (c.forced, c.emergency) = (-v.position, true);
        } else {
            (Trigger memory found, RebalancePlan memory plan) = _plan(v);
            if (!found.due) revert LeveragedToken_NotDue(v.distance, _nextAt());
            if (plan.amount == 0 && !plan.complete) revert LeveragedToken_NothingToTrade(_delta(v));
            (c.forced, c.complete, c.emergency) = (plan.amount, plan.complete, found.emergency);
            reward = plan.reward;
        }
        amount = c.forced;
        _write(v, c.complete, v.supply);
        TokenOrder memory order = _order(v, c, reward);
        order.keeper = msg.sender;
        _execute(order);
    }

    /// @inheritdoc ILeveragedToken
    function previewRebalance() external view returns (bool due, int256 amount, uint256 reward) {
        View memory v = _now();
        if (v.wipedOut) return (!_state.wipedOut(), -v.position, 0);
        (Trigger memory found, RebalancePlan memory plan) = _plan(v);
        return (found.due, plan.amount, plan.reward);
    }

    /// @dev The rebalance that anyone may call for, with its reward; none when it is not due.
    function _plan(View memory v) private view returns (Trigger memory found, RebalancePlan memory plan) {
        found = Rebalance.trigger(policy, v.distance, v.above, _state.rebalancedAt(), block.timestamp);
        if (v.supply == 0) found.due = false;
        uint256 reward = found.due ? Rebalance.rewardDown(policy, found.excess, uint256(v.value)) : 0;
        plan = Rebalance.plan(
            targetLeverage,
            v.position,
            v.value,
            v.around,
            _limits(v, found.emergency, true),
            reward
        );
    }

    function _limits(
        View memory v,
        bool emergency,
        bool partialOpening
    ) private view returns (RebalanceLimits memory limits) {
        limits.emergency = emergency;
        limits.partialOpening = partialOpening;
        limits.maxImpact = policy.maxImpact();
        (, limits.budget) = clearingHouse.forcedTrades(marketParams());
        limits.room = _room(v.market);
        limits.risk = _risk;
    }

    /// @dev Units that the market would let the token open.
    function _room(Market memory m) private view returns (uint256) {
        if (m.status != STATUS_OPEN || m.halfSpread > _pricing.maxHalfSpread()) return 0;
        return Pool.openRoomDown(m, targetLeverage > 0 ? m.longs : m.shorts, _pricing.depth(), _risk);
    }

    // ---------------------------------------------------------------------------------------------- QUOTES

    // Structs are filled where they are, since returning one costs clearing it first.

    function _sync(View memory v) private {
        _fill(v, clearingHouse.sync(marketParams(), address(this)));
    }

    function _now() private view returns (View memory v) {
        _fill(v, clearingHouse.quote(marketParams(), address(this)));
    }

    function _last() private view returns (View memory v, bool fresh) {
        Quote memory quote = clearingHouse.lastQuote(marketParams(), address(this));
        _fill(v, quote);
        fresh = quote.fresh;
    }

    function _fill(View memory v, Quote memory quote) private view {
        v.market = quote.market;
        int256 blockForced;
        // Only a market that was used before in this block can have forced trades in it.
        if (quote.touched) (blockForced, ) = clearingHouse.forcedTrades(marketParams());
        Books.surround(v.around, quote.market, _pricing, blockForced);
        v.position = quote.position;
        v.value = Margin.valueFloor(quote.position, quote.cash, quote.market.positionPrice());
        TokenState current = _state;
        v.supply = current.supply();
        v.wipedOut = current.wipedOut();
        if (v.supply == 0) return;
        if (v.value > 0 && !v.wipedOut) {
            v.streamingFee = Attribution.streamingFeeDown(
                uint256(v.value),
                policy.streamingFee(),
                block.timestamp - current.accruedAt()
            );
            v.value -= int256(v.streamingFee);
        }
        if (v.value <= 0 || uint256(v.value) * WIPED_OUT < v.supply) v.wipedOut = true;
        (v.distance, v.above) = Rebalance.offTarget(targetLeverage, v.position, v.around.price, v.value);
    }

    /// @dev The token's own rebalance within a mint or burn. Writes what it trades into `c`, what the account is after it
    /// into `held`, and moves what surrounds it. A wipe-out that nobody has recorded closes the position.
    function _own(View memory v, Change memory c, Holding memory held) private view {
        Conditions memory around = v.around;
        int256 value = v.value;
        int256 position = v.position;
        if (v.wipedOut) {
            (c.forced, c.emergency) = (-position, true);
        } else if (v.supply != 0) {
            uint256 band = policy.mintBurnBand();
            if (v.distance > band) {
                c.emergency = v.above && v.distance > policy.emergencyBand();
                RebalanceLimits memory limits = _limits(v, c.emergency, false);
                RebalancePlan memory plan = Rebalance.plan(
                    targetLeverage,
                    position,
                    value,
                    around,
                    limits,
                    0
                );
                (c.forced, c.complete) = (plan.amount, plan.complete);
            }
        }
        if (c.forced != 0) {
            value = Rebalance.valueAfterFloor(value, c.forced, around);
            position += c.forced;
            around.skew += c.forced;
            around.forced += c.forced;
        }
        held.position = position;
        held.value = value > 0 ? uint256(value) : 0;
        held.supply = v.supply;
    }

    /// @dev What a mint scales. Nothing is minted by a token that is wiped out, far above its leverage, or that would lose
    /// half of its value to its own rebalance.
    function _forMint(View memory v, Change memory c, Holding memory held) private view {
        if (v.wipedOut) revert LeveragedToken_WipedOut();
        _own(v, c, held);
        if (v.supply == 0) {
            Attribution.fillFirst(held, targetLeverage, v.around.price);
        } else if (_isSuspended(v, held)) {
            revert LeveragedToken_MintingSuspended(v.value, int256(held.value));
        }
    }

    function _isSuspended(View memory v, Holding memory held) private view returns (bool) {
        return
            held.value * 2 < uint256(v.value) ||
            held.value == 0 ||
            (v.above && v.distance > policy.emergencyBand());
    }

    function _deposit(View memory v, Change memory c, uint256 assets) private view {
        Holding memory held;
        _forMint(v, c, held);
        uint256 brought = assets * _unit;
        c.assets = assets;
        c.fee = Attribution.feeUp(brought, policy.mintFee());
        (c.shares, c.amount) = Attribution.deposit(held, v.around, brought - c.fee);
        if (v.supply == 0) {
            if (c.shares <= LOCKED) revert LeveragedToken_FirstMintTooSmall(c.shares, LOCKED);
            c.shares -= LOCKED;
        }
    }

    function _mintExact(View memory v, Change memory c, uint256 shares) private view {
        Holding memory held;
        _forMint(v, c, held);
        c.shares = shares;
        uint256 brought;
        (brought, c.amount) = Attribution.mint(held, v.around, v.supply == 0 ? shares + LOCKED : shares);
        c.assets = Attribution.beforeFeeUp(brought, policy.mintFee()).divUp(_unit);
        c.fee = Attribution.feeUp(c.assets * _unit, policy.mintFee());
    }

    function _redeem(View memory v, Change memory c, uint256 shares) private view {
        _requireLive(v, shares);
        Holding memory held;
        // A burn of all live tokens closes the account: the locked ones go with them, and nothing is rebalanced.
        bool everybody = shares + LOCKED == v.supply;
        if (everybody && !v.wipedOut)
            (held.position, held.value, held.supply) = (v.position, _worth(v), v.supply);
        else _own(v, c, held);
        _pay(v, c, held, everybody, shares);
    }

    function _requireLive(View memory v, uint256 shares) private view {
        uint256 live = _live(v);
        if (shares > live) revert ERC20InsufficientBalance(msg.sender, live, shares);
    }

    /// @dev Tokens that somebody owns.
    function _live(View memory v) private pure returns (uint256) {
        return v.supply > LOCKED ? v.supply - LOCKED : 0;
    }

    /// @dev What `shares` pay.
    function _pay(
        View memory v,
        Change memory c,
        Holding memory held,
        bool everybody,
        uint256 shares
    ) private view {
        int256 payout;
        (payout, c.amount) = Attribution.redeem(held, v.around, everybody ? v.supply : shares);
        c.shares = shares;
        uint256 worth = payout > 0 ? uint256(payout) : 0;
        c.fee = Attribution.feeUp(worth, policy.burnFee());
        c.assets = (worth - c.fee).divDown(_unit);
    }

    function _withdraw(View memory v, Change memory c, uint256 assets) private view {
        uint256 wanted = Attribution.beforeFeeUp(assets * _unit, policy.burnFee());
        Holding memory held;
        int256 skew = v.around.skew;
        int256 blockForced = v.around.forced;
        _own(v, c, held);
        uint256 shares = held.value == 0 ? type(uint256).max : Attribution.withdraw(held, v.around, wanted);
        uint256 live = _live(v);
        if (shares < live) {
            _pay(v, c, held, false, shares);
        } else {
            // Only everybody together may reach it, and then nothing is rebalanced.
            (v.around.skew, v.around.forced) = (skew, blockForced);
            (c.forced, c.complete, c.emergency) = (0, false, false);
            _redeem(v, c, live);
            if (c.assets < assets) revert LeveragedToken_UnreachablePayout(assets);
        }
        c.assets = assets;
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Writes the token's word. Supply fits: a token is worth at least 1e-9 of its first value or is wiped out, and
    /// what a market holds is below 2^96.
    function _write(View memory v, bool complete, uint256 supply) private {
        uint256 rebalancedAt = complete ? block.timestamp : _state.rebalancedAt();
        if (v.wipedOut && !_state.wipedOut()) emit WipedOut(v.value, v.supply);
        _state = packTokenState(supply, block.timestamp, rebalancedAt, v.wipedOut);
    }

    function _order(
        View memory v,
        Change memory c,
        uint256 reward
    ) private returns (TokenOrder memory order) {
        order.forced = c.forced;
        order.amount = c.amount;
        order.blockForced = v.around.forced;
        order.emergency = c.emergency;
        order.fee = c.fee + v.streamingFee;
        order.reward = reward;
        if (order.fee != 0) emit FeesCharged(c.fee, v.streamingFee);
        if (c.forced != 0) emit Rebalanced(msg.sender, c.forced, reward, c.complete);
    }

    function _execute(TokenOrder memory order) private {
        clearingHouse.execute(marketParams(), order);
    }

    function _delta(View memory v) private view returns (int256) {
        return Rebalance.positionAmountDelta(targetLeverage, v.value, v.around.price, v.position);
    }

    /// @dev Start of the next schedule slot, or 0 when there is no schedule.
    function _nextAt() private view returns (uint256) {
        uint256 interval = policy.interval();
        if (interval == 0) return 0;
        return Rebalance.slotStart(block.timestamp, interval, policy.offset()) + interval;
    }

    // ---------------------------------------------------------------------------------------------- DOMAIN VIEWS

    /// @inheritdoc ILeveragedToken
    function netAssetValue() external view returns (int256) {
        return _now().value;
    }

    /// @inheritdoc ILeveragedToken
    function positionPrice() external view returns (uint256) {
        return _now().around.price;
    }

    /// @inheritdoc ILeveragedToken
    function positionAmount() external view returns (int256) {
        return clearingHouse.account(marketId(), address(this)).position();
    }

    /// @inheritdoc ILeveragedToken
    function positionAmountDelta() external view returns (int256) {
        return _delta(_now());
    }

    /// @inheritdoc ILeveragedToken
    function currentLeverage() external view returns (int256) {
        View memory v = _now();
        uint256 size = Margin.leverageDown(v.position, v.around.price, v.value);
        return size > uint256(type(int256).max) ? type(int256).max : size.withSign(v.position);
    }

    /// @inheritdoc ILeveragedToken
    function marketParams() public view returns (MarketParams memory) {
        return
            MarketParams({baseToken: _baseToken, priceSource: _priceSource, pricing: _pricing, risk: _risk});
    }

    /// @inheritdoc ILeveragedToken
    function marketId() public view returns (MarketId) {
        return marketParams().toId();
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ShareToken, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc ILeveragedToken
    function state() external view returns (TokenState) {
        return _state;
    }

    // ---------------------------------------------------------------------------------------------- ERC-4626 VIEWS

    /// @inheritdoc IERC4626
    function asset() external view returns (address) {
        return _baseToken;
    }

    /// @inheritdoc IERC4626
    function totalAssets() external view returns (uint256) {
        (View memory v, ) = _last();
        return _worth(v).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) external view returns (uint256) {
        (View memory v, ) = _last();
        uint256 worth = _worth(v);
        if (v.supply == 0) return assets * _unit;
        return worth == 0 ? 0 : (assets * _unit).mulDivDown(v.supply, worth);
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        (View memory v, ) = _last();
        if (v.supply == 0) return shares.divDown(_unit);
        return shares.mulDivDown(_worth(v), v.supply).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) external view returns (uint256) {
        Change memory c;
        _deposit(_now(), c, assets);
        return c.shares;
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) external view returns (uint256) {
        Change memory c;
        _mintExact(_now(), c, shares);
        return c.assets;
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) external view returns (uint256) {
        Change memory c;
        _redeem(_now(), c, shares);
        return c.assets;
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) external view returns (uint256) {
        Change memory c;
        _withdraw(_now(), c, assets);
        return c.shares;
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) external view returns (uint256 assets) {
        (View memory v, bool fresh) = _last();
        if (fresh) (assets, ) = _most(v);
    }

    /// @inheritdoc IERC4626
    function maxMint(address) external view returns (uint256 shares) {
        (View memory v, bool fresh) = _last();
        if (fresh) (, shares) = _most(v);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) external view returns (uint256) {
        (, bool fresh) = _last();
        return fresh ? balanceOf(owner) : 0;
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) external view returns (uint256 assets) {
        (View memory v, bool fresh) = _last();
        uint256 shares = balanceOf(owner);
        if (!fresh || shares == 0) return 0;
        Change memory c;
        Holding memory held;
        bool everybody = shares == _live(v);
        if (everybody) {
            _redeem(v, c, shares);
            return c.assets;
        }
        _own(v, c, held);
        _pay(v, c, held, false, shares);
        // The closed form of `withdraw` may ask for a few wei more than `redeem` takes.
        uint256 margin = c.assets / 1e15 + 1;
        assets = c.assets > margin ? c.assets - margin : 0;
        uint256 wanted = Attribution.beforeFeeUp(assets * _unit, policy.burnFee());
        if (assets != 0 && Attribution.withdraw(held, v.around, wanted) > shares) assets = 0;
    }

    function _worth(View memory v) private pure returns (uint256) {
        return v.value > 0 ? uint256(v.value) : 0;
    }

    /// @dev The mint that fills what the market can open; (0, 0) when there is none.
    function _most(View memory v) private view returns (uint256 assets, uint256 shares) {
        if (v.wipedOut) return (0, 0);
        Change memory c;
        Holding memory held;
        Conditions memory around = v.around;
        _own(v, c, held);
        if (v.supply == 0) Attribution.fillFirst(held, targetLeverage, around.price);
        else if (_isSuspended(v, held)) return (0, 0);
        // The token's own trade leaves the pool's equity as it is or higher, but rounding may take two wei; what it opens
        // comes off the room.
        v.market.poolCash -= 2;
        int256 room = int256(_room(v.market));
        if (room == 0) return (0, 0);
        room += int256(v.position.abs()) - int256((v.position + c.forced).abs());
        if (room < 2) return (0, 0);
        uint256 value = (held.value * uint256(room - 1)).divDown(held.position.abs());
        // A market holds less than 2^96; leave what would not fit.
        uint256 custody = type(uint96).max - v.market.held;
        if (value > custody / 2) value = custody / 2;
        int256 amount = Attribution.scaledUp(held, value);
        int256 brought = int256(value) + Impact.costUp(around, amount);
        // A surcharge is rounded up to a whole step, which `deposit` would take for more value to open.
        if (around.forced != 0) brought -= int256(FEE_STEP);
        (int256 position, int256 worth) = v.supply == 0
            ? (amount, int256(value))
            : (held.position + amount, int256(held.value + value));
        if (brought <= 0 || uint256(brought) > custody) return (0, 0);
        assets = uint256(brought).divDown(_unit);
        uint256 fee = Attribution.feeUp(assets * _unit, policy.mintFee());
        (shares, ) = Attribution.deposit(held, around, assets * _unit - fee);
        around.skew += amount;
        if (!Margin.isSufficient(position, worth - 2, around, _risk)) return (0, 0);
        if (v.supply == 0) shares = shares > LOCKED ? shares - LOCKED : 0;
        if (shares == 0) assets = 0;
    }
}
