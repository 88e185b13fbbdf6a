// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {Holding} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {heldIn} from "../types/MarketWords.sol";
import {OP} from "../types/Operation.sol";
import {Policy} from "../types/Policy.sol";
import {TokenState} from "../types/TokenState.sol";
import {BurnLimits, Quotes} from "./Quotes.sol";
import {Scaling} from "./Scaling.sol";

/// @notice What a LeveragedToken tells about itself.
abstract contract TokenViews is Scaling {
    using FixedPoint for uint256;

    constructor(
        IClearingHouse clearingHouse_,
        MarketParams memory params,
        int256 leverage,
        Policy policy_,
        string memory name_
    ) Scaling(clearingHouse_, params, leverage, policy_, name_) {}

    // ---------------------------------------------------------------------------------------------- DOMAIN VIEWS

    /// @inheritdoc ILeveragedToken
    function netAssetValue() external view returns (int256) {
        _now();
        return OP.value();
    }

    /// @inheritdoc ILeveragedToken
    function positionPrice() external view returns (uint256) {
        return _now().price;
    }

    /// @inheritdoc ILeveragedToken
    function positionAmount() external view returns (int256) {
        _last();
        return OP.position();
    }

    /// @inheritdoc ILeveragedToken
    function positionAmountDelta() external view returns (int256) {
        return _delta(_now());
    }

    /// @inheritdoc ILeveragedToken
    function currentLeverage() external view returns (int256) {
        Conditions memory around = _now();
        uint256 size = Margin.leverageDown(OP.position(), around.price, OP.value());
        return size > uint256(type(int256).max) ? type(int256).max : size.withSign(OP.position());
    }

    /// @inheritdoc ILeveragedToken
    function marketId() external view returns (MarketId) {
        return _marketId;
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
        _last();
        return _worth().divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) external view returns (uint256) {
        _last();
        uint256 worth = _worth();
        uint256 supply = OP.state().supply();
        if (supply == 0) return assets * _unit;
        return worth == 0 ? 0 : (assets * _unit).mulDivDown(supply, worth);
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        _last();
        uint256 supply = OP.state().supply();
        if (supply == 0) return shares.divDown(_unit);
        return shares.mulDivDown(_worth(), supply).divDown(_unit);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) external view returns (uint256) {
        return _sharesFor(_now(), assets);
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) external view returns (uint256) {
        return _costOf(_now(), shares);
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) external view returns (uint256) {
        return _payoutOf(_now(), shares);
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) external view returns (uint256) {
        return _sharesBurned(_now(), assets);
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) external view returns (uint256 assets) {
        (Conditions memory around, bool fresh) = _last();
        if (fresh) (assets, ) = _most(around);
    }

    /// @inheritdoc IERC4626
    function maxMint(address) external view returns (uint256 shares) {
        (Conditions memory around, bool fresh) = _last();
        if (fresh) (, shares) = _most(around);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) external view returns (uint256 shares) {
        (Conditions memory around, bool fresh) = _last();
        if (fresh) (, shares) = _mostBurned(around, balanceOf(owner));
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) external view returns (uint256 assets) {
        (Conditions memory around, bool fresh) = _last();
        if (fresh) (assets, ) = _mostBurned(around, balanceOf(owner));
    }

    /// @dev The most that can be burned of `shares`, and withdrawn for them.
    function _mostBurned(Conditions memory around, uint256 shares) private view returns (uint256, uint256) {
        if (shares == 0) return (0, 0);
        bool everybody = shares == _live();
        uint256 closing;
        if (everybody) {
            (int256 skew, uint256 energy, int256 forced) = (around.skew, around.energy, around.forced);
            closing = _payoutOf(around, shares);
            (around.skew, around.energy, around.forced) = (skew, energy, forced);
        }
        Holding memory held = _forBurn(around);
        BurnLimits memory limits = BurnLimits({
            shares: shares,
            everybody: everybody,
            closing: closing,
            custody: heldIn(OP.poolWord()),
            burnFee: _burnFee,
            unit: _unit
        });
        return Quotes.mostBurnedDown(held, around, limits);
    }
}
