// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "./AggregatorV3Interface.sol";
import {ILastPrice} from "./ILastPrice.sol";

/// @notice What a ChainlinkSource is made from.
/// @param feed The feed, of 0 to 38 decimals. They are read once: a feed that changes them must not be used.
/// @param underlying Short name of what is priced, such as "ETH"; 1 to 31 bytes.
/// @param maxAge Age up to which an answer can be trusted: the feed's heartbeat and some delay. At most deadAfter.
/// Seconds.
/// @param halfSpread Half of the distance between bid and ask as a part of mid: at least the feed's deviation
/// threshold, since up to there the feed does not move with the market. Below 100 %. WAD.
/// @param minPrice The least price that can be trusted, at least 1 wei. BaseToken, WAD.
/// @param maxPrice The highest price that can be trusted. BaseToken, WAD.
/// @param deadAfter Age of the last answer beyond which the source is dead, at least 3 days. Seconds.
/// @param sequencer On an L2, Chainlink's feed of whether its sequencer is up: answer 0 up, 1 down, startedAt since when.
/// None, if zero.
/// @param sequencerGrace How long after the sequencer came up again the feed has to catch up, before it is trusted: 1
/// second to 1 day, 0 without a sequencer. Seconds.
struct ChainlinkConfig {
    AggregatorV3Interface feed;
    string underlying;
    uint256 maxAge;
    uint256 halfSpread;
    uint256 minPrice;
    uint256 maxPrice;
    uint256 deadAfter;
    AggregatorV3Interface sequencer;
    uint256 sequencerGrace;
}

/// @notice A price source over one Chainlink feed. What its feed says is a price only if it passes every check.
interface IChainlinkSource is ILastPrice {
    /// @notice A parameter is outside its bounds; `name` says which.
    error ChainlinkSource_ParameterOutOfBounds(string name, uint256 value, uint256 least, uint256 most);
    /// @notice The round has no answer yet.
    error ChainlinkSource_IncompleteRound(uint80 roundId);
    /// @notice The answer claims to be made after this block.
    error ChainlinkSource_FromFuture(uint256 updatedAt, uint256 time);
    /// @notice The answer is older than what can be trusted. Seconds.
    error ChainlinkSource_Stale(uint256 updatedAt, uint256 time, uint256 maxAge);
    /// @notice The answer is zero.
    error ChainlinkSource_ZeroAnswer(uint80 roundId);
    /// @notice The answer is negative. In the feed's decimals.
    error ChainlinkSource_NegativeAnswer(int256 answer);
    /// @notice The price is outside what can be trusted. An answer too large to be scaled counts as the largest number.
    /// BaseToken, WAD.
    error ChainlinkSource_PriceOutOfBounds(uint256 price, uint256 minPrice, uint256 maxPrice);

    /// @notice The L2's sequencer is down: nobody but who posts to L1 could trade. Seconds since 1970.
    error ChainlinkSource_SequencerDown(uint256 since);
    /// @notice The L2's sequencer came up a moment ago, and the feed may not have caught up. Seconds since 1970.
    error ChainlinkSource_SequencerGrace(uint256 upSince, uint256 trustedFrom, uint256 time);
    /// @notice The feed of the L2's sequencer can't tell.
    error ChainlinkSource_SequencerUnknown(int256 answer, uint256 startedAt);

    /// @notice The feed.
    function feed() external view returns (AggregatorV3Interface);

    /// @notice Decimals of the feed's answers.
    function feedDecimals() external view returns (uint256);

    /// @notice Age up to which an answer can be trusted. Seconds.
    function maxAge() external view returns (uint256);

    /// @notice Half of the distance between bid and ask as a part of mid. WAD.
    function halfSpread() external view returns (uint256);

    /// @notice The least price that can be trusted. BaseToken, WAD.
    function minPrice() external view returns (uint256);

    /// @notice The highest price that can be trusted. BaseToken, WAD.
    function maxPrice() external view returns (uint256);

    /// @notice Age of the last answer beyond which the source is dead. Seconds.
    function deadAfter() external view returns (uint256);

    /// @notice The feed of whether the L2's sequencer is up; zero on an L1.
    function sequencer() external view returns (AggregatorV3Interface);

    /// @notice How long after the sequencer came up the feed has to catch up. Seconds.
    function sequencerGrace() external view returns (uint256);
}
