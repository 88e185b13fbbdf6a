// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "../../contracts/interfaces/AggregatorV3Interface.sol";

/// @notice Costs what Chainlink's EACAggregatorProxy costs in front of its OCR2 aggregator: two cold accounts and five
/// cold slots, and the work of older compilers. 18.7k gas in all for the first read of a transaction.
contract ChainlinkProxy is AggregatorV3Interface {
    struct Phase {
        uint16 id;
        AggregatorV3Interface aggregator;
    }

    /// @dev Gas that the contracts on mainnet need beyond what the slots and calls here do.
    uint256 private constant OVERHEAD = 870;

    Phase private _phase;
    address private _accessController;

    error ChainlinkProxy_NoAccess(address caller);

    constructor(AggregatorV3Interface aggregator) {
        _phase = Phase(1, aggregator);
    }

    /// @inheritdoc AggregatorV3Interface
    function decimals() external view returns (uint8) {
        return _phase.aggregator.decimals();
    }

    /// @inheritdoc AggregatorV3Interface
    function description() external view returns (string memory) {
        return _phase.aggregator.description();
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external view returns (uint256) {
        return _phase.aggregator.version();
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        return _phase.aggregator.getRoundData(roundId);
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        if (_accessController != address(0)) revert ChainlinkProxy_NoAccess(msg.sender);
        uint256 target = gasleft() - OVERHEAD;
        while (gasleft() > target) {}
        Phase memory phase = _phase;
        (roundId, answer, startedAt, updatedAt, answeredInRound) = phase.aggregator.latestRoundData();
        uint80 first = uint80(uint256(phase.id) << 64);
        return (first + roundId, answer, startedAt, updatedAt, first + answeredInRound);
    }
}
