// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Where a market gets its price from. A source answers with a price that can be trusted, or reverts with an
/// error that says why it can't.
interface IPriceSource {
    /// @notice The price now.
    /// @return price Mid, BaseToken per unit of underlying. WAD.
    /// @return halfSpread Half of the distance between bid and ask, as a part of mid; pays the pool for the feed's
    /// lag. WAD.
    /// @return updatedAt When the price was made. Seconds since 1970.
    function read() external view returns (uint256 price, uint256 halfSpread, uint256 updatedAt);

    /// @notice Whether the source has given no price for so long that its markets may be settled.
    function isDead() external view returns (bool);

    /// @notice Short name of what is priced, such as "ETH".
    function underlying() external view returns (string memory);
}
