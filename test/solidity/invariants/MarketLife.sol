// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChainlinkSource} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {IClearingHouse, Order} from "../../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../../contracts/interfaces/ILiquidityPool.sol";
import {INetAssetValueFeed} from "../../../contracts/interfaces/INetAssetValueFeed.sol";
import {TokenStatus, TokenView} from "../../../contracts/interfaces/ITokenLens.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {STATUS_RECKONING} from "../../../contracts/types/MarketWords.sol";
import {Crisis} from "../resolution/Crisis.sol";
import {Pricing, Risk, Terms} from "../Terms.sol";

/// @notice What has happened in a life.
struct Count {
    uint256 opened;
    uint256 liquidated;
    uint256 shortfalls;
    uint256 deleveraged;
    uint256 minted;
    uint256 burnt;
    uint256 rebalanced;
    uint256 joined;
    uint256 left;
    uint256 distrusted;
    uint256 revived;
    uint256 insolvent;
    uint256 dead;
    uint256 shared;
}

/// @notice A market whose pool is small for what may be open in it, whoever is in it, and everything that can happen to it:
/// until it is settled, reckoned and paid out. Beside it another market of the same BaseToken, which nothing may touch.
/// Whatever is refused must be refused by name, and for a reason that holds.
abstract contract MarketLife is Crisis {
    ILeveragedToken[2] internal tokens;
    INetAssetValueFeed[2] private valueFeeds;
    address[6] internal traders;
    address internal provider;
    bytes32 private _neighbour;

    function setUp() public override {
        super.setUp();
        Pricing memory pricing = Terms.standardPricing();
        pricing.depth = 20_000e18;
        Risk memory risk = Terms.standardRisk(18);
        (risk.openShare, risk.deleverageShare) = (2e18, 2.1e18);
        thin = marketParams(address(dai), pricing, risk);
        id = thin.toId();
        pool = createMarket(thin, 40_000e18);
        people.push(address(pool));
        people.push(address(this));
        tokens[0] = createToken(thin, 5e18, Terms.pack(Terms.continuous()));
        tokens[1] = createToken(thin, -3e18, Terms.pack(Terms.daily()));
        for (uint256 i = 0; i < 2; ++i) valueFeeds[i] = createValueFeed(tokens[i]);
        people.push(address(tokens[0]));
        people.push(address(tokens[1]));
        for (uint256 i = 0; i < 6; ++i) traders[i] = person(string.concat("trader", vm.toString(i)));
        provider = person("provider");
        vm.prank(alice);
        clearingHouse.trade(ethDai, order(10e18, 1_000e18));
        _neighbour = neighbour();
    }

    /// @notice A whole life: so many steps, then whatever end is near, and everybody is paid.
    function live(uint256 seed, uint256 steps, Count memory count) internal {
        for (uint256 i = 0; i < steps && market().status < STATUS_RECKONING; ++i) {
            step(uint256(keccak256(abi.encode(seed, i))), count);
            check();
        }
        end(seed, count);
    }

    function check() internal view {
        checkBooks();
        assertEq(neighbour(), _neighbour, "R1 nothing reaches another market");
        uint256 held = market().held + clearingHouse.market(ethDai.toId()).held;
        assertGe(dai.balanceOf(address(clearingHouse)), held, "R1 balance >= sum of held");
        for (uint256 i = 0; i < 2; ++i) checkDescription(tokens[i], valueFeeds[i]);
    }

    /// @dev R7: a token is described in every state, as it says itself; and its feed says that, or refuses for a reason.
    function checkDescription(ILeveragedToken token, INetAssetValueFeed valueFeed) private view {
        TokenView memory seen = tokenLens.token(token);
        assertEq(seen.netAssetValue > 0 ? uint256(seen.netAssetValue) : 0, token.totalAssets(), "R7 N");
        assertEq(seen.supply, token.totalSupply(), "R7 supply");
        assertEq(seen.maxDeposit, token.maxDeposit(alice), "R7 maxDeposit");
        bool wiped = seen.status == TokenStatus.WipedOut;
        assertTrue(wiped || !token.state().wipedOut() || !seen.fresh, "R7 a wipe-out that is recorded shows");
        try valueFeed.latestRoundData() returns (uint80, int256 said, uint256, uint256 updatedAt, uint80) {
            assertTrue(seen.fresh && !wiped && seen.supply != 0, "R8 the feed refuses");
            assertEq(uint256(said), seen.tokenPrice, "R7 the feed's answer");
            assertEq(updatedAt, seen.priceAt, "R7 and its time");
            assertGt(said, 0, "R8 something");
        } catch (bytes memory reason) {
            assertTrue(!seen.fresh || wiped || seen.supply == 0, "R8 the feed answers");
            assertTrue(reason.length >= 4, "R8 by name");
        }
    }

    function neighbour() private view returns (bytes32) {
        uint256 own = uint256(keccak256(abi.encode(clearingHouse.market(ethDai.toId()))));
        return keccak256(abi.encode(own, clearingHouse.account(ethDai.toId(), alice)));
    }

    // ---------------------------------------------------------------------------------------------------- steps

    function step(uint256 r, Count memory count) private {
        uint256 kind = r % 16;
        r >>= 8;
        if (kind < 3) return open(r, count);
        if (kind == 3) return depart(traders[r % 6], count);
        if (kind == 4) return drift(r, count);
        if (kind < 7) return jump(r, count);
        if (kind == 7) return liquidateAll(count);
        if (kind < 10) return deleverageAll(count);
        if (kind == 10) return mintOrBurn(r, count);
        if (kind == 11) return rebalanceOne(r, count);
        if (kind == 12) return provide(r, count);
        if (kind == 13) return fallSilent(r, count);
        if (kind == 14) return settleIfPossible(count);
        skip(r % 3 == 0 ? 0 : r % 6 hours);
    }

    function open(uint256 r, Count memory count) private {
        address who = traders[r % 6];
        int256 target = (int256((r >> 8) % 121) - 25) * 1e18;
        uint256 price = market().price;
        uint256 part = 11 + ((r >> 24) % 40);
        uint256 margin = ((target < 0 ? uint256(-target) : uint256(target)) * price * part) / 1e20 + 10e18;
        Order memory asked = order(target - position(who), int256(margin));
        vm.prank(who);
        try clearingHouse.trade(thin, asked) {
            assertTrue(isTrusted(), "R8 nothing is traded at a price that can't be trusted");
            ++count.opened;
        } catch (bytes memory reason) {
            refused(reason);
        }
    }

    /// @dev R6 for traders: refused only when the price can't be trusted, or when others owe what should be paid.
    function depart(address who, Count memory count) private {
        if (position(who) == 0 && cash(who) == 0) return;
        uint256 limit = position(who) < 0 ? type(uint256).max : 0;
        vm.prank(who);
        try clearingHouse.close(thin, limit, type(uint256).max) {
            ++count.left;
        } catch (bytes memory reason) {
            refused(reason);
        }
    }

    function drift(uint256 r, Count memory count) internal {
        skip(1 + (r % 600));
        answer((970 + ((r >> 16) % 61)), count);
    }

    /// @dev By a quarter to four fifths, or up by as much.
    function jump(uint256 r, Count memory count) private {
        skip(1 + (r % 60));
        uint256 to = 560 + ((r >> 16) % 240);
        answer((r >> 40) % 2 == 0 ? to : 1_000_000 / to, count);
        // Sometimes somebody settles at once, and sometimes only after the liquidations.
        if ((r >> 41) % 2 == 0) liquidateAll(count);
        if ((r >> 42) % 4 != 0) settleIfPossible(count);
    }

    function answer(uint256 permille, Count memory count) private {
        if (!isTrusted()) ++count.revived;
        (, int256 last, , , ) = feed.latestRoundData();
        feed.set(bound((last * int256(permille)) / 1000, 20e8, 10_000e8));
    }

    function fallSilent(uint256 r, Count memory count) private {
        // Seldom long enough to be dead.
        skip(r % 24 == 0 ? 3 days + 1 : r % 2 days);
        if (!isTrusted()) ++count.distrusted;
    }

    function liquidateAll(Count memory count) internal {
        for (uint256 i = 0; i < people.length; ++i) {
            int256 worth = value(people[i]);
            vm.prank(keeper);
            try clearingHouse.liquidate(thin, people[i]) returns (int256, uint256 reward) {
                assertTrue(isTrusted(), "R8 nobody is liquidated at a price that can't be trusted");
                ++count.liquidated;
                if (worth < 0) ++count.shortfalls;
                assertLe(reward, uint256(cash(keeper)), "credited");
            } catch (bytes memory reason) {
                refused(reason);
            }
        }
    }

    function deleverageAll(Count memory count) private {
        for (uint256 i = 0; i < people.length; ++i) {
            int256 pooled = equity();
            int256 worth = value(people[i]);
            vm.prank(keeper);
            try clearingHouse.deleverage(thin, people[i]) {
                ++count.deleveraged;
                assertLe(equity(), pooled + 2, "R2 equity is what it was, at most");
                if (worth >= 0) assertGe(equity(), pooled - 2, "R2 equity is what it was, at least");
            } catch (bytes memory reason) {
                refused(reason);
            }
        }
    }

    function mintOrBurn(uint256 r, Count memory count) private {
        ILeveragedToken token = tokens[r % 2];
        address who = traders[(r >> 8) % 6];
        uint256 shares = token.balanceOf(who);
        vm.startPrank(who);
        if (shares == 0 || (r >> 16) % 3 == 0) {
            try token.deposit(100e18 + ((r >> 24) % 4_000e18), who) {
                ++count.minted;
            } catch (bytes memory reason) {
                refused(reason);
            }
        } else {
            burn(token, who, (r >> 17) % 2 == 0 ? shares : shares / 2, count);
        }
        vm.stopPrank();
    }

    /// @dev R6: a burn works whenever the price can be trusted, but where others owe what should be paid.
    function burn(ILeveragedToken token, address who, uint256 shares, Count memory count) private {
        uint256 most = token.maxRedeem(who);
        try token.redeem(shares, who, who) {
            ++count.burnt;
        } catch (bytes memory reason) {
            bytes4 s = bytes4(reason);
            bool waits =
                s == IClearingHouse.ClearingHouse_Reckoning.selector ||
                    s == IChainlinkSource.ChainlinkSource_Stale.selector ||
                    s == IClearingHouse.ClearingHouse_InsufficientCustody.selector;
            if (!waits) rethrow(reason);
            assertGt(shares, most, "R7 maxRedeem can be redeemed");
            refused(reason);
        }
    }

    function rebalanceOne(uint256 r, Count memory count) private {
        vm.prank(keeper);
        try tokens[r % 2].rebalance() {
            ++count.rebalanced;
        } catch (bytes memory reason) {
            refused(reason);
        }
    }

    function provide(uint256 r, Count memory count) private {
        vm.startPrank(provider);
        if (r % 2 == 0) {
            try pool.deposit(1e18 + ((r >> 8) % 5_000e18), provider) {
                ++count.joined;
            } catch (bytes memory reason) {
                refused(reason);
            }
        } else {
            uint256 shares = pool.balanceOf(provider);
            if (shares != 0) pool.requestRedeem(shares);
        }
        vm.stopPrank();
        // solhint-disable-next-line no-empty-blocks
        try pool.execute(provider) {} catch (bytes memory reason) {
            refused(reason);
        }
    }

    function settleIfPossible(Count memory count) private {
        int256 worth = equity();
        bool dies = source.isDead();
        try clearingHouse.settle(thin) {
            if (dies) ++count.dead;
            else ++count.insolvent;
            assertTrue(dies || worth < 0, "only dead or insolvent");
        } catch (bytes memory reason) {
            refused(reason);
        }
    }

    // ---------------------------------------------------------------------------------------------------- the end

    function end(uint256 seed, Count memory count) private {
        if (market().status < STATUS_RECKONING) {
            if (!source.isDead() && isTrusted()) settleIfPossible(count);
            if (market().status < STATUS_RECKONING) {
                skip(3 days + 1);
                settleIfPossible(count);
            }
        }
        check();
        for (uint256 i = 0; i < people.length; ++i) {
            vm.prank(keeper);
            clearingHouse.reckon(thin, people[i]);
        }
        check();
        uint256 share = conclude();
        if (share < 1e18) ++count.shared;
        uint256 start = uint256(keccak256(abi.encode(seed))) % people.length;
        for (uint256 i = 0; i < people.length; ++i) {
            address who = people[(start + i) % people.length];
            if (who == address(pool)) continue;
            for (uint256 j = 0; j < 2; ++j) {
                uint256 shares = tokens[j].balanceOf(who);
                vm.prank(who);
                if (shares != 0) tokens[j].redeem(shares, who, who);
            }
            bool token = who == address(tokens[0]) || who == address(tokens[1]);
            if (!token && value(who) > 0) close(who);
            check();
        }
        Market memory m = market();
        if (share == 0) {
            // Whoever closed before it was settled took all there was; who has nothing to take isn't booked.
            assertLe(m.held, m.protocolFees, "R1 nothing is left but fees");
            return;
        }
        assertGe(m.poolCash, -int256(people.length), "R1 all are paid, and nothing is missing");
        uint256 left = m.held - m.protocolFees;
        assertLe(left, uint256(m.poolCash + 1e7), "R1 what is left is the pool's");
    }

    // ---------------------------------------------------------------------------------------------------- refusals

    function isTrusted() private view returns (bool) {
        (, , , uint256 updatedAt, ) = feed.latestRoundData();
        return vm.getBlockTimestamp() - updatedAt <= 1 days || market().status >= STATUS_RECKONING;
    }

    /// @dev Passes on what has no good reason.
    function refused(bytes memory reason) private view {
        bytes4 s = bytes4(reason);
        uint256 status = market().status;
        if (s == IChainlinkSource.ChainlinkSource_Stale.selector) {
            assertFalse(isTrusted(), "R8 refused as stale only when it is");
        } else if (s == IClearingHouse.ClearingHouse_Reckoning.selector) {
            assertEq(status, STATUS_RECKONING, "only in the reckoning");
        } else if (s == IClearingHouse.ClearingHouse_InsufficientCustody.selector) {
            assertTrue(equity() < 0 || owes(), "R1 only where somebody owes");
        } else if (!isNamed(s)) {
            rethrow(reason);
        }
    }

    function owes() private view returns (bool) {
        for (uint256 i = 0; i < people.length; ++i) if (value(people[i]) < 0) return true;
        return false;
    }

    function isNamed(bytes4 s) private pure returns (bool) {
        return
            s == IClearingHouse.ClearingHouse_InsufficientMargin.selector ||
            s == IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector ||
            s == IClearingHouse.ClearingHouse_ReduceOnly.selector ||
            s == IClearingHouse.ClearingHouse_NotLiquidatable.selector ||
            s == IClearingHouse.ClearingHouse_NotDeleverageable.selector ||
            s == IClearingHouse.ClearingHouse_NotSettleable.selector ||
            s == IClearingHouse.ClearingHouse_AlreadySettled.selector ||
            s == ILeveragedToken.LeveragedToken_WipedOut.selector ||
            s == ILeveragedToken.LeveragedToken_MintingSuspended.selector ||
            s == ILeveragedToken.LeveragedToken_NotDue.selector ||
            s == ILeveragedToken.LeveragedToken_NothingToTrade.selector ||
            s == ILeveragedToken.LeveragedToken_ZeroAmount.selector ||
            s == ILiquidityPool.LiquidityPool_NotRedeemable.selector ||
            s == ILiquidityPool.LiquidityPool_NothingWithdrawable.selector ||
            s == ILiquidityPool.LiquidityPool_Depleted.selector ||
            s == ILiquidityPool.LiquidityPool_ZeroAmount.selector;
    }

    function rethrow(bytes memory reason) private pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }
}
