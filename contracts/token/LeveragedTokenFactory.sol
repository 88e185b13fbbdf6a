// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {ILeveragedTokenFactory} from "../interfaces/ILeveragedTokenFactory.sol";
import {ILeveragedTokenDeployer} from "../interfaces/ILeveragedTokenDeployer.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {TokenAdmission} from "../libraries/TokenAdmission.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";

/// @title LeveragedTokenFactory
/// @notice Makes LeveragedTokens at predictable addresses and has them registered with its ClearingHouse. It has no power
/// over tokens that exist. A token that was wiped out makes room for the next series: the same identity at another address.
contract LeveragedTokenFactory is ILeveragedTokenFactory {
    /// @inheritdoc ILeveragedTokenFactory
    IClearingHouse public clearingHouse;
    /// @notice Carries the token's code.
    ILeveragedTokenDeployer public immutable tokenDeployer;
    address private immutable _initializer;
    address[] private _tokens;
    mapping(bytes32 identity => address token) private _tokenOf;

    constructor(ILeveragedTokenDeployer tokenDeployer_) {
        tokenDeployer = tokenDeployer_;
        _initializer = msg.sender;
    }

    /// @inheritdoc ILeveragedTokenFactory
    function initialize(IClearingHouse clearingHouse_) external {
        if (msg.sender != _initializer || address(clearingHouse) != address(0)) {
            revert LeveragedTokenFactory_CannotInitialize(msg.sender, address(clearingHouse));
        }
        clearingHouse = clearingHouse_;
    }

    /// @inheritdoc ILeveragedTokenFactory
    function createToken(
        MarketParams calldata params,
        int256 leverage,
        Policy policy
    ) external returns (address token) {
        TokenAdmission.check(params.risk, leverage, policy);
        MarketId id = params.toId();
        bytes32 identity = _identity(id, leverage, policy);
        address predecessor = _tokenOf[identity];
        if (_isLive(predecessor)) revert LeveragedTokenFactory_TokenExists(predecessor);
        string memory symbol = _symbol(params, leverage);
        token = tokenDeployer.deploy(predecessor, clearingHouse, params, leverage, policy, symbol);
        _tokenOf[identity] = token;
        _tokens.push(token);
        clearingHouse.registerToken(params, token);
        emit TokenCreated(token, id, leverage, policy, params, symbol);
    }

    /// @inheritdoc ILeveragedTokenFactory
    function tokenOf(MarketId id, int256 leverage, Policy policy) external view returns (address) {
        return _tokenOf[_identity(id, leverage, policy)];
    }

    /// @inheritdoc ILeveragedTokenFactory
    function predict(
        MarketParams calldata params,
        int256 leverage,
        Policy policy
    ) external view returns (address) {
        address newest = _tokenOf[_identity(params.toId(), leverage, policy)];
        if (_isLive(newest)) return newest;
        return
            tokenDeployer.predict(
                address(this),
                newest,
                clearingHouse,
                params,
                leverage,
                policy,
                _symbol(params, leverage)
            );
    }

    /// @inheritdoc ILeveragedTokenFactory
    function tokens(uint256 first, uint256 count) external view returns (address[] memory page) {
        uint256 all = _tokens.length;
        uint256 size = first >= all ? 0 : (count < all - first ? count : all - first);
        page = new address[](size);
        for (uint256 i = 0; i < size; ++i) {
            page[i] = _tokens[first + i];
        }
    }

    /// @inheritdoc ILeveragedTokenFactory
    function tokenCount() external view returns (uint256) {
        return _tokens.length;
    }

    /// @dev Whether there is a token that was not wiped out: only then no other takes its place.
    function _isLive(address token) private view returns (bool) {
        return token != address(0) && !ILeveragedToken(token).state().wipedOut();
    }

    function _identity(MarketId id, int256 leverage, Policy policy) private pure returns (bytes32) {
        return keccak256(abi.encode(id, leverage, policy));
    }

    /// @dev {L}X{LONG|SHORT}_{UNDERLYING}{BASE}, such as 5XLONG_ETHDAI or 1.5XSHORT_AIXUSDC.
    function _symbol(MarketParams calldata params, int256 leverage) private view returns (string memory) {
        (uint256 whole, uint256 tenth) = TokenAdmission.tenths(leverage);
        string memory size = Strings.toString(whole);
        if (tenth != 0) size = string.concat(size, ".", Strings.toString(tenth));
        return
            string.concat(
                size,
                leverage > 0 ? "XLONG_" : "XSHORT_",
                IPriceSource(params.priceSource).underlying(),
                IERC20Metadata(params.baseToken).symbol()
            );
    }
}
