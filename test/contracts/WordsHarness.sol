// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account, packAccount, tagAt} from "../../contracts/types/Account.sol";
import {Amounts, packAmounts} from "../../contracts/types/Amounts.sol";
import {Market, PackedMarket} from "../../contracts/types/Market.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../../contracts/types/MarketParams.sol";
import {
    MarketWords,
    forcedAtIn,
    forcedAtTime,
    packForced,
    spentIn
} from "../../contracts/types/MarketWords.sol";
import {Policy} from "../../contracts/types/Policy.sol";
import {TokenState, packTokenState} from "../../contracts/types/TokenState.sol";
import {Replayer} from "./Replayer.sol";

/// @notice Every reader and writer of a packed word, as `Types_function`.
contract WordsHarness is Replayer {
    MarketWords private words;

    // --------------------------------------------------------------------------------------------- types
    struct Pricing {
        uint256 depth;
        uint256 tradeFee;
        uint256 maxHalfSpread;
        uint256 protocolShare;
        uint256 fundingVelocity;
        uint256 maxFundingRate;
        uint256 withdrawalDelay;
    }

    struct Risk {
        uint256 minMargin;
        uint256 liquidationReward;
        uint256 maxLeverage;
        uint256 maintenanceMargin;
        uint256 skewCap;
        uint256 openShare;
        uint256 deleverageShare;
        uint256 rewardRate;
        uint256 exitFee;
        uint256 rebalanceWindow;
        uint256 baseDecimals;
    }

    /// @dev What a market stores, but its accounts.
    struct Words {
        uint256 skew;
        uint256 pool;
        uint256 price;
        uint256 forced;
    }

    struct PolicyFields {
        uint256 mintBurnBand;
        uint256 upperBand;
        uint256 lowerBand;
        uint256 emergencyBand;
        uint256 maxImpact;
        uint256 interval;
        uint256 offset;
        uint256 rewardBase;
        uint256 rewardSlope;
        uint256 rewardCap;
        uint256 mintFee;
        uint256 burnFee;
        uint256 streamingFee;
    }

    struct ForcedTrades {
        int256 forced;
        uint256 spent;
        uint256 forcedAt;
    }

    struct AccountFields {
        int256 position;
        int256 cash;
        uint256 operatedAt;
        uint8 role;
    }

    struct AmountsFields {
        int256 first;
        int256 second;
    }

    struct TokenStateFields {
        uint256 supply;
        uint256 rebalancedAt;
        uint256 writtenAt;
        bool wipedOut;
        uint256 rewardLeft;
    }

    function Types_unpackPricing(PricingTerms t) external pure returns (Pricing memory) {
        return
            Pricing(
                t.depth(),
                t.tradeFee(),
                t.maxHalfSpread(),
                t.protocolShare(),
                t.fundingVelocity(),
                t.maxFundingRate(),
                t.withdrawalDelay()
            );
    }

    function Types_withoutFees(PricingTerms t) external pure returns (PricingTerms) {
        return t.withoutFees();
    }

    function Types_unpackRisk(RiskTerms t) external pure returns (Risk memory) {
        return
            Risk(
                t.minMargin(),
                t.liquidationReward(),
                t.maxLeverage(),
                t.maintenanceMargin(),
                t.skewCap(),
                t.openShare(),
                t.deleverageShare(),
                t.rewardRate(),
                t.exitFee(),
                t.rebalanceWindow(),
                t.baseDecimals()
            );
    }

    function Types_unpackPolicy(Policy p) external pure returns (PolicyFields memory fields) {
        fields.mintBurnBand = p.mintBurnBand();
        fields.upperBand = p.upperBand();
        fields.lowerBand = p.lowerBand();
        fields.emergencyBand = p.emergencyBand();
        fields.maxImpact = p.maxImpact();
        fields.interval = p.interval();
        fields.offset = p.offset();
        fields.rewardBase = p.rewardBase();
        fields.rewardSlope = p.rewardSlope();
        fields.rewardCap = p.rewardCap();
        fields.mintFee = p.mintFee();
        fields.burnFee = p.burnFee();
        fields.streamingFee = p.streamingFee();
    }

    function Types_unpackAccount(Account a) external pure returns (AccountFields memory) {
        return AccountFields(a.position(), a.cash(), a.operatedAt(), a.role());
    }

    function Types_packAccount(AccountFields memory a) external pure returns (Account) {
        return packAccount(a.position, a.cash, tagAt(a.role, a.operatedAt));
    }

    function Types_unpackAmounts(Amounts a) external pure returns (AmountsFields memory) {
        return AmountsFields(a.first(), a.second());
    }

    function Types_packAmounts(AmountsFields memory a) external pure returns (Amounts) {
        return packAmounts(a.first, a.second);
    }

    function Types_unpackTokenState(TokenState s) external pure returns (TokenStateFields memory) {
        return TokenStateFields(s.supply(), s.rebalancedAt(), s.writtenAt(), s.wipedOut(), s.rewardLeft());
    }

    function Types_packTokenState(TokenStateFields memory s) external pure returns (TokenState) {
        return packTokenState(s.supply, s.rebalancedAt, s.writtenAt, s.wipedOut, s.rewardLeft);
    }

    function Types_completedAt(TokenState s, uint256 operatedAt) external pure returns (uint256) {
        return s.completedAt(operatedAt);
    }

    function Types_withRewardLeft(TokenState s, uint256 left) external pure returns (TokenState) {
        return s.withRewardLeft(left);
    }

    function Types_toId(MarketParams memory params) external pure returns (MarketId) {
        return params.toId();
    }

    function Types_skew(Market memory market) external pure returns (int256) {
        return market.pack().skew();
    }

    function Types_positionPrice(Market memory market) external pure returns (int256) {
        return market.pack().positionPrice();
    }

    /// @notice Writes a market and its forced trades, and returns the words and what is read from them.
    function Types_store(
        Market memory market,
        ForcedTrades memory trades
    )
        external
        returns (
            Words memory written,
            Market memory marketRead,
            ForcedTrades memory tradesRead,
            uint256 status
        )
    {
        market.pack().store(words);
        words.forced = packForced(trades.forced, trades.spent, trades.forcedAt);
        PackedMarket memory packed;
        packed.load(words);
        uint256 word = words.forced;
        tradesRead = ForcedTrades(forcedAtTime(word, trades.forcedAt), spentIn(word), forcedAtIn(word));
        written = Words(words.skew, words.pool, words.price, word);
        return (written, packed.unpack(), tradesRead, packed.status());
    }
}
