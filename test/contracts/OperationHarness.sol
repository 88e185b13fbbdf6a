// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse, TokenOrder} from "../../contracts/interfaces/IClearingHouse.sol";
import {Account} from "../../contracts/types/Account.sol";
import {Conditions} from "../../contracts/libraries/Impact.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {MarketParams} from "../../contracts/types/MarketParams.sol";
import {OP} from "../../contracts/types/Operation.sol";

/// @notice Calls a ClearingHouse as an Operation does, and as Solidity does: what is sent and what comes back must be the same.
contract OperationHarness {
    /// @return What came back: three words of the market, the account, a fourth word.
    function sync(
        address house,
        MarketParams calldata params,
        bool forcing,
        bool twin
    ) external returns (uint256, uint256, uint256, Account, uint256) {
        if (twin) return IClearingHouse(house).syncNow(params, forcing);
        _begin();
        _setMarket(params);
        OP.sync(house, IClearingHouse.syncNow.selector, forcing);
        return (OP.skewWord(), OP.poolWord(), OP.priceWord(), OP.account(), OP.forcedWord());
    }

    function forced(address house, MarketId id, bool twin) external view returns (uint256) {
        if (twin) return IClearingHouse(house).forced(id);
        _begin();
        OP.readForced(house, IClearingHouse.forced.selector, id);
        return OP.forcedWord();
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
        _begin();
        _setMarket(params);
        OP.setParty(order.party);
        OP.setTransfer(order.transfer);
        OP.setForced(order.forced);
        OP.setAmount(order.amount);
        OP.setBlockForced(order.blockForced);
        OP.setFee(order.fee);
        OP.setReward(order.reward);
        OP.setEmergency(order.emergency);
        OP.setClosing(order.closing);
        OP.execute(house, IClearingHouse.execute.selector);
    }

    /// @notice Begins an operation behind so many words of memory: those of Conditions are where it has its place.
    function begin(uint256 words) external pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(0x40, add(mload(0x40), shl(5, words)))
        }
        OP.begin();
    }

    /// @dev Begins an operation as a token does: behind Conditions.
    function _begin() private pure returns (Conditions memory around) {
        OP.begin();
        return around;
    }

    function _setMarket(MarketParams calldata params) private pure {
        OP.setMarket(params.baseToken, params.priceSource, params.pricing, params.risk);
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
