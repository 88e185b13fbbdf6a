// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Crisis} from "../resolution/Crisis.sol";
import {PolicyFields, Pricing, Terms} from "../Terms.sol";

/// @notice Whoever is the pool pushes the skew before a forced trade, so that its closed form makes it larger, and takes the
/// push back after it: no better than letting it happen, also where the protocol has no share of the fees (rule 4).
contract SkewPushTest is Crisis {
    /// @dev protocolFees are counted in steps of 1e-8 BaseToken, and what is less than one stays in the pool.
    int256 private constant TOLERANCE = 2e10;

    ILeveragedToken private long5;
    ILeveragedToken private short3;
    address private mallory;

    function setUp() public override {
        super.setUp();
        mallory = person("mallory");
    }

    /// @dev A thin market of which mallory has all shares that somebody owns.
    function build(uint256 protocolShare, uint256 tradeFee) private {
        Pricing memory pricing = Terms.standardPricing();
        (pricing.depth, pricing.protocolShare, pricing.tradeFee) = (20_000e18, protocolShare, tradeFee);
        thin = marketParams(address(dai), pricing, Terms.standardRisk(18));
        id = thin.toId();
        pool = createMarket(thin, 1_000_000e18);
        people.push(address(pool));
        pool.transfer(mallory, pool.balanceOf(address(this)));
    }

    function wealth() private view returns (int256) {
        int256 shares = int256(pool.balanceOf(mallory));
        int256 pooled = (equity() * shares) / int256(pool.totalSupply());
        return int256(dai.balanceOf(mallory)) + value(mallory) + pooled;
    }

    function flatten() private {
        if (position(mallory) != 0 || cash(mallory) != 0) close(mallory);
    }

    // ---------------------------------------------------------------------------------------------- liquidation

    function testFuzz_liquidation(int256 push, int256 size, bool free) public {
        pushALiquidation(push, bound(size, -400e18, 400e18), free ? 0 : 0.2e18, 0.0005e18, true);
    }

    /// The fees of a push and of what it adds are next to nothing, and the reward is not.
    function testFuzz_liquidationWithoutFees(int256 push, int256 size, bool self) public {
        pushALiquidation(push, bound(size, -400e18, 400e18), 0, 1e6, self);
    }

    function pushALiquidation(
        int256 push,
        int256 size,
        uint256 protocolShare,
        uint256 tradeFee,
        bool self
    ) private {
        build(protocolShare, tradeFee);
        if (size > -1e18 && size < 1e18) return;
        trade(alice, size, (size > 0 ? size : -size) * 58);
        move(size > 0 ? 469e18 : 531e18);
        clearingHouse.syncNow(thin, false);
        uint256 state = vm.snapshotState();
        vm.prank(self ? mallory : keeper);
        clearingHouse.liquidate(thin, alice);
        flatten();
        int256 honest = wealth();
        vm.revertToState(state);

        push = bound(push, -400e18, 400e18);
        if (push == 0) return;
        trade(mallory, push, 300_000e18);
        vm.prank(self ? mallory : keeper);
        clearingHouse.liquidate(thin, alice);
        flatten();
        assertLe(wealth(), honest + TOLERANCE, "the attacker is not richer than by letting it happen");
        checkBooks();
    }

    // ---------------------------------------------------------------------------------------------- rebalance

    /// Within the budget of 10 units, and small against it, so that it is the closed form that decides.
    function testFuzz_rebalanceWithinTheBudget(uint256 price, int256 push) public {
        pushARebalance(6_000e18, bound(price, 473, 527), push);
    }

    function testFuzz_rebalanceBeyondTheBudget(uint256 price, int256 push) public {
        pushARebalance(60_000e18, bound(price, 465, 540), push);
    }

    function testFuzz_emergency(uint256 price, int256 push) public {
        pushARebalance(60_000e18, bound(price, 430, 445), push);
    }

    function pushARebalance(uint256 assets, uint256 price, int256 push) private {
        build(0, 0.0005e18);
        PolicyFields memory eager = Terms.continuous();
        (eager.upperBand, eager.lowerBand) = (0.001e18, 0.001e18);
        long5 = createToken(thin, 5e18, Terms.pack(eager));
        short3 = createToken(thin, -3e18, Terms.pack(eager));
        people.push(address(long5));
        people.push(address(short3));
        vm.startPrank(alice);
        long5.deposit(assets, alice);
        short3.deposit(assets / 2, alice);
        vm.stopPrank();
        move(price * 1e18);
        clearingHouse.syncNow(thin, false);
        uint256 state = vm.snapshotState();
        rebalanceBoth();
        flatten();
        int256 honest = wealth();
        vm.revertToState(state);

        push = bound(push, -150e18, 150e18);
        if (push == 0) return;
        trade(mallory, push, 300_000e18);
        rebalanceBoth();
        flatten();
        assertLe(wealth(), honest + TOLERANCE, "the attacker is not richer than by letting it happen");
    }

    function rebalanceBoth() private {
        vm.startPrank(mallory);
        // solhint-disable-next-line no-empty-blocks
        try long5.rebalance() {} catch {}
        // solhint-disable-next-line no-empty-blocks
        try short3.rebalance() {} catch {}
        vm.stopPrank();
    }
}
