// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedMarket} from "../types/Market.sol";
import {FixedPoint} from "./FixedPoint.sol";

/// @notice The end of a market: one price for everyone, P = p·(1 + s/(2K)), at which Σ q·(P − p) = E, so that closing
/// every account pays exactly what closing the skew would have; then one share for everyone.
library Settlement {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @notice How long negative accounts are looked for, before anything is paid. Seconds.
    uint256 internal constant RECKONING = 1 hours;

    /// @notice P = p·(1 + s/(2K)). Floor. BaseToken, WAD.
    function priceFloor(PackedMarket memory market, uint256 depth) internal pure returns (uint256) {
        // |s| ≤ σK ≤ K, so P is at least p/2; p·s < 2^184.
        unchecked {
            int256 price = int256(market.price());
            return uint256(price + (price * market.skew()).divFloor(2 * depth));
        }
    }

    /// @notice Books the other side of all accounts at P into the pool, in place: poolCash −= ⌈s·(P − F)⌉, and no open
    /// interest is left. Ceil: the pool pays the wei that flooring each account leaves.
    function settle(PackedMarket memory market, uint256 price) internal pure {
        int256 x = int256(price) - market.fundingIndex();
        market.setSettled(price, market.poolCash() - market.skew().mulWadCeil(x));
    }

    /// @notice What closing an account of a settled market at its price leaves: c + ⌊q·(P − F)⌋. Floor.
    /// @param positionPrice P − F.
    function closeFloor(int256 position, int256 cash, int256 positionPrice) internal pure returns (int256) {
        return cash + position.mulWadFloor(positionPrice);
    }

    /// @notice min(1, (held − protocolFees)/(held − protocolFees − poolCash)): what the market can pay of what it owes to
    /// accounts; 0 when only fees are left, which whoever emptied the market before it was settled may bring about. Down. WAD.
    function shareDown(PackedMarket memory market) internal pure returns (uint256) {
        int256 poolCash = market.poolCash();
        if (poolCash >= 0) return FixedPoint.WAD;
        (uint256 held, uint256 fees) = (market.held(), market.protocolFees());
        if (held <= fees) return 0;
        uint256 paid = held - fees;
        return paid.mulDivDown(FixedPoint.WAD, paid + uint256(-poolCash));
    }

    /// @notice The share that an account is left of its cash; the rest goes to poolCash. Down: the pool keeps the wei.
    function keptDown(int256 cash, uint256 share) internal pure returns (int256) {
        return cash <= 0 ? cash : int256(uint256(cash).mulWadDown(share));
    }
}
