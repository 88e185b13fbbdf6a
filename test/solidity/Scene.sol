// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fill, Order} from "../../contracts/interfaces/IClearingHouse.sol";
import {ChainlinkConfig, IChainlinkSource} from "../../contracts/interfaces/IChainlinkSource.sol";
import {ILeveragedToken} from "../../contracts/interfaces/ILeveragedToken.sol";
import {ILiquidityPool} from "../../contracts/interfaces/ILiquidityPool.sol";
import {Account} from "../../contracts/types/Account.sol";
import {Market} from "../../contracts/types/Market.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {MarketParams} from "../../contracts/types/MarketParams.sol";
import {Deployment, IFaucetToken, ISettableFeed} from "./Deployment.sol";
import {PolicyFields, Pricing, Risk, Terms} from "./Terms.sol";

/// @notice One market with people around it, whose price and time the test sets: what property tests start from.
abstract contract Scene is Deployment {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant FOREVER = type(uint256).max;
    /// @dev Shares of the first mint that nobody owns.
    uint256 internal constant LOCKED = 1e6;
    address internal constant NOBODY = address(0xdEaD);

    MarketParams internal params;
    MarketId internal id;
    ILiquidityPool internal pool;
    IFaucetToken internal base;
    /// @dev One BaseToken in its own decimals, and one of its units as WAD.
    uint256 internal one;
    uint256 internal unit;

    /// @dev A market to come back to.
    struct Ground {
        MarketParams params;
        ILiquidityPool pool;
        IFaucetToken base;
    }

    Ground[] private grounds;

    address internal alice = actor("alice");
    address internal bob = actor("bob");
    address internal carol = actor("carol");
    address internal dave = actor("dave");
    address internal keeper = actor("keeper");

    /// @notice A market at a price of 500, with a pool of `seed` whole BaseTokens, and a protocol if there is none yet.
    function openMarket(Pricing memory pricing, Risk memory risk, uint256 halfSpread, uint256 seed) internal {
        if (address(clearingHouse) == address(0)) {
            deployProtocol(address(this), address(this), actor("treasury"));
        }
        one = 10 ** risk.baseDecimals;
        unit = WAD / one;
        base = deployBaseToken("Dai Stablecoin", "DAI", uint8(risk.baseDecimals));
        feed = deployFeed(18, "ETH / DAI", 500e18);
        source = deploySource(
            ChainlinkConfig({
                feed: feed,
                underlying: "ETH",
                maxAge: 1 days,
                halfSpread: halfSpread,
                minPrice: 1e12,
                maxPrice: 1e26,
                deadAfter: 3 days
            })
        );
        params = marketParams(address(base), pricing, risk);
        id = params.toId();
        pool = createMarket(params, seed * one);
        grounds.push(Ground(params, pool, base));
    }

    /// @notice Comes back to a market, in the order of their opening.
    function standOn(uint256 index) internal {
        Ground storage ground = grounds[index];
        params = ground.params;
        (id, pool, base) = (ground.params.toId(), ground.pool, ground.base);
        source = IChainlinkSource(params.priceSource);
        feed = ISettableFeed(address(source.feed()));
        one = 10 ** params.risk.baseDecimals();
        unit = WAD / one;
    }

    function openToken(int256 leverage, PolicyFields memory fields) internal returns (ILeveragedToken) {
        return createToken(params, leverage, Terms.pack(fields));
    }

    /// @notice Gives BaseToken in its own decimals, which the ClearingHouse and its vaults may take.
    function fund(address who, uint256 amount) internal {
        base.mint(who, amount);
        openPurse(base, who);
    }

    /// @notice Sets the price of now. WAD.
    function setPrice(uint256 price) internal {
        feed.set(int256(price));
    }

    /// @notice Lets time pass, at the end of which there is a price.
    function pass(uint256 duration, uint256 price) internal {
        skip(duration);
        setPrice(price);
    }

    function order(int256 amount, int256 margin) internal pure returns (Order memory) {
        return
            Order({
                amount: amount,
                margin: margin,
                priceLimit: amount > 0 ? type(uint256).max : 0,
                deadline: FOREVER
            });
    }

    /// @notice Trades `amount` units with `margin` (own decimals), both signed. Says whether the market took it.
    function tryTrade(address who, int256 amount, int256 margin) internal returns (bool taken) {
        vm.prank(who);
        try clearingHouse.trade(params, order(amount, margin)) returns (Fill memory) {
            taken = true;
        } catch {}
    }

    function trade(address who, int256 amount, int256 margin) internal {
        vm.prank(who);
        clearingHouse.trade(params, order(amount, margin));
    }

    /// @notice Closes and takes everything out, if there is anything.
    function closeAll(address who) internal returns (uint256 payout) {
        Account account = clearingHouse.account(id, who);
        if (account.position() == 0 && account.cash() / int256(unit) == 0) return 0;
        vm.prank(who);
        (, payout) = clearingHouse.close(params, account.position() < 0 ? type(uint256).max : 0, FOREVER);
    }

    function marketNow() internal view returns (Market memory) {
        return clearingHouse.market(id);
    }

    function budget() internal view returns (uint256 left) {
        (, left) = clearingHouse.forcedTrades(params);
    }

    function blockForced() internal view returns (int256 forced) {
        (forced, ) = clearingHouse.forcedTrades(params);
    }

    // ---------------------------------------------------------------------------------------------- CHANCE

    /// @notice A number that seed and purpose determine.
    function random(uint256 seed, string memory purpose) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose)));
    }

    /// @notice Within [low, high].
    function random(
        uint256 seed,
        string memory purpose,
        uint256 low,
        uint256 high
    ) internal pure returns (uint256) {
        return low + (random(seed, purpose) % (high - low + 1));
    }

    /// @notice Within [low, high], small ones as likely as large ones.
    function randomSize(
        uint256 seed,
        string memory purpose,
        uint256 low,
        uint256 high
    ) internal pure returns (uint256) {
        uint256 word = random(seed, purpose);
        uint256 size = high - low;
        uint256 bits;
        while (size >> bits != 0) ++bits;
        uint256 drawn = (word >> 16) & ((1 << (1 + (word % (bits + 1)))) - 1);
        return drawn > size ? high : low + drawn;
    }

    /// @notice Runs a property on states made from many seeds, each on the same ground, and asks that at least a quarter of
    /// them had what the property speaks about. The lowest byte of the seed counts, for properties that have kinds.
    function each(uint256 runs, function(uint256) external returns (bool) property) internal {
        uint256 relevant;
        for (uint256 i = 0; i < runs; ++i) {
            uint256 snapshot = vm.snapshotState();
            uint256 seed = (uint256(keccak256(abi.encode(property.selector, i))) << 8) | (i & 0xff);
            try property(seed) returns (bool spoken) {
                if (spoken) ++relevant;
            } catch (bytes memory reason) {
                if (reason.length > 68 && bytes4(reason) == bytes4(0x08c379a0)) {
                    // solhint-disable-next-line no-inline-assembly
                    assembly ("memory-safe") {
                        reason := add(reason, 68)
                    }
                    revert(string.concat(string(reason), " [seed ", vm.toString(i), "]"));
                }
                revert(
                    string.concat("reverted: ", vm.toString(bytes32(reason)), " [seed ", vm.toString(i), "]")
                );
            }
            assertTrue(vm.revertToState(snapshot), "the state could not be reset");
        }
        assertGe(relevant * 4, runs, "too few of the states had what this is about");
    }
}
