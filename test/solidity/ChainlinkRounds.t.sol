// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "../../contracts/interfaces/AggregatorV3Interface.sol";
import {ChainlinkConfig, IChainlinkSource} from "../../contracts/interfaces/IChainlinkSource.sol";
import {Feed} from "../../contracts/libraries/Feed.sol";
import {Base} from "./Base.sol";

/// @notice Answers with any five words, whether they are a round or not.
contract AnyRound {
    uint8 public decimals;
    uint256[5] private _words;

    function set(uint8 decimals_, uint256[5] calldata words) external {
        decimals = decimals_;
        _words = words;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(_words);
    }
}

/// @notice What a ChainlinkSource must say of a round, one check after the other.
contract PlainSource {
    IChainlinkSource private immutable _source;

    constructor(IChainlinkSource source) {
        _source = source;
    }

    function read() external view returns (uint256 price, uint256, uint256 updatedAt) {
        uint80 roundId;
        int256 answer;
        (roundId, answer, , updatedAt, ) = _source.feed().latestRoundData();
        if (updatedAt == 0) revert IChainlinkSource.ChainlinkSource_IncompleteRound(roundId);
        if (updatedAt > block.timestamp)
            revert IChainlinkSource.ChainlinkSource_FromFuture(updatedAt, block.timestamp);
        uint256 maxAge = _source.maxAge();
        if (block.timestamp - updatedAt > maxAge)
            revert IChainlinkSource.ChainlinkSource_Stale(updatedAt, block.timestamp, maxAge);
        if (answer == 0) revert IChainlinkSource.ChainlinkSource_ZeroAnswer(roundId);
        if (answer < 0) revert IChainlinkSource.ChainlinkSource_NegativeAnswer(answer);
        price = Feed.toWadDown(uint256(answer), _source.feedDecimals());
        (uint256 least, uint256 most) = (_source.minPrice(), _source.maxPrice());
        if (price < least || price > most)
            revert IChainlinkSource.ChainlinkSource_PriceOutOfBounds(price, least, most);
        return (price, _source.halfSpread(), updatedAt);
    }
}

/// @notice A source checks everything at once, and one thing after the other only where something is doubted: it must say the
/// same of any round as if it always did the latter.
contract ChainlinkRoundsTest is Base {
    AnyRound private _feed = new AnyRound();

    /// @dev A number of any size, or one next to an end of its range, or to `near`.
    function _any(uint256 seed, uint256 near) private pure returns (uint256) {
        uint256 kind = seed % 8;
        uint256 offset = (seed >> 8) % 5;
        unchecked {
            if (kind == 0) return offset;
            if (kind == 1) return uint256(int256(-1)) - offset;
            if (kind == 2) return (1 << 255) + offset - 2;
            if (kind < 6) return near + offset - 2;
            return seed >> (seed >> 248);
        }
    }

    function testFuzz_SaysTheSameOfAnyRound(
        uint8 decimals,
        uint256[4] memory terms,
        uint256[5] memory words,
        uint256 later
    ) external {
        decimals = decimals % 39;
        vm.warp(bound(later, 4 days, 2e9));
        uint256 time = vm.getBlockTimestamp();
        uint256 maxPrice = bound(_any(terms[0], 1e18), 1, type(uint256).max - 1);
        uint256 minPrice = bound(_any(terms[1], maxPrice), 1, maxPrice);
        uint256 deadAfter = bound(_any(terms[2], time), 3 days, type(uint256).max);
        _feed.set(decimals, words);
        IChainlinkSource source = IChainlinkSource(
            deployCode(
                "contracts/oracle/ChainlinkSource.sol:ChainlinkSource",
                abi.encode(
                    ChainlinkConfig({
                        feed: AggregatorV3Interface(address(_feed)),
                        underlying: "ETH",
                        maxAge: bound(_any(terms[3], time), 1, deadAfter),
                        halfSpread: 1e14,
                        minPrice: minPrice,
                        maxPrice: maxPrice,
                        deadAfter: deadAfter,
                        sequencer: AggregatorV3Interface(address(0)),
                        sequencerGrace: 0
                    })
                )
            )
        );
        PlainSource plain = new PlainSource(source);
        vm.warp(time + ((later >> 128) % 3 days));
        time = vm.getBlockTimestamp();
        // Ids that fit, but for one in eight; times that are trusted, or next to the newest or the oldest that is.
        for (uint256 i = 0; i < 5; i += 4) if (words[i] % 8 != 0) words[i] >>= 176;
        unchecked {
            if (words[2] % 8 < 4) words[3] = time;
            else words[3] = _any(words[3], words[2] % 2 == 0 ? time : time - source.maxAge());
        }
        words[1] = _any(words[1], _answerOf(words[2] % 16 < 8 ? minPrice : maxPrice, decimals));
        _feed.set(decimals, words);
        (bool ok, bytes memory said) = address(source).staticcall(abi.encodeCall(source.read, ()));
        (bool should, bytes memory expected) = address(plain).staticcall(abi.encodeCall(plain.read, ()));
        assertTrue(ok == should && keccak256(said) == keccak256(expected), "says the same");
    }

    /// @dev An answer of about that price.
    function _answerOf(uint256 price, uint256 decimals) private pure returns (uint256) {
        unchecked {
            return decimals > 18 ? price * 10 ** (decimals - 18) : price / 10 ** (18 - decimals);
        }
    }
}
