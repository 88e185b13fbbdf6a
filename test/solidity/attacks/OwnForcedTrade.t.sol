// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {NEVER} from "../../../contracts/types/Policy.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Attack} from "./Attack.sol";

/// @notice Standing around a forced trade within one block, with the rebalance of a token of one's own as the way back: what is forced
/// pays no surcharge, whoever it belongs to. What that earns is as much as docs/known-issues.md says, and this holds it to that: at most
/// what the victim moved the price by, on what she trades herself, which within the budget is the trade fee of it.
contract OwnForcedTradeTest is Attack {
    using FixedPoint for int256;

    /// @dev In which order: her hedge by her account, her token's rebalance, and the victim's forced trade.
    enum Plan {
        VICTIM,
        VICTIM_OWN_HEDGE,
        OWN_HEDGE_VICTIM,
        OWN_VICTIM_HEDGE,
        HEDGE_OWN_VICTIM,
        HEDGE_VICTIM_OWN
    }
    ILeveragedToken private own;
    bool private liquidating;
    int256 private size;

    /// @dev Nothing makes her token rebalance but an emergency, and nobody is paid for it. She is hedged from the beginning: short by her
    /// token, long by her account.
    function _prepare(uint256 stake) private {
        PolicyFields memory policy = Terms.continuous();
        (policy.mintBurnBand, policy.upperBand, policy.lowerBand) = (NEVER, NEVER, NEVER);
        policy.emergencyBand = 0.1e18;
        (policy.rewardBase, policy.rewardSlope, policy.rewardCap) = (0, 0, 0);
        policy.streamingFee = 0;
        own = createToken(ethDai, -3e18, Terms.pack(policy));
        deposit(own, mallory, stake);
        trade(mallory, -own.positionAmount(), 80_000e18);
        tick(600, 1 hours);
    }

    function _victim() private {
        // By anybody.
        vm.prank(accomplice);
        if (liquidating) (size, ) = clearingHouse.liquidate(ethDai, bob);
        else (size, ) = long5EthDai.rebalance();
    }

    function _own() private {
        vm.prank(mallory);
        own.rebalance();
    }

    /// @return purse What she has in the end.
    /// @return most p·X·|Δ|/K, of what she and the victim traded.
    function _run(Plan plan) private returns (int256 purse, int256 most) {
        uint256 state = vm.snapshotState();
        (, int256 amount, ) = own.previewRebalance();
        if (plan == Plan.HEDGE_OWN_VICTIM || plan == Plan.HEDGE_VICTIM_OWN) trade(mallory, -amount, 0);
        if (plan == Plan.VICTIM || plan == Plan.VICTIM_OWN_HEDGE || plan == Plan.HEDGE_VICTIM_OWN) _victim();
        if (plan != Plan.VICTIM) _own();
        if (plan == Plan.OWN_HEDGE_VICTIM) trade(mallory, -amount, 0);
        if (plan == Plan.OWN_HEDGE_VICTIM || plan == Plan.OWN_VICTIM_HEDGE || plan == Plan.HEDGE_OWN_VICTIM)
            _victim();
        if (plan == Plan.VICTIM_OWN_HEDGE || plan == Plan.OWN_VICTIM_HEDGE) trade(mallory, -amount, 0);
        uint256 price = clearingHouse.market(ethDai.toId()).price;
        most = int256((((price * amount.abs()) / 1e18) * size.abs()) / ethDai.pricing.depth());
        // A quiet block at the same price, in which she leaves.
        tick(price / 1e18, 1 minutes);
        clearingHouse.syncNow(ethDai, false);
        close(mallory);
        redeem(own, mallory);
        purse = int256(dai.balanceOf(mallory));
        vm.revertToState(state);
    }

    /// @return gain Of the way around the victim over the best of all others.
    function _gain() private returns (int256 gain, int256 most) {
        assertEq(own.positionAmount() + clearingHouse.quote(ethDai, mallory).position, 0, "hedged");
        int256 best = type(int256).min;
        for (uint256 i = 0; i < uint256(Plan.HEDGE_VICTIM_OWN); ++i) {
            (int256 honest, ) = _run(Plan(i));
            if (honest > best) best = honest;
        }
        (gain, most) = _run(Plan.HEDGE_VICTIM_OWN);
        gain -= best;
    }

    function test_aroundARebalanceWithinTheBudget() public {
        _prepare(50_000e18);
        deposit(long5EthDai, alice, 48_000e18);
        tick(582, 1 hours);
        clearingHouse.syncNow(ethDai, false);
        (bool due, int256 amount, ) = long5EthDai.previewRebalance();
        assertTrue(due && amount < 0, "the victim's rebalance");
        (int256 gain, int256 most) = _gain();
        assertLt(gain, most, "at most what the victim moved the price by, on what she traded");
        (, int256 traded, ) = own.previewRebalance();
        uint256 fee = (582 * traded.abs() * ethDai.pricing.tradeFee()) / 1e18;
        assertLe(most, int256(fee), "which is at most the trade fee of it");
    }

    function test_aroundAnEmergencyOfAToken() public {
        _prepare(50_000e18);
        deposit(long5EthDai, alice, 48_000e18);
        tick(545, 1 hours);
        clearingHouse.syncNow(ethDai, false);
        (bool due, int256 amount, ) = long5EthDai.previewRebalance();
        assertTrue(due && amount < -100e18, "the victim's emergency");
        (int256 gain, int256 most) = _gain();
        assertLt(gain, most, "at most what the victim moved the price by, on what she traded");
    }

    function test_aroundALiquidation() public {
        _prepare(50_000e18);
        liquidating = true;
        trade(bob, 400e18, 36_000e18);
        tick(545, 1 hours);
        clearingHouse.syncNow(ethDai, false);
        (int256 gain, int256 most) = _gain();
        assertLt(gain, most, "at most what the victim moved the price by, on what she traded");
    }
}
