// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {ILastPrice} from "../interfaces/ILastPrice.sol";
import {IMedianSource, MedianConfig} from "../interfaces/IMedianSource.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Median} from "../libraries/Median.sol";

/// @title MedianSource
/// @notice The middle one of three sources, or the mean of two. See IMedianSource for the rules.
///
/// WHY SO
/// With three, one that is wrong can at most choose between what the other two say, and can't stop the price by saying
/// nothing or nonsense: it takes two that agree. By an answer that is old it can have a market wait, for as long as it counts as
/// an answer: the maxAge of a source bounds that. With two, nobody can tell who is right, so half of what is between them goes
/// into the half-spread: neither side trades better than at the price that is worse for it. One alone is not a median.
///
/// DEATH
/// Dead is a median of which so many sources are dead that no two are left. Sources that disagree for ever are alive: the
/// market waits.
///
/// GAS
/// Each source gets the same gas, and the call is refused where that can't be given. So whether a source answers is never up
/// to the caller, and one that burns all it gets is one that refuses. It is too little for a median among the sources.
contract MedianSource is IMedianSource {
    using ShortStrings for ShortString;

    /// @dev What the sources say.
    struct Answers {
        uint256 count;
        uint256[3] prices;
        uint256[3] halfSpreads;
        uint256[3] times;
    }

    /// @dev Enough for an index of twelve feeds, which takes some 315,000.
    uint256 private constant SOURCE_GAS = 400_000;
    /// @dev Of it 63/64, less what comes before the call, are more than SOURCE_GAS.
    uint256 private constant GAS_NEEDED = 420_000;
    uint256 private constant MAX_SOURCES = 3;
    /// @dev Of prices. See Median.
    uint256 private constant MAX_PRICE = type(uint96).max;

    /// @inheritdoc IMedianSource
    uint256 public immutable maxDivergence;
    uint256 private immutable _count;
    ILastPrice private immutable _first;
    ILastPrice private immutable _second;
    ILastPrice private immutable _third;
    ShortString private immutable _underlying;

    constructor(MedianConfig memory config) {
        uint256 count = config.sources.length;
        _requireBetween("underlying", bytes(config.underlying).length, 1, 31);
        _requireBetween("sources", count, 2, MAX_SOURCES);
        _requireBetween("maxDivergence", config.maxDivergence, 1, 1e18 - 1);
        for (uint256 i = 1; i < count; ++i) {
            for (uint256 j = 0; j < i; ++j) {
                if (address(config.sources[i]) == address(config.sources[j]))
                    revert MedianSource_DuplicateSource(i, j);
            }
        }
        _count = count;
        maxDivergence = config.maxDivergence;
        _first = config.sources[0];
        _second = config.sources[1];
        _third = count == MAX_SOURCES ? config.sources[2] : ILastPrice(address(0));
        _underlying = ShortStrings.toShortString(config.underlying);
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint256 price, uint256 halfSpread, uint256 updatedAt) {
        Answers memory answers;
        for (uint256 i = 0; i < _count; ++i) _ask(_source(i), answers);
        if (answers.count < 2) revert MedianSource_TooFewAnswers(answers.count, _count);

        uint256[3] memory prices = answers.prices;
        uint256 divergence;
        if (answers.count == 2) {
            (price, divergence) = (prices[0], Median.divergenceUp(prices[0], prices[1]));
            if (divergence > maxDivergence)
                revert MedianSource_Diverging(price, prices[1], divergence, maxDivergence);
            price = Median.meanDown(prices[0], prices[1]);
            halfSpread =
                _wider(answers.halfSpreads[0], answers.halfSpreads[1]) +
                Median.halfGapUp(prices[0], prices[1]);
        } else {
            price = Median.middle(prices[0], prices[1], prices[2]);
            (uint256 middle, uint256 nearest) = _nearest(prices, price);
            divergence = Median.divergenceUp(price, prices[nearest]);
            if (divergence > maxDivergence)
                revert MedianSource_Diverging(price, prices[nearest], divergence, maxDivergence);
            halfSpread = _wider(answers.halfSpreads[middle], answers.halfSpreads[nearest]);
        }
        updatedAt = answers.times[0];
        for (uint256 i = 1; i < answers.count; ++i) {
            if (answers.times[i] < updatedAt) updatedAt = answers.times[i];
        }
    }

    /// @inheritdoc ILastPrice
    /// @dev The median of the last answers, as of the second newest of them: when two could last agree.
    function last() external view returns (uint256 price, uint256 updatedAt) {
        uint256[3] memory prices;
        uint256[3] memory times;
        uint256 count;
        for (uint256 i = 0; i < _count; ++i) {
            (bool success, bytes memory output) = _call(_source(i), abi.encodeCall(ILastPrice.last, ()));
            if (!success || output.length < 64) continue;
            (uint256 lastPrice, uint256 time) = abi.decode(output, (uint256, uint256));
            if (lastPrice == 0 || lastPrice > MAX_PRICE) continue;
            (prices[count], times[count]) = (lastPrice, time);
            ++count;
        }
        if (count == 3) {
            return (
                Median.middle(prices[0], prices[1], prices[2]),
                Median.middle(times[0], times[1], times[2])
            );
        }
        if (count == 2)
            return (Median.meanDown(prices[0], prices[1]), times[0] < times[1] ? times[0] : times[1]);
        return (0, times[0]);
    }

    /// @inheritdoc IPriceSource
    function isDead() external view returns (bool) {
        uint256 alive;
        for (uint256 i = 0; i < _count; ++i) {
            // A source that can't say so is alive: a market waits rather than settles on a claim.
            (bool success, bytes memory output) = _call(_source(i), abi.encodeCall(IPriceSource.isDead, ()));
            if (!success || output.length < 32 || bytes32(output) != bytes32(uint256(1))) ++alive;
        }
        return alive < 2;
    }

    /// @inheritdoc IPriceSource
    function underlying() external view returns (string memory) {
        return _underlying.toString();
    }

    /// @inheritdoc IMedianSource
    function sources() external view returns (ILastPrice[] memory all) {
        all = new ILastPrice[](_count);
        for (uint256 i = 0; i < _count; ++i) all[i] = _source(i);
    }

    /// @dev Adds what a source says, if it is a price.
    function _ask(ILastPrice source, Answers memory answers) private view {
        (bool success, bytes memory output) = _call(source, abi.encodeCall(IPriceSource.read, ()));
        if (!success || output.length < 96) return;
        (uint256 price, uint256 halfSpread, uint256 updatedAt) = abi.decode(
            output,
            (uint256, uint256, uint256)
        );
        if (price == 0 || price > MAX_PRICE || halfSpread >= FixedPoint.WAD) return;
        if (updatedAt > block.timestamp) return;
        uint256 i = answers.count++;
        answers.prices[i] = price;
        answers.halfSpreads[i] = halfSpread;
        answers.times[i] = updatedAt;
    }

    /// @dev A call that can neither take all gas nor end this one. Copying what comes back costs about what SOURCE_GAS pays for
    /// at most; an address without code succeeds with nothing.
    function _call(ILastPrice source, bytes memory question) private view returns (bool, bytes memory) {
        if (gasleft() < GAS_NEEDED) revert MedianSource_TooLittleGas(gasleft(), GAS_NEEDED);
        // solhint-disable-next-line avoid-low-level-calls
        return address(source).staticcall{gas: SOURCE_GAS}(question);
    }

    /// @dev Where the middle price is, and where the nearer one of the other two.
    function _nearest(
        uint256[3] memory prices,
        uint256 price
    ) private pure returns (uint256 middle, uint256 nearest) {
        if (prices[1] == price) middle = 1;
        else if (prices[2] == price) middle = 2;
        uint256 a = middle == 0 ? 1 : 0;
        uint256 b = middle == 2 ? 1 : 2;
        nearest = Median.divergenceUp(price, prices[a]) <= Median.divergenceUp(price, prices[b]) ? a : b;
    }

    function _source(uint256 i) private view returns (ILastPrice) {
        if (i == 0) return _first;
        return i == 1 ? _second : _third;
    }

    function _wider(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }

    function _requireBetween(string memory name, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert MedianSource_ParameterOutOfBounds(name, value, least, most);
    }
}
