// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../Terms.sol";
import {PoolVault} from "./PoolVault.sol";
import {TokenVault} from "./TokenVault.sol";

/// @notice Long and short, near and far, continuous and daily, 18 and 6 decimals, with and without mint, burn and
/// streaming fees, all of them in markets that lean and charge.
contract TokenErc4626Test is TokenVault {
    function setUp() public {
        openGround(18);
        openGround(6);
        open(0, 5e18, Terms.continuous());
        open(1, 5e18, costly(Terms.daily()));
        open(1, -3e18, costly(Terms.continuous()));
        open(0, 1.1e18, costly(Terms.continuous()));
        open(0, -5e18, Terms.daily());
        open(1, 1.1e18, Terms.daily());
    }
}

/// @notice Pools of a BaseToken of 18 decimals, and of one of 6.
contract PoolErc4626Test is PoolVault {
    function setUp() public {
        open(0, 18);
        open(1, 6);
    }
}
