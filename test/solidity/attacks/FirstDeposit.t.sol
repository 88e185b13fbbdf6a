// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {Attack} from "./Attack.sol";

/// @notice Being first with hardly anything and making a share so dear that the next deposit rounds to nothing.
contract FirstDepositTest is Attack {
    function testFuzz_inflatingAToken(uint256 first, uint256 gift, uint256 assets) public {
        first = bound(first, 4.1e18, 100e18);
        assets = bound(assets, 5e18, 10_000e18);
        uint256 before = dai.balanceOf(mallory);
        deposit(long5EthDai, mallory, first);
        uint256 shares = long5EthDai.balanceOf(mallory);
        // Down to the least that may be left, then gifts, which nobody counts.
        vm.prank(mallory);
        try long5EthDai.redeem(shares - 1, mallory, mallory) {} catch {}
        vm.startPrank(mallory);
        gift = bound(gift, 0, 1_000_000e18);
        dai.transfer(address(clearingHouse), gift);
        dai.transfer(address(long5EthDai), gift);
        vm.stopPrank();

        uint256 room = long5EthDai.maxDeposit(alice);
        if (room < assets) return;
        uint256 purse = dai.balanceOf(alice);
        deposit(long5EthDai, alice, assets);
        redeem(long5EthDai, alice);
        // Both ways at 5x: 5 · 2 · (0.0005 + 0.0005), impact cancels.
        assertGe(dai.balanceOf(alice) + (assets * 12) / 1000, purse, "alice loses no more than fees");
        redeem(long5EthDai, mallory);
        assertLe(dai.balanceOf(mallory), before, "the attacker is not richer");
    }

    function test_aTokenCannotBeFirstMintedWithNothing() public {
        vm.startPrank(mallory);
        vm.expectPartialRevert(ILeveragedToken.LeveragedToken_FirstMintTooSmall.selector);
        long5EthDai.deposit(1e6, mallory);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_InsufficientMargin.selector);
        long5EthDai.deposit(1e18, mallory);
        vm.stopPrank();
    }

    function testFuzz_inflatingAPool(uint256 gift, uint256 assets) public {
        assets = bound(assets, 1, 10_000e18);
        gift = bound(gift, 0, 1_000_000e18);
        uint256 before = dai.balanceOf(mallory);
        vm.startPrank(mallory);
        // A market of the least seed: only the locked shares and one more.
        ethDai.pricing = ethUsdc.pricing;
        ethDai.priceSource = address(deploySource(feed));
        (, address pool) = clearingHouse.createMarket(ethDai, 1e6 + 1);
        dai.transfer(pool, gift);
        dai.transfer(address(clearingHouse), gift);
        vm.stopPrank();
        admit(dai, pool);

        uint256 shares = join(ILiquidityPool(pool), alice, assets);
        uint256 worth = ILiquidityPool(pool).convertToAssets(shares);
        assertGe(worth + 1, assets, "alice owns what she brought");
        assertLe(dai.balanceOf(mallory), before, "the attacker is not richer");
    }
}
