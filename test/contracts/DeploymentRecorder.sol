// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedTokenFactory} from "../../contracts/interfaces/ILeveragedTokenFactory.sol";
import {Policy} from "../../contracts/types/Policy.sol";
import {PricingTerms, RiskTerms} from "../../contracts/types/MarketParams.sol";
import {Deployment} from "../solidity/Deployment.sol";
import {Pricing, Risk, Terms} from "../solidity/Terms.sol";

/// @notice Tells what the Deployment of the Solidity tests does, without doing it.
contract DeploymentRecorder is Deployment {
    /// @param artifact What is deployed, with `data` as encoded constructor arguments; empty for a call.
    /// @param target What is called, with `data`; zero for a deployment.
    struct Step {
        string artifact;
        address target;
        bytes data;
    }

    address private _deployer;
    address[] private _made;
    uint256 private _created;
    address[] private _tokens;
    uint256 private _tokensCreated;
    Step[] private _steps;

    /// @notice The steps of `deployLocal` and `deployAi`.
    /// @param deployer_ Who deploys.
    /// @param made What each deployment in turn makes; those beyond the list make address 0.
    /// @param tokens What each making of a LeveragedToken in turn makes; likewise.
    function record(
        address deployer_,
        address[] calldata made,
        address[] calldata tokens
    ) external returns (Step[] memory) {
        _deployer = deployer_;
        _made = made;
        _tokens = tokens;
        deployLocal();
        deployAi();
        return _steps;
    }

    /// @notice Words of the parameter files that `deployLocal` has no use for.
    function otherWords() external pure returns (PricingTerms, RiskTerms, Policy) {
        (Pricing memory pricing, Risk memory risk) = Terms.frictionless(
            Terms.standardPricing(),
            Terms.standardRisk(18)
        );
        return (Terms.pack(pricing), Terms.pack(risk), Terms.pack(Terms.daily()));
    }

    function deployer() internal view override returns (address) {
        return _deployer;
    }

    function create(string memory artifact, bytes memory arguments) internal override returns (address made) {
        _steps.push(Step(artifact, address(0), arguments));
        if (_created < _made.length) made = _made[_created];
        ++_created;
    }

    function call(address target, bytes memory data) internal override returns (bytes memory) {
        _steps.push(Step("", target, data));
        if (bytes4(data) == ILeveragedTokenFactory.createToken.selector) {
            uint256 index = _tokensCreated++;
            return abi.encode(index < _tokens.length ? _tokens[index] : address(0));
        }
        return abi.encode(bytes32(0), address(0));
    }
}
