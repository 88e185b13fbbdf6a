// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeveragedToken} from "../../../contracts/interfaces/ILeveragedToken.sol";
import {INetAssetValueFeed} from "../../../contracts/interfaces/INetAssetValueFeed.sol";
import {Attack} from "./Attack.sol";

/// @notice Moving what a token's feed says within a block, to borrow against it or to have others liquidated: by minting,
/// burning, trading, rebalancing, gifts, liquidity, and all of them together.
contract NetAssetValueTest is Attack {
    /// @dev What rounding may take off the answer in an operation, and what it may leave with holders.
    uint256 private constant WEI = 1;
    uint256 private constant KEPT = 10;

    INetAssetValueFeed private feedOfLong;

    /// @dev A block's beginning, and what a rebalance that is due does to it by itself.
    struct Start {
        int256 answer;
        int256 honestAnswer;
        int256 wealth;
        uint256 others;
        uint256 due;
    }

    function setUp() public override {
        super.setUp();
        feedOfLong = createValueFeed(long5EthDai);
        // The market as it is found: longs and shorts who do nothing, and a token of theirs.
        trade(alice, 150e18, 200_000e18);
        deposit(short3EthDai, bob, 20_000e18);
    }

    function answer() private view returns (int256 now_) {
        (, now_, , , ) = feedOfLong.latestRoundData();
    }

    function begin(uint256 price, uint256 held) private returns (Start memory start) {
        deposit(long5EthDai, alice, held);
        deposit(long5EthDai, mallory, held / 4);
        tick(price, 1 hours);
        clearingHouse.syncNow(ethDai, false);
        start.answer = answer();
        start.others = long5EthDai.totalSupply() - long5EthDai.balanceOf(mallory);
    }

    /// @dev What mallory has once she has left, in this state.
    function sellOut() private returns (int256) {
        redeem(long5EthDai, mallory);
        close(mallory);
        return wealth(mallory);
    }

    /// @dev One of the things that anybody can do, drawn from the seed. Says whether it was taken.
    function act(uint256 seed) private returns (bool) {
        uint256 kind = seed % 10;
        uint256 size = (seed >> 8) % 40_000e18;
        vm.startPrank(mallory);
        bool taken = _mintOrBurn(kind, size) || _tradeOrGive(kind, size, seed);
        vm.stopPrank();
        return taken;
    }

    function _mintOrBurn(uint256 kind, uint256 size) private returns (bool) {
        ILeveragedToken token = long5EthDai;
        uint256 part = (token.balanceOf(mallory) * size) / 40_000e18;
        if (kind == 0 || kind == 1) {
            try token.deposit(size, mallory) {
                return true;
            } catch {}
        } else if (kind == 2) {
            try token.redeem(part, mallory, mallory) {
                return true;
            } catch {}
        } else if (kind == 3) {
            try token.rebalance() {
                return true;
            } catch {}
        }
        return false;
    }

    function _tradeOrGive(uint256 kind, uint256 size, uint256 seed) private returns (bool) {
        if (kind >= 4 && kind <= 6) {
            int256 amount = int256(size / 40) - 500e18;
            if (seed >> 255 == 0) amount /= 8;
            if (amount == 0) return false;
            vm.stopPrank();
            try this.tradeAsMallory(amount) {
                return true;
            } catch {}
        } else if (kind == 7) {
            address[4] memory to = [
                address(clearingHouse),
                address(long5EthDai),
                address(ethDaiPool),
                address(feedOfLong)
            ];
            // Gifts are taken out of the count of what mallory has lost.
            dai.mint(to[seed % 4], size);
            return true;
        } else if (kind == 8) {
            try ethDaiPool.deposit(size, mallory) {
                return true;
            } catch {}
        } else if (kind == 9 && ethDaiPool.balanceOf(mallory) != 0) {
            ethDaiPool.requestRedeem(ethDaiPool.balanceOf(mallory));
            return true;
        }
        return false;
    }

    function tradeAsMallory(int256 amount) external {
        trade(mallory, amount, 100_000e18);
    }

    // -------------------------------------------------------------------------------------------------- nothing due

    /// Within all bands nothing but rounding and the streaming fee's whole steps move it.
    function testFuzz_onTarget(uint256 price, uint256 held, uint256[8] calldata seeds) public {
        Start memory start = begin(bound(price, 499, 501), bound(held, 100e18, 40_000e18));
        for (uint256 i = 0; i < seeds.length; ++i) {
            act(seeds[i]);
            int256 now_ = answer();
            assertGe(now_, start.answer - int256((i + 1) * WEI), "never down by more than a wei each");
            assertLe(now_, start.answer + int256((i + 1) * KEPT), "nor up");
        }
    }

    // ------------------------------------------------------------------------------------------------ something due

    /// @dev What happens by itself: mallory only leaves, or does so after somebody else has called for the rebalance, by
    /// `rebalance` or by a small mint. The best of these for the token, and for her.
    function fillHonest(Start memory start) private {
        start.due = distance(long5EthDai.positionAmountDelta(), 0);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 state = vm.snapshotState();
            uint256 reward;
            vm.startPrank(bob);
            if (i == 1) {
                try long5EthDai.rebalance() returns (int256, uint256 paid) {
                    reward = paid;
                } catch {}
            } else if (i == 2) {
                try long5EthDai.deposit(1e18, bob) {} catch {}
            }
            vm.stopPrank();
            // A burn of hers does it without the reward.
            int256 answerAfter = answer() + int256((reward * 1e18) / start.others);
            int256 wealthAfter = sellOut();
            if (answerAfter > start.honestAnswer) start.honestAnswer = answerAfter;
            if (i == 0 || wealthAfter > start.wealth) start.wealth = wealthAfter;
            assertTrue(vm.revertToState(state), "back");
        }
    }

    /// @dev Per token: up by p·|Δr| times the skew's bound and twice φ, which netting can save; down by that times the bound
    /// and φ, Δr having become a third larger by its own cost, and a reward of at most 0.1 %.
    function bounds(Start memory start) private view returns (int256 most, int256 least) {
        uint256 worth = (clearingHouse.market(ethDai.toId()).price * start.due) / start.others;
        most = int256((worth * (0.04e18 + 2 * 0.001e18)) / 1e18);
        least = -int256((((worth * 4) / 3) * (0.04e18 + 0.001e18)) / 1e18) - start.answer / 1000;
    }

    /// A rebalance that is due moves it, within bounds whatever is done around it; and what it
    /// is moved up by, beyond what happens by itself, mallory has paid.
    function testFuzz_due(uint256 price, uint256 held, uint256[8] calldata seeds) public {
        Start memory start = begin(bound(price, 420, 600), bound(held, 100e18, 40_000e18));
        fillHonest(start);
        (int256 most, int256 least) = bounds(start);
        for (uint256 i = 0; i < seeds.length; ++i) {
            act(seeds[i]);
            int256 moved = answer() - start.answer;
            assertLe(moved, most + int256(KEPT * (i + 1)), "up by no more than what the skew can give");
            assertGe(moved, least - int256(WEI * (i + 1)), "down by no more than costs and reward");
        }
        int256 gained = answer() - start.honestAnswer;
        if (gained <= 0) return;
        int256 lost = start.wealth - sellOut();
        assertLe((gained * int256(start.others)) / 1e18, lost + 1e12, "and mallory has paid it");
    }

    /// The dearest push there is: the skew at its bound, the token sells into it, and mallory leaves again.
    function test_pushingTheSkewForARebalance() public {
        Start memory start = begin(430, 4_000e18);
        fillHonest(start);
        trade(mallory, 400e18, 100_000e18);
        vm.prank(mallory);
        long5EthDai.rebalance();
        int256 rise = answer() - start.honestAnswer;
        assertGt(rise * 100, start.answer, "more than 1 % of what the token is worth");
        int256 lost = start.wealth - sellOut();
        assertGe(lost, (rise * int256(start.others)) / 1e18, "which was given to its holders");
    }
}
