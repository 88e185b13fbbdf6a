// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {Terms} from "../Terms.sol";
import {Attack} from "./Attack.sol";

/// @notice Markets whose BaseToken is a LeveragedToken or the shares of a pool of the same ClearingHouse, which thus holds
/// what it books itself; and payouts to those who hold or book them.
contract NestedBaseTokenTest is Attack {
    function setUp() public override {
        super.setUp();
        deposit(long5EthDai, alice, 5_000e18);
        join(ethDaiPool, alice, 50_000e18);
        deposit(long5EthDai, mallory, 30_000e18);
        join(ethDaiPool, mallory, 100_000e18);
    }

    function test_aLeveragedTokenAsBaseToken() public {
        _rob(IERC20(address(long5EthDai)));
    }

    function test_sharesOfAPoolAsBaseToken() public {
        _rob(IERC20(address(ethDaiPool)));
    }

    function _rob(IERC20 base) private {
        uint256 had = base.balanceOf(mallory);
        uint256 others = base.balanceOf(alice);
        int256 worth = perToken(long5EthDai);
        int256 first = equity();
        uint256 held = clearingHouse.market(ethDai.toId()).held;
        MarketParams memory params = marketParams(
            address(base),
            Terms.standardPricing(),
            Terms.standardRisk(18)
        );
        vm.startPrank(mallory);
        base.approve(address(clearingHouse), type(uint256).max);
        (, address made) = clearingHouse.createMarket(params, 10_000e18);
        vm.stopPrank();
        ILeveragedToken token = createToken(params, 2e18, Terms.pack(Terms.continuous()));

        vm.startPrank(mallory);
        base.approve(made, type(uint256).max);
        base.approve(address(token), type(uint256).max);
        ILiquidityPool(made).deposit(1_000e18, mallory);
        token.deposit(1_000e18, mallory);
        _assertWhole(base, params);

        // To those who hold or book it: what arrives there is nobody's.
        address[4] memory receivers = [address(clearingHouse), made, address(token), address(ethDaiPool)];
        for (uint256 i = 0; i < 4; ++i) {
            uint256 before = base.balanceOf(receivers[i]);
            uint256 sent = token.redeem(10e18, receivers[i], mallory);
            uint256 arrived = base.balanceOf(receivers[i]) - before;
            assertEq(arrived, receivers[i] == address(clearingHouse) ? 0 : sent, "paid what it said");
            _assertWhole(base, params);
        }

        token.redeem(token.balanceOf(mallory), mallory, mallory);
        vm.stopPrank();
        _assertWhole(base, params);
        assertLe(base.balanceOf(mallory), had - 11_000e18, "the attacker got out no more than it brought");
        assertEq(base.balanceOf(alice), others, "nobody else paid");
        assertEq(perToken(long5EthDai), worth, "nor a holder");
        assertEq(equity(), first, "nor a provider");
        assertEq(clearingHouse.market(ethDai.toId()).held, held, "nor the market within");
    }

    /// @dev What the ClearingHouse has covers what each market counts.
    function _assertWhole(IERC20 base, MarketParams memory params) private view {
        assertGe(
            base.balanceOf(address(clearingHouse)),
            clearingHouse.market(params.toId()).held,
            "custody is whole"
        );
        assertGe(
            dai.balanceOf(address(clearingHouse)),
            clearingHouse.market(ethDai.toId()).held,
            "so is the one within"
        );
    }
}
