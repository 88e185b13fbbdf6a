// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {AggregatorV3Interface} from "../../contracts/interfaces/AggregatorV3Interface.sol";
import {ILeveragedToken} from "../../contracts/interfaces/ILeveragedToken.sol";

/// @notice Mints a LeveragedToken of a BaseToken with 18 decimals for its callers, and lets anyone burn what a caller has
/// once a token is worth no more than that caller said.
contract StopLoss {
    using SafeERC20 for IERC20;

    struct Position {
        uint256 shares;
        uint256 floor;
    }

    error StopLoss_StillAbove(uint256 value, uint256 floor);

    ILeveragedToken public immutable token;
    IERC20 public immutable baseToken;
    AggregatorV3Interface public immutable feed;
    mapping(address owner => Position) public positions;

    /// @param feed_ The token's NetAssetValueFeed: BaseToken per token, 18 decimals.
    constructor(ILeveragedToken token_, AggregatorV3Interface feed_) {
        (token, feed) = (token_, feed_);
        baseToken = IERC20(token_.asset());
    }

    /// @notice Mints for `assets` of the caller's BaseToken, at least `minShares`, to be burned at `floor` or below.
    function open(uint256 assets, uint256 minShares, uint256 floor) external returns (uint256 shares) {
        baseToken.safeTransferFrom(msg.sender, address(this), assets);
        baseToken.forceApprove(address(token), assets);
        shares = token.deposit(assets, address(this), minShares);
        Position storage position = positions[msg.sender];
        (position.shares, position.floor) = (position.shares + shares, floor);
    }

    /// @notice Burns all that the caller has, for at least `minAssets`.
    function close(uint256 minAssets) external returns (uint256 assets) {
        return token.redeem(_take(msg.sender), msg.sender, address(this), minAssets);
    }

    /// @notice Burns all that `owner` has and pays the owner, if a token is worth no more than the owner's floor.
    function stop(address owner) external returns (uint256 assets) {
        // Reverts while the price can't be trusted, in the middle of another call, and after a wipe-out.
        (, int256 value, , , ) = feed.latestRoundData();
        uint256 floor = positions[owner].floor;
        if (uint256(value) > floor) revert StopLoss_StillAbove(uint256(value), floor);
        uint256 shares = _take(owner);
        // The feed's value is before what leaving costs: trade fee, half-spread, impact, burn fee. 3 % at most, here.
        uint256 least = (shares * uint256(value) * 97) / 100e18;
        return token.redeem(shares, owner, address(this), least);
    }

    function _take(address owner) private returns (uint256 shares) {
        shares = positions[owner].shares;
        delete positions[owner];
    }
}
