// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice Whoever owns nearly all of the pool gets his fees back, and knows of every rebalance that is due. Standing
/// around it within the block earns him no more than leaving it alone (rule 4): the surcharge goes to the protocol.
contract SoleProviderTest is Attack {
    /// @dev After this mallory owns 98 % of the pool and alice's token is due for a rebalance.
    function _prepare(uint256 price) private {
        endow(dai, mallory, 50_000_000e18);
        join(ethDaiPool, mallory, 50_000_000e18);
        deposit(long5EthDai, alice, 40_000e18);
        deposit(short3EthDai, bob, 20_000e18);
        tick(price, 1 hours);
        clearingHouse.syncNow(ethDai, false);
    }

    function _isDue() private view returns (bool due) {
        (due, , ) = long5EthDai.previewRebalance();
    }

    function testFuzz_sandwichOfForcedTrades(uint256 change, int256 size, bool both) public {
        _prepare(bound(change, 430, 580));
        if (!_isDue()) return;
        uint256 state = vm.snapshotState();
        vm.prank(mallory);
        try long5EthDai.rebalance() {} catch {
            return;
        }
        if (both) _tryRebalance();
        int256 honest = wealth(mallory);
        vm.revertToState(state);

        int256 amount = bound(size, -300e18, 300e18);
        if (amount == 0) return;
        trade(mallory, amount, 150_000e18);
        vm.prank(mallory);
        try long5EthDai.rebalance() {} catch {
            return;
        }
        if (both) _tryRebalance();
        close(mallory);

        // The smaller budget after a trade of one's own can only make the rebalance, and its reward, smaller.
        assertLe(wealth(mallory), honest + 1e12, "the attacker is not richer than by letting it happen");
    }

    function _tryRebalance() private {
        vm.prank(mallory);
        try short3EthDai.rebalance() {} catch {}
    }
}
