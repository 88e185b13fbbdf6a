// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {AccountView} from "../../../contracts/interfaces/ILens.sol";
import {Books} from "../../../contracts/libraries/Books.sol";
import {Conditions, Impact} from "../../../contracts/libraries/Impact.sol";
import {Margin} from "../../../contracts/libraries/Margin.sol";
import {Rebalance} from "../../../contracts/libraries/Rebalance.sol";
import {Account} from "../../../contracts/types/Account.sol";
import {Market} from "../../../contracts/types/Market.sol";
import {Policy} from "../../../contracts/types/Policy.sol";
import {FixedPoint} from "../../../contracts/libraries/FixedPoint.sol";
import {Action, Optimiser} from "./Optimiser.sol";

/// @notice Bob, who has all the BaseToken that he could borrow within a block, two accounts, tokens of his choice and, if
/// the scene says so, the pool: what he can do, and what he has when he is flat again.
abstract contract Maker is Optimiser {
    using FixedPoint for int256;

    uint256 internal constant LOAN = 1e9;

    ILeveragedToken[3] internal tokens;
    address internal erin = actor("erin");
    /// @dev Somebody whose account may be due for liquidation, or for deleveraging.
    address internal victim = carol;
    bool internal withBlocks;

    /// @dev What was due when the first block began: rewards of the tokens, and of the victim's liquidation, and the fees of
    /// all of it.
    uint256[4] private posted;
    uint256[4] private received;
    uint256 private dueFees;
    uint256 private forcedFees;
    uint256 private startedAt;
    bool[4] private wasDue;

    function kindCount() internal view override returns (uint256) {
        return withBlocks ? 21 : 20;
    }

    /// @dev In, some work that is due, and out again; or work, and around another.
    function template(uint256 word) internal view override returns (Action[] memory plan) {
        plan = new Action[](5);
        for (uint256 i = 0; i < 5; ++i) plan[i] = draw(uint256(keccak256(abi.encode(word, i))));
        // buy, sell, erin buys, erin sells, mint 0 to 2, leave the pool.
        uint8[8] memory ways = [0, 1, 3, 4, 6, 7, 8, 17];
        plan[0].kind = ways[word % 8];
        plan[1].kind = 12 + ((word >> 8) % 4);
        plan[2].kind = (word >> 16) % 2 == 0 ? ways[(word >> 24) % 8] : 2;
        plan[3].kind = 12 + ((word >> 32) % 4);
        plan[4].kind = (word >> 40) % 2 == 0 ? 2 : 9 + ((word >> 48) % 3);
    }

    function describe(Action memory action) internal pure override returns (string memory) {
        string[21] memory names = [
            "buy",
            "sell",
            "close",
            "erin buys",
            "erin sells",
            "erin closes",
            "mint 0",
            "mint 1",
            "mint 2",
            "burn 0",
            "burn 1",
            "burn 2",
            "rebalance 0",
            "rebalance 1",
            "rebalance 2",
            "liquidate",
            "join the pool",
            "leave the pool",
            "deleverage",
            "request",
            "next block"
        ];
        return string.concat(names[action.kind], " ", vm.toString(action.size));
    }

    /// @notice Where the block begins: called when the scene is set, before anything happens in it.
    function begin() internal {
        startedAt = vm.getBlockTimestamp();
        fund(bob, LOAN * one);
        fund(erin, LOAN * one);
        for (uint256 i = 0; i < 3; ++i) {
            if (address(tokens[i]) == address(0) || tokens[i].totalSupply() == 0) continue;
            (posted[i], wasDue[i]) = postedReward(tokens[i]);
        }
        AccountView memory account = lens.account(params, victim);
        if (account.liquidatable) {
            Conditions memory around = surroundings(0);
            uint256 size = Margin.liquidationUp(account.position, account.value, around, params.risk);
            wasDue[3] = true;
            posted[3] = Margin.liquidationRewardDown(account.position, size, around.price, params.risk);
        }
        // What is forced moves the skew too, and so the rest of it.
        uint256 most = dueSize(0);
        (uint256 below, uint256 above) = (dueSize(-int256(most)), dueSize(int256(most)));
        most = below > above ? below : above;
        dueFees = Impact.feeUp(surroundings(0).price, int256(most), surroundings(0).costRate);
    }

    function surroundings(int256 pushed) private view returns (Conditions memory around) {
        Books.surround(around, marketView().pack(), params.pricing, 0);
        Impact.move(around, pushed, Impact.impact(around, pushed));
    }

    /// @dev All that a rebalance, a mint or burn, or a liquidation might force, at a skew that is pushed by so much.
    function dueSize(int256 pushed) private view returns (uint256 sum) {
        Conditions memory around = surroundings(pushed);
        for (uint256 i = 0; i < 3; ++i) {
            if (address(tokens[i]) == address(0) || tokens[i].totalSupply() == 0) continue;
            int256 leverage = tokens[i].targetLeverage();
            int256 delta = Rebalance.preciseDelta(
                leverage,
                tokens[i].netAssetValue(),
                around.price,
                tokens[i].positionAmount()
            );
            sum += Rebalance.landing(leverage, delta, around).abs();
        }
        AccountView memory account = lens.account(params, victim);
        if (account.liquidatable) {
            sum += Margin.liquidationUp(account.position, account.value, around, params.risk);
        }
    }

    function marketView() private view returns (Market memory) {
        return clearingHouse.quote(params, victim).market;
    }

    function rewardOf(Policy policy, uint256 excess, uint256 value) private pure returns (uint256) {
        (uint256 base, uint256 slope) = (policy.rewardBase(), policy.rewardSlope());
        return Rebalance.rewardDown(base, slope, policy.rewardCap(), excess, value);
    }

    function completedAt(ILeveragedToken token) private view returns (uint256) {
        uint256 operatedAt = clearingHouse.account(token.marketId(), address(token)).operatedAt();
        return token.state().completedAt(operatedAt);
    }

    /// @dev The reward of a complete rebalance, and whether one is due.
    function postedReward(ILeveragedToken token) private view returns (uint256, bool) {
        int256 value = token.netAssetValue();
        if (value <= 0) return (0, false);
        (uint256 distance, bool above) = Rebalance.offTarget(
            token.targetLeverage(),
            token.positionAmount(),
            token.positionPrice(),
            value
        );
        (bool due, , uint256 excess) = Rebalance.trigger(
            token.policy(),
            distance,
            above,
            completedAt(token),
            vm.getBlockTimestamp()
        );
        return (due ? rewardOf(token.policy(), excess, uint256(value)) : 0, due);
    }

    // ---------------------------------------------------------------------------------------------- PLAY

    /// @notice See Optimiser.
    function play(Action[] memory plan) external override {
        // The clock is the one thing that a reverted plan doesn't put back.
        if (withBlocks) vm.warp(startedAt);
        int256 before = wealth();
        uint256 part = share();
        for (uint256 i = 0; i < plan.length; ++i) {
            int256 forced = blockForced();
            bool next = plan[i].kind == 20;
            act(plan[i]);
            if (!next) countForced(blockForced() - forced);
        }
        int256 left = blockForced();
        for (uint256 i = 0; i < 3; ++i) burn(i, type(uint256).max);
        countForced(blockForced() - left);
        closeAll(bob);
        closeAll(erin);
        if (flat()) revert Played(wealth() - before - int256(allowed(part)));
        revert Played(type(int256).min);
    }

    function countForced(int256 amount) private {
        if (amount == 0) return;
        Market memory market = marketNow();
        uint256 rate = params.pricing.tradeFee() + market.halfSpread;
        forcedFees += Impact.feeUp(market.price, amount, rate);
    }

    function flat() private view returns (bool) {
        for (uint256 i = 0; i < 2; ++i) {
            Account account = clearingHouse.account(id, i == 0 ? bob : erin);
            if (account.position() != 0) return false;
        }
        for (uint256 i = 0; i < 3; ++i) {
            if (address(tokens[i]) != address(0) && tokens[i].balanceOf(bob) > 0) return false;
        }
        return true;
    }

    /// @dev BaseToken, and the pool's shares at its equity. WAD.
    function wealth() private view returns (int256) {
        uint256 cash = (base.balanceOf(bob) + base.balanceOf(erin)) * unit;
        (uint256 requested, ) = pool.request(bob);
        uint256 shares = pool.balanceOf(bob) + requested;
        if (shares == 0) return int256(cash);
        return int256(cash) + (pool.equity() * int256(shares)) / int256(pool.totalSupply());
    }

    /// @dev His part of the pool. Up. WAD.
    function share() private view returns (uint256) {
        (uint256 requested, ) = pool.request(bob);
        uint256 shares = pool.balanceOf(bob) + requested;
        return shares == 0 ? 0 : (shares * WAD) / pool.totalSupply() + 1;
    }

    function allowed(uint256 shareBefore) private view returns (uint256 sum) {
        uint256 part = share();
        if (part < shareBefore) part = shareBefore;
        // Whoever is the pool gets the fees of what was due, whatever he does, but not of what he adds to it.
        sum = ((forcedFees < dueFees ? forcedFees : dueFees) * part) / WAD;
        for (uint256 i = 0; i < 4; ++i) {
            if (withBlocks && wasDue[i]) sum += received[i];
            else sum += received[i] < posted[i] ? received[i] : posted[i];
        }
    }

    // ---------------------------------------------------------------------------------------------- ACTIONS

    function act(Action memory action) private {
        (uint256 kind, uint256 size) = (action.kind, action.size);
        if (kind < 6) direct(kind < 3 ? bob : erin, kind % 3, size);
        else if (kind < 9) mint(kind - 6, size);
        else if (kind < 12) burn(kind - 9, size);
        else if (kind < 15) rebalance(kind - 12);
        else if (kind == 15) liquidate();
        else if (kind == 16) join(size);
        else if (kind == 17) quit();
        else if (kind == 18) try clearingHouse.deleverage(params, victim) {} catch {}
        else if (kind == 19) request(size);
        else if (withBlocks) skip(1 + (size % 300));
    }

    function direct(address who, uint256 kind, uint256 size) private {
        if (kind == 2) {
            closeAll(who);
            return;
        }
        int256 amount = kind == 0 ? int256(size) : -int256(size);
        // Enough of a margin for whatever can be opened; closing brings it back.
        tryTrade(who, amount, int256((LOAN * one) / 100));
    }

    function mint(uint256 i, uint256 size) private {
        ILeveragedToken token = tokens[i];
        if (address(token) == address(0)) return;
        uint256 assets = (size * marketNow().price) / token.targetLeverage().abs() / unit;
        vm.prank(bob);
        if (size % 2 == 0) try token.deposit(assets, bob) {} catch {}
        else try token.mint(assets * unit, bob) {} catch {}
    }

    function burn(uint256 i, uint256 size) private {
        ILeveragedToken token = tokens[i];
        if (address(token) == address(0)) return;
        uint256 balance = token.balanceOf(bob);
        if (balance == 0) return;
        uint256 shares = size < type(uint128).max ? (size * 500e18) / token.targetLeverage().abs() : balance;
        vm.prank(bob);
        if (size % 2 == 0 && shares < balance) try token.withdraw(shares / unit, bob, bob) {} catch {}
        else try token.redeem(shares < balance ? shares : balance, bob, bob) {} catch {}
    }

    function rebalance(uint256 i) private {
        if (address(tokens[i]) == address(0)) return;
        vm.prank(bob);
        try tokens[i].rebalance() returns (int256, uint256 reward) {
            received[i] += reward;
        } catch {}
    }

    function liquidate() private {
        vm.prank(bob);
        try clearingHouse.liquidate(params, victim) returns (int256, uint256 reward) {
            received[3] += reward;
        } catch {}
    }

    function join(uint256 size) private {
        // Over several blocks nothing is promised about somebody who has pool shares.
        if (withBlocks) return;
        vm.prank(bob);
        try pool.deposit((size * 500) / unit, bob) {} catch {}
    }

    /// @dev What was asked for long ago, at a moment of his choice.
    function quit() private {
        vm.prank(keeper);
        try pool.execute(bob) {} catch {}
    }

    function request(uint256 size) private {
        uint256 balance = pool.balanceOf(bob);
        if (balance == 0) return;
        vm.prank(bob);
        try pool.requestRedeem(size < balance ? size : balance) {} catch {}
    }
}
