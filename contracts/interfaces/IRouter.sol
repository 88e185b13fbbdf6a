// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClearingHouse} from "./IClearingHouse.sol";
import {IUniswapV3Factory, IUniswapV3SwapCallback} from "./IUniswapV3.sol";

/// @notice How one token becomes another.
enum HopKind {
    /// @dev A BaseToken becomes a LeveragedToken.
    Mint,
    /// @dev A LeveragedToken becomes its BaseToken.
    Burn,
    /// @dev Any token becomes another in a Uniswap v3 pool.
    Swap
}

/// @notice One step of a route.
/// @param token What it turns everything that there is into.
/// @param fee Fee of the Uniswap pool, in hundredths of a basis point; 0 for a mint or burn.
struct Hop {
    HopKind kind;
    address token;
    uint24 fee;
}

/// @notice What goes in, the way, and what must come out. Amounts are in the decimals of their tokens.
/// @param token What is taken from the caller.
/// @param amount How much of it.
/// @param hops The way, at least one hop. What the last turns it into is what the receiver gets.
/// @param receiver Who gets it; neither zero nor the router.
/// @param minimum The least that the receiver must get.
/// @param deadline Last second at which the call is good. Seconds since 1970.
struct Route {
    address token;
    uint256 amount;
    Hop[] hops;
    address receiver;
    uint256 minimum;
    uint256 deadline;
}

/// @notice The caller's ERC-2612 signature that lets the router take what goes in.
/// @param deadline Until when it is good; 0 for no permit.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice Signed prices for the source of one market, or for one that it is made of.
/// @param leveragedToken Any LeveragedToken of that market.
/// @param path Nothing for the market's source itself; for a median or an index the place of a source among its
/// parts, and so on inward.
/// @param updates What IPullSource.update takes.
struct PriceUpdate {
    address leveragedToken;
    uint256[] path;
    bytes[] updates;
}

/// @notice Mints, burns and swaps along a route in one transaction, with one limit at its end. It takes from its caller
/// alone, holds nothing between calls, and has no owner.
interface IRouter is IUniswapV3SwapCallback {
    /// @notice A route was gone.
    /// @param amountIn What was taken from the caller, in tokenIn's decimals.
    /// @param amountOut What the receiver got, in tokenOut's decimals.
    event Exchanged(
        address indexed caller,
        address indexed tokenIn,
        address indexed tokenOut,
        address receiver,
        uint256 amountIn,
        uint256 amountOut
    );

    /// @notice The deadline is over. Send a route with a later one.
    error Router_Expired(uint256 deadline, uint256 time);
    /// @notice The route has no hop, or nothing goes in.
    error Router_EmptyRoute(uint256 amount, uint256 hops);
    /// @notice What comes out would be lost at this address. Name another receiver.
    error Router_BadReceiver(address receiver);
    /// @notice The receiver would get less than the caller accepts. In the last token's decimals.
    error Router_BelowMinimum(uint256 amount, uint256 minimum);
    /// @notice There is no contract at the address of what goes in. Check the chain.
    error Router_NotAContract(address token);
    /// @notice The ClearingHouse knows no such LeveragedToken: its factory did not make it.
    error Router_UnknownToken(address token);
    /// @notice A mint or burn turns one token into another than the route says.
    error Router_WrongToken(address found, address expected);
    /// @notice There is no Uniswap pool of these tokens with this fee. Choose another fee or way.
    error Router_UnknownPool(address tokenA, address tokenB, uint24 fee);
    /// @notice This router was deployed on a chain without Uniswap: it mints and burns, but doesn't swap.
    error Router_NoUniswap();
    /// @notice The pool has too little liquidity to take all of it. In tokenIn's decimals.
    error Router_SwapIncomplete(address tokenIn, uint256 amount, uint256 taken);
    /// @notice Only the pool that is being swapped with may ask to be paid.
    error Router_NotThePool(address caller);
    /// @notice The permit was refused, for the token's `reason`, and the allowance there is without it doesn't suffice.
    error Router_PermitRefused(address token, uint256 allowance, uint256 needed, bytes reason);
    /// @notice The price source is neither a median nor an index, or of fewer parts: see its `sources()` or `parts()`.
    error Router_NoSuchPart(address source, uint256 index);
    /// @notice The price source takes no such updates: it isn't a pull source, or says why in `reason`.
    error Router_UpdateRefused(address source, bytes reason);
    /// @notice Price updates cost more than the value sent. Wei of the chain's coin.
    error Router_FeeNotCovered(uint256 fee, uint256 left);
    /// @notice The caller doesn't take back what is left of the value sent. Send exactly the fee. Wei.
    error Router_RefundRefused(address caller, uint256 amount);
    /// @notice The chain's coin came from outside of a call: it would be lost here.
    error Router_UnexpectedPayment(address sender);

    /// @notice Brings prices up to date, takes `route.amount` of `route.token` from the caller, goes the route, and pays the
    /// receiver. Each hop turns exactly what the hop before gave, as counted by balance, so nothing of it stays here. What the
    /// price updates leave of the value sent goes back to the caller.
    ///
    /// Nothing is taken from anyone but the caller, whoever else approved the router. Hops may touch hostile tokens and
    /// pools moved by others: `minimum`, counted as what arrives at the receiver, is what guards the caller.
    /// @param permit Tried first; if the token refuses it, as when somebody else handed it in before, the allowance there is
    /// has to do.
    /// @return amountOut What the receiver got, in the last token's decimals.
    function exchange(
        Route calldata route,
        Permit calldata permit,
        PriceUpdate[] calldata updates
    ) external payable returns (uint256 amountOut);

    /// @notice The ClearingHouse whose LeveragedTokens may be minted and burned.
    function clearingHouse() external view returns (IClearingHouse);

    /// @notice Uniswap's v3 factory, whose pools may be swapped with; 0 on a chain without.
    function uniswapFactory() external view returns (IUniswapV3Factory);
}
