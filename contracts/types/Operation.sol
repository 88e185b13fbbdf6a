// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "./Account.sol";
import {MarketId} from "./MarketId.sol";
import {PricingTerms, RiskTerms} from "./MarketParams.sol";
import {TokenState} from "./TokenState.sol";

/// @notice The operation of a LeveragedToken that is under way: words in memory, and there is one a call, so it has its place in memory.
/// The words begin with what is sent to the ClearingHouse, laid out as `syncNow` and `execute` take it, so that nothing is encoded
/// or copied, and contain what it answers.
/// | words | field        | meaning                                                                          |
/// |-------|--------------|----------------------------------------------------------------------------------|
/// | 0     |              | the selector that is called, in its last four bytes                              |
/// | 1–4   | market       | MarketParams                                                                     |
/// | 5–13  | party …      | TokenOrder, where each of these is explained                                     |
/// | 14    | complete     | whether the operation lands on target                                            |
/// | 15    | charged      | the mint or burn fee in the order's fee. BaseToken, WAD                         |
/// | 16    | distance     | of leverage from target, |current/target − 1|. WAD                               |
/// | 17    | above        | whether leverage is above target                                                 |
/// | 18    | state        | the token's word before                                                          |
/// | 19    | position     | q. Units, signed, WAD                                                            |
/// | 20    | value        | N, less the streaming fee. BaseToken, signed, WAD                                |
/// | 21–25 | skewWord …   | what `syncNow` answers: three words of the market, the account, a fourth word    |
///
/// All is zero at first. The twin in Solidity, a struct of the same fields that is encoded
/// for each call, is in test/contracts/OperationHarness.sol.
type Operation is uint256;

/// @dev Behind what Solidity has for itself (128 bytes) and Conditions, the first struct in every call (192 bytes).
Operation constant OP = Operation.wrap(320);

using {
    begin,
    sync,
    setAnswer,
    execute,
    readForced,
    setMarket,
    setParty,
    setTransfer,
    forced,
    setForced,
    setAmount,
    setBlockForced,
    fee,
    setFee,
    charge,
    charged,
    reward,
    setReward,
    setEmergency,
    closing,
    setClosing,
    complete,
    setComplete,
    distance,
    above,
    setDistance,
    state,
    setState,
    position,
    setPosition,
    value,
    setValue,
    skewWord,
    poolWord,
    priceWord,
    account,
    forcedWord
} for Operation global;

// ---------------------------------------------------------------------------------------------- MEMORY

/// @notice Makes room for the operation, when nothing but Conditions is in memory yet, so that all of it is zero. Reverts else.
function begin(Operation op) pure {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        if xor(mload(0x40), op) {
            invalid()
        }
        mstore(0x40, add(op, 832))
    }
}

/// @dev words[index]
function _get(Operation op, uint256 index) pure returns (uint256 word) {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        word := mload(add(op, shl(5, index)))
    }
}

/// @dev words[index] = word
function _set(Operation op, uint256 index, uint256 word) pure {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        mstore(add(op, shl(5, index)), word)
    }
}

/// @dev The same of a flag: what is written is 0 or 1, as encoding has it.
function _setFlag(Operation op, uint256 index, bool flag) pure {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        mstore(add(op, shl(5, index)), iszero(iszero(flag)))
    }
}

// ---------------------------------------------------------------------------------------------- CALLS

/// @notice (skewWord, poolWord, priceWord, account, forcedWord) = clearingHouse.syncNow(market, forcing), with `forcing` where the party
/// is written afterwards.
function sync(Operation op, address clearingHouse, bytes4 selector, bool forcing) {
    if (forcing) _setFlag(op, 5, true);
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        mstore(op, shr(224, selector))
        // Arguments are evaluated from the last to the first.
        if iszero(
            and(gt(returndatasize(), 159), call(gas(), clearingHouse, 0, add(op, 28), 164, add(op, 672), 160))
        ) {
            let free := mload(0x40)
            returndatacopy(free, 0, returndatasize())
            revert(free, returndatasize())
        }
    }
}

/// @notice forcedWord = clearingHouse.forced(id)
function readForced(Operation op, address clearingHouse, bytes4 selector, MarketId id) view {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        mstore(0, selector)
        mstore(4, id)
        if iszero(and(gt(returndatasize(), 31), staticcall(gas(), clearingHouse, 0, 36, add(op, 800), 32))) {
            let free := mload(0x40)
            returndatacopy(free, 0, returndatasize())
            revert(free, returndatasize())
        }
    }
}

/// @notice clearingHouse.execute(market, order)
function execute(Operation op, address clearingHouse, bytes4 selector) {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        mstore(op, shr(224, selector))
        if iszero(
            and(gt(returndatasize(), 31), call(gas(), clearingHouse, 0, add(op, 28), 420, add(op, 672), 32))
        ) {
            let free := mload(0x40)
            returndatacopy(free, 0, returndatasize())
            revert(free, returndatasize())
        }
    }
}

// ---------------------------------------------------------------------------------------------- WHAT IS SENT

/// @notice Writes the four words of the market.
function setMarket(
    Operation op,
    address baseToken,
    address priceSource,
    PricingTerms pricing,
    RiskTerms risk
) pure {
    _set(op, 1, uint160(baseToken));
    _set(op, 2, uint160(priceSource));
    _set(op, 3, PricingTerms.unwrap(pricing));
    _set(op, 4, RiskTerms.unwrap(risk));
}

function setParty(Operation op, address party_) pure {
    _set(op, 5, uint160(party_));
}

function setTransfer(Operation op, int256 transfer_) pure {
    _set(op, 6, uint256(transfer_));
}

function forced(Operation op) pure returns (int256) {
    return int256(_get(op, 7));
}

function setForced(Operation op, int256 forced_) pure {
    _set(op, 7, uint256(forced_));
}

function setAmount(Operation op, int256 amount_) pure {
    _set(op, 8, uint256(amount_));
}

function setBlockForced(Operation op, int256 blockForced_) pure {
    _set(op, 9, uint256(blockForced_));
}

function fee(Operation op) pure returns (uint256) {
    return _get(op, 10);
}

function setFee(Operation op, uint256 fee_) pure {
    _set(op, 10, fee_);
}

function reward(Operation op) pure returns (uint256) {
    return _get(op, 11);
}

function setReward(Operation op, uint256 reward_) pure {
    _set(op, 11, reward_);
}

function setEmergency(Operation op, bool emergency_) pure {
    _setFlag(op, 12, emergency_);
}

function closing(Operation op) pure returns (bool) {
    return _get(op, 13) != 0;
}

function setClosing(Operation op, bool closing_) pure {
    _setFlag(op, 13, closing_);
}

// ---------------------------------------------------------------------------------------------- WHAT IS KNOWN

function complete(Operation op) pure returns (bool) {
    return _get(op, 14) != 0;
}

function setComplete(Operation op, bool complete_) pure {
    _setFlag(op, 14, complete_);
}

function charged(Operation op) pure returns (uint256) {
    return _get(op, 15);
}

/// @notice Adds a mint or burn fee to the order's fee. Both are below 2^128.
function charge(Operation op, uint256 fee_) pure {
    _set(op, 15, fee_);
    unchecked {
        _set(op, 10, _get(op, 10) + fee_);
    }
}

function distance(Operation op) pure returns (uint256) {
    return _get(op, 16);
}

function above(Operation op) pure returns (bool) {
    return _get(op, 17) != 0;
}

function setDistance(Operation op, uint256 distance_, bool above_) pure {
    _set(op, 16, distance_);
    _setFlag(op, 17, above_);
}

function state(Operation op) pure returns (TokenState) {
    return TokenState.wrap(_get(op, 18));
}

function setState(Operation op, TokenState state_) pure {
    _set(op, 18, TokenState.unwrap(state_));
}

function position(Operation op) pure returns (int256) {
    return int256(_get(op, 19));
}

function setPosition(Operation op, int256 position_) pure {
    _set(op, 19, uint256(position_));
}

function value(Operation op) pure returns (int256) {
    return int256(_get(op, 20));
}

function setValue(Operation op, int256 value_) pure {
    _set(op, 20, uint256(value_));
}

// ---------------------------------------------------------------------------------------------- WHAT IS ANSWERED

function skewWord(Operation op) pure returns (uint256) {
    return _get(op, 21);
}

function poolWord(Operation op) pure returns (uint256) {
    return _get(op, 22);
}

function priceWord(Operation op) pure returns (uint256) {
    return _get(op, 23);
}

function account(Operation op) pure returns (Account) {
    return Account.wrap(_get(op, 24));
}

function forcedWord(Operation op) pure returns (uint256) {
    return _get(op, 25);
}

/// @notice Writes what a view of the ClearingHouse answers in place of `syncNow`.
function setAnswer(
    Operation op,
    uint256 skewWord_,
    uint256 poolWord_,
    uint256 priceWord_,
    Account account_,
    uint256 forcedWord_
) pure {
    _set(op, 21, skewWord_);
    _set(op, 22, poolWord_);
    _set(op, 23, priceWord_);
    _set(op, 24, Account.unwrap(account_));
    _set(op, 25, forcedWord_);
}
