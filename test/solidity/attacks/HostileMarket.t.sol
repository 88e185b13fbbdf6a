// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {HostileSource} from "../../contracts/HostileSource.sol";
import {Attack} from "./Attack.sol";

/// @notice A market in the same BaseToken whose price source lies, reverts, burns gas and calls back: it can empty itself
/// and nothing else.
contract HostileMarketTest is Attack {
    HostileSource private hostile;
    MarketParams private params;
    uint256 private custody;
    bytes32 private books;

    function setUp() public override {
        super.setUp();
        hostile = new HostileSource();
        params = MarketParams(address(dai), address(hostile), ethDai.pricing, ethDai.risk);
        deposit(long5EthDai, alice, 10_000e18);
        trade(bob, -100e18, 20_000e18);
        custody = dai.balanceOf(address(clearingHouse)) - _othersHeld();
        books = keccak256(abi.encode(clearingHouse.market(ethDai.toId())));
    }

    /// @dev What deployLocal's own DAI market and the hostile one hold.
    function _othersHeld() private view returns (uint256 held) {
        held = dai.balanceOf(address(clearingHouse)) - clearingHouse.market(ethDai.toId()).held;
    }

    function _seed(uint256 seed) private {
        vm.prank(mallory);
        clearingHouse.createMarket(params, seed);
    }

    function _assertUntouched() private view {
        assertEq(
            keccak256(abi.encode(clearingHouse.market(ethDai.toId()))),
            books,
            "the other books are as they were"
        );
        uint256 own = clearingHouse.market(params.toId()).held;
        uint256 rest = dai.balanceOf(address(clearingHouse)) - own;
        assertGe(rest, custody, "the other custody is as it was");
    }

    function testFuzz_lying(uint256 first, uint256 second, int256 size) public {
        uint256 before = dai.balanceOf(mallory) + dai.balanceOf(accomplice);
        first = bound(first, 1e14, 1e24);
        second = bound(second, 1e12, 1e26);
        hostile.setPrice(first);
        _seed(1_000_000e18);
        int256 most = int256((400_000e36) / first);
        most = most > 790e18 ? int256(790e18) : most;
        int256 amount = bound(size, -most, most);
        if (amount == 0) return;
        trade(params, accomplice, amount, 800_000e18);
        skip(12);
        hostile.setPrice(second);
        uint256 held = clearingHouse.market(params.toId()).held;
        vm.prank(accomplice);
        (, uint256 paid) = clearingHouse.close(params, amount < 0 ? type(uint256).max : 0, ANY_TIME);
        assertLe(paid, held, "it pays out of its own custody and of nothing else");

        _assertUntouched();
        assertLe(dai.balanceOf(mallory) + dai.balanceOf(accomplice), before, "the attacker is not richer");
    }

    function test_revertingAndBurningGas() public {
        _seed(1_000_000e18);
        skip(12);
        feed.set(500e8);
        hostile.setMood(HostileSource.Mood.Reverting);
        vm.expectRevert(HostileSource.HostileSource_No.selector);
        clearingHouse.syncNow(params, false);
        hostile.setMood(HostileSource.Mood.BurningGas);
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, ) = address(clearingHouse).call{gas: 3_000_000}(
            abi.encodeCall(IClearingHouse.syncNow, (params, false))
        );
        assertFalse(success, "the hostile market is dead");

        _assertUntouched();
        // The other market goes on.
        uint256 before = dai.balanceOf(bob);
        close(bob);
        assertGt(dai.balanceOf(bob), before, "bob is paid");
        assertGt(redeem(long5EthDai, alice), 9_900e18, "alice is paid");
    }

    function test_callingBack() public {
        _seed(1_000_000e18);
        ILeveragedToken token = createToken(params, 2e18, long5EthDai.policy());
        skip(12);
        feed.set(500e8);
        hostile.setMood(HostileSource.Mood.CallingBack);
        bytes[4] memory calls = [
            abi.encodeCall(IClearingHouse.syncNow, (ethDai, false)),
            abi.encodeCall(IClearingHouse.trade, (ethDai, Order(1e18, 0, type(uint256).max, ANY_TIME))),
            abi.encodeCall(IClearingHouse.close, (ethDai, 0, ANY_TIME)),
            abi.encodeCall(IClearingHouse.collectFees, (ethDai))
        ];
        for (uint256 i = 0; i < 4; ++i) {
            hostile.setHook(address(clearingHouse), calls[i]);
            vm.prank(mallory);
            vm.expectRevert();
            clearingHouse.trade(params, Order(1e18, 1_000e18, type(uint256).max, ANY_TIME));
            vm.prank(mallory);
            vm.expectRevert();
            token.deposit(1_000e18, mallory);
        }
        _assertUntouched();
    }
}
