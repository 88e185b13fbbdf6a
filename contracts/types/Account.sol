// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A position in one market, in one word.
/// | bits    | field | meaning                                                     |
/// |---------|-------|-------------------------------------------------------------|
/// | 0–119   | q     | signed units of underlying, WAD: > 0 long, < 0 short         |
/// | 120–247 | c     | signed cash, WAD; the account is worth q·(price − funding) + c |
/// | 248–255 | role  | what the ClearingHouse trusts the address to be               |
type Account is uint256;

/// @dev Anybody: trades with own BaseToken only.
uint8 constant ROLE_TRADER = 0;
/// @dev A LeveragedToken made by the factory: its calls are forced trades, and it says what it brings in.
uint8 constant ROLE_TOKEN = 1;
/// @dev The LiquidityPool of the market: moves the pool's cash, and says what it brings in.
uint8 constant ROLE_POOL = 2;

/// @dev Added to the role of an account that was closed after settlement and keeps its share.
uint8 constant ROLE_RESOLVED = 0x80;

/// @dev An account in storage: a struct, so that where it lies is computed once a call.
struct AccountSlot {
    Account word;
}

using {position, cash, role, withCash} for Account global;

/// @notice Packs an account. q is a part of a side's open interest, below 2^96 in size, and c is at most what positions
/// of that size can win or lose between the ends of the price range, below 2^124; see docs/storage.md.
function packAccount(int256 q, int256 c, uint8 role_) pure returns (Account) {
    return
        Account.wrap(
            uint256(uint120(uint256(q))) | (uint256(uint128(uint256(c))) << 120) | (uint256(role_) << 248)
        );
}

/// @notice The account with other cash, in the range of `packAccount`.
function withCash(Account account, int256 c) pure returns (Account) {
    return
        Account.wrap(
            (Account.unwrap(account) & ~(uint256(type(uint128).max) << 120)) |
                (uint256(uint128(uint256(c))) << 120)
        );
}

/// @notice q, signed units of underlying. WAD.
function position(Account account) pure returns (int256) {
    return int120(int256(Account.unwrap(account)));
}

/// @notice c, signed BaseToken. WAD.
function cash(Account account) pure returns (int256) {
    return int128(int256(Account.unwrap(account) >> 120));
}

/// @notice What the ClearingHouse trusts the address to be.
function role(Account account) pure returns (uint8) {
    return uint8(Account.unwrap(account) >> 248);
}
