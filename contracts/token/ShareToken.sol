// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {TokenState} from "../types/TokenState.sol";

/// @notice The ERC-20 and ERC-2612 side of a LeveragedToken. OpenZeppelin's ERC20 keeps the supply in a slot of its own;
/// here it shares the word that every mint and burn writes anyway, which saves 5,000 gas each time.
abstract contract ShareToken is IERC20Metadata, IERC20Permit, IERC20Errors, EIP712, Nonces {
    using ShortStrings for ShortString;

    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    ShortString private immutable _name;
    /// @dev Supply and times of the token.
    TokenState internal _state;
    mapping(address owner => uint256) private _balances;
    mapping(address owner => mapping(address spender => uint256)) private _allowances;

    /// @param name_ Name and symbol, at most 31 bytes.
    constructor(string memory name_) EIP712(name_, "1") {
        _name = ShortStrings.toShortString(name_);
    }

    /// @inheritdoc IERC20Metadata
    function name() public view returns (string memory) {
        return _name.toString();
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external view returns (string memory) {
        return _name.toString();
    }

    /// @inheritdoc IERC20Metadata
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc IERC20
    function totalSupply() public view returns (uint256) {
        return _state.supply();
    }

    /// @inheritdoc IERC20
    function balanceOf(address owner) public view returns (uint256) {
        return _balances[owner];
    }

    /// @inheritdoc IERC20
    function allowance(address owner, address spender) external view returns (uint256) {
        return _allowances[owner][spender];
    }

    /// @inheritdoc IERC20
    function approve(address spender, uint256 value) external returns (bool) {
        _approve(msg.sender, spender, value);
        return true;
    }

    /// @inheritdoc IERC20
    function transfer(address receiver, uint256 value) external returns (bool) {
        _transfer(msg.sender, receiver, value);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address owner, address receiver, uint256 value) external returns (bool) {
        _spendAllowance(owner, msg.sender, value);
        _transfer(owner, receiver, value);
        return true;
    }

    /// @inheritdoc IERC20Permit
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        if (block.timestamp > deadline) revert ILeveragedToken.LeveragedToken_ExpiredPermit(deadline);
        bytes32 content = keccak256(
            abi.encode(PERMIT_TYPEHASH, owner, spender, value, _useNonce(owner), deadline)
        );
        address signer = ECDSA.recover(_hashTypedDataV4(content), v, r, s);
        if (signer != owner) revert ILeveragedToken.LeveragedToken_WrongSigner(signer, owner);
        _approve(owner, spender, value);
    }

    /// @inheritdoc IERC20Permit
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view virtual override(IERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    /// @dev An allowance of the largest uint256 is not used up.
    function _spendAllowance(address owner, address spender, uint256 value) internal {
        uint256 allowed = _allowances[owner][spender];
        if (allowed == type(uint256).max) return;
        if (allowed < value) revert ERC20InsufficientAllowance(spender, allowed, value);
        // No event, as in OpenZeppelin's ERC20.
        unchecked {
            _allowances[owner][spender] = allowed - value;
        }
    }

    /// @dev Adds to a balance; the supply is the caller's to write.
    function _addBalance(address receiver, uint256 value) internal {
        if (receiver == address(0)) revert ERC20InvalidReceiver(receiver);
        // Balances add up to the supply, which is bounded by 2^128.
        unchecked {
            _balances[receiver] += value;
        }
        emit Transfer(address(0), receiver, value);
    }

    /// @dev Takes from a balance; the supply is the caller's to write.
    function _removeBalance(address owner, uint256 value) internal {
        _debit(owner, value);
        emit Transfer(owner, address(0), value);
    }

    function _approve(address owner, address spender, uint256 value) private {
        if (spender == address(0)) revert ERC20InvalidSpender(spender);
        _allowances[owner][spender] = value;
        emit Approval(owner, spender, value);
    }

    function _transfer(address owner, address receiver, uint256 value) private {
        if (receiver == address(0)) revert ERC20InvalidReceiver(receiver);
        _debit(owner, value);
        // Balances add up to the supply, which is bounded by 2^128.
        unchecked {
            _balances[receiver] += value;
        }
        emit Transfer(owner, receiver, value);
    }

    function _debit(address owner, uint256 value) private {
        uint256 balance = _balances[owner];
        if (balance < value) revert ERC20InsufficientBalance(owner, balance, value);
        unchecked {
            _balances[owner] = balance - value;
        }
    }
}
