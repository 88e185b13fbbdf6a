// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {ILeveragedTokenDeployer} from "../interfaces/ILeveragedTokenDeployer.sol";
import {MarketParams} from "../types/MarketParams.sol";
import {Policy} from "../types/Policy.sol";
import {LeveragedToken} from "./LeveragedToken.sol";

/// @title LeveragedTokenDeployer
/// @notice Carries the token's creation code, so that the factory needn't. A token made for anybody but the real factory
/// has no role in the ClearingHouse.
contract LeveragedTokenDeployer is ILeveragedTokenDeployer {
    /// @inheritdoc ILeveragedTokenDeployer
    function deploy(
        address predecessor,
        IClearingHouse clearingHouse,
        MarketParams calldata params,
        int256 leverage,
        Policy policy,
        string calldata name
    ) external returns (address token) {
        bytes32 salt = _salt(msg.sender, predecessor);
        return address(new LeveragedToken{salt: salt}(clearingHouse, params, leverage, policy, name));
    }

    /// @inheritdoc ILeveragedTokenDeployer
    function predict(
        address caller,
        address predecessor,
        IClearingHouse clearingHouse,
        MarketParams calldata params,
        int256 leverage,
        Policy policy,
        string calldata name
    ) external view returns (address) {
        bytes32 code = keccak256(
            abi.encodePacked(
                type(LeveragedToken).creationCode,
                abi.encode(clearingHouse, params, leverage, policy, name)
            )
        );
        bytes32 salt = _salt(caller, predecessor);
        return
            address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, code)))));
    }

    function _salt(address caller, address predecessor) private pure returns (bytes32) {
        return keccak256(abi.encode(caller, predecessor));
    }
}
