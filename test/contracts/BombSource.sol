// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Reverts, whatever it is asked, with as many zeros as its gas pays for.
contract BombSource {
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        uint256 words = sqrt(gasleft() * 400);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            revert(0, mul(words, 32))
        }
    }

    /// @dev A memory of w words costs w²/512 and 3·w gas; somewhat less than what there is.
    function sqrt(uint256 a) private pure returns (uint256 root) {
        root = a;
        for (uint256 next = (a + 1) / 2; next < root; next = (root + a / root) / 2) root = next;
    }
}
