// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A position in one market, in one word.
/// | bits    | field      | meaning                                                     |
/// |---------|------------|-------------------------------------------------------------|
/// | 0–2     | role       | what the ClearingHouse trusts the address to be              |
/// | 3–34    | operatedAt | time of the last operation of a token, seconds since 1970    |
/// | 35–159  | c          | signed cash, WAD; the account is worth q·(price − funding) + c |
/// | 160–255 | q          | signed units of underlying, WAD: > 0 long, < 0 short         |
///
/// Role and time, which trades leave as they are, are handed on together as the account's tag.
type Account is uint256;

/// @dev Anybody: trades with own BaseToken only.
uint8 constant ROLE_TRADER = 0;
/// @dev A LeveragedToken made by the factory: its calls are forced trades, and it says what it brings in.
uint8 constant ROLE_TOKEN = 1;
/// @dev The LiquidityPool of the market: moves the pool's cash, and says what it brings in.
uint8 constant ROLE_POOL = 2;

/// @dev Added to the role of an account that was closed after settlement and keeps its share.
uint8 constant ROLE_RESOLVED = 4;

/// @dev An account in storage: a struct, so that where it lies is computed once a call.
struct AccountSlot {
    Account word;
}

using {position, cash, role, operatedAt, tag, withCash} for Account global;

/// @notice Packs an account. q is a part of a side's open interest, at most 3e28 and so below 2^95 in size, and c is below 2^124 in size, by
/// what may be open; see docs/storage.md.
/// @param tag_ Of an account, or a role alone.
function packAccount(int256 q, int256 c, uint256 tag_) pure returns (Account) {
    return Account.wrap((uint256(q) << 160) | ((uint256(c) << 131) >> 96) | tag_);
}

/// @notice The account with other cash, in the range of `packAccount`.
function withCash(Account account, int256 c) pure returns (Account) {
    return
        Account.wrap(
            (Account.unwrap(account) & ~(((uint256(1) << 125) - 1) << 35)) | ((uint256(c) << 131) >> 96)
        );
}

/// @notice q, signed units of underlying. WAD.
function position(Account account) pure returns (int256) {
    return int256(Account.unwrap(account)) >> 160;
}

/// @notice c, signed BaseToken. WAD.
function cash(Account account) pure returns (int256) {
    return int256(Account.unwrap(account) << 96) >> 131;
}

/// @notice What the ClearingHouse trusts the address to be.
function role(Account account) pure returns (uint8) {
    return roleIn(Account.unwrap(account));
}

/// @notice When the ClearingHouse last executed an order of a token; 0 for everybody else. Seconds since 1970.
function operatedAt(Account account) pure returns (uint256) {
    return uint32(Account.unwrap(account) >> 3);
}

/// @notice Role and time.
function tag(Account account) pure returns (uint256) {
    return Account.unwrap(account) & 0x7ffffffff;
}

/// @notice The role in a tag.
function roleIn(uint256 tag_) pure returns (uint8) {
    return uint8(tag_ & 7);
}

/// @notice The tag of a role that operates now.
function tagAt(uint256 role_, uint256 time) pure returns (uint256) {
    return role_ | (uint256(uint32(time)) << 3);
}
