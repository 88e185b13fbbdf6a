// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, Order, Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Pool} from "../../../contracts/libraries/Pool.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {Deployment, IFaucetToken} from "../Deployment.sol";
import {Pricing, Terms} from "../Terms.sol";

/// @notice What attacks start from: the local deployment, people with BaseToken, and what they are worth in the end.
abstract contract Attack is Deployment {
    uint256 internal constant ANY_TIME = type(uint256).max;
    uint256 internal constant PURSE = 10_000_000e18;

    address internal mallory;
    address internal accomplice;
    address internal alice;
    address internal bob;

    function setUp() public virtual {
        deployLocal();
        // A thin market, in which moving the skew costs most: 800 units a side are 4 %.
        Pricing memory pricing = Terms.standardPricing();
        pricing.depth = 20_000e18;
        ethDai = marketParams(address(dai), pricing, Terms.standardRisk(18));
        ethDaiPool = createMarket(ethDai, 1_000_000e18);
        long5EthDai = createToken(ethDai, 5e18, Terms.pack(Terms.continuous()));
        short3EthDai = createToken(ethDai, -3e18, Terms.pack(Terms.continuous()));
        (mallory, accomplice) = (actor("mallory"), actor("accomplice"));
        (alice, bob) = (actor("alice"), actor("bob"));
        address[4] memory people = [mallory, accomplice, alice, bob];
        for (uint256 i = 0; i < 4; ++i) {
            endow(dai, people[i], PURSE);
            endow(usdc, people[i], PURSE / 1e12);
        }
    }

    function endow(IFaucetToken base, address person, uint256 amount) internal {
        base.mint(person, amount);
        openPurse(base, person);
    }

    // -------------------------------------------------------------------------------------------------- actions

    /// @notice A new block with this price, in whole BaseToken.
    function tick(uint256 price, uint256 duration) internal {
        skip(duration);
        feed.set(int256(price * 1e8));
    }

    function trade(
        MarketParams memory params,
        address person,
        int256 amount,
        int256 margin
    ) internal returns (Fill memory) {
        vm.prank(person);
        return
            clearingHouse.trade(params, Order(amount, margin, amount > 0 ? type(uint256).max : 0, ANY_TIME));
    }

    function trade(address person, int256 amount, int256 margin) internal returns (Fill memory) {
        return trade(ethDai, person, amount, margin);
    }

    /// @notice Closes whatever there is and takes the cash.
    function close(address person) internal {
        Quote memory q = clearingHouse.quote(ethDai, person);
        if (q.position == 0 && q.cash == 0) return;
        vm.prank(person);
        clearingHouse.close(ethDai, q.position < 0 ? type(uint256).max : 0, ANY_TIME);
    }

    function deposit(ILeveragedToken token, address person, uint256 assets) internal returns (uint256) {
        vm.prank(person);
        return token.deposit(assets, person);
    }

    function redeem(ILeveragedToken token, address person) internal returns (uint256) {
        uint256 shares = token.balanceOf(person);
        if (shares == 0) return 0;
        vm.prank(person);
        return token.redeem(shares, person, person);
    }

    function join(ILiquidityPool pool, address person, uint256 assets) internal returns (uint256) {
        vm.prank(person);
        return pool.deposit(assets, person);
    }

    /// @notice Asks for all shares of a person.
    function ask(ILiquidityPool pool, address person) internal {
        uint256 shares = pool.balanceOf(person);
        vm.prank(person);
        pool.requestRedeem(shares);
    }

    // ---------------------------------------------------------------------------------------------------- worth

    /// @notice What the pool is worth at mid.
    function equity() internal view returns (int256) {
        return
            Pool.equityFloor(clearingHouse.quote(ethDai, address(0)).market.pack(), ethDai.pricing.depth());
    }

    /// @notice What an account is worth at mid.
    function value(address person) internal view returns (int256) {
        Quote memory q = clearingHouse.quote(ethDai, person);
        return Margin.valueFloor(q.position, q.cash, q.market.positionPrice());
    }

    /// @notice What a person has in DAI: purse, account at mid, and share of the pool at mid.
    function wealth(address person) internal view returns (int256) {
        int256 shares = int256(ethDaiPool.balanceOf(person));
        return
            int256(dai.balanceOf(person)) +
            value(person) +
            (equity() * shares) / int256(ethDaiPool.totalSupply());
    }

    /// @notice N per 1e18 tokens.
    function perToken(ILeveragedToken token) internal view returns (int256) {
        return (token.netAssetValue() * 1e18) / int256(token.totalSupply());
    }
}
