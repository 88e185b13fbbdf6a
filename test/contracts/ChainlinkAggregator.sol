// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "../../contracts/interfaces/AggregatorV3Interface.sol";

/// @notice Reads the slots that Chainlink's OCR2 aggregator reads for an answer: who may read, the newest round's
/// number, and that round.
contract ChainlinkAggregator is AggregatorV3Interface {
    struct Transmission {
        int192 answer;
        uint32 observedAt;
        uint32 transmittedAt;
    }

    error ChainlinkAggregator_NoAccess(address caller);

    /// @inheritdoc AggregatorV3Interface
    uint8 public constant decimals = 8;
    /// @inheritdoc AggregatorV3Interface
    string public constant description = "ETH / USD";
    /// @inheritdoc AggregatorV3Interface
    uint256 public constant version = 6;

    mapping(address reader => bool) private _mayRead;
    uint32 private _newest;
    mapping(uint32 round => Transmission) private _transmissions;

    /// @notice Lets a proxy read.
    function addAccess(address reader) external {
        _mayRead[reader] = true;
    }

    /// @notice Answers this from now on.
    function transmit(int192 answer) external {
        uint32 time = uint32(block.timestamp);
        _transmissions[++_newest] = Transmission(answer, time, time);
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        return _round(uint32(roundId));
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return _round(_newest);
    }

    function _round(uint32 id) private view returns (uint80, int256, uint256, uint256, uint80) {
        // solhint-disable-next-line avoid-tx-origin
        if (!_mayRead[msg.sender] && msg.sender != tx.origin) revert ChainlinkAggregator_NoAccess(msg.sender);
        Transmission memory round = _transmissions[id];
        return (id, round.answer, round.observedAt, round.transmittedAt, id);
    }
}
