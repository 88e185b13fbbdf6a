// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracle} from "@morpho-org/morpho-blue/src/interfaces/IOracle.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {AggregatorV3Interface} from "../../contracts/interfaces/AggregatorV3Interface.sol";

/// @notice A LeveragedToken as Morpho Blue wants its collateral priced, when its BaseToken is what is lent. It refuses
/// whenever the feed does.
contract MorphoOracle is IOracle {
    AggregatorV3Interface public immutable feed;
    /// @notice From the feed's answer to the loan token's wei per wei of collateral, times 1e36.
    uint256 public immutable scale;

    constructor(AggregatorV3Interface feed_, IERC20Metadata loanToken, IERC20Metadata collateral) {
        feed = feed_;
        scale = 10 ** (36 + loanToken.decimals() - collateral.decimals() - feed_.decimals());
    }

    function price() external view returns (uint256) {
        (, int256 answer, , , ) = feed.latestRoundData();
        return uint256(answer) * scale;
    }
}
