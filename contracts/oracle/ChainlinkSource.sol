// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";
import {ChainlinkConfig, IChainlinkSource} from "../interfaces/IChainlinkSource.sol";
import {ILastPrice} from "../interfaces/ILastPrice.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Feed} from "../libraries/Feed.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";

/// @dev The newest round of a feed with its ids as whole words: that they fit is looked at with everything else.
interface IRoundWords {
    function latestRoundData()
        external
        view
        returns (
            uint256 roundId,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint256 answeredInRound
        );
}

/// @title ChainlinkSource
/// @notice The mid price of one Chainlink feed, with the half-spread that pays for the feed's lag.
///
/// TRUST
/// An answer is refused, with an error that says why, when its round is incomplete, when it comes from the future, is
/// older than maxAge, zero, negative, or out of bounds. `answeredInRound` is obsolete and not looked at. On an L2 nothing is
/// trusted while its sequencer is down, nor for a grace after it: feeds are behind then, and so are people.
///
/// DEATH
/// Untrusted and dead are different things. Dead is a feed whose last answer, whatever it was, is older than deadAfter:
/// that can be read off the feed at any time, nobody has to have watched, and since maxAge ≤ deadAfter no source is ever
/// readable and dead at once. A feed that keeps answering outside the bounds is alive: the price may come back, and a
/// market settled at the last trusted price meanwhile would hand the difference to whoever calls first.
/// A feed that reverts gives no time to judge by: how long it has done so can't be known without having watched, and
/// whether it does at all is partly the caller's choice, by the gas it brings. So `isDead` passes the revert on, and
/// a market whose feed reverts for ever waits rather than settles on a claim. On an L2 silence counts only since its
/// sequencer came up: after an outage of any length the feed has deadAfter to answer, so nobody settles before it can.
///
/// IMMUTABLE
/// Nobody can change anything here. A market that needs another source is another market.
contract ChainlinkSource is IChainlinkSource {
    using ShortStrings for ShortString;

    uint256 private constant MIN_DEAD_AFTER = 3 days;
    uint256 private constant MAX_SEQUENCER_GRACE = 1 days;
    int256 private constant SEQUENCER_UP = 0;
    int256 private constant SEQUENCER_DOWN = 1;

    /// @inheritdoc IChainlinkSource
    AggregatorV3Interface public immutable feed;
    /// @inheritdoc IChainlinkSource
    uint256 public immutable feedDecimals;
    /// @inheritdoc IChainlinkSource
    uint256 public immutable maxAge;
    /// @inheritdoc IChainlinkSource
    uint256 public immutable halfSpread;
    /// @inheritdoc IChainlinkSource
    uint256 public immutable minPrice;
    /// @inheritdoc IChainlinkSource
    uint256 public immutable maxPrice;
    /// @inheritdoc IChainlinkSource
    uint256 public immutable deadAfter;
    /// @inheritdoc IChainlinkSource
    AggregatorV3Interface public immutable sequencer;
    /// @inheritdoc IChainlinkSource
    uint256 public immutable sequencerGrace;
    /// @dev What makes an answer WAD, as from Feed.scaleOf.
    uint256 private immutable _factor;
    uint256 private immutable _divisor;
    /// @dev Every answer between them is a price within the bounds, and fits when scaled; there is none if the latter is less. With
    /// more than 18 decimals those that round down to maxPrice are left out.
    uint256 private immutable _leastAnswer;
    uint256 private immutable _mostAnswer;
    /// @dev maxAge, but below the time of every block since this was made.
    uint256 private immutable _certainAge;
    ShortString private immutable _underlying;

    constructor(ChainlinkConfig memory config) {
        uint256 decimals = config.feed.decimals();
        _requireBetween("underlying", bytes(config.underlying).length, 1, 31);
        _requireBetween("decimals", decimals, 0, Feed.MAX_DECIMALS);
        _requireBetween("deadAfter", config.deadAfter, MIN_DEAD_AFTER, type(uint256).max);
        _requireBetween("maxAge", config.maxAge, 1, config.deadAfter);
        _requireBetween("halfSpread", config.halfSpread, 0, 1e18 - 1);
        // The largest number stands for answers that are too large to be scaled, and must never be a price.
        _requireBetween("maxPrice", config.maxPrice, 1, type(uint256).max - 1);
        _requireBetween("minPrice", config.minPrice, 1, config.maxPrice);
        bool hasSequencer = address(config.sequencer) != address(0);
        _requireBetween(
            "sequencerGrace",
            config.sequencerGrace,
            hasSequencer ? 1 : 0,
            hasSequencer ? MAX_SEQUENCER_GRACE : 0
        );

        feed = config.feed;
        feedDecimals = decimals;
        (_factor, _divisor) = Feed.scaleOf(decimals);
        _leastAnswer = FixedPoint.divUp(Math.saturatingMul(config.minPrice, _divisor), _factor);
        uint256 most = FixedPoint.divDown(Math.saturatingMul(config.maxPrice, _divisor), _factor);
        _mostAnswer = Math.min(most, uint256(type(int256).max));
        _certainAge = Math.min(config.maxAge, block.timestamp - 1);
        maxAge = config.maxAge;
        halfSpread = config.halfSpread;
        minPrice = config.minPrice;
        maxPrice = config.maxPrice;
        deadAfter = config.deadAfter;
        sequencer = config.sequencer;
        sequencerGrace = config.sequencerGrace;
        _underlying = ShortStrings.toShortString(config.underlying);
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint256 price, uint256, uint256 updatedAt) {
        // There is a grace with a sequencer only.
        if (sequencerGrace != 0) _requireSequencer();
        uint256 roundId;
        int256 answer;
        uint256 answeredInRound;
        (roundId, answer, , updatedAt, answeredInRound) = IRoundWords(address(feed)).latestRoundData();
        // All that a round may be refused for, at once. Of a time of zero, and of one to come, the age is at least that of 1970; as
        // a word, a negative answer is above every other. Answers that pass fit when scaled.
        unchecked {
            uint256 doubts =
                ((roundId | answeredInRound) >> 80) |
                    SafeCast.toUint(block.timestamp - updatedAt > _certainAge) |
                    SafeCast.toUint(uint256(answer) < _leastAnswer) |
                    SafeCast.toUint(uint256(answer) > _mostAnswer);
            if (doubts != 0) _requireTrusted(roundId, answer, updatedAt, answeredInRound);
            price = FixedPoint.divDown(uint256(answer) * _factor, _divisor);
        }
        return (price, halfSpread, updatedAt);
    }

    /// @inheritdoc ILastPrice
    function last() external view returns (uint256 price, uint256 updatedAt) {
        int256 answer;
        (, answer, , updatedAt, ) = feed.latestRoundData();
        if (answer <= 0 || updatedAt == 0 || updatedAt > block.timestamp) return (0, updatedAt);
        price = Feed.scaledDown(uint256(answer), _factor, _divisor);
        if (price < minPrice || price > maxPrice) price = 0;
    }

    /// @inheritdoc IPriceSource
    function isDead() external view returns (bool) {
        (, , , uint256 updatedAt, ) = feed.latestRoundData();
        // Without a time, or with one to come, nothing tells how long there has been no answer.
        if (updatedAt == 0 || updatedAt > block.timestamp) return false;
        if (address(sequencer) != address(0)) {
            (int256 answer, uint256 startedAt) = _sequencerState();
            if (answer != SEQUENCER_UP || startedAt == 0 || startedAt > block.timestamp) return false;
            // The feed's silence while nobody could have been heard doesn't count.
            if (startedAt > updatedAt) updatedAt = startedAt;
        }
        return block.timestamp - updatedAt > deadAfter;
    }

    /// @inheritdoc IPriceSource
    function underlying() external view returns (string memory) {
        return _underlying.toString();
    }

    /// @dev Says why a round can't be trusted. One that only seemed so passes.
    function _requireTrusted(
        uint256 roundId,
        int256 answer,
        uint256 updatedAt,
        uint256 answeredInRound
    ) private view {
        // As an ABI decoder does.
        // solhint-disable-next-line reason-string, gas-custom-errors
        if ((roundId | answeredInRound) >> 80 != 0) revert();
        if (updatedAt == 0) revert ChainlinkSource_IncompleteRound(uint80(roundId));
        if (updatedAt > block.timestamp) revert ChainlinkSource_FromFuture(updatedAt, block.timestamp);
        unchecked {
            if (block.timestamp - updatedAt > maxAge)
                revert ChainlinkSource_Stale(updatedAt, block.timestamp, maxAge);
        }
        if (answer <= 0) {
            if (answer == 0) revert ChainlinkSource_ZeroAnswer(uint80(roundId));
            revert ChainlinkSource_NegativeAnswer(answer);
        }
        uint256 price = Feed.scaledDown(uint256(answer), _factor, _divisor);
        if (price < minPrice || price > maxPrice)
            revert ChainlinkSource_PriceOutOfBounds(price, minPrice, maxPrice);
    }

    function _requireSequencer() private view {
        (int256 answer, uint256 startedAt) = _sequencerState();
        if (answer == SEQUENCER_DOWN) revert ChainlinkSource_SequencerDown(startedAt);
        // Arbitrum's says 0 before the feed was first written.
        if (answer != SEQUENCER_UP || startedAt == 0)
            revert ChainlinkSource_SequencerUnknown(answer, startedAt);
        uint256 trustedAfter = startedAt + sequencerGrace;
        if (block.timestamp <= trustedAfter)
            revert ChainlinkSource_SequencerGrace(startedAt, trustedAfter + 1, block.timestamp);
    }

    function _sequencerState() private view returns (int256 answer, uint256 startedAt) {
        (, answer, startedAt, , ) = sequencer.latestRoundData();
    }

    function _requireBetween(string memory name, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most)
            revert ChainlinkSource_ParameterOutOfBounds(name, value, least, most);
    }
}
