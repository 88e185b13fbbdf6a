// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, Order, Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {Books} from "../../../contracts/libraries/Books.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Pool} from "../../../contracts/libraries/Pool.sol";
import {Account, ROLE_RESOLVED} from "../../../contracts/types/Account.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {STATUS_RECKONING} from "../../../contracts/types/MarketWords.sol";
import {Deployment} from "../Deployment.sol";
import {Pricing, Terms} from "../Terms.sol";

/// @notice What tests of resolutions start from: a market so thin that its skew moves prices by percents, people with DAI,
/// and what must be true of its books whatever happens.
abstract contract Crisis is Deployment {
    uint256 internal constant PURSE = 100_000_000e18;
    int256 internal constant WAD = 1e18;

    MarketParams internal thin;
    MarketId internal id;
    ILiquidityPool internal pool;
    address[] internal people;

    address internal alice;
    address internal bob;
    address internal carol;
    address internal keeper;

    function setUp() public virtual {
        deployLocal();
        Pricing memory pricing = Terms.standardPricing();
        pricing.depth = 20_000e18;
        thin = marketParams(address(dai), pricing, Terms.standardRisk(18));
        id = thin.toId();
        pool = createMarket(thin, 1_000_000e18);
        (alice, bob, carol, keeper) = (person("alice"), person("bob"), person("carol"), person("keeper"));
        // Pools have an account too, which stays empty.
        people.push(address(pool));
    }

    /// @notice Somebody with DAI whose account is counted.
    function person(string memory name) internal returns (address who) {
        who = actor(name);
        dai.mint(who, PURSE);
        openPurse(dai, who);
        people.push(who);
    }

    // -------------------------------------------------------------------------------------------------- actions

    /// @notice A minute later the feed says this, in WAD.
    function move(uint256 price) internal {
        skip(1 minutes);
        feed.set(int256(price / 1e10));
    }

    function trade(address who, int256 amount, int256 margin) internal returns (Fill memory) {
        vm.prank(who);
        return clearingHouse.trade(thin, order(amount, margin));
    }

    function order(int256 amount, int256 margin) internal pure returns (Order memory) {
        return Order(amount, margin, amount > 0 ? type(uint256).max : 0, type(uint256).max);
    }

    function close(address who) internal returns (uint256 payout) {
        uint256 limit = position(who) < 0 ? type(uint256).max : 0;
        vm.prank(who);
        (, payout) = clearingHouse.close(thin, limit, type(uint256).max);
    }

    function liquidate(address who) internal returns (int256 amount, uint256 reward) {
        vm.prank(keeper);
        return clearingHouse.liquidate(thin, who);
    }

    /// @notice Ends the market by a feed that says nothing more.
    function settleDead() internal returns (uint256 price) {
        skip(3 days + 1);
        return clearingHouse.settle(thin);
    }

    function conclude() internal returns (uint256 share) {
        skip(1 hours);
        return clearingHouse.conclude(thin);
    }

    // -------------------------------------------------------------------------------------------------- reading

    function market() internal view returns (Market memory) {
        return clearingHouse.market(id);
    }

    function position(address who) internal view returns (int256) {
        return clearingHouse.account(id, who).position();
    }

    function cash(address who) internal view returns (int256) {
        return clearingHouse.account(id, who).cash();
    }

    /// @notice N of an account, by the last quote.
    function value(address who) internal view returns (int256) {
        Quote memory q = clearingHouse.lastQuote(thin, who);
        return Margin.valueFloor(q.position, q.cash, q.market.positionPrice());
    }

    function equity() internal view returns (int256) {
        return
            Pool.equityFloor(clearingHouse.lastQuote(thin, address(0)).market.pack(), thin.pricing.depth());
    }

    function conditions() internal view returns (Conditions memory around) {
        Books.surround(around, clearingHouse.lastQuote(thin, address(0)).market.pack(), thin.pricing, 0);
    }

    /// @notice I(s, Δ) in the thin market, at any price and skew.
    function impactOf(uint256 price, int256 skew, int256 amount) internal view returns (int256) {
        uint256 depth = thin.pricing.depth();
        return
            int256(Impact.energyUp(price, skew + amount, depth)) -
            int256(Impact.energyUp(price, skew, depth));
    }

    // ---------------------------------------------------------------------------------------------------- rules

    /// @notice Rule 1. Exact while the market lives; after settlement each account that was closed may have left a wei.
    function checkBooks() internal view {
        Market memory m = market();
        bool settled = m.status >= STATUS_RECKONING;
        int256 sum = m.poolCash + int256(m.protocolFees);
        int256 claims;
        for (uint256 i = 0; i < people.length; ++i) {
            Account a = clearingHouse.account(id, people[i]);
            int256 worth = Margin.valueFloor(a.position(), a.cash(), m.positionPrice());
            sum += settled && a.role() & ROLE_RESOLVED == 0 ? worth : a.cash();
            claims += worth;
        }
        int256 held = int256(m.held);
        int256 slack = int256(people.length) + 1;
        assertLe(sum, held, "R1 sum c + poolCash + fees <= held");
        assertGe(sum, settled ? held - slack : held, "R1 sum c + poolCash + fees = held");
        if (settled) return;
        uint256 depth = thin.pricing.depth();
        claims += int256(Impact.energyUp(m.price, m.skew(), depth));
        claims += Pool.equityFloor(m.pack(), depth) + int256(m.protocolFees);
        assertLe(claims, held, "R1 sum N + E + equity + fees <= held");
        assertGe(claims, held - slack, "R1 sum N + E + equity + fees = held");
    }
}
