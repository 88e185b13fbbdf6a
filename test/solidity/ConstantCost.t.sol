// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IClearingHouse, Order} from "../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../contracts/interfaces/ILiquidityPool.sol";
import {MarketParams} from "../../contracts/types/MarketParams.sol";
import {Deployment, IFaucetToken, ISettableFeed} from "./Deployment.sol";
import {Risk, Terms} from "./Terms.sol";

/// @notice What an operation costs does not depend on how much there is. Of two venues one has 10 accounts, one token and one
/// market, the other 10,000, 100 and 50: the same operation touches as many slots of each contract and costs the same to
/// the gas. Every operation is a test of its own, so that each begins with cold slots: what is written in setUp is cold in
/// a test.
contract ConstantCostTest is Deployment {
    struct Venue {
        IClearingHouse clearingHouse;
        IFaucetToken dai;
        ISettableFeed feed;
        address source;
        MarketParams params;
        ILiquidityPool pool;
        ILeveragedToken token;
    }

    struct Cost {
        uint256 gas;
        uint256[6] reads;
        uint256[6] writes;
    }

    uint256 private constant UNITS = 100e18;
    uint256 private constant MARGIN = 50_000e18;

    Venue private few;
    Venue private many;
    Venue private other;
    address private trader;
    address private newcomer;
    address private holder;

    function setUp() public {
        trader = actor("trader");
        newcomer = actor("newcomer");
        holder = actor("holder");
        build(few, 10, 1, 1);
        build(many, 10_000, 100, 50);
        build(other, 1, 1, 1);
        equalize();
    }

    // ---------------------------------------------------------------------------------------------- operations

    function test_trade() public {
        later(500e8);
        same("trade", tradeOf(few, trader), tradeOf(many, trader));
    }

    function test_trade_first() public {
        later(500e8);
        same("first trade", tradeOf(few, newcomer), tradeOf(many, newcomer));
    }

    function test_close() public {
        later(500e8);
        same("close", closeOf(few), closeOf(many));
    }

    function test_liquidate() public {
        later(400e8);
        // Both venues share the linked library: somebody else has warmed it for both.
        liquidateOf(other);
        same("liquidate", liquidateOf(few), liquidateOf(many));
    }

    function test_token_deposit() public {
        later(500e8);
        same("deposit", depositOf(few), depositOf(many));
    }

    function test_token_redeem() public {
        later(500e8);
        same("redeem", redeemOf(few), redeemOf(many));
    }

    function test_token_rebalance() public {
        later(485e8);
        same("rebalance", rebalanceOf(few), rebalanceOf(many));
    }

    function test_pool_deposit() public {
        later(500e8);
        same("pool deposit", poolDepositOf(few), poolDepositOf(many));
    }

    function test_pool_requestRedeem() public {
        later(500e8);
        same("pool request", requestOf(few), requestOf(many));
    }

    function test_pool_execute() public {
        skip(2 days);
        later(500e8);
        same("pool execute", executeOf(few), executeOf(many));
    }

    function tradeOf(Venue storage v, address who) private returns (Cost memory) {
        return
            cost(
                v,
                who,
                address(v.clearingHouse),
                abi.encodeCall(v.clearingHouse.trade, (v.params, order(1e18, 1_000e18)))
            );
    }

    function closeOf(Venue storage v) private returns (Cost memory) {
        bytes memory data = abi.encodeCall(v.clearingHouse.close, (v.params, 0, type(uint256).max));
        return cost(v, trader, address(v.clearingHouse), data);
    }

    function liquidateOf(Venue storage v) private returns (Cost memory) {
        bytes memory data = abi.encodeCall(v.clearingHouse.liquidate, (v.params, trader));
        return cost(v, newcomer, address(v.clearingHouse), data);
    }

    function depositOf(Venue storage v) private returns (Cost memory) {
        bytes memory data = abi.encodeWithSignature("deposit(uint256,address)", 100e18, holder);
        return cost(v, holder, address(v.token), data);
    }

    function redeemOf(Venue storage v) private returns (Cost memory) {
        bytes memory data = abi.encodeWithSignature(
            "redeem(uint256,address,address)",
            100e18,
            holder,
            holder
        );
        return cost(v, holder, address(v.token), data);
    }

    function rebalanceOf(Venue storage v) private returns (Cost memory) {
        return cost(v, newcomer, address(v.token), abi.encodeCall(v.token.rebalance, ()));
    }

    function poolDepositOf(Venue storage v) private returns (Cost memory) {
        return cost(v, holder, address(v.pool), abi.encodeCall(IERC4626.deposit, (100e18, holder)));
    }

    function requestOf(Venue storage v) private returns (Cost memory) {
        return cost(v, address(this), address(v.pool), abi.encodeCall(v.pool.requestRedeem, (100e18)));
    }

    function executeOf(Venue storage v) private returns (Cost memory) {
        return cost(v, newcomer, address(v.pool), abi.encodeCall(v.pool.execute, (address(this))));
    }

    // ---------------------------------------------------------------------------------------------- measuring

    /// @dev An hour later, with a price of that time: the operation is the first to use the market in its block.
    function later(int256 price) private {
        skip(1 hours);
        few.feed.set(price);
        many.feed.set(price);
        other.feed.set(price);
    }

    function cost(
        Venue storage v,
        address who,
        address target,
        bytes memory data
    ) private returns (Cost memory spent) {
        address[6] memory touched = [
            address(v.clearingHouse),
            address(v.dai),
            address(v.feed),
            v.source,
            address(v.pool),
            address(v.token)
        ];
        vm.record();
        vm.prank(who);
        bool success;
        uint256 used;
        // Without copying what is returned: memory is the dearer the more of it a test has used.
        assembly ("memory-safe") {
            used := gas()
            success := call(gas(), target, 0, add(data, 32), mload(data), 0, 0)
            used := sub(used, gas())
        }
        spent.gas = used;
        require(success, "ConstantCost: the operation was refused");
        for (uint256 i = 0; i < touched.length; ++i) {
            (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(touched[i]);
            spent.reads[i] = distinct(reads);
            spent.writes[i] = distinct(writes);
        }
    }

    function same(string memory what, Cost memory a, Cost memory b) private pure {
        string[6] memory names = ["ClearingHouse", "BaseToken", "feed", "source", "pool", "token"];
        uint256 slots;
        for (uint256 i = 0; i < names.length; ++i) {
            assertEq(a.reads[i], b.reads[i], string.concat(what, ": slots read of ", names[i]));
            assertEq(a.writes[i], b.writes[i], string.concat(what, ": slots written of ", names[i]));
            slots += a.reads[i];
        }
        assertGt(slots, 0, string.concat(what, ": slots were recorded"));
        assertGt(a.gas, 20_000, string.concat(what, ": slots were cold"));
        assertEq(a.gas, b.gas, string.concat(what, ": gas"));
    }

    function distinct(bytes32[] memory slots) private pure returns (uint256 count) {
        for (uint256 i = 0; i < slots.length; ++i) {
            bool seen;
            for (uint256 j = 0; j < i && !seen; ++j) seen = slots[i] == slots[j];
            if (!seen) ++count;
        }
    }

    // ---------------------------------------------------------------------------------------------- venues

    function build(Venue storage v, uint256 accounts, uint256 tokens, uint256 markets) private {
        deployProtocol(address(this), address(this), address(this));
        dai = deployBaseToken("Dai Stablecoin", "DAI", 18);
        feed = deployFeed(8, "ETH / USD", 500e8);
        source = deploySource(feed);
        MarketParams memory params = marketParams(
            address(dai),
            Terms.standardPricing(),
            Terms.standardRisk(18)
        );
        (v.clearingHouse, v.dai, v.feed, v.source) = (clearingHouse, dai, feed, address(source));
        v.params = params;
        v.pool = createMarket(params, 1_000_000e18);
        v.token = createToken(params, 5e18, Terms.pack(Terms.continuous()));
        v.pool.requestRedeem(1_000e18);
        for (uint256 i = 1; i < markets; ++i) {
            Risk memory risk = Terms.standardRisk(18);
            risk.exitFee = i * 1e12;
            createMarket(marketParams(address(dai), Terms.standardPricing(), risk), 1_000e18);
        }
        fund(newcomer);
        fund(trader);
        fund(holder);
        vm.prank(trader);
        clearingHouse.trade(params, order(10e18, 600e18));
        enter(v.token, 10_000e18);
        vm.startPrank(holder);
        dai.approve(address(v.pool), type(uint256).max);
        v.pool.deposit(1_000e18, holder);
        vm.stopPrank();
        // Half of the accounts are long and half are short, of equal sums however many they are.
        for (uint256 i = 0; i < accounts; ++i) {
            address who = address(uint160(uint256(keccak256(abi.encode(i)))));
            fund(who);
            int256 amount = int256(UNITS / accounts);
            vm.prank(who);
            clearingHouse.trade(params, order(i % 2 == 0 ? amount : -amount, int256(MARGIN / accounts)));
        }
        for (uint256 i = 1; i < tokens; ++i) {
            int256 leverage = int256(1 + i / 2) * 0.1e18 + 1e18;
            if (leverage == 5e18) leverage = 6.1e18;
            ILeveragedToken token = createToken(
                params,
                i % 2 == 0 ? leverage : -leverage,
                Terms.pack(Terms.continuous())
            );
            enter(token, 20e18);
        }
    }

    /// @dev Gives both markets the same totals, which differ by what rounding leaves and by the positions of 99 tokens: some
    /// branches of the arithmetic are dearer than others by a few gas, whose numbers they are is no matter here.
    function equalize() private {
        (bytes32[] memory from, bytes32[] memory to) = (wordsOf(few), wordsOf(many));
        assertEq(from.length, 3, "a market has three words");
        for (uint256 i = 0; i < from.length; ++i) {
            vm.store(address(many.clearingHouse), to[i], vm.load(address(few.clearingHouse), from[i]));
        }
    }

    function wordsOf(Venue storage v) private returns (bytes32[] memory reads) {
        vm.record();
        v.clearingHouse.market(v.params.toId());
        (reads, ) = vm.accesses(address(v.clearingHouse));
    }

    function fund(address who) private {
        dai.mint(who, 100_000e18);
        vm.prank(who);
        dai.approve(address(clearingHouse), type(uint256).max);
    }

    function enter(ILeveragedToken token, uint256 assets) private {
        vm.startPrank(holder);
        dai.approve(address(token), type(uint256).max);
        token.deposit(assets, holder);
        vm.stopPrank();
    }

    function order(int256 amount, int256 margin) private pure returns (Order memory) {
        return
            Order({
                amount: amount,
                margin: margin,
                priceLimit: amount > 0 ? type(uint256).max : 0,
                deadline: type(uint256).max
            });
    }
}
