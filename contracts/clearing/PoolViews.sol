// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPool} from "../interfaces/ILiquidityPool.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Attribution} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Pool} from "../libraries/Pool.sol";
import {PackedMarket} from "../types/Market.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../types/MarketParams.sol";
import {STATUS_RECKONING} from "../types/MarketWords.sol";
import {Request, RequestSlot} from "../types/Request.sol";

/// @notice What a LiquidityPool is worth and tells about itself, with the arithmetic of entering and leaving.
abstract contract PoolViews is ERC20Permit, ILiquidityPool {
    using FixedPoint for uint256;

    /// @dev Shares of the seed that nobody owns, and their owner.
    uint256 private constant LOCKED = 1e6;
    address private constant NOBODY = address(0xdEaD);
    /// @dev Equity per share, as a part of the first, below which nobody may enter: 1/1e6.
    uint256 private constant DEPLETED = 1e6;

    /// @inheritdoc ILiquidityPool
    IClearingHouse public immutable clearingHouse;
    address internal immutable _baseToken;
    address internal immutable _priceSource;
    PricingTerms internal immutable _pricing;
    RiskTerms internal immutable _risk;
    /// @dev One unit of the BaseToken as WAD.
    uint256 internal immutable _unit;

    mapping(address owner => RequestSlot) internal _requests;

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

    // ---------------------------------------------------------------------------------------------- VIEWS

    /// @inheritdoc ILiquidityPool
    function request(address owner) external view returns (uint256 shares, uint256 executableAt) {
        Request requested = _requests[owner].word;
        return (requested.shares(), requested.executableAt());
    }

    /// @inheritdoc ILiquidityPool
    function equity() external view returns (int256) {
        (PackedMarket memory market, ) = _peek(true);
        return Pool.equityFloor(market, _pricing.depth());
    }

    /// @inheritdoc ILiquidityPool
    function withdrawable() external view returns (uint256) {
        (PackedMarket memory market, ) = _peek(true);
        return Pool.withdrawableDown(market, _worth(market), _risk);
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
        (PackedMarket memory market, ) = _peek(true);
        return _worth(market).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) external view returns (uint256) {
        (PackedMarket memory market, ) = _peek(true);
        uint256 poolWorth = _worth(market);
        return poolWorth == 0 ? 0 : Pool.sharesDown(assets * _unit, poolWorth, totalSupply());
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        (PackedMarket memory market, ) = _peek(true);
        return Pool.assetsDown(shares, _worth(market), totalSupply()).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) public view returns (uint256) {
        (PackedMarket memory market, bool fresh) = _peek(true);
        if (!fresh || market.status() >= STATUS_RECKONING) return 0;
        if (_isDepleted(_worth(market), totalSupply())) return 0;
        return (type(uint96).max - market.held()).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) external view returns (uint256) {
        uint256 assets = maxDeposit(receiver);
        if (assets == 0) return 0;
        (PackedMarket memory market, ) = _peek(true);
        return _sharesForDeposit(market, assets);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) external view returns (uint256 shares) {
        (shares, ) = _most(owner);
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) external view returns (uint256 assets) {
        (, assets) = _most(owner);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) external view returns (uint256) {
        (PackedMarket memory market, ) = _peek(false);
        return _sharesForDeposit(market, assets);
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) external view returns (uint256) {
        (PackedMarket memory market, ) = _peek(false);
        return _assetsForMint(market, shares);
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) external view returns (uint256) {
        (PackedMarket memory market, ) = _peek(false);
        (uint256 kept, uint256 divisor) = _exit();
        return Pool.assetsDown(shares, _worth(market), totalSupply()).mulDivDown(kept, divisor);
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) external view returns (uint256) {
        (PackedMarket memory market, ) = _peek(false);
        return _sharesForWithdraw(_worth(market), totalSupply(), assets);
    }

    // ---------------------------------------------------------------------------------------------- ARITHMETIC

    function _peek(bool last) private view returns (PackedMarket memory market, bool fresh) {
        (market.skewWord, market.poolWord, market.priceWord, , , fresh) = clearingHouse.peek(
            marketParams(),
            address(this),
            last
        );
    }

    /// @dev What the pool is worth to those who leave, at least 0. BaseToken, WAD.
    function _worth(PackedMarket memory market) internal view returns (uint256) {
        int256 equity_ = Pool.equityFloor(market, _pricing.depth());
        return equity_ > 0 ? uint256(equity_) : 0;
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

    function _sharesForDeposit(PackedMarket memory market, uint256 assets) internal view returns (uint256) {
        (uint256 worth, uint256 supply) = _equityToJoin(market);
        return Pool.sharesDown(assets * _unit, worth, supply);
    }

    function _assetsForMint(PackedMarket memory market, uint256 shares) internal view returns (uint256) {
        (uint256 worth, uint256 supply) = _equityToJoin(market);
        return Pool.assetsUp(shares, worth, supply).divUp(_unit);
    }

    /// @dev What is paid for what is worth that much (WAD), less the exit fee: ⌊worth·kept/divisor⌋. BaseToken in its decimals.
    function _exit() private view returns (uint256 kept, uint256 divisor) {
        // The fee is at most 5 %, the unit at most 1e12.
        unchecked {
            return (FixedPoint.WAD - _risk.exitFee(), FixedPoint.WAD * _unit);
        }
    }

    /// @dev The same of what was requested.
    function _afterFee(uint256 worth) internal view returns (uint256) {
        (uint256 kept, uint256 divisor) = _exit();
        // It is below 2^128, and the factor below 2^60.
        unchecked {
            return (worth * kept).divDown(divisor);
        }
    }

    function _sharesForWithdraw(
        uint256 poolWorth,
        uint256 supply,
        uint256 assets
    ) internal view returns (uint256) {
        if (poolWorth == 0) revert LiquidityPool_NothingWithdrawable(0);
        return Attribution.beforeFeeUp(assets * _unit, _risk.exitFee()).mulDivUp(supply, poolWorth);
    }

    /// @dev The most that may leave of what an owner has requested; nothing when nothing would be paid for it.
    function _most(address owner) private view returns (uint256 shares, uint256 assets) {
        (PackedMarket memory market, bool fresh) = _peek(true);
        if (!fresh) return (0, 0);
        uint256 worth;
        (shares, worth) = _redeemable(market, _worth(market), totalSupply(), _requests[owner].word);
        assets = _afterFee(worth);
        if (assets == 0) shares = 0;
    }

    /// @dev Requested shares that have waited long enough and that open positions can spare.
    /// @return shares How many.
    /// @return worth What they are worth. BaseToken, WAD.
    function _redeemable(
        PackedMarket memory market,
        uint256 poolWorth,
        uint256 supply,
        Request requested
    ) internal view returns (uint256 shares, uint256 worth) {
        if (block.timestamp < requested.executableAt()) return (0, 0);
        uint256 spare = Pool.withdrawableDown(market, poolWorth, _risk);
        shares = requested.shares();
        // Shares and equity are below 2^128, and what can be spared is below 2^96, as what is held.
        unchecked {
            worth = (shares * poolWorth).divDown(supply);
            // Shares whose worth, rounded down, is below what can be spared are fewer than that buys.
            if (worth >= spare) {
                if (spare == 0) return (0, 0);
                uint256 most = (spare * supply).divDown(poolWorth);
                if (shares > most) {
                    shares = most;
                    worth = (most * poolWorth).divDown(supply);
                }
            }
        }
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
