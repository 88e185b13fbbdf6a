// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketId} from "../types/MarketId.sol";
import {ILeveragedToken} from "./ILeveragedToken.sol";
import {ILeveragedTokenFactory} from "./ILeveragedTokenFactory.sol";

/// @notice What a token lets one do. The first that fits.
/// Reckoning: its market was settled, and nothing is paid until that is concluded.
/// WipedOut: it can only be burned, whether or not anybody has recorded it.
/// Settled: its market has ended; it is worth its final value, and can only be burned.
/// ReduceOnly: the guardian lets nothing be opened; burning works.
/// Empty: nobody has minted, or everybody has burned; the next mint is a first.
/// Emergency: above its target by more than the emergency band; nothing is minted until it is rebalanced.
/// Open: everything works.
enum TokenStatus {
    Reckoning,
    WipedOut,
    Settled,
    ReduceOnly,
    Empty,
    Emergency,
    Open
}

/// @notice Why anyone may call `rebalance`. The strongest that holds.
/// WipeOut: to record it. Emergency: leverage above target by more than the emergency band, limits lifted. UpperBand,
/// LowerBand: above or below target by more than that band. Interval: once per schedule slot. None: nobody may, or the market
/// has ended and there is nothing to trade.
enum RebalanceReason {
    None,
    Interval,
    LowerBand,
    UpperBand,
    Emergency,
    WipeOut
}

/// @notice A LeveragedToken whole. Amounts, fractions and leverages are WAD, times seconds since 1970.
/// @param fresh Whether the price can be trusted and the market is not in a reckoning; if not, everything is at the last price
/// used, and nothing can be minted, burned or rebalanced now.
/// @param priceAt When the price was made.
/// @param price Mid price of the underlying. BaseToken.
/// @param netAssetValue N of the token's account at mid, streaming fee taken off; signed. BaseToken.
/// @param tokenPrice N per whole token, down; 0 for N ≤ 0, and 1 BaseToken without a supply.
/// @param supply Total supply with the locked part.
/// @param positionAmount q. Units, signed.
/// @param currentLeverage q·p/N, signed; the largest int256 for N ≤ 0, 0 without a supply.
/// @param offTarget |current/target − 1|; the largest uint256 for N ≤ 0, 0 without a supply.
/// @param positionAmountDelta Units missing to the target, without costs; signed.
/// @param reason Why `rebalance` is due, at this price.
/// @param rebalanceAmount Units that `rebalance` would trade now, as far as limits allow, signed; 0 when it is not due.
/// @param reward What its caller would get now. BaseToken.
/// @param nextScheduledAt Start of the next schedule slot; 0 when there is no schedule.
/// @param rebalancedAt When the last rebalance was completed; 0 when there is no schedule: then the logs know.
/// @param rebalancesOnMint Whether a mint or burn, unless everybody burns, rebalances first.
/// @param maxDeposit The most that a deposit may bring now. BaseToken in its own decimals.
/// @param budget What is left of the market's rebalance budget. Units.
/// @param mintFee Fee on what a mint brings, as a part.
/// @param burnFee Fee on what a burn pays, as a part.
/// @param streamingFee Fee on N per year, as a part.
/// @param streamingFeeDue Streaming fee since it was last paid, which N has off already. BaseToken.
struct TokenView {
    ILeveragedToken token;
    string name;
    MarketId marketId;
    TokenStatus status;
    bool fresh;
    uint256 priceAt;
    uint256 price;
    int256 netAssetValue;
    uint256 tokenPrice;
    uint256 supply;
    int256 positionAmount;
    int256 targetLeverage;
    int256 currentLeverage;
    uint256 offTarget;
    int256 positionAmountDelta;
    RebalanceReason reason;
    int256 rebalanceAmount;
    uint256 reward;
    uint256 nextScheduledAt;
    uint256 rebalancedAt;
    bool rebalancesOnMint;
    uint256 maxDeposit;
    uint256 budget;
    uint256 mintFee;
    uint256 burnFee;
    uint256 streamingFee;
    uint256 streamingFeeDue;
}

/// @notice LeveragedTokens described, each in one call that answers in every state.
interface ITokenLens {
    /// @notice A token of the factory. Never reverts for one; says with `fresh` at which price it answers.
    function token(ILeveragedToken token_) external view returns (TokenView memory);

    /// @notice Tokens of the factory in order of their making, `count` of them from `first` on, or as many as there are.
    function tokens(uint256 first, uint256 count) external view returns (TokenView[] memory);

    /// @notice The factory whose tokens these are.
    function factory() external view returns (ILeveragedTokenFactory);
}
