// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "./AggregatorV3Interface.sol";
import {IPriceSource} from "./IPriceSource.sol";

/// @notice The price of a source, in the shape of a Chainlink feed: an index for lending markets, or a median.
///
/// ANSWER
/// Mid, in the BaseToken, of 18 decimals; above 0. The half-spread is not in it.
///
/// ROUNDS
/// `roundId`, `startedAt`, `updatedAt` and `answeredInRound` are all the time at which the price was made. There is no
/// history.
///
/// IT REFUSES
/// whenever the source does, with the source's own error. A source depends on nothing that a call in the ClearingHouse could
/// leave half done, so it needs no guard against being read within one.
interface ISourceFeed is AggregatorV3Interface {
    /// @notice The price is zero, or too large to be an answer. WAD.
    error SourceFeed_PriceOutOfRange(uint256 price);
    /// @notice Only the newest round can be asked for.
    error SourceFeed_NoHistory(uint80 roundId, uint80 newest);

    /// @notice The source.
    function source() external view returns (IPriceSource);
}
