// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice Standing around a rebalance in one block as trader, minter or holder: nobody earns more than by letting it
/// happen, the reward included (rule 4).
contract SandwichTest is Attack {
    function _prepare(uint256 change) private returns (bool due) {
        deposit(long5EthDai, alice, 40_000e18);
        deposit(short3EthDai, bob, 30_000e18);
        deposit(short3EthDai, mallory, 5_000e18);
        deposit(long5EthDai, mallory, 5_000e18);
        tick(bound(change, 430, 580), 1 hours);
        clearingHouse.syncNow(ethDai, false);
        (due, , ) = long5EthDai.previewRebalance();
    }

    /// @dev Everything sold within the block: purse and account. What is left in the account is a reward.
    function _sellOut() private returns (int256) {
        redeem(long5EthDai, mallory);
        redeem(short3EthDai, mallory);
        close(mallory);
        return int256(dai.balanceOf(mallory));
    }

    function _rebalance() private returns (bool) {
        vm.prank(mallory);
        try long5EthDai.rebalance() {
            return true;
        } catch {
            return false;
        }
    }

    function testFuzz_asTrader(uint256 change, int256 size) public {
        if (!_prepare(change)) return;
        int256 amount = bound(size, -300e18, 300e18);
        if (amount == 0) return;
        uint256 state = vm.snapshotState();
        int256 before = int256(dai.balanceOf(mallory));
        uint256 reward;
        if (_rebalance()) reward = uint256(value(mallory));
        vm.revertToState(state);
        trade(mallory, amount, 150_000e18);
        _rebalance();
        close(mallory);

        assertLe(
            int256(dai.balanceOf(mallory)),
            before + int256(reward) + 1e12,
            "the attacker gains at most the reward"
        );
    }

    function testFuzz_asMinter(uint256 change, uint256 assets, bool long) public {
        if (!_prepare(change)) return;
        uint256 state = vm.snapshotState();
        _rebalance();
        int256 honest = _sellOut();
        vm.revertToState(state);
        assets = bound(assets, 1e18, 20_000e18);
        uint256 room = long ? long5EthDai.maxDeposit(mallory) : short3EthDai.maxDeposit(mallory);
        if (assets > room) return;
        deposit(long ? long5EthDai : short3EthDai, mallory, assets);
        _rebalance();

        assertLe(_sellOut(), honest + 1e12, "the attacker is not richer than by letting it happen");
    }

    function testFuzz_asHolder(uint256 change) public {
        if (!_prepare(change)) return;
        uint256 state = vm.snapshotState();
        redeem(short3EthDai, mallory);
        int256 honest = _sellOut();
        vm.revertToState(state);
        // The same, with the rebalance in between, and its reward.
        redeem(short3EthDai, mallory);
        _rebalance();
        int256 reward = value(mallory);

        assertLe(_sellOut(), honest + reward + 1e12, "the attacker gains at most the reward");
    }
}
