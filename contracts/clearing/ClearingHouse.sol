// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Fill, IClearingHouse, Order, Quote, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPoolDeployer} from "../interfaces/ILiquidityPoolDeployer.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Admission} from "../libraries/Admission.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Funding} from "../libraries/Funding.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {Pool} from "../libraries/Pool.sol";
import {Rebalance} from "../libraries/Rebalance.sol";
import {Account, ROLE_POOL, ROLE_TOKEN, packAccount} from "../types/Account.sol";
import {
    FEE_STEP,
    ForcedTrades,
    Market,
    MarketWords,
    STATUS_OPEN,
    STATUS_REDUCE_ONLY
} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";

/// @title ClearingHouse
/// @notice One contract has custody and all positions of isolated perpetual-futures markets.
///
/// MARKETS
/// A market is made by anyone from parameters that never change; its id is their hash, and they travel in calldata. It
/// pays out of its own `held` and of nothing else: what happens in one market can't reach another.
///
/// DOUBLE ENTRY
/// An account is two numbers: position q and cash c, worth N = q·x + c at x = p − F. The pool has the other side of
/// everything, so Σ c + poolCash + protocolFees = held at all times. Funding moves F, and thus x: nobody is settled.
///
/// ORDER OF THINGS
/// Every operation reads the market, brings it to this block (funding, then the price, which is read once per block),
/// computes in memory, checks, writes, emits, and moves BaseToken last. One transient guard covers every entry.
///
/// TRUST
/// LeveragedTokens made by the factory and the pools made by the deployer, both fixed at construction, may name the
/// payer of a deposit, as they only ever name their own caller. The guardian can make a market reduce-only; the owner
/// chooses who gets protocolFees. Nobody else has a say, and nobody can move a user's funds.
contract ClearingHouse is IClearingHouse, AccessManaged, ReentrancyGuardTransient {
    using FixedPoint for uint256;
    using FixedPoint for int256;
    using SafeERC20 for IERC20;

    /// @inheritdoc IClearingHouse
    address public immutable tokenFactory;
    /// @notice Makes the pools.
    ILiquidityPoolDeployer public immutable poolDeployer;

    /// @inheritdoc IClearingHouse
    address public feeReceiver;
    mapping(MarketId id => MarketWords) private _markets;
    mapping(MarketId id => mapping(address owner => Account)) private _accounts;

    /// @param authority OpenZeppelin AccessManager that knows guardian and owner.
    constructor(
        address authority,
        address feeReceiver_,
        address tokenFactory_,
        ILiquidityPoolDeployer poolDeployer_
    ) AccessManaged(authority) {
        tokenFactory = tokenFactory_;
        poolDeployer = poolDeployer_;
        feeReceiver = feeReceiver_;
        emit FeeReceiverSet(feeReceiver_);
    }

    // ---------------------------------------------------------------------------------------------- MARKETS

    /// @inheritdoc IClearingHouse
    function createMarket(
        MarketParams calldata params,
        uint256 seed
    ) external nonReentrant returns (MarketId id, address pool) {
        Admission.check(params, IERC20Metadata(params.baseToken).decimals());
        id = params.toId();
        MarketWords storage words = _markets[id];
        Market memory m;
        words.load(m);
        if (m.status != 0) revert ClearingHouse_MarketExists(id);
        m.status = STATUS_OPEN;
        m.touchedAt = block.timestamp;
        // No price was used before: any that is not too old will do.
        m.priceAge = type(uint24).max;
        _readPrice(m, params);
        uint256 amount = _toWad(params, seed);
        Books.bringIn(m, amount);
        m.poolCash = int256(amount);
        words.store(m);
        pool = poolDeployer.deploy(params, msg.sender, amount);
        _accounts[id][pool] = packAccount(0, 0, ROLE_POOL);
        emit MarketCreated(id, params, pool, amount);

        // A BaseToken that delivers less than was asked for is refused here, once and for all.
        IERC20 baseToken = IERC20(params.baseToken);
        uint256 before = baseToken.balanceOf(address(this));
        baseToken.safeTransferFrom(msg.sender, address(this), seed);
        uint256 received = baseToken.balanceOf(address(this)) - before;
        if (received != seed) revert ClearingHouse_TransferMismatch(seed, received);
    }

    /// @inheritdoc IClearingHouse
    function sync(MarketParams calldata params, address owner) external returns (Quote memory q) {
        // It calls nothing but views, so it needs no guard of its own; but nothing may come between the steps of another.
        if (_reentrancyGuardEntered()) revert ReentrancyGuardReentrantCall();
        (MarketId id, ) = _enter(q, params, owner);
        if (!q.touched) _markets[id].store(q.market);
    }

    // ---------------------------------------------------------------------------------------------- TRADERS

    /// @inheritdoc IClearingHouse
    function trade(
        MarketParams calldata params,
        Order calldata order
    ) external nonReentrant returns (Fill memory fill) {
        if (order.amount == 0 && order.margin == 0) revert ClearingHouse_ZeroAmount();
        _requireInTime(order.deadline);
        Quote memory q;
        (MarketId id, uint8 role) = _enter(q, params, msg.sender);
        (int256 position, int256 value) = (q.position, _value(q));
        uint256 margin = order.margin.abs();
        uint256 amount = _toWad(params, margin);
        if (order.margin > 0) {
            Books.bringIn(q.market, amount);
            q.cash += int256(amount);
        }
        if (order.amount != 0) _trade(q, params, id, fill, order.amount, order.priceLimit);
        if (order.margin < 0) {
            if (q.position == 0 && q.cash < int256(amount))
                revert ClearingHouse_InsufficientCash(q.cash, amount);
            Books.payOut(q.market, amount);
            q.cash -= int256(amount);
        }
        _checkMargin(q, params, id, position, value, order.margin < 0);
        _finish(q, id, role, fill, order.amount, order.margin < 0 ? -int256(amount) : int256(amount));

        if (order.margin > 0) IERC20(params.baseToken).safeTransferFrom(msg.sender, address(this), margin);
        else if (order.margin < 0) IERC20(params.baseToken).safeTransfer(msg.sender, margin);
    }

    /// @inheritdoc IClearingHouse
    function close(
        MarketParams calldata params,
        uint256 priceLimit,
        uint256 deadline
    ) external nonReentrant returns (Fill memory fill, uint256 payout) {
        _requireInTime(deadline);
        Quote memory q;
        (MarketId id, uint8 role) = _enter(q, params, msg.sender);
        int256 amount = -q.position;
        if (amount == 0 && q.cash == 0) revert ClearingHouse_ZeroAmount();
        if (amount != 0) _trade(q, params, id, fill, amount, priceLimit);
        uint256 paid;
        if (q.cash > 0) {
            payout = uint256(q.cash).divDown(_unit(params));
            paid = payout * _unit(params);
            Books.payOut(q.market, paid);
            q.cash -= int256(paid);
        }
        _finish(q, id, role, fill, amount, -int256(paid));

        if (payout != 0) IERC20(params.baseToken).safeTransfer(msg.sender, payout);
    }

    // ---------------------------------------------------------------------------------------------- TOKENS, POOLS

    /// @inheritdoc IClearingHouse
    function execute(MarketParams calldata params, TokenOrder calldata order) external nonReentrant {
        Quote memory q;
        (MarketId id, uint8 role) = _enter(q, params, msg.sender);
        if (role != ROLE_TOKEN) revert ClearingHouse_WrongRole(msg.sender, role, ROLE_TOKEN);
        Market memory m = q.market;
        uint256 deposit = _toWad(params, order.deposit);
        uint256 payout = _toWad(params, order.payout);

        int256 fee = int256(Books.chargeProtocolFee(m, order.fee));
        int256 margin = -fee - int256(order.reward);
        q.cash += margin;
        (int256 position, int256 value) = (q.position, _value(q));
        if (order.forced != 0) {
            _force(params, id, order);
            (position, value) = _checkForced(q, params, position, value, fee, order.forced);
        }
        Books.bringIn(m, deposit);
        Books.payOut(m, payout);
        int256 moved = int256(deposit) - int256(payout);
        q.cash += moved;
        margin += moved;
        Fill memory fill;
        if (order.forced != 0 || order.amount != 0) {
            Books.trade(q, params.pricing, fill, order.forced, order.amount, order.blockForced);
        }
        _checkMargin(q, params, id, position, value, payout != 0);
        if (order.closing && q.cash > 0) {
            // The pool keeps what is less than a step of the counter.
            m.poolCash += q.cash - int256(Books.chargeProtocolFee(m, uint256(q.cash)));
            margin -= q.cash;
            q.cash = 0;
        }
        _finish(q, id, role, fill, order.forced + order.amount, margin);
        if (order.reward != 0) _credit(m, id, order.keeper, order.reward);

        if (order.deposit != 0) {
            IERC20(params.baseToken).safeTransferFrom(order.payer, address(this), order.deposit);
        }
        if (order.payout != 0) IERC20(params.baseToken).safeTransfer(order.receiver, order.payout);
    }

    /// @inheritdoc IClearingHouse
    function movePoolCash(MarketParams calldata params, address party, int256 amount) external nonReentrant {
        Quote memory q;
        (MarketId id, uint8 role) = _enter(q, params, msg.sender);
        if (role != ROLE_POOL) revert ClearingHouse_WrongRole(msg.sender, role, ROLE_POOL);
        uint256 size = amount.abs();
        uint256 wad = _toWad(params, size);
        if (amount > 0) Books.bringIn(q.market, wad);
        else Books.payOut(q.market, wad);
        int256 moved = amount > 0 ? int256(wad) : -int256(wad);
        q.market.poolCash += moved;
        _markets[id].store(q.market);
        emit PoolCashMoved(id, moved, q.market.poolCash);

        if (amount > 0) IERC20(params.baseToken).safeTransferFrom(party, address(this), size);
        else IERC20(params.baseToken).safeTransfer(party, size);
    }

    /// @inheritdoc IClearingHouse
    function registerToken(MarketParams calldata params, address token) external {
        if (msg.sender != tokenFactory) revert ClearingHouse_WrongRole(msg.sender, 0, ROLE_TOKEN);
        MarketId id = params.toId();
        if (market(id).status == 0) revert ClearingHouse_UnknownMarket(id);
        // The address was made in this transaction and has no account yet.
        _accounts[id][token] = packAccount(0, 0, ROLE_TOKEN);
    }

    // ---------------------------------------------------------------------------------------------- ROLES

    /// @inheritdoc IClearingHouse
    function setReduceOnly(MarketId id, bool reduceOnly) external restricted {
        MarketWords storage words = _markets[id];
        Market memory m;
        words.load(m);
        if (m.status != STATUS_OPEN && m.status != STATUS_REDUCE_ONLY) revert ClearingHouse_UnknownMarket(id);
        m.status = reduceOnly ? STATUS_REDUCE_ONLY : STATUS_OPEN;
        words.store(m);
        emit ReduceOnlySet(id, reduceOnly);
    }

    /// @inheritdoc IClearingHouse
    function setFeeReceiver(address receiver) external restricted {
        feeReceiver = receiver;
        emit FeeReceiverSet(receiver);
    }

    /// @inheritdoc IClearingHouse
    function collectFees(MarketParams calldata params) external nonReentrant returns (uint256 amount) {
        MarketId id = params.toId();
        MarketWords storage words = _markets[id];
        Market memory m;
        words.load(m);
        // Whole units of the BaseToken are whole steps of the counter too, or the other way round.
        uint256 step = _unit(params) > FEE_STEP ? _unit(params) : FEE_STEP;
        uint256 fees = m.protocolFees.stepDown(step);
        amount = fees.divDown(_unit(params));
        m.protocolFees -= fees;
        Books.payOut(m, fees);
        words.store(m);
        emit FeesCollected(id, feeReceiver, fees);

        IERC20(params.baseToken).safeTransfer(feeReceiver, amount);
    }

    // ---------------------------------------------------------------------------------------------- VIEWS

    /// @inheritdoc IClearingHouse
    function market(MarketId id) public view returns (Market memory m) {
        _markets[id].load(m);
    }

    /// @inheritdoc IClearingHouse
    function account(MarketId id, address owner) external view returns (Account) {
        return _accounts[id][owner];
    }

    /// @inheritdoc IClearingHouse
    function forcedTrades(
        MarketParams calldata params
    ) external view returns (int256 blockForced, uint256 budget) {
        ForcedTrades memory trades = _markets[params.toId()].unpackForced();
        if (trades.forcedAt == block.timestamp) blockForced = trades.forced;
        budget = Books.budgetDown(params.pricing) - Books.spentUp(trades, params, block.timestamp);
    }

    /// @inheritdoc IClearingHouse
    function quote(MarketParams calldata params, address owner) external view returns (Quote memory q) {
        _enter(q, params, owner);
    }

    /// @inheritdoc IClearingHouse
    function lastQuote(MarketParams calldata params, address owner) external view returns (Quote memory q) {
        try this.quote(params, owner) returns (Quote memory fresh) {
            return fresh;
        } catch {
            _find(q, params, owner);
            Funding.accrue(q.market, params.pricing, block.timestamp);
            q.fresh = false;
        }
    }

    /// @inheritdoc IClearingHouse
    function isLocked() external view returns (bool) {
        return _reentrancyGuardEntered();
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Reads market and account into `q`, which an operation works on from here to `_finish`. Structs are filled
    /// where they are, since returning one costs clearing it first.
    function _find(
        Quote memory q,
        MarketParams calldata params,
        address owner
    ) private view returns (MarketId id, uint8 role) {
        id = params.toId();
        _markets[id].load(q.market);
        if (q.market.status == 0) revert ClearingHouse_UnknownMarket(id);
        Account account_ = _accounts[id][owner];
        q.position = account_.position();
        q.cash = account_.cash();
        q.touched = q.market.touchedAt == block.timestamp;
        q.fresh = true;
        role = account_.role();
    }

    /// @dev The same, and brings the market to this block. The first use in a block asks the source; the rest of the
    /// block uses what it said.
    function _enter(
        Quote memory q,
        MarketParams calldata params,
        address owner
    ) private view returns (MarketId id, uint8 role) {
        (id, role) = _find(q, params, owner);
        if (!q.touched) _readPrice(q.market, params);
    }

    function _readPrice(Market memory m, MarketParams calldata params) private view {
        (uint256 price, uint256 halfSpread, uint256 updatedAt) = IPriceSource(params.priceSource).read();
        Books.advance(m, params.pricing, block.timestamp, price, halfSpread, updatedAt);
    }

    /// @dev N at mid.
    function _value(Quote memory q) private pure returns (int256) {
        return Margin.valueFloor(q.position, q.cash, q.market.positionPrice());
    }

    /// @dev A voluntary trade of the caller's account.
    function _trade(
        Quote memory q,
        MarketParams calldata params,
        MarketId id,
        Fill memory fill,
        int256 amount,
        uint256 priceLimit
    ) private view {
        if (amount.abs() > Books.MAX_POSITION * 2) {
            revert ClearingHouse_AmountOutOfRange(amount.abs(), Books.MAX_POSITION * 2);
        }
        // Only a market that was used before in this block can have forced trades in it.
        int256 blockForced;
        if (q.touched) {
            ForcedTrades memory trades = _markets[id].unpackForced();
            if (trades.forcedAt == block.timestamp) blockForced = trades.forced;
        }
        Books.trade(q, params.pricing, fill, 0, amount, blockForced);
        uint256 price = Impact.fillPrice(q.market.price, fill.impact + int256(fill.surcharge), amount);
        if (amount > 0 ? price > priceLimit : price < priceLimit)
            revert ClearingHouse_PriceLimit(price, priceLimit);
        fill.fillPrice = price;
    }

    /// @dev Records the forced part of a token's order, within the budget unless it is an emergency.
    function _force(MarketParams calldata params, MarketId id, TokenOrder calldata order) private {
        ForcedTrades memory trades = _markets[id].unpackForced();
        uint256 spent = Books.spentUp(trades, params, block.timestamp);
        if (!order.emergency) {
            uint256 left = Books.budgetDown(params.pricing) - spent;
            if (order.forced.abs() > left) revert ClearingHouse_BudgetExceeded(order.forced.abs(), left);
            spent += order.forced.abs();
        }
        trades.forced = order.blockForced + order.forced;
        trades.spent = spent;
        trades.forcedAt = block.timestamp;
        _markets[id].storeForced(trades);
    }

    /// @dev Where the forced part of an order leaves the account, checked as a trade of its own. The fee is taken off the
    /// value already, but whoever mints or burns pays it, out of what is still to come in or to go out.
    function _checkForced(
        Quote memory q,
        MarketParams calldata params,
        int256 position,
        int256 value,
        int256 fee,
        int256 forced
    ) private pure returns (int256 positionAfter, int256 valueAfter) {
        Conditions memory around;
        Books.surround(around, q.market, params.pricing, 0);
        positionAfter = position + forced;
        valueAfter = Rebalance.valueAfterFloor(value, forced, around);
        if (positionAfter.abs() > position.abs()) {
            around.skew += forced;
            _requireMargin(positionAfter, valueAfter + fee, around, params);
        }
    }

    /// @dev Measured against (position, value) before: an opening trade needs an open market, room and margin; a payment
    /// from an account that keeps a position needs margin, or a reduction that does not raise leverage; a reduction alone
    /// needs nothing.
    function _checkMargin(
        Quote memory q,
        MarketParams calldata params,
        MarketId id,
        int256 position,
        int256 value,
        bool pays
    ) private pure {
        int256 positionAfter = q.position;
        if (positionAfter == 0) return;
        bool flips = position != 0 && (positionAfter < 0) != (position < 0);
        bool opens = flips || positionAfter.abs() > position.abs();
        if (opens) _requireOpenable(q, params, id);
        else if (!pays) return;
        int256 valueAfter = _value(q);
        bool reduces = !opens && positionAfter != position;
        if (reduces && Margin.isNotRaised(position, value, positionAfter, valueAfter)) return;
        Conditions memory around;
        Books.surround(around, q.market, params.pricing, 0);
        _requireMargin(positionAfter, valueAfter, around, params);
    }

    function _requireMargin(
        int256 position,
        int256 value,
        Conditions memory around,
        MarketParams calldata params
    ) private pure {
        if (Margin.isSufficient(position, value, around, params.risk)) return;
        int256 exit = Margin.exitValueFloor(value, position, around);
        revert ClearingHouse_InsufficientMargin(
            exit < value ? exit : value,
            Margin.requirementUp(position, around.price, params.risk)
        );
    }

    function _requireOpenable(Quote memory q, MarketParams calldata params, MarketId id) private pure {
        Market memory m = q.market;
        if (m.status != STATUS_OPEN) revert ClearingHouse_ReduceOnly(id);
        uint256 widest = params.pricing.maxHalfSpread();
        if (m.halfSpread > widest) revert ClearingHouse_SpreadTooWide(m.halfSpread, widest);
        uint256 side = q.position > 0 ? m.longs : m.shorts;
        uint256 cap = Pool.openCapDown(m, params.pricing.depth(), params.risk);
        if (side > cap) revert ClearingHouse_OpenInterestAboveCap(side, cap);
    }

    function _requireInTime(uint256 deadline) private view {
        if (block.timestamp > deadline) revert ClearingHouse_Expired(deadline, block.timestamp);
    }

    /// @dev Stores and tells. A closed account owes nothing: the pool covers what it could not pay.
    function _finish(
        Quote memory q,
        MarketId id,
        uint8 role,
        Fill memory fill,
        int256 amount,
        int256 margin
    ) private {
        Market memory m = q.market;
        if (q.position == 0 && q.cash < 0) {
            emit ShortfallCovered(id, msg.sender, Books.coverShortfall(m, q.cash));
            q.cash = 0;
        }
        _markets[id].store(m);
        _accounts[id][msg.sender] = packAccount(q.position, q.cash, role);
        fill.position = q.position;
        fill.cash = q.cash;
        int256 impact = fill.impact + int256(fill.surcharge);
        emit AccountUpdated(
            id,
            msg.sender,
            amount,
            margin,
            m.price,
            m.fundingIndex,
            impact,
            fill.fee,
            q.position,
            q.cash
        );
        if (fill.surcharge != 0) emit SurchargePaid(id, msg.sender, fill.surcharge);
    }

    /// @dev Pays a reward into the keeper's account in this market.
    function _credit(Market memory m, MarketId id, address keeper, uint256 reward) private {
        Account account_ = _accounts[id][keeper];
        int256 cash = account_.cash() + int256(reward);
        _accounts[id][keeper] = packAccount(account_.position(), cash, account_.role());
        emit AccountUpdated(
            id,
            keeper,
            0,
            int256(reward),
            m.price,
            m.fundingIndex,
            0,
            0,
            account_.position(),
            cash
        );
    }

    /// @dev One unit of the BaseToken as WAD.
    function _unit(MarketParams calldata params) private pure returns (uint256) {
        return 10 ** (18 - params.risk.baseDecimals());
    }

    function _toWad(MarketParams calldata params, uint256 amount) private pure returns (uint256) {
        return amount * _unit(params);
    }
}
