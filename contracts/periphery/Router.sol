// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IIndexSource, IndexPart} from "../interfaces/IIndexSource.sol";
import {ILastPrice} from "../interfaces/ILastPrice.sol";
import {ILeveragedToken} from "../interfaces/ILeveragedToken.sol";
import {IMedianSource} from "../interfaces/IMedianSource.sol";
import {IPullSource} from "../interfaces/IPullSource.sol";
import {Hop, HopKind, IRouter, Permit, PriceUpdate, Route} from "../interfaces/IRouter.sol";
import {IUniswapV3Factory, IUniswapV3Pool, IUniswapV3SwapCallback} from "../interfaces/IUniswapV3.sol";
import {ROLE_RESOLVED, ROLE_TOKEN} from "../types/Account.sol";
import {MarketId} from "../types/MarketId.sol";

/// @title Router
/// @notice Turns one token into another along hops: mints and burns of LeveragedTokens, and swaps in Uniswap v3 pools.
///
/// WHOSE FUNDS
/// Everything is taken from msg.sender, in one place, and nothing names another payer: an allowance to the router is of
/// use to its owner alone. Between hops the funds are the router's own, and one guard lets no second call in meanwhile.
///
/// WHAT IS CALLED
/// LeveragedTokens that the ClearingHouse registered, which are those that its factory made, of any series; pools that
/// Uniswap's factory names; the price source of a registered token's market, and those that it is made of; and of the
/// tokens on the way, which may be anyone's, the functions of ERC-20 and `permit`.
///
/// AMOUNTS
/// Tokens on the way may lie or take a part of a transfer, so what a hop gave is what the router's balance grew by, and
/// what the receiver got is what the receiver's balance grew by in the last transfer: what else reaches the receiver
/// during the call doesn't count. What somebody sent here without a call is nobody's, and in nobody's way.
contract Router is IRouter, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev Ends of Uniswap's price range, beyond which no swap may name its limit.
    uint160 private constant MIN_SQRT_PRICE = 4295128739;
    uint160 private constant MAX_SQRT_PRICE = 1461446703485210103287273052203988822378723970342;

    /// @inheritdoc IRouter
    IClearingHouse public immutable clearingHouse;
    /// @inheritdoc IRouter
    IUniswapV3Factory public immutable uniswapFactory;
    /// @dev The pool that may ask to be paid, once.
    address private transient _pool;

    /// @param uniswapFactory_ 0 on a chain without Uniswap.
    constructor(IClearingHouse clearingHouse_, IUniswapV3Factory uniswapFactory_) {
        clearingHouse = clearingHouse_;
        uniswapFactory = uniswapFactory_;
    }

    /// @notice Takes back what a price source leaves of a fee.
    receive() external payable {
        if (!_reentrancyGuardEntered()) revert Router_UnexpectedPayment(msg.sender);
    }

    /// @inheritdoc IRouter
    function exchange(
        Route calldata route,
        Permit calldata permit,
        PriceUpdate[] calldata updates
    ) external payable nonReentrant returns (uint256 amountOut) {
        uint256 kept = address(this).balance - msg.value;
        _check(route);
        for (uint256 i = 0; i < updates.length; ++i) {
            _update(updates[i], kept);
        }

        uint256 amount = _take(route.token, route.amount, permit);
        address token = route.token;
        for (uint256 i = 0; i < route.hops.length; ++i) {
            Hop calldata hop = route.hops[i];
            if (hop.kind == HopKind.Mint) amount = _mint(token, hop.token, amount);
            else if (hop.kind == HopKind.Burn) amount = _burn(token, hop.token, amount);
            else amount = _swap(token, hop.token, hop.fee, amount);
            token = hop.token;
        }

        amountOut = _pay(token, route.receiver, amount);
        if (amountOut < route.minimum) revert Router_BelowMinimum(amountOut, route.minimum);
        emit Exchanged(msg.sender, route.token, token, route.receiver, route.amount, amountOut);
        _refund(kept);
    }

    /// @inheritdoc IUniswapV3SwapCallback
    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        if (msg.sender != _pool) revert Router_NotThePool(msg.sender);
        _pool = address(0);
        // A pool asks for one of its two tokens, and for no more than it was offered.
        uint256 owed = uint256(amount0 > 0 ? amount0 : amount1);
        IERC20(abi.decode(data, (address))).safeTransfer(msg.sender, owed);
    }

    // ---------------------------------------------------------------------------------------------- BEFORE

    function _check(Route calldata route) private view {
        if (block.timestamp > route.deadline) revert Router_Expired(route.deadline, block.timestamp);
        if (route.amount == 0 || route.hops.length == 0)
            revert Router_EmptyRoute(route.amount, route.hops.length);
        if (route.token.code.length == 0) revert Router_NotAContract(route.token);
        if (route.receiver == address(0) || route.receiver == address(this))
            revert Router_BadReceiver(route.receiver);
    }

    /// @param kept What was here before the call, which pays for nothing.
    function _update(PriceUpdate calldata given, uint256 kept) private {
        _requireToken(given.leveragedToken);
        address source = ILeveragedToken(given.leveragedToken).marketParams().priceSource;
        for (uint256 i = 0; i < given.path.length; ++i) {
            source = _partOf(source, given.path[i]);
        }
        try IPullSource(source).updateFee(given.updates) returns (uint256 fee) {
            uint256 left = address(this).balance - kept;
            if (fee > left) revert Router_FeeNotCovered(fee, left);
            IPullSource(source).update{value: fee}(given.updates);
        } catch (bytes memory reason) {
            revert Router_UpdateRefused(source, reason);
        }
    }

    /// @dev A source of a median, or a part of an index.
    function _partOf(address source, uint256 index) private view returns (address) {
        try IMedianSource(source).sources() returns (ILastPrice[] memory sources) {
            if (index < sources.length) return address(sources[index]);
        } catch {
            try IIndexSource(source).parts() returns (IndexPart[] memory parts) {
                if (index < parts.length) return address(parts[index].source);
            } catch {}
        }
        revert Router_NoSuchPart(source, index);
    }

    /// @dev Whoever sees a permit can hand it in first; then it is refused here, but the allowance is there.
    function _take(address token, uint256 amount, Permit calldata permit) private returns (uint256) {
        if (permit.deadline != 0) {
            try
                IERC20Permit(token).permit(
                    msg.sender,
                    address(this),
                    permit.value,
                    permit.deadline,
                    permit.v,
                    permit.r,
                    permit.s
                )
            {} catch (bytes memory reason) {
                uint256 allowance = IERC20(token).allowance(msg.sender, address(this));
                if (allowance < amount) revert Router_PermitRefused(token, allowance, amount, reason);
            }
        }
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        return IERC20(token).balanceOf(address(this)) - before;
    }

    // ---------------------------------------------------------------------------------------------- HOPS

    /// @dev A registered token takes exactly what it is allowed, or reverts.
    function _mint(address baseToken, address token, uint256 amount) private returns (uint256) {
        _requireToken(token);
        _requireSame(baseToken, ILeveragedToken(token).asset());
        IERC20(baseToken).forceApprove(token, amount);
        return ILeveragedToken(token).deposit(amount, address(this), 0);
    }

    function _burn(address token, address baseToken, uint256 amount) private returns (uint256) {
        _requireToken(token);
        _requireSame(baseToken, ILeveragedToken(token).asset());
        uint256 before = IERC20(baseToken).balanceOf(address(this));
        ILeveragedToken(token).redeem(amount, address(this), address(this), 0);
        return IERC20(baseToken).balanceOf(address(this)) - before;
    }

    function _swap(
        address tokenIn,
        address tokenOut,
        uint24 fee,
        uint256 amount
    ) private returns (uint256 received) {
        if (address(uniswapFactory) == address(0)) revert Router_NoUniswap();
        address pool = uniswapFactory.getPool(tokenIn, tokenOut, fee);
        if (pool == address(0)) revert Router_UnknownPool(tokenIn, tokenOut, fee);
        uint256 before = IERC20(tokenOut).balanceOf(address(this));
        bool zeroForOne = tokenIn < tokenOut;
        _pool = pool;
        (int256 amount0, int256 amount1) = IUniswapV3Pool(pool).swap(
            address(this),
            zeroForOne,
            amount.toInt256(),
            zeroForOne ? MIN_SQRT_PRICE + 1 : MAX_SQRT_PRICE - 1,
            abi.encode(tokenIn)
        );
        uint256 taken = uint256(zeroForOne ? amount0 : amount1);
        if (taken != amount) revert Router_SwapIncomplete(tokenIn, amount, taken);
        received = IERC20(tokenOut).balanceOf(address(this)) - before;
    }

    // ---------------------------------------------------------------------------------------------- AFTER

    function _pay(address token, address receiver, uint256 amount) private returns (uint256) {
        uint256 before = IERC20(token).balanceOf(receiver);
        IERC20(token).safeTransfer(receiver, amount);
        return IERC20(token).balanceOf(receiver) - before;
    }

    function _refund(uint256 kept) private {
        uint256 left = address(this).balance - kept;
        if (left == 0) return;
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, ) = msg.sender.call{value: left}("");
        if (!success) revert Router_RefundRefused(msg.sender, left);
    }

    // ---------------------------------------------------------------------------------------------- CHECKS

    /// @dev What a token says of itself is believed only after the ClearingHouse has said that it is one: a role there is
    /// given by the factory alone, and kept by tokens that were wiped out.
    function _requireToken(address token) private view {
        if (token.code.length == 0) revert Router_UnknownToken(token);
        try ILeveragedToken(token).marketId() returns (MarketId id) {
            uint8 role = clearingHouse.account(id, token).role() & ~ROLE_RESOLVED;
            if (role != ROLE_TOKEN) revert Router_UnknownToken(token);
        } catch {
            revert Router_UnknownToken(token);
        }
    }

    function _requireSame(address found, address expected) private pure {
        if (found != expected) revert Router_WrongToken(found, expected);
    }
}
