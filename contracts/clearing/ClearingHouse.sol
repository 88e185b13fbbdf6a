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
import {Books, TradeCost} from "../libraries/Books.sol";
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
        Market memory m = words.unpack();
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
    function sync(MarketParams calldata params, address owner) external returns (Quote memory) {
        // It calls nothing but views, so it needs no guard of its own; but nothing may come between the steps of another.
        if (_reentrancyGuardEntered()) revert ReentrancyGuardReentrantCall();
        Entry memory entry = _enter(params, owner);
        if (!entry.touched) _markets[entry.id].store(entry.market);
        return _toQuote(entry);
    }

    // ---------------------------------------------------------------------------------------------- TRADERS

    /// @inheritdoc IClearingHouse
    function trade(
        MarketParams calldata params,
        Order calldata order
    ) external nonReentrant returns (Fill memory fill) {
        if (order.amount == 0 && order.margin == 0) revert ClearingHouse_ZeroAmount();
        _requireInTime(order.deadline);
        Entry memory entry = _enter(params, msg.sender);
        Reference memory from = _reference(entry);
        uint256 margin = order.margin.abs();
        uint256 amount = _toWad(params, margin);
        if (order.margin > 0) {
            entry.cash += int256(amount);
            Books.bringIn(entry.market, amount);
        }
        if (order.amount != 0) fill = _trade(entry, params, order.amount, order.priceLimit);
        if (order.margin < 0) {
            if (entry.position == 0 && entry.cash < int256(amount)) {
                revert ClearingHouse_InsufficientCash(entry.cash, amount);
            }
            entry.cash -= int256(amount);
            Books.payOut(entry.market, amount);
        }
        _checkMargin(entry, params, from, order.margin < 0);
        _finish(entry, fill, order.amount, order.margin < 0 ? -int256(amount) : int256(amount));

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
        Entry memory entry = _enter(params, msg.sender);
        int256 amount = -entry.position;
        if (amount == 0 && entry.cash == 0) revert ClearingHouse_ZeroAmount();
        if (amount != 0) fill = _trade(entry, params, amount, priceLimit);
        uint256 paid;
        if (entry.cash > 0) {
            payout = uint256(entry.cash).divDown(_unit(params));
            paid = payout * _unit(params);
            entry.cash -= int256(paid);
            Books.payOut(entry.market, paid);
        }
        _finish(entry, fill, amount, -int256(paid));

        if (payout != 0) IERC20(params.baseToken).safeTransfer(msg.sender, payout);
    }

    // ---------------------------------------------------------------------------------------------- TOKENS, POOLS

    /// @inheritdoc IClearingHouse
    function execute(MarketParams calldata params, TokenOrder calldata order) external nonReentrant {
        Entry memory entry = _enter(params, msg.sender);
        if (entry.role != ROLE_TOKEN) revert ClearingHouse_WrongRole(msg.sender, entry.role, ROLE_TOKEN);
        Market memory m = entry.market;
        uint256 deposit = _toWad(params, order.deposit);
        uint256 payout = _toWad(params, order.payout);

        int256 margin = -int256(Books.chargeProtocolFee(m, order.fee) + order.reward);
        entry.cash += margin;
        Reference memory from = _reference(entry);
        if (order.forced != 0) {
            _force(entry, params, order);
            from = _checkForced(entry, params, from, order.forced);
        }
        Books.bringIn(m, deposit);
        entry.cash += int256(deposit);
        Fill memory fill;
        if (order.forced != 0 || order.amount != 0) {
            fill = _book(entry, params, order.forced, order.amount, order.blockForced);
        }
        Books.payOut(m, payout);
        entry.cash -= int256(payout);
        _checkMargin(entry, params, from, payout != 0);
        margin += int256(deposit) - int256(payout);
        if (order.closing && entry.cash > 0) {
            // The pool keeps what is less than a step of the counter.
            m.poolCash += entry.cash - int256(Books.chargeProtocolFee(m, uint256(entry.cash)));
            margin -= entry.cash;
            entry.cash = 0;
        }
        _finish(entry, fill, order.forced + order.amount, margin);
        if (order.reward != 0) _credit(entry, order.keeper, order.reward);

        if (order.deposit != 0) {
            IERC20(params.baseToken).safeTransferFrom(order.payer, address(this), order.deposit);
        }
        if (order.payout != 0) IERC20(params.baseToken).safeTransfer(order.receiver, order.payout);
    }

    /// @inheritdoc IClearingHouse
    function movePoolCash(MarketParams calldata params, address party, int256 amount) external nonReentrant {
        Entry memory entry = _enter(params, msg.sender);
        if (entry.role != ROLE_POOL) revert ClearingHouse_WrongRole(msg.sender, entry.role, ROLE_POOL);
        uint256 size = amount.abs();
        uint256 wad = _toWad(params, size);
        if (amount > 0) Books.bringIn(entry.market, wad);
        else Books.payOut(entry.market, wad);
        entry.market.poolCash += amount > 0 ? int256(wad) : -int256(wad);
        _markets[entry.id].store(entry.market);
        emit PoolCashMoved(entry.id, amount > 0 ? int256(wad) : -int256(wad), entry.market.poolCash);

        if (amount > 0) IERC20(params.baseToken).safeTransferFrom(party, address(this), size);
        else IERC20(params.baseToken).safeTransfer(party, size);
    }

    /// @inheritdoc IClearingHouse
    function registerToken(MarketParams calldata params, address token) external {
        if (msg.sender != tokenFactory) revert ClearingHouse_WrongRole(msg.sender, 0, ROLE_TOKEN);
        MarketId id = params.toId();
        if (_markets[id].unpack().status == 0) revert ClearingHouse_UnknownMarket(id);
        // The address was made in this transaction and has no account yet.
        _accounts[id][token] = packAccount(0, 0, ROLE_TOKEN);
    }

    // ---------------------------------------------------------------------------------------------- ROLES

    /// @inheritdoc IClearingHouse
    function setReduceOnly(MarketId id, bool reduceOnly) external restricted {
        MarketWords storage words = _markets[id];
        Market memory m = words.unpack();
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
        Market memory m = words.unpack();
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
    function market(MarketId id) external view returns (Market memory) {
        return _markets[id].unpack();
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
    function quote(MarketParams calldata params, address owner) external view returns (Quote memory) {
        return _toQuote(_enter(params, owner));
    }

    /// @inheritdoc IClearingHouse
    function lastQuote(
        MarketParams calldata params,
        address owner
    ) external view returns (Quote memory result) {
        try this.quote(params, owner) returns (Quote memory fresh) {
            return fresh;
        } catch {
            Entry memory entry = _find(params, owner);
            Funding.accrue(entry.market, params.pricing, block.timestamp);
            result = _toQuote(entry);
            result.fresh = false;
        }
    }

    /// @inheritdoc IClearingHouse
    function isLocked() external view returns (bool) {
        return _reentrancyGuardEntered();
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev What an operation works on, in memory from `_enter` to `_finish`.
    struct Entry {
        MarketId id;
        address owner;
        Market market;
        bool touched;
        int256 position;
        int256 cash;
        uint8 role;
    }

    /// @dev A position and its value that a change is measured against.
    struct Reference {
        int256 position;
        int256 value;
    }

    function _find(MarketParams calldata params, address owner) private view returns (Entry memory) {
        MarketId id = params.toId();
        Market memory m = _markets[id].unpack();
        if (m.status == 0) revert ClearingHouse_UnknownMarket(id);
        Account account_ = _accounts[id][owner];
        return
            Entry({
                id: id,
                owner: owner,
                market: m,
                touched: m.touchedAt == block.timestamp,
                position: account_.position(),
                cash: account_.cash(),
                role: account_.role()
            });
    }

    /// @dev Reads market and account, and brings the market to this block. The first use in a block asks the source; the
    /// rest of the block uses what it said.
    function _enter(MarketParams calldata params, address owner) private view returns (Entry memory entry) {
        entry = _find(params, owner);
        if (!entry.touched) _readPrice(entry.market, params);
    }

    function _readPrice(Market memory m, MarketParams calldata params) private view {
        (uint256 price, uint256 halfSpread, uint256 updatedAt) = IPriceSource(params.priceSource).read();
        Books.advance(m, params.pricing, block.timestamp, price, halfSpread, updatedAt);
    }

    /// @dev A voluntary trade of the entry's account.
    function _trade(
        Entry memory entry,
        MarketParams calldata params,
        int256 amount,
        uint256 priceLimit
    ) private view returns (Fill memory fill) {
        if (amount.abs() > 2 * Admission.MAX_POSITION) {
            revert ClearingHouse_AmountOutOfRange(amount.abs(), 2 * Admission.MAX_POSITION);
        }
        // Only a market that was used before in this block can have forced trades in it.
        int256 blockForced;
        if (entry.touched) {
            ForcedTrades memory trades = _markets[entry.id].unpackForced();
            if (trades.forcedAt == block.timestamp) blockForced = trades.forced;
        }
        fill = _book(entry, params, 0, amount, blockForced);
        uint256 price = fill.fillPrice;
        if (amount > 0 ? price > priceLimit : price < priceLimit)
            revert ClearingHouse_PriceLimit(price, priceLimit);
    }

    /// @dev Books a trade in memory.
    function _book(
        Entry memory entry,
        MarketParams calldata params,
        int256 forced,
        int256 amount,
        int256 blockForced
    ) private pure returns (Fill memory fill) {
        TradeCost memory cost;
        (entry.position, entry.cash, cost) = Books.trade(
            entry.market,
            params.pricing,
            entry.position,
            entry.cash,
            forced,
            amount,
            blockForced
        );
        fill.impact = cost.impact;
        fill.fee = cost.fee;
        fill.surcharge = cost.surcharge;
        if (forced + amount != 0) {
            fill.fillPrice = Impact.fillPrice(
                entry.market.price,
                cost.impact + int256(cost.surcharge),
                forced + amount
            );
        }
    }

    /// @dev Records the forced part of a token's order, within the budget unless it is an emergency.
    function _force(Entry memory entry, MarketParams calldata params, TokenOrder calldata order) private {
        ForcedTrades memory trades = _markets[entry.id].unpackForced();
        uint256 spent = Books.spentUp(trades, params, block.timestamp);
        if (!order.emergency) {
            uint256 left = Books.budgetDown(params.pricing) - spent;
            if (order.forced.abs() > left) revert ClearingHouse_BudgetExceeded(order.forced.abs(), left);
            spent += order.forced.abs();
        }
        trades.forced = order.blockForced + order.forced;
        trades.spent = spent;
        trades.forcedAt = block.timestamp;
        _markets[entry.id].storeForced(trades);
    }

    function _reference(Entry memory entry) private pure returns (Reference memory) {
        return
            Reference({
                position: entry.position,
                value: Margin.valueFloor(entry.position, entry.cash, entry.market.positionPrice())
            });
    }

    /// @dev Where the forced part of an order leaves the account, checked as a trade of its own.
    function _checkForced(
        Entry memory entry,
        MarketParams calldata params,
        Reference memory from,
        int256 forced
    ) private pure returns (Reference memory then) {
        Conditions memory around = Books.conditions(entry.market, params.pricing, 0);
        then.position = from.position + forced;
        then.value = Rebalance.valueAfterFloor(from.value, forced, around);
        if (then.position.abs() > from.position.abs()) {
            around.skew += forced;
            _requireMargin(then.position, then.value, around, params);
        }
    }

    /// @dev An opening trade needs an open market, room and margin; a payment from an account that keeps a position needs
    /// margin, or a reduction that does not raise leverage; a reduction alone needs nothing.
    function _checkMargin(
        Entry memory entry,
        MarketParams calldata params,
        Reference memory from,
        bool pays
    ) private pure {
        int256 position = entry.position;
        if (position == 0) return;
        bool flips = from.position != 0 && (position < 0) != (from.position < 0);
        bool opens = flips || position.abs() > from.position.abs();
        if (opens) _requireOpenable(entry, params);
        else if (!pays) return;
        int256 value = Margin.valueFloor(position, entry.cash, entry.market.positionPrice());
        bool reduces = !opens && position != from.position;
        if (reduces && Margin.isNotRaised(from.position, from.value, position, value)) return;
        _requireMargin(position, value, Books.conditions(entry.market, params.pricing, 0), params);
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

    function _requireOpenable(Entry memory entry, MarketParams calldata params) private pure {
        Market memory m = entry.market;
        if (m.status != STATUS_OPEN) revert ClearingHouse_ReduceOnly(entry.id);
        uint256 widest = params.pricing.maxHalfSpread();
        if (m.halfSpread > widest) revert ClearingHouse_SpreadTooWide(m.halfSpread, widest);
        uint256 side = entry.position > 0 ? m.longs : m.shorts;
        uint256 cap = Pool.openCapDown(m, params.pricing.depth(), params.risk);
        if (side > cap) revert ClearingHouse_OpenInterestAboveCap(side, cap);
    }

    function _requireInTime(uint256 deadline) private view {
        if (block.timestamp > deadline) revert ClearingHouse_Expired(deadline, block.timestamp);
    }

    /// @dev Stores and tells. A closed account owes nothing: the pool covers what it could not pay.
    function _finish(Entry memory entry, Fill memory fill, int256 amount, int256 margin) private {
        if (entry.position == 0 && entry.cash < 0) {
            emit ShortfallCovered(entry.id, entry.owner, Books.coverShortfall(entry.market, entry.cash));
            entry.cash = 0;
        }
        Market memory m = entry.market;
        _markets[entry.id].store(m);
        _accounts[entry.id][entry.owner] = packAccount(entry.position, entry.cash, entry.role);
        fill.position = entry.position;
        fill.cash = entry.cash;
        emit AccountUpdated(
            entry.id,
            entry.owner,
            amount,
            margin,
            m.price,
            m.fundingIndex,
            fill.impact + int256(fill.surcharge),
            fill.fee,
            entry.position,
            entry.cash
        );
        if (fill.surcharge != 0) emit SurchargePaid(entry.id, entry.owner, fill.surcharge);
    }

    /// @dev Pays a reward into the keeper's account in this market.
    function _credit(Entry memory entry, address keeper, uint256 reward) private {
        Account account_ = _accounts[entry.id][keeper];
        int256 cash = account_.cash() + int256(reward);
        _accounts[entry.id][keeper] = packAccount(account_.position(), cash, account_.role());
        Market memory m = entry.market;
        emit AccountUpdated(
            entry.id,
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

    function _toQuote(Entry memory entry) private pure returns (Quote memory) {
        return
            Quote({
                market: entry.market,
                position: entry.position,
                cash: entry.cash,
                touched: entry.touched,
                fresh: true
            });
    }

    /// @dev One unit of the BaseToken as WAD.
    function _unit(MarketParams calldata params) private pure returns (uint256) {
        return 10 ** (18 - params.risk.baseDecimals());
    }

    function _toWad(MarketParams calldata params, uint256 amount) private pure returns (uint256) {
        return amount * _unit(params);
    }
}
