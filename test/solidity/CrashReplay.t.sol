// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILeveragedToken} from "../../contracts/interfaces/ILeveragedToken.sol";
import {IClearingHouse, Order} from "../../contracts/interfaces/IClearingHouse.sol";
import {ILiquidityPool} from "../../contracts/interfaces/ILiquidityPool.sol";
import {Margin} from "../../contracts/libraries/Margin.sol";
import {Pool} from "../../contracts/libraries/Pool.sol";
import {Account} from "../../contracts/types/Account.sol";
import {Market} from "../../contracts/types/Market.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {MarketParams} from "../../contracts/types/MarketParams.sol";
import {STATUS_RECKONING} from "../../contracts/types/MarketWords.sol";
import {Deployment} from "./Deployment.sol";
import {PolicyFields, Pricing, Terms} from "./Terms.sol";

/// @notice The crash of 2021-05-19, minute by minute: 200 accounts of random leverage, six tokens, and a keeper who comes
/// each minute or each fifteen. Prices come from files that `npm run pretest` writes (tools/crash.ts).
contract CrashReplayTest is Deployment {
    uint256 private constant CROWD = 200;
    uint256 private constant HOUR = 60;
    uint256 private constant SEED = 20_000_000e18;

    struct Tally {
        uint256 liquidations;
        uint256 shortfalls;
        uint256 shortfall;
        uint256 deleveraged;
        uint256 rebalances;
    }

    MarketParams private params;
    MarketId private id;
    ILiquidityPool private pool;
    ILeveragedToken[6] private tokens;
    address private keeper;
    Tally private tally;
    /// @dev The price at which tokens were looked at last.
    uint256 private seenAt;

    function test_madeUp_eachMinute() public {
        run("synthetic", 1);
    }

    function test_madeUp_each15Minutes() public {
        run("synthetic", 15);
    }

    function test_real_eachMinute() public {
        if (hasReal()) run("real", 1);
    }

    function test_real_each15Minutes() public {
        if (hasReal()) run("real", 15);
    }

    // ------------------------------------------------------------------------------------------------- the replay

    function run(string memory path, uint256 every) private {
        string memory file = string.concat("cache/crash-", path, ".json");
        require(vm.exists(file), "there is no price path: npm run pretest");
        string memory json = vm.readFile(file);
        uint256[] memory answers = vm.parseJsonUintArray(json, ".answers");
        prepare(vm.parseJsonUint(json, ".start"), answers[0]);
        uint256 start = vm.getBlockTimestamp();
        for (uint256 first = 0; first < answers.length; first += HOUR) {
            uint256 count = answers.length - first < HOUR ? answers.length - first : HOUR;
            uint256[] memory slice = new uint256[](count);
            for (uint256 i = 0; i < count; ++i) slice[i] = answers[first + i];
            // A frame of its own, whose memory is free again afterwards.
            this.hour(slice, start + first * 60, every);
            if (clearingHouse.market(id).status >= STATUS_RECKONING) break;
        }
        check(every);
        report(string.concat(path, ", a keeper each ", vm.toString(every), " min"));
    }

    function prepare(uint256 start, uint256 first) private {
        vm.warp(start);
        deployProtocol(address(this), address(this), address(this));
        dai = deployBaseToken("Dai Stablecoin", "DAI", 18);
        feed = deployFeed(8, "ETH / USD", int256(first));
        source = deploySource(feed);
        Pricing memory pricing = Terms.standardPricing();
        pricing.depth = 150_000e18;
        params = marketParams(address(dai), pricing, Terms.standardRisk(18));
        id = params.toId();
        pool = createMarket(params, SEED);
        keeper = actor("keeper");
        PolicyFields memory continuous = Terms.continuous();
        PolicyFields memory daily = Terms.daily();
        tokens[0] = createToken(params, 2e18, Terms.pack(daily));
        tokens[1] = createToken(params, 3e18, Terms.pack(daily));
        tokens[2] = createToken(params, 5e18, Terms.pack(continuous));
        tokens[3] = createToken(params, -1e18, Terms.pack(daily));
        tokens[4] = createToken(params, -2e18, Terms.pack(daily));
        tokens[5] = createToken(params, -3e18, Terms.pack(continuous));
        dai.mint(address(this), 600_000e18);
        openPurse(dai, address(this));
        for (uint256 i = 0; i < 6; ++i) tokens[i].deposit(100_000e18, address(this));
    }

    /// @notice Sixty minutes; called by this contract alone.
    function hour(uint256[] calldata answers, uint256 start, uint256 every) external {
        if ((start / 60) % 1440 == 0 || seenAt == 0) populate(start);
        int256[] memory positions = new int256[](CROWD);
        int256[] memory cashes = new int256[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) (positions[i], cashes[i]) = stored(i);
        for (uint256 minute = 0; minute < answers.length; ++minute) {
            vm.warp(start + minute * 60);
            feed.set(int256(answers[minute]));
            if (minute % every != 0) continue;
            vm.startPrank(keeper);
            clearingHouse.syncNow(params, false);
            Market memory m = clearingHouse.quote(params, address(0)).market;
            keepAccounts(m, positions, cashes);
            keepTokens(m.price, (start / 60 + minute) % 1440 <= 2);
            bool ended = keepPool();
            vm.stopPrank();
            if (ended) return;
        }
    }

    /// @dev Each day accounts without a position open one: 10 to 110 thousand of notional, at a leverage up to 9.
    function populate(uint256 start) private {
        for (uint256 i = 0; i < CROWD; ++i) {
            (int256 position, ) = stored(i);
            if (position != 0) continue;
            uint256 random = uint256(keccak256(abi.encode(start, i)));
            uint256 notional = (10_000 + (random % 50_000)) * 1e18;
            uint256 leverage = 15 + ((random >> 32) % 75);
            int256 amount = int256((notional * 1e18) / clearingHouse.market(id).price);
            if ((random >> 64) % 10 < 4) amount = -amount;
            address who = member(i);
            uint256 margin = (notional * 10) / leverage + 10e18;
            dai.mint(who, margin);
            vm.startPrank(who);
            dai.approve(address(clearingHouse), type(uint256).max);
            // solhint-disable-next-line no-empty-blocks
            try
                clearingHouse.trade(
                    params,
                    Order(amount, int256(margin), amount > 0 ? type(uint256).max : 0, start)
                )
            {} catch (bytes memory reason) {
                bytes4 full = IClearingHouse.ClearingHouse_OpenInterestAboveCap.selector;
                assertTrue(bytes4(reason) == full, "refused for want of room alone");
            }
            vm.stopPrank();
        }
    }

    function keepAccounts(Market memory m, int256[] memory positions, int256[] memory cashes) private {
        for (uint256 i = 0; i < CROWD; ++i) {
            int256 position = positions[i];
            if (position == 0) continue;
            int256 value = Margin.valueFloor(position, cashes[i], m.positionPrice());
            if (!Margin.isLiquidatable(position, value, m.price, params.risk)) continue;
            clearingHouse.liquidate(params, member(i));
            ++tally.liquidations;
            (positions[i], cashes[i]) = stored(i);
            if (value < 0) {
                ++tally.shortfalls;
                tally.shortfall += uint256(-value);
            }
        }
    }

    /// @dev Looks at tokens when the price has moved by 0.2 %, and when their day begins.
    function keepTokens(uint256 price, bool midnight) private {
        uint256 moved = distance(price, seenAt);
        if (!midnight && moved * 500 < price) return;
        seenAt = price;
        for (uint256 i = 0; i < 6; ++i) {
            (bool due, int256 amount, ) = tokens[i].previewRebalance();
            if (due && amount != 0) {
                tokens[i].rebalance();
                ++tally.rebalances;
            }
            // solhint-disable-next-line no-empty-blocks
            try clearingHouse.liquidate(params, address(tokens[i])) {
                ++tally.liquidations;
            } catch (bytes memory reason) {
                bytes4 healthy = IClearingHouse.ClearingHouse_NotLiquidatable.selector;
                assertTrue(bytes4(reason) == healthy, "refused when healthy alone");
            }
        }
    }

    function keepPool() private returns (bool ended) {
        Market memory m = clearingHouse.market(id);
        uint256 depth = params.pricing.depth();
        if (Pool.equityFloor(m.pack(), depth) < 0) {
            clearingHouse.settle(params);
            return true;
        }
        for (uint256 i = 0; i < CROWD && Pool.excessSkewDown(m.pack(), depth, params.risk, false) != 0; ++i) {
            (int256 position, ) = stored(i);
            if (position == 0 || (position < 0) != (m.skew() < 0)) continue;
            clearingHouse.deleverage(params, member(i));
            ++tally.deleveraged;
            m = clearingHouse.market(id);
        }
    }

    // -------------------------------------------------------------------------------------------------- the result

    function check(uint256 every) private view {
        Market memory m = clearingHouse.market(id);
        int256 sum = m.poolCash + int256(m.protocolFees) + clearingHouse.account(id, keeper).cash();
        for (uint256 i = 0; i < CROWD; ++i) {
            (, int256 cash) = stored(i);
            sum += cash;
        }
        for (uint256 i = 0; i < 6; ++i) sum += clearingHouse.account(id, address(tokens[i])).cash();
        assertEq(sum, int256(m.held), "custody is exact");
        assertEq(IERC20(params.baseToken).balanceOf(address(clearingHouse)), m.held, "and there");
        assertTrue(m.status < STATUS_RECKONING, "the market lives");
        assertGt(tally.liquidations, 20, "some were liquidated");
        assertGt(tally.rebalances, 10, "tokens were rebalanced");
        if (every > 1) return;
        for (uint256 i = 0; i < 6; ++i) {
            assertFalse(tokens[i].state().wipedOut(), "watched each minute no token dies");
            assertGt(tokens[i].netAssetValue(), 0, "watched each minute every token has value");
        }
    }

    function report(string memory title) private view {
        print(string.concat("      ", title));
        line("liquidations", tally.liquidations);
        line("found below zero", tally.shortfalls);
        line("DAI below zero", tally.shortfall / 1e18);
        line("deleveraged", tally.deleveraged);
        line("rebalances", tally.rebalances);
        for (uint256 i = 0; i < 6; ++i) line(tokens[i].symbol(), tokens[i].totalAssets() / 1e18);
        int256 result = pool.equity() - int256(SEED);
        print(string.concat("        pool's result in DAI: ", vm.toString(result / 1e18)));
    }

    function line(string memory name, uint256 value) private view {
        print(string.concat("        ", name, ": ", vm.toString(value)));
    }

    // --------------------------------------------------------------------------------------------------- steps

    function member(uint256 i) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("crowd", i)))));
    }

    function stored(uint256 i) private view returns (int256, int256) {
        Account a = clearingHouse.account(id, member(i));
        return (a.position(), a.cash());
    }

    function hasReal() private view returns (bool has) {
        has = vm.exists("cache/crash-real.json");
        if (!has) print("      skipped: PRICE_DATA has no minutes of 2021-05-19");
    }

    /// @dev To the runner's output.
    function print(string memory text) private view {
        address sink = 0x000000000000000000636F6e736F6c652e6c6f67;
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, ) = sink.staticcall(abi.encodeWithSignature("log(string)", text));
        success;
    }
}
