// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IIndexSource, IndexPart} from "../interfaces/IIndexSource.sol";
import {ILastPrice} from "../interfaces/ILastPrice.sol";
import {IMedianSource} from "../interfaces/IMedianSource.sol";
import {IPriceLens, PriceLayer} from "../interfaces/IPriceLens.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";

/// @title PriceLens
/// @notice Looks through the layers of a price. It stores nothing and nobody trusts it.
///
/// Sources may be anything, so each is asked by a plain call, with a part of the gas that there is, and what comes back is
/// looked at before it is decoded. Lists and names are decoded in a call to this contract itself, which can be caught.
contract PriceLens is IPriceLens {
    uint256 private constant MAX_LAYERS = 64;
    uint256 private constant MAX_DEPTH = 4;
    uint256 private constant MAX_PARTS = 16;
    uint256 private constant MAX_NAME = 64;
    uint256 private constant MAX_REFUSAL = 4096;
    bytes private constant NO_REASON = hex"00";

    /// @dev The layers so far, and where the parts of each begin to be looked for.
    struct Search {
        PriceLayer[] layers;
        uint256[] depths;
        uint256 count;
    }

    /// @inheritdoc IPriceLens
    function explain(address source) external view returns (PriceLayer[] memory layers) {
        Search memory search = Search(new PriceLayer[](MAX_LAYERS), new uint256[](MAX_LAYERS), 0);
        _add(search, source, 0, 0, 0);
        for (uint256 i = 0; i < search.count; ++i) {
            if (search.depths[i] + 1 < MAX_DEPTH) _addParts(search, i);
        }
        layers = new PriceLayer[](search.count);
        for (uint256 i = 0; i < layers.length; ++i) layers[i] = search.layers[i];
    }

    /// @notice The parts of a source, with 0 units where it is not an index. For `explain`, which catches what it reverts
    /// with.
    function partsOf(address source) external view returns (address[] memory parts, uint256[] memory units) {
        (bool success, bytes memory output) = _ask(source, abi.encodeCall(IIndexSource.parts, ()));
        if (success && output.length >= 64) {
            IndexPart[] memory listed = abi.decode(output, (IndexPart[]));
            (parts, units) = (new address[](listed.length), new uint256[](listed.length));
            for (uint256 i = 0; i < listed.length; ++i) {
                (parts[i], units[i]) = (address(listed[i].source), listed[i].units);
            }
            return (parts, units);
        }
        (, output) = _ask(source, abi.encodeCall(IMedianSource.sources, ()));
        parts = abi.decode(output, (address[]));
        units = new uint256[](parts.length);
    }

    /// @notice What a source says that it prices. For `explain`.
    function nameOf(address source) external view returns (string memory) {
        (, bytes memory output) = _ask(source, abi.encodeCall(IPriceSource.underlying, ()));
        return abi.decode(output, (string));
    }

    function _addParts(Search memory search, uint256 parent) private view {
        try this.partsOf{gas: _share()}(search.layers[parent].source) returns (
            address[] memory parts,
            uint256[] memory units
        ) {
            if (parts.length > MAX_PARTS) return;
            for (uint256 i = 0; i < parts.length && search.count < MAX_LAYERS; ++i) {
                _add(search, parts[i], parent, units[i], search.depths[parent] + 1);
            }
        } catch {
            return;
        }
    }

    function _add(
        Search memory search,
        address source,
        uint256 parent,
        uint256 units,
        uint256 depth
    ) private view {
        PriceLayer memory layer = search.layers[search.count];
        search.depths[search.count++] = depth;
        (layer.source, layer.parent, layer.units) = (source, parent, units);
        try this.nameOf{gas: _share()}(source) returns (string memory name) {
            if (bytes(name).length <= MAX_NAME) layer.underlying = name;
        } catch {
            layer.underlying = "";
        }
        (bool success, bytes memory output) = _ask(source, abi.encodeCall(IPriceSource.read, ()));
        if (success && output.length >= 96) {
            (layer.price, layer.halfSpread, layer.updatedAt) = abi.decode(
                output,
                (uint256, uint256, uint256)
            );
        } else {
            bool reasoned = !success && output.length >= 4 && output.length <= MAX_REFUSAL;
            layer.refusal = reasoned ? output : NO_REASON;
        }
        (success, output) = _ask(source, abi.encodeCall(ILastPrice.last, ()));
        if (success && output.length >= 64)
            (layer.lastPrice, layer.lastAt) = abi.decode(output, (uint256, uint256));
        (success, output) = _ask(source, abi.encodeCall(IPriceSource.isDead, ()));
        if (success && output.length >= 32) layer.dead = abi.decode(output, (uint256)) != 0;
    }

    function _ask(address source, bytes memory data) private view returns (bool, bytes memory) {
        // solhint-disable-next-line avoid-low-level-calls
        return source.staticcall{gas: _share()}(data);
    }

    /// @dev So that one source that burns all it gets leaves enough for the others.
    function _share() private view returns (uint256) {
        return gasleft() >> 3;
    }
}
