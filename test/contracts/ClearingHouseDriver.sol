// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
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
/// Runs several operations in one block, and tells after each what it returned and what is stored then.
contract ClearingHouseDriver is ILiquidityPoolDeployer {
    /// @param actor Index of who calls, or the largest uint256 for the driver itself.
    struct Step {
        uint256 actor;
        address target;
        bytes data;
        MarketParams params;
    }

    /// @param state The market, blockForced, budget, and the account of every actor, as encoded words.
    event Stepped(bool success, bytes output, bytes state);

    IClearingHouse public house;
    Actor[] public actors;

    function setUp(IClearingHouse house_, uint256 count) external {
        house = house_;
        for (uint256 i = 0; i < count; ++i) actors.push(new Actor());
    }

    function deploy(MarketParams calldata, address, uint256) external returns (address pool) {
        actors.push(new Actor());
        return address(actors[actors.length - 1]);
    }

    function fund(IERC20 token, uint256 actor) external {
        bytes memory data = abi.encodeCall(IERC20.approve, (address(house), type(uint256).max));
        (bool success, ) = actors[actor].forward(address(token), data);
        require(success, "approve failed");
    }

    function run(Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) {
            Step calldata step = steps[i];
            (bool success, bytes memory output) = step.actor == type(uint256).max
                ? step.target.call(step.data)
                : actors[step.actor].forward(step.target, step.data);
            emit Stepped(success, output, _state(step.params));
        }
    }

    /// @notice Stands for the AccessManager: everyone may do everything.
    function canCall(address, address, bytes4) external pure returns (bool allowed, uint32 delay) {
        return (true, 0);
    }

    function _state(MarketParams calldata params) private view returns (bytes memory state) {
        (int256 blockForced, uint256 budget) = house.forcedTrades(params);
        state = abi.encode(house.market(params.toId()), blockForced, budget);
        for (uint256 i = 0; i < actors.length; ++i) {
            state = bytes.concat(state, abi.encode(house.account(params.toId(), address(actors[i]))));
        }
    }
}
