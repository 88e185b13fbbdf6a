// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenOrder} from "../../../contracts/interfaces/IClearingHouse.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {CallRecorder, OperationHarness} from "../../contracts/OperationHarness.sol";
import {Base} from "../Base.sol";

/// @notice What a token sends as words in memory, and reads as they come back, is what Solidity encodes and decodes.
contract OperationTest is Base {
    /// @dev Words of the struct.
    uint256 private constant CONDITIONS = 6;

    OperationHarness private harness;
    CallRecorder private house;

    function setUp() public {
        harness = OperationHarness(_made("OperationHarness"));
        house = CallRecorder(_made("CallRecorder"));
    }

    function testFuzz_syncIsTheSame(
        MarketParams calldata params,
        bool forcing,
        uint8 size,
        bool refused
    ) public {
        _compare(
            abi.encodeCall(OperationHarness.sync, (address(house), params, forcing, false)),
            abi.encodeCall(OperationHarness.sync, (address(house), params, forcing, true)),
            size,
            160,
            refused
        );
    }

    function testFuzz_executeIsTheSame(
        MarketParams calldata params,
        TokenOrder calldata order,
        uint8 size,
        bool refused
    ) public {
        _compare(
            abi.encodeCall(OperationHarness.execute, (address(house), params, order, false)),
            abi.encodeCall(OperationHarness.execute, (address(house), params, order, true)),
            size,
            32,
            refused
        );
    }

    function testFuzz_forcedIsTheSame(MarketId id, uint8 size, bool refused) public {
        _compare(
            abi.encodeCall(OperationHarness.forced, (address(house), id, false)),
            abi.encodeCall(OperationHarness.forced, (address(house), id, true)),
            size,
            32,
            refused
        );
    }

    /// @dev Where something else is in memory already, or less than it counts on, what is written would be something else's.
    function test_beginsBehindConditionsAndNowhereElse() public view {
        harness.begin(CONDITIONS);
        for (uint256 words = 0; words < 40; ++words) {
            if (words == CONDITIONS) continue;
            try harness.begin{gas: 100_000}(words) {
                revert("it began elsewhere");
            } catch (bytes memory reason) {
                assertEq(reason.length, 0, "refused without a reason");
            }
        }
    }

    /// @dev Both calls of the harness with an answer of `size` bytes, of which it asks for `least`.
    function _compare(
        bytes memory assembled,
        bytes memory encoded,
        uint256 size,
        uint256 least,
        bool refused
    ) private {
        size = size % 193;
        house.set(size, refused);
        (bool ok, bytes memory answer) = address(harness).call(assembled);
        bytes32 seen = house.received();
        house.set(size, refused);
        (bool okTwin, bytes memory answerTwin) = address(harness).call(encoded);
        assertEq(seen, house.received(), "the same is sent");
        assertTrue(ok == okTwin, "both succeed or both don't");
        // What is too short is not decoded: without a reason there, with the answer as one here.
        if (refused || size >= least)
            assertEq(keccak256(answer), keccak256(answerTwin), "the same comes back");
        else assertTrue(!ok, "what is too short is refused");
    }

    function _made(string memory name) private returns (address made) {
        bytes memory code = vm.getCode(name);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
        }
    }
}
