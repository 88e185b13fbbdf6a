// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Pricing, Terms} from "../Terms.sol";
import {DailyReturns} from "./DailyReturns.sol";

/// @notice 500 days of a daily token over one feed, at prices that go anywhere.
contract DailyReturnsTest is DailyReturns {
    uint256 private path;
    uint256[] private closes = [500e18];

    function setUp() public {
        Pricing memory pricing = Terms.standardPricing();
        // 18 % a year at most: the rate of the local market would be all of it in two months.
        (pricing.fundingVelocity, pricing.maxFundingRate) = (1e18, 0.0005e18);
        openMarket(pricing, Terms.standardRisk(18), 0.0005e18, 20_000_000);
        costRate = 0.001e18;
        for (uint256 i = 0; i < 3; ++i) fund([alice, bob, carol][i], 1e10 * one);
    }

    function test_long3() public {
        path = 1;
        run(3e18, 1, 3_000e18, vm.envOr("DAILY_RETURNS_DAYS", uint256(500)));
    }

    function test_short2() public {
        path = 2;
        run(-2e18, 2, 3_000e18, vm.envOr("DAILY_RETURNS_DAYS", uint256(500)));
    }

    function show(uint256 day, uint256 part, uint256 parts) internal override returns (uint256 price) {
        if (closes.length == day + 1) {
            uint256 word = uint256(keccak256(abi.encode(path, day)));
            // Anywhere within 8 %, back to the middle in the long run.
            uint256 middle = (closes[day] * 99 + 500e18) / 100;
            closes.push((middle * (0.92e18 + ((word >> 16) % 0.16e18))) / 1e18);
        }
        price = (closes[day] * (parts - part) + closes[day + 1] * part) / parts;
        setPrice(price);
    }
}
