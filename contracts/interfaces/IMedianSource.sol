// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILastPrice} from "./ILastPrice.sol";

/// @notice What a MedianSource is made from.
/// @param underlying Short name of what is priced, such as "ETH"; 1 to 31 bytes.
/// @param sources Two or three, each once, all pricing the same.
/// @param maxDivergence How far two prices may be from each other to agree, as a part of the lower: what they differ by in
/// quick markets, with their half-spreads. Above 0, below 100 %. WAD.
struct MedianConfig {
    string underlying;
    ILastPrice[] sources;
    uint256 maxDivergence;
}

/// @notice One price out of two or three sources. One that is wrong, or silent, can't decide it; two that disagree give
/// none.
///
/// | answers | price | half-spread | refused |
/// |---|---|---|---|
/// | three | the middle one | the wider of it and of its nearest neighbour | unless these two agree |
/// | two | their mean, down | the wider of both, and half of what is between them | unless they agree |
/// | one, none | | | always |
///
/// The time is that of the oldest answer. A source that refuses, reverts, or says what is no price, gives no answer.
interface IMedianSource is ILastPrice {
    /// @notice A parameter is outside its bounds; `name` says which.
    error MedianSource_ParameterOutOfBounds(string name, uint256 value, uint256 least, uint256 most);
    /// @notice Two of the sources are the same.
    error MedianSource_DuplicateSource(uint256 source, uint256 other);
    /// @notice Two prices are needed.
    error MedianSource_TooFewAnswers(uint256 answers, uint256 sources);
    /// @notice No two prices are near each other. BaseToken and divergence, WAD.
    error MedianSource_Diverging(uint256 price, uint256 nearest, uint256 divergence, uint256 maxDivergence);

    /// @notice The sources.
    function sources() external view returns (ILastPrice[] memory);

    /// @notice How far two prices may be from each other to agree, as a part of the lower. WAD.
    function maxDivergence() external view returns (uint256);
}
