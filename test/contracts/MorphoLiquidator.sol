// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMorpho, MarketParams} from "@morpho-org/morpho-blue/src/interfaces/IMorpho.sol";
import {IMorphoLiquidateCallback} from "@morpho-org/morpho-blue/src/interfaces/IMorphoCallbacks.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

/// @notice Liquidates a loan without funds of its own: what it seizes it burns, and repays with what that pays.
contract MorphoLiquidator is IMorphoLiquidateCallback {
    IMorpho private immutable _morpho;

    constructor(IMorpho morpho) {
        _morpho = morpho;
    }

    /// @notice Seizes this much collateral of the borrower; what is left goes to the caller.
    function liquidate(MarketParams calldata market, address borrower, uint256 seized) external {
        _morpho.liquidate(market, borrower, seized, 0, abi.encode(market.collateralToken, seized));
        IERC20 loanToken = IERC20(market.loanToken);
        loanToken.transfer(msg.sender, loanToken.balanceOf(address(this)));
    }

    /// @dev Called with the collateral in hand, before the debt is taken.
    function onMorphoLiquidate(uint256 repaid, bytes calldata data) external {
        (IERC4626 token, uint256 seized) = abi.decode(data, (IERC4626, uint256));
        token.redeem(seized, address(this), address(this));
        IERC20(token.asset()).approve(msg.sender, repaid);
    }
}
