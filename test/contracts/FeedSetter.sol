// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SettableFeed} from "../../contracts/local/SettableFeed.sol";

/// @notice Sets many feeds in one transaction: a day of an index.
contract FeedSetter {
    function set(SettableFeed[] calldata feeds, int256[] calldata answers) external {
        for (uint256 i = 0; i < feeds.length; ++i) feeds[i].set(answers[i]);
    }
}
