// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "../../../contracts/interfaces/AggregatorV3Interface.sol";
import {ChainlinkConfig} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {Terms} from "../Terms.sol";
import {Attack} from "./Attack.sol";

/// @notice A push feed answers anew when the market has moved by its deviation threshold; up to there it says the old
/// price. Who knows the market trades at the old price, ahead of the answer: with a half-spread of at least the threshold
/// that loses, with a narrower one it pays.
contract PushFeedTest is Attack {
    int256 private constant PRICE = 500e8;
    uint256 private constant THRESHOLD = 0.005e18;

    function setUp() public override {
        super.setUp();
        feed.set(PRICE);
    }

    /// @dev A market with the local terms and this half-spread, its impact too small to matter, and a token of it.
    function _open(uint256 halfSpread) private returns (ILeveragedToken) {
        source = deploySource(
            ChainlinkConfig({
                feed: feed,
                underlying: "ETH",
                maxAge: 1 days,
                halfSpread: halfSpread,
                minPrice: 1e18,
                maxPrice: 1_000_000e18,
                deadAfter: 3 days,
                sequencer: AggregatorV3Interface(address(0)),
                sequencerGrace: 0
            })
        );
        ethDai = marketParams(address(dai), Terms.standardPricing(), Terms.standardRisk(18));
        ethDaiPool = createMarket(ethDai, 1_000_000e18);
        return createToken(ethDai, 2e18, Terms.pack(Terms.daily()));
    }

    /// @dev The market has moved, and the feed says so at last.
    function _answer(int256 move) private {
        skip(12);
        feed.set(PRICE + (PRICE * move) / 1e18);
    }

    /// @dev What the attacker has more after trading ahead of the answer: at the new price, and after closing there.
    function _ahead(int256 move, int256 amount) private returns (int256 atMid, int256 closed) {
        int256 before = wealth(mallory);
        trade(mallory, move > 0 ? amount : -amount, 400_000e18);
        _answer(move);
        atMid = wealth(mallory) - before;
        close(mallory);
        closed = wealth(mallory) - before;
    }

    function testFuzz_withinTheThreshold(int256 seed, uint256 size) public {
        int256 move = bound(seed, -int256(THRESHOLD), int256(THRESHOLD));
        if (move == 0) return;
        _open(THRESHOLD);
        (int256 atMid, int256 closed) = _ahead(move, int256(bound(size, 0.01e18, 900e18)));
        assertLe(atMid, 0, "who trades ahead of the answer is not richer when it comes");
        assertLe(closed, 0, "nor after closing");
    }

    function testFuzz_asMinterWithinTheThreshold(uint256 seed, uint256 size) public {
        ILeveragedToken token = _open(THRESHOLD);
        deposit(token, alice, 10_000e18);
        int256 worth = perToken(token);
        uint256 before = dai.balanceOf(mallory);
        deposit(token, mallory, bound(size, 1e18, 100_000e18));
        assertGe(perToken(token) + 1, worth, "who holds already is not poorer");
        _answer(int256(bound(seed, 1, THRESHOLD)));
        redeem(token, mallory);
        assertLe(dai.balanceOf(mallory), before, "who mints ahead of the answer is not richer after burning");
    }

    function test_atTheThresholdWithHalfOfIt() public {
        _open(THRESHOLD / 2);
        (int256 atMid, ) = _ahead(int256(THRESHOLD), 100e18);
        assertGt(atMid, 0, "half of the threshold is too narrow: the move is worth more than it costs");
    }

    function test_atTheThresholdWithAFifthOfIt() public {
        _open(THRESHOLD / 5);
        (, int256 closed) = _ahead(-int256(THRESHOLD), 100e18);
        assertGt(closed, 0, "a fifth of the threshold pays even who closes at once");
    }

    function test_aheadOfTheThresholdTwice() public {
        _open(THRESHOLD);
        (int256 atMid, ) = _ahead(2 * int256(THRESHOLD), 100e18);
        assertGt(atMid, 0, "an answer later than the threshold is what the half-spread doesn't cover");
    }
}
