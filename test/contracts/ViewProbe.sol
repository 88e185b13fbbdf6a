// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Asks a list of views and keeps what they answer: the target of a HookedToken's hook, and of a call around it.
contract ViewProbe {
    struct Question {
        address target;
        bytes data;
    }

    struct Answer {
        bool success;
        bytes result;
    }

    Question[] private _questions;
    Answer[][] private _answers;

    function ask(Question[] calldata questions) external {
        for (uint256 i = 0; i < questions.length; ++i) _questions.push(questions[i]);
    }

    /// @notice Keeps another round of answers.
    function record() external {
        Answer[] storage round = _answers.push();
        for (uint256 i = 0; i < _questions.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, bytes memory result) = _questions[i].target.staticcall(_questions[i].data);
            // What an answer is does not matter, only whether it is the same.
            round.push(Answer(success, success ? abi.encodePacked(keccak256(result)) : result));
        }
    }

    function answers(uint256 round) external view returns (Answer[] memory) {
        return _answers[round];
    }

    function rounds() external view returns (uint256) {
        return _answers.length;
    }
}
