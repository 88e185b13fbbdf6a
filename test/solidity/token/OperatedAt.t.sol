// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Attribution} from "../../../contracts/libraries/Attribution.sol";
import {TokenState} from "../../../contracts/types/TokenState.sol";
import {Attack} from "../attacks/Attack.sol";
import {Vm} from "../Base.sol";
import {PolicyFields, Terms} from "../Terms.sol";

/// @notice When a token last operated is in its account, from which its streaming fee counts: only its own operations may move it.
contract OperatedAtTest is Attack {
    function _operatedAt(address owner) private view returns (uint256) {
        return clearingHouse.account(ethDai.toId(), owner).operatedAt();
    }

    function _word(ILeveragedToken token) private view returns (uint256) {
        return TokenState.unwrap(token.state());
    }

    function test_isTheTimeOfMintsBurnsAndRebalances() public {
        assertEq(_operatedAt(address(long5EthDai)), 0, "never");
        deposit(long5EthDai, alice, 1_000e18);
        assertEq(_operatedAt(address(long5EthDai)), vm.getBlockTimestamp(), "a mint");
        tick(515, 1 hours);
        vm.prank(bob);
        long5EthDai.rebalance();
        assertEq(_operatedAt(address(long5EthDai)), vm.getBlockTimestamp(), "a rebalance");
        tick(515, 1 hours);
        redeem(long5EthDai, alice);
        assertEq(_operatedAt(address(long5EthDai)), vm.getBlockTimestamp(), "a burn");
    }

    function test_nobodyElseMovesIt() public {
        deposit(long5EthDai, alice, 1_000e18);
        uint256 minted = vm.getBlockTimestamp();
        tick(425, 1 hours);
        clearingHouse.syncNow(ethDai, false);
        trade(bob, 10e18, 2_000e18);
        vm.prank(bob);
        clearingHouse.liquidate(ethDai, address(long5EthDai));
        assertEq(_operatedAt(address(long5EthDai)), minted, "a liquidation leaves it");
        assertEq(_operatedAt(bob), 0, "nobody else has one");
        // What bob got for it is cash alone.
        close(bob);
        assertEq(_operatedAt(bob), 0, "nor by trading");
        tick(425, 1 hours);
        clearingHouse.syncNow(ethDai, false);
        int256 worth = value(address(long5EthDai));
        uint256 rate = long5EthDai.policy().streamingFee();
        uint256 fee = Attribution.streamingFeeDown(uint256(worth), rate, vm.getBlockTimestamp() - minted);
        assertGt(fee, 0, "there is a fee");
        assertEq(long5EthDai.netAssetValue(), worth - int256(fee), "which counts from the mint");
    }

    function _completedAt(ILeveragedToken token) private view returns (uint256) {
        return token.state().completedAt(_operatedAt(address(token)));
    }

    function test_aWholeRebalanceWithoutAScheduleLeavesTheWordOfTheToken() public {
        deposit(long5EthDai, alice, 1_000e18);
        uint256 word = _word(long5EthDai);
        tick(515, 1 hours);
        vm.prank(bob);
        long5EthDai.rebalance();
        assertEq(_word(long5EthDai), word, "nothing changed");
        assertEq(long5EthDai.state().rebalancedAt(), 0, "no schedule asks for it");
        tick(495, 1 hours);
        vm.prank(bob);
        long5EthDai.rebalance();
        assertEq(_word(long5EthDai), word, "nothing changed");
    }

    function test_norDoesOneWithASchedule() public {
        ILeveragedToken daily = createToken(ethDai, 3e18, Terms.pack(Terms.daily()));
        deposit(daily, alice, 1_000e18);
        uint256 word = _word(daily);
        for (uint256 i = 0; i < 3; ++i) {
            tick(i % 2 == 0 ? 515 : 495, 1 days);
            vm.prank(bob);
            daily.rebalance();
            assertEq(_word(daily), word, "nothing changed");
            assertEq(_completedAt(daily), vm.getBlockTimestamp(), "its account knows when");
            vm.prank(bob);
            vm.expectPartialRevert(ILeveragedToken.LeveragedToken_NotDue.selector);
            daily.rebalance();
        }
        uint256 completed = vm.getBlockTimestamp();
        tick(495, 1 hours);
        deposit(daily, alice, 1e18);
        assertEq(_completedAt(daily), completed, "what comes later remembers it");
    }

    /// @dev Mints, burns and rebalances, whole and in part, some in one block: when the last was completed is what the logs say.
    function testFuzz_completedAtIsWhatTheLogsSay(uint256[24] memory random) public {
        PolicyFields memory fields = Terms.daily();
        (fields.interval, fields.offset, fields.upperBand, fields.lowerBand) = (1 hours, 0, 0.01e18, 0.01e18);
        (fields.mintBurnBand, fields.maxImpact) = (0.005e18, 0.0001e18);
        ILeveragedToken token = createToken(ethDai, 3e18, Terms.pack(fields));
        deposit(token, alice, 30_000e18);
        // A first mint is on target.
        uint256 expected = vm.getBlockTimestamp();
        for (uint256 i = 0; i < random.length; ++i) {
            uint256 r = random[i];
            if (r % 3 != 0) tick(bound(r >> 8, 480, 520), bound(r >> 32, 1, 2 hours));
            vm.recordLogs();
            uint256 kind = (r >> 64) % 4;
            if (kind == 0) deposit(token, alice, 10e18);
            if (kind == 1) {
                vm.prank(alice);
                token.redeem(1e18, alice, alice);
            }
            if (kind > 1) {
                vm.prank(bob);
                try token.rebalance() returns (int256, uint256) {} catch {}
            }
            if (_toldComplete(token)) expected = vm.getBlockTimestamp();
            assertEq(_completedAt(token), expected, "completed");
        }
    }

    function _toldComplete(ILeveragedToken token) private returns (bool told) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (logs[i].emitter != address(token)) continue;
            if (topic == ILeveragedToken.Rebalanced.selector) told = true;
            if (topic == ILeveragedToken.RebalancedInPassing.selector) told = true;
        }
    }
}
