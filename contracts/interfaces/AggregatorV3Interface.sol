// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Chainlink's interface of a price feed, named and shaped as Chainlink does.
// solhint-disable-next-line interface-starts-with-i
interface AggregatorV3Interface {
    /// @notice Decimals of an answer.
    function decimals() external view returns (uint8);

    /// @notice What is priced, such as "ETH / USD".
    function description() external view returns (string memory);

    /// @notice Version of the aggregator behind the feed.
    function version() external view returns (uint256);

    /// @notice One round. `updatedAt` is when its answer was made, in seconds since 1970; `answeredInRound` is obsolete.
    function getRoundData(
        uint80 roundId
    )
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);

    /// @notice The newest round.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
