// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";

/// @title SettableFeed
/// @notice A Chainlink feed that says what anybody tells it to: for local chains and testnets alone.
///
/// It keeps the newest round only, in one slot. An `updatedAt` of zero makes an incomplete round, one to come a round from
/// the future.
contract SettableFeed is AggregatorV3Interface {
    /// @notice There was an answer. In the feed's decimals; `updatedAt` in seconds since 1970.
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    /// @notice Only the newest round is kept.
    error SettableFeed_UnknownRound(uint80 roundId, uint80 newest);

    /// @inheritdoc AggregatorV3Interface
    uint8 public immutable decimals;
    /// @inheritdoc AggregatorV3Interface
    uint256 public constant version = 1; // solhint-disable-line const-name-snakecase

    // One slot. 160 bits hold a price of 1e8 with 38 decimals.
    int160 private _answer;
    uint48 private _updatedAt;
    uint48 private _roundId;
    /// @inheritdoc AggregatorV3Interface
    string public description;

    constructor(uint8 decimals_, string memory description_, int256 answer) {
        decimals = decimals_;
        description = description_;
        _set(answer, block.timestamp);
    }

    /// @notice Answers this from now on. Anyone may.
    function set(int256 answer) external {
        _set(answer, block.timestamp);
    }

    /// @notice Answers this, and says that it was made at `updatedAt`. Anyone may.
    function setAt(int256 answer, uint256 updatedAt) external {
        _set(answer, updatedAt);
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        if (roundId != _roundId) revert SettableFeed_UnknownRound(roundId, _roundId);
        return (roundId, _answer, _updatedAt, _updatedAt, roundId);
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (_roundId, _answer, _updatedAt, _updatedAt, _roundId);
    }

    function _set(int256 answer, uint256 updatedAt) private {
        (_answer, _updatedAt, _roundId) = (
            SafeCast.toInt160(answer),
            SafeCast.toUint48(updatedAt),
            _roundId + 1
        );
        emit AnswerUpdated(answer, _roundId, updatedAt);
    }
}
