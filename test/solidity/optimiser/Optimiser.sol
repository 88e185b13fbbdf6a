// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Scene} from "../Scene.sol";

/// @notice One step of a plan: what to do, and how much of it.
struct Action {
    uint256 kind;
    uint256 size;
}

/// @notice Looks for the plan that earns most: hill climbing with restarts over sequences of actions and amounts. Amounts
/// move by factors, actions are put in, taken out, exchanged and doubled; what is no worse is kept.
abstract contract Optimiser is Scene {
    uint256 internal constant LONGEST = 12;
    uint256 private constant LONGEST_ASCENT = 1_000;
    uint256 private constant PATIENCE = 60;

    /// @dev A plan's result comes as an error, so that nothing of it stays.
    error Played(int256 profit);

    /// @dev Best plan of a search.
    Action[] internal best;
    int256 private bestProfit;

    /// @notice Does the plan, leaves everything, and reverts with what it earned.
    function play(Action[] memory plan) external virtual;

    /// @notice A plan that somebody might try first, for a third of the restarts.
    function template(uint256 word) internal view virtual returns (Action[] memory plan);

    function kindCount() internal view virtual returns (uint256);

    function describe(Action memory action) internal pure virtual returns (string memory);

    function score(Action[] memory plan) internal returns (int256 profit) {
        try this.play(plan) {
            revert("play: must revert");
        } catch (bytes memory reason) {
            if (bytes4(reason) != Played.selector) {
                revert(string.concat(vm.toString(bytes32(reason)), " reverted ", inWords(plan)));
            }
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                profit := mload(add(reason, 36))
            }
        }
    }

    /// @notice The most that was found from `seed` on, in `evaluations` plans. The plan is in `best`.
    function climb(uint256 seed, uint256 evaluations) internal returns (int256) {
        bestProfit = type(int256).min;
        while (evaluations != 0) {
            seed = uint256(keccak256(abi.encode(seed)));
            // A call of its own, whose memory is gone after it.
            evaluations -= this.ascend(seed, evaluations < LONGEST_ASCENT ? evaluations : LONGEST_ASCENT);
        }
        return bestProfit;
    }

    /// @notice From one plan up, until nothing better was found for a while.
    /// @return used Plans that were tried.
    function ascend(uint256 seed, uint256 evaluations) external returns (uint256 used) {
        Action[] memory plan = fresh(seed);
        int256 earned = score(plan);
        uint256 idle;
        keep(plan, earned);
        for (used = 1; used < evaluations && idle < PATIENCE; ++used) {
            seed = uint256(keccak256(abi.encode(seed)));
            Action[] memory candidate = mutate(plan, seed);
            int256 result = score(candidate);
            keep(candidate, result);
            ++idle;
            if (result > earned) idle = 0;
            // Doing nothing is a summit of its own: a little worse is taken too, the less so the less there is to lose.
            int256 slack = seed % 4 == 0 && earned < 0 ? -earned / int256(4 + ((seed >> 8) % 64)) : int256(0);
            if (result >= earned - slack) (plan, earned) = (candidate, result);
        }
    }

    function keep(Action[] memory plan, int256 earned) private {
        if (earned <= bestProfit) return;
        bestProfit = earned;
        delete best;
        for (uint256 i = 0; i < plan.length; ++i) best.push(plan[i]);
    }

    /// @notice Fails, with the plan, when the best one earns more than the wei of its operations; or always, to show it, with
    /// OPTIMISER_SHOW=1.
    function assertNoProfit(int256 most) internal view {
        int256 tolerance = int256(10 * (best.length + 4));
        if (most > tolerance || vm.envOr("OPTIMISER_SHOW", uint256(0)) != 0) revert(bestPlan(most));
    }

    function bestPlan(int256 most) internal view returns (string memory) {
        return string.concat("a profit of ", vm.toString(most), " wei by", inWords(best));
    }

    function inWords(Action[] memory plan) private pure returns (string memory text) {
        for (uint256 i = 0; i < plan.length; ++i) text = string.concat(text, " | ", describe(plan[i]));
    }

    function fresh(uint256 seed) private view returns (Action[] memory plan) {
        if (seed % 3 == 0) return template(seed >> 8);
        plan = new Action[](random(seed, "length", 2, 6));
        for (uint256 i = 0; i < plan.length; ++i) plan[i] = draw(uint256(keccak256(abi.encode(seed, i))));
    }

    function draw(uint256 word) internal view returns (Action memory) {
        // Sizes from 2^40 to 2^76 wei: from a millionth of a unit to 75,000.
        uint256 size = (1 << (40 + ((word >> 8) % 36))) + ((word >> 64) % (1 << 40));
        return Action(word % kindCount(), size);
    }

    function mutate(Action[] memory plan, uint256 seed) private view returns (Action[] memory result) {
        uint256 length = plan.length;
        uint256 where = (seed >> 16) % length;
        uint256 what = seed % 9;
        if (what == 0 && length < LONGEST) return insert(plan, where, draw(seed >> 24));
        if (what == 1 && length < LONGEST) return insert(plan, (seed >> 24) % (length + 1), plan[where]);
        if (what == 2 && length > 1) return remove(plan, where);
        if (what == 8 && where + 1 < length && length + 2 <= LONGEST) return again(plan, where, seed >> 24);
        result = copy(plan);
        if (what == 3) {
            uint256 with = (seed >> 24) % length;
            (result[where], result[with]) = (result[with], result[where]);
        } else if (what == 4) {
            result[where] = draw(seed >> 24);
        } else {
            // By a factor of up to 8, more often close to 1; two sizes of a pair move together in a third of the cases.
            uint256 factor = what == 5 ? random(seed, "f", 125, 8_000) : random(seed, "f", 900, 1_110);
            uint256 old = result[where].size;
            result[where].size = clamp((old * factor) / 1_000);
            for (uint256 i = 0; what == 7 && i < length; ++i) {
                if (result[i].size == old) result[i].size = result[where].size;
            }
        }
    }

    function clamp(uint256 size) private pure returns (uint256) {
        return size > 1 << 90 ? 1 << 90 : size;
    }

    function copy(Action[] memory plan) private pure returns (Action[] memory result) {
        result = new Action[](plan.length);
        for (uint256 i = 0; i < plan.length; ++i) result[i] = Action(plan[i].kind, plan[i].size);
    }

    function insert(
        Action[] memory plan,
        uint256 where,
        Action memory action
    ) private pure returns (Action[] memory result) {
        result = new Action[](plan.length + 1);
        for (uint256 i = 0; i < result.length; ++i) {
            Action memory taken =
                i < where
                    ? plan[i]
                    : i == where
                        ? action
                        : plan[i - 1];
            result[i] = Action(taken.kind, taken.size);
        }
    }

    /// @dev Two steps once more, of half, the same or double the size.
    function again(
        Action[] memory plan,
        uint256 where,
        uint256 word
    ) private pure returns (Action[] memory result) {
        Action memory first = Action(plan[where].kind, (plan[where].size << (word % 3)) >> 1);
        Action memory second = Action(plan[where + 1].kind, plan[where + 1].size);
        return insert(insert(plan, where + 2, second), where + 2, first);
    }

    function remove(Action[] memory plan, uint256 where) private pure returns (Action[] memory result) {
        result = new Action[](plan.length - 1);
        for (uint256 i = 0; i < result.length; ++i) {
            Action memory taken = plan[i < where ? i : i + 1];
            result[i] = Action(taken.kind, taken.size);
        }
    }
}
