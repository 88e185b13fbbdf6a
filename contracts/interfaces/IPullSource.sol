// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A price source that is told its price: whoever needs a fresh one brings signed updates in the same transaction.
interface IPullSource {
    /// @notice What `update` costs for these updates. Wei of the chain's coin.
    function updateFee(bytes[] calldata updates) external view returns (uint256 fee);

    /// @notice Takes signed updates and pays the oracle for them. Gives back to the caller what is left of the value sent.
    /// A price never goes back in time: an update older than what is known changes nothing.
    function update(bytes[] calldata updates) external payable;
}
