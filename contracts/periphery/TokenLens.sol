// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, Quote} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {ILeveragedTokenFactory} from "../interfaces/ILeveragedTokenFactory.sol";
import {ITokenLens, RebalanceReason, TokenStatus, TokenView} from "../interfaces/ITokenLens.sol";
import {Attribution} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Margin} from "../libraries/Margin.sol";
import {Rebalance} from "../libraries/Rebalance.sol";
import {Account} from "../types/Account.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {STATUS_RECKONING, STATUS_REDUCE_ONLY, STATUS_SETTLED} from "../types/MarketWords.sol";
import {Policy} from "../types/Policy.sol";
import {TokenState} from "../types/TokenState.sol";

/// @title TokenLens
/// @notice LeveragedTokens described, from the same libraries that they compute with. It stores nothing and nobody trusts it.
contract TokenLens is ITokenLens {
    using FixedPoint for uint256;

    /// @inheritdoc ITokenLens
    ILeveragedTokenFactory public immutable factory;

    constructor(ILeveragedTokenFactory factory_) {
        factory = factory_;
    }

    /// @inheritdoc ITokenLens
    function token(ILeveragedToken token_) external view returns (TokenView memory seen) {
        _fill(seen, token_);
    }

    /// @inheritdoc ITokenLens
    function tokens(uint256 first, uint256 count) external view returns (TokenView[] memory page) {
        address[] memory found = factory.tokens(first, count);
        page = new TokenView[](found.length);
        for (uint256 i = 0; i < found.length; ++i) {
            _fill(page[i], ILeveragedToken(found[i]));
        }
    }

    function _fill(TokenView memory seen, ILeveragedToken token_) private view {
        IClearingHouse clearingHouse = token_.clearingHouse();
        MarketParams memory params = token_.marketParams();
        Policy policy = token_.policy();
        Quote memory q = clearingHouse.lastQuote(params, address(token_));
        TokenState state = token_.state();
        seen.token = token_;
        seen.name = token_.name();
        seen.marketId = params.toId();
        seen.targetLeverage = token_.targetLeverage();
        seen.fresh = q.fresh;
        seen.price = q.market.price;
        seen.priceAt = q.market.touchedAt - q.market.priceAge;
        seen.supply = state.supply();
        (seen.mintFee, seen.burnFee, seen.streamingFee) = (
            policy.mintFee(),
            policy.burnFee(),
            policy.streamingFee()
        );
        if (policy.interval() != 0) {
            seen.rebalancedAt = state.completedAt(
                clearingHouse.account(seen.marketId, address(token_)).operatedAt()
            );
            seen.nextScheduledAt =
                Rebalance.slotStart(block.timestamp, policy.interval(), policy.offset()) + policy.interval();
        }
        seen.maxDeposit = token_.maxDeposit(address(this));
        (, seen.budget) = clearingHouse.forcedTrades(params);
        bool wipedOut = _value(seen, clearingHouse, q, state);
        bool emergency = _trigger(
            seen,
            policy,
            wipedOut,
            state.wipedOut(),
            q.market.status >= STATUS_RECKONING
        );
        seen.status = _status(seen, q.market.status, wipedOut, emergency);
        // It answers at a price that can be trusted only.
        if (seen.fresh && seen.reason != RebalanceReason.None) {
            (, seen.rebalanceAmount, seen.reward) = token_.previewRebalance();
        }
    }

    /// @dev What the token is worth and holds. Says whether it is wiped out, recorded or not.
    function _value(
        TokenView memory seen,
        IClearingHouse clearingHouse,
        Quote memory q,
        TokenState state
    ) private view returns (bool wipedOut) {
        int256 value = Margin.valueFloor(q.position, q.cash, q.market.positionPrice());
        seen.positionAmount = q.position;
        seen.tokenPrice = FixedPoint.WAD;
        wipedOut = state.wipedOut();
        if (seen.supply != 0) {
            if (value > 0 && !wipedOut) {
                Account account = clearingHouse.account(seen.marketId, address(seen.token));
                uint256 elapsed = block.timestamp - account.operatedAt();
                seen.streamingFeeDue = Attribution.streamingFeeDown(
                    uint256(value),
                    seen.streamingFee,
                    elapsed
                );
                value -= int256(seen.streamingFeeDue);
            }
            if (Attribution.isWipedOut(value, seen.supply)) wipedOut = true;
            seen.tokenPrice = value > 0 ? uint256(value).mulDivDown(FixedPoint.WAD, seen.supply) : 0;
        }
        seen.netAssetValue = value;
        seen.positionAmountDelta = Rebalance.positionAmountDelta(
            seen.targetLeverage,
            value,
            seen.price,
            q.position
        );
    }

    /// @dev How far off target the token is, and what that lets anyone do. Says whether it is an emergency.
    function _trigger(
        TokenView memory seen,
        Policy policy,
        bool wipedOut,
        bool recorded,
        bool ended
    ) private view returns (bool emergency) {
        if (seen.supply == 0) return false;
        bool above;
        (seen.offTarget, above) = Rebalance.offTarget(
            seen.targetLeverage,
            seen.positionAmount,
            seen.price,
            seen.netAssetValue
        );
        uint256 size = Margin.leverageDown(seen.positionAmount, seen.price, seen.netAssetValue);
        seen.currentLeverage =
            size > uint256(type(int256).max) ? type(int256).max : size.withSign(seen.positionAmount);
        if (wipedOut) {
            if (!recorded) seen.reason = RebalanceReason.WipeOut;
            return false;
        }
        // A market that has ended opens nothing.
        if (ended) return false;
        seen.rebalancesOnMint = seen.offTarget > policy.mintBurnBand();
        bool due;
        (due, emergency, ) = Rebalance.trigger(
            policy,
            seen.offTarget,
            above,
            seen.rebalancedAt,
            block.timestamp
        );
        // A band that never triggers is beyond any distance but that of a token with nothing, which is wiped out.
        if (emergency) seen.reason = RebalanceReason.Emergency;
        else if (above && seen.offTarget > policy.upperBand()) seen.reason = RebalanceReason.UpperBand;
        else if (!above && seen.offTarget > policy.lowerBand()) seen.reason = RebalanceReason.LowerBand;
        else if (due) seen.reason = RebalanceReason.Interval;
    }

    function _status(
        TokenView memory seen,
        uint256 market,
        bool wipedOut,
        bool emergency
    ) private pure returns (TokenStatus) {
        if (market == STATUS_RECKONING) return TokenStatus.Reckoning;
        if (wipedOut) return TokenStatus.WipedOut;
        if (market == STATUS_SETTLED) return TokenStatus.Settled;
        if (market == STATUS_REDUCE_ONLY) return TokenStatus.ReduceOnly;
        if (seen.supply == 0) return TokenStatus.Empty;
        return emergency ? TokenStatus.Emergency : TokenStatus.Open;
    }
}
