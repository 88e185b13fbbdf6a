// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attribution, Holding} from "../../../contracts/libraries/Attribution.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {BurnLimits, Quotes} from "../../../contracts/token/Quotes.sol";
import {Base} from "../Base.sol";

/// @notice Rule 7: of any token in any market that holds anything, what maxRedeem and maxWithdraw say can be done, all that is
/// less too, and hardly any more.
contract MostBurnedTest is Base {
    using FixedPoint for uint256;

    /// @notice A token's account after its own rebalance, what surrounds it, and a holder.
    struct Case {
        Holding held;
        Conditions around;
        BurnLimits limits;
    }

    address private quotes;

    function setUp() public {
        bytes memory code = vm.getCode("Quotes");
        address made;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
        }
        quotes = made;
    }

    function testFuzz_noBurnPaysMoreThanIsHeld(uint256 seed) public view {
        Case memory a = _case(seed);
        (, uint256 shares) = _most(a);
        assertLe(shares, a.limits.shares, "no more than the holder has");
        for (uint256 i = 0; i <= 16; ++i) {
            uint256 burned = (shares * i) / 16;
            assertLe(_paid(a, burned) * a.limits.unit, a.limits.custody, "any burn of up to the most");
        }
        if (shares == a.limits.shares) return;
        // A payout is rounded to a FEE_STEP and some wei, and the BaseToken's unit.
        uint256 next = _paid(a, shares + 1) * a.limits.unit + 1e10 + 10 + a.limits.unit;
        assertGe(next, a.limits.custody, "and hardly any more");
    }

    function testFuzz_whatCanBeWithdrawnIsPaid(uint256 seed) public view {
        Case memory a = _case(seed);
        (uint256 assets, ) = _most(a);
        if (assets == 0) return;
        assertLe(assets * a.limits.unit, a.limits.custody, "no more than is held");
        uint256 wanted = Attribution.beforeFeeUp(assets * a.limits.unit, a.limits.burnFee);
        assertLe(Attribution.withdraw(a.held, a.around, wanted), a.limits.shares, "for what the holder has");
    }

    /// @notice Also in a block with forced trades the other way, whose surcharge is rounded up to a step.
    function testFuzz_whatCanBeWithdrawnIsNearlyAll(uint256 seed) public view {
        Case memory a = _case(seed);
        a.limits.custody = type(uint96).max - (type(uint96).max % a.limits.unit);
        uint256 worth = a.held.value.mulDivDown(a.limits.shares, a.held.supply);
        uint256 paid = _paid(a, a.limits.shares);
        // Where the last tokens pay at least half of what they are worth, and more than dust.
        uint256 before = _paid(a, a.limits.shares - a.limits.shares / 64);
        if (paid < before || (paid - before) * a.limits.unit * 128 < worth || paid * a.limits.unit < 1e12)
            return;
        if (paid * a.limits.unit > a.limits.custody) return;
        (uint256 assets, ) = _most(a);
        assertGe(assets + paid / 1e14 + 1e12 / a.limits.unit + 4, paid, "maxWithdraw");
    }

    // ------------------------------------------------------------------------------------------------ steps

    function _case(uint256 seed) private pure returns (Case memory a) {
        uint256[10] memory r;
        for (uint256 i = 0; i < r.length; ++i) r[i] = uint256(keccak256(abi.encode(seed, i)));
        Conditions memory around = a.around;
        around.price = 10 ** bound(r[0], 12, 25) * bound(r[0] >> 128, 1, 9);
        around.depth = 10 ** bound(r[1], 20, 28) * bound(r[1] >> 128, 1, 9);
        around.costRate = bound(r[2], 1, 0.07e18);
        around.skew = bound(int256(r[3]), -int256(around.depth / 10), int256(around.depth / 10));
        around.energy = Impact.energyUp(around.price, around.skew, around.depth);
        if (r[4] % 3 != 0)
            around.forced = bound(int256(r[4]), -int256(around.depth / 10), int256(around.depth / 10));
        Holding memory held = a.held;
        uint256 size = around.depth / 10 / 10 ** bound(r[5], 0, 8);
        held.position =
            r[5] % 9 == 0
                ? int256(0)
                : (r[5] >> 128) % 2 == 0
                    ? int256(size)
                    : -int256(size);
        // From 0.05x to 20x.
        held.value = (((size * around.price) / 1e18) * bound(r[6], 5, 2000)) / 100 + 1;
        if (held.value > 1e28) held.value = 1e28;
        held.supply = held.value.mulDivDown(10 ** bound(r[7], 0, 12), 1e4) + 2e6;
        BurnLimits memory limits = a.limits;
        limits.unit = r[8] % 2 == 0 ? 1 : 1e12;
        limits.burnFee = r[8] % 3 == 0 ? 0 : bound(r[8], 0, 0.01e18);
        limits.shares = (held.supply - 1e6).mulDivDown(bound(r[8] >> 128, 1, 1000), 1001) + 1;
        uint256 custody = held.value.mulDivDown(bound(r[9], 0, 1500), 1000);
        if (r[9] % 5 == 0) custody = custody / 10 ** bound(r[9] >> 128, 0, 20);
        limits.custody = custody - (custody % limits.unit);
    }

    function _most(Case memory a) private view returns (uint256 assets, uint256 shares) {
        // The library as it is deployed: its functions are pure, so that it can be called as well as linked.
        (bool success, bytes memory result) = quotes.staticcall(
            abi.encodeWithSelector(Quotes.mostBurnedDown.selector, a.held, a.around, a.limits)
        );
        assertTrue(success, "never reverts");
        return abi.decode(result, (uint256, uint256));
    }

    /// @dev What `redeem` pays, in units of the BaseToken.
    function _paid(Case memory a, uint256 shares) private pure returns (uint256) {
        (int256 payout, ) = Attribution.redeem(a.held, a.around, shares);
        uint256 worth = payout > 0 ? uint256(payout) : 0;
        return (worth - Attribution.feeUp(worth, a.limits.burnFee)).divDown(a.limits.unit);
    }
}
