// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What Chainlink Automation asks of a contract whose work it does: written anew, since its package brings much
/// else.
// solhint-disable-next-line interface-starts-with-i
interface AutomationCompatibleInterface {
    /// @notice Called by keepers off chain, as a simulation, on every block.
    /// @param checkData What the work was registered with.
    /// @return upkeepNeeded Whether to call `performUpkeep`.
    /// @return performData What to call it with.
    function checkUpkeep(
        bytes calldata checkData
    ) external returns (bool upkeepNeeded, bytes memory performData);

    /// @notice Called by keepers on chain.
    function performUpkeep(bytes calldata performData) external;
}
