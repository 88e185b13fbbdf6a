// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPool} from "../interfaces/ILiquidityPool.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Attribution} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Pool} from "../libraries/Pool.sol";
import {PackedMarket, STATUS_RECKONING} from "../types/Market.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";

/// @title LiquidityPool
/// @notice The other side of every position in one market, as an ERC-4626 vault of its BaseToken. Its cash is in the
/// ClearingHouse.
///
/// ENTERING
/// `deposit` and `mint` at the pool's equity at mid. Refused when equity per share is below 1e-6 of its first.
///
/// LEAVING
/// `requestRedeem` moves shares into this contract, for good. After the market's withdrawalDelay anyone may `execute` the
/// request, or its owner may `redeem` or `withdraw`, at the pool's equity then, less an exit fee that stays in the pool,
/// and never more than open positions can spare. What can't be paid stays queued; requests don't wait for each other.
///
/// FIRST SHARES
/// The seed of the market is at par; 1e6 wei of its shares belong to nobody.
contract LiquidityPool is ERC20Permit, ILiquidityPool {
    using FixedPoint for uint256;
    using SafeERC20 for IERC20;

    struct Request {
        uint128 shares;
        uint40 executableAt;
    }

    /// @dev The market at one moment, what the pool is worth to those who leave, and its shares.
    struct View {
        PackedMarket market;
        uint256 worth;
        uint256 supply;
    }

    /// @dev Shares of the seed that nobody owns, and their owner.
    uint256 private constant LOCKED = 1e6;
    address private constant NOBODY = address(0xdEaD);
    /// @dev Equity per share, as a part of the first, below which nobody may enter: 1/1e6.
    uint256 private constant DEPLETED = 1e6;

    /// @inheritdoc ILiquidityPool
    IClearingHouse public immutable clearingHouse;
    address private immutable _baseToken;
    address private immutable _priceSource;
    PricingTerms private immutable _pricing;
    RiskTerms private immutable _risk;
    /// @dev One unit of the BaseToken as WAD.
    uint256 private immutable _unit;

    mapping(address owner => Request) private _requests;

    /// @param provider Who brought the seed.
    /// @param seed BaseToken, WAD.
    constructor(
        IClearingHouse clearingHouse_,
        MarketParams memory params,
        address provider,
        uint256 seed
    ) ERC20(_name(params, " Liquidity"), _name(params, "_LP")) ERC20Permit(_name(params, " Liquidity")) {
        clearingHouse = clearingHouse_;
        _baseToken = params.baseToken;
        _priceSource = params.priceSource;
        _pricing = params.pricing;
        _risk = params.risk;
        _unit = 10 ** (18 - params.risk.baseDecimals());
        if (seed <= LOCKED) revert LiquidityPool_ZeroAmount();
        _mint(NOBODY, LOCKED);
        _mint(provider, seed - LOCKED);
    }

    // ---------------------------------------------------------------------------------------------- ENTERING

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        PackedMarket memory market = PackedMarket(0, 0, 0);
        _sync(market, params);
        shares = _sharesForDeposit(market, assets);
        _join(params, assets, shares, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256 assets) {
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        PackedMarket memory market = PackedMarket(0, 0, 0);
        _sync(market, params);
        assets = _assetsForMint(market, shares);
        _join(params, assets, shares, receiver);
    }

    function _join(MarketParams memory params, uint256 assets, uint256 shares, address receiver) private {
        if (assets == 0 || shares == 0) revert LiquidityPool_ZeroAmount();
        uint256 most = type(uint96).max;
        // What comes in is a signed number from here on.
        if (assets > most) revert LiquidityPool_AmountOutOfRange(assets, most);
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
        clearingHouse.movePoolCash(params, int256(assets), address(0));
        // Last, and straight into custody: the ClearingHouse counts what the pool says that it brings.
        IERC20(_baseToken).safeTransferFrom(msg.sender, address(clearingHouse), assets);
    }

    // ---------------------------------------------------------------------------------------------- LEAVING

    /// @inheritdoc ILiquidityPool
    function requestRedeem(uint256 shares) external returns (uint256 executableAt) {
        if (shares == 0) revert LiquidityPool_ZeroAmount();
        _transfer(msg.sender, address(this), shares);
        executableAt = block.timestamp + _pricing.withdrawalDelay();
        // Shares are bounded by what the market's `held` has counted, far below 2^128.
        uint256 total = _requests[msg.sender].shares + shares;
        _requests[msg.sender] = Request({shares: uint128(total), executableAt: uint40(executableAt)});
        emit RedeemRequested(msg.sender, shares, total, executableAt);
    }

    /// @inheritdoc ILiquidityPool
    function execute(address owner) external returns (uint256 shares, uint256 assets) {
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        View memory v = View(PackedMarket(0, 0, 0), 0, 0);
        _sync(v.market, params);
        _fill(v);
        shares = _redeemable(v, owner);
        _requireRedeemable(owner, 1, shares);
        assets = _assetsForRedeem(v, shares);
        _leave(v, params, owner, owner, shares, assets);
    }

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        if (shares == 0) revert LiquidityPool_ZeroAmount();
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        View memory v = View(PackedMarket(0, 0, 0), 0, 0);
        _sync(v.market, params);
        _fill(v);
        _requireRedeemable(owner, shares, _redeemable(v, owner));
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        assets = _assetsForRedeem(v, shares);
        _leave(v, params, owner, receiver, shares, assets);
    }

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256 shares) {
        if (assets == 0) revert LiquidityPool_ZeroAmount();
        MarketParams memory params = MarketParams(_baseToken, _priceSource, _pricing, _risk);
        View memory v = View(PackedMarket(0, 0, 0), 0, 0);
        _sync(v.market, params);
        _fill(v);
        shares = _sharesForWithdraw(v, assets);
        _requireRedeemable(owner, shares, _redeemable(v, owner));
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _leave(v, params, owner, receiver, shares, assets);
    }

    function _requireRedeemable(address owner, uint256 shares, uint256 redeemable) private view {
        if (shares > redeemable) {
            revert LiquidityPool_NotRedeemable(shares, redeemable, _requests[owner].executableAt);
        }
    }

    function _leave(
        View memory v,
        MarketParams memory params,
        address owner,
        address receiver,
        uint256 shares,
        uint256 assets
    ) private {
        if (assets == 0) revert LiquidityPool_NothingWithdrawable(shares);
        uint256 worth = Pool.assetsDown(shares, v.worth, v.supply);
        // At most what can be redeemed, thus what was requested.
        unchecked {
            _requests[owner].shares -= uint128(shares);
        }
        _burn(address(this), shares);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
        emit RequestExecuted(owner, worth - assets * _unit);
        clearingHouse.movePoolCash(params, -int256(assets), receiver);
    }

    // ---------------------------------------------------------------------------------------------- VIEWS

    /// @inheritdoc ILiquidityPool
    function request(address owner) external view returns (uint256 shares, uint256 executableAt) {
        return (_requests[owner].shares, _requests[owner].executableAt);
    }

    /// @inheritdoc ILiquidityPool
    function equity() external view returns (int256) {
        (View memory v, ) = _last();
        return Pool.equityFloor(v.market, _pricing.depth());
    }

    /// @inheritdoc ILiquidityPool
    function withdrawable() external view returns (uint256) {
        (View memory v, ) = _last();
        return Pool.withdrawableDown(v.market, v.worth, _risk);
    }

    /// @inheritdoc ILiquidityPool
    function marketParams() public view returns (MarketParams memory) {
        return
            MarketParams({baseToken: _baseToken, priceSource: _priceSource, pricing: _pricing, risk: _risk});
    }

    /// @inheritdoc IERC4626
    function asset() external view returns (address) {
        return _baseToken;
    }

    /// @inheritdoc IERC4626
    function totalAssets() external view returns (uint256) {
        (View memory v, ) = _last();
        return v.worth.divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) external view returns (uint256) {
        (View memory v, ) = _last();
        return v.worth == 0 ? 0 : Pool.sharesDown(assets * _unit, v.worth, v.supply);
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        (View memory v, ) = _last();
        return Pool.assetsDown(shares, v.worth, v.supply).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) public view returns (uint256) {
        (View memory v, bool fresh) = _last();
        if (!fresh || v.market.status() >= STATUS_RECKONING || _isDepleted(v.worth, v.supply)) return 0;
        return (type(uint96).max - v.market.held()).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) external view returns (uint256) {
        uint256 assets = maxDeposit(receiver);
        if (assets == 0) return 0;
        (View memory v, ) = _last();
        return _sharesForDeposit(v.market, assets);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) public view returns (uint256) {
        (View memory v, bool fresh) = _last();
        if (!fresh) return 0;
        uint256 shares = _redeemable(v, owner);
        return _assetsForRedeem(v, shares) == 0 ? 0 : shares;
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) external view returns (uint256) {
        uint256 shares = maxRedeem(owner);
        if (shares == 0) return 0;
        (View memory v, ) = _last();
        return _assetsForRedeem(v, shares);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) external view returns (uint256) {
        return _sharesForDeposit(_now().market, assets);
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) external view returns (uint256) {
        return _assetsForMint(_now().market, shares);
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) external view returns (uint256) {
        return _assetsForRedeem(_now(), shares);
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) external view returns (uint256) {
        return _sharesForWithdraw(_now(), assets);
    }

    // ---------------------------------------------------------------------------------------------- ARITHMETIC

    // Structs are filled where they are, since returning one costs clearing it first.

    function _sync(PackedMarket memory market, MarketParams memory params) private {
        (market.skewWord, market.poolWord, market.priceWord, , ) = clearingHouse.sync(params);
    }

    function _now() private view returns (View memory v) {
        _peek(v, false);
    }

    function _last() private view returns (View memory v, bool fresh) {
        fresh = _peek(v, true);
    }

    function _peek(View memory v, bool last) private view returns (bool fresh) {
        (v.market.skewWord, v.market.poolWord, v.market.priceWord, , , fresh) = clearingHouse.peek(
            marketParams(),
            address(this),
            last
        );
        _fill(v);
    }

    function _fill(View memory v) private view {
        int256 equity_ = Pool.equityFloor(v.market, _pricing.depth());
        v.worth = equity_ > 0 ? uint256(equity_) : 0;
        v.supply = totalSupply();
    }

    function _isDepleted(uint256 worth, uint256 supply) private pure returns (bool) {
        // Equity is below 2^128.
        unchecked {
            return worth * DEPLETED < supply;
        }
    }

    /// @dev What the pool is worth to somebody who enters, and its shares.
    function _equityToJoin(PackedMarket memory market) private view returns (uint256 worth, uint256 supply) {
        int256 equity_ = Pool.equityCeil(market, _pricing.depth());
        supply = totalSupply();
        worth = equity_ > 0 ? uint256(equity_) : 0;
        if (_isDepleted(worth, supply)) revert LiquidityPool_Depleted(equity_, supply);
    }

    function _sharesForDeposit(PackedMarket memory market, uint256 assets) private view returns (uint256) {
        (uint256 worth, uint256 supply) = _equityToJoin(market);
        return Pool.sharesDown(assets * _unit, worth, supply);
    }

    function _assetsForMint(PackedMarket memory market, uint256 shares) private view returns (uint256) {
        (uint256 worth, uint256 supply) = _equityToJoin(market);
        return Pool.assetsUp(shares, worth, supply).divUp(_unit);
    }

    function _assetsForRedeem(View memory v, uint256 shares) private view returns (uint256) {
        uint256 worth = Pool.assetsDown(shares, v.worth, v.supply);
        return (worth - Attribution.feeUp(worth, _risk.exitFee())).divDown(_unit);
    }

    function _sharesForWithdraw(View memory v, uint256 assets) private view returns (uint256) {
        if (v.worth == 0) revert LiquidityPool_NothingWithdrawable(0);
        return Attribution.beforeFeeUp(assets * _unit, _risk.exitFee()).mulDivUp(v.supply, v.worth);
    }

    /// @dev Requested shares that have waited long enough and that open positions can spare.
    function _redeemable(View memory v, address owner) private view returns (uint256 shares) {
        Request storage requested = _requests[owner];
        if (block.timestamp < requested.executableAt || v.worth == 0) return 0;
        uint256 most = Pool.sharesDown(Pool.withdrawableDown(v.market, v.worth, _risk), v.worth, v.supply);
        shares = requested.shares;
        if (shares > most) shares = most;
    }

    function _name(MarketParams memory params, string memory suffix) private view returns (string memory) {
        return
            string.concat(
                IPriceSource(params.priceSource).underlying(),
                IERC20Metadata(params.baseToken).symbol(),
                suffix
            );
    }
}
