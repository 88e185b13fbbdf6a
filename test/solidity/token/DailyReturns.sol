// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Impact} from "../../../contracts/libraries/Impact.sol";
import {Account} from "../../../contracts/types/Account.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {Scene} from "../Scene.sol";
import {Terms} from "../Terms.sol";

/// @notice Days of a daily token, with others who mint and burn at random hours: from trigger to trigger a token
/// returns L·R_t less costs that have a name, whoever came and went in between.
abstract contract DailyReturns is Scene {
    using FixedPoint for int256;

    /// @dev φ of the market. WAD.
    uint256 internal costRate;
    ILeveragedToken private token;
    int256 private leverage;
    /// @dev Streaming fee per token since the last trigger. WAD.
    uint256 private streamed;
    uint256 private touches;

    /// @notice Sets the price to what is `part` of `parts` of the way from the close of a day to that of the next.
    /// @return price What the market will see. WAD.
    function show(uint256 day, uint256 part, uint256 parts) internal virtual returns (uint256 price);

    /// @notice What else happens between two triggers.
    function between(uint256 day) internal virtual {}

    /// @param hedge Units that somebody holds against the token for all of it. WAD.
    function run(int256 leverage_, uint256 seed, uint256 hedge, uint256 count) internal {
        leverage = leverage_;
        token = openToken(leverage_, Terms.daily());
        toSlot();
        uint256 price = show(0, 0, 1);
        trade(carol, leverage_ < 0 ? int256(hedge) : -int256(hedge), int256(5_000_000 * one));
        vm.prank(alice);
        token.deposit(20_000 * one, alice);
        toSlot();
        show(0, 0, 1);
        token.rebalance();
        for (uint256 day = 0; day < count; ++day) {
            price = this.oneDay(uint256(keccak256(abi.encode(seed, day))), day, price);
        }
        assertGt(touches, count, "others came and went");
    }

    /// @dev On to the next slot of the schedule.
    function toSlot() private {
        skip(1 days - ((vm.getBlockTimestamp() - 2 minutes) % 1 days));
    }

    /// @notice A day, in a call of its own: its memory is gone afterwards, of which a test has little.
    function oneDay(uint256 word, uint256 day, uint256 price) external returns (uint256 next) {
        uint256 supply = token.totalSupply();
        int256 value = (token.netAssetValue() * 1e18) / int256(supply);
        int256 index = marketNow().fundingIndex;
        int256 held = (token.positionAmount() * 1e18) / int256(supply);
        streamed = 0;

        uint256 visits = word % 4;
        uint256 start = vm.getBlockTimestamp();
        for (uint256 i = 0; i < visits; ++i) {
            // Later each time, at a price on the way.
            skip(1 + ((word >> (32 + 16 * i)) % 5 hours));
            show(day, 1, 2);
            visit(uint256(keccak256(abi.encode(word, i))));
        }
        between(day);
        assertLt(vm.getBlockTimestamp(), start + 1 days, "within the day");
        toSlot();
        next = show(day, 1, 1);
        check(value, index, held, price, next);
    }

    /// @dev What a day cost, by name, against what the token is worth after its trigger. Everything per token.
    function check(int256 value, int256 index, int256 held, uint256 price, uint256 next) private {
        accrue();
        int256 supply = int256(token.totalSupply());
        Market memory before = lens.market(params).market;
        vm.prank(keeper);
        (int256 amount, uint256 reward) = token.rebalance();

        int256 cost = int256(Impact.feeUp(next, amount, costRate)) + int256(reward);
        uint256 depth = params.pricing.depth();
        cost += int256(Impact.energyUp(next, before.skew() + amount, depth));
        cost -= int256(Impact.energyUp(next, before.skew(), depth));
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
