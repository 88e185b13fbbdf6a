// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketParams} from "../types/MarketParams.sol";
import {AutomationCompatibleInterface} from "./AutomationCompatibleInterface.sol";
import {IClearingHouse} from "./IClearingHouse.sol";
import {ILeveragedTokenFactory} from "./ILeveragedTokenFactory.sol";

/// @notice Which tokens to look after, ABI-encoded as `checkData`. Tokens go by their number in the factory's list, from 0
/// on, so that nothing but a token of the factory is ever called.
/// @param first First of a page of the list.
/// @param count Length of the page; 0 for none. Tokens that are made later come into a page that reaches beyond the list.
/// @param numbers Tokens besides: with an empty page, the only ones.
/// @param minReward The least reward that a rebalance must bring. BaseToken, WAD.
struct Watch {
    uint256 first;
    uint256 count;
    uint256[] numbers;
    uint256 minReward;
}

/// @notice Rebalances LeveragedTokens for Chainlink Automation, or anybody who calls it. Rewards go to its account in each
/// market, and from there to the beneficiary alone.
interface IRebalanceUpkeep is AutomationCompatibleInterface {
    /// @notice A token could not be rebalanced: nothing is due, its price can't be trusted, it was wiped out, or its market
    /// has no budget or room.
    event RebalanceSkipped(address indexed token);
    /// @notice Rewards were paid to the beneficiary. In the BaseToken's own decimals.
    event RewardsCollected(address indexed baseToken, uint256 amount);

    /// @notice More tokens than one call looks at, or rebalances.
    error RebalanceUpkeep_TooMany(uint256 count, uint256 most);
    /// @notice There is less gas left than the next token may use.
    error RebalanceUpkeep_TooLittleGas(uint256 left, uint256 needed);
    /// @notice No token was rebalanced.
    error RebalanceUpkeep_NothingDone();

    /// @notice Finds tokens that can be rebalanced now, by doing it: what it says is what `performUpkeep` does in the same
    /// block. Meant to be simulated; a transaction would rebalance. It begins its page at another token each block, so that
    /// none can stand in the way of the others.
    /// It reverts with `RebalanceUpkeep_TooMany`; tokens for which there is too little gas are left out.
    /// @param checkData A `Watch`, ABI-encoded, of at most `MOST_WATCHED` tokens.
    /// @return upkeepNeeded Whether there is any.
    /// @return performData Their numbers, at most `MOST_REBALANCES`, as an ABI-encoded `uint256[]`.
    function checkUpkeep(
        bytes calldata checkData
    ) external override returns (bool upkeepNeeded, bytes memory performData);

    /// @notice Rebalances tokens, each of which decides anew whether it is due; one that refuses does not stop the others.
    /// Anyone may. It reverts with `RebalanceUpkeep_NothingDone` when all refuse, with `RebalanceUpkeep_TooMany`, and with
    /// `RebalanceUpkeep_TooLittleGas`.
    /// @param performData Numbers of tokens, as an ABI-encoded `uint256[]`.
    function performUpkeep(bytes calldata performData) external override;

    /// @notice Pays what rewards there are in a market to the beneficiary. Anyone may.
    /// @return amount BaseToken in its own decimals.
    function collect(MarketParams calldata params) external returns (uint256 amount);

    /// @notice Who gets the rewards, for ever: who pays the keepers.
    function beneficiary() external view returns (address);

    /// @notice The ClearingHouse whose tokens are rebalanced.
    function clearingHouse() external view returns (IClearingHouse);

    /// @notice The factory in whose list tokens have their numbers.
    function factory() external view returns (ILeveragedTokenFactory);

    /// @notice How many tokens one check looks at, at most. More need one more registration.
    // solhint-disable-next-line func-name-mixedcase
    function MOST_WATCHED() external view returns (uint256);

    /// @notice How many tokens one call rebalances at most.
    // solhint-disable-next-line func-name-mixedcase
    function MOST_REBALANCES() external view returns (uint256);

    /// @notice How much gas one token may use. What is not used is there for the next.
    // solhint-disable-next-line func-name-mixedcase
    function GAS_EACH() external view returns (uint256);
}
