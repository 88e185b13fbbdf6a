// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Attribution} from "../../../contracts/libraries/Attribution.sol";
import {TokenState} from "../../../contracts/types/TokenState.sol";
import {Attack} from "../attacks/Attack.sol";
import {Terms} from "../Terms.sol";

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

    function test_aWholeRebalanceWithoutAScheduleLeavesTheWordOfTheToken() public {
        deposit(long5EthDai, alice, 1_000e18);
        tick(515, 1 hours);
        vm.prank(bob);
        long5EthDai.rebalance();
        uint256 word = _word(long5EthDai);
        assertEq(long5EthDai.state().rebalancedAt(), 0, "no schedule asks for it");
        tick(495, 1 hours);
        vm.prank(bob);
        long5EthDai.rebalance();
        assertEq(_word(long5EthDai), word, "nothing changed");
    }

    function test_aScheduleIsRemembered() public {
        ILeveragedToken daily = createToken(ethDai, 3e18, Terms.pack(Terms.daily()));
        deposit(daily, alice, 1_000e18);
        tick(505, 1 days);
        vm.prank(bob);
        daily.rebalance();
        assertEq(daily.state().rebalancedAt(), vm.getBlockTimestamp(), "completed");
    }
}
