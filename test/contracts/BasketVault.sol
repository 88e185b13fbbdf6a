// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice A vault of two vaults over the same asset, of which it knows IERC4626 and nothing else.
/// A share is a share of what it holds of both. Whoever comes brings both in proportion; rounding is for who stays.
contract BasketVault is ERC4626 {
    using Math for uint256;
    using SafeERC20 for IERC20;

    IERC4626 public immutable first;
    IERC4626 public immutable second;

    constructor(IERC20 asset_, IERC4626 first_, IERC4626 second_) ERC20("Basket", "BASKET") ERC4626(asset_) {
        (first, second) = (first_, second_);
        asset_.forceApprove(address(first_), type(uint256).max);
        asset_.forceApprove(address(second_), type(uint256).max);
    }

    // ---------------------------------------------------------------------------------------------- VIEWS

    function totalAssets() public view override returns (uint256) {
        return first.convertToAssets(_holds(first)) + second.convertToAssets(_holds(second));
    }

    function maxDeposit(address) public view override returns (uint256) {
        // Half of the asset goes to each at first, later what each is of the whole.
        if (totalSupply() == 0)
            return 2 * Math.min(first.maxDeposit(address(this)), second.maxDeposit(address(this)));
        uint256 worth = totalAssets();
        uint256 inFirst = first.convertToAssets(_holds(first));
        if (worth == 0 || inFirst == 0 || inFirst == worth) return 0;
        uint256 most = first.maxDeposit(address(this)).mulDiv(worth, inFirst);
        return Math.min(most, second.maxDeposit(address(this)).mulDiv(worth, worth - inFirst));
    }

    function previewDeposit(uint256 assets) public view override returns (uint256) {
        uint256 part = _part(assets);
        return _sharesFor(first.previewDeposit(part), second.previewDeposit(assets - part));
    }

    function previewMint(uint256 shares) public view override returns (uint256) {
        return
            first.previewMint(_of(first, shares, Math.Rounding.Ceil)) +
            second.previewMint(_of(second, shares, Math.Rounding.Ceil));
    }

    function previewRedeem(uint256 shares) public view override returns (uint256) {
        return
            first.previewRedeem(_of(first, shares, Math.Rounding.Floor)) +
            second.previewRedeem(_of(second, shares, Math.Rounding.Floor));
    }

    function previewWithdraw(uint256 assets) public view override returns (uint256) {
        uint256 part = _part(assets);
        uint256 supply = totalSupply();
        uint256 shares = first.previewWithdraw(part).mulDiv(supply, _holds(first), Math.Rounding.Ceil);
        uint256 other = second.previewWithdraw(assets - part);
        return Math.max(shares, other.mulDiv(supply, _holds(second), Math.Rounding.Ceil));
    }

    // ---------------------------------------------------------------------------------------------- MOVES

    function deposit(uint256 assets, address receiver) public override returns (uint256 shares) {
        uint256 part = _part(assets);
        uint256 supply = totalSupply();
        (uint256 heldFirst, uint256 heldSecond) = (_holds(first), _holds(second));
        IERC20(asset()).safeTransferFrom(msg.sender, address(this), assets);
        uint256 gotFirst = first.deposit(part, address(this));
        uint256 gotSecond = second.deposit(assets - part, address(this));
        shares =
            supply == 0
                ? gotFirst + gotSecond
                : Math.min(gotFirst.mulDiv(supply, heldFirst), gotSecond.mulDiv(supply, heldSecond));
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function mint(uint256 shares, address receiver) public override returns (uint256 assets) {
        (uint256 ofFirst, uint256 ofSecond) = (
            _of(first, shares, Math.Rounding.Ceil),
            _of(second, shares, Math.Rounding.Ceil)
        );
        assets = first.previewMint(ofFirst) + second.previewMint(ofSecond);
        IERC20(asset()).safeTransferFrom(msg.sender, address(this), assets);
        first.mint(ofFirst, address(this));
        second.mint(ofSecond, address(this));
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function redeem(
        uint256 shares,
        address receiver,
        address owner
    ) public override returns (uint256 assets) {
        (uint256 ofFirst, uint256 ofSecond) = (
            _of(first, shares, Math.Rounding.Floor),
            _of(second, shares, Math.Rounding.Floor)
        );
        _leave(owner, shares);
        assets =
            first.redeem(ofFirst, receiver, address(this)) + second.redeem(ofSecond, receiver, address(this));
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    function withdraw(
        uint256 assets,
        address receiver,
        address owner
    ) public override returns (uint256 shares) {
        uint256 part = _part(assets);
        shares = previewWithdraw(assets);
        _leave(owner, shares);
        first.withdraw(part, receiver, address(this));
        second.withdraw(assets - part, receiver, address(this));
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    // ---------------------------------------------------------------------------------------------- PARTS

    function _leave(address owner, uint256 shares) private {
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _burn(owner, shares);
    }

    function _holds(IERC4626 vault) private view returns (uint256) {
        return vault.balanceOf(address(this));
    }

    /// @dev What `shares` are of what is held of a vault; at first, half of them each.
    function _of(IERC4626 vault, uint256 shares, Math.Rounding rounding) private view returns (uint256) {
        uint256 supply = totalSupply();
        return supply == 0 ? shares.mulDiv(1, 2, rounding) : shares.mulDiv(_holds(vault), supply, rounding);
    }

    /// @dev What of the asset goes to the first vault, or comes from it.
    function _part(uint256 assets) private view returns (uint256) {
        if (totalSupply() == 0) return assets / 2;
        uint256 inFirst = first.convertToAssets(_holds(first));
        return assets.mulDiv(inFirst, totalAssets());
    }

    function _sharesFor(uint256 ofFirst, uint256 ofSecond) private view returns (uint256) {
        uint256 supply = totalSupply();
        if (supply == 0) return ofFirst + ofSecond;
        return Math.min(ofFirst.mulDiv(supply, _holds(first)), ofSecond.mulDiv(supply, _holds(second)));
    }
}
