// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A price as Pyth stores it: price · 10^expo, give or take conf · 10^expo, as of publishTime.
struct PythPrice {
    int64 price;
    uint64 conf;
    int32 expo;
    uint256 publishTime;
}

/// @notice What is used of Pyth's contract, named and shaped as Pyth does.
interface IPyth {
    /// @notice The newest price that was brought, however old. Reverts when there was none.
    function getPriceUnsafe(bytes32 id) external view returns (PythPrice memory price);

    /// @notice What updatePriceFeeds costs. Wei.
    function getUpdateFee(bytes[] calldata updateData) external view returns (uint256 fee);

    /// @notice Takes signed prices; what is not newer than what is stored changes nothing.
    function updatePriceFeeds(bytes[] calldata updateData) external payable;
}
