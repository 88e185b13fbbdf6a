// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Fill, IClearingHouse, Order, Quote, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPoolDeployer} from "../interfaces/ILiquidityPoolDeployer.sol";
import {Admission} from "../libraries/Admission.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Funding} from "../libraries/Funding.sol";
import {Impact} from "../libraries/Impact.sol";
import {Account, ROLE_POOL, ROLE_RESOLVED, ROLE_TOKEN, packAccount} from "../types/Account.sol";
import {
    FEE_STEP,
    ForcedTrades,
    Market,
    MarketWords,
    STATUS_OPEN,
    STATUS_RECKONING,
    STATUS_REDUCE_ONLY,
    pack
} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Checks} from "./Checks.sol";
import {Ledger, Slots} from "./Ledger.sol";
import {Resolution} from "./Resolution.sol";

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
    using Ledger for Slots;

    /// @inheritdoc IClearingHouse
    address public immutable tokenFactory;
    /// @notice Makes the pools.
    ILiquidityPoolDeployer public immutable poolDeployer;

    /// @inheritdoc IClearingHouse
    address public feeReceiver;
    Slots private _slots;

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
        id = params.idOf();
        MarketWords storage words = _slots.markets[id];
        Market memory m;
        words.load(m);
        if (m.status != 0) revert ClearingHouse_MarketExists(id);
        m.status = STATUS_OPEN;
        m.touchedAt = block.timestamp;
        // No price was used before.
        m.priceAge = block.timestamp;
        Ledger.readPrice(m, params);
        uint256 amount = seed * _unit(params);
        Books.bringIn(m, amount);
        m.poolCash = int256(amount);
        words.store(m);
        pool = poolDeployer.deploy(params, msg.sender, amount);
        _slots.accounts[id][pool] = packAccount(0, 0, ROLE_POOL);
        emit MarketCreated(id, params, pool, amount);

        // A BaseToken that delivers less than was asked for is refused here, once and for all.
        IERC20 baseToken = IERC20(params.baseToken);
        uint256 before = baseToken.balanceOf(address(this));
        baseToken.safeTransferFrom(msg.sender, address(this), seed);
        uint256 received = baseToken.balanceOf(address(this)) - before;
        if (received != seed) revert ClearingHouse_TransferMismatch(seed, received);
    }

    /// @inheritdoc IClearingHouse
    function sync(
        MarketParams calldata params,
        address owner
    ) external returns (uint256 skew, uint256 pool, uint256 price, Account account_, uint256 forced_) {
        // It calls nothing but views, so it needs no guard of its own; but nothing may come between the steps of another.
        if (_reentrancyGuardEntered()) revert ReentrancyGuardReentrantCall();
        MarketId id = params.idOf();
        MarketWords storage words = _slots.markets[id];
        Market memory m;
        words.load(m);
        // A settled market is not brought to anything, and its accounts are closed when they are touched themselves.
        if (m.status >= STATUS_RECKONING) {
            (skew, pool, price, account_, , ) = peek(params, owner, false);
            return (skew, pool, price, account_, 0);
        }
        if (m.status == 0) revert ClearingHouse_UnknownMarket(id);
        account_ = _slots.accounts[id][owner];
        if (m.touchedAt == block.timestamp) {
            (skew, pool, price, forced_) = (words.skew, words.pool, words.price, words.forced);
        } else {
            Ledger.readPrice(m, params);
            (skew, pool, price) = words.store(m);
        }
    }

    // ---------------------------------------------------------------------------------------------- TRADERS

    /// @inheritdoc IClearingHouse
    function trade(
        MarketParams calldata params,
        Order calldata order
    ) external nonReentrant returns (Fill memory fill) {
        Quote memory q;
        (MarketId id, uint8 role) = _slots.enter(q, params, msg.sender);
        int256 margin = _order(q, params, id, fill, order);
        _slots.finish(q, id, msg.sender, role, fill, order.amount, margin);

        _transfer(params, msg.sender, order.margin);
    }

    /// @inheritdoc IClearingHouse
    function previewTrade(
        MarketParams calldata params,
        address owner,
        Order calldata order
    ) external view returns (Fill memory fill, Quote memory q) {
        (MarketId id, ) = _slots.enter(q, params, owner);
        _order(q, params, id, fill, order);
        (fill.position, fill.cash) = (q.position, q.cash);
    }

    /// @inheritdoc IClearingHouse
    function close(
        MarketParams calldata params,
        uint256 priceLimit,
        uint256 deadline
    ) external nonReentrant returns (Fill memory fill, uint256 payout) {
        Checks.inTime(deadline);
        Quote memory q;
        (MarketId id, uint8 role) = _slots.enter(q, params, msg.sender);
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
        _slots.finish(q, id, msg.sender, role, fill, amount, -int256(paid));

        if (payout != 0) IERC20(params.baseToken).safeTransfer(msg.sender, payout);
    }

    // ---------------------------------------------------------------------------------------------- ANYONE

    /// @inheritdoc IClearingHouse
    function liquidate(
        MarketParams calldata params,
        address owner
    ) external nonReentrant returns (int256 amount, uint256 reward) {
        return Resolution.liquidate(_slots, params, owner);
    }

    /// @inheritdoc IClearingHouse
    function deleverage(
        MarketParams calldata params,
        address owner
    ) external nonReentrant returns (int256 amount) {
        return Resolution.deleverage(_slots, params, owner);
    }

    /// @inheritdoc IClearingHouse
    function settle(MarketParams calldata params) external nonReentrant returns (uint256 price) {
        return Resolution.settle(_slots, params);
    }

    /// @inheritdoc IClearingHouse
    function reckon(
        MarketParams calldata params,
        address owner
    ) external nonReentrant returns (uint256 reward) {
        return Resolution.reckon(_slots, params, owner);
    }

    /// @inheritdoc IClearingHouse
    function conclude(MarketParams calldata params) external nonReentrant returns (uint256 share) {
        return Resolution.conclude(_slots, params);
    }

    // ---------------------------------------------------------------------------------------------- TOKENS, POOLS

    /// @inheritdoc IClearingHouse
    function execute(MarketParams calldata params, TokenOrder calldata order) external nonReentrant {
        Quote memory q;
        (MarketId id, uint8 role) = _slots.enter(q, params, msg.sender);
        if (role & ~ROLE_RESOLVED != ROLE_TOKEN) revert ClearingHouse_WrongRole(msg.sender, role, ROLE_TOKEN);
        Fill memory fill;
        int256 margin = _tokenOrder(q, params, id, fill, order);
        _slots.finish(q, id, msg.sender, role, fill, order.forced + order.amount, margin);
        if (order.reward != 0) _slots.credit(id, order.party, order.reward);

        _transfer(params, order.party, order.transfer);
    }

    /// @inheritdoc IClearingHouse
    function movePoolCash(MarketParams calldata params, address party, int256 amount) external nonReentrant {
        Quote memory q;
        (MarketId id, uint8 role) = _slots.enter(q, params, msg.sender);
        if (role & ~ROLE_RESOLVED != ROLE_POOL) revert ClearingHouse_WrongRole(msg.sender, role, ROLE_POOL);
        int256 moved = _toWad(params, amount);
        _moveMargin(q, id, moved);
        q.market.poolCash += moved;
        _slots.markets[id].store(q.market);
        emit PoolCashMoved(id, moved, q.market.poolCash);

        _transfer(params, party, amount);
    }

    /// @inheritdoc IClearingHouse
    function registerToken(MarketParams calldata params, address token) external {
        if (msg.sender != tokenFactory) revert ClearingHouse_WrongRole(msg.sender, 0, ROLE_TOKEN);
        MarketId id = params.idOf();
        if (_slots.markets[id].status() == 0) revert ClearingHouse_UnknownMarket(id);
        Account account_ = _slots.accounts[id][token];
        _slots.accounts[id][token] = packAccount(account_.position(), account_.cash(), ROLE_TOKEN);
    }

    // ---------------------------------------------------------------------------------------------- ROLES

    /// @inheritdoc IClearingHouse
    function setReduceOnly(MarketId id, bool reduceOnly) external restricted {
        MarketWords storage words = _slots.markets[id];
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
        MarketId id = params.idOf();
        MarketWords storage words = _slots.markets[id];
        Market memory m;
        words.load(m);
        if (m.status == 0) revert ClearingHouse_UnknownMarket(id);
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
    function market(MarketId id) external view returns (Market memory m) {
        _slots.markets[id].load(m);
    }

    /// @inheritdoc IClearingHouse
    function account(MarketId id, address owner) external view returns (Account) {
        return _slots.accounts[id][owner];
    }

    /// @inheritdoc IClearingHouse
    function forcedTrades(
        MarketParams calldata params
    ) external view returns (int256 blockForced, uint256 budget) {
        MarketId id = params.idOf();
        MarketWords storage words = _slots.markets[id];
        if (words.status() >= STATUS_RECKONING) return (0, 0);
        ForcedTrades memory trades = words.loadForced();
        if (trades.forcedAt == block.timestamp) blockForced = trades.forced;
        budget = Books.budgetLeftDown(trades, params.pricing, params.risk, block.timestamp);
    }

    /// @inheritdoc IClearingHouse
    function forced(MarketId id) external view returns (uint256) {
        return _slots.markets[id].forced;
    }

    /// @inheritdoc IClearingHouse
    function quote(MarketParams calldata params, address owner) external view returns (Quote memory q) {
        _slots.enter(q, params, owner);
    }

    /// @inheritdoc IClearingHouse
    function lastQuote(MarketParams calldata params, address owner) public view returns (Quote memory q) {
        try this.quote(params, owner) returns (Quote memory fresh) {
            return fresh;
        } catch {
            _slots.find(q, params, owner);
            Funding.accrue(q.market, params.pricing, block.timestamp);
            q.fresh = false;
        }
    }

    /// @inheritdoc IClearingHouse
    function peek(
        MarketParams calldata params,
        address owner,
        bool last
    )
        public
        view
        returns (uint256 skew, uint256 pool, uint256 price, Account account_, uint256 forced_, bool fresh)
    {
        Quote memory q;
        if (last) q = lastQuote(params, owner);
        else _slots.enter(q, params, owner);
        (skew, pool, price) = pack(q.market);
        account_ = packAccount(q.position, q.cash, 0);
        if (q.touched && q.market.status < STATUS_RECKONING) forced_ = _slots.markets[params.idOf()].forced;
        fresh = q.fresh;
    }

    /// @inheritdoc IClearingHouse
    function isLocked() external view returns (bool) {
        return _reentrancyGuardEntered();
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev All of an order but its consequences outside memory.
    /// @return margin BaseToken moved in (> 0) or out (< 0). WAD.
    function _order(
        Quote memory q,
        MarketParams calldata params,
        MarketId id,
        Fill memory fill,
        Order calldata order
    ) private view returns (int256 margin) {
        if (order.amount == 0 && order.margin == 0) revert ClearingHouse_ZeroAmount();
        Checks.inTime(order.deadline);
        margin = _toWad(params, order.margin);
        int256 position = q.position;
        int256 value = margin < 0 ? Checks.value(q) : int256(0);
        if (margin > 0) _moveMargin(q, id, margin);
        if (order.amount != 0) _trade(q, params, id, fill, order.amount, order.priceLimit);
        if (margin < 0) {
            if (q.position == 0 && q.cash < -margin)
                revert ClearingHouse_InsufficientCash(q.cash, margin.abs());
            _moveMargin(q, id, margin);
        }
        Checks.margin(q, params, id, position, value, margin < 0);
    }

    /// @dev All of a token's order but its consequences outside memory. A token computes within the ranges of FixedPoint, and
    /// what comes in or goes out is bounded by what the market holds.
    /// @return margin BaseToken moved in (> 0) or out (< 0), with what was paid in fees and rewards. WAD.
    function _tokenOrder(
        Quote memory q,
        MarketParams calldata params,
        MarketId id,
        Fill memory fill,
        TokenOrder calldata order
    ) private returns (int256 margin) {
        Market memory m = q.market;
        int256 transfer_ = order.transfer;
        int256 moved = _toWad(params, transfer_);
        uint256 fee = Books.chargeProtocolFee(m, order.fee);
        unchecked {
            margin = -int256(fee) - int256(order.reward);
            q.cash += margin;
            margin += moved;
        }
        int256 own = order.forced;
        int256 position = q.position;
        int256 value;
        bool forcedOpens;
        if (own != 0) {
            _slots.force(id, params, own, own.abs(), order.emergency);
            forcedOpens = (position + own).abs() > position.abs();
            (position, value) = Checks.forced(q, params, own, int256(fee), forcedOpens);
        } else if (transfer_ < 0) {
            value = Checks.value(q);
        }
        _moveMargin(q, id, moved);
        if (own != 0 || order.amount != 0) {
            Books.trade(q, params.pricing, fill, own, order.amount, order.blockForced);
        }
        if (forcedOpens) Checks.openable(q, params, id);
        Checks.margin(q, params, id, position, value, transfer_ < 0);
        if (order.closing && q.cash > 0) {
            // The pool keeps what is less than a step of the counter.
            m.poolCash += q.cash - int256(Books.chargeProtocolFee(m, uint256(q.cash)));
            margin -= q.cash;
            q.cash = 0;
        }
    }

    /// @dev Books BaseToken that comes in (> 0) or goes out (< 0). WAD.
    function _moveMargin(Quote memory q, MarketId id, int256 moved) private pure {
        if (moved == 0) return;
        Market memory m = q.market;
        unchecked {
            if (moved > 0) {
                Checks.alive(m, id);
                Books.bringIn(m, uint256(moved));
            } else {
                Books.payOut(m, uint256(-moved));
            }
            q.cash += moved;
        }
    }

    /// @dev Moves BaseToken in from the party (> 0) or out to it (< 0), in its own decimals.
    function _transfer(MarketParams calldata params, address party, int256 amount) private {
        if (amount > 0) {
            IERC20(params.baseToken).safeTransferFrom(party, address(this), uint256(amount));
        } else if (amount < 0) {
            IERC20(params.baseToken).safeTransfer(party, amount.abs());
        }
    }

    /// @dev A voluntary trade of the account.
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
        int256 blockForced = _slots.blockForced(id, q.touched);
        Books.trade(q, params.pricing, fill, 0, amount, blockForced);
        uint256 price = Impact.fillPrice(q.market.price, fill.impact + int256(fill.surcharge), amount);
        if (amount > 0 ? price > priceLimit : price < priceLimit)
            revert ClearingHouse_PriceLimit(price, priceLimit);
        fill.fillPrice = price;
    }

    /// @dev One unit of the BaseToken as WAD.
    function _unit(MarketParams calldata params) private pure returns (uint256) {
        // Decimals are 6 to 18: Admission.
        unchecked {
            return 10 ** (18 - params.risk.baseDecimals());
        }
    }

    function _toWad(MarketParams calldata params, int256 amount) private pure returns (int256) {
        return amount * int256(_unit(params));
    }
}
