// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Holding} from "../../../contracts/libraries/Attribution.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Handler} from "./Handler.sol";
import {Listing, Venue, World} from "./World.sol";

/// @notice Holders: deposit, mint, redeem, withdraw, to themselves and to others, and transfer. Each is checked against its
/// preview (R7) and for what it does to the other holders (R3).
contract HolderHandler is Handler {
    using FixedPoint for int256;

    constructor(World world_) Handler(world_) {}

    function deposit(uint256 who, uint256 which, uint256 assets, uint256 to) external inWorld {
        Listing memory listed = listingOf(which);
        Venue memory v = _sync(listed);
        (address person, address receiver) = (holder(who), holder(to));
        uint256 most = listed.token.maxDeposit(person);
        assets = bound(assets, 5e18, 30_000e18) / v.unit;
        if (assets > most) assets = most;
        if (assets * v.unit < 5e18) return;
        v.base.mint(person, assets);
        Holding memory before = holdingOf(listed);
        uint256 preview = listed.token.previewDeposit(assets);
        vm.prank(person);
        try listed.token.deposit(assets, receiver) returns (uint256 shares) {
            assertEq(shares, preview, "R7 deposit = previewDeposit");
            _checkOthers(listed, v, before);
            world.count("deposit");
        } catch (bytes memory reason) {
            _expectMargin(reason, assets == most);
        }
    }

    function mint(uint256 who, uint256 which, uint256 shares, uint256 to) external inWorld {
        Listing memory listed = listingOf(which);
        Venue memory v = _sync(listed);
        (address person, address receiver) = (holder(who), holder(to));
        uint256 most = listed.token.maxMint(person);
        shares = bound(shares, 5e18, 30_000e18);
        if (shares > most) shares = most;
        if (shares < 5e18) return;
        Holding memory before = holdingOf(listed);
        uint256 preview = listed.token.previewMint(shares);
        v.base.mint(person, preview);
        vm.prank(person);
        try listed.token.mint(shares, receiver) returns (uint256 assets) {
            assertEq(assets, preview, "R7 mint = previewMint");
            _checkOthers(listed, v, before);
            world.count("mint");
        } catch (bytes memory reason) {
            _expectMargin(reason, shares == most);
        }
    }

    function redeem(uint256 who, uint256 which, uint256 shares, uint256 to) external inWorld {
        Listing memory listed = listingOf(which);
        Venue memory v = _sync(listed);
        (address person, address receiver) = (holder(who), holder(to));
        uint256 most = listed.token.maxRedeem(person);
        if (!_checkMost(listed, person, most)) return;
        // One time in four all of it.
        shares = shares % 8 == 0 ? most : bound(shares, 1, most);
        Holding memory before = holdingOf(listed);
        uint256 preview = listed.token.previewRedeem(shares);
        vm.prank(person);
        assertEq(listed.token.redeem(shares, receiver, person), preview, "R7 redeem = previewRedeem");
        _checkOthers(listed, v, before);
        world.count("redeem");
    }

    function withdraw(uint256 who, uint256 which, uint256 assets, uint256 to) external inWorld {
        Listing memory listed = listingOf(which);
        Venue memory v = _sync(listed);
        (address person, address receiver) = (holder(who), holder(to));
        uint256 most = listed.token.maxWithdraw(person);
        if (most == 0) return;
        assets = bound(assets, 1, most);
        Holding memory before = holdingOf(listed);
        uint256 preview = listed.token.previewWithdraw(assets);
        uint256 balance = v.base.balanceOf(receiver);
        vm.prank(person);
        assertEq(listed.token.withdraw(assets, receiver, person), preview, "R7 withdraw = previewWithdraw");
        assertEq(v.base.balanceOf(receiver), balance + assets, "withdraw pays what it was asked for");
        _checkOthers(listed, v, before);
        world.count("withdraw");
    }

    /// @notice Everybody leaves: the token is empty then.
    function redeemAll(uint256 which, uint256 chance) external inWorld {
        if (chance % 8 != 0) return;
        Listing memory listed = listingOf(which);
        _sync(listed);
        for (uint256 i = 0; i < 5; ++i) {
            address person = holder(i);
            uint256 shares = listed.token.maxRedeem(person);
            if (!_checkMost(listed, person, shares)) continue;
            uint256 preview = listed.token.previewRedeem(shares);
            vm.prank(person);
            assertEq(listed.token.redeem(shares, person, person), preview, "R7 redeem = previewRedeem");
            if (listed.token.totalSupply() == 0) world.count("redeem all");
        }
    }

    /// @notice Sends tokens on; works at any price, trusted or not.
    function transfer(uint256 who, uint256 which, uint256 shares, uint256 to) external inWorld {
        Listing memory listed = listingOf(which);
        _sync(listed);
        (address person, address receiver) = (holder(who), holder(to));
        uint256 balance = listed.token.balanceOf(person);
        if (balance == 0) return;
        bytes32 before = keccak256(abi.encode(holdingOf(listed)));
        vm.prank(person);
        listed.token.transfer(receiver, bound(shares, 1, balance));
        assertEq(
            keccak256(abi.encode(holdingOf(listed))),
            before,
            "R3 a transfer changes neither N_r nor q + Dr nor supply"
        );
        world.count("transfer");
    }

    function _sync(Listing memory listed) private returns (Venue memory v) {
        v = world.venue(listed.venue);
        house.syncNow(v.params, false);
    }

    /// @dev R6: all tokens can be burned, but where others owe what should be paid.
    /// @return Whether there is something to burn.
    function _checkMost(Listing memory listed, address person, uint256 most) private returns (bool) {
        uint256 balance = listed.token.balanceOf(person);
        if (most != balance) {
            assertLt(most, balance, "R7 maxRedeem <= balanceOf");
            assertTrue(world.hasBadDebt(listed.venue), "R6 all tokens can be burned");
            world.count("capped by custody");
        }
        return most != 0;
    }

    /// @dev R3: neither N_r nor exposure per token has fallen for those who stay.
    function _checkOthers(Listing memory listed, Venue memory v, Holding memory before) private view {
        uint256 supply = listed.token.totalSupply();
        if (before.supply == 0 || supply == 0 || before.value == 0) return;
        int256 value = netValue(listed.token, house.quote(v.params, address(listed.token)));
        assertTrue(value > -1, "R3a N' >= 0");
        assertGe(
            (uint256(value) + 1) * before.supply,
            before.value * supply,
            "R3a N' / supply' >= N_r / supply, to one wei of N"
        );
        uint256 exposure = house.account(v.id, address(listed.token)).position().abs();
        assertGe(
            (exposure + 1) * before.supply,
            before.position.abs() * supply,
            "R3b |q'| / supply' >= |q + Dr| / supply, to one wei of q"
        );
    }

    /// @dev What is left may need more margin than a small mint brings, but the largest must work.
    function _expectMargin(bytes memory reason, bool isMost) private {
        if (isMost) rethrow(reason);
        expectOnly(reason, IClearingHouse.ClearingHouse_InsufficientMargin.selector, bytes4(0));
    }
}
