// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {Attack} from "./Attack.sol";

/// @notice Entering the pool before a gain that one knows of, and leaving before a loss. Leaving takes the market's delay,
/// is paid at what the pool is worth then, and costs the exit fee.
contract KnownGainTest is Attack {
    function test_enteringBeforeAKnownGain() public {
        trade(alice, 400e18, 50_000e18);
        int256 before = wealth(mallory);
        join(ethDaiPool, mallory, 1_000_000e18);
        tick(495, 12);
        ask(ethDaiPool, mallory);
        uint256 shares = ethDaiPool.balanceOf(address(ethDaiPool));
        vm.prank(mallory);
        vm.expectPartialRevert(ILiquidityPool.LiquidityPool_NotRedeemable.selector);
        ethDaiPool.redeem(shares, mallory, mallory);
        // What she wanted to run away from comes before she may leave.
        close(alice);
        tick(500, 2 days);
        trade(alice, 400e18, 50_000e18);
        tick(510, 12);
        close(alice);
        ethDaiPool.execute(mallory);

        assertLt(wealth(mallory), before, "the attacker is not richer");
    }

    function test_leavingBeforeAKnownLoss() public {
        join(ethDaiPool, mallory, 1_000_000e18);
        trade(alice, 400e18, 50_000e18);
        ask(ethDaiPool, mallory);
        int256 entered = 1_000_000e18;
        tick(550, 2 days);
        int256 share = (equity() * 1e18) / int256(ethDaiPool.totalSupply());
        (, uint256 assets) = ethDaiPool.execute(mallory);

        assertLt(int256(assets), entered, "she bears her part of the loss");
        int256 then = (equity() * 1e18) / int256(ethDaiPool.totalSupply());
        assertGe(then, share, "those who stay are not poorer for it");
    }

    function testFuzz_thereAndBack(uint256 stake, int256 skew) public {
        uint256 assets = bound(stake, 1e6, 9_000_000e18);
        int256 amount = bound(skew, -790e18, 790e18);
        if (amount != 0) trade(alice, amount, 200_000e18);
        // Funding is the only thing that happens meanwhile, and alice's side of it may be what mallory gains.
        close(alice);
        uint256 before = dai.balanceOf(mallory);
        join(ethDaiPool, mallory, assets);
        ask(ethDaiPool, mallory);
        tick(500, 2 days);
        if (ethDaiPool.maxRedeem(mallory) == 0) return;
        ethDaiPool.execute(mallory);

        assertLe(dai.balanceOf(mallory), before, "the attacker is not richer");
    }
}
