// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Order, TokenOrder} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {ROLE_TOKEN} from "../../../contracts/types/Account.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {HookedToken} from "../../contracts/HookedToken.sol";
import {IFaucetToken} from "../Deployment.sol";
import {Terms} from "../Terms.sol";
import {Attack} from "./Attack.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice A BaseToken that calls back while BaseToken moves, into everything that reads or moves a market.
contract ReentrantBaseTokenTest is Attack {
    HookedToken private hooked;
    MarketParams private params;
    ILiquidityPool private pool;
    ILeveragedToken private token;

    function setUp() public override {
        super.setUp();
        hooked = new HookedToken();
        params = marketParams(address(hooked), Terms.standardPricing(), Terms.standardRisk(18));
        pool = createMarket(params, 1_000_000e18);
        token = createToken(params, 5e18, Terms.pack(Terms.continuous()));
        endow(IFaucetToken(address(hooked)), alice, PURSE);
        endow(IFaucetToken(address(hooked)), mallory, PURSE);
        vm.prank(alice);
        token.deposit(10_000e18, alice);
    }

    function _reenter(address target, bytes memory data) private {
        _reenter(
            target,
            data,
            abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function _reenter(address target, bytes memory data, bytes memory refusal) private {
        uint256 before = hooked.balanceOf(mallory);
        int256 worth = perToken(token);
        vm.startPrank(mallory);
        token.deposit(1_000e18, mallory);
        uint256 seen = hooked.outcomeCount();
        hooked.setHook(target, data);
        clearingHouse.trade(params, Order(10e18, 1_000e18, type(uint256).max, ANY_TIME));
        clearingHouse.close(params, 0, ANY_TIME);
        token.redeem(token.balanceOf(mallory), mallory, mallory);
        assertEq(hooked.outcomeCount(), seen + 3, "it called back at each transfer by the ClearingHouse");
        for (uint256 i = seen; i < seen + 3; ++i) {
            assertEq(keccak256(hooked.outcomes(i)), keccak256(refusal), "and was refused");
        }
        // What comes into a token or pool comes last of all, when all books are written: there it is a call like any other.
        token.deposit(1_000e18, mallory);
        pool.deposit(1_000e18, mallory);
        vm.stopPrank();
        hooked.setHook(address(0), "");
        assertGe(hooked.outcomeCount(), seen + 5, "it called back at these transfers too");

        assertLe(hooked.balanceOf(mallory), before, "the attacker is not richer");
        assertGe(perToken(token) + 1, worth, "holders are not poorer");
        assertGe(
            hooked.balanceOf(address(clearingHouse)),
            clearingHouse.market(params.toId()).held,
            "custody is whole"
        );
    }

    function test_reenteringTheClearingHouse() public {
        address house = address(clearingHouse);
        TokenOrder memory order;
        _reenter(house, abi.encodeCall(IClearingHouse.trade, (params, Order(1e18, 0, 0, ANY_TIME))));
        _reenter(house, abi.encodeCall(IClearingHouse.close, (params, 0, ANY_TIME)));
        _reenter(house, abi.encodeCall(IClearingHouse.syncNow, (params, false)));
        _reenter(house, abi.encodeCall(IClearingHouse.syncNow, (params, true)));
        // It is for tokens alone, which come from `syncNow`.
        _reenter(
            house,
            abi.encodeCall(IClearingHouse.execute, (params, order)),
            abi.encodeWithSelector(
                IClearingHouse.ClearingHouse_WrongRole.selector,
                address(hooked),
                uint8(0),
                ROLE_TOKEN
            )
        );
        _reenter(house, abi.encodeCall(IClearingHouse.movePoolCash, (params, -1e18, mallory)));
        _reenter(house, abi.encodeCall(IClearingHouse.collectFees, (params)));
        // Another market of the house is as closed.
        _reenter(house, abi.encodeCall(IClearingHouse.syncNow, (ethDai, false)));
    }

    /// @dev Whoever is called back before paying for what it has just minted uses it at once.
    function test_usingWhatIsNotPaidForYet() public {
        Unpaid unpaid = new Unpaid(hooked, token, pool);
        endow(IFaucetToken(address(hooked)), address(unpaid), 2_000e18);
        uint256 others = hooked.balanceOf(mallory) + hooked.balanceOf(alice);
        int256 worth = perToken(token);
        int256 equity = pool.equity();
        hooked.setHook(address(unpaid), abi.encodeCall(Unpaid.calledBack, ()));
        unpaid.attack(1_000e18);
        hooked.setHook(address(0), "");
        assertTrue(unpaid.redeemed(), "it burned what it had not paid for");
        assertLe(hooked.balanceOf(address(unpaid)), 2_000e18, "the attacker is not richer");
        assertEq(hooked.balanceOf(mallory) + hooked.balanceOf(alice), others, "nobody else paid");
        assertGe(perToken(token) + 1, worth, "holders are not poorer");
        assertGe(pool.equity() + 1, equity, "nor is the pool");
        assertGe(
            hooked.balanceOf(address(clearingHouse)),
            clearingHouse.market(params.toId()).held,
            "custody is whole"
        );
    }

    function test_reenteringTokenAndPool() public {
        _reenter(address(token), abi.encodeWithSignature("deposit(uint256,address)", 1e18, mallory));
        _reenter(
            address(token),
            abi.encodeWithSignature("redeem(uint256,address,address)", 1, mallory, mallory)
        );
        _reenter(address(token), abi.encodeCall(ILeveragedToken.rebalance, ()));
        _reenter(address(pool), abi.encodeWithSignature("deposit(uint256,address)", 1e18, mallory));
        _reenter(address(pool), abi.encodeCall(ILiquidityPool.execute, (mallory)));
    }
}

/// @notice Mints, and burns from within the payment for it.
contract Unpaid {
    HookedToken private immutable hooked;
    ILeveragedToken private immutable token;
    ILiquidityPool private immutable pool;
    bool private inside;
    bool public redeemed;

    constructor(HookedToken hooked_, ILeveragedToken token_, ILiquidityPool pool_) {
        (hooked, token, pool) = (hooked_, token_, pool_);
    }

    function attack(uint256 assets) external {
        token.deposit(assets, address(this));
        pool.deposit(assets / 2, address(this));
    }

    function calledBack() external {
        uint256 shares = token.balanceOf(address(this));
        if (inside || shares == 0) return;
        inside = true;
        redeemed = token.redeem(shares, address(this), address(this)) != 0;
        inside = false;
    }
}
