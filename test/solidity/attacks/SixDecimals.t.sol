// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Attack} from "./Attack.sol";

/// @notice Dust of a BaseToken of 6 decimals, whose unit is 1e12 wei of the books: every conversion rounds against
/// whoever picks the moment.
contract SixDecimalsTest is Attack {
    function testFuzz_dustThroughTheToken(uint256 assets, uint256 part, uint256 price) public {
        vm.prank(alice);
        long3EthUsdc.deposit(10_000e6, alice);
        tick(bound(price, 480, 520), 1 hours);
        clearingHouse.syncNow(ethUsdc, false);
        int256 worth = perToken(long3EthUsdc);
        uint256 before = usdc.balanceOf(mallory);
        vm.startPrank(mallory);
        for (uint256 i = 0; i < 8; ++i) {
            long3EthUsdc.deposit(bound(assets, 1, 1000) + i, mallory);
            uint256 shares = long3EthUsdc.balanceOf(mallory);
            long3EthUsdc.redeem(bound(part, 1, shares), mallory, mallory);
        }
        uint256 most = long3EthUsdc.maxWithdraw(mallory);
        if (most > 1) long3EthUsdc.withdraw(most / 2, mallory, mallory);
        if (long3EthUsdc.balanceOf(mallory) != 0)
            long3EthUsdc.redeem(long3EthUsdc.balanceOf(mallory), mallory, mallory);
        vm.stopPrank();

        assertLe(usdc.balanceOf(mallory), before, "the attacker is not richer");
        // What mallory's mints rebalance is the holders' own cost, as it would be at any mint.
        assertGe(
            perToken(long3EthUsdc) * 10_000,
            worth * 9_990,
            "holders pay for no more than their rebalance"
        );
    }

    function testFuzz_dustThroughTheClearingHouse(int256 amount, uint256 margin) public {
        amount = bound(amount, -1e12, 1e12);
        if (amount == 0) return;
        uint256 before = usdc.balanceOf(mallory);
        vm.startPrank(mallory);
        for (uint256 i = 0; i < 8; ++i) {
            int256 brought = int256(bound(margin, 4_000_001, 5_000_000));
            clearingHouse.trade(
                ethUsdc,
                Order(amount, brought, amount > 0 ? type(uint256).max : 0, ANY_TIME)
            );
            clearingHouse.close(ethUsdc, amount < 0 ? type(uint256).max : 0, ANY_TIME);
        }
        vm.stopPrank();

        assertLe(usdc.balanceOf(mallory), before, "the attacker is not richer");
    }

    function testFuzz_dustThroughThePool(uint256 assets) public {
        assets = bound(assets, 1, 1000);
        uint256 before = usdc.balanceOf(mallory);
        vm.startPrank(mallory);
        for (uint256 i = 0; i < 8; ++i) ethUsdcPool.deposit(assets, mallory);
        ethUsdcPool.requestRedeem(ethUsdcPool.balanceOf(mallory));
        vm.stopPrank();
        tick(500, 2 days);
        if (ethUsdcPool.maxRedeem(mallory) != 0) ethUsdcPool.execute(mallory);

        assertLe(usdc.balanceOf(mallory), before, "the attacker is not richer");
    }
}
