// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChainlinkSource} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {IClearingHouse, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Handler} from "./Handler.sol";
import {Listing, Venue, World} from "./World.sol";

/// @notice R7 and R8: `max*` never revert and can be done in full, `totalAssets` and `convertTo*` never revert, and a price
/// that can't be trusted is refused everywhere, by the name of what is wrong, with nothing changed.
contract ViewHandler is Handler {
    /// @dev Ends a probe, undoing what it did.
    error Undo();

    constructor(World world_) Handler(world_) {}

    // ------------------------------------------------------------------------------------------ doing the most

    /// @notice Does the most of every kind, each from the state as it is.
    function doMost(uint256 who, uint256 which) external inWorld {
        Listing memory listed = listingOf(which);
        address person = holder(who);
        if (_probe(abi.encodeCall(this.probeDeposit, (listed, person)))) world.count("max deposit");
        if (_probe(abi.encodeCall(this.probeMint, (listed, person)))) world.count("max mint");
        if (_probe(abi.encodeCall(this.probeRedeem, (listed, person)))) world.count("max redeem");
        if (_probe(abi.encodeCall(this.probeWithdraw, (listed, person)))) world.count("max withdraw");
        address lender = provider(who);
        if (_probe(abi.encodeCall(this.probeJoin, (listed.venue, lender)))) world.count("max pool deposit");
        if (_probe(abi.encodeCall(this.probeLeave, (listed.venue, lender)))) world.count("max pool redeem");
    }

    /// @return Whether it did something.
    function _probe(bytes memory data) private returns (bool) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory reason) = address(this).call(data);
        if (!success && bytes4(reason) != Undo.selector) rethrow(reason);
        return !success;
    }

    function probeDeposit(Listing memory listed, address person) external {
        uint256 most = listed.token.maxDeposit(person);
        if (most == 0) return;
        world.venue(listed.venue).base.mint(person, most);
        vm.prank(person);
        listed.token.deposit(most, person);
        revert Undo();
    }

    function probeMint(Listing memory listed, address person) external {
        uint256 most = listed.token.maxMint(person);
        if (most == 0) return;
        world.venue(listed.venue).base.mint(person, listed.token.previewMint(most));
        vm.prank(person);
        listed.token.mint(most, person);
        revert Undo();
    }

    function probeRedeem(Listing memory listed, address person) external {
        uint256 most = listed.token.maxRedeem(person);
        if (most == 0) return;
        vm.prank(person);
        listed.token.redeem(most, person, person);
        revert Undo();
    }

    function probeWithdraw(Listing memory listed, address person) external {
        uint256 most = listed.token.maxWithdraw(person);
        if (most == 0) return;
        vm.prank(person);
        listed.token.withdraw(most, person, person);
        revert Undo();
    }

    function probeJoin(uint256 where, address person) external {
        Venue memory v = world.venue(where);
        uint256 most = v.pool.maxMint(person);
        if (most == 0) return;
        v.base.mint(person, v.pool.maxDeposit(person));
        vm.prank(person);
        v.pool.mint(most, person);
        revert Undo();
    }

    function probeLeave(uint256 where, address person) external {
        Venue memory v = world.venue(where);
        uint256 most = v.pool.maxWithdraw(person);
        if (most == 0) return;
        vm.prank(person);
        v.pool.withdraw(most, person, person);
        revert Undo();
    }

    // ------------------------------------------------------------------------------------------ untrusted prices

    /// @notice Spoils the feed of a market, finds everything refused and nothing changed, and mends the feed.
    function distrust(uint256 who, uint256 which, uint256 how) external {
        world.pass(1);
        vm.warp(world.time());
        Listing memory listed = listingOf(which);
        Venue memory v = world.venue(listed.venue);
        house.syncNow(v.params, false);
        world.pass(1);
        vm.warp(world.time());
        bytes32 before = _fingerprint(listed, v);
        (, int256 answer, , , ) = v.feed.latestRoundData();
        bytes4 expected = _spoil(v, how % 6, answer);
        _expectRefusals(listed, v, holder(who), provider(who), expected);
        _checkViews(listed, v, holder(who));
        assertEq(_fingerprint(listed, v), before, "R8 what is refused changes nothing");
        world.count("distrust");
        v.feed.set(answer);
        world.refresh(0, 1e18);
    }

    /// @return What everything must be refused with.
    function _spoil(Venue memory v, uint256 how, int256 answer) private returns (bytes4) {
        uint256 time = vm.getBlockTimestamp();
        if (how == 0) v.feed.setAt(0, time);
        else if (how == 1) v.feed.setAt(-answer, time);
        else if (how == 2) v.feed.setAt(answer, time + 1);
        else if (how == 3) v.feed.setAt(answer, time - 1 days - 1);
        else if (how == 4) v.feed.setAt(answer, time - 10 hours);
        else v.feed.setAt(1, time);
        bytes4[6] memory errors = [
            IChainlinkSource.ChainlinkSource_ZeroAnswer.selector,
            IChainlinkSource.ChainlinkSource_NegativeAnswer.selector,
            IChainlinkSource.ChainlinkSource_FromFuture.selector,
            IChainlinkSource.ChainlinkSource_Stale.selector,
            IClearingHouse.ClearingHouse_PriceOlderThanUsed.selector,
            IChainlinkSource.ChainlinkSource_PriceOutOfBounds.selector
        ];
        return errors[how];
    }

    function _expectRefusals(
        Listing memory listed,
        Venue memory v,
        address person,
        address lender,
        bytes4 expected
    ) private {
        ILeveragedToken t = listed.token;
        bytes[24] memory calls;
        calls[0] = abi.encodeCall(house.syncNow, (v.params, false));
        calls[1] = abi.encodeCall(
            house.trade,
            (v.params, Order(1e18, 0, type(uint256).max, type(uint256).max))
        );
        calls[2] = abi.encodeCall(house.trade, (v.params, Order(0, 1, 0, type(uint256).max)));
        calls[3] = abi.encodeCall(house.close, (v.params, 0, type(uint256).max));
        calls[4] = abi.encodeCall(house.quote, (v.params, person));
        for (uint256 i = 0; i < 5; ++i) _refused(address(house), person, calls[i], expected);
        calls[5] = abi.encodeWithSignature("deposit(uint256,address)", 1e18, person);
        calls[6] = abi.encodeWithSignature("mint(uint256,address)", 1e18, person);
        calls[7] = abi.encodeWithSignature("redeem(uint256,address,address)", 1, person, person);
        calls[8] = abi.encodeWithSignature("withdraw(uint256,address,address)", 1, person, person);
        calls[9] = abi.encodeCall(t.rebalance, ());
        calls[10] = abi.encodeCall(t.netAssetValue, ());
        calls[11] = abi.encodeCall(t.positionPrice, ());
        calls[12] = abi.encodeCall(t.positionAmountDelta, ());
        calls[13] = abi.encodeCall(t.currentLeverage, ());
        calls[14] = abi.encodeCall(t.previewRebalance, ());
        calls[15] = abi.encodeCall(t.previewDeposit, (1e18));
        calls[16] = abi.encodeCall(t.previewMint, (1e18));
        calls[17] = abi.encodeCall(t.previewRedeem, (1));
        calls[18] = abi.encodeCall(t.previewWithdraw, (1));
        for (uint256 i = 5; i < 19; ++i) _refused(address(t), person, calls[i], expected);
        // The pool has the same names for entering and leaving.
        for (uint256 i = 5; i < 9; ++i) _refused(address(v.pool), lender, calls[i], expected);
        for (uint256 i = 15; i < 19; ++i) _refused(address(v.pool), lender, calls[i], expected);
        _refused(address(v.pool), person, abi.encodeCall(v.pool.execute, (lender)), expected);
    }

    function _refused(address target, address caller, bytes memory data, bytes4 expected) private {
        vm.prank(caller);
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory result) = target.call(data);
        assertFalse(success, "R8 a price that can't be trusted is refused");
        assertEq(
            bytes32(bytes4(result)),
            bytes32(expected),
            "R8 the error says what is wrong with the price"
        );
    }

    /// @dev R7: these answer at the last price used, and the maxima are 0.
    function _checkViews(Listing memory listed, Venue memory v, address person) private view {
        assertEq(listed.token.maxDeposit(person), 0, "R7 maxDeposit is 0 without a price");
        assertEq(listed.token.maxMint(person), 0, "R7 maxMint is 0 without a price");
        assertEq(listed.token.maxRedeem(person), 0, "R7 maxRedeem is 0 without a price");
        assertEq(listed.token.maxWithdraw(person), 0, "R7 maxWithdraw is 0 without a price");
        assertEq(v.pool.maxDeposit(person), 0, "R7 the pool's maxDeposit is 0 without a price");
        assertEq(v.pool.maxMint(person), 0, "R7 the pool's maxMint is 0 without a price");
        assertEq(v.pool.maxRedeem(person), 0, "R7 the pool's maxRedeem is 0 without a price");
        assertEq(v.pool.maxWithdraw(person), 0, "R7 the pool's maxWithdraw is 0 without a price");
        listed.token.totalAssets();
        listed.token.convertToAssets(1e18);
        listed.token.convertToShares(1e6);
        v.pool.totalAssets();
        v.pool.convertToAssets(1e18);
        v.pool.convertToShares(1e6);
        assertFalse(house.lastQuote(v.params, person).fresh, "R7 lastQuote says that its price is not fresh");
    }

    function _fingerprint(Listing memory listed, Venue memory v) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    house.market(v.id),
                    listed.token.state(),
                    house.account(v.id, address(listed.token)),
                    v.pool.totalSupply(),
                    v.base.balanceOf(address(house))
                )
            );
    }
}
