// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {NEVER} from "../../../contracts/types/Policy.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Erc4626Calls} from "./Erc4626Calls.sol";

/// @notice A LeveragedToken as the vault.
abstract contract TokenVault is Erc4626Calls {
    using FixedPoint for int256;

    /// @dev A vault, the market that it is in, and another token of that market, which rebalances whenever it can: it makes
    /// the block's forced trades.
    struct World {
        uint256 ground;
        ILeveragedToken token;
        ILeveragedToken other;
    }

    ILeveragedToken internal token;
    ILeveragedToken internal other;
    int256 private target;
    World[] private worlds;

    function openGround(uint256 decimals) internal {
        openMarket(Terms.standardPricing(), Terms.standardRisk(decimals), 0.0005e18, 20_000_000);
        fund(alice, 10_000_000 * one);
        fund(bob, 10_000_000 * one);
        fund(carol, 10_000_000 * one);
    }

    function open(uint256 ground, int256 leverage, PolicyFields memory fields) internal {
        standOn(ground);
        PolicyFields memory eager = Terms.continuous();
        (eager.upperBand, eager.lowerBand, eager.mintBurnBand, eager.rewardCap) = (0, 0, NEVER, 0);
        // Another reward makes another identity, for each vault its own.
        eager.rewardBase = worlds.length * 1e14;
        World storage world = worlds.push();
        world.ground = ground;
        world.other = openToken(leverage < 0 ? int256(3e18) : -3e18, eager);
        world.token = openToken(leverage, fields);
    }

    function kinds() internal pure override returns (uint256) {
        return 6;
    }

    function choose(uint256 kind) private {
        World storage world = worlds[kind];
        standOn(world.ground);
        (token, other) = (world.token, world.other);
        (vault, target) = (token, token.targetLeverage());
    }

    /// @dev A policy with every fee.
    function costly(PolicyFields memory fields) internal pure returns (PolicyFields memory) {
        (fields.mintFee, fields.burnFee, fields.streamingFee) = (0.003e18, 0.002e18, 0.05e18);
        return fields;
    }

    function arrange(uint256 seed) internal override {
        choose((seed & 0xff) % kinds());
        // A market that leans to either side, before and after the mints.
        int256 lean = int256(random(seed, "lean", 0, 16_000e18)) - 8_000e18;
        if (lean != 0) trade(carol, lean, int256(2_000_000 * one));
        vm.prank(alice);
        token.deposit(random(seed, "alice", 100, 200_000) * one, alice);
        vm.prank(bob);
        token.deposit(random(seed, "bob", 100, 100_000) * one, bob);
        vm.prank(alice);
        other.deposit(100_000 * one, alice);
        // Up to a third off target in leverage, up to two days later.
        uint256 range = 0.3e36 / target.abs();
        uint256 price = (500 * (WAD - range + random(seed, "price", 0, 2 * range)));
        pass(random(seed, "time", 1, 2 days), price);
        uint256 state = random(seed, "state");
        if (state & 1 != 0) try token.rebalance() {} catch {}
        if (state & 2 != 0)
            pass(random(seed, "later", 1, 1 hours), (price * (99 + ((state >> 8) % 3))) / 100);
        // Untouched in this block, touched by a trade, or by a forced one.
        if (state & 4 != 0) try other.rebalance() {} catch {}
        if (state & 8 != 0)
            tryTrade(carol, int256(1 + ((state >> 16) % 500e18)) * (state & 16 == 0 ? int8(1) : -1), 0);
    }

    function break_(uint256 seed) internal override {
        uint256 which = random(seed, "break") % 12;
        if (which == 0) skip(2 days);
        if (which == 1) pass(1, 0);
        if (which == 2) {
            skip(1);
            feed.set(-1);
        }
        if (which == 3) pass(1, 1e27);
        if (which == 4 || which == 5) pass(1, target > 0 ? 50e18 : 2_000e18);
        if (which == 5) token.rebalance();
        if (which == 6) clearingHouse.setReduceOnly(params, true);
        if (which == 7 || which == 8) {
            skip(4 days);
            clearingHouse.settle(params);
        }
        if (which == 8) {
            skip(1 hours);
            clearingHouse.conclude(params);
        }
        if (which == 9) {
            vm.startPrank(alice);
            token.redeem(token.balanceOf(alice), alice, alice);
            vm.stopPrank();
        }
        // Nearly, but not quite, worth nothing; and beyond the emergency band.
        if (which >= 10) {
            uint256 left = which == 10 ? 0.001e18 : 0.3e18;
            int256 fall = (int256(WAD - left) * 1e18) / token.currentLeverage();
            pass(1, (token.positionPrice() * uint256(1e18 - fall)) / WAD);
        }
    }

    function closeEntry() internal override {
        clearingHouse.setReduceOnly(params, true);
    }

    function closeExit() internal override {
        skip(2 days);
    }

    function worth() internal view override returns (int256) {
        return token.netAssetValue();
    }

    function sharesOf(address who) internal view override returns (uint256) {
        return token.balanceOf(who);
    }

    // ---------------------------------------------------------------------------------------------- REGRESSIONS

    /// @dev What the mint's own rebalance sells was taken for a gain of the pool, and maxDeposit was too high.
    function test_maxDeposit_isAcceptedWhenTheRebalanceSells() public {
        choose(0);
        vm.prank(alice);
        token.deposit(200_000 * one, alice);
        pass(1, 490e18);
        fund(bob, type(uint96).max);
        uint256 assets = token.maxDeposit(bob);
        assertGt(assets, 1_000_000 * one, "there is room");
        vm.prank(bob);
        token.deposit(assets, bob);
    }
}
