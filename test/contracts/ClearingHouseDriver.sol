// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {LiquidityPool} from "../../contracts/clearing/LiquidityPool.sol";
import {IClearingHouse} from "../../contracts/interfaces/IClearingHouse.sol";
import {ILiquidityPoolDeployer} from "../../contracts/interfaces/ILiquidityPoolDeployer.sol";
import {MarketParams} from "../../contracts/types/MarketParams.sol";

/// @notice An account that calls what its maker tells it to.
contract Actor {
    address private immutable driver = msg.sender;

    function forward(
        address target,
        bytes calldata data
    ) external returns (bool success, bytes memory output) {
        require(msg.sender == driver, "not the driver");
        return target.call(data);
    }
}

/// @notice Everyone around a ClearingHouse at once: authority, factory of tokens, maker of pools, and a number of actors.
/// Runs several operations in one block, and tells after each what it returned, what is stored then, and what views say.
contract ClearingHouseDriver is ILiquidityPoolDeployer {
    /// @param actor Index of who calls, or the largest uint256 for the driver itself.
    /// @param probes Views to ask afterwards.
    struct Step {
        uint256 actor;
        address target;
        bytes data;
        MarketParams params;
        Probe[] probes;
    }

    struct Probe {
        address target;
        bytes data;
    }

    /// @param state The market, blockForced, budget, and the account of every owner, as encoded words.
    /// @param answers 1 and what a probe returned, or 0 and what it reverted with.
    event Stepped(bool success, bytes output, bytes state, bytes[] answers);

    IClearingHouse public house;
    /// @notice Whether markets get real pools, or actors in their place.
    bool public makesPools;
    Actor[] public actors;
    /// @notice Whose accounts belong to the state: actors, pools and tokens.
    address[] public owners;

    function setUp(IClearingHouse house_, bool makesPools_, uint256 count) external {
        house = house_;
        makesPools = makesPools_;
        for (uint256 i = 0; i < count; ++i) _addActor();
    }

    function deploy(
        MarketParams calldata params,
        address provider,
        uint256 seed
    ) external returns (address pool) {
        if (!makesPools) return _addActor();
        pool = address(new LiquidityPool(IClearingHouse(msg.sender), params, provider, seed));
        owners.push(pool);
    }

    function watch(address owner) external {
        owners.push(owner);
    }

    /// @notice Lets a spender take what an actor has.
    function fund(IERC20 token, uint256 actor, address spender) external {
        bytes memory data = abi.encodeCall(IERC20.approve, (spender, type(uint256).max));
        (bool success, ) = actors[actor].forward(address(token), data);
        require(success, "approve failed");
    }

    function run(Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) {
            Step calldata step = steps[i];
            (bool success, bytes memory output) = step.actor == type(uint256).max
                ? step.target.call(step.data)
                : actors[step.actor].forward(step.target, step.data);
            emit Stepped(success, output, _state(step.params), _answers(step.probes));
        }
    }

    /// @notice Stands for the AccessManager: everyone may do everything.
    function canCall(address, address, bytes4) external pure returns (bool allowed, uint32 delay) {
        return (true, 0);
    }

    function _addActor() private returns (address actor) {
        actor = address(new Actor());
        actors.push(Actor(actor));
        owners.push(actor);
    }

    function _state(MarketParams calldata params) private view returns (bytes memory state) {
        (int256 blockForced, uint256 budget) = house.forcedTrades(params);
        state = abi.encode(house.market(params.toId()), blockForced, budget);
        for (uint256 i = 0; i < owners.length; ++i) {
            state = bytes.concat(state, abi.encode(house.account(params.toId(), owners[i])));
        }
    }

    function _answers(Probe[] calldata probes) private view returns (bytes[] memory answers) {
        answers = new bytes[](probes.length);
        for (uint256 i = 0; i < probes.length; ++i) {
            (bool success, bytes memory output) = probes[i].target.staticcall(probes[i].data);
            answers[i] = bytes.concat(bytes1(success ? 1 : 0), output);
        }
    }
}
