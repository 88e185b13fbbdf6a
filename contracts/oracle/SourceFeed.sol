// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {ISourceFeed} from "../interfaces/ISourceFeed.sol";

/// @title SourceFeed
/// @notice Any price source behind Chainlink's interface. It stores nothing and nobody can change it.
contract SourceFeed is ISourceFeed {
    /// @inheritdoc ISourceFeed
    IPriceSource public immutable source;

    constructor(IPriceSource source_) {
        source = source_;
    }

    /// @inheritdoc AggregatorV3Interface
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external pure returns (uint256) {
        return 1;
    }

    /// @inheritdoc AggregatorV3Interface
    function description() external view returns (string memory) {
        return source.underlying();
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        public
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint256 price;
        (price, , updatedAt) = source.read();
        if (price == 0 || price > uint256(type(int256).max)) revert SourceFeed_PriceOutOfRange(price);
        answer = int256(price);
        startedAt = updatedAt;
        roundId = answeredInRound = uint80(updatedAt);
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(
        uint80 id
    )
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        (roundId, answer, startedAt, updatedAt, answeredInRound) = latestRoundData();
        if (id != roundId) revert SourceFeed_NoHistory(id, roundId);
    }
}
