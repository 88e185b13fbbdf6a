// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What is used of Uniswap v3's factory.
interface IUniswapV3Factory {
    /// @notice The pool of two tokens, in either order, with this fee; 0 if there is none.
    /// @param fee Hundredths of a basis point.
    function getPool(address tokenA, address tokenB, uint24 fee) external view returns (address pool);
}

/// @notice What is used of a Uniswap v3 pool.
interface IUniswapV3Pool {
    /// @notice Swaps, and calls `uniswapV3SwapCallback` of the caller for what the caller owes.
    /// @param zeroForOne Whether token0, the one with the lower address, comes in.
    /// @param amountSpecified Exact amount that comes in (> 0) or goes out (< 0).
    /// @param sqrtPriceLimitX96 Where the swap stops, even if something is left.
    /// @param data Passed on to the callback.
    /// @return amount0 What the pool got of token0 (> 0) or gave (< 0).
    /// @return amount1 The same of token1.
    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external returns (int256 amount0, int256 amount1);
}

/// @notice Who swaps with a Uniswap v3 pool.
interface IUniswapV3SwapCallback {
    /// @notice Pays the pool what is above zero of the two.
    /// @param amount0 Owed to the pool of token0 (> 0), or given by it.
    /// @param amount1 The same of token1.
    /// @param data As passed to `swap`.
    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external;
}
