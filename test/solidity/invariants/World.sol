// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {IClearingHouse} from "../../../contracts/interfaces/IClearingHouse.sol";
import {Impact} from "../../../contracts/libraries/Impact.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Pool} from "../../../contracts/libraries/Pool.sol";
import {Account} from "../../../contracts/types/Account.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {HostileSource} from "../../contracts/HostileSource.sol";
import {Deployment, IFaucetToken, ISettableFeed} from "../Deployment.sol";
import {AggregatorV3Interface} from "../../../contracts/interfaces/AggregatorV3Interface.sol";
import {ChainlinkConfig} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {PolicyFields, Pricing, Risk, Terms} from "../Terms.sol";

/// @notice A market with everything around it.
/// @param unit One unit of the BaseToken as WAD.
/// @param answer What the feed said first; prices stay within a factor of 20 of it.
struct Venue {
    MarketParams params;
    MarketId id;
    ILiquidityPool pool;
    ISettableFeed feed;
    IFaucetToken base;
    uint256 unit;
    int256 answer;
}

/// @notice A LeveragedToken and the index of its venue.
struct Listing {
    ILeveragedToken token;
    uint256 venue;
}

/// @notice A market in the first BaseToken whose source does what it likes, with a token.
struct HostileVenue {
    MarketParams params;
    HostileSource source;
    ILiquidityPool pool;
    ILeveragedToken token;
}

/// @notice Markets, tokens and people, what has happened so far, and what must be true of the books at any time.
abstract contract World is Deployment {
    address internal constant NOBODY = address(0xdEaD);

    /// @notice The clock of the world: handlers warp to it, as a runner may forget what an earlier call warped to.
    uint256 public time = 1_767_225_600;
    address[] public traders;
    address[] public providers;
    address[] public holders;
    address[] internal accounts;
    Venue[] private _venues;
    Listing[] private _listings;
    HostileVenue[] private _hostiles;

    mapping(bytes32 name => uint256) public counted;

    // ------------------------------------------------------------------------------------------------- building

    constructor() {
        vm.warp(time);
        deployProtocol(address(this), address(this), address(this));
        for (uint256 i = 0; i < 10; ++i) _settle(traders, "trader", i);
        for (uint256 i = 0; i < 4; ++i) _settle(providers, "provider", i);
        for (uint256 i = 0; i < 5; ++i) _settle(holders, "holder", i);
    }

    function _settle(address[] storage group, string memory name, uint256 index) private {
        address person = actor(string.concat(name, vm.toString(index)));
        group.push(person);
        accounts.push(person);
    }

    /// @notice Adds a market with a feed and a source of its own.
    /// @param answer First answer of the feed, of 18 decimals.
    /// @param seed In the BaseToken's own decimals.
    function addVenue(
        IFaucetToken base,
        Pricing memory pricing,
        Risk memory risk,
        int256 answer,
        uint256 halfSpread,
        uint256 seed
    ) internal {
        feed = deployFeed(18, "X", answer);
        source = deploySource(
            ChainlinkConfig({
                feed: feed,
                underlying: "X",
                maxAge: 1 days,
                halfSpread: halfSpread,
                minPrice: 1e12,
                maxPrice: 1e26,
                deadAfter: 3 days,
                sequencer: AggregatorV3Interface(address(0)),
                sequencerGrace: 0
            })
        );
        MarketParams memory params = marketParams(address(base), pricing, risk);
        ILiquidityPool pool = createMarket(params, seed);
        uint256 unit = 10 ** (18 - risk.baseDecimals);
        _venues.push(Venue(params, params.toId(), pool, feed, base, unit, answer));
        _approveAll(base);
    }

    function addToken(uint256 where, int256 leverage, Policy policy) internal {
        ILeveragedToken token = createToken(_venues[where].params, leverage, policy);
        _listings.push(Listing(token, where));
        accounts.push(address(token));
    }

    /// @notice Adds a market in DAI whose source does what it likes, with terms like the first one's. It is none of the venues.
    function addHostile() public {
        HostileVenue storage h = _hostiles.push();
        h.source = new HostileSource();
        MarketParams memory params = _venues[0].params;
        h.params = MarketParams(address(dai), address(h.source), params.pricing, params.risk);
        h.pool = createMarket(h.params, 100_000e18);
        h.token = createToken(h.params, 2e18, Terms.pack(Terms.continuous()));
    }

    function _approveAll(IFaucetToken base) private {
        for (uint256 i = 0; i < accounts.length; ++i) openPurse(base, accounts[i]);
    }

    // --------------------------------------------------------------------------------------------- for handlers

    function house() external view returns (IClearingHouse) {
        return clearingHouse;
    }

    function venueCount() external view returns (uint256) {
        return _venues.length;
    }

    function venue(uint256 index) public view returns (Venue memory) {
        return _venues[index];
    }

    function listingCount() external view returns (uint256) {
        return _listings.length;
    }

    function listing(uint256 index) external view returns (Listing memory) {
        return _listings[index];
    }

    /// @notice The hostile market that was made last.
    function hostile() external view returns (HostileVenue memory) {
        return _hostiles[_hostiles.length - 1];
    }

    /// @notice What nothing that is done in a hostile market may change: the books of all others, accounts and what pays for
    /// them.
    function fingerprint() external view returns (bytes32 all) {
        for (uint256 i = 0; i < _venues.length; ++i) {
            MarketId id = _venues[i].id;
            all = keccak256(abi.encode(all, clearingHouse.market(id), _venues[i].pool.totalSupply()));
            for (uint256 j = 0; j < accounts.length; ++j) {
                all = keccak256(abi.encode(all, clearingHouse.account(id, accounts[j])));
            }
        }
        uint256 balance = dai.balanceOf(address(clearingHouse));
        return
            keccak256(abi.encode(all, balance - _heldByHostiles(), usdc.balanceOf(address(clearingHouse))));
    }

    function _heldByHostiles() private view returns (uint256 held) {
        for (uint256 i = 0; i < _hostiles.length; ++i) {
            held += clearingHouse.market(_hostiles[i].params.toId()).held;
        }
    }

    /// @notice Notes that a handler did what it is for.
    function count(bytes32 name) external {
        ++counted[name];
    }

    /// @notice Lets time pass. 0 stays in the block.
    function pass(uint256 duration) external {
        time += duration;
    }

    /// @notice Has every feed repeat its answer as of now, but for one that changes by `change` (WAD, 1e18: none).
    function refresh(uint256 changed, uint256 change) external {
        vm.warp(time);
        for (uint256 i = 0; i < _venues.length; ++i) {
            Venue storage v = _venues[i];
            (, int256 answer, , , ) = v.feed.latestRoundData();
            if (i == changed) answer = bound((answer * int256(change)) / 1e18, v.answer / 20, v.answer * 20);
            v.feed.set(answer);
        }
    }

    // ------------------------------------------------------------------------------------------------ invariants

    /// @notice What must be true at any moment.
    function check() external {
        vm.warp(time);
        for (uint256 i = 0; i < _venues.length; ++i) _checkBooks(_venues[i]);
        for (uint256 i = 0; i < _venues.length; ++i) _checkCustody(_venues[i].base);
        for (uint256 i = 0; i < _listings.length; ++i) _checkToken(_listings[i]);
    }

    function _checkBooks(Venue storage v) private view {
        Market memory m = clearingHouse.market(v.id);
        int256 cash;
        int256 claims;
        uint256 longs;
        uint256 shorts;
        for (uint256 i = 0; i < accounts.length; ++i) {
            Account a = clearingHouse.account(v.id, accounts[i]);
            int256 q = a.position();
            cash += a.cash();
            claims += Margin.valueFloor(q, a.cash(), m.positionPrice());
            if (q > 0) longs += uint256(q);
            else shorts += uint256(-q);
        }
        assertEq(
            int256(m.held),
            cash + m.poolCash + int256(m.protocolFees),
            "R1a held = sum c + poolCash + fees"
        );
        assertEq(m.longs, longs, "R1b OI_long = sum of q > 0");
        assertEq(m.shorts, shorts, "R1b OI_short = sum of -q > 0");
        uint256 depth = v.params.pricing.depth();
        int256 energy = int256(Impact.energyUp(m.price, m.skew(), depth));
        int256 sum = claims + energy + Pool.equityFloor(m.pack(), depth) + int256(m.protocolFees);
        assertLe(sum, int256(m.held), "R1c sum N + E + equity + fees <= held");
        uint256 slack = accounts.length + 1;
        assertApproxEqAbs(sum, int256(m.held), slack, "R1c sum N + E + equity + fees = held");
        uint256 most = (depth * v.params.risk.skewCap()) / 1e18;
        assertLe(m.longs > m.shorts ? m.longs : m.shorts, most, "C1 OI_long, OI_short <= sigma K");
        assertLe(distance(m.fundingRate, 0), v.params.pricing.maxFundingRate(), "C2 |r| <= r_max");
    }

    function _checkCustody(IFaucetToken base) private view {
        uint256 held = address(base) == address(dai) ? _heldByHostiles() : 0;
        for (uint256 i = 0; i < _venues.length; ++i) {
            Venue storage v = _venues[i];
            if (address(v.base) != address(base)) continue;
            uint256 own = clearingHouse.market(v.id).held;
            assertEq(own % v.unit, 0, "R1d held is whole units of BaseToken");
            held += own / v.unit;
        }
        assertGe(base.balanceOf(address(clearingHouse)), held, "R1d balance >= sum of held");
    }

    function _checkToken(Listing storage listed) private view {
        uint256 supply = listed.token.totalSupply();
        uint256 balances = listed.token.balanceOf(NOBODY);
        for (uint256 i = 0; i < accounts.length; ++i) balances += listed.token.balanceOf(accounts[i]);
        assertEq(balances, supply, "T1 sum of balances = supply");
        assertTrue(supply == 0 || supply >= 1e6, "T2 supply = 0 or supply >= 1e6");
        int256 q = clearingHouse.account(_venues[listed.venue].id, address(listed.token)).position();
        bool signed = q == 0 || (q > 0) == (listed.token.targetLeverage() > 0);
        assertTrue(signed, "R5c sgn q = sgn L");
        assertTrue(supply != 0 || q == 0, "T3 supply = 0 => q = 0");
    }

    /// @notice Whether some account of a market is worth less than nothing, so that custody may not cover the others.
    function hasBadDebt(uint256 index) external view returns (bool) {
        Venue storage v = _venues[index];
        int256 x = clearingHouse.quote(v.params, address(0)).market.positionPrice();
        for (uint256 i = 0; i < accounts.length; ++i) {
            Account a = clearingHouse.account(v.id, accounts[i]);
            if (Margin.valueFloor(a.position(), a.cash(), x) < 0) return true;
        }
        return Pool.equityFloor(clearingHouse.market(v.id).pack(), v.params.pricing.depth()) < 0;
    }
}

/// @notice Terms like those of local.json5, and others: two markets in DAI, one in USDC.
contract StandardWorld is World {
    constructor() {
        dai = deployBaseToken("Dai Stablecoin", "DAI", 18);
        usdc = deployBaseToken("USD Coin", "USDC", 6);
        addVenue(dai, Terms.standardPricing(), Terms.standardRisk(18), 500e18, 0.0005e18, 1_000_000e18);

        Pricing memory pricing = Terms.standardPricing();
        (pricing.depth, pricing.tradeFee, pricing.protocolShare) = (20_000_000e18, 0.002e18, 0.35e18);
        (pricing.fundingVelocity, pricing.maxFundingRate) = (12e18, 0.3e18);
        Risk memory risk = Terms.standardRisk(18);
        (risk.skewCap, risk.maxLeverage, risk.rebalanceWindow) = (0.02e18, 12e18, 1 days);
        (risk.openShare, risk.deleverageShare, risk.exitFee) = (0.9e18, 1.2e18, 0);
        addVenue(dai, pricing, risk, 3.7e18, 0.003e18, 300_000e18);
        addVenue(usdc, Terms.standardPricing(), Terms.standardRisk(6), 61_234.5e18, 0, 2_000_000e6);

        addToken(0, 5e18, Terms.pack(Terms.continuous()));
        addToken(0, -3e18, Terms.pack(Terms.continuous()));
        addToken(0, -1e18, Terms.pack(Terms.daily()));
        addToken(1, 1.1e18, Terms.pack(Terms.continuous()));
        addToken(1, 2e18, Terms.pack(Terms.daily()));
        PolicyFields memory dear = Terms.continuous();
        (dear.mintFee, dear.burnFee, dear.streamingFee, dear.mintBurnBand) = (0.003e18, 0.005e18, 0.05e18, 0);
        addToken(2, 3e18, Terms.pack(dear));
        addToken(2, -2e18, Terms.pack(dear));
        addHostile();
    }
}

/// @notice Terms at the ends of what a market may have: hardly any fee and endless depth, large fees and no depth, and a
/// cheap underlying in 6 decimals.
contract ExtremeWorld is World {
    constructor() {
        dai = deployBaseToken("Dai Stablecoin", "DAI", 18);
        usdc = deployBaseToken("USD Coin", "USDC", 6);
        Pricing memory pricing = Terms.standardPricing();
        Risk memory risk = Terms.standardRisk(18);
        (pricing, risk) = Terms.frictionless(pricing, risk);
        addVenue(dai, pricing, risk, 2_000e18, 0, 50_000_000e18);

        pricing = Terms.standardPricing();
        (pricing.depth, pricing.tradeFee, pricing.protocolShare) = (3_000e18, 0.05e18, 1e18);
        (pricing.maxHalfSpread, pricing.maxFundingRate) = (0.02e18, 0.5e18);
        risk = Terms.standardRisk(18);
        (risk.maintenanceMargin, risk.maxLeverage, risk.skewCap) = (0.172e18, 5e18, 0.1e18);
        (risk.openShare, risk.deleverageShare, risk.exitFee) = (2e18, 3e18, 0.05e18);
        addVenue(dai, pricing, risk, 10e18, 0.01e18, 30_000e18);

        pricing = Terms.standardPricing();
        (pricing.depth, pricing.protocolShare) = (1e33, 0);
        risk = Terms.standardRisk(6);
        (risk.skewCap, risk.minMargin, risk.liquidationReward) = (0.000025e18, 0.000004e18, 0.000001e18);
        addVenue(usdc, pricing, risk, 0.00013e18, 0.0005e18, 1_000_000e6);

        addToken(0, 5e18, Terms.pack(Terms.continuous()));
        addToken(0, -3e18, Terms.pack(Terms.continuous()));
        PolicyFields memory wide = Terms.continuous();
        (wide.maxImpact, wide.mintBurnBand, wide.burnFee) = (0.3e18, 0, 0.01e18);
        addToken(1, 2e18, Terms.pack(wide));
        addToken(1, -1e18, Terms.pack(wide));
        addToken(2, 4e18, Terms.pack(Terms.daily()));
        addToken(2, -3e18, Terms.pack(wide));
        addHostile();
    }
}
