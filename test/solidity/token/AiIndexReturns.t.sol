// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "../../../contracts/interfaces/AggregatorV3Interface.sol";
import {ChainlinkConfig} from "../../../contracts/interfaces/IChainlinkSource.sol";
import {IIndexSource, IndexConfig, IndexPart} from "../../../contracts/interfaces/IIndexSource.sol";
import {ILastPrice} from "../../../contracts/interfaces/ILastPrice.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {ISettableFeed} from "../Deployment.sol";
import {Pricing, Risk, Terms} from "../Terms.sol";
import {DailyReturns} from "./DailyReturns.sol";

/// @notice Daily tokens on an index of seven AI tokens, each with a feed of its own, through all days that there are, with three
/// reconstitutions on the way. Closes come from files that `npm run pretest` writes (tools/ai.ts).
contract AiIndexReturnsTest is DailyReturns {
    uint256 private constant PARTS = 7;
    uint256 private constant LEVEL = 1_000e18;
    uint256 private constant HALF_SPREAD = 0.002e18;
    /// @dev When a basket is proposed, and how many days later it comes.
    uint256[3] private proposedOn = [uint256(60), 170, 330];
    uint256 private constant NOTICE = 4;

    IIndexSource private aix;
    ISettableFeed[PARTS] private feeds;
    uint256[] private answers;
    uint256 private reconstitutions;

    function test_madeUp_long2() public {
        through("made-up", 2e18);
    }

    function test_madeUp_long3() public {
        through("made-up", 3e18);
    }

    function test_madeUp_short2() public {
        through("made-up", -2e18);
    }

    function test_real_long2() public {
        if (hasReal()) through("real", 2e18);
    }

    function test_real_long3() public {
        if (hasReal()) through("real", 3e18);
    }

    function test_real_short2() public {
        if (hasReal()) through("real", -2e18);
    }

    /// @dev `npm run pretest` says when there is none.
    function hasReal() private view returns (bool) {
        return vm.exists("cache/ai-real.json");
    }

    function through(string memory kind, int256 leverage) private {
        string memory file = string.concat("cache/ai-", kind, ".json");
        require(vm.exists(file), "there are no closes: npm run pretest");
        answers = vm.parseJsonUintArray(vm.readFile(file), ".answers");
        uint256 count = answers.length / PARTS - 1;
        assertGe(count, 400, "days");
        open();
        run(leverage, uint256(leverage), 500e18, count);
        assertEq(reconstitutions, 3, "baskets that came");
    }

    /// @dev The index, of which each part is a seventh, and a market of it.
    function open() private {
        deployProtocol(address(this), address(this), actor("treasury"));
        (one, unit) = (1e18, 1);
        base = deployBaseToken("Dai Stablecoin", "DAI", 18);
        IndexPart[] memory parts = new IndexPart[](PARTS);
        for (uint256 i = 0; i < PARTS; ++i) {
            feeds[i] = deployFeed(8, "AI token / USD", int256(answers[i]));
            parts[i] = IndexPart(
                ILastPrice(address(deploySource(config(feeds[i])))),
                (LEVEL * 1e8) / PARTS / answers[i]
            );
        }
        aix = IIndexSource(
            create(
                "contracts/oracle/IndexSource.sol:IndexSource",
                abi.encode(
                    IndexConfig({
                        underlying: "AIX",
                        parts: parts,
                        level: LEVEL,
                        maxWeight: 0.4e18,
                        delay: 3 days,
                        deadAfter: 7 days,
                        manager: address(this)
                    })
                )
            )
        );
        Pricing memory pricing = Terms.standardPricing();
        (pricing.fundingVelocity, pricing.maxFundingRate) = (1e18, 0.0005e18);
        pricing.tradeFee = 0.001e18;
        Risk memory risk = Terms.standardRisk(18);
        params = MarketParams(address(base), address(aix), Terms.pack(pricing), Terms.pack(risk));
        id = params.toId();
        pool = createMarket(params, 20_000_000e18);
        costRate = pricing.tradeFee + HALF_SPREAD;
        for (uint256 i = 0; i < 3; ++i) fund([alice, bob, carol][i], 1e10 * one);
    }

    function config(AggregatorV3Interface feed_) private pure returns (ChainlinkConfig memory) {
        return
            ChainlinkConfig({
                feed: feed_,
                underlying: "AI token",
                maxAge: 1 days,
                halfSpread: HALF_SPREAD,
                minPrice: 1e12,
                maxPrice: 1e26,
                deadAfter: 3 days,
                sequencer: AggregatorV3Interface(address(0)),
                sequencerGrace: 0
            });
    }

    function show(uint256 day, uint256 part, uint256 parts) internal override returns (uint256 price) {
        for (uint256 i = 0; i < PARTS; ++i) {
            uint256 row = day * PARTS + i;
            feeds[i].set(int256((answers[row] * (parts - part) + answers[row + PARTS] * part) / parts));
        }
        (price, , ) = aix.read();
    }

    /// @dev Another basket each time; the last part leaves with the second, and comes back with the third.
    function between(uint256 day) internal override {
        for (uint256 i = 0; i < proposedOn.length; ++i) {
            if (day == proposedOn[i]) aix.propose(basket(day, i));
            if (day == proposedOn[i] + NOTICE) {
                show(day, 1, 2);
                (uint256 before, , ) = aix.read();
                aix.execute();
                (uint256 then, , ) = aix.read();
                assertApproxEqAbs(before, then, 1e4, "the level goes on");
                ++reconstitutions;
            }
        }
    }

    function basket(uint256 day, uint256 which) private view returns (uint256[] memory units) {
        units = new uint256[](PARTS);
        for (uint256 i = 0; i < PARTS; ++i) {
            if (which == 1 && i == PARTS - 1) continue;
            // From 4 to 22 per cent, in another order each time.
            uint256 weight = 4 + 3 * ((i + 2 * which) % PARTS);
            units[i] = (weight * LEVEL * 1e8) / 100 / answers[day * PARTS + i];
        }
    }
}
