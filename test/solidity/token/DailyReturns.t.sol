// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Impact} from "../../../contracts/libraries/Impact.sol";
import {Account} from "../../../contracts/types/Account.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {Scene} from "../Scene.sol";
import {Pricing, Terms} from "../Terms.sol";

/// @notice 500 days of a daily token, with others who mint and burn at random hours: from trigger to trigger a token
/// returns L·R_t less costs that have a name, whoever came and went in between.
contract DailyReturnsTest is Scene {
    using FixedPoint for int256;

    ILeveragedToken private token;
    int256 private leverage;
    /// @dev Streaming fee per token since the last trigger. WAD.
    uint256 private streamed;
    uint256 private touches;

    function setUp() public {
        Pricing memory pricing = Terms.standardPricing();
        // 18 % a year at most: the rate of the local market would be all of it in two months.
        (pricing.fundingVelocity, pricing.maxFundingRate) = (1e18, 0.0005e18);
        openMarket(pricing, Terms.standardRisk(18), 0.0005e18, 20_000_000);
        for (uint256 i = 0; i < 3; ++i) fund([alice, bob, carol][i], 1e10 * one);
    }

    function test_long3() public {
        run(3e18, 1);
    }

    function test_short2() public {
        run(-2e18, 2);
    }

    function run(int256 leverage_, uint256 seed) private {
        leverage = leverage_;
        token = openToken(leverage_, Terms.daily());
        trade(carol, leverage_ < 0 ? int256(3_000e18) : -3_000e18, int256(5_000_000 * one));
        uint256 price = 500e18;
        toSlot(price);
        vm.prank(alice);
        token.deposit(20_000 * one, alice);
        toSlot(price);
        token.rebalance();
        uint256 count = vm.envOr("DAILY_RETURNS_DAYS", uint256(500));
        for (uint256 day = 0; day < count; ++day) {
            price = oneDay(uint256(keccak256(abi.encode(seed, day))), price);
        }
        assertGt(touches, count, "others came and went");
    }

    /// @dev On to the next slot of the schedule.
    function toSlot(uint256 price) private {
        uint256 time = vm.getBlockTimestamp();
        pass(1 days - ((time - 2 minutes) % 1 days), price);
    }

    function oneDay(uint256 word, uint256 price) private returns (uint256 next) {
        uint256 supply = token.totalSupply();
        int256 value = (token.netAssetValue() * 1e18) / int256(supply);
        Market memory market = marketNow();
        int256 index = market.fundingIndex;
        int256 held = (token.positionAmount() * 1e18) / int256(supply);
        streamed = 0;

        // Anywhere within 8 %, back to the middle in the long run.
        uint256 middle = (price * 99 + 500e18) / 100;
        next = (middle * (0.92e18 + ((word >> 16) % 0.16e18))) / 1e18;
        uint256 visits = word % 4;
        uint256 start = vm.getBlockTimestamp();
        for (uint256 i = 0; i < visits; ++i) {
            // Later each time, at a price on the way.
            pass(1 + ((word >> (32 + 16 * i)) % 5 hours), (price + next) / 2);
            visit(uint256(keccak256(abi.encode(word, i))));
        }
        assertLt(vm.getBlockTimestamp(), start + 1 days, "within the day");
        toSlot(next);
        check(value, index, held, price, next);
    }

    /// @dev What a day cost, by name, against what the token is worth after its trigger. Everything per token.
    function check(int256 value, int256 index, int256 held, uint256 price, uint256 next) private {
        accrue();
        int256 supply = int256(token.totalSupply());
        Market memory before = lens.market(params).market;
        vm.prank(keeper);
        (int256 amount, uint256 reward) = token.rebalance();

        int256 cost = int256(Impact.feeUp(next, amount, 0.001e18)) + int256(reward);
        cost += Impact.impact(next, before.skew(), amount, params.pricing.depth());
        int256 gain = (((leverage * value) / 1e18) * (int256(next) - int256(price))) / int256(price);
        // What the token would be worth, less funding, streaming fee and the costs of rebalancing.
        value += gain - (held * (before.fundingIndex - index)) / 1e18;
        value -= int256(streamed) + (cost * 1e18) / supply;
        int256 actual = (token.netAssetValue() * 1e18) / supply;
        // Landing on target, to 1e-12, is the largest of what is rounded.
        assertApproxEqAbs(
            actual,
            value,
            gain.abs() / 1e11 + 1e6,
            "P * (1 + L * R - fee - impact - funding - streaming fee - reward)"
        );
        assertGt(reward, 0, "the keeper is paid");
    }

    /// @dev Somebody mints or burns.
    function visit(uint256 word) private {
        accrue();
        uint256 balance = token.balanceOf(bob);
        vm.startPrank(bob);
        if (word & 1 == 0 || balance == 0) {
            uint256 assets = 1e18 + ((word >> 8) % 20_000e18);
            uint256 most = token.maxDeposit(bob);
            if (most > 1e18) token.deposit(assets < most ? assets : most, bob);
        } else {
            token.redeem(1 + ((word >> 8) % balance), bob, bob);
        }
        vm.stopPrank();
        ++touches;
    }

    /// @dev Adds the streaming fee that the next touch takes.
    function accrue() private {
        Market memory market = lens.market(params).market;
        Account account = clearingHouse.account(id, address(token));
        int256 gross = (account.position() * market.positionPrice()).divFloor(1e18) + account.cash();
        uint256 fee = uint256(gross - token.netAssetValue());
        streamed += (fee * 1e18) / token.totalSupply();
    }
}
