// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Order, TokenOrder} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {HookedToken} from "../../contracts/HookedToken.sol";
import {IFaucetToken} from "../Deployment.sol";
import {Terms} from "../Terms.sol";
import {Attack} from "./Attack.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice A BaseToken that calls back while BaseToken moves, into everything that reads or moves a market.
contract ReentrantBaseTokenTest is Attack {
    HookedToken private hooked;
    MarketParams private params;
    ILiquidityPool private pool;
    ILeveragedToken private token;

    function setUp() public override {
        super.setUp();
        hooked = new HookedToken();
        params = marketParams(address(hooked), Terms.standardPricing(), Terms.standardRisk(18));
        pool = createMarket(params, 1_000_000e18);
        token = createToken(params, 5e18, Terms.pack(Terms.continuous()));
        endow(IFaucetToken(address(hooked)), alice, PURSE);
        endow(IFaucetToken(address(hooked)), mallory, PURSE);
        vm.prank(alice);
        token.deposit(10_000e18, alice);
    }

    function _reenter(address target, bytes memory data) private {
        uint256 before = hooked.balanceOf(mallory);
        int256 worth = perToken(token);
        uint256 seen = hooked.outcomeCount();
        hooked.setHook(target, data);
        vm.startPrank(mallory);
        clearingHouse.trade(params, Order(10e18, 1_000e18, type(uint256).max, ANY_TIME));
        clearingHouse.close(params, 0, ANY_TIME);
        token.deposit(1_000e18, mallory);
        token.redeem(token.balanceOf(mallory), mallory, mallory);
        pool.deposit(1_000e18, mallory);
        vm.stopPrank();
        hooked.setHook(address(0), "");

        assertEq(hooked.outcomeCount(), seen + 5, "it called back at each transfer");
        bytes memory refusal = abi.encodePacked(
            ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector
        );
        for (uint256 i = seen; i < seen + 5; ++i) {
            assertEq(keccak256(hooked.outcomes(i)), keccak256(refusal), "and was refused");
        }
        assertLe(hooked.balanceOf(mallory), before, "the attacker is not richer");
        assertGe(perToken(token) + 1, worth, "holders are not poorer");
        assertGe(
            hooked.balanceOf(address(clearingHouse)),
            clearingHouse.market(params.toId()).held,
            "custody is whole"
        );
    }

    function test_reenteringTheClearingHouse() public {
        address house = address(clearingHouse);
        TokenOrder memory order;
        _reenter(house, abi.encodeCall(IClearingHouse.trade, (params, Order(1e18, 0, 0, ANY_TIME))));
        _reenter(house, abi.encodeCall(IClearingHouse.close, (params, 0, ANY_TIME)));
        _reenter(house, abi.encodeCall(IClearingHouse.sync, (params, mallory)));
        _reenter(house, abi.encodeCall(IClearingHouse.execute, (params, order)));
        _reenter(house, abi.encodeCall(IClearingHouse.movePoolCash, (params, mallory, -1e18)));
        _reenter(house, abi.encodeCall(IClearingHouse.collectFees, (params)));
        // Another market of the house is as closed.
        _reenter(house, abi.encodeCall(IClearingHouse.sync, (ethDai, mallory)));
    }

    function test_reenteringTokenAndPool() public {
        _reenter(address(token), abi.encodeWithSignature("deposit(uint256,address)", 1e18, mallory));
        _reenter(
            address(token),
            abi.encodeWithSignature("redeem(uint256,address,address)", 1, mallory, mallory)
        );
        _reenter(address(token), abi.encodeCall(ILeveragedToken.rebalance, ()));
        _reenter(address(pool), abi.encodeWithSignature("deposit(uint256,address)", 1e18, mallory));
        _reenter(address(pool), abi.encodeCall(ILiquidityPool.execute, (mallory)));
    }
}
