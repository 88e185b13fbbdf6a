// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Base} from "../Base.sol";
import {HolderHandler} from "./HolderHandler.sol";
import {HostileHandler} from "./HostileHandler.sol";
import {KeeperHandler} from "./KeeperHandler.sol";
import {ProviderHandler} from "./ProviderHandler.sol";
import {TraderHandler} from "./TraderHandler.sol";
import {ViewHandler} from "./ViewHandler.sol";
import {World} from "./World.sol";

/// @notice A world, its handlers, and a walk through them that is the same each time and shows that each does its work.
abstract contract Suite is Base {
    World internal world;
    address[] private handlers;
    bytes4[] private selectors;

    function start(World world_) internal {
        world = world_;
        address traders = address(new TraderHandler(world));
        address providers = address(new ProviderHandler(world));
        address holders = address(new HolderHandler(world));
        address keepers = address(new KeeperHandler(world));
        add(traders, TraderHandler.open.selector);
        add(traders, TraderHandler.reduce.selector);
        add(traders, TraderHandler.close.selector);
        add(traders, TraderHandler.bring.selector);
        add(traders, TraderHandler.take.selector);
        add(traders, TraderHandler.roundTrip.selector);
        add(traders, TraderHandler.oppose.selector);
        add(providers, ProviderHandler.deposit.selector);
        add(providers, ProviderHandler.mint.selector);
        add(providers, ProviderHandler.request.selector);
        add(providers, ProviderHandler.execute.selector);
        add(providers, ProviderHandler.redeem.selector);
        add(providers, ProviderHandler.withdraw.selector);
        add(holders, HolderHandler.deposit.selector);
        add(holders, HolderHandler.mint.selector);
        add(holders, HolderHandler.redeem.selector);
        add(holders, HolderHandler.withdraw.selector);
        add(holders, HolderHandler.redeemAll.selector);
        add(holders, HolderHandler.transfer.selector);
        add(keepers, KeeperHandler.drift.selector);
        add(keepers, KeeperHandler.gap.selector);
        add(keepers, KeeperHandler.again.selector);
        add(keepers, KeeperHandler.rebalance.selector);
        add(keepers, KeeperHandler.sync.selector);
        add(keepers, KeeperHandler.collect.selector);
        address views = address(new ViewHandler(world));
        add(views, ViewHandler.doMost.selector);
        add(views, ViewHandler.distrust.selector);
        address hostiles = address(new HostileHandler(world));
        add(hostiles, HostileHandler.lie.selector);
        add(hostiles, HostileHandler.trade.selector);
        add(hostiles, HostileHandler.invest.selector);
        add(hostiles, HostileHandler.resolve.selector);
        add(hostiles, HostileHandler.misbehave.selector);
        // Through this contract, since the runner knows the contracts of test files alone.
        targetContract(address(this));
        bytes4[] memory own = new bytes4[](1);
        own[0] = this.step.selector;
        targetSelector(address(this), own);
    }

    function add(address handler, bytes4 selector) private {
        handlers.push(handler);
        selectors.push(selector);
    }

    /// @notice One call of one handler.
    function step(uint8 which, uint256 a, uint256 b, uint256 c, uint256 d) external {
        uint256 index = which % handlers.length;
        bytes memory data = abi.encodeWithSelector(selectors[index], a, b, c, d);
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory result) = handlers[index].call(data);
        if (success) return;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            revert(add(result, 32), mload(result))
        }
    }

    /// @notice Calls handlers at random, the same ones each time.
    function walk(uint256 steps, uint256 seed) internal {
        for (uint256 i = 0; i < steps; ++i) {
            uint256 a = uint256(keccak256(abi.encode(seed, i)));
            uint256 b = uint256(keccak256(abi.encode(a)));
            uint256 c = uint256(keccak256(abi.encode(b)));
            this.step(uint8(a >> 128), a, b, c, uint256(keccak256(abi.encode(c))));
        }
        world.check();
    }

    function assertCounted(bytes32 name) internal view {
        assertGt(world.counted(name), 0, string.concat("never: ", string(bytes.concat(name))));
    }

    function assertAllCounted() internal view {
        bytes32[43] memory names = [
            bytes32("open"),
            "flip",
            "reduce",
            "close",
            "bring",
            "take",
            "roundTrip",
            "pool deposit",
            "pool mint",
            "request",
            "execute",
            "pool redeem",
            "pool withdraw",
            "deposit",
            "mint",
            "redeem",
            "redeem all",
            "withdraw",
            "transfer",
            "gap",
            "again",
            "rebalance",
            "landing",
            "collect",
            "sync",
            "max deposit",
            "max mint",
            "max redeem",
            "max withdraw",
            "max pool deposit",
            "max pool redeem",
            "distrust",
            "opposed",
            "hostile price",
            "hostile trade",
            "hostile payout",
            "hostile pool",
            "hostile mint",
            "hostile burn",
            "hostile liquidate",
            "hostile settle",
            "hostile conclude",
            "misbehave"
        ];
        for (uint256 i = 0; i < names.length; ++i) assertCounted(names[i]);
    }
}
