// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attribution, Holding} from "../libraries/Attribution.sol";
import {FixedPoint} from "../libraries/FixedPoint.sol";
import {Conditions, Impact} from "../libraries/Impact.sol";
import {Margin} from "../libraries/Margin.sol";
import {RiskTerms} from "../types/MarketParams.sol";
import {FEE_STEP} from "../types/MarketWords.sol";

/// @notice What a mint that fills a market is limited by.
/// @param room What the token may open, in units of underlying: at least 2. WAD.
/// @param custody What the market can still take into custody. BaseToken, WAD.
/// @param mintFee Of what is brought. WAD.
/// @param unit One unit of the BaseToken as WAD.
/// @param most The most tokens that can be asked for at once. WAD.
struct MintLimits {
    uint256 room;
    uint256 custody;
    uint256 mintFee;
    uint256 unit;
    uint256 most;
    RiskTerms risk;
}

/// @notice What a holder's burn is limited by.
/// @param shares The holder's tokens. WAD.
/// @param everybody Whether those are all live tokens, whose burn closes the account.
/// @param closing What that pays. BaseToken, in its own units.
/// @param custody What the market holds and thus can pay. BaseToken, WAD.
/// @param burnFee Of the payout. WAD.
/// @param unit One unit of the BaseToken as WAD.
struct BurnLimits {
    uint256 shares;
    bool everybody;
    uint256 closing;
    uint256 custody;
    uint256 burnFee;
    uint256 unit;
}

/// @notice What is asked of a token less often than to deposit and to redeem, linked to every LeveragedToken since it is too
/// long to be a part of each: the exact-out forms, and the most that can be minted and burned.
library Quotes {
    using FixedPoint for uint256;
    using FixedPoint for int256;

    /// @dev By how much a payout may be below what it is but for rounding: a surcharge is rounded up to a whole step, and value,
    /// impact and fee to the wei. BaseToken, WAD.
    uint256 private constant SLACK = FEE_STEP + 3;

    /// @notice See Attribution.mint.
    function mint(
        Holding memory held,
        Conditions memory around,
        uint256 tokens
    ) external pure returns (uint256 brought, int256 amount) {
        return Attribution.mint(held, around, tokens);
    }

    /// @notice See Attribution.withdraw.
    function withdraw(
        Holding memory held,
        Conditions memory around,
        uint256 payout
    ) external pure returns (uint256 shares) {
        return Attribution.withdraw(held, around, payout);
    }

    /// @notice The mint that fills what a market can open; (0, 0) when there is none. Down, and a little below where rounding
    /// could refuse it.
    /// @param locked Tokens of a first mint that nobody gets; 0 when it is not the first.
    function mostDown(
        Holding memory held,
        Conditions memory around,
        MintLimits memory limits,
        uint256 locked
    ) external pure returns (uint256 assets, uint256 shares) {
        // A market holds less than 2^96; leave what would not fit. Without a position a mint opens nothing.
        uint256 value = limits.custody.divDown(2);
        if (held.position != 0) {
            uint256 opened = (held.value * (limits.room - 1)).divDown(FixedPoint.abs(held.position));
            if (opened < value) value = opened;
        }
        int256 amount = Attribution.scaledUp(held, value);
        // A surcharge is rounded up to a whole step, which `deposit` would take for more value to open.
        int256 brought = int256(value) + Impact.costUp(around, amount) - int256(FEE_STEP);
        if (brought <= 0 || uint256(brought) > limits.custody) return (0, 0);
        assets = uint256(brought).divDown(limits.unit);
        uint256 paid = assets * limits.unit;
        paid -= Attribution.feeUp(paid, limits.mintFee);
        (shares, amount) = Attribution.deposit(held, around, paid);
        // What that buys is less than what fills the room: the mint fee and rounding come off it.
        int256 worth = int256(paid) - Impact.costUp(around, amount);
        int256 position = amount;
        if (locked == 0) (position, worth) = (held.position + amount, int256(held.value) + worth);
        Impact.move(around, amount, Impact.impact(around, amount));
        if (!Margin.isSufficient(position, worth - 2, around, limits.risk)) return (0, 0);
        shares = shares > locked ? shares - locked : 0;
        if (shares == 0) assets = 0;
        if (shares > limits.most) shares = limits.most;
    }

    /// @notice The most that a holder can burn, and withdraw by burning: no burn of up to as much pays more than the market holds,
    /// which is less than it owes where others owe more than they have. Down: a little below where rounding could refuse it.
    /// @return assets To withdraw. BaseToken, in its own units.
    /// @return shares To redeem.
    function mostBurnedDown(
        Holding memory held,
        Conditions memory around,
        BurnLimits memory limits
    ) external pure returns (uint256 assets, uint256 shares) {
        uint256 payout = Attribution.beforeFeeUp(limits.custody, limits.burnFee);
        shares = _affordableDown(held, around, limits.shares, payout);
        if (!limits.everybody) return (_withdrawableDown(held, around, limits), shares);
        assets = limits.custody.divDown(limits.unit);
        if (limits.closing <= assets) assets = limits.closing;
        else if (shares == limits.shares) --shares;
    }

    /// @dev What `withdraw` pays for at most `limits.shares`: what `redeem` pays less a margin, since the closed form asks for a
    /// few wei more, and for more than that where a surcharge is rounded up.
    function _withdrawableDown(
        Holding memory held,
        Conditions memory around,
        BurnLimits memory limits
    ) private pure returns (uint256) {
        (int256 payout, ) = Attribution.redeem(held, around, limits.shares);
        uint256 worth = uint256(payout);
        uint256 paid = (worth - Attribution.feeUp(worth, limits.burnFee)).divDown(limits.unit);
        uint256 custody = limits.custody.divDown(limits.unit);
        for (uint256 margin = paid.divDown(1e15) + 1; margin < paid; margin *= 2) {
            uint256 assets = paid - margin < custody ? paid - margin : custody;
            uint256 wanted = Attribution.beforeFeeUp(assets * limits.unit, limits.burnFee);
            if (Attribution.withdraw(held, around, wanted) <= limits.shares) return assets;
        }
        return 0;
    }

    /// @dev The most of `shares` such that no burn of up to as many pays more than `most`; none where that is dust.
    function _affordableDown(
        Holding memory held,
        Conditions memory around,
        uint256 shares,
        uint256 most
    ) private pure returns (uint256 low) {
        uint256 high = shares;
        uint256 peak = _peakDown(held, around);
        // Where no burn pays anything custody is no limit.
        if (peak == 0) return high;
        if (_isAffordable(held, around, high, most)) {
            // A smaller burn pays more where the last tokens cost more than they bring.
            if (peak >= high || _isAffordable(held, around, peak, most)) return high;
            high = peak;
        }
        while (high - low > 1) {
            uint256 middle = (low + high) >> 1;
            if (_isAffordable(held, around, middle, most)) low = middle;
            else high = middle;
        }
    }

    function _isAffordable(
        Holding memory held,
        Conditions memory around,
        uint256 shares,
        uint256 most
    ) private pure returns (bool) {
        (int256 payout, ) = Attribution.redeem(held, around, shares);
        uint256 worth = payout > 0 ? uint256(payout) : 0;
        // Without a position a larger burn never pays less.
        return worth + (held.position == 0 ? 0 : SLACK) <= most;
    }

    /// @dev The burn that pays most, G/(2H) of the supply, as in Attribution.withdraw: at most all. Down.
    function _peakDown(Holding memory held, Conditions memory around) private pure returns (uint256) {
        // Also all that is wiped out: what has no position may have no value either.
        if (held.position == 0) return held.supply;
        int256 skew =
            around.forced != 0 && (around.forced < 0) == (held.position < 0)
                ? around.skew - around.forced
                : around.skew;
        int256 leverage = Attribution.leverageOf(held, around.price);
        uint256 size = leverage.abs();
        // G/N_r and 2H/N_r, both times K.
        int256 first =
            (FixedPoint.IWAD - int256(size.mulWadUp(around.costRate))) * int256(around.depth) +
                leverage * skew;
        uint256 second = size * held.position.abs();
        if (first <= 0) return 0;
        return uint256(first) < second ? uint256(first).mulDivDown(held.supply, second) : held.supply;
    }
}
