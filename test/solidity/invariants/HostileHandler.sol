// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {STATUS_RECKONING, STATUS_SETTLED} from "../../../contracts/types/MarketWords.sol";
import {HostileSource} from "../../contracts/HostileSource.sol";
import {IFaucetToken} from "../Deployment.sol";
import {Handler} from "./Handler.sol";
import {HostileVenue, Venue, World} from "./World.sol";

/// @notice People in a market whose source lies about everything, and sometimes reverts, burns gas or calls back. Whatever is
/// done there, the others are as they were: books, accounts, and the BaseToken that pays for them.
contract HostileHandler is Handler {
    constructor(World world_) Handler(world_) {}

    modifier isolated() {
        bytes32 before = world.fingerprint();
        _;
        assertEq(world.fingerprint(), before, "R1 nothing in a hostile market reaches another");
    }

    // ---------------------------------------------------------------------------------------------------- lying

    /// @notice A block later the source says anything that books can hold.
    function lie(uint256 price) external inWorld isolated {
        _nextBlock();
        HostileVenue memory h = world.hostile();
        h.source.setMood(HostileSource.Mood.Lying);
        // Anything; or, so that something can be gained, within a half of the last one.
        uint256 anything = (1 + (price % 1000)) * 10 ** (12 + ((price >> 16) % 11));
        uint256 near = (house.market(h.params.toId()).price * (500 + (price % 1000))) / 1000;
        h.source.setPrice((price >> 32) % 4 == 0 ? anything : bound(near, 1e12, 1e24));
        // solhint-disable-next-line no-empty-blocks
        try house.syncNow(h.params, false) {} catch {}
        world.count("hostile price");
    }

    /// @notice Somebody opens, as much as may be at whatever price there is, or closes.
    function trade(uint256 who, uint256 size, uint256 chance) external inWorld isolated {
        HostileVenue memory h = world.hostile();
        address person = trader(who);
        uint256 price = house.market(h.params.toId()).price;
        uint256 most = 4_000e36 / price;
        int256 amount = bound(int256(size), -int256(most), int256(most));
        if (chance % 2 == 0) {
            for (uint256 i = 0; i < 10; ++i) _close(h, trader(i));
            return;
        }
        // A leverage of six, which most of the lies below are too much for.
        uint256 margin = (uint256(amount < 0 ? -amount : amount) * price) / 6e18 + 10e18;
        IFaucetToken(h.params.baseToken).mint(person, margin);
        vm.prank(person);
        try
            house.trade(
                h.params,
                Order(amount, int256(margin), amount > 0 ? type(uint256).max : 0, type(uint256).max)
            )
        {
            world.count("hostile trade");
        } catch {}
    }

    function _close(HostileVenue memory h, address person) private {
        Market memory m = house.market(h.params.toId());
        int256 q = house.account(h.params.toId(), person).position();
        vm.prank(person);
        try house.close(h.params, q < 0 ? type(uint256).max : 0, type(uint256).max) returns (
            Fill memory,
            uint256 paid
        ) {
            assertLe(paid, m.held, "R1 it pays out of its own custody");
            if (paid != 0) world.count("hostile payout");
        } catch {}
    }

    /// @notice The token on it, and its pool.
    function invest(uint256 who, uint256 assets, uint256 kind) external inWorld isolated {
        HostileVenue memory h = world.hostile();
        address person = trader(who);
        assets = bound(assets, 1e18, 10_000e18);
        IFaucetToken(h.params.baseToken).mint(person, assets);
        for (uint256 i = 0; kind % 3 == 2 && i < 10; ++i) {
            if (h.token.balanceOf(trader(i)) != 0) person = trader(i);
        }
        uint256 shares = h.token.balanceOf(person);
        vm.startPrank(person);
        if (kind % 3 == 0) {
            try h.pool.deposit(assets, person) {
                world.count("hostile pool");
            } catch {}
        } else if (kind % 3 == 1 || shares == 0) {
            try h.token.deposit(assets, person) {
                world.count("hostile mint");
            } catch {}
        } else {
            try h.token.redeem(shares, person, person) {
                world.count("hostile burn");
            } catch {}
        }
        vm.stopPrank();
    }

    /// @notice Liquidators, keepers, settlers; what has ended is followed by another.
    function resolve(uint256 who, uint256 kind) external inWorld isolated {
        HostileVenue memory h = world.hostile();
        uint256 status = house.market(h.params.toId()).status;
        if (status == STATUS_SETTLED) {
            if (kind % 4 == 0) world.addHostile();
            return;
        }
        if (status == STATUS_RECKONING) return _reckon(h, trader(who));
        if (kind % 16 == 0) {
            // A lying source says that it is dead, too.
            try house.settle(h.params) {
                world.count("hostile settle");
            } catch {}
        } else if (kind % 16 < 4) {
            // solhint-disable-next-line no-empty-blocks
            try h.token.rebalance() {} catch {}
        } else {
            for (uint256 i = 0; i < 10; ++i) {
                try house.liquidate(h.params, trader(i)) {
                    world.count("hostile liquidate");
                } catch {}
            }
        }
    }

    function _reckon(HostileVenue memory h, address person) private {
        // solhint-disable-next-line no-empty-blocks
        try house.reckon(h.params, person) {} catch {}
        world.pass(20 minutes);
        vm.warp(world.time());
        try house.conclude(h.params) {
            world.count("hostile conclude");
        } catch {}
    }

    // ---------------------------------------------------------------------------------------------- misbehaving

    /// @notice It reverts, burns all gas, or calls the ClearingHouse: its market stands still, and nothing else does.
    function misbehave(uint256 who, uint256 how, uint256 hook) external inWorld isolated {
        HostileVenue memory h = world.hostile();
        if (house.market(h.params.toId()).status >= STATUS_RECKONING) return;
        _nextBlock();
        address person = trader(who);
        h.source.setMood(HostileSource.Mood(1 + (how % 3)));
        h.source.setHook(address(house), _callBack(hook));
        _dies(address(house), person, abi.encodeCall(house.syncNow, (h.params, false)));
        Order memory order = Order(1e18, 0, type(uint256).max, type(uint256).max);
        _dies(address(house), person, abi.encodeCall(house.trade, (h.params, order)));
        _dies(address(h.token), person, abi.encodeWithSignature("deposit(uint256,address)", 1e18, person));
        _dies(address(h.pool), person, abi.encodeWithSignature("deposit(uint256,address)", 1e18, person));
        h.source.setMood(HostileSource.Mood.Lying);
        world.count("misbehave");
    }

    /// @dev What changes another market, or the same.
    function _callBack(uint256 hook) private view returns (bytes memory) {
        Venue memory v = venueOf(hook >> 8);
        if (hook % 4 == 0) return abi.encodeCall(house.syncNow, (world.hostile().params, false));
        if (hook % 4 == 1) return abi.encodeCall(house.close, (v.params, 0, type(uint256).max));
        if (hook % 4 == 2) return abi.encodeCall(house.collectFees, (v.params));
        return abi.encodeCall(house.trade, (v.params, Order(1e18, 0, type(uint256).max, type(uint256).max)));
    }

    function _dies(address target, address caller, bytes memory data) private {
        vm.prank(caller);
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, ) = target.call{gas: 1_500_000}(data);
        assertFalse(success, "without a price nothing is done");
    }

    function _nextBlock() private {
        world.pass(1);
        vm.warp(world.time());
    }
}
