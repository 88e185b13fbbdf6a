// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {INetAssetValueFeed} from "../interfaces/INetAssetValueFeed.sol";
import {Attribution} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Market} from "../types/Market.sol";
import {TokenState} from "../types/TokenState.sol";

/// @title NetAssetValueFeed
/// @notice What a LeveragedToken is worth, behind Chainlink's interface. It stores nothing and nobody can change it.
///
/// WITHIN A BLOCK
/// The answer is q·x + c at mid, and no trade, mint, burn, liquidity or gift moves mid, funding or the account of somebody
/// else: a block has one price from its first use on. What moves is the token's own due: a rebalance, liquidation or
/// deleveraging pays its fee and impact, or gets impact when the skew was pushed its way. What the token gains so, somebody
/// has paid into the market in the same block: docs/leveraged-token.md has the bounds, test/solidity/attacks/NetAssetValue.t.sol
/// searches for more.
///
/// WITHIN A CALL
/// Books and supply of an operation are written one after the other, and the ClearingHouse's guard covers that and whatever it
/// moves. What a mint or a provider brings in is moved last of all, by the token or pool itself: everything is written by then,
/// and the answer is the one after the call.
contract NetAssetValueFeed is INetAssetValueFeed {
    using FixedPoint for uint256;

    /// @inheritdoc INetAssetValueFeed
    ILeveragedToken public immutable token;
    /// @inheritdoc INetAssetValueFeed
    IClearingHouse public immutable clearingHouse;

    constructor(ILeveragedToken token_) {
        token = token_;
        clearingHouse = token_.clearingHouse();
    }

    /// @inheritdoc AggregatorV3Interface
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external pure returns (uint256) {
        return 1;
    }

    /// @inheritdoc AggregatorV3Interface
    function description() external view returns (string memory) {
        return string.concat(token.symbol(), " / ", IERC20Metadata(token.asset()).symbol());
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        public
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        if (clearingHouse.isLocked()) revert NetAssetValueFeed_CallUnderWay();
        // First, so that a price that can't be trusted is the error that is told.
        Market memory m = clearingHouse.quote(token.marketParams(), address(token)).market;
        int256 value = token.netAssetValue();
        TokenState state = token.state();
        uint256 supply = state.supply();
        if (state.wipedOut()) revert NetAssetValueFeed_WipedOut();
        if (supply == 0) revert NetAssetValueFeed_NoSupply();
        if (Attribution.isWipedOut(value, supply)) revert NetAssetValueFeed_WipedOut();
        answer = int256(uint256(value).mulDivDown(FixedPoint.WAD, supply));
        startedAt = updatedAt = m.touchedAt - m.priceAge;
        roundId = answeredInRound = uint80(updatedAt);
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(
        uint80 roundId
    )
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        (id, answer, startedAt, updatedAt, answeredInRound) = latestRoundData();
        if (roundId != id) revert NetAssetValueFeed_NoHistory(roundId, id);
    }
}
