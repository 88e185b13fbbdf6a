// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {ILeveragedTokenFactory} from "../interfaces/ILeveragedTokenFactory.sol";
import {IRebalanceUpkeep, Watch} from "../interfaces/IRebalanceUpkeep.sol";
import {MarketParams} from "../types/MarketParams.sol";

/// @title RebalanceUpkeep
/// @notice Lets a keeper network do the daily and the band rebalances of many tokens. It stores nothing and has no owner.
///
/// WHAT A TOKEN CAN DO TO THE OTHERS
/// The factory is open, so there are tokens of markets whose price source or BaseToken is somebody's own code. Such a
/// token may use up its gas, fail, or be due for ever. It gets a bounded share of the gas, a failure is caught, what it
/// returns is never copied, and a page begins elsewhere each block. What it can cost is its part of a keeper's money:
/// whoever pays names the tokens, or asks for a reward.
contract RebalanceUpkeep is IRebalanceUpkeep {
    using SafeERC20 for IERC20;

    /// @inheritdoc IRebalanceUpkeep
    uint256 public constant MOST_WATCHED = 100;
    /// @inheritdoc IRebalanceUpkeep
    /// @dev With GAS_EACH below the 5M of gas that Chainlink Automation performs with at most.
    uint256 public constant MOST_REBALANCES = 8;
    /// @inheritdoc IRebalanceUpkeep
    /// @dev More than five times what a rebalance takes over one feed, and enough for an index of twelve.
    uint256 public constant GAS_EACH = 550_000;
    /// @dev Besides GAS_EACH: the 64th part that stays here, and what comes before and after the call.
    uint256 private constant GAS_BESIDES = 50_000;

    /// @inheritdoc IRebalanceUpkeep
    IClearingHouse public immutable clearingHouse;
    /// @inheritdoc IRebalanceUpkeep
    ILeveragedTokenFactory public immutable factory;
    /// @inheritdoc IRebalanceUpkeep
    address public immutable beneficiary;

    constructor(ILeveragedTokenFactory factory_, address beneficiary_) {
        factory = factory_;
        clearingHouse = factory_.clearingHouse();
        beneficiary = beneficiary_;
    }

    // ---------------------------------------------------------------------------------------------- AUTOMATION

    /// @inheritdoc IRebalanceUpkeep
    function checkUpkeep(
        bytes calldata checkData
    ) external returns (bool upkeepNeeded, bytes memory performData) {
        Watch memory watch = abi.decode(checkData, (Watch));
        uint256 most = MOST_WATCHED;
        if (watch.count > most || watch.numbers.length > most - watch.count) {
            revert RebalanceUpkeep_TooMany(watch.count > most ? watch.count : watch.numbers.length, most);
        }
        address[] memory page = factory.tokens(watch.first, watch.count);
        uint256[] memory found = new uint256[](MOST_REBALANCES);
        uint256 done;
        uint256 all = page.length + watch.numbers.length;
        for (uint256 i = 0; i < all && done < MOST_REBALANCES; ++i) {
            if (gasleft() < GAS_EACH + GAS_BESIDES) break;
            uint256 number;
            address token;
            if (i < page.length) {
                uint256 turn = (block.number + i) % page.length;
                (number, token) = (watch.first + turn, page[turn]);
            } else {
                number = watch.numbers[i - page.length];
                token = _token(number);
            }
            (bool rebalanced, uint256 reward) = _rebalance(token);
            if (rebalanced && reward >= watch.minReward) found[done++] = number;
        }
        uint256[] memory numbers = new uint256[](done);
        for (uint256 i = 0; i < done; ++i) {
            numbers[i] = found[i];
        }
        return (done != 0, abi.encode(numbers));
    }

    /// @inheritdoc IRebalanceUpkeep
    function performUpkeep(bytes calldata performData) external {
        uint256[] memory numbers = abi.decode(performData, (uint256[]));
        if (numbers.length > MOST_REBALANCES) {
            revert RebalanceUpkeep_TooMany(numbers.length, MOST_REBALANCES);
        }
        bool any;
        for (uint256 i = 0; i < numbers.length; ++i) {
            // With less, a token might fail that would have succeeded. Ending here instead would have whoever estimates the gas
            // find as little as does for the first.
            if (gasleft() < GAS_EACH + GAS_BESIDES) {
                revert RebalanceUpkeep_TooLittleGas(gasleft(), GAS_EACH + GAS_BESIDES);
            }
            address token = _token(numbers[i]);
            (bool rebalanced, ) = _rebalance(token);
            if (rebalanced) any = true;
            else emit RebalanceSkipped(token);
        }
        if (!any) revert RebalanceUpkeep_NothingDone();
    }

    // ---------------------------------------------------------------------------------------------- REWARDS

    /// @inheritdoc IRebalanceUpkeep
    function collect(MarketParams calldata params) external returns (uint256 amount) {
        // The account has no position and never trades, so any limit does.
        (, amount) = clearingHouse.close(params, 0, type(uint256).max);
        emit RewardsCollected(params.baseToken, amount);
        IERC20(params.baseToken).safeTransfer(beneficiary, amount);
    }

    // ---------------------------------------------------------------------------------------------- STEPS

    /// @dev A token by its number, or 0.
    function _token(uint256 number) private view returns (address) {
        address[] memory page = factory.tokens(number, 1);
        return page.length == 0 ? address(0) : page[0];
    }

    /// @dev Rebalances a token with a bounded share of the gas, and says whether it did. Tokens of the factory return what
    /// their type says, whatever their market does.
    function _rebalance(address token) private returns (bool rebalanced, uint256 reward) {
        if (token == address(0)) return (false, 0);
        try ILeveragedToken(token).rebalance{gas: GAS_EACH}() returns (int256, uint256 earned) {
            return (true, earned);
        } catch {
            return (false, 0);
        }
    }
}
