// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The cheatcodes of Hardhat's Solidity test runner that the tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    // Who calls, and when
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    // `block.timestamp` and `block.number` may be cached by the optimizer across a warp or a roll; these are not.
    function getBlockTimestamp() external view returns (uint256);
    function getBlockNumber() external view returns (uint256);

    // What is expected of the next call
    function assume(bool condition) external pure;
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata revertData) external;
    function expectRevert(bytes calldata revertData, address reverter) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectEmit(address emitter) external;
    function expectCall(address callee, bytes calldata data) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);

    // State
    function load(address target, bytes32 slot) external view returns (bytes32);
    function store(address target, bytes32 slot, bytes32 value) external;
    function record() external;
    function accesses(address target) external returns (bytes32[] memory reads, bytes32[] memory writes);
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);
    function etch(address target, bytes calldata code) external;
    function mockCall(address callee, bytes calldata data, bytes calldata returned) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
    function clearMockedCalls() external;

    // Artifacts, files and the environment
    function getCode(string calldata artifact) external view returns (bytes memory);
    function getDeployedCode(string calldata artifact) external view returns (bytes memory);
    function exists(string calldata path) external view returns (bool);
    function readFile(string calldata path) external view returns (string memory);
    function readFileBinary(string calldata path) external view returns (bytes memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(
        string calldata json,
        string calldata key
    ) external pure returns (uint256[] memory);
    function parseJsonInt(string calldata json, string calldata key) external pure returns (int256);
    function parseJsonIntArray(
        string calldata json,
        string calldata key
    ) external pure returns (int256[] memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function envOr(string calldata name, uint256 otherwise) external view returns (uint256);
    function envOr(string calldata name, string calldata otherwise) external view returns (string memory);

    // Gas, written to snapshots/<group>.json
    function startSnapshotGas(string calldata group, string calldata name) external;
    function stopSnapshotGas() external returns (uint256 gasUsed);
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;

    // Keys and names
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function label(address account, string calldata name) external;
    function toString(address value) external pure returns (string memory);
    function toString(bytes calldata value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function toString(int256 value) external pure returns (string memory);
}

/// @notice What every Solidity test starts from: cheatcodes, deployment by artifact, bounds, assertions that say what
/// they mean and show the values, and the targets of invariant tests.
abstract contract Base {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    // solhint-disable-next-line const-name-snakecase
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address[] private contractTargets;
    address[] private senderTargets;
    FuzzSelector[] private selectorTargets;

    // ---------------------------------------------------------------------------------------------- deployment

    /// @notice Deploys an artifact, `contracts/clearing/ClearingHouse.sol:ClearingHouse`, with encoded constructor
    /// arguments. The runner links external libraries by itself. A failing constructor's error is passed on.
    function deployCode(string memory artifact, bytes memory arguments) internal returns (address deployed) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
            if iszero(deployed) {
                let pointer := mload(0x40)
                returndatacopy(pointer, 0, returndatasize())
                revert(pointer, returndatasize())
            }
        }
    }

    function deployCode(string memory artifact) internal returns (address) {
        return deployCode(artifact, "");
    }

    /// @notice A named address, shown by name in traces.
    function actor(string memory name) internal returns (address account) {
        account = vm.addr(uint256(keccak256(bytes(name))));
        vm.label(account, name);
    }

    /// @notice Moves the clock, and one block on.
    function skip(uint256 duration) internal {
        vm.warp(vm.getBlockTimestamp() + duration);
        vm.roll(vm.getBlockNumber() + 1);
    }

    // -------------------------------------------------------------------------------------------------- bounds

    /// @notice Maps x into [low, high]: unchanged where it fits, and the ends of the type near the ends of the range.
    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        require(low <= high, "bound: empty range");
        if (x >= low && x <= high) return x;
        uint256 size = high - low;
        if (x <= 3 && size >= x) return low + x;
        if (x >= type(uint256).max - 3 && size >= type(uint256).max - x)
            return high - (type(uint256).max - x);
        // The whole range was dealt with above, so size + 1 doesn't overflow.
        return low + (x % (size + 1));
    }

    function bound(int256 x, int256 low, int256 high) internal pure returns (int256) {
        // Flipping the sign bit keeps the order.
        uint256 sign = 1 << 255;
        return int256(bound(uint256(x) ^ sign, uint256(low) ^ sign, uint256(high) ^ sign) ^ sign);
    }

    // ---------------------------------------------------------------------------------------------- assertions

    function assertTrue(bool condition, string memory message) internal pure {
        require(condition, message);
    }

    function assertFalse(bool condition, string memory message) internal pure {
        require(!condition, message);
    }

    function assertEq(uint256 a, uint256 b, string memory message) internal pure {
        if (a != b) fail(message, vm.toString(a), " != ", vm.toString(b));
    }

    function assertEq(int256 a, int256 b, string memory message) internal pure {
        if (a != b) fail(message, vm.toString(a), " != ", vm.toString(b));
    }

    function assertEq(address a, address b, string memory message) internal pure {
        if (a != b) fail(message, vm.toString(a), " != ", vm.toString(b));
    }

    function assertEq(bytes32 a, bytes32 b, string memory message) internal pure {
        if (a != b) fail(message, vm.toString(a), " != ", vm.toString(b));
    }

    function assertEq(string memory a, string memory b, string memory message) internal pure {
        if (keccak256(bytes(a)) != keccak256(bytes(b))) fail(message, a, " != ", b);
    }

    function assertNotEq(uint256 a, uint256 b, string memory message) internal pure {
        if (a == b) fail(message, vm.toString(a), " == ", vm.toString(b));
    }

    function assertLe(uint256 a, uint256 b, string memory message) internal pure {
        if (a > b) fail(message, vm.toString(a), " > ", vm.toString(b));
    }

    function assertLe(int256 a, int256 b, string memory message) internal pure {
        if (a > b) fail(message, vm.toString(a), " > ", vm.toString(b));
    }

    function assertLt(uint256 a, uint256 b, string memory message) internal pure {
        if (a >= b) fail(message, vm.toString(a), " >= ", vm.toString(b));
    }

    function assertLt(int256 a, int256 b, string memory message) internal pure {
        if (a >= b) fail(message, vm.toString(a), " >= ", vm.toString(b));
    }

    function assertGe(uint256 a, uint256 b, string memory message) internal pure {
        if (a < b) fail(message, vm.toString(a), " < ", vm.toString(b));
    }

    function assertGe(int256 a, int256 b, string memory message) internal pure {
        if (a < b) fail(message, vm.toString(a), " < ", vm.toString(b));
    }

    function assertGt(uint256 a, uint256 b, string memory message) internal pure {
        if (a <= b) fail(message, vm.toString(a), " <= ", vm.toString(b));
    }

    function assertGt(int256 a, int256 b, string memory message) internal pure {
        if (a <= b) fail(message, vm.toString(a), " <= ", vm.toString(b));
    }

    function assertApproxEqAbs(uint256 a, uint256 b, uint256 tolerance, string memory message) internal pure {
        if (distance(a, b) > tolerance) {
            fail(message, vm.toString(a), string.concat(" !~ ", vm.toString(tolerance), " "), vm.toString(b));
        }
    }

    function assertApproxEqAbs(int256 a, int256 b, uint256 tolerance, string memory message) internal pure {
        if (distance(a, b) > tolerance) {
            fail(message, vm.toString(a), string.concat(" !~ ", vm.toString(tolerance), " "), vm.toString(b));
        }
    }

    function distance(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a - b : b - a;
    }

    function distance(int256 a, int256 b) internal pure returns (uint256) {
        // The difference of two int256 always fits into a uint256.
        unchecked {
            return a > b ? uint256(a) - uint256(b) : uint256(b) - uint256(a);
        }
    }

    function fail(
        string memory message,
        string memory a,
        string memory relation,
        string memory b
    ) private pure {
        revert(string.concat(message, ": ", a, relation, b));
    }

    // --------------------------------------------------------------------------------------- invariant targets

    function targetContract(address target) internal {
        contractTargets.push(target);
    }

    function targetSender(address sender) internal {
        senderTargets.push(sender);
    }

    function targetSelector(address target, bytes4[] memory selectors) internal {
        selectorTargets.push(FuzzSelector({addr: target, selectors: selectors}));
    }

    // Read by the runner.

    function targetContracts() public view returns (address[] memory) {
        return contractTargets;
    }

    function targetSenders() public view returns (address[] memory) {
        return senderTargets;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return selectorTargets;
    }
}
