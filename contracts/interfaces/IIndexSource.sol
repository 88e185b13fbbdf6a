// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILastPrice} from "./ILastPrice.sol";

/// @notice One part of an index.
/// @param source Where its price comes from. It never changes.
/// @param units How many units the basket has; of 0 the source is not even asked. Below 2^96. WAD.
struct IndexPart {
    ILastPrice source;
    uint256 units;
}

/// @notice What an IndexSource is made from.
/// @param underlying Short name of the index, such as "AIX"; 1 to 31 bytes.
/// @param parts 1 to 12 of them, each source once. A part may have no units yet.
/// @param level The level to begin with, at the prices then. BaseToken, WAD.
/// @param maxWeight The most that one part may be of the basket when it begins, and after each reconstitution; at least
/// 1/parts. WAD.
/// @param delay How long a reconstitution is announced before it can be executed, at least 3 days. It must be longer than
/// the withdrawalDelay of every market of the index, or liquidity providers can't leave before it. Seconds.
/// @param deadAfter Age of a dead part's last answer beyond which the index is dead too, at least 3 days. What it is longer
/// than the part's own is the time to reconstitute without the part. Seconds.
/// @param manager Who may propose a reconstitution. None, if zero: then the basket never changes.
struct IndexConfig {
    string underlying;
    IndexPart[] parts;
    uint256 level;
    uint256 maxWeight;
    uint256 delay;
    uint256 deadAfter;
    address manager;
}

/// @notice The level of a basket, Σ unitsᵢ·priceᵢ / divisor, as a price source.
interface IIndexSource is ILastPrice {
    /// @notice A parameter is outside its bounds; `name` says which.
    error IndexSource_ParameterOutOfBounds(string name, uint256 value, uint256 least, uint256 most);
    /// @notice Two parts have the same source, which would evade the cap on weights.
    error IndexSource_DuplicatePart(uint256 part, uint256 other);
    /// @notice Only the manager may propose and cancel.
    error IndexSource_NotManager(address caller, address manager);
    /// @notice There is not one number of units for each part.
    error IndexSource_UnitsMismatch(uint256 units, uint256 parts);
    /// @notice More units than a part can have. WAD.
    error IndexSource_TooManyUnits(uint256 part, uint256 units, uint256 most);
    /// @notice A basket of nothing.
    error IndexSource_NoUnits();
    /// @notice No reconstitution is proposed.
    error IndexSource_NothingProposed();
    /// @notice The proposal has to wait. Seconds since 1970.
    error IndexSource_TooEarly(uint256 executableAt, uint256 time);
    /// @notice The proposal was not executed in time. Seconds since 1970.
    error IndexSource_Expired(uint256 expiredAt, uint256 time);
    /// @notice A part would be more of the basket than it may be. WAD.
    error IndexSource_WeightAboveCap(uint256 part, uint256 weight, uint256 maxWeight);
    /// @notice The divisor would be too small to keep the level, or too large to be stored.
    error IndexSource_DivisorOutOfBounds(uint256 divisor, uint256 least, uint256 most);
    /// @notice The new basket would be older than the one before, and markets take no price older than one they used: a part
    /// that comes in has to be answered for anew first. Seconds since 1970.
    error IndexSource_OlderBasket(uint256 updatedAt, uint256 updatedBefore);
    /// @notice The source of a part refuses; `reason` is its own error.
    error IndexSource_PartRefused(uint256 part, bytes reason);
    /// @notice A part has a price or a half-spread that the index can't count with. WAD.
    error IndexSource_PartOutOfRange(uint256 part, uint256 price, uint256 halfSpread);
    /// @notice The level rounds to nothing.
    error IndexSource_ZeroLevel();

    /// @notice New units are proposed, in place of any that were. WAD.
    event Proposed(uint256[] units, uint256 executableAt, uint256 expiresAt);
    /// @notice The proposal is withdrawn.
    event Cancelled();
    /// @notice The basket has new units. `level` is that of before, with which it goes on. WAD.
    event Reconstituted(uint256[] units, uint256 divisor, uint256 level);

    /// @notice Announces new units, one number for each part; they replace a proposal that there is, and its time. Only
    /// the manager. Reverts with NotManager, UnitsMismatch, TooManyUnits or NoUnits.
    function propose(uint256[] calldata units) external;

    /// @notice Withdraws the proposal. Only the manager. Reverts with NotManager or NothingProposed.
    function cancel() external;

    /// @notice Gives the basket the proposed units, and the divisor with which its level stays. Anyone, from executableAt
    /// to expiresAt. A part that leaves the basket (0 units) and is dead counts with its last answer; any other is read, and
    /// reverts with PartRefused if it refuses. Reverts with NothingProposed, TooEarly, Expired, WeightAboveCap,
    /// OlderBasket or DivisorOutOfBounds.
    /// @return level The level before and, but for rounding, after. WAD.
    function execute() external returns (uint256 level);

    /// @notice The parts.
    function parts() external view returns (IndexPart[] memory);

    /// @notice What Σ unitsᵢ·priceᵢ is divided by. WAD.
    function divisor() external view returns (uint256);

    /// @notice What is proposed: the units by part, and from when until when it can be executed; nothing and zeros when
    /// there is no proposal.
    function proposal()
        external
        view
        returns (uint256[] memory units, uint256 executableAt, uint256 expiresAt);

    /// @notice The most that a part may be of the basket after a reconstitution. WAD.
    function maxWeight() external view returns (uint256);

    /// @notice How long a reconstitution is announced. Seconds.
    function delay() external view returns (uint256);

    /// @notice How long it can be executed then. Seconds.
    function window() external view returns (uint256);

    /// @notice Age of a dead part's last answer beyond which the index is dead. Seconds.
    function deadAfter() external view returns (uint256);

    /// @notice Who may propose.
    function manager() external view returns (address);
}
