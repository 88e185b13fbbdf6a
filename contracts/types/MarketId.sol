// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Identity of a market: the hash of its parameters (see `toId` of MarketParams).
type MarketId is bytes32;
