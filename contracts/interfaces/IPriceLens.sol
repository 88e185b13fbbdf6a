// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One layer of a price: a source, or a part of one.
/// @param source Its address.
/// @param parent Which layer it is a part of; its own number for the first.
/// @param underlying What it prices; empty when it doesn't say.
/// @param units Units of it in its parent, when that is an index. WAD.
/// @param price What it says now; 0 when it refuses. BaseToken, WAD.
/// @param halfSpread With that price. WAD.
/// @param updatedAt When that price was made. Seconds since 1970.
/// @param refusal What it refuses with: the error as it was reverted with; empty when it has a price. A single zero byte
/// stands for a revert without a reason, or an answer that is none.
/// @param lastPrice The newest answer, however old, where the source tells one; 0 otherwise. BaseToken, WAD.
/// @param lastAt When that was made.
/// @param dead Whether it says that it is dead.
struct PriceLayer {
    address source;
    uint256 parent;
    string underlying;
    uint256 units;
    uint256 price;
    uint256 halfSpread;
    uint256 updatedAt;
    bytes refusal;
    uint256 lastPrice;
    uint256 lastAt;
    bool dead;
}

/// @notice Why a price is what it is, or why there is none.
interface IPriceLens {
    /// @notice Every layer of a source: itself, then its parts if it is an index or a median, and theirs; each after its
    /// parent. At most 64 layers, 4 deep. It never reverts, whatever the sources do, if it is given a few million gas.
    function explain(address source) external view returns (PriceLayer[] memory layers);
}
