// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "./IClearingHouse.sol";
import {ILeveragedToken} from "./ILeveragedToken.sol";
import {INetAssetValueFeed} from "./INetAssetValueFeed.sol";

/// @notice Makes the NetAssetValueFeed of a LeveragedToken, for anyone: one for each token, at an address that is known before.
interface INetAssetValueFeedFactory {
    /// @notice A feed was made.
    event FeedCreated(address indexed token, address feed);

    /// @notice The ClearingHouse knows no LeveragedToken at this address.
    error NetAssetValueFeedFactory_UnknownToken(address token);
    /// @notice The token has its feed.
    error NetAssetValueFeedFactory_FeedExists(address feed);

    /// @notice Makes the feed of a token of the ClearingHouse. Anyone may.
    function createFeed(ILeveragedToken token) external returns (INetAssetValueFeed feed);

    /// @notice Where the feed of a token is, or will be.
    function feedOf(ILeveragedToken token) external view returns (address);

    /// @notice The ClearingHouse whose tokens have feeds.
    function clearingHouse() external view returns (IClearingHouse);
}
