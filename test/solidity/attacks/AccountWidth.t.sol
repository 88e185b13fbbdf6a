// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Books} from "../../../contracts/libraries/Books.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {Scene} from "../Scene.sol";
import {Pricing, Risk, Terms} from "../Terms.sol";

/// @notice How large cash can get. One round, from the lowest price to the highest with both sides full, wins 2.9e36 of what
/// another account loses. Who lost keeps a wei of its position, so that nobody books a shortfall, and the pool stays solvent: the
/// next round begins at the lowest price again, with another loser. Without a bound, after eight rounds c would not fit into its field
/// any more, and after 59 poolCash would not.
contract AccountWidthTest is Scene {
    int256 private constant SIZE = 2.9e28;

    address[] private crowd;

    function setUp() public {
        Pricing memory pricing = Terms.standardPricing();
        Risk memory risk = Terms.standardRisk(18);
        (pricing.depth, pricing.tradeFee, pricing.fundingVelocity) = (5e33, 1e6, 0);
        // No fees, of which nothing would be left to pay at the end.
        (pricing.protocolShare, risk.skewCap) = (0, 6e12);
        openMarket(pricing, risk, 0, 1_000_000);
        crowd.push(keeper);
    }

    function _join(string memory name) private returns (address who) {
        who = actor(string.concat(name, vm.toString(crowd.length)));
        crowd.push(who);
        fund(who, 20_000e18);
    }

    /// @dev At the lowest price one is long and one short, at the highest the loser closes all but a wei.
    function _round() private returns (address winner, address loser) {
        (winner, loser) = (_join("winner"), _join("loser"));
        pass(1 hours, 1e12);
        trade(winner, SIZE, 10_000e18);
        trade(loser, -SIZE, 10_000e18);
        pass(1 hours, 1e26);
        trade(loser, SIZE - 1, 0);
    }

    function _cash(address who) private view returns (int256) {
        return clearingHouse.account(id, who).cash();
    }

    function _checkBooks() private view {
        int256 sum;
        for (uint256 i = 0; i < crowd.length; ++i) sum += _cash(crowd[i]);
        Market memory m = marketNow();
        assertEq(sum + m.poolCash + int256(m.protocolFees), int256(m.held), "custody");
    }

    function test_whoWonOpensNothingMore() public {
        (address winner, ) = _round();
        trade(winner, -SIZE, 0);
        assertGt(_cash(winner), Margin.MAX_WORTH, "won");
        pass(1 hours, 1e12);
        vm.prank(winner);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_WorthOutOfRange.selector);
        clearingHouse.trade(params, order(1e18, 0));
        // Nothing is lost: what the market holds is paid.
        assertGt(closeAll(winner), uint256(0), "paid");
        _checkBooks();
    }

    function test_whoWonIsPaidNoReward() public {
        (address winner, address loser) = _round();
        trade(winner, -SIZE, 0);
        assertGt(_cash(winner), Books.MAX_CASH, "won");
        vm.prank(winner);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_CashOutOfRange.selector);
        clearingHouse.liquidate(params, loser);
        vm.prank(keeper);
        clearingHouse.liquidate(params, loser);
        assertEq(_cash(loser), int256(0), "covered");
        _checkBooks();
    }

    /// @dev What is charged for the forced trades of a block has no bound of its own: whoever owes that much waits for another block.
    function test_whoLostPaysNoSurcharge() public {
        int256 small = 1e24;
        (address winner, address loser, address other) = (_join("winner"), _join("loser"), _join("other"));
        pass(1 hours, 1e12);
        trade(winner, SIZE + small, 10_000e18);
        trade(loser, -SIZE, 10_000e18);
        trade(other, -small, 10_000e18);
        pass(1 hours, 1e26);
        trade(other, small - 1, 0);
        assertLt(clearingHouse.deleverage(params, winner), int256(0), "sold");
        vm.prank(loser);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_CashOutOfRange.selector);
        clearingHouse.trade(params, order(SIZE - 1, 0));
        pass(12, 1e26);
        trade(loser, SIZE - 1, 0);
        assertLt(_cash(loser), -Books.MAX_CASH, "lost");
        _checkBooks();
    }

    /// @dev Each round has a winner and a loser of its own, and as the winner closes the pool is even. At the end the losers' last wei are
    /// closed, and the pool covers what they lost: 29 times.
    function test_shortfallsOfManyRounds() public {
        address[] memory losers = new address[](31);
        for (uint256 i = 0; i < losers.length; ++i) {
            address winner;
            (winner, losers[i]) = _round();
            trade(winner, -SIZE, 0);
        }
        _checkBooks();
        uint256 covered = 0;
        int256 poolCash = marketNow().poolCash;
        assertLt(poolCash, Margin.MAX_WORTH, "even");
        for (; poolCash + _cash(losers[covered]) > -Books.MAX_POOL_CASH; ++covered) {
            closeAll(losers[covered]);
            poolCash = marketNow().poolCash;
        }
        assertEq(covered, uint256(29), "fit");
        vm.prank(losers[covered]);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_PoolCashOutOfRange.selector);
        clearingHouse.close(params, FOREVER, FOREVER);
        assertLt(poolCash, int256(0), "no sign is lost");
    }

    /// @dev 30 shortfalls by liquidation in one block, while one who won is open still, so that the pool has what it won: to take it out would
    /// be too much in the block of the forced trades.
    function _manyShortfalls() private returns (address winner) {
        address[] memory losers = new address[](30);
        for (uint256 i = 0; i < losers.length; ++i) {
            address other;
            (other, losers[i]) = _round();
            trade(other, -SIZE, 0);
        }
        (winner, ) = _round();
        for (uint256 i = 0; i < losers.length; ++i) {
            vm.prank(keeper);
            clearingHouse.liquidate(params, losers[i]);
        }
        vm.prank(winner);
        vm.expectPartialRevert(IClearingHouse.ClearingHouse_PoolCashOutOfRange.selector);
        clearingHouse.close(params, 0, FOREVER);
        pass(12, 1e26);
    }

    function test_surchargeAfterManyShortfalls() public {
        address winner = _manyShortfalls();
        closeAll(winner);
        assertLt(marketNow().poolCash, -Books.MAX_POOL_CASH, "it still fits into its field");
        _checkBooks();
    }

    /// @dev What a settled market takes over leads back to 0: nobody waits for the one who won most.
    function test_aSettledMarketPaysWhateverItsPoolOwes() public {
        address saver = _join("saver");
        trade(saver, 0, 1_000e18);
        address winner = _manyShortfalls();
        trade(winner, -SIZE, 0);
        assertLt(marketNow().poolCash, -Books.MAX_POOL_CASH, "more than it may take over");
        clearingHouse.settle(params);
        skip(1 hours);
        clearingHouse.conclude(params);
        assertGt(closeAll(saver), uint256(0), "paid, the saver first");
        assertGt(closeAll(winner), uint256(0), "and then the winner");
    }

    /// @dev A position that is still open when the market ends can be closed, however much it won.
    function test_whoWinsAtTheEndIsClosed() public {
        (address winner, ) = _round();
        skip(4 days);
        clearingHouse.settle(params);
        clearingHouse.reckon(params, winner);
        assertGt(_cash(winner), Books.MAX_CASH, "won");
        assertEq(clearingHouse.account(id, winner).position(), int256(0), "closed");
        skip(1 hours);
        clearingHouse.conclude(params);
        vm.prank(winner);
        (, uint256 payout) = clearingHouse.close(params, 0, FOREVER);
        assertGt(payout, uint256(0), "paid");
    }
}
