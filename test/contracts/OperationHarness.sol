// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, TokenOrder} from "../../contracts/interfaces/IClearingHouse.sol";
import {Account} from "../../contracts/types/Account.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {MarketParams} from "../../contracts/types/MarketParams.sol";
import {Operation, newOperation} from "../../contracts/types/Operation.sol";

/// @notice Calls a ClearingHouse as an Operation does, and as Solidity does: what is sent and what comes back must be the same.
contract OperationHarness {
    struct Answer {
        uint256 skewWord;
        uint256 poolWord;
        uint256 priceWord;
        Account account;
        uint256 forcedWord;
    }

    function sync(
        address house,
        MarketParams calldata params,
        bool forcing,
        bool twin
    ) external returns (Answer memory a) {
        if (twin) {
            (a.skewWord, a.poolWord, a.priceWord, a.account, a.forcedWord) = IClearingHouse(house).syncNow(
                params,
                forcing
            );
        } else {
            Operation op = _operation(params);
            op.sync(house, IClearingHouse.syncNow.selector, forcing);
            a = Answer(op.skewWord(), op.poolWord(), op.priceWord(), op.account(), op.forcedWord());
        }
    }

    function forced(address house, MarketId id, bool twin) external view returns (uint256) {
        if (twin) return IClearingHouse(house).forced(id);
        Operation op = newOperation();
        op.readForced(house, IClearingHouse.forced.selector, id);
        return op.forcedWord();
    }

    function execute(
        address house,
        MarketParams calldata params,
        TokenOrder calldata order,
        bool twin
    ) external {
        if (twin) {
            IClearingHouse(house).execute(params, order);
            return;
        }
        Operation op = _operation(params);
        op.setParty(order.party);
        op.setTransfer(order.transfer);
        op.setForced(order.forced);
        op.setAmount(order.amount);
        op.setBlockForced(order.blockForced);
        op.setFee(order.fee);
        op.setReward(order.reward);
        op.setEmergency(order.emergency);
        op.setClosing(order.closing);
        op.execute(house, IClearingHouse.execute.selector);
    }

    function _operation(MarketParams calldata params) private pure returns (Operation op) {
        op = newOperation();
        op.setMarket(params.baseToken, params.priceSource, params.pricing, params.risk);
    }
}

/// @notice In the place of a ClearingHouse: answers words that follow from what it was called with, as many as it was told to, or
/// reverts with them.
contract CallRecorder {
    uint256 private size;
    bool private reverting;
    bytes32 public received;

    function set(uint256 size_, bool reverting_) external {
        (size, reverting, received) = (size_, reverting_, 0);
    }

    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        bytes32 seen = keccak256(msg.data);
        // That is asked for by a static call.
        if (msg.sig != IClearingHouse.forced.selector) received = seen;
        bytes memory answer;
        for (uint256 i = 0; i < 6; ++i) {
            answer = abi.encodePacked(answer, keccak256(abi.encode(seen, i)));
        }
        bool reverts = reverting;
        uint256 length = size;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            if reverts {
                revert(add(answer, 32), length)
            }
            return(add(answer, 32), length)
        }
    }
}
