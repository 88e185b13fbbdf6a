// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
import {TokenState} from "../types/TokenState.sol";
import {IClearingHouse} from "./IClearingHouse.sol";

/// @notice An ERC-20 that holds one position in the ClearingHouse and keeps its leverage on target. An ERC-4626 vault of
/// the BaseToken whose mints and burns move the position in the same call, with the limits of ERC-5143, and ERC-2612.
/// Assets are BaseToken in its own decimals; shares, and every amount of the domain views, have 18 decimals.
interface ILeveragedToken is IERC4626, IERC20Permit {
    // ---------------------------------------------------------------------------------------------- EVENTS

    /// @notice Somebody called `rebalance()`, and the position landed on target.
    /// @param keeper Who called, and whose account in the token's market got the reward.
    /// @param amount Units traded. WAD, signed; 0 when there was nothing to trade, on target or without a position.
    /// @param reward BaseToken, WAD.
    event Rebalanced(address indexed keeper, int256 amount, uint256 reward);
    /// @notice The same, but not to target: as far as budget, impact and the market's room allowed, with what is missing still due;
    /// or to nothing, after a wipe-out.
    event PartlyRebalanced(address indexed keeper, int256 amount, uint256 reward);
    /// @notice A mint or burn rebalanced the position, which landed on target.
    /// @param amount Units traded, beside what was minted or burned. WAD, signed.
    event RebalancedInPassing(int256 amount);
    /// @notice The same, but not to target, as in PartlyRebalanced.
    event PartlyRebalancedInPassing(int256 amount);
    /// @notice Fees went from the token's account to protocolFees. BaseToken, WAD. Told when a mint or burn fee is charged, and by
    /// a burn of all live tokens; a streaming fee alone is what comes in (Deposit, Withdraw), less the reward (Rebalanced), less the
    /// margin of the ClearingHouse's AccountUpdated.
    /// @param tradingFee Mint or burn fee.
    /// @param streamingFee Streaming fee since it was last paid.
    event FeesCharged(uint256 tradingFee, uint256 streamingFee);
    /// @notice The token lost all, or nearly all, of its value: its position is closed, and nothing is minted any more.
    event WipedOut(int256 value, uint256 supply);

    // ---------------------------------------------------------------------------------------------- ERRORS

    /// @notice An amount of zero, or so small that nothing would come of it.
    error LeveragedToken_ZeroAmount();
    /// @notice More than a market can hold.
    error LeveragedToken_AmountOutOfRange(uint256 amount, uint256 most);
    /// @notice The first mint must bring more than what is locked for ever. Shares.
    error LeveragedToken_FirstMintTooSmall(uint256 shares, uint256 locked);
    /// @notice A mint would give fewer shares, or a burn less BaseToken, than the caller accepts.
    error LeveragedToken_BelowMinimum(uint256 amount, uint256 minimum);
    /// @notice A mint would cost more BaseToken, or a burn more shares, than the caller accepts.
    error LeveragedToken_AboveMaximum(uint256 amount, uint256 maximum);
    /// @notice The token is so far from target that nothing is minted until it is rebalanced. BaseToken, WAD.
    error LeveragedToken_MintingSuspended(int256 value, int256 valueAfterRebalance);
    /// @notice The token was wiped out: it can only be burned.
    error LeveragedToken_WipedOut();
    /// @notice No burn pays this much. BaseToken in its own decimals.
    error LeveragedToken_UnreachablePayout(uint256 assets);
    /// @notice Nothing is due: leverage is within its bands, and the schedule is kept.
    /// @param distance |current/target − 1|. WAD.
    /// @param nextAt Start of the next schedule slot; 0 when there is none. Seconds.
    error LeveragedToken_NotDue(uint256 distance, uint256 nextAt);
    /// @notice A rebalance is due, but limits, room or costs leave nothing that would end closer to target.
    error LeveragedToken_NothingToTrade(int256 positionAmountDelta);
    /// @notice Leverage must be ±1.1 to ±10 in steps of 0.1, or −1, and fit the market at the emergency band. WAD.
    error LeveragedToken_LeverageOutOfBounds(int256 leverage, uint256 worstLeverage, uint256 marketMaximum);
    /// @notice A field of the policy is outside its bounds.
    error LeveragedToken_PolicyOutOfBounds(string name, uint256 value, uint256 least, uint256 most);
    /// @notice The permit is no longer valid.
    error LeveragedToken_ExpiredPermit(uint256 deadline);
    /// @notice The permit was signed by somebody else.
    error LeveragedToken_WrongSigner(address signer, address owner);

    // ---------------------------------------------------------------------------------------------- ERC-5143

    /// @notice `deposit` that reverts unless it gives at least `minShares`.
    function deposit(uint256 assets, address receiver, uint256 minShares) external returns (uint256 shares);

    /// @notice `mint` that reverts unless it costs at most `maxAssets`.
    function mint(uint256 shares, address receiver, uint256 maxAssets) external returns (uint256 assets);

    /// @notice `withdraw` that reverts unless it burns at most `maxShares`.
    function withdraw(
        uint256 assets,
        address receiver,
        address owner,
        uint256 maxShares
    ) external returns (uint256 shares);

    /// @notice `redeem` that reverts unless it pays at least `minAssets`.
    function redeem(
        uint256 shares,
        address receiver,
        address owner,
        uint256 minAssets
    ) external returns (uint256 assets);

    // ---------------------------------------------------------------------------------------------- REBALANCE

    /// @notice Trades the position to target leverage when that is due, or as far as limits allow. Anyone may; the reward
    /// goes to the caller's account in the market. Records a wipe-out where there is one.
    /// @return amount Units traded. WAD, signed.
    /// @return reward BaseToken, WAD.
    function rebalance() external returns (int256 amount, uint256 reward);

    /// @notice What `rebalance` would do now.
    /// @return due Whether anyone may call it.
    /// @return amount Units it would trade if it were due, as far as limits allow. WAD, signed.
    /// @return reward BaseToken, WAD; 0 when it is not due.
    function previewRebalance() external view returns (bool due, int256 amount, uint256 reward);

    // ---------------------------------------------------------------------------------------------- DOMAIN VIEWS

    /// @notice N: what the token's account is worth at mid, the streaming fee taken off. BaseToken, WAD, signed.
    function netAssetValue() external view returns (int256);

    /// @notice p: the mid price of the underlying. BaseToken, WAD. Reverts when it can't be trusted.
    function positionPrice() external view returns (uint256);

    /// @notice q: the units of underlying that the token holds; < 0 when short. WAD.
    function positionAmount() external view returns (int256);

    /// @notice leverage·netAssetValue/positionPrice − positionAmount: units missing to the target, without costs. WAD.
    function positionAmountDelta() external view returns (int256);

    /// @notice L: 5e18 for 5XLONG, −3e18 for 3XSHORT. WAD.
    function targetLeverage() external view returns (int256);

    /// @notice q·p/N. WAD, signed; the largest int256 when N ≤ 0.
    function currentLeverage() external view returns (int256);

    /// @notice When and how the token rebalances, and what it charges.
    function policy() external view returns (Policy);

    /// @notice The market that the position is in.
    function marketParams() external view returns (MarketParams memory);

    /// @notice The id of the market.
    function marketId() external view returns (MarketId);

    /// @notice The ClearingHouse that holds the position, and the BaseToken that came in.
    function clearingHouse() external view returns (IClearingHouse);

    /// @notice Supply, whether the token was wiped out, and what is left of a reward; `completedAt` of it tells when the last rebalance of a
    /// schedule was completed, by the time in the token's account, as TokenLens does.
    function state() external view returns (TokenState);
}
