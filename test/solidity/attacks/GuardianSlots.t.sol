// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Account, ROLE_POOL, ROLE_TOKEN} from "../../../contracts/types/Account.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {Attack} from "./Attack.sol";

/// @notice A market lies at its id, and its status is where the role of an account is. A guardian who could hand in an id as it is, and not
/// the parameters that it is the hash of, would hand in the place of a token's account: the token would be a pool, nobody could burn it,
/// and it would run into liquidation.
contract GuardianSlotsTest is Attack {
    address private guardian;

    function setUp() public override {
        super.setUp();
        guardian = actor("guardian");
        accessManager.grantRole(GUARDIAN, guardian, 0);
        accessManager.revokeRole(GUARDIAN, address(this));
    }

    function test_freezingATokenOrAPoolAsIfItsAccountWereAMarket() public {
        deposit(long5EthDai, alice, 1_000e18);
        _expectNothing(address(long5EthDai), ROLE_TOKEN);
        _expectNothing(address(ethDaiPool), ROLE_POOL);
        redeem(long5EthDai, alice);
    }

    /// @dev What can be handed in are parameters, and there are none whose hash is the place; the old function with an id is gone.
    function _expectNothing(address owner, uint8 role) private {
        uint256 market = uint256(MarketId.unwrap(ethDai.toId()));
        bytes32[3] memory places = [
            keccak256(abi.encode(owner, market + 4)),
            bytes32(market + 1),
            bytes32(market + 2)
        ];
        for (uint256 i = 0; i < places.length; ++i) {
            for (uint256 on = 0; on < 2; ++on) {
                vm.prank(guardian);
                (bool ok, ) = address(clearingHouse).call(
                    abi.encodeWithSignature("setReduceOnly(bytes32,bool)", places[i], on == 1)
                );
                assertTrue(!ok, "no id is taken as it is");
            }
        }
        Account account = clearingHouse.account(ethDai.toId(), owner);
        assertEq(uint256(account.role()), uint256(role), "it is what it was");
        MarketParams memory none = abi.decode(abi.encode(ethDai), (MarketParams));
        none.baseToken = owner;
        vm.prank(guardian);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_UnknownMarket.selector);
        clearingHouse.setReduceOnly(none, true);
    }
}
