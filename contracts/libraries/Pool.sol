// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {PackedMarket} from "../types/Market.sol";
import {RiskTerms} from "../types/MarketParams.sol";
import {poolCashIn, priceIn, skewIn} from "../types/MarketWords.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Impact} from "./Impact.sol";
import {Margin} from "./Margin.sol";

/// @notice The pool: one more account with the other side of everything, less what closing the skew would pay back.
library Pool {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @notice poolCash − s·x − E(s). Floor: whoever leaves gets the lower figure. BaseToken, WAD, signed.
    function equityFloor(PackedMarket memory market, uint256 depth) internal pure returns (int256) {
        (int256 skew, uint256 priceWord) = (market.skew(), market.priceWord);
        (uint256 price, int256 positionPrice) = priceIn(priceWord);
        return equityFloor(market.poolCash(), skew, positionPrice, Impact.energyUp(price, skew, depth));
    }

    /// @notice The same of the words of a market, with E(s) given.
    function equityFloor(
        uint256 skewWord,
        uint256 poolWord,
        uint256 priceWord,
        uint256 energy
    ) internal pure returns (int256) {
        (, int256 positionPrice) = priceIn(priceWord);
        return equityFloor(poolCashIn(poolWord), skewIn(skewWord), positionPrice, energy);
    }

    /// @notice The same of poolCash, s and x, with E(s) given.
    function equityFloor(
        int256 poolCash,
        int256 skew,
        int256 positionPrice,
        uint256 energy
    ) internal pure returns (int256) {
        unchecked {
            return poolCash - skew.mulWadCeil(positionPrice) - int256(energy);
        }
    }

    /// @notice The same, but for a wei: whoever enters pays the higher figure.
    function equityCeil(PackedMarket memory market, uint256 depth) internal pure returns (int256) {
        unchecked {
            int256 skew = market.skew();
            (uint256 price, int256 positionPrice) = priceIn(market.priceWord);
            uint256 energy = Impact.energyUp(price, skew, depth);
            return market.poolCash() - skew.mulWadFloor(positionPrice) - int256(energy);
        }
    }

    /// @notice Σ N over the accounts = held − protocolFees − poolCash + s·x. Floor. BaseToken, WAD, signed.
    function claimsFloor(PackedMarket memory market) internal pure returns (int256) {
        unchecked {
            return
                int256(market.held()) -
                int256(market.protocolFees()) -
                market.poolCash() +
                market.skew().mulWadFloor(market.positionPrice());
        }
    }

    /// @notice Shares for `assets` (both WAD) that enter a pool worth `equity` with `supply` shares; at par into an
    /// empty one. Down: those who are in keep the wei.
    function sharesDown(uint256 assets, uint256 equity, uint256 supply) internal pure returns (uint256) {
        return supply == 0 ? assets : assets.mulDivDown(supply, equity);
    }

    /// @notice What `shares` are worth in a pool worth `equity` with `supply` shares. Up: for entering. BaseToken, WAD.
    function assetsUp(uint256 shares, uint256 equity, uint256 supply) internal pure returns (uint256) {
        return supply == 0 ? shares : shares.mulDivUp(equity, supply);
    }

    /// @notice What `shares` are worth in a pool worth `equity` with `supply` shares. Down: for leaving. BaseToken, WAD.
    function assetsDown(uint256 shares, uint256 equity, uint256 supply) internal pure returns (uint256) {
        return supply == 0 ? shares : shares.mulDivDown(equity, supply);
    }

    /// @notice What may leave: poolEquity − p·max(OI_long, OI_short)/openShare, at least 0 and at most what the market holds: equity
    /// counts what accounts below zero owe. Down. BaseToken, WAD.
    /// @param worth poolEquity as from `equityFloor`, at least 0.
    function withdrawableDown(
        PackedMarket memory market,
        uint256 worth,
        RiskTerms risk
    ) internal pure returns (uint256) {
        // p·side < 2^87·2^96.
        unchecked {
            uint256 side = Math.max(market.longs(), market.shorts());
            uint256 needed = (market.price() * side).divUp(risk.openShare());
            return worth > needed ? Math.min(worth - needed, market.held()) : 0;
        }
    }

    /// @notice Units by which a side with open interest `side` may still grow: min(σK, openShare·poolEquity/p) less
    /// what is open. Down. Ignores the fee that opening leaves in the pool.
    /// @param energy E(s).
    function openRoomDown(
        PackedMarket memory market,
        uint256 side,
        uint256 energy,
        uint256 depth,
        RiskTerms risk
    ) internal pure returns (uint256) {
        unchecked {
            int256 equity = equityFloor(market.skewWord, market.poolWord, market.priceWord, energy);
            uint256 cap = openCapDown(equity, market.price(), mostSkewDown(depth, risk), risk);
            return cap > side ? cap - side : 0;
        }
    }

    /// @notice σK: no side, and so no skew, is ever larger. Down. Units, WAD.
    function mostSkewDown(uint256 depth, RiskTerms risk) internal pure returns (uint256) {
        return depth.mulWadDown(risk.skewCap());
    }

    /// @notice min(σK, openShare·poolEquity/p): the most open interest of a side after an opening trade. Down. WAD.
    /// @param equity poolEquity, as from `equityFloor`.
    /// @param mostSkew σK, as from `mostSkewDown`.
    function openCapDown(
        int256 equity,
        uint256 price,
        uint256 mostSkew,
        RiskTerms risk
    ) internal pure returns (uint256) {
        return Math.min(mostSkew, coveredDown(equity, price, risk, Margin.PLANNED_WORTH));
    }

    /// @notice openShare·poolEquity/p: the most open interest of a side that the pool covers; none where the pool is worth nothing, or more than
    /// `most`. Down. Units, WAD.
    /// @param equity poolEquity, as from `equityFloor`.
    function coveredDown(
        int256 equity,
        uint256 price,
        RiskTerms risk,
        int256 most
    ) internal pure returns (uint256) {
        unchecked {
            // One comparison for both ends: an equity below 1, less 1, is around 2^256.
            if (uint256(equity - 1) >= uint256(most)) return 0;
            return (uint256(equity) * risk.openShare()).divDown(price);
        }
    }

    /// @notice |s| − κ·poolEquity/p: the units by which the skew exceeds what the pool covers, of which anyone may
    /// deleverage; 0 while it does not, or when the pool is insolvent. Tokens come last: for them κ is larger by a quarter.
    /// Down.
    function excessSkewDown(
        PackedMarket memory market,
        uint256 depth,
        RiskTerms risk,
        bool token
    ) internal pure returns (uint256) {
        unchecked {
            int256 equity = equityFloor(market, depth);
            if (equity <= 0) return 0;
            uint256 share = risk.deleverageShare();
            if (token) share += share.divDown(4);
            uint256 covered = (uint256(equity) * share).divUp(market.price());
            uint256 size = market.skew().abs();
            return size > covered ? size - covered : 0;
        }
    }
}
