// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {INetAssetValueFeed} from "../interfaces/INetAssetValueFeed.sol";
import {INetAssetValueFeedFactory} from "../interfaces/INetAssetValueFeedFactory.sol";
import {ROLE_RESOLVED, ROLE_TOKEN} from "../types/Account.sol";
import {NetAssetValueFeed} from "./NetAssetValueFeed.sol";

/// @title NetAssetValueFeedFactory
/// @notice Makes feeds of tokens that the ClearingHouse knows, so that what claims to be a token's feed can be told from what
/// is. It has no power over them.
contract NetAssetValueFeedFactory is INetAssetValueFeedFactory {
    /// @inheritdoc INetAssetValueFeedFactory
    IClearingHouse public immutable clearingHouse;

    constructor(IClearingHouse clearingHouse_) {
        clearingHouse = clearingHouse_;
    }

    /// @inheritdoc INetAssetValueFeedFactory
    function createFeed(ILeveragedToken token) external returns (INetAssetValueFeed feed) {
        address existing = feedOf(token);
        if (existing.code.length != 0) revert NetAssetValueFeedFactory_FeedExists(existing);
        // Whatever else answers to marketId() has no role in the ClearingHouse.
        uint8 role = clearingHouse.account(token.marketId(), address(token)).role();
        if (role & ~ROLE_RESOLVED != ROLE_TOKEN) revert NetAssetValueFeedFactory_UnknownToken(address(token));
        feed = new NetAssetValueFeed{salt: 0}(token);
        emit FeedCreated(address(token), address(feed));
    }

    /// @inheritdoc INetAssetValueFeedFactory
    function feedOf(ILeveragedToken token) public view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(NetAssetValueFeed).creationCode, abi.encode(token)));
        return
            address(
                uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), bytes32(0), code))))
            );
    }
}
