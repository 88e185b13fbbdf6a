// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "./AggregatorV3Interface.sol";
import {IClearingHouse} from "./IClearingHouse.sol";
import {ILeveragedToken} from "./ILeveragedToken.sol";

/// @notice What a LeveragedToken is worth, in the shape of a Chainlink feed, for contracts that lend against the token.
///
/// ANSWER
/// netAssetValue per whole token at mid, in the BaseToken: streaming fee and everything paid so far taken off, the cost of
/// leaving (trade fee, impact, burn fee) not. 18 decimals, always, whatever the BaseToken has; > 0. Down.
///
/// ROUNDS
/// A round is the price of the underlying that the answer is computed from: `roundId`, `startedAt`, `updatedAt` and
/// `answeredInRound` are all the time at which that price was made. Within a round the answer moves with funding and fees, and
/// with what the token's own rebalance costs. There is no history.
///
/// IT REFUSES
/// while a call is under way in the ClearingHouse (until everything is written), when the price can't be trusted (with the price source's error), during a
/// reckoning (with the ClearingHouse's error), after a wipe-out, recorded or not, and without a supply. A market that is
/// settled and concluded has a final value: it answers with that, as of the time of the settlement.
interface INetAssetValueFeed is AggregatorV3Interface {
    /// @notice A call that moves something is under way: what is stored may be half of it.
    error NetAssetValueFeed_CallUnderWay();
    /// @notice The token was wiped out, or would be by the next who touches it.
    error NetAssetValueFeed_WipedOut();
    /// @notice There are no tokens that could be worth something.
    error NetAssetValueFeed_NoSupply();
    /// @notice Only the newest round can be asked for.
    error NetAssetValueFeed_NoHistory(uint80 roundId, uint80 newest);

    /// @notice The token.
    function token() external view returns (ILeveragedToken);

    /// @notice The ClearingHouse that holds the token's position.
    function clearingHouse() external view returns (IClearingHouse);
}
