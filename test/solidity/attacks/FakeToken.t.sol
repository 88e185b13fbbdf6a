// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, TokenOrder} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Attack} from "./Attack.sol";

/// @notice Whoever is no token or pool of a market acts as one: its word would be taken for money that never comes in.
contract FakeTokenTest is Attack {
    function _expectWrongRole(address caller, uint8 role, uint8 required) private {
        vm.prank(caller);
        vm.expectRevert(
            abi.encodeWithSelector(IClearingHouse.ClearingHouse_WrongRole.selector, caller, role, required)
        );
    }

    function test_actingAsATokenOrPool() public {
        uint256 before = dai.balanceOf(mallory);
        TokenOrder memory order;
        (order.party, order.transfer) = (mallory, 1_000e18);
        _expectWrongRole(mallory, 0, 1);
        clearingHouse.execute(ethDai, order);
        _expectWrongRole(address(ethDaiPool), 2, 1);
        clearingHouse.execute(ethDai, order);
        // A token is one in its own market alone.
        _expectWrongRole(address(long3EthUsdc), 0, 1);
        clearingHouse.execute(ethDai, order);

        _expectWrongRole(mallory, 0, 2);
        clearingHouse.movePoolCash(ethDai, -1_000e18, mallory);
        _expectWrongRole(address(long5EthDai), 1, 2);
        clearingHouse.movePoolCash(ethDai, -1_000e18, mallory);
        _expectWrongRole(address(ethUsdcPool), 0, 2);
        clearingHouse.movePoolCash(ethDai, 1_000e18, alice);

        _expectWrongRole(mallory, 0, 1);
        clearingHouse.registerToken(ethDai, mallory);
        assertEq(dai.balanceOf(mallory), before, "the attacker is not richer");
    }
}
