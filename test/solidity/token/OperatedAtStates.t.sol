// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Attribution} from "../../../contracts/libraries/Attribution.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Account, ROLE_RESOLVED, ROLE_TOKEN, ROLE_TRADER} from "../../../contracts/types/Account.sol";
import {PolicyFields, Terms} from "../Terms.sol";
import {Scene} from "../Scene.sol";

/// @notice The time that an account keeps for its token, where a token ends or begins again: nobody pays for a time in which there was no token,
/// and nobody pays twice.
contract OperatedAtStatesTest is Scene {
    ILeveragedToken private token;

    function setUp() public {
        openMarket(Terms.standardPricing(), Terms.standardRisk(18), 0.0005e18, 10_000_000);
        PolicyFields memory fields = Terms.continuous();
        fields.streamingFee = 0.05e18;
        token = openToken(5e18, fields);
        admit(base, address(token));
        fund(alice, 1_000_000e18);
        fund(bob, 1_000_000e18);
    }

    function account() private view returns (Account) {
        return clearingHouse.account(id, address(token));
    }

    /// @dev What is due of the streaming fee, as the token sees it: what its account is worth, less what it says it is.
    function due() private view returns (int256) {
        Quote memory q = clearingHouse.quote(params, address(token));
        return Margin.valueFloor(q.position, q.cash, q.market.positionPrice()) - token.netAssetValue();
    }

    function deposit(address who, uint256 assets) private {
        vm.prank(who);
        token.deposit(assets, who);
    }

    function redeem(address who, uint256 shares) private {
        vm.prank(who);
        token.redeem(shares, who, who);
    }

    function test_aPauseIsFree() public {
        deposit(alice, 1_000e18);
        pass(1 days, 500e18);
        redeem(alice, token.balanceOf(alice));
        assertEq(token.totalSupply(), 0, "empty");
        pass(365 days, 500e18);
        assertEq(token.netAssetValue(), int256(0), "nothing is due of nothing");
        deposit(bob, 1_000e18);
        assertEq(due(), int256(0), "nor of who comes");
        assertEq(account().operatedAt(), vm.getBlockTimestamp(), "stamped");
        uint256 fees = marketNow().protocolFees;
        redeem(bob, token.balanceOf(bob) / 2);
        // The protocol's share of the trade fee alone: 0.1 · 0.0005 · 5 of half.
        assertApproxEqAbs(marketNow().protocolFees - fees, 0.125e18, 0.002e18, "nor when it leaves");
    }

    function test_theSettledPayOnce() public {
        deposit(alice, 1_000e18);
        uint256 minted = vm.getBlockTimestamp();
        skip(5 days);
        clearingHouse.settle(params);
        clearingHouse.reckon(params, address(token));
        assertEq(account().operatedAt(), minted, "reckoning leaves it");
        assertEq(uint256(account().role()), ROLE_TOKEN, "and what it is");
        skip(2 hours);
        clearingHouse.conclude(params);
        int256 expected = int256(
            Attribution.streamingFeeDown(uint256(account().cash()), 0.05e18, vm.getBlockTimestamp() - minted)
        );
        assertEq(due(), expected, "since the mint");
        redeem(alice, token.balanceOf(alice) / 2);
        assertEq(due(), int256(0), "paid");
        assertEq(account().operatedAt(), vm.getBlockTimestamp(), "stamped");
        assertEq(uint256(account().role()), ROLE_TOKEN | ROLE_RESOLVED, "closed");
        assertEq(account().position(), int256(0), "nothing open");
        skip(1 days);
        expected = int256(Attribution.streamingFeeDown(uint256(account().cash()), 0.05e18, 1 days));
        assertGt(uint256(expected), 0, "there is a fee");
        assertEq(due(), expected, "since the burn");
        redeem(alice, token.balanceOf(alice));
        assertEq(account().cash(), int256(0), "all is paid");
        assertEq(uint256(account().role()), ROLE_TOKEN | ROLE_RESOLVED, "still closed");
    }

    /// @dev What others credit and take touches neither time nor role, of tokens and of keepers.
    function test_theLiquidated() public {
        deposit(alice, 1_000e18);
        uint256 minted = vm.getBlockTimestamp();
        pass(1 days, 424e18);
        vm.prank(keeper);
        clearingHouse.liquidate(params, address(token));
        assertEq(account().operatedAt(), minted, "not an operation of its own");
        assertEq(uint256(account().role()), ROLE_TOKEN, "a token");
        Account paid = clearingHouse.account(id, keeper);
        assertGt(paid.cash(), int256(0), "paid");
        assertEq(uint256(paid.role()), ROLE_TRADER, "a trader");
        assertEq(paid.operatedAt(), 0, "without a time");
        assertEq(paid.position(), int256(0), "without a position");
        int256 value = token.netAssetValue() + due();
        assertEq(
            due(),
            int256(Attribution.streamingFeeDown(uint256(value), 0.05e18, 1 days)),
            "since the mint"
        );
    }
}
