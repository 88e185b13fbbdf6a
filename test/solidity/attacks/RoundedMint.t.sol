// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {NEVER} from "../../../contracts/types/Policy.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Scene} from "../Scene.sol";

/// @notice Being paid for a rebalance that one has made due by nothing but rounding. A mint of one wei leaves up to a wei of the BaseToken to the
/// account, and one against a forced trade up to a step of protocolFees less than its position is made for: leverage is off
/// target by some 1e-11. A token without bands would rebalance, pay its whole reward for it, and be on target again for the next
/// mint. In 500 rounds at one price that took 46,503 of the 46,983 USDC of a holder. The factory takes no such policy.
contract RoundedMintTest is Scene {
    uint256 private constant STAKE = 1_000;

    ILeveragedToken private token;

    /// @dev Bands, and the reward as a part of N.
    function offered(uint256 kind) private pure returns (uint256 upper, uint256 lower, uint256 cap) {
        if (kind == 0) return (0, 0, 0.01e18);
        if (kind == 1) return (0, NEVER, 0.01e18);
        if (kind == 2) return (NEVER, 0, 0.01e18);
        if (kind == 3) return (0, 0, 1e12);
        if (kind == 4) return (0.0099e18, 0.0099e18, 0.01e18);
        // The most generous ones that are taken.
        if (kind == 5) return (0.01e18, 0.01e18, 0.01e18);
        if (kind == 6) return (0.0001e18, 0.0001e18, 0.0001e18);
        return (0, 0, 0);
    }

    /// @dev A token of alice's, on target, in a block with a forced trade, if the factory takes such a policy.
    function open(uint256 kind, uint256 decimals) private returns (bool) {
        openMarket(Terms.standardPricing(), Terms.standardRisk(decimals), 0.0005e18, 20_000_000);
        PolicyFields memory fields = Terms.continuous();
        (fields.upperBand, fields.lowerBand, fields.rewardCap) = offered(kind);
        (fields.mintBurnBand, fields.rewardBase) = (NEVER, 1_000e18);
        try factory.createToken(params, 5e18, Terms.pack(fields)) returns (address made) {
            token = ILeveragedToken(made);
        } catch {
            return false;
        }
        admit(base, address(token));
        fund(alice, STAKE * one);
        fund(bob, STAKE * one);
        vm.prank(alice);
        token.deposit(STAKE * one, alice);
        pass(1 days, 490e18);
        vm.prank(keeper);
        // solhint-disable-next-line no-empty-blocks
        try token.rebalance() {} catch {}
        return true;
    }

    /// @dev Both ways of being rounded, and the reward for it, as long as there is one.
    function drain() private {
        vm.startPrank(bob);
        for (uint256 i = 0; i < 40; ++i) {
            // A millionth of a BaseToken, and a wei of the token.
            if (i % 2 == 0) token.deposit(one >= 1e12 ? one / 1e6 : 2, bob);
            else token.mint(1, bob);
            // solhint-disable-next-line no-empty-blocks
            try token.rebalance() {} catch {}
        }
        token.redeem(token.balanceOf(bob), bob, bob);
        vm.stopPrank();
        closeAll(bob);
    }

    function attack(uint256 decimals) private {
        uint256 taken;
        for (uint256 kind = 0; kind < 8; ++kind) {
            if (!open(kind, decimals)) continue;
            ++taken;
            drain();
            assertLe(base.balanceOf(bob), STAKE * one, "the attacker is not richer");
        }
        assertEq(taken, 3, "policies that are taken");
    }

    function test_rewardForARoundedMint() public {
        attack(18);
    }

    function test_rewardForARoundedMint_sixDecimals() public {
        attack(6);
    }
}
