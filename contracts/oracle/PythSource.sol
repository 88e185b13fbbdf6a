// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {ILastPrice} from "../interfaces/ILastPrice.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {IPullSource} from "../interfaces/IPullSource.sol";
import {IPyth, PythPrice} from "../interfaces/IPyth.sol";
import {IPythSource, PythConfig} from "../interfaces/IPythSource.sol";
import {Feed} from "../libraries/Feed.sol";

/// @title PythSource
/// @notice The mid price of one price id of Pyth, with the confidence that Pyth has in it as half-spread.
///
/// TRUST
/// A price is refused, with an error that says why, when it comes from the future, is older than maxAge, zero, negative, out
/// of bounds, or less certain than maxHalfSpread.
///
/// WHO BRINGS IT
/// Anyone, in the same transaction, by `update`. Pyth keeps the newest that was brought and so never goes back in time;
/// but among those signed since, whoever brings one chooses. What that is worth is what the price moves within maxAge:
/// minHalfSpread is there to pay for it, and within a block a market uses one price whatever is brought later.
///
/// DEATH
/// Dead is a price that nobody has renewed for longer than deadAfter: Pyth may have ended, or nobody cared to pay. So
/// somebody has to bring one in every deadAfter, or the market may be settled at its last.
///
/// IMMUTABLE
/// Nobody can change anything here, and it keeps no coin: what `update` is sent beyond the fee goes back to its caller.
contract PythSource is IPythSource {
    using ShortStrings for ShortString;

    uint256 private constant MIN_DEAD_AFTER = 3 days;

    /// @inheritdoc IPythSource
    IPyth public immutable pyth;
    /// @inheritdoc IPythSource
    bytes32 public immutable priceId;
    /// @inheritdoc IPythSource
    uint256 public immutable maxAge;
    /// @inheritdoc IPythSource
    uint256 public immutable minHalfSpread;
    /// @inheritdoc IPythSource
    uint256 public immutable maxHalfSpread;
    /// @inheritdoc IPythSource
    uint256 public immutable minPrice;
    /// @inheritdoc IPythSource
    uint256 public immutable maxPrice;
    /// @inheritdoc IPythSource
    uint256 public immutable deadAfter;
    ShortString private immutable _underlying;

    constructor(PythConfig memory config) {
        _requireBetween("underlying", bytes(config.underlying).length, 1, 31);
        _requireBetween("deadAfter", config.deadAfter, MIN_DEAD_AFTER, type(uint256).max);
        _requireBetween("maxAge", config.maxAge, 1, config.deadAfter);
        _requireBetween("maxHalfSpread", config.maxHalfSpread, 1, 1e18 - 1);
        _requireBetween("minHalfSpread", config.minHalfSpread, 0, config.maxHalfSpread);
        // The largest number stands for prices that are too large to be scaled, and must never be a price.
        _requireBetween("maxPrice", config.maxPrice, 1, type(uint256).max - 1);
        _requireBetween("minPrice", config.minPrice, 1, config.maxPrice);
        // Reverts when Pyth doesn't know the id.
        config.pyth.getPriceUnsafe(config.priceId);

        pyth = config.pyth;
        priceId = config.priceId;
        maxAge = config.maxAge;
        minHalfSpread = config.minHalfSpread;
        maxHalfSpread = config.maxHalfSpread;
        minPrice = config.minPrice;
        maxPrice = config.maxPrice;
        deadAfter = config.deadAfter;
        _underlying = ShortStrings.toShortString(config.underlying);
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint256 price, uint256 halfSpread, uint256 updatedAt) {
        PythPrice memory answer = pyth.getPriceUnsafe(priceId);
        updatedAt = answer.publishTime;
        if (updatedAt > block.timestamp) revert PythSource_FromFuture(updatedAt, block.timestamp);
        if (block.timestamp - updatedAt > maxAge) revert PythSource_Stale(updatedAt, block.timestamp, maxAge);
        if (answer.price == 0) revert PythSource_ZeroPrice();
        if (answer.price < 0) revert PythSource_NegativePrice(answer.price);
        uint256 value = uint64(answer.price);
        price = Feed.fromExponentDown(value, answer.expo);
        if (price < minPrice || price > maxPrice)
            revert PythSource_PriceOutOfBounds(price, minPrice, maxPrice);
        halfSpread = Feed.spreadUp(answer.conf, value);
        if (halfSpread > maxHalfSpread) revert PythSource_ConfidenceTooWide(halfSpread, maxHalfSpread);
        if (halfSpread < minHalfSpread) halfSpread = minHalfSpread;
    }

    /// @inheritdoc ILastPrice
    function last() external view returns (uint256 price, uint256 updatedAt) {
        PythPrice memory answer = pyth.getPriceUnsafe(priceId);
        updatedAt = answer.publishTime;
        if (answer.price <= 0 || updatedAt > block.timestamp) return (0, updatedAt);
        price = Feed.fromExponentDown(uint64(answer.price), answer.expo);
        if (price < minPrice || price > maxPrice) price = 0;
    }

    /// @inheritdoc IPriceSource
    function isDead() external view returns (bool) {
        uint256 updatedAt = pyth.getPriceUnsafe(priceId).publishTime;
        return updatedAt <= block.timestamp && block.timestamp - updatedAt > deadAfter;
    }

    /// @inheritdoc IPriceSource
    function underlying() external view returns (string memory) {
        return _underlying.toString();
    }

    /// @inheritdoc IPullSource
    function updateFee(bytes[] calldata updates) external view returns (uint256 fee) {
        return pyth.getUpdateFee(updates);
    }

    /// @inheritdoc IPullSource
    function update(bytes[] calldata updates) external payable {
        uint256 fee = pyth.getUpdateFee(updates);
        if (msg.value < fee) revert PythSource_FeeNotPaid(msg.value, fee);
        pyth.updatePriceFeeds{value: fee}(updates);
        // What the caller does with it is no matter here: nothing is stored.
        if (msg.value > fee) Address.sendValue(payable(msg.sender), msg.value - fee);
    }

    function _requireBetween(string memory name, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert PythSource_ParameterOutOfBounds(name, value, least, most);
    }
}
