// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Pool} from "../../../contracts/libraries/Pool.sol";
import {Scene} from "../Scene.sol";
import {PolicyFields, Pricing, Risk, Terms} from "../Terms.sol";

/// @notice Just below the most that a pool or a token may be worth for what opens, a plan and a limit count before a trade what the ClearingHouse
/// counts after it. With one bound for both, burns, rebalances and mints that were told to be possible were refused.
contract PlannedWorthTest is Scene {
    function _open(uint256 openShare, uint256 streamingFee) private returns (ILeveragedToken token) {
        Pricing memory pricing = Terms.standardPricing();
        Risk memory risk = Terms.standardRisk(18);
        (pricing.depth, pricing.tradeFee, pricing.fundingVelocity) = (5e33, 1e6, 0);
        (risk.skewCap, pricing.protocolShare) = (6e12, 0);
        (risk.openShare, risk.deleverageShare) = (openShare, 6.55e18);
        openMarket(pricing, risk, 0, 1_000_000);
        fund(alice, 1e29);
        fund(bob, 20_000e18);
        PolicyFields memory fields = Terms.continuous();
        (fields.mintBurnBand, fields.streamingFee) = (0.01e18, streamingFee);
        token = openToken(2e18, fields);
        pass(1 hours, 1e12);
    }

    /// @dev What a pool is worth that wins from a short all the way up, which is the more the higher the price.
    function _equityAt(uint256 price) private returns (int256) {
        setPrice(price);
        return Pool.equityFloor(clearingHouse.quote(params, bob).market.pack(), params.pricing.depth());
    }

    /// @dev Its fee of a trade away from PLANNED_WORTH.
    function _nearlyPool() private returns (ILeveragedToken token) {
        token = _open(0.5e18, 0);
        vm.prank(alice);
        token.deposit(1e20, alice);
        trade(bob, -1.4e28, 10_000e18);
        skip(1 hours);
        (uint256 low, uint256 high) = (1e12, 1e26);
        assertGt(_equityAt(high), Margin.PLANNED_WORTH, "enough");
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_equityAt(middle) <= Margin.PLANNED_WORTH - 2) low = middle;
            else high = middle;
        }
        setPrice(low);
    }

    /// @dev A burn that rebalances, of so few shares that the market can pay.
    function _burn(ILeveragedToken token) private {
        (bool due, int256 amount, ) = token.previewRebalance();
        assertTrue(due, "due");
        assertGt(amount, int256(0), "it opens");
        uint256 shares = 1e9;
        assertGe(token.maxRedeem(alice), shares, "told");
        vm.prank(alice);
        assertGt(token.redeem(shares, alice, alice), uint256(0), "paid");
    }

    function test_theMostOfAMintIsTaken() public {
        ILeveragedToken token = _nearlyPool();
        uint256 most = token.maxDeposit(alice);
        assertGt(most, uint256(0), "told");
        vm.prank(alice);
        assertGt(token.deposit(most, alice), uint256(0), "taken");
    }

    function test_aBurnThatOpensIsTaken() public {
        _burn(_nearlyPool());
    }

    /// @dev The plan counts N without the streaming fee of a day, the ClearingHouse with it.
    function test_aBurnThatOpensIsTakenWithItsStreamingFee() public {
        ILeveragedToken token = _open(6.5e18, 0.05e18);
        vm.prank(alice);
        token.deposit(1.2e22, alice);
        trade(bob, -2.8e28, 10_000e18);
        skip(1 days);
        (uint256 low, uint256 high) = (1e12, 1e26);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            setPrice(middle);
            if (token.netAssetValue() <= Margin.PLANNED_WORTH - 1e30) low = middle;
            else high = middle;
        }
        setPrice(low);
        _burn(token);
    }
}
