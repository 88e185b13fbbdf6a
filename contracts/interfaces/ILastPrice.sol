// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "./IPriceSource.sol";

/// @notice A price source that can also tell its newest answer after it stopped to be trusted. Nobody chooses that
/// answer: it is the one that the feed ended with.
interface ILastPrice is IPriceSource {
    /// @notice The newest answer, however old it is. It never refuses; a feed that reverts is passed on.
    /// @return price Mid, BaseToken per unit of underlying; 0 where the answer can't be a price at all: incomplete, zero,
    /// negative, or out of bounds. WAD.
    /// @return updatedAt When the answer was made, as the feed says. Seconds since 1970.
    function last() external view returns (uint256 price, uint256 updatedAt);
}
