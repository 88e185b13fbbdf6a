// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {AggregatorV3Interface} from "../../contracts/interfaces/AggregatorV3Interface.sol";
import {ChainlinkConfig, IChainlinkSource} from "../../contracts/interfaces/IChainlinkSource.sol";
import {IClearingHouse} from "../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../contracts/interfaces/ILeveragedToken.sol";
import {ILeveragedTokenFactory} from "../../contracts/interfaces/ILeveragedTokenFactory.sol";
import {ILens} from "../../contracts/interfaces/ILens.sol";
import {ILiquidityPool} from "../../contracts/interfaces/ILiquidityPool.sol";
import {MarketParams} from "../../contracts/types/MarketParams.sol";
import {Policy} from "../../contracts/types/Policy.sol";
import {Base} from "./Base.sol";
import {Pricing, Risk, Terms} from "./Terms.sol";

/// @notice What a SettableFeed can do besides answering.
interface ISettableFeed is AggregatorV3Interface {
    function set(int256 answer) external;
    function setAt(int256 answer, uint256 updatedAt) external;
}

/// @notice What a FaucetToken can do.
interface IFaucetToken is IERC20 {
    function mint(address to, uint256 amount) external;
}

/// @notice Deploys the artifacts that deploy/modules deploys, in the same order and with the same arguments.
/// test/Deployment.ts compares the two, transaction by transaction. Solidity tests begin with `deployLocal`, or with
/// `deployProtocol` and markets and tokens of their own.
abstract contract Deployment is Base {
    uint64 internal constant GUARDIAN = 1;
    uint64 internal constant OWNER = 2;

    IAccessManager internal accessManager;
    ILeveragedTokenFactory internal factory;
    IClearingHouse internal clearingHouse;
    ILens internal lens;

    IFaucetToken internal dai;
    IFaucetToken internal usdc;
    ISettableFeed internal feed;
    IChainlinkSource internal source;
    MarketParams internal ethDai;
    MarketParams internal ethUsdc;
    ILiquidityPool internal ethDaiPool;
    ILiquidityPool internal ethUsdcPool;
    ILeveragedToken internal long5EthDai;
    ILeveragedToken internal short3EthDai;
    ILeveragedToken internal long3EthUsdc;

    /// @dev Who pays whom, in which BaseToken.
    struct Approval {
        IERC20 base;
        address who;
    }

    Approval[] private _payers;
    Approval[] private _vaults;

    /// @notice All of deploy/parameters/local.json5, with this contract as deployer and in every role.
    function deployLocal() internal {
        deployProtocol(deployer(), deployer(), deployer());
        dai = deployBaseToken("Dai Stablecoin", "DAI", 18);
        usdc = deployBaseToken("USD Coin", "USDC", 6);
        feed = deployFeed(8, "ETH / USD", 500e8);
        source = deploySource(feed);
        ethDai = marketParams(address(dai), Terms.standardPricing(), Terms.standardRisk(18));
        ethUsdc = marketParams(address(usdc), Terms.standardPricing(), Terms.standardRisk(6));
        ethDaiPool = createMarket(ethDai, 1_000_000e18);
        ethUsdcPool = createMarket(ethUsdc, 1_000_000e6);
        Policy continuous = Terms.pack(Terms.continuous());
        long5EthDai = createToken(ethDai, 5e18, continuous);
        short3EthDai = createToken(ethDai, -3e18, continuous);
        long3EthUsdc = createToken(ethUsdc, 3e18, continuous);
    }

    /// @notice The module Protocol.
    function deployProtocol(address guardian, address owner, address feeReceiver) internal {
        accessManager = IAccessManager(create("AccessManager", abi.encode(deployer())));
        address poolDeployer = create(
            "contracts/clearing/LiquidityPoolDeployer.sol:LiquidityPoolDeployer",
            ""
        );
        address tokenDeployer = create(
            "contracts/token/LeveragedTokenDeployer.sol:LeveragedTokenDeployer",
            ""
        );
        factory = ILeveragedTokenFactory(
            create(
                "contracts/token/LeveragedTokenFactory.sol:LeveragedTokenFactory",
                abi.encode(tokenDeployer)
            )
        );
        clearingHouse = IClearingHouse(
            create(
                "contracts/clearing/ClearingHouse.sol:ClearingHouse",
                abi.encode(accessManager, feeReceiver, factory, poolDeployer)
            )
        );
        call(address(factory), abi.encodeCall(ILeveragedTokenFactory.initialize, (clearingHouse)));
        lens = ILens(create("contracts/periphery/Lens.sol:Lens", abi.encode(clearingHouse)));
        allow(IClearingHouse.setReduceOnly.selector, GUARDIAN);
        allow(IClearingHouse.setFeeReceiver.selector, OWNER);
        call(address(accessManager), abi.encodeCall(IAccessManager.grantRole, (GUARDIAN, guardian, 0)));
        call(address(accessManager), abi.encodeCall(IAccessManager.grantRole, (OWNER, owner, 0)));
    }

    /// @notice A BaseToken that anyone may mint.
    function deployBaseToken(
        string memory name,
        string memory symbol,
        uint8 decimals
    ) internal returns (IFaucetToken) {
        return
            IFaucetToken(
                create("contracts/local/FaucetToken.sol:FaucetToken", abi.encode(name, symbol, decimals))
            );
    }

    /// @notice A feed that anyone may set.
    function deployFeed(
        uint8 decimals,
        string memory description,
        int256 answer
    ) internal returns (ISettableFeed) {
        return
            ISettableFeed(
                create(
                    "contracts/local/SettableFeed.sol:SettableFeed",
                    abi.encode(decimals, description, answer)
                )
            );
    }

    /// @notice A source with the parameters of the local one.
    function deploySource(AggregatorV3Interface feed_) internal returns (IChainlinkSource) {
        return
            deploySource(
                ChainlinkConfig({
                    feed: feed_,
                    underlying: "ETH",
                    maxAge: 1 days,
                    halfSpread: 0.0005e18,
                    minPrice: 1e18,
                    maxPrice: 1_000_000e18,
                    deadAfter: 3 days
                })
            );
    }

    function deploySource(ChainlinkConfig memory config) internal returns (IChainlinkSource) {
        return
            IChainlinkSource(
                create("contracts/oracle/ChainlinkSource.sol:ChainlinkSource", abi.encode(config))
            );
    }

    /// @notice Parameters of a market that is priced by `source`.
    function marketParams(
        address baseToken,
        Pricing memory pricing,
        Risk memory risk
    ) internal view returns (MarketParams memory) {
        return MarketParams(baseToken, address(source), Terms.pack(pricing), Terms.pack(risk));
    }

    /// @notice A market whose pool gets `seed`, in the BaseToken's own decimals and out of its faucet.
    function createMarket(MarketParams memory params, uint256 seed) internal returns (ILiquidityPool) {
        call(params.baseToken, abi.encodeCall(IFaucetToken.mint, (deployer(), seed)));
        call(params.baseToken, abi.encodeCall(IERC20.approve, (address(clearingHouse), seed)));
        bytes memory result = call(
            address(clearingHouse),
            abi.encodeCall(IClearingHouse.createMarket, (params, seed))
        );
        (, address pool) = abi.decode(result, (bytes32, address));
        admit(IERC20(params.baseToken), pool);
        return ILiquidityPool(pool);
    }

    /// @notice A LeveragedToken. `leverage` is WAD.
    function createToken(
        MarketParams memory params,
        int256 leverage,
        Policy policy
    ) internal returns (ILeveragedToken) {
        bytes memory result = call(
            address(factory),
            abi.encodeCall(ILeveragedTokenFactory.createToken, (params, leverage, policy))
        );
        ILeveragedToken token = ILeveragedToken(abi.decode(result, (address)));
        admit(IERC20(params.baseToken), address(token));
        return token;
    }

    /// @notice Lets the ClearingHouse, and every token and pool of this BaseToken, take whatever `who` has of it.
    function openPurse(IERC20 base, address who) internal {
        _payers.push(Approval(base, who));
        vm.startPrank(who);
        base.approve(address(clearingHouse), type(uint256).max);
        for (uint256 i = 0; i < _vaults.length; ++i) {
            if (address(_vaults[i].base) == address(base)) base.approve(_vaults[i].who, type(uint256).max);
        }
        vm.stopPrank();
    }

    /// @notice Lets a token or pool take what those with an open purse have.
    function admit(IERC20 base, address vault) internal {
        _vaults.push(Approval(base, vault));
        for (uint256 i = 0; i < _payers.length; ++i) {
            if (address(_payers[i].base) != address(base)) continue;
            vm.prank(_payers[i].who);
            base.approve(vault, type(uint256).max);
        }
    }

    function allow(bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        call(
            address(accessManager),
            abi.encodeCall(IAccessManager.setTargetFunctionRole, (address(clearingHouse), selectors, role))
        );
    }

    // ------------------------------------------------------- what DeploymentRecorder replaces, to tell what is done

    /// @notice Who deploys, brings the seeds, and is the AccessManager's admin.
    function deployer() internal view virtual returns (address) {
        return address(this);
    }

    function create(string memory artifact, bytes memory arguments) internal virtual returns (address) {
        return deployCode(artifact, arguments);
    }

    function call(address target, bytes memory data) internal virtual returns (bytes memory result) {
        bool success;
        // solhint-disable-next-line avoid-low-level-calls
        (success, result) = target.call(data);
        if (!success) {
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }
}
