// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILiquidityPoolDeployer} from "../interfaces/ILiquidityPoolDeployer.sol";
import {Admission} from "../libraries/Admission.sol";
import {Books} from "../libraries/Books.sol";
import {ROLE_POOL, packAccount} from "../types/Account.sol";
import {PackedMarket} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {MarketWords, STATUS_OPEN, marketAt, statusIn} from "../types/MarketWords.sol";
import {Ledger} from "./Ledger.sol";
import {Orders} from "./Orders.sol";

/// @notice How a market begins, linked to the ClearingHouse and run in its storage: what is rare needs no room in its code.
library Creation {
    using Orders for MarketParams;

    /// @notice See IClearingHouse.createMarket. All of it but the transfer of the seed.
    function create(
        MarketParams calldata params,
        uint256 seed,
        ILiquidityPoolDeployer poolDeployer
    ) external returns (MarketId id, address pool) {
        Admission.check(params, IERC20Metadata(params.baseToken).decimals());
        id = params.idOf();
        MarketWords storage words = marketAt(id);
        PackedMarket memory m;
        if (statusIn(words.skew) != 0) revert IClearingHouse.ClearingHouse_MarketExists(id);
        m.setStatus(STATUS_OPEN);
        // Used never, and no price before: with nothing open, time without end moves no funding.
        (m.poolWord, m.priceWord) = Ledger.priced(m.skewWord, m.poolWord, m.priceWord, params);
        uint256 amount = seed * params.unit();
        m.poolWord = Books.bringIn(m.poolWord, amount);
        m.setPoolCash(int256(amount));
        m.store(words);
        pool = poolDeployer.deploy(params, msg.sender, amount);
        words.accounts[pool].word = packAccount(0, 0, ROLE_POOL);
        emit IClearingHouse.MarketCreated(id, params, pool, amount);
    }
}
