// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Books} from "../../../contracts/libraries/Books.sol";
import {Conditions} from "../../../contracts/libraries/Impact.sol";
import {Rebalance} from "../../../contracts/libraries/Rebalance.sol";
import {NEVER} from "../../../contracts/types/Policy.sol";
import {Scene} from "../Scene.sol";
import {PolicyFields, Terms} from "../Terms.sol";

/// @notice A holder who does nothing while a thousand others mint and burn at one price (rule 3 of the design): value per
/// token, as each mint or burn computes it, never falls, nor does exposure per token, by more than a wei; and neither
/// rises beyond what rounding and fees leave. Each state is one in which the obvious δ = L·D/p would dilute him.
contract DilutionTest is Scene {
    ILeveragedToken private token;
    /// @dev A token that rebalances whenever it can, and takes budget and B with it.
    ILeveragedToken private other;
    address[3] private people;

    /// @dev What each token has.
    struct PerToken {
        int256 position;
        uint256 value;
        uint256 supply;
    }

    function setUp() public {
        openMarket(Terms.standardPricing(), Terms.standardRisk(18), 0.0005e18, 20_000_000);
        people = [bob, carol, dave];
        for (uint256 i = 0; i < 3; ++i) fund(people[i], 1e9 * one);
        fund(alice, 1e9 * one);
        PolicyFields memory eager = Terms.continuous();
        (eager.upperBand, eager.lowerBand, eager.mintBurnBand, eager.rewardCap) = (0, 0, NEVER, 0);
        other = openToken(3e18, eager);
    }

    function begin(int256 leverage, PolicyFields memory fields, int256 lean) private {
        token = openToken(leverage, fields);
        if (lean != 0) trade(dave, lean, int256(5_000_000 * one));
        vm.prank(alice);
        token.deposit(50_000 * one, alice);
        vm.prank(alice);
        other.deposit(400_000 * one, alice);
    }

    function operations() private view returns (uint256) {
        return vm.envOr("DILUTION_OPERATIONS", uint256(1_000));
    }

    // ---------------------------------------------------------------------------------------------- STATES

    function test_onTarget() public {
        begin(5e18, Terms.continuous(), 0);
        skip(1);
        thousand(1);
    }

    function test_staleOffTarget_daily_longAfterARise() public {
        begin(3e18, Terms.daily(), 5_000e18);
        pass(7 hours, 550e18);
        thousand(2);
    }

    function test_staleOffTarget_daily_longAfterAFall() public {
        begin(3e18, Terms.daily(), -5_000e18);
        pass(7 hours, 450e18);
        thousand(3);
    }

    function test_continuous_short_withFees() public {
        PolicyFields memory fields = Terms.continuous();
        (fields.mintFee, fields.burnFee) = (0.003e18, 0.002e18);
        begin(-3e18, fields, 5_000e18);
        pass(1 hours, 540e18);
        thousand(4);
    }

    /// @dev The other token has taken all of the budget: nothing is left for the rebalance within a mint.
    function test_budgetGone() public {
        begin(5e18, Terms.continuous(), 0);
        vm.prank(alice);
        other.deposit(800_000 * one, alice);
        pass(1 hours, 540e18);
        vm.prank(keeper);
        other.rebalance();
        assertEq(budget(), 0, "the budget is gone");
        thousand(5);
    }

    /// @dev The fill may be no further from mid than the skew already is, more or less: each mint and burn moves the limit.
    function test_maxImpactBinds() public {
        PolicyFields memory fields = Terms.continuous();
        fields.maxImpact = 0.005e18;
        begin(5e18, fields, 4_000e18);
        pass(1 hours, 520e18);
        thousand(6);
    }

    /// @dev Rebalances buy, burns sell: netted trades, where Δr and δ have opposite signs.
    function test_rebalancesBuyWhileBurnsSell() public {
        PolicyFields memory fields = Terms.continuous();
        fields.mintBurnBand = 0;
        begin(5e18, fields, -5_000e18);
        pass(1 hours, 515e18);
        thousand(7);
    }

    /// @dev The market leans so far to the other side that a mint is paid for.
    function test_mintsEarn() public {
        begin(5e18, Terms.continuous(), -10_000e18);
        pass(1 minutes, 501e18);
        assertGt(token.previewDeposit(1_000 * one), token.convertToShares(1_000 * one), "a discount");
        thousand(8);
    }

    function test_nearlyWipedOut() public {
        begin(5e18, Terms.daily(), 0);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(people[i]);
            token.deposit(5_000 * one, people[i]);
        }
        pass(1 hours, 400.05e18);
        assertLt(token.convertToAssets(WAD), 0.001e18, "a thousandth is left");
        thousand(9);
    }

    /// @dev The same over an hour, in which the budget refills: what the token's own rebalances cost is the holders', and
    /// nothing else is.
    function test_overAnHourWhileTheBudgetRefills() public {
        begin(5e18, Terms.continuous(), 0);
        pass(1 hours, 520e18);
        other.rebalance();
        thousand(10);
        for (uint256 i = 0; i < 10; ++i) {
            skip(5 minutes);
            others(11 + i, operations() / 10);
        }
    }

    // ---------------------------------------------------------------------------------------------- OPERATIONS

    /// @dev At one price and moment; when nothing is left to rebalance, the whole of it is compared too.
    function thousand(uint256 seed) private {
        uint256 balance = token.balanceOf(alice);
        this.operate(seed, 0);
        PerToken memory first = now_();
        int256 forced = blockForced();
        uint256 done = others(seed, operations());
        // A token that mints nothing any more runs out of owners.
        if (done * 20 < operations()) {
            for (uint256 i = 0; i < people.length; ++i) {
                assertEq(token.balanceOf(people[i]), 0, "too few were possible");
            }
            assertGe(done * 20, 1_000, "too few were possible before all had left");
        }
        assertEq(token.balanceOf(alice), balance, "alice did nothing");
        if (blockForced() == forced) compare(first, now_(), operations(), "over all of them");
    }

    function others(uint256 seed, uint256 count) private returns (uint256 done) {
        for (uint256 i = 1; i <= count; ++i) {
            if (this.operate(seed, i)) ++done;
        }
    }

    function now_() private view returns (PerToken memory) {
        int256 value = token.netAssetValue();
        return PerToken(token.positionAmount(), value > 0 ? uint256(value) : 0, token.totalSupply());
    }

    /// @notice One mint or burn by somebody, checked. In a call of its own: its memory is gone afterwards, of which a test has little.
    function operate(uint256 seed, uint256 i) external returns (bool done) {
        uint256 word = uint256(keccak256(abi.encode(seed, i)));
        address who = people[word % 3];
        PerToken memory held = now_();
        Conditions memory around;
        Books.surround(around, lens.market(params).market.pack(), params.pricing, 0);
        int256 forced = blockForced();
        done = attempt(word >> 8, who);
        if (!done) return false;
        // What the operation itself rebalanced is in B, and the holders' to pay.
        forced = blockForced() - forced;
        if (forced != 0) {
            int256 value = Rebalance.valueAfterFloor(int256(held.value), forced, around);
            held.value = value > 0 ? uint256(value) : 0;
            held.position += forced;
        }
        compare(held, now_(), 1, "by one mint or burn");
    }

    function attempt(uint256 word, address who) private returns (bool done) {
        bool mints = word & 1 != 0;
        bool exactOut = word & 2 != 0;
        uint256 size = randomSize(word, "size", 1e12, 20_000e18);
        uint256 balance = token.balanceOf(who);
        vm.prank(who);
        if (mints && !exactOut) {
            try token.deposit(size, who) {
                done = true;
            } catch {}
        } else if (mints) {
            try token.mint(size, who) {
                done = true;
            } catch {}
        } else if (!exactOut) {
            try token.redeem(size < balance ? size : balance, who, who) {
                done = true;
            } catch {}
        } else {
            try token.withdraw(size, who, who) {
                done = true;
            } catch {}
        }
    }

    function compare(
        PerToken memory before,
        PerToken memory then,
        uint256 count,
        string memory when
    ) private pure {
        uint256 value = (before.value * then.supply) / before.supply;
        assertGe(then.value + count, value, string.concat("value per token fell ", when));
        int256 position = (before.position * int256(then.supply)) / int256(before.supply);
        if (position < 0) (position, then.position) = (-position, -then.position);
        assertGe(then.position + int256(count), position, string.concat("exposure per token fell ", when));
        // The same exposure: no more than what a FEE_STEP per operation buys, as a minter's surcharge is rounded up to one
        // after the amount is known.
        int256 step = then.value == 0 ? int256(0) : (position * 1e10) / int256(then.value);
        assertLe(
            then.position,
            position + int256(count) * (step + 4) + position / 1e15,
            string.concat("exposure per token rose ", when)
        );
    }
}
