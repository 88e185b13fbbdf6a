// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attack} from "./Attack.sol";

/// @notice BaseToken sent by hand to the ClearingHouse, a token or a pool, to move what a share is worth: nobody counts it.
contract DonationTest is Attack {
    function testFuzz_sentByHand(uint256 gift) public {
        gift = bound(gift, 1, 5_000_000e18);
        deposit(long5EthDai, alice, 10_000e18);
        join(ethDaiPool, alice, 10_000e18);
        bytes32 books = keccak256(abi.encode(clearingHouse.market(ethDai.toId())));
        int256 worth = perToken(long5EthDai);
        uint256 share = ethDaiPool.convertToAssets(1e18);
        uint256 before = dai.balanceOf(mallory);
        vm.startPrank(mallory);
        dai.transfer(address(clearingHouse), gift / 3);
        dai.transfer(address(long5EthDai), gift / 3);
        dai.transfer(address(ethDaiPool), gift / 3);
        vm.stopPrank();

        assertEq(keccak256(abi.encode(clearingHouse.market(ethDai.toId()))), books, "the books don't see it");
        assertEq(perToken(long5EthDai), worth, "a token is worth what it was");
        assertEq(ethDaiPool.convertToAssets(1e18), share, "a share of the pool is worth what it was");
        deposit(long5EthDai, mallory, 1_000e18);
        redeem(long5EthDai, mallory);
        assertLe(dai.balanceOf(mallory) + (gift / 3) * 3, before, "the attacker is not richer");
    }
}
