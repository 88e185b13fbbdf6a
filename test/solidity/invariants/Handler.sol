// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Quote} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Attribution, Holding} from "../../../contracts/libraries/Attribution.sol";
import {Books} from "../../../contracts/libraries/Books.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Pool} from "../../../contracts/libraries/Pool.sol";
import {Rebalance, RebalanceLimits} from "../../../contracts/libraries/Rebalance.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {STATUS_OPEN} from "../../../contracts/types/MarketWords.sol";
import {Base} from "../Base.sol";
import {Listing, Venue, World} from "./World.sol";

/// @notice What every handler starts from: the world, its clock, and reading it with the libraries.
abstract contract Handler is Base {
    World internal immutable world;
    IClearingHouse internal immutable house;

    constructor(World world_) {
        world = world_;
        house = world_.house();
    }

    modifier inWorld() {
        vm.warp(world.time());
        _;
    }

    // ------------------------------------------------------------------------------------------------- choosing

    function venueOf(uint256 seed) internal view returns (Venue memory) {
        return world.venue(seed % world.venueCount());
    }

    function listingOf(uint256 seed) internal view returns (Listing memory) {
        return world.listing(seed % world.listingCount());
    }

    function trader(uint256 seed) internal view returns (address) {
        return world.traders(seed % 10);
    }

    function provider(uint256 seed) internal view returns (address) {
        return world.providers(seed % 4);
    }

    function holder(uint256 seed) internal view returns (address) {
        return world.holders(seed % 5);
    }

    /// @notice A number of the seed that is independent of others with another salt.
    function draw(uint256 seed, uint256 salt) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, salt)));
    }

    // -------------------------------------------------------------------------------------------------- reading

    /// @notice N at mid of what `syncNow` or `quote` returned.
    function valueOf(Quote memory q) internal pure returns (int256) {
        return Margin.valueFloor(q.position, q.cash, q.market.positionPrice());
    }

    function conditionsOf(
        MarketParams memory params,
        Market memory m
    ) internal view returns (Conditions memory around) {
        (int256 forced, ) = house.forcedTrades(params);
        Books.surround(around, m.pack(), params.pricing, forced);
    }

    /// @notice N of a token with the streaming fee taken off.
    function netValue(ILeveragedToken token, Quote memory q) internal view returns (int256 value) {
        value = valueOf(q);
        if (value > 0) {
            uint256 elapsed =
                vm.getBlockTimestamp() - house.account(token.marketId(), address(token)).operatedAt();
            value -= int256(
                Attribution.streamingFeeDown(uint256(value), token.policy().streamingFee(), elapsed)
            );
        }
    }

    /// @notice Whether a token is worth so little, or was before, that whoever touches it closes its position.
    function isWipedOut(ILeveragedToken token, int256 value) internal view returns (bool) {
        return token.state().wipedOut() || value <= 0 || uint256(value) * 1e9 < token.totalSupply();
    }

    /// @notice What a mint or burn of a token scales, computed from public views: q + Δr, N_r and the supply.
    function holdingOf(Listing memory listed) internal view returns (Holding memory h) {
        MarketParams memory params = world.venue(listed.venue).params;
        Quote memory q = house.quote(params, address(listed.token));
        int256 value = netValue(listed.token, q);
        h.position = q.position;
        h.supply = listed.token.totalSupply();
        if (isWipedOut(listed.token, value)) {
            // Whoever touches it records that, and its position is closed.
            if (h.position != 0) {
                value = Rebalance.valueAfterFloor(value, -h.position, conditionsOf(params, q.market));
                h.position = 0;
            }
            h.value = value > 0 ? uint256(value) : 0;
            return h;
        }
        int256 leverage = listed.token.targetLeverage();
        (uint256 off, bool above) = Rebalance.offTarget(leverage, q.position, q.market.price, value);
        if (off > listed.token.policy().mintBurnBand()) {
            Conditions memory around = conditionsOf(params, q.market);
            RebalanceLimits memory limits = limitsOf(listed.token, params, q.market);
            limits.emergency = above && off > listed.token.policy().emergencyBand();
            (int256 amount, , , , int256 valueAfter) = Rebalance.plan(
                leverage,
                q.position,
                value,
                off,
                around,
                limits,
                0
            );
            if (amount != 0) {
                h.position += amount;
                assertEq(
                    valueAfter,
                    Rebalance.valueAfterFloor(value, amount, around),
                    "the plan knows what is left"
                );
                value = valueAfter;
            }
        }
        h.value = value > 0 ? uint256(value) : 0;
    }

    /// @notice Brings the market to this block, and tells what is there.
    function synced(MarketParams memory params, address owner) internal returns (Quote memory) {
        house.syncNow(params, false);
        return house.quote(params, owner);
    }

    function limitsOf(
        ILeveragedToken token,
        MarketParams memory params,
        Market memory m
    ) internal view returns (RebalanceLimits memory limits) {
        limits.reach = Rebalance.reachDown(token.policy(), params.pricing.depth());
        (, limits.budget) = house.forcedTrades(params);
        limits.risk = params.risk;
        if (m.status != STATUS_OPEN || m.halfSpread > params.pricing.maxHalfSpread()) return limits;
        uint256 side = token.targetLeverage() > 0 ? m.longs : m.shorts;
        uint256 depth = params.pricing.depth();
        uint256 energy = Impact.energyUp(m.price, m.skew(), depth);
        limits.room = Pool.openRoomDown(m.pack(), side, energy, depth, params.risk);
    }

    // -------------------------------------------------------------------------------------------------- outcomes

    /// @notice Passes an unexpected error on: the suites fail on any revert.
    function rethrow(bytes memory reason) internal pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }

    /// @notice Accepts an error by name and counts it, and passes any other on.
    function expectOnly(bytes memory reason, bytes4 a, bytes4 b) internal {
        bytes4 selector = bytes4(reason);
        if (selector != a && selector != b) rethrow(reason);
        world.count(bytes32(selector));
    }

    /// @notice Accepts that custody cannot pay, where somebody owes more than he has; passes anything else on.
    function expectBadDebt(bytes memory reason, uint256 venue) internal {
        bool insolvent = bytes4(reason) == IClearingHouse.ClearingHouse_InsufficientCustody.selector;
        if (!insolvent || !world.hasBadDebt(venue)) rethrow(reason);
        world.count(bytes32(bytes4(reason)));
    }
}
