// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {Fill, IClearingHouse, Order, Quote, TokenOrder} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPoolDeployer} from "../interfaces/ILiquidityPoolDeployer.sol";
import {Books} from "../libraries/Books.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Account, AccountSlot, ROLE_TOKEN, packAccount} from "../types/Account.sol";
import {Market, PackedMarket} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {
    FEE_STEP,
    MarketWords,
    STATUS_OPEN,
    STATUS_RECKONING,
    STATUS_REDUCE_ONLY,
    marketAt,
    statusIn,
    touchedAtIn,
    withStatus
} from "../types/MarketWords.sol";
import {Checks} from "./Checks.sol";
import {Creation} from "./Creation.sol";
import {Execution} from "./Execution.sol";
import {Ledger} from "./Ledger.sol";
import {Liquidation} from "./Liquidation.sol";
import {Orders} from "./Orders.sol";
import {Resolution} from "./Resolution.sol";
import {Views} from "./Views.sol";

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
/// computes on its words, checks, writes, emits, and moves BaseToken last. One transient guard covers every entry that reads a price
/// or moves anything; a token's `execute` is covered by the `syncNow` before it, and locks while it pays out.
///
/// TRUST
/// LeveragedTokens made by the factory and the pools made by the deployer, both fixed at construction, are believed what they
/// bring in: they move it here from their own caller in the same call. The guardian can make a market reduce-only; the owner
/// chooses who gets protocolFees. Nobody else has a say, and nobody can move a user's funds.
contract ClearingHouse is IClearingHouse, AccessManaged, ReentrancyGuardTransient {
    using FixedPoint for uint256;
    using FixedPoint for int256;
    using SafeERC20 for IERC20;
    using TransientSlot for *;
    using Orders for MarketParams;

    /// @inheritdoc IClearingHouse
    address public immutable tokenFactory;
    /// @notice Makes the pools.
    ILiquidityPoolDeployer public immutable poolDeployer;

    /// @inheritdoc IClearingHouse
    address public feeReceiver;

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
        (id, pool) = Creation.create(params, seed, poolDeployer);

        // A BaseToken that delivers less than was asked for is refused here, once and for all.
        IERC20 baseToken = IERC20(params.baseToken);
        uint256 before = baseToken.balanceOf(address(this));
        baseToken.safeTransferFrom(msg.sender, address(this), seed);
        uint256 received = baseToken.balanceOf(address(this)) - before;
        if (received != seed) revert ClearingHouse_TransferMismatch(seed, received);
    }

    /// @inheritdoc IClearingHouse
    function syncNow(
        MarketParams calldata params,
        bool forcing
    ) external returns (uint256 skew, uint256 pool, uint256 price, Account account_, uint256 forced_) {
        // It calls nothing but views, so it needs no guard of its own; but nothing may come between the steps of another.
        if (_reentrancyGuardEntered()) revert ReentrancyGuardReentrantCall();
        MarketWords storage words = marketAt(params.idOf());
        (skew, pool, price) = (words.skew, words.pool, words.price);
        // A settled market is not brought to anything, and its accounts are closed when they are touched themselves.
        uint256 status = statusIn(skew);
        if (status >= STATUS_RECKONING) {
            (skew, pool, price, account_, , ) = Views.peek(params, msg.sender, false);
            return (skew, pool, price, account_, 0);
        }
        if (status == 0) revert ClearingHouse_UnknownMarket(params.idOf());
        account_ = words.accounts[msg.sender].word;
        if (touchedAtIn(pool) != block.timestamp) {
            (pool, price) = Ledger.priced(skew, pool, price, params);
            (words.pool, words.price) = (pool, price);
            if (!forcing) return (skew, pool, price, account_, 0);
        }
        forced_ = words.forced;
    }

    // ---------------------------------------------------------------------------------------------- TRADERS

    /// @inheritdoc IClearingHouse
    function trade(
        MarketParams calldata params,
        Order calldata order
    ) external nonReentrant returns (Fill memory fill) {
        Orders.trade(params, order, fill);

        if (order.margin > 0) {
            IERC20(params.baseToken).safeTransferFrom(msg.sender, address(this), order.margin.abs());
        } else if (order.margin < 0) {
            IERC20(params.baseToken).safeTransfer(msg.sender, order.margin.abs());
        }
    }

    /// @inheritdoc IClearingHouse
    function previewTrade(
        MarketParams calldata params,
        address owner,
        Order calldata order
    ) external view returns (Fill memory filled, Quote memory q) {
        return Views.previewTrade(params, owner, order);
    }

    /// @inheritdoc IClearingHouse
    function close(
        MarketParams calldata params,
        uint256 priceLimit,
        uint256 deadline
    ) external nonReentrant returns (Fill memory filled, uint256 payout) {
        Checks.inTime(deadline);
        payout = Orders.close(params, priceLimit, filled);

        if (payout != 0) IERC20(params.baseToken).safeTransfer(msg.sender, payout);
    }

    // ---------------------------------------------------------------------------------------------- ANYONE

    /// @inheritdoc IClearingHouse
    function liquidate(
        MarketParams calldata params,
        address owner
    ) external nonReentrant returns (int256 amount, uint256 reward) {
        Fill memory fill;
        return Liquidation.liquidate(params, owner, fill);
    }

    /// @inheritdoc IClearingHouse
    function deleverage(
        MarketParams calldata params,
        address owner
    ) external nonReentrant returns (int256 amount) {
        return Resolution.deleverage(params, owner);
    }

    /// @inheritdoc IClearingHouse
    function settle(MarketParams calldata params) external nonReentrant returns (uint256 price) {
        return Resolution.settle(params);
    }

    /// @inheritdoc IClearingHouse
    function reckon(
        MarketParams calldata params,
        address owner
    ) external nonReentrant returns (uint256 reward) {
        return Resolution.reckon(params, owner);
    }

    /// @inheritdoc IClearingHouse
    function conclude(MarketParams calldata params) external nonReentrant returns (uint256 share) {
        return Resolution.conclude(params);
    }

    // ---------------------------------------------------------------------------------------------- TOKENS, POOLS

    /// @inheritdoc IClearingHouse
    function execute(MarketParams calldata params, TokenOrder calldata order) external returns (int256 cash) {
        // Only tokens get beyond their role, and they come straight from `syncNow`, which refuses to come between the steps of another
        // call. It calls nothing but views until it pays, so only that is locked.
        cash = Execution.execute(params, order);

        if (order.transfer < 0)
            _send(params.baseToken, order.party, order.transfer.abs().divDown(params.unit()));
    }

    /// @inheritdoc IClearingHouse
    function movePoolCash(
        MarketParams calldata params,
        int256 amount,
        address receiver
    ) external nonReentrant {
        Execution.movePoolCash(params, amount);

        if (amount < 0) IERC20(params.baseToken).safeTransfer(receiver, amount.abs());
    }

    /// @inheritdoc IClearingHouse
    function registerToken(MarketParams calldata params, address token) external {
        if (msg.sender != tokenFactory) revert ClearingHouse_WrongRole(msg.sender, 0, ROLE_TOKEN);
        MarketId id = params.idOf();
        MarketWords storage words = marketAt(id);
        if (statusIn(words.skew) == 0) revert ClearingHouse_UnknownMarket(id);
        AccountSlot storage slot = words.accounts[token];
        Account account_ = slot.word;
        slot.word = packAccount(account_.position(), account_.cash(), ROLE_TOKEN);
    }

    // ---------------------------------------------------------------------------------------------- ROLES

    /// @inheritdoc IClearingHouse
    function setReduceOnly(MarketParams calldata params, bool reduceOnly) external restricted {
        MarketWords storage words = marketAt(params.idOf());
        uint256 word = words.skew;
        uint256 status = statusIn(word);
        if (status != STATUS_OPEN && status != STATUS_REDUCE_ONLY)
            revert ClearingHouse_UnknownMarket(words.marketId());
        words.skew = withStatus(word, reduceOnly ? STATUS_REDUCE_ONLY : STATUS_OPEN);
        emit ReduceOnlySet(words.marketId(), reduceOnly);
    }

    /// @inheritdoc IClearingHouse
    function setFeeReceiver(address receiver) external restricted {
        feeReceiver = receiver;
        emit FeeReceiverSet(receiver);
    }

    /// @inheritdoc IClearingHouse
    function collectFees(MarketParams calldata params) external nonReentrant returns (uint256 amount) {
        MarketId id = params.idOf();
        MarketWords storage words = marketAt(id);
        PackedMarket memory m;
        m.load(words);
        if (m.status() == 0) revert ClearingHouse_UnknownMarket(id);
        // Whole units of the BaseToken are whole steps of the counter too, or the other way round.
        uint256 one = params.unit();
        uint256 fees = m.protocolFees().stepDown(one > FEE_STEP ? one : FEE_STEP);
        amount = fees.divDown(one);
        m.setFeeSteps((m.protocolFees() - fees).divDown(FEE_STEP));
        m.poolWord = Books.payOut(m.poolWord, fees);
        m.store(words);
        emit FeesCollected(id, feeReceiver, fees);

        IERC20(params.baseToken).safeTransfer(feeReceiver, amount);
    }

    // ---------------------------------------------------------------------------------------------- VIEWS

    /// @inheritdoc IClearingHouse
    function market(MarketId id) external view returns (Market memory) {
        PackedMarket memory m;
        m.load(marketAt(id));
        return m.unpack();
    }

    /// @inheritdoc IClearingHouse
    function account(MarketId id, address owner) external view returns (Account) {
        return marketAt(id).accounts[owner].word;
    }

    /// @inheritdoc IClearingHouse
    function forcedTrades(
        MarketParams calldata params
    ) external view returns (int256 blockForced, uint256 budget) {
        return Views.forcedTrades(params);
    }

    /// @inheritdoc IClearingHouse
    function forced(MarketId id) external view returns (uint256) {
        return marketAt(id).forced;
    }

    /// @inheritdoc IClearingHouse
    function quote(MarketParams calldata params, address owner) external view returns (Quote memory) {
        return Views.quote(params, owner);
    }

    /// @inheritdoc IClearingHouse
    function lastQuote(MarketParams calldata params, address owner) external view returns (Quote memory) {
        return Views.lastQuote(params, owner);
    }

    /// @inheritdoc IClearingHouse
    function peek(
        MarketParams calldata params,
        address owner,
        bool last
    )
        external
        view
        returns (uint256 skew, uint256 pool, uint256 price, Account account_, uint256 forced_, bool fresh)
    {
        return Views.peek(params, owner, last);
    }

    /// @inheritdoc IClearingHouse
    function isLocked() external view returns (bool) {
        return _reentrancyGuardEntered();
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev Pays out of a token's account, locked as any other call that leaves this contract; that nothing else was under way is known
    /// by the `syncNow` before.
    function _send(address baseToken, address receiver, uint256 amount) private {
        TransientSlot.BooleanSlot lock = _reentrancyGuardStorageSlot().asBoolean();
        lock.tstore(true);
        IERC20(baseToken).safeTransfer(receiver, amount);
        lock.tstore(false);
    }

    /// @dev Nothing else lies in transient storage.
    function _reentrancyGuardStorageSlot() internal pure override returns (bytes32) {
        return 0;
    }
}
