// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Asks a list of views and keeps what they answer: the target of a HookedToken's hook.
contract ViewProbe {
    struct Question {
        address target;
        bytes data;
    }

    Question[] private _questions;
    bytes32[][] private _answers;

    function ask(Question[] calldata questions) external {
        for (uint256 i = 0; i < questions.length; ++i) _questions.push(questions[i]);
    }

    /// @notice Keeps what is answered now.
    function record() external {
        _answers.push(look());
    }

    /// @notice What is answered now, as hashes: what an answer is does not matter, only whether it is the same.
    function look() public view returns (bytes32[] memory found) {
        found = new bytes32[](_questions.length);
        for (uint256 i = 0; i < found.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, bytes memory result) = _questions[i].target.staticcall(_questions[i].data);
            found[i] = keccak256(abi.encodePacked(success, result));
        }
    }

    /// @notice All that was kept.
    function answers() external view returns (bytes32[][] memory) {
        return _answers;
    }
}
