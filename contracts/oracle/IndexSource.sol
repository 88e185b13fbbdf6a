// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {IIndexSource, IndexConfig, IndexPart} from "../interfaces/IIndexSource.sol";
import {ILastPrice} from "../interfaces/ILastPrice.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Basket} from "../libraries/Basket.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";

/// @title IndexSource
/// @notice The level of a basket, Σ unitsᵢ·priceᵢ / divisor, over a list of sources that never changes.
///
/// TRUST
/// The index is as old as its oldest part, its half-spread is that of its parts by value, and it refuses while one part with
/// units refuses. A part without units is not asked.
///
/// RECONSTITUTION
/// The manager announces new units; after a delay that is longer than the market's liquidity providers need to leave,
/// anyone executes them, at the prices of that moment. The divisor is computed there, so that the level stays, and the
/// weights are capped there. So a manager can choose neither the level nor the moment alone, and no source that was not
/// there from the start. A change that the caps refuse, since prices have moved, is to be proposed anew.
///
/// DEATH
/// A dead part stops the index, as nobody knows the level then. The way on is to propose the basket without it: when that is
/// executed, the part counts with the last answer that its feed gave, which nobody chooses, and the level goes on from what
/// the index would have shown had this part not moved since. A part that is merely refusing can't leave so: it may come
/// back at another price, and whoever knew it would choose between the two. Where there is no such answer, or nobody
/// proposes in time, the index is dead, and its markets settle.
contract IndexSource is IIndexSource {
    using ShortStrings for ShortString;

    /// @dev Source and units of a part share a slot.
    struct Part {
        ILastPrice source;
        uint96 units;
    }

    /// @dev What is added up over the parts.
    struct Sum {
        uint256 total;
        uint256 spreads;
        uint256 updatedAt;
    }

    uint256 private constant MAX_PARTS = 12;
    uint256 private constant MIN_DELAY = 3 days;
    uint256 private constant MIN_DEAD_AFTER = 3 days;
    /// @dev A proposal that nobody executes must not hang over the market for ever.
    uint256 private constant WINDOW = 7 days;
    /// @dev Of units and of prices. See Basket.
    uint256 private constant MAX_FACTOR = type(uint96).max;
    /// @dev With it a reconstitution moves the level by less than 1e-12 of it and a wei.
    uint256 private constant MIN_DIVISOR = 1e12;
    uint256 private constant MAX_DIVISOR = type(uint128).max;

    /// @inheritdoc IIndexSource
    uint256 public immutable maxWeight;
    /// @inheritdoc IIndexSource
    uint256 public immutable delay;
    /// @inheritdoc IIndexSource
    uint256 public immutable deadAfter;
    /// @inheritdoc IIndexSource
    address public immutable manager;
    uint256 private immutable _count;
    ShortString private immutable _underlying;

    uint128 private _divisor;
    uint64 private _executableAt;
    Part[MAX_PARTS] private _parts;
    uint96[MAX_PARTS] private _proposed;

    modifier onlyManager() {
        if (msg.sender != manager) revert IndexSource_NotManager(msg.sender, manager);
        _;
    }

    constructor(IndexConfig memory config) {
        uint256 count = config.parts.length;
        _requireBetween("underlying", bytes(config.underlying).length, 1, 31);
        _requireBetween("parts", count, 1, MAX_PARTS);
        _requireBetween("level", config.level, 1, MAX_FACTOR);
        _requireBetween(
            "maxWeight",
            config.maxWeight,
            FixedPoint.divUp(FixedPoint.WAD, count),
            FixedPoint.WAD
        );
        _requireBetween("delay", config.delay, MIN_DELAY, type(uint32).max);
        _requireBetween("deadAfter", config.deadAfter, MIN_DEAD_AFTER, type(uint32).max);
        _underlying = ShortStrings.toShortString(config.underlying);
        maxWeight = config.maxWeight;
        delay = config.delay;
        deadAfter = config.deadAfter;
        manager = config.manager;
        _count = count;

        uint256[] memory values = new uint256[](count);
        uint256 total;
        for (uint256 i = 0; i < count; ++i) {
            IndexPart memory part = config.parts[i];
            for (uint256 j = 0; j < i; ++j) {
                if (address(part.source) == address(config.parts[j].source))
                    revert IndexSource_DuplicatePart(i, j);
            }
            _parts[i] = Part(part.source, _checkedUnits(i, part.units));
            if (part.units == 0) continue;
            (uint256 price, , ) = _read(i, part.source);
            values[i] = part.units * price;
            total += values[i];
        }
        if (total == 0) revert IndexSource_NoUnits();
        _requireCapped(values, total, config.maxWeight);
        _divisor = _checkedDivisor(Basket.divisorDown(total, config.level));
    }

    // ---------------------------------------------------------------------------------------------- PRICE

    /// @inheritdoc IPriceSource
    function read() external view returns (uint256 price, uint256 halfSpread, uint256 updatedAt) {
        Sum memory sum;
        sum.updatedAt = type(uint256).max;
        for (uint256 i = 0; i < _count; ++i) {
            Part memory part = _parts[i];
            if (part.units == 0) continue;
            (uint256 partPrice, uint256 partSpread, uint256 partTime) = _read(i, part.source);
            uint256 value = part.units * partPrice;
            sum.total += value;
            sum.spreads += value * partSpread;
            if (partTime < sum.updatedAt) sum.updatedAt = partTime;
        }
        price = Basket.levelDown(sum.total, _divisor);
        if (price == 0) revert IndexSource_ZeroLevel();
        return (price, Basket.halfSpreadUp(sum.spreads, sum.total), sum.updatedAt);
    }

    /// @inheritdoc ILastPrice
    function last() external view returns (uint256 price, uint256 updatedAt) {
        uint256 total;
        bool whole = true;
        updatedAt = type(uint256).max;
        for (uint256 i = 0; i < _count; ++i) {
            Part memory part = _parts[i];
            if (part.units == 0) continue;
            (uint256 partPrice, uint256 partTime) = part.source.last();
            if (partPrice == 0 || partPrice > MAX_FACTOR) whole = false;
            else total += part.units * partPrice;
            if (partTime < updatedAt) updatedAt = partTime;
        }
        if (whole) price = Basket.levelDown(total, _divisor);
    }

    /// @inheritdoc IPriceSource
    function isDead() external view returns (bool) {
        for (uint256 i = 0; i < _count; ++i) {
            Part memory part = _parts[i];
            if (part.units == 0 || !part.source.isDead()) continue;
            (uint256 price, uint256 updatedAt) = part.source.last();
            // Without an answer to go on from, waiting for a reconstitution is waiting for nothing.
            if (price == 0 || price > MAX_FACTOR) return true;
            if (block.timestamp > updatedAt + deadAfter) return true;
        }
        return false;
    }

    /// @inheritdoc IPriceSource
    function underlying() external view returns (string memory) {
        return _underlying.toString();
    }

    // ---------------------------------------------------------------------------------------------- RECONSTITUTION

    /// @inheritdoc IIndexSource
    function propose(uint256[] calldata units) external onlyManager {
        if (units.length != _count) revert IndexSource_UnitsMismatch(units.length, _count);
        bool some;
        for (uint256 i = 0; i < units.length; ++i) {
            _proposed[i] = _checkedUnits(i, units[i]);
            if (units[i] != 0) some = true;
        }
        if (!some) revert IndexSource_NoUnits();
        // 32 bits of delay added to a time: far within 64.
        _executableAt = uint64(block.timestamp + delay);
        emit Proposed(units, _executableAt, _executableAt + WINDOW);
    }

    /// @inheritdoc IIndexSource
    function cancel() external onlyManager {
        if (_executableAt == 0) revert IndexSource_NothingProposed();
        _executableAt = 0;
        emit Cancelled();
    }

    /// @inheritdoc IIndexSource
    function execute() external returns (uint256 level) {
        _requireExecutable();
        uint256 count = _count;
        uint256[] memory units = new uint256[](count);
        uint256[] memory values = new uint256[](count);
        Sum memory before;
        Sum memory next;
        (before.updatedAt, next.updatedAt) = (type(uint256).max, type(uint256).max);
        for (uint256 i = 0; i < count; ++i) {
            Part memory part = _parts[i];
            units[i] = _proposed[i];
            if (part.units == 0 && units[i] == 0) continue;
            (uint256 price, uint256 time) = _priceForChange(i, part.source, units[i]);
            before.total += part.units * price;
            values[i] = units[i] * price;
            next.total += values[i];
            if (part.units != 0 && time < before.updatedAt) before.updatedAt = time;
            if (units[i] != 0 && time < next.updatedAt) next.updatedAt = time;
            _parts[i].units = uint96(units[i]);
        }
        _requireCapped(values, next.total, maxWeight);
        if (next.updatedAt < before.updatedAt)
            revert IndexSource_OlderBasket(next.updatedAt, before.updatedAt);
        level = Basket.levelDown(before.total, _divisor);
        _divisor = _checkedDivisor(Basket.rebasedDown(_divisor, next.total, before.total));
        _executableAt = 0;
        emit Reconstituted(units, _divisor, level);
    }

    /// @inheritdoc IIndexSource
    function parts() external view returns (IndexPart[] memory all) {
        all = new IndexPart[](_count);
        for (uint256 i = 0; i < all.length; ++i) all[i] = IndexPart(_parts[i].source, _parts[i].units);
    }

    /// @inheritdoc IIndexSource
    function divisor() external view returns (uint256) {
        return _divisor;
    }

    /// @inheritdoc IIndexSource
    function proposal()
        external
        view
        returns (uint256[] memory units, uint256 executableAt, uint256 expiresAt)
    {
        executableAt = _executableAt;
        if (executableAt == 0) return (units, 0, 0);
        expiresAt = executableAt + WINDOW;
        units = new uint256[](_count);
        for (uint256 i = 0; i < units.length; ++i) units[i] = _proposed[i];
    }

    /// @inheritdoc IIndexSource
    function window() external pure returns (uint256) {
        return WINDOW;
    }

    // ---------------------------------------------------------------------------------------------- PARTS

    /// @dev The price, and its time, at which a part is counted when units change. Only one that is dead and leaves is not asked any more.
    function _priceForChange(
        uint256 i,
        ILastPrice source,
        uint256 unitsAfter
    ) private view returns (uint256 price, uint256 updatedAt) {
        if (unitsAfter != 0 || !source.isDead()) {
            (price, , updatedAt) = _read(i, source);
        } else {
            (price, updatedAt) = source.last();
            if (price == 0 || price > MAX_FACTOR) revert IndexSource_PartOutOfRange(i, price, 0);
        }
    }

    function _read(uint256 i, IPriceSource source) private view returns (uint256, uint256, uint256) {
        try source.read() returns (uint256 price, uint256 halfSpread, uint256 updatedAt) {
            if (price == 0 || price > MAX_FACTOR || halfSpread >= FixedPoint.WAD)
                revert IndexSource_PartOutOfRange(i, price, halfSpread);
            return (price, halfSpread, updatedAt);
        } catch (bytes memory reason) {
            revert IndexSource_PartRefused(i, reason);
        }
    }

    // ---------------------------------------------------------------------------------------------- CHECKS

    function _requireExecutable() private view {
        uint256 executableAt = _executableAt;
        if (executableAt == 0) revert IndexSource_NothingProposed();
        if (block.timestamp < executableAt) revert IndexSource_TooEarly(executableAt, block.timestamp);
        if (block.timestamp > executableAt + WINDOW)
            revert IndexSource_Expired(executableAt + WINDOW, block.timestamp);
    }

    function _requireCapped(uint256[] memory values, uint256 total, uint256 most) private pure {
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 weight = Basket.weightUp(values[i], total);
            if (weight > most) revert IndexSource_WeightAboveCap(i, weight, most);
        }
    }

    function _checkedUnits(uint256 i, uint256 units) private pure returns (uint96) {
        if (units > MAX_FACTOR) revert IndexSource_TooManyUnits(i, units, MAX_FACTOR);
        return uint96(units);
    }

    function _checkedDivisor(uint256 value) private pure returns (uint128) {
        if (value < MIN_DIVISOR || value > MAX_DIVISOR)
            revert IndexSource_DivisorOutOfBounds(value, MIN_DIVISOR, MAX_DIVISOR);
        return uint128(value);
    }

    function _requireBetween(string memory name, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert IndexSource_ParameterOutOfBounds(name, value, least, most);
    }
}
