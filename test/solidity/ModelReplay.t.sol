// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IClearingHouse} from "../../contracts/interfaces/IClearingHouse.sol";
import {ILeveragedToken} from "../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../contracts/interfaces/ILiquidityPool.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {MarketParams, PricingTerms, RiskTerms} from "../../contracts/types/MarketParams.sol";
import {TokenState} from "../../contracts/types/TokenState.sol";
import {Base} from "./Base.sol";

/// @notice What a SimpleToken can do besides being an ERC-20.
interface IMintable is IERC20 {
    function mint(address to, uint256 amount) external;
}

/// @notice What a SimplePriceSource can do besides answering.
interface ISimplePriceSource {
    function set(uint256 price, uint256 halfSpread, uint256 updatedAt) external;
    function setDead(bool dead) external;
}

/// @notice Rule 9, in bulk: what the TypeScript models say of random paths, replayed against the contracts. After every
/// step the call must have returned or reverted with the same bytes, and the same words must be stored.
///
/// The paths are files that `npm run pretest` writes (tools/vectors.ts). One begins with the address that deploys and the
/// BaseToken's decimals; records follow, each with its kind in the first byte, all numbers big-endian.
///
/// | kind | fields, with their bytes                                                                            |
/// |------|------------------------------------------------------------------------------------------------------|
/// | 1    | a market: time 5, price 32, seed 32, pricing 32, risk 32                                             |
/// | 2    | a token in place of another: index 1, leverage 32, policy 32                                         |
/// | 3    | a block: time 5, price 32, half-spread 32, time of the price 5, dead 1                               |
/// | 4    | a step: target 1, caller 1, words 1, selector 4, the words, digest 16                                |
contract ModelReplayTest is Base {
    uint256 private constant ACTORS = 12;
    uint256 private constant TRADERS = 10;
    uint256 private constant HOLDERS = 6;
    uint256 private constant TOKENS = 3;
    uint256 private constant POOL = 2;
    address private constant NOBODY = address(0xdEaD);
    /// @dev Words that are compared after every step.
    uint256 private constant WORDS = 6 + ACTORS + 1 + 2 * TOKENS + 1;

    address private deployer;
    IMintable private baseToken;
    IClearingHouse private house;
    ISimplePriceSource private source;
    ILiquidityPool private pool;
    ILeveragedToken[TOKENS] private tokens;
    MarketParams private params;
    MarketId private id;
    /// @dev Of the market's first word, and of the accounts of actors, pool and tokens.
    uint256 private marketSlot;
    bytes32[ACTORS + 1 + TOKENS] private accountSlots;
    string private file;
    uint256 private steps;

    function test_ordinary() public {
        replayAll("ordinary");
    }

    function test_lowPrice() public {
        replayAll("lowPrice");
    }

    function test_sixDecimals() public {
        replayAll("sixDecimals");
    }

    function test_edges() public {
        replayAll("edges");
    }

    // ------------------------------------------------------------------------------------------------- the replay

    function replayAll(string memory world) private {
        string memory list = vm.readFile("cache/vectors/steps.json");
        uint256[] memory expected = vm.parseJsonUintArray(list, string.concat(".", world));
        assertGt(expected.length, 0, "paths of this world, written by npm run pretest");
        uint256 total;
        for (uint256 i = 0; i < expected.length; ++i) {
            file = string.concat(world, "-", vm.toString(i));
            steps = 0;
            // A frame of its own, whose memory is free again afterwards.
            this.read(string.concat("cache/vectors/", file, ".bin"));
            assertEq(steps, expected[i], "all steps of the path were replayed");
            total += steps;
        }
        print(string.concat("      ", world, ": ", vm.toString(total), " steps as the models say"));
    }

    /// @notice One file; called by this contract alone.
    function read(string calldata path) external {
        this.replay(vm.readFileBinary(path));
    }

    /// @notice What one file holds; called by this contract alone.
    function replay(bytes calldata data) external {
        prepare(address(bytes20(data[:20])), uint8(data[20]));
        uint256 next = 21;
        while (next < data.length) {
            uint8 kind = uint8(data[next++]);
            uint256 size =
                kind == 1
                    ? 133
                    : kind == 2
                        ? 65
                        : kind == 3
                            ? 75
                            : 23 + 32 * uint256(uint8(data[next + 2]));
            bytes calldata fields = data[next:next + size];
            if (kind == 1) openMarket(fields);
            else if (kind == 2) makeToken(fields);
            else if (kind == 3) beginBlock(fields);
            else this.step(fields);
            next += size;
        }
    }

    function prepare(address deployer_, uint8 decimals) private {
        deployer = deployer_;
        vm.startPrank(deployer);
        baseToken = IMintable(deployCode("test/contracts/SimpleToken.sol:SimpleToken", abi.encode(decimals)));
        address poolDeployer = deployCode(
            "contracts/clearing/LiquidityPoolDeployer.sol:LiquidityPoolDeployer"
        );
        // This contract stands for the AccessManager, and the deployer for the factory of tokens.
        house = IClearingHouse(
            deployCode(
                "contracts/clearing/ClearingHouse.sol:ClearingHouse",
                abi.encode(address(this), deployer, deployer, poolDeployer)
            )
        );
        vm.stopPrank();
        for (uint256 i = 0; i < ACTORS; ++i) fund(actorAt(i));
        // Actors that stand for tokens and pools say that they bring in what they don't.
        baseToken.mint(address(house), 2 ** 200);
    }

    function openMarket(bytes calldata fields) private {
        vm.warp(uint40(bytes5(fields[:5])));
        uint256 price = wordAt(fields, 5);
        uint256 seed = wordAt(fields, 37);
        vm.prank(deployer);
        source = ISimplePriceSource(deployCode("test/contracts/SimplePriceSource.sol:SimplePriceSource"));
        source.set(price, 0, vm.getBlockTimestamp());
        params = MarketParams({
            baseToken: address(baseToken),
            priceSource: address(source),
            pricing: PricingTerms.wrap(wordAt(fields, 69)),
            risk: RiskTerms.wrap(wordAt(fields, 101))
        });
        vm.prank(actorAt(0));
        address made;
        (id, made) = house.createMarket(params, seed);
        pool = ILiquidityPool(made);
        // It may trade, too.
        fund(made);
        admit(made);
        for (uint256 i = TRADERS; i < ACTORS; ++i) register(actorAt(i));
        vm.record();
        house.market(id);
        (bytes32[] memory reads, ) = vm.accesses(address(house));
        marketSlot = uint256(reads[0]);
        for (uint256 i = 0; i < ACTORS; ++i) accountSlots[i] = slotOf(actorAt(i));
        accountSlots[ACTORS] = slotOf(made);
    }

    function makeToken(bytes calldata fields) private {
        uint256 index = uint8(fields[0]);
        vm.prank(deployer);
        address made = deployCode(
            "contracts/token/LeveragedToken.sol:LeveragedToken",
            abi.encode(house, params, wordAt(fields, 1), wordAt(fields, 33), "TOKEN")
        );
        register(made);
        tokens[index] = ILeveragedToken(made);
        admit(made);
        accountSlots[ACTORS + 1 + index] = slotOf(made);
    }

    function beginBlock(bytes calldata fields) private {
        vm.warp(uint40(bytes5(fields[:5])));
        source.set(wordAt(fields, 5), wordAt(fields, 37), uint40(bytes5(fields[69:74])));
        source.setDead(fields[74] != 0);
    }

    /// @notice One step; called by this contract alone, for a frame of its own.
    function step(bytes calldata fields) external {
        uint256 target = uint8(fields[0]);
        uint256 end = fields.length - 16;
        bytes memory data =
            target == 0 ? bytes.concat(fields[3:7], abi.encode(params), fields[7:end]) : bytes(fields[3:end]);
        vm.prank(callerAt(uint8(fields[1])));
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory output) = targetAt(target).call(data);
        bytes32[] memory words = stored(target);
        bytes32 digest = sha256(abi.encodePacked(success, output, words));
        if (bytes16(digest) != bytes16(fields[end:])) tell(success, output, words);
        ++steps;
    }

    // ----------------------------------------------------------------------------------------------- what is stored

    function stored(uint256 target) private view returns (bytes32[] memory words) {
        words = new bytes32[](
            WORDS +
                (
                    target < POOL
                        ? 0
                        : target == POOL
                            ? 3 * (HOLDERS + 2)
                            : HOLDERS + 2
                )
        );
        uint256 n;
        for (; n < 4; ++n) words[n] = vm.load(address(house), bytes32(marketSlot + n));
        (int256 blockForced, uint256 budget) = house.forcedTrades(params);
        words[n++] = bytes32(uint256(blockForced));
        words[n++] = bytes32(budget);
        for (uint256 i = 0; i <= ACTORS; ++i) words[n++] = vm.load(address(house), accountSlots[i]);
        for (uint256 i = 0; i < TOKENS; ++i) {
            words[n++] = vm.load(address(house), accountSlots[ACTORS + 1 + i]);
            words[n++] = bytes32(TokenState.unwrap(tokens[i].state()));
        }
        words[n++] = bytes32(pool.totalSupply());
        if (target < POOL) return words;
        IERC20 shares = IERC20(targetAt(target));
        for (uint256 i = 0; i < HOLDERS + 2; ++i) {
            address holder =
                i < HOLDERS
                    ? actorAt(i)
                    : i == HOLDERS
                        ? NOBODY
                        : address(pool);
            words[n++] = bytes32(shares.balanceOf(holder));
            if (target != POOL) continue;
            (uint256 waiting, uint256 executableAt) = pool.request(holder);
            words[n++] = bytes32(waiting);
            words[n++] = bytes32(executableAt);
        }
    }

    /// @dev Ends the test with what the contracts say; what the models say is a command away.
    function tell(bool success, bytes memory output, bytes32[] memory words) private view {
        string memory where = string.concat(file, " ", vm.toString(steps));
        print(string.concat("      ", where, success ? " returns " : " reverts with ", vm.toString(output)));
        for (uint256 i = 0; i < words.length; ++i) print(string.concat("        ", vm.toString(words[i])));
        revert(
            string.concat(
                "contracts and models differ; what the models say: node tools/vectors.ts --tell ",
                where
            )
        );
    }

    // --------------------------------------------------------------------------------------------------- addresses

    function actorAt(uint256 i) private pure returns (address) {
        return address(uint160(0xac70000 + i));
    }

    /// @dev Actors, the pool, the tokens, the deployer.
    function callerAt(uint256 i) private view returns (address) {
        if (i < ACTORS) return actorAt(i);
        if (i == ACTORS) return address(pool);
        return i <= ACTORS + TOKENS ? address(tokens[i - ACTORS - 1]) : deployer;
    }

    function targetAt(uint256 target) private view returns (address) {
        if (target < POOL) return address(house);
        return target == POOL ? address(pool) : address(tokens[target - POOL - 1]);
    }

    /// @dev More BaseToken than there can be in a market: models take transfers to succeed.
    function fund(address who) private {
        baseToken.mint(who, 2 ** 200);
        vm.prank(who);
        baseToken.approve(address(house), type(uint256).max);
    }

    /// @dev Lets a token or pool take what the actors have.
    function admit(address vault) private {
        for (uint256 i = 0; i < ACTORS; ++i) {
            vm.prank(actorAt(i));
            baseToken.approve(vault, type(uint256).max);
        }
    }

    function register(address token) private {
        vm.prank(deployer);
        house.registerToken(params, token);
    }

    function slotOf(address owner) private returns (bytes32) {
        vm.record();
        house.account(id, owner);
        (bytes32[] memory reads, ) = vm.accesses(address(house));
        return reads[0];
    }

    function wordAt(bytes calldata fields, uint256 offset) private pure returns (uint256) {
        return uint256(bytes32(fields[offset:offset + 32]));
    }

    /// @notice As the AccessManager answers: everyone may do everything.
    function canCall(address, address, bytes4) external pure returns (bool allowed, uint32 delay) {
        return (true, 0);
    }

    /// @dev To the runner's output.
    function print(string memory text) private view {
        address sink = 0x000000000000000000636F6e736F6c652e6c6f67;
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, ) = sink.staticcall(abi.encodeWithSignature("log(string)", text));
        success;
    }
}
