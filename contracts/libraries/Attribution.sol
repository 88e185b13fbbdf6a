// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {FEE_STEP} from "../types/MarketWords.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Conditions, Impact} from "./Impact.sol";

/// @notice What a mint or burn scales: the token's account after its own rebalance.
/// @param position q + Δr, units of underlying, signed. WAD.
/// @param value N_r, what the account is worth after paying for Δr. BaseToken, WAD.
/// @param supply Total supply of the token. WAD.
struct Holding {
    int256 position;
    uint256 value;
    uint256 supply;
}

/// @notice Who pays for what: a mint of value v scales the account by (N_r + v)/N_r, a burn of share b by 1 − b, and
/// each pays exactly the cost of its own trade δ. `around` is the market just before δ: the skew is s + Δr, and the block's
/// forced trades contain Δr. All BaseToken amounts are WAD and exclude mint and burn fees.
library Attribution {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    uint256 internal constant YEAR = 365 days;

    /// @dev More than any trade can be: a side is below 2^96. Units, WAD.
    uint256 private constant MAX_TRADE = uint256(type(uint96).max) * 2;

    /// @dev Value per token, as a part of the first, below which it is wiped out: 1/1e9.
    int256 private constant WIPED_OUT = 1e9;

    /// @notice What stands for an empty token: v buys v tokens and L·v/p of position.
    function fillFirst(
        int256 leverage,
        uint256 price
    ) internal pure returns (int256 position, uint256 value, uint256 supply) {
        return (leverage, price, price);
    }

    /// @notice δ = k·v, k = (q + Δr)/N_r. Away from zero: exposure per token of those who stay never falls.
    function scaledUp(Holding memory held, uint256 value) internal pure returns (int256) {
        return _scaledUp(held.position, held.value, value);
    }

    /// @dev The same of a Holding that is not in memory.
    function _scaledUp(int256 position, uint256 worth, uint256 value) private pure returns (int256) {
        // |q + Δr| < 2^97 and v < 2^128.
        unchecked {
            return (position.abs() * value).divUp(worth).withSign(position);
        }
    }

    /// @notice Exact-in: tokens for a deposit of D, v = 2D/(b₁ + √(b₁² + 4aD)), a = p·k²/(2K),
    /// b₁ = 1 + p·k·S/K + φ·p·|k|. Down: holders keep what the rounding leaves.
    /// @return tokens Minted for D; 0 when D cannot even pay its own cost.
    /// @return amount δ.
    function deposit(
        Holding memory held,
        Conditions memory around,
        uint256 assets
    ) internal pure returns (uint256 tokens, int256 amount) {
        return deposit(held.position, held.value, held.supply, around, assets);
    }

    /// @notice The same of a Holding that is not in memory.
    function deposit(
        int256 position,
        uint256 worth,
        uint256 supply,
        Conditions memory around,
        uint256 assets
    ) internal pure returns (uint256 tokens, int256 amount) {
        // D < 2^96 and |p·k| < 2^67, since nothing is minted above the emergency band, which is at most six times a target of at most
        // 10: the growth is below 2^251.
        unchecked {
            uint256 size = (position.abs() * around.price).divDown(worth);
            int256 b = _firstUp(size.withSign(position), size, around);
            if (b <= 0) return (0, 0);
            uint256 value = _rootDown(size, b, around, assets);
            amount = _scaledUp(position, worth, value);
            int256 left = int256(assets) - Impact.costUp(around, amount);
            // The closed form is exact to a few wei; what it misses is taken off the minter.
            if (left < int256(value)) value = left > 0 ? uint256(left) : 0;
            if (value == 0) return (0, 0);
            tokens = (supply * value).divDown(worth);
        }
    }

    /// @dev b₁ = 1 + p·k·S/K + φ·p·|k|. Up.
    /// @param leverage p·k.
    /// @param size p·|k|.
    function _firstUp(int256 leverage, uint256 size, Conditions memory around) private pure returns (int256) {
        unchecked {
            int256 skew = around.skew;
            int256 forced = around.forced;
            // One `if` within the other, as mostly nothing was forced.
            if (forced != 0) {
                if ((forced ^ leverage) < 0) skew -= forced;
            }
            return
                FixedPoint.IWAD +
                (leverage * skew).divCeil(around.depth) +
                int256(size.mulWadUp(around.costRate));
        }
    }

    /// @dev v = 2D/(b₁ + √(b₁² + 4aD)). Down.
    function _rootDown(
        uint256 size,
        int256 b,
        Conditions memory around,
        uint256 assets
    ) private pure returns (uint256) {
        unchecked {
            uint256 growth = (2 * size * FixedPoint.WAD * (size * assets).divUp(around.price)).divUp(
                around.depth
            );
            return (2 * assets * FixedPoint.WAD).divDown(uint256(b) + uint256(b).rootUp(int256(growth)));
        }
    }

    /// @notice Exact-out: the deposit that buys `tokens`, D = v + I*(δ) + φ·p·|δ|. Up: the minter pays the wei.
    /// @return assets D.
    /// @return amount δ.
    function mint(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) internal pure returns (uint256 assets, int256 amount) {
        uint256 value = tokens.mulDivUp(held.value, held.supply);
        // What no market can hold is refused here, before arithmetic that counts on it.
        _requireWithin(value, type(uint128).max);
        amount = scaledUp(held, value);
        _requireWithin(amount.abs(), MAX_TRADE);
        int256 cost = int256(value) + Impact.costUp(around, amount);
        // A mint is never free, however large the discount for narrowing the skew.
        assets = cost > 0 ? uint256(cost) : 1;
    }

    /// @notice Exact-in: payout of a burn of `tokens`, b·N_r − I*(δ) − φ·p·|δ|, δ = −b·(q + Δr). Down: those who stay
    /// keep the wei. When it is negative nothing is traded or paid, unless everybody burns.
    /// @return assets The payout; < 0 only when everybody burns: then it is the pool's shortfall.
    /// @return amount δ, rounded away from zero: a burn never raises leverage.
    function redeem(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) internal pure returns (int256 assets, int256 amount) {
        return redeem(held.position, held.value, held.supply, around, tokens);
    }

    /// @notice The same of a Holding that is not in memory.
    function redeem(
        int256 position,
        uint256 worth,
        uint256 supply,
        Conditions memory around,
        uint256 tokens
    ) internal pure returns (int256 assets, int256 amount) {
        unchecked {
            amount = -(position.abs() * tokens).divUp(supply).withSign(position);
            assets = int256((worth * tokens).divDown(supply)) - Impact.costUp(around, amount);
            if (assets < 0) {
                if (tokens < supply) (assets, amount) = (0, 0);
            }
        }
    }

    /// @notice Exact-out: tokens to burn for a payout of w, b = 2w/(G + √(G² − 4Hw)), H = p·(q + Δr)²/(2K),
    /// G = N_r + p·(q + Δr)·S/K − φ·p·|q + Δr|. Up: the burner pays the wei.
    /// @return tokens To burn; the largest uint256 when no burn pays w.
    function withdraw(
        Holding memory held,
        Conditions memory around,
        uint256 assets
    ) internal pure returns (uint256 tokens) {
        int256 skew =
            around.forced != 0 && (around.forced < 0) == (held.position < 0)
                ? around.skew - around.forced
                : around.skew;
        int256 leverage = leverageOf(held, around.price);
        uint256 size = leverage.abs();
        // G and H divided by N_r.
        int256 g =
            FixedPoint.IWAD +
                (leverage * skew).divFloor(around.depth) -
                int256(size.mulWadUp(around.costRate));
        if (g <= 0) return type(uint256).max;
        uint256 growth = (2 * size * FixedPoint.WAD).mulDivUp(
            size.mulDivUp(assets, around.price),
            around.depth
        );
        uint256 square = uint256(g) * uint256(g);
        if (growth > square) return type(uint256).max;
        uint256 denominator = uint256(g) + (square - growth).sqrtUp();
        tokens = (2 * assets).mulDivUp(FixedPoint.WAD * held.supply, held.value * denominator);
        // The closed form is exact to a few wei of payout; what it misses is made up at up to twice the average rate.
        for (uint256 i = 0; i < 5 && tokens <= held.supply; ++i) {
            (int256 paid, ) = redeem(held, around, tokens);
            if (paid >= int256(assets)) return tokens;
            // What pays nothing may miss as much as a surcharge is rounded up to.
            if (paid == 0) paid -= int256(FEE_STEP);
            tokens += uint256(int256(assets) - paid).mulDivUp(2 * held.supply, held.value);
        }
        return type(uint256).max;
    }

    /// @notice p·(q + Δr)/N_r, the leverage that a mint or burn keeps; signed. Toward zero. WAD.
    function leverageOf(Holding memory held, uint256 price) internal pure returns (int256) {
        // |q + Δr| < 2^97.
        unchecked {
            return (held.position.abs() * price).divDown(held.value).withSign(held.position);
        }
    }

    /// @notice Whether a token with a supply is wiped out: N ≤ 0, or less than 1e-9 of its first value is left of a token, which
    /// was 1 BaseToken. Amounts that fit into 128 bits.
    function isWipedOut(int256 value, uint256 supply) internal pure returns (bool) {
        // The supply is above 0, so an N ≤ 0 is below it too.
        unchecked {
            return value * WIPED_OUT < int256(supply);
        }
    }

    /// @notice f·N·t/year in whole FEE_STEPs: the streaming fee of `elapsed` seconds. Down. BaseToken, WAD.
    function streamingFeeDown(uint256 value, uint256 rate, uint256 elapsed) internal pure returns (uint256) {
        unchecked {
            uint256 fee = (value * rate * elapsed).divDown(FixedPoint.WAD * YEAR);
            return Math.min(fee, value).stepDown(FEE_STEP);
        }
    }

    /// @notice The fee on an amount. Up. BaseToken, WAD.
    function feeUp(uint256 assets, uint256 rate) internal pure returns (uint256) {
        // Previews ask for the fee on any amount: the product is checked.
        return rate == 0 ? 0 : (assets * rate).divUp(FixedPoint.WAD);
    }

    /// @notice What must be paid before the fee so that `assets` is left after it: assets/(1 − rate). Up.
    function beforeFeeUp(uint256 assets, uint256 rate) internal pure returns (uint256) {
        return assets.mulDivUp(FixedPoint.WAD, FixedPoint.WAD - rate);
    }

    /// @dev Reverts when an amount is more than a market can hold.
    function _requireWithin(uint256 amount, uint256 most) private pure {
        if (amount > most) revert ILeveragedToken.LeveragedToken_AmountOutOfRange(amount, most);
    }
}
