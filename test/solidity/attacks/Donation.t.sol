// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {INetAssetValueFeed} from "../../../contracts/interfaces/INetAssetValueFeed.sol";
import {TokenView} from "../../../contracts/interfaces/ITokenLens.sol";
import {Attack} from "./Attack.sol";

/// @notice BaseToken sent by hand to any contract of the protocol, to move what a share is worth: nobody counts it.
contract DonationTest is Attack {
    INetAssetValueFeed private feedOfLong;

    function setUp() public override {
        super.setUp();
        feedOfLong = createValueFeed(long5EthDai);
    }

    /// @dev All that tells what somebody has: books, accounts, tokens, shares of the pool.
    function told() private view returns (bytes32) {
        TokenView memory seen = tokenLens.token(long5EthDai);
        (, int256 answer, , , ) = feedOfLong.latestRoundData();
        return
            keccak256(
                abi.encode(
                    clearingHouse.market(ethDai.toId()),
                    lens.account(ethDai, address(long5EthDai)),
                    lens.account(ethDai, mallory),
                    lens.pool(ethDaiPool),
                    seen,
                    answer,
                    ethDaiPool.convertToAssets(1e18),
                    long5EthDai.previewRedeem(1e18)
                )
            );
    }

    function testFuzz_sentByHand(uint256 gift) public {
        gift = bound(gift, 1, 5_000_000e18);
        deposit(long5EthDai, alice, 10_000e18);
        join(ethDaiPool, alice, 10_000e18);
        bytes32 before = told();
        uint256 purse = dai.balanceOf(mallory);
        address[11] memory all = [
            address(clearingHouse),
            address(long5EthDai),
            address(ethDaiPool),
            address(factory),
            address(feedFactory),
            address(feedOfLong),
            address(lens),
            address(tokenLens),
            address(source),
            address(accessManager),
            address(feed)
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            vm.prank(mallory);
            dai.transfer(all[i], gift / all.length);
            assertEq(told(), before, "what anybody has is what it was");
        }
        deposit(long5EthDai, mallory, 1_000e18);
        redeem(long5EthDai, mallory);
        assertLe(
            dai.balanceOf(mallory) + (gift / all.length) * all.length,
            purse,
            "the attacker is not richer"
        );
    }
}
