// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {NEVER} from "../../../contracts/types/Policy.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Erc4626Calls} from "./Erc4626Calls.sol";

/// @notice A LiquidityPool as the vault. It is left in two steps: what `withdraw` and `redeem` take are shares that were
/// asked to leave and have waited, so those are what an owner's max* speak about, and what leaving burns.
abstract contract PoolVault is Erc4626Calls {
    ILeveragedToken[2] private eagers;
    ILeveragedToken private eager;

    function open(uint256 kind, uint256 decimals) internal {
        openMarket(Terms.standardPricing(), Terms.standardRisk(decimals), 0.0005e18, 1_000_000);
        fund(alice, 100_000_000 * one);
        fund(bob, 100_000_000 * one);
        fund(carol, 100_000_000 * one);
        PolicyFields memory fields = Terms.continuous();
        (fields.upperBand, fields.lowerBand, fields.mintBurnBand, fields.rewardCap) = (0, 0, NEVER, 0);
        eagers[kind] = openToken(-3e18, fields);
    }

    function choose(uint256 kind) private {
        standOn(kind);
        (vault, eager) = (pool, eagers[kind]);
    }

    function kinds() internal pure override returns (uint256) {
        return 2;
    }

    function arrange(uint256 seed) internal override {
        choose((seed & 0xff) % kinds());
        for (uint256 i = 0; i < 2; ++i) {
            address who = i == 0 ? alice : bob;
            vm.startPrank(who);
            uint256 shares = pool.deposit(
                random(seed, i == 0 ? "alice" : "bob", 1_000, 2_000_000) * one,
                who
            );
            pool.requestRedeem(shares / 2);
            vm.stopPrank();
        }
        int256 lean = int256(random(seed, "lean", 0, 1_000e18)) - 500e18;
        if (lean != 0) tryTrade(carol, lean, int256(300_000 * one));
        vm.prank(carol);
        eager.deposit(20_000 * one, carol);
        uint256 price = random(seed, "price", 450e18, 550e18);
        pass(2 days + random(seed, "time", 0, 10 days), price);
        uint256 state = random(seed, "state");
        if (state & 1 != 0) try eager.rebalance() {} catch {}
        if (state & 2 != 0) tryTrade(carol, -lean / 2, 0);
    }

    function break_(uint256 seed) internal override {
        uint256 which = random(seed, "break") % 9;
        if (which == 0) skip(2 days);
        if (which == 1) pass(1, 0);
        if (which == 2) {
            skip(1);
            feed.set(-1);
        }
        if (which == 3) pass(1, 1e27);
        // Worth little, or less than nothing.
        if (which == 4 || which == 5) {
            tryTrade(carol, 900e18, 0);
            uint256 gain = (uint256(pool.equity()) * (which == 4 ? 99 : 101)) / 100;
            int256 skew = int256(marketNow().longs) - int256(marketNow().shorts);
            int256 price =
                int256(marketNow().price) + (int256(gain) * 1e18) / (skew == 0 ? int256(1e18) : skew);
            if (price > 1e18) pass(1, uint256(price));
        }
        if (which == 6) clearingHouse.setReduceOnly(params, true);
        if (which == 7 || which == 8) {
            skip(4 days);
            clearingHouse.settle(params);
        }
        if (which == 8) {
            skip(1 hours);
            clearingHouse.conclude(params);
        }
    }

    function closeEntry() internal override {
        skip(2 days);
    }

    function closeExit() internal override {
        skip(2 days);
    }

    function worth() internal view override returns (int256) {
        return pool.equity();
    }

    function sharesOf(address who) internal view override returns (uint256 shares) {
        (shares, ) = pool.request(who);
    }

    // ---------------------------------------------------------------------------------------------- TWO STEPS

    function test_leaving_isOnlyForWhatWasAskedForAndHasWaited() public {
        choose(0);
        vm.startPrank(bob);
        uint256 shares = pool.deposit(1_000 * one, bob);
        assertEq(pool.maxRedeem(bob), 0, "nothing was asked for");
        pool.requestRedeem(shares);
        assertEq(pool.maxRedeem(bob) + pool.maxWithdraw(bob), 0, "nothing has waited");
        vm.expectRevert();
        pool.redeem(shares, bob, bob);
        vm.stopPrank();
        pass(2 days, 500e18);
        assertEq(pool.maxRedeem(bob), shares, "all has waited");
        assertEq(pool.maxWithdraw(bob), pool.previewRedeem(shares), "and is worth its preview");
    }
}
