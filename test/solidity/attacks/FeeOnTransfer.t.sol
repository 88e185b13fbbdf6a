// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {HookedToken} from "../../contracts/HookedToken.sol";
import {Terms} from "../Terms.sol";
import {Attack} from "./Attack.sol";

/// @notice A BaseToken that delivers less than it was asked for: refused at the market's creation, and where it begins
/// later it hurts those alone who chose it.
contract FeeOnTransferTest is Attack {
    function test_feeOnTransfer() public {
        HookedToken token = new HookedToken();
        MarketParams memory params = marketParams(
            address(token),
            Terms.standardPricing(),
            Terms.standardRisk(18)
        );
        token.mint(mallory, PURSE);
        vm.startPrank(mallory);
        token.approve(address(clearingHouse), PURSE);
        token.setFee(0.01e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IClearingHouse.ClearingHouse_TransferMismatch.selector,
                100_000e18,
                99_000e18
            )
        );
        clearingHouse.createMarket(params, 100_000e18);

        token.setFee(0);
        clearingHouse.createMarket(params, 100_000e18);
        vm.stopPrank();
        uint256 custody = dai.balanceOf(address(clearingHouse));
        bytes32 books = keccak256(abi.encode(clearingHouse.market(ethDai.toId())));
        token.setFee(0.5e18);
        uint256 before = token.balanceOf(mallory);
        vm.startPrank(mallory);
        clearingHouse.trade(params, Order(0, 1_000e18, 0, ANY_TIME));
        clearingHouse.close(params, 0, ANY_TIME);
        vm.stopPrank();

        assertLe(token.balanceOf(mallory), before, "the attacker is not richer");
        assertEq(dai.balanceOf(address(clearingHouse)), custody, "other BaseTokens are where they were");
        assertEq(keccak256(abi.encode(clearingHouse.market(ethDai.toId()))), books, "so are other books");
    }
}
