// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Market} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Fill, IClearingHouse, Order} from "./IClearingHouse.sol";
import {ILiquidityPool} from "./ILiquidityPool.sol";

/// @notice A market whole. Units and BaseToken are WAD.
/// @param fresh Whether the price can be trusted; if not, everything is at the last price used.
/// @param priceAt When the price was made. Seconds since 1970.
/// @param market As brought to this block.
/// @param skew s.
/// @param costRate φ: trade fee and half-spread.
/// @param energy E(s): what closing the skew would pay back.
/// @param poolEquity poolCash − s·x − E(s).
/// @param claims Σ N over the accounts.
/// @param longRoom Units that may be opened long now.
/// @param shortRoom Units that may be opened short now.
/// @param blockForced B: forced trades of this block.
/// @param budget What is left of the rebalance budget. Units.
struct MarketView {
    MarketId id;
    bool fresh;
    uint256 priceAt;
    Market market;
    int256 skew;
    uint256 costRate;
    uint256 energy;
    int256 poolEquity;
    int256 claims;
    uint256 longRoom;
    uint256 shortRoom;
    int256 blockForced;
    uint256 budget;
}

/// @notice An account whole. Units and BaseToken are WAD.
/// @param fresh Whether the price can be trusted; if not, everything is at the last price used.
/// @param position q.
/// @param cash c.
/// @param value N at mid.
/// @param exitValue N_exit: what closing at once would leave, without a surcharge.
/// @param leverage |q|·p/N; the largest uint256 for N ≤ 0.
/// @param required What min(N, N_exit) must reach after an opening trade or a payment; 0 without a position.
/// @param liquidatable Whether N is below the maintenance margin.
/// @param liquidationPrice Mid price from which on it would be, funding aside; 0 when no price does.
/// @param role One of the ROLE constants.
struct AccountView {
    bool fresh;
    int256 position;
    int256 cash;
    int256 value;
    int256 exitValue;
    uint256 leverage;
    uint256 required;
    bool liquidatable;
    uint256 liquidationPrice;
    uint8 role;
}

/// @notice A liquidity pool whole. WAD.
/// @param fresh Whether the price can be trusted; if not, everything is at the last price used.
/// @param equity What the pool is worth.
/// @param supply Shares, with the locked ones.
/// @param queued Shares that are asked to leave.
/// @param withdrawable What may leave now.
struct PoolView {
    bool fresh;
    int256 equity;
    uint256 supply;
    uint256 queued;
    uint256 withdrawable;
}

/// @notice What an order would do. WAD.
/// @param filled Price, impact, fee, surcharge, and position and cash after.
/// @param account The account after; as it is when the order would be refused.
/// @param refusal The error with which the ClearingHouse would refuse the order, empty if it would take it. It does not
/// look at BaseToken balance and allowance.
struct TradeView {
    Fill filled;
    AccountView account;
    bytes refusal;
}

/// @notice Derived views of the ClearingHouse: everything about one thing in one call.
interface ILens {
    /// @notice A market; reverts only if there is none.
    function market(MarketParams calldata params) external view returns (MarketView memory);

    /// @notice An account of a market.
    function account(MarketParams calldata params, address owner) external view returns (AccountView memory);

    /// @notice A liquidity pool.
    function pool(ILiquidityPool pool_) external view returns (PoolView memory);

    /// @notice What `trade` would do for `owner` now, or why it would be refused.
    function previewTrade(
        MarketParams calldata params,
        address owner,
        Order calldata order
    ) external view returns (TradeView memory);

    /// @notice The ClearingHouse.
    function clearingHouse() external view returns (IClearingHouse);
}
