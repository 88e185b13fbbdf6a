// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Pool} from "../../../contracts/libraries/Pool.sol";
import {Handler} from "./Handler.sol";
import {Venue, World} from "./World.sol";

/// @notice Liquidity providers: deposit, mint, request, and leave by execute, redeem and withdraw. Nobody who comes or
/// goes makes a share of the others worth less.
contract ProviderHandler is Handler {
    constructor(World world_) Handler(world_) {}

    /// @dev What the pool is worth and how many shares there are.
    struct Worth {
        int256 equity;
        uint256 supply;
    }

    function deposit(uint256 who, uint256 where, uint256 assets) external inWorld {
        Venue memory v = venueOf(where);
        address person = provider(who);
        Worth memory before = _worth(v);
        uint256 most = v.pool.maxDeposit(person);
        assets = bound(assets, 1, 200_000e18 / v.unit);
        if (assets > most) return;
        uint256 preview = v.pool.previewDeposit(assets);
        if (preview == 0) return;
        v.base.mint(person, assets);
        vm.prank(person);
        assertEq(v.pool.deposit(assets, person), preview, "R7 pool deposit = previewDeposit");
        _checkOthers(v, before);
        world.count("pool deposit");
    }

    function mint(uint256 who, uint256 where, uint256 shares) external inWorld {
        Venue memory v = venueOf(where);
        address person = provider(who);
        Worth memory before = _worth(v);
        shares = bound(shares, 1, 100_000e18);
        if (shares > v.pool.maxMint(person)) return;
        uint256 preview = v.pool.previewMint(shares);
        v.base.mint(person, preview);
        vm.prank(person);
        assertEq(v.pool.mint(shares, person), preview, "R7 pool mint = previewMint");
        _checkOthers(v, before);
        world.count("pool mint");
    }

    function request(uint256 who, uint256 where, uint256 shares) external inWorld {
        Venue memory v = venueOf(where);
        address person = provider(who);
        uint256 balance = v.pool.balanceOf(person);
        if (balance == 0) return;
        shares = bound(shares, 1, balance);
        vm.prank(person);
        v.pool.requestRedeem(shares);
        world.count("request");
    }

    /// @notice Anybody pays a request that has waited.
    function execute(uint256 who, uint256 where) external inWorld {
        Venue memory v = venueOf(where);
        address person = provider(who);
        Worth memory before = _worth(v);
        if (v.pool.maxRedeem(person) == 0) return;
        uint256 preview = v.pool.previewRedeem(v.pool.maxRedeem(person));
        (, uint256 assets) = v.pool.execute(person);
        assertEq(assets, preview, "R7 execute = previewRedeem(maxRedeem)");
        _checkOthers(v, before);
        world.count("execute");
    }

    function redeem(uint256 who, uint256 where, uint256 shares) external inWorld {
        Venue memory v = venueOf(where);
        address person = provider(who);
        Worth memory before = _worth(v);
        uint256 most = v.pool.maxRedeem(person);
        if (most == 0) return;
        shares = bound(shares, 1, most);
        uint256 preview = v.pool.previewRedeem(shares);
        if (preview == 0) return;
        vm.prank(person);
        assertEq(v.pool.redeem(shares, person, person), preview, "R7 pool redeem = previewRedeem");
        _checkOthers(v, before);
        world.count("pool redeem");
    }

    function withdraw(uint256 who, uint256 where, uint256 assets) external inWorld {
        Venue memory v = venueOf(where);
        address person = provider(who);
        Worth memory before = _worth(v);
        uint256 most = v.pool.maxWithdraw(person);
        if (most == 0) return;
        assets = bound(assets, 1, most);
        uint256 preview = v.pool.previewWithdraw(assets);
        vm.prank(person);
        assertEq(v.pool.withdraw(assets, person, person), preview, "R7 pool withdraw = previewWithdraw");
        _checkOthers(v, before);
        world.count("pool withdraw");
    }

    function _worth(Venue memory v) private returns (Worth memory) {
        house.syncNow(v.params, false);
        return _now(v);
    }

    function _now(Venue memory v) private view returns (Worth memory) {
        int256 equity = Pool.equityFloor(house.market(v.id).pack(), v.params.pricing.depth());
        return Worth(equity, v.pool.totalSupply());
    }

    function _checkOthers(Venue memory v, Worth memory before) private view {
        Worth memory then = _now(v);
        assertGe(
            then.equity * int256(before.supply),
            before.equity * int256(then.supply),
            "P1 equity' / supply' >= equity / supply"
        );
    }
}
