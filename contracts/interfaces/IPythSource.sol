// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILastPrice} from "./ILastPrice.sol";
import {IPullSource} from "./IPullSource.sol";
import {IPyth} from "./IPyth.sol";

/// @notice What a PythSource is made from.
/// @param pyth Pyth's contract on this chain.
/// @param priceId Pyth's id of the price, which was brought once at least.
/// @param underlying Short name of what is priced, such as "ETH"; 1 to 31 bytes.
/// @param maxAge Age up to which a price can be trusted: as short as those who bring updates allow, since whoever brings
/// one may choose among all that were signed within it. At most deadAfter. Seconds.
/// @param minHalfSpread The least half-spread, however confident Pyth is: at least what the price moves within maxAge.
/// WAD.
/// @param maxHalfSpread The confidence beyond which a price is not trusted. Below 100 %, at least minHalfSpread. WAD.
/// @param minPrice The least price that can be trusted, at least 1 wei. BaseToken, WAD.
/// @param maxPrice The highest price that can be trusted. BaseToken, WAD.
/// @param deadAfter Age of the newest price beyond which the source is dead, at least 3 days. Seconds.
struct PythConfig {
    IPyth pyth;
    bytes32 priceId;
    string underlying;
    uint256 maxAge;
    uint256 minHalfSpread;
    uint256 maxHalfSpread;
    uint256 minPrice;
    uint256 maxPrice;
    uint256 deadAfter;
}

/// @notice A price source over one price of Pyth, to which anyone brings signed updates.
interface IPythSource is ILastPrice, IPullSource {
    /// @notice A parameter is outside its bounds; `name` says which.
    error PythSource_ParameterOutOfBounds(string name, uint256 value, uint256 least, uint256 most);
    /// @notice The value sent does not pay for the updates. Wei.
    error PythSource_FeeNotPaid(uint256 value, uint256 fee);
    /// @notice The price claims to be made after this block. Seconds since 1970.
    error PythSource_FromFuture(uint256 publishTime, uint256 time);
    /// @notice The price is older than what can be trusted: a newer one has to be brought. Seconds.
    error PythSource_Stale(uint256 publishTime, uint256 time, uint256 maxAge);
    /// @notice The price is zero.
    error PythSource_ZeroPrice();
    /// @notice The price is negative. With Pyth's exponent.
    error PythSource_NegativePrice(int256 price);
    /// @notice The price is outside what can be trusted. One too large to be scaled counts as the largest number.
    /// BaseToken, WAD.
    error PythSource_PriceOutOfBounds(uint256 price, uint256 minPrice, uint256 maxPrice);
    /// @notice Pyth is less sure of the price than what can be trusted. Confidence as a part of the price, WAD.
    error PythSource_ConfidenceTooWide(uint256 confidence, uint256 maxHalfSpread);

    /// @notice Pyth's contract.
    function pyth() external view returns (IPyth);

    /// @notice Pyth's id of the price.
    function priceId() external view returns (bytes32);

    /// @notice Age up to which a price can be trusted. Seconds.
    function maxAge() external view returns (uint256);

    /// @notice The least half-spread. WAD.
    function minHalfSpread() external view returns (uint256);

    /// @notice The confidence beyond which a price is not trusted. WAD.
    function maxHalfSpread() external view returns (uint256);

    /// @notice The least price that can be trusted. BaseToken, WAD.
    function minPrice() external view returns (uint256);

    /// @notice The highest price that can be trusted. BaseToken, WAD.
    function maxPrice() external view returns (uint256);

    /// @notice Age of the newest price beyond which the source is dead. Seconds.
    function deadAfter() external view returns (uint256);
}
